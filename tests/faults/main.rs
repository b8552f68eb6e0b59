//! Whatever goes wrong between the desk, its store and a seller, no booking is lost and none is made
//! twice. The judge is always the seller's own count of what it booked.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "a matrix says how large it was")]

mod cells;
mod matrix;
mod support;
mod wire;
