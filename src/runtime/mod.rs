//! The desk at work: the only layer that waits, spawns, reads the clock and performs effects.

pub mod cast;
pub mod clock;
pub mod config;
pub mod demo;
pub mod face;
pub mod inbox;
pub mod jobs;
pub mod load;
pub mod open;
pub mod pace;
pub mod points;
pub mod present;
pub mod recorder;
pub mod session;
pub mod show;
pub mod spill;
pub mod stage;
pub mod stop;
pub mod tape;
pub mod terminal;
mod wired;
mod writer;

pub use clock::{ManualClock, SystemClock};
pub use inbox::Inbox;
pub use jobs::Jobs;
pub use pace::PacedClock;
pub(crate) use session::Scope;
pub use session::{Adapter, Session};
