//! Showing a desk to a room: what a demo or a replay says beside the desk, and the view without the
//! buyer's own numbers. Pure: `runtime` sends it, `tui` draws it.

mod audience;
mod mask;
mod show;
mod story;
mod talk;

pub use audience::{Audience, BoardRow, ModeWord, Move, Talk};
pub use mask::Mask;
pub use show::{Control, Fault, Key, Scene, Show};
pub use story::{Press, Step, Story, StoryScene, Until};
pub use talk::Gap;
