//! A session at the desk, recorded: what changed, what was pressed and what was drawn, in order and
//! with the desk's time. Played again it shows what the person saw, without deciding or sending
//! anything. Pure: `runtime` writes and reads the files and waits between two frames.

mod line;
mod player;
mod read;
mod redact;
mod stops;
mod timeline;

pub use line::{FORMAT, Head, Line, Start, Stroke, What};
pub use player::{Player, Source};
pub use read::{Bad, MOST_BYTES, MOST_CELLS, Recording, drawn};
pub use redact::redacted;
pub use timeline::{IDLE, Timeline};
