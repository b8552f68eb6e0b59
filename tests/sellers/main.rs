//! The sellers layer from outside: recorded exchanges, scripted wires, hostile servers, secrets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests"
)]

mod asks;
mod dialects;
mod hostile;
mod openapi;
mod recorded;
mod repeats;
mod sockets;
mod support;
mod table;
mod talks;
mod vectors;
