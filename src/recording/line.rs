//! The lines of a recording, a JSON object each. The first says what the file is; it names no person
//! and no seller.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    desk::{Mode, Setup, Update},
    domain::{Refusal, json},
    present::{Audience, Show},
    tui::{Chord, KeyKind},
};

/// The version of the format that is written. Older ones are read, newer ones are refused.
pub const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The version of the format.
    pub dealdesk_recording: u32,
    /// The program that made it.
    pub version: String,
    /// How the desk worked: `live`, `paper` or `demo`.
    pub mode: Mode,
    /// Columns of the terminal.
    pub cols: u16,
    /// Rows of the terminal.
    pub rows: u16,
    /// When it began, UTC, on the desk's clock.
    pub started: Timestamp,
    /// Whether it is made of what an audience may see, and of nothing else.
    #[serde(default)]
    pub redacted: bool,
}

impl Head {
    /// The first line of a recording that begins now.
    pub fn new(mode: Mode, (cols, rows): (u16, u16), started: Timestamp) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { dealdesk_recording: FORMAT, version, mode, cols, rows, started, redacted: false }
    }
}

/// Any other line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// When, UTC, on the desk's clock. Never before the line above.
    pub at: Timestamp,
    /// What.
    pub is: What,
}

/// What a line tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// What the desk was started with.
    Start(Box<Start>),
    /// Something changed in what the desk knows.
    News(Box<Update>),
    /// A key was pressed.
    Key(Stroke),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this many columns and rows.
    Size(u16, u16),
    /// The terminal has the focus again.
    Focus,
    /// What the desk refused of the command that a key made.
    Told(Vec<Refusal>),
    /// What stands beside the desk while it is shown.
    Show(Option<Box<Show>>),
    /// What came of something that a person asked for and the desk knows nothing of.
    Said(Result<String, Refusal>),
    /// Everything up to here was drawn.
    Drawn,
    /// What a room may see by now: in a redacted recording there is nothing else.
    Audience(Box<Audience>),
}

/// What the desk was started with.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Start {
    /// The desk.
    pub setup: Setup,
    /// The keys that `[keys]` of the configuration changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, Vec<String>>,
}

impl PartialEq for Start {
    fn eq(&self, other: &Self) -> bool {
        // A setup holds no numbers that are equal and written differently.
        let text = |start: &Self| json::text(start).ok();
        text(self) == text(other)
    }
}

/// A key as it was pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stroke {
    /// Its name, as the configuration writes it.
    pub key: String,
    /// Whether it was held down.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
}

impl Stroke {
    /// A key, if its name can be read back.
    pub fn new(chord: Chord, kind: KeyKind) -> Option<Self> {
        let key = chord.to_string();
        (key.parse() == Ok(chord)).then_some(Self { key, held: kind == KeyKind::Repeat })
    }

    /// The key, and how it came.
    pub fn chord(&self) -> Option<(Chord, KeyKind)> {
        let kind = if self.held { KeyKind::Repeat } else { KeyKind::Press };
        Some((self.key.parse().ok()?, kind))
    }
}
