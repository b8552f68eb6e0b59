//! What stands beside the desk while it is shown: scene and caption, speed, faults, the keys pressed.
//! And what whoever shows it can ask for.

use serde::{Deserialize, Serialize};

/// What stands beside the desk while it is shown. Words of the story and of the player alone: nothing
/// of the buyer's own numbers may be put here, since a room reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// What is shown: `seed 42`, or the recording's name.
    pub name: String,
    /// The scene that plays, in a story.
    pub scene: Option<Scene>,
    /// The caption, a line each.
    pub caption: Vec<String>,
    /// What comes next, and what is expected then.
    pub next: Vec<String>,
    /// How fast time passes, in hundredths: 100 is the clock on the wall.
    pub speed: u32,
    /// Whether time passes.
    pub is_playing: bool,
    /// Whether the room sees nothing but whose desk it is.
    #[serde(default)]
    pub is_blank: bool,
    /// Faults that wait for the next exchange, in words.
    pub faults: Vec<String>,
    /// The newest keys, oldest first.
    pub keys: Vec<Key>,
}

/// Nothing stands beside a desk that nobody steers: its time is the time on the wall.
impl Default for Show {
    fn default() -> Self {
        Self {
            name: String::new(),
            scene: None,
            caption: Vec::new(),
            next: Vec::new(),
            speed: 100,
            is_playing: true,
            is_blank: false,
            faults: Vec::new(),
            keys: Vec::new(),
        }
    }
}

/// A scene of the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// Which, from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
    /// What it is called.
    pub title: String,
}

/// A key that was pressed, as footers write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// When, UTC, on the desk's clock.
    pub at: jiff::Timestamp,
}

/// What whoever shows the desk asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Time stands still, or goes on.
    Pause,
    /// To the next thing that happens, and no further.
    Step,
    /// To what happened before, where it can be gone back to.
    Back,
    /// Half as fast, down to a quarter.
    Slower,
    /// Twice as fast, up to eight times.
    Faster,
    /// The next scene of the story.
    NextScene,
    /// The scene from its beginning.
    Restart,
    /// Something goes wrong with the next exchange.
    Fault(Fault),
}

/// What can go wrong on a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumIter)]
pub enum Fault {
    /// The next reply is lost after the seller did what it was asked.
    DropReply,
    /// The next three answers are 503.
    Busy,
    /// The next answer takes ten seconds.
    Delay,
    /// The quote under the cursor expires now.
    Expire,
    /// Prices rise by 3 %.
    Reprice,
    /// The next answer comes twice.
    Twice,
    /// The seller's clock is thirty seconds ahead.
    Skew,
    /// The seller does not answer at all.
    Offline,
}
