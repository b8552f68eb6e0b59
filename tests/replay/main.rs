//! The whole story against sellers that are nothing but recordings: a small server of its own replays
//! real sellers' answers, and the real program looks, asks, haggles, books and checks.
//!
//! The server shares no type and no line with the desk or its simulated sellers, so that they cannot
//! share a mistake (`tests/tidy` holds it to that).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::panic, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "a story says how many recordings told it")]

#[path = "../cli/home.rs"]
mod home;
#[path = "../../src/cli/tests/schema.rs"]
mod schema;

mod http;
mod seller;
mod story;
mod table;
