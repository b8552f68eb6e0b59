//! What a screen is: a place with a number, a cursor and keys of its own.
//!
//! To add one: a folder in `screens/` with `mod.rs` (its state, `impl Screen`) and `view.rs` (draws, never
//! changes anything); a table of its keys in `keymap/`; a variant of [`ScreenId`] and of
//! `keymap::{Scope, Action}`; a field of `app::screens::Screens`. The compiler asks for the rest.

use std::fmt::Debug;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use crate::{
    desk::State,
    domain::{DealRef, ProductId, QuoteRef, RfqId, SellerName},
    tui::parts::{
        context::{Cx, Dx, Wake},
        keymap::{Action, Scope},
        list::Listed,
    },
};

/// The places of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter)]
pub(crate) enum ScreenId {
    Board,
    Kit,
    Quotes,
    Ladder,
    /// One deal; has no tab, comes from a row.
    Deal,
    Sellers,
    Log,
}

/// The tabs, with their digits.
pub(crate) const TABS: &[(ScreenId, char, &str)] = &[
    (ScreenId::Board, '1', "Board"),
    (ScreenId::Kit, '2', "Kit"),
    (ScreenId::Quotes, '3', "Quotes"),
    (ScreenId::Ladder, '4', "Ladder"),
    (ScreenId::Sellers, '8', "Sellers"),
    (ScreenId::Log, '9', "Log"),
];

impl ScreenId {
    /// Whose keys hold there.
    pub(crate) fn scope(self) -> Scope {
        match self {
            Self::Board => Scope::Board,
            Self::Kit => Scope::Kit,
            Self::Quotes => Scope::Quotes,
            Self::Ladder => Scope::Ladder,
            Self::Deal => Scope::Deal,
            Self::Sellers => Scope::Sellers,
            Self::Log => Scope::Log,
        }
    }
}

/// Something a screen can put its cursor on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Quote(QuoteRef),
    Deal(DealRef),
    Seller(SellerName),
    /// Quotes asked for together.
    Rfq(RfqId),
    /// The quote that a seller was asked for a moment ago, as soon as it is there.
    Asked {
        /// Of whom.
        seller: SellerName,
        /// On what.
        product: ProductId,
        /// When.
        since: Timestamp,
    },
}

/// A way the cursor moves, the same on every screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Motion {
    Down,
    Up,
    Left,
    Right,
    Top,
    Bottom,
    PageDown,
    PageUp,
    NextPane,
    PaneBefore,
}

/// Something that can be copied from the row under the cursor (`y`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copyable {
    /// The letter that chooses it: `i` id, `r` row, `j` JSON, `o` OpenRTB, `d` command line.
    pub(crate) key: char,
    /// What it is.
    pub(crate) what: &'static str,
    /// The text.
    pub(crate) text: String,
}

/// A screen: view state only. It draws the desk's state and asks the desk for things.
pub(crate) trait Screen: Debug {
    /// Brings cached rows, cursor and scroll in line with the desk, for a body of this size. Comes
    /// before every key and every frame, so it must cost nothing while nothing has changed.
    fn prepare(&mut self, dx: &Dx<'_>, body: Rect);

    /// Makes a part of what takes long to make, before anybody looks at the screen. Returns whether there is
    /// more of it. Comes only while nothing else is to be done.
    fn ahead(&mut self, _dx: &Dx<'_>) -> bool {
        false
    }

    /// Draws the body.
    fn draw(&self, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>);

    /// A key of its own table.
    fn act(&mut self, action: Action, cx: &mut Cx<'_>);

    /// A key that moves. Screens with one list need nothing but [`Screen::listed`].
    fn moved(&mut self, motion: Motion, _cx: &mut Cx<'_>) {
        if let Some(list) = self.listed() {
            list.moved(motion);
        }
    }

    /// Its list of rows: makes movement, `/` and `s` work.
    fn listed(&mut self) -> Option<&mut dyn Listed>;

    /// Its list of rows, to look at.
    fn list(&self) -> Option<&dyn Listed>;

    /// Puts the cursor on something, if it is there.
    fn select(&mut self, _target: &Target, _state: &State) {}

    /// What is under the cursor, as far as a seller sells it.
    fn focus(&self, _state: &State) -> Option<Target> {
        None
    }

    /// Esc: takes one step back within the screen and says whether there was one to take.
    fn back(&mut self) -> bool {
        false
    }

    /// When something that is drawn changes by itself.
    fn wakes(&self, _wake: &mut Wake, _dx: &Dx<'_>) {}

    /// What `y` offers for the row under the cursor.
    fn copies(&self, _state: &State) -> Vec<Copyable> {
        Vec::new()
    }

    /// Whether an action means anything for the row under the cursor: the footer leaves out the others.
    /// Their keys still work and say why they cannot.
    fn fits(&self, _action: Action, _state: &State, _now: Timestamp) -> bool {
        true
    }

    /// What its rows are sorted by, where that can be changed.
    fn order(&self) -> &'static str {
        ""
    }

    /// Words at the right end of the row of tabs: what the screen is narrowed to.
    fn title(&self, _dx: &Dx<'_>) -> String {
        String::new()
    }
}
