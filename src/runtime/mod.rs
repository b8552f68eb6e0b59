//! The desk at work: the only layer that waits, spawns, reads the clock and performs effects.

pub mod cast;
pub mod clock;
pub mod config;
pub mod crash_points;
pub mod demo;
pub mod face;
pub mod headless;
mod in_process;
pub mod inbox;
pub mod jobs;
pub mod load;
pub mod open;
pub mod pace;
pub mod present;
pub mod recorder;
pub mod recording_log;
pub mod session;
pub mod show;
pub mod spill;
pub mod stop;
pub mod terminal;
mod writer;

pub use clock::{ManualClock, SystemClock};
pub use inbox::Inbox;
pub use jobs::Jobs;
pub use pace::PacedClock;
pub(crate) use session::Scope;
pub use session::{Adapter, Session};
