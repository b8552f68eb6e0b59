//! The program itself, in a terminal.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod exits;
mod keys;
mod present;
mod shared;
mod story;
mod support;
