//! The desk at work: the only layer that waits, spawns, reads the clock and performs effects.

pub mod clock;
pub mod inbox;
pub mod jobs;
pub mod session;
mod writer;

pub use clock::{ManualClock, ScaledClock, SystemClock};
pub use inbox::Inbox;
pub use jobs::Jobs;
pub use session::{Adapter, Session};

//! Brings the desk to life: configuration, clock, effects, the loop.

pub mod config;
