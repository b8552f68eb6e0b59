//! The terminal face without a terminal: pictures of its screens, keys in and acts out.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod driver;
mod fixtures;
mod hostile;
mod keys;
mod screens;
mod shown;
