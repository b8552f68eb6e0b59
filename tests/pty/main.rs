//! The program itself, in a terminal.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../../src/cli/tests/schema.rs"]
mod schema;

mod alive;
mod exits;
mod hands;
mod keys;
mod looks;
mod present;
mod recorded;
mod shared;
mod story;
mod support;
