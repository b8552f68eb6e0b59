//! The desk with its store and its own sellers over HTTP, without a terminal: whole stories.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod lost;
mod opening;
mod shared_store;
mod story;
mod support;
mod waits;
