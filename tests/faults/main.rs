//! Whatever goes wrong between the desk, its store and a seller, no booking is lost and none is made
//! twice. The judge is always the seller's own count of what it booked.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cells;
mod kills;
mod matrix;
mod process;
mod sockets;
mod stores;
mod support;
mod wire;
