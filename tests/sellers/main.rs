//! The sellers layer from outside: recorded exchanges, scripted wires, hostile servers, secrets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests"
)]

mod agrees;
mod amounts;
mod asks;
mod beside;
mod cleaned;
mod credentials;
mod currencies;
mod dialects;
mod echoed;
mod hostile;
mod money;
mod openapi;
mod other;
mod packed;
mod recorded;
mod redirects;
mod repeats;
mod sockets;
mod support;
mod table;
mod table_v2;
mod talks;
mod vectors;
