//! The terminal face: draws the desk's state and turns keys into commands. It decides nothing about
//! money, asks no seller and never waits; only the runtime does.
//!
//! It has four floors, and each knows only those below it: `parts/` (theme, keys, lists, panes, the ticket
//! sheet), `screens/` (a folder each), `tickets/`, and `app/` (what holds them together).
//!
//! - [`App`] holds view state only: which screen, which row, what is typed. Before every key and
//!   frame the screen shown is *prepared* (cached rows, cursor, scroll); drawing then changes nothing
//!   and looks only at the rows that are seen.
//! - A *screen* is a folder with `mod.rs` (state, `impl Screen`) and `view.rs` (draws);
//!   `parts/screen.rs` says how to add one. `screens/sellers/` is a small one to copy.
//! - An *action* is one row of its screen's table in `parts/keymap/` and one arm of its `act`; footer, `?`,
//!   the README's list and the `[keys]` section follow from the table. The same verb has the same keys on
//!   every screen, and a key has one verb.
//! - An *overlay* is a type with `impl Modal` (`parts/modal.rs`), opened with `cx.open(…)`.
//! - A *ticket* is what a `TicketSheet` is about (`parts/sheet/`); screens say which one they want
//!   (`cx.want`), and the app opens it. Only tickets send what commits.
//! - What moves by itself says when (`wakes`): the runtime sleeps until then.

mod app;
mod parts;
mod screens;
mod tickets;

pub use app::{App, Attached, Focus, KeyDoc, Options, keys, keys_markdown, keys_toml};
pub use parts::{
    context::Act,
    keymap::{KeyError, Keymap},
    keys::{Chord, Key, KeyKind, NotAKey},
    theme::{Depth, Ground, Motion},
};
