//! Whatever goes wrong between the desk, its store and a seller, no booking is lost and none is made
//! twice. The judge is always the seller's own count of what it booked.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::panic, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "a matrix says how large it was")]

#[path = "../cli/home.rs"]
mod home;
#[path = "../../src/cli/tests/schema.rs"]
mod schema;

mod cells;
mod front;
mod guise;
mod kills;
mod marks;
mod matrix;
mod moves;
mod odd;
mod order_kills;
mod orders;
mod power;
mod process;
mod scripts;
mod sockets;
mod stores;
mod support;
mod wire;
