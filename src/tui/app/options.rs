//! How the terminal face is set up.

use crate::{
    domain::fork::Forker,
    tui::parts::{
        keymap::Keymap,
        theme::{Depth, Ground, Motion},
    },
};

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
