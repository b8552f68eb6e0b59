//! The demo on its stage: no terminal, no sockets, no threads, a clock that waits for nobody. What is
//! shown is decided by the seed and the keys alone; faults on keys, and the story.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod determinism;
mod faults;
mod story;
mod support;
