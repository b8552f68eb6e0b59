//! The terminal face: draws the desk's state and turns keys into commands. It decides nothing about
//! money, asks no seller and never waits; only the runtime does.
//!
//! - [`App`] holds view state only: which screen, which row, what is typed. Before every key and
//!   frame the screen shown is *prepared* (cached rows, cursor, scroll); drawing then changes nothing
//!   and looks only at the rows that are seen.
//! - A *screen* is a folder with `mod.rs` (state, `actions!` table, `impl Screen`) and `view.rs`
//!   (draws). To add one: the folder, a variant of `screen::ScreenId` and of `keymap::{Scope, Action}`,
//!   a field of `screen::Screens`, a row of `screen::TABS` if it has a tab. The compiler asks for the
//!   rest; `sellers/` is a small one to copy.
//! - An *action* is one row of its screen's `actions!` table and one arm of its `act`; footer, `?`, the
//!   README's list and the `[keys]` section follow from the table. The same verb has the same keys on
//!   every screen, and a key has one verb.
//! - An *overlay* is a type with `impl Modal`, opened with `cx.open(…)`; see `overlay/`.
//! - A *ticket* is an overlay in `tickets/` that says so (`is_ticket`); screens open one with
//!   `tickets::open`. Only tickets send what commits.
//! - What moves by itself says when (`wakes`): the runtime sleeps until then.

mod app;
mod ascii;
mod attached;
mod audience;
mod beside;
mod board;
mod changes;
mod chrome;
mod context;
mod deal;
mod describe;
mod desk_keys;
mod foot;
mod forecast;
mod fork;
mod key_checks;
mod keydoc;
mod keymap;
mod keys;
mod kit;
mod ladder;
mod log;
mod overlay;
mod parts;
mod quotes;
mod race;
mod screen;
mod sellers;
mod small;
mod spoken;
mod theme;
mod tickets;
mod watching;

pub use app::{App, Focus};
pub use attached::Attached;
pub use key_checks::KeyError;
pub use keydoc::{KeyDoc, keys, keys_markdown, keys_toml};
pub use keymap::Keymap;
pub use keys::{Chord, Key, KeyKind, NotAKey};
pub use theme::{Depth, Ground, Motion};

use crate::{desk::Command, domain::fork::Forker};

/// How the terminal face is to look and listen.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Light or dark ground.
    pub ground: Ground,
    /// Whether the terminal is asked for its ground: what it answers goes before [`Self::ground`].
    pub asks_ground: bool,
    /// How many colours.
    pub depth: Depth,
    /// How much may move.
    pub motion: Motion,
    /// Only signs of ASCII.
    pub ascii: bool,
    /// What plays a negotiation again from one of its rounds, without any way to send.
    pub forker: Option<Forker>,
    /// The keys in force ([`Keymap::rebound`] reads the `[keys]` section).
    pub keymap: Keymap,
}

/// What the runtime is to do after a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a key makes a few, and they are consumed at once")]
pub enum Act {
    /// Give the desk a command.
    Command(Command),
    /// Leave.
    Quit,
    /// Go to the background.
    Suspend,
    /// Draw everything again.
    Redraw,
    /// Put text on the clipboard.
    Copy(String),
    /// What whoever shows the desk asks for; comes only where [`App::show`] was given something.
    Show(crate::present::Control),
}
