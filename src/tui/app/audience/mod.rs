//! What a room sees: the negotiation in digits that are read from the back, what lies between the two
//! sides, the clock, the story. Drawn from [`Audience`] alone, so that nothing of the buyer's own can be
//! on it; the same on the desk's terminal and on one that is attached to it.

mod digits;
mod panes;
mod view;
mod words;

use jiff::{SignedDuration, Timestamp};
use ratatui::style::Style;

use crate::{
    present::Audience,
    tui::parts::{
        context::Wake,
        keymap::{Keymap, desk::Action},
        theme::{Meaning, Theme},
    },
};

pub(crate) use panes::put;
pub(crate) use view::draw;

/// How long the name of a key is shown, as time on the wall.
const NAMED: SignedDuration = SignedDuration::from_secs(2);

/// How the view is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    /// The largest digits that fit.
    pub(crate) is_bigger: bool,
    /// Whether the story's captions are shown.
    pub(crate) captions: bool,
    /// Whether the newest keys are named.
    pub(crate) key_names: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { is_bigger: false, captions: true, key_names: true }
    }
}

impl Look {
    /// The part that an action turns on or off, and what it is called.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other action is about the look")]
    pub(crate) fn part(&mut self, action: Action) -> Option<(&mut bool, &'static str)> {
        Some(match action {
            Action::Bigger => (&mut self.is_bigger, "bigger digits"),
            Action::Captions => (&mut self.captions, "captions"),
            Action::KeyNames => (&mut self.key_names, "key names"),
            _ => return None,
        })
    }
}

/// What the view is drawn with. There is no desk in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room<'a> {
    pub(crate) theme: &'a Theme,
    pub(crate) keymap: &'a Keymap,
    pub(crate) look: Look,
    /// Now, on the desk's clock.
    pub(crate) now: Timestamp,
    /// What there is to say to whoever presses the keys.
    pub(crate) said: Option<&'a str>,
    /// The verbs of the keys that do something here.
    pub(crate) verbs: &'a [&'static str],
}

impl Room<'_> {
    fn style(&self, meaning: Meaning) -> Style {
        self.theme.style(meaning)
    }
}

/// When something that is drawn changes by itself: clocks that run, names of keys that go.
pub(crate) fn wakes(wake: &mut Wake, audience: &Audience, look: Look, now: Timestamp) {
    if audience.show.is_blank {
        return;
    }
    if audience.show.is_playing {
        for left in audience.talks.iter().filter_map(|talk| talk.left(now)) {
            if left.is_positive() {
                wake.clock(left, now);
            }
        }
    }
    let ends = audience.show.keys.iter().map(|key| key_ends(audience, key.at));
    if let Some(end) = ends.filter(|end| look.key_names && *end > now).min() {
        wake.by(end);
    }
}

/// When the name of a key that was pressed at `at` goes: the same time on the wall however fast the
/// desk's clock runs.
fn key_ends(audience: &Audience, at: Timestamp) -> Timestamp {
    let hundredths = i32::try_from(audience.show.speed.max(1)).unwrap_or(i32::MAX);
    let named = NAMED.checked_mul(hundredths).map_or(NAMED, |long| long / 100);
    at.saturating_add(named).unwrap_or(at)
}

/// The names of keys that are shown at `now`.
fn keys_shown(audience: &Audience, room: &Room<'_>) -> Vec<String> {
    let fresh = audience.show.keys.iter().filter(|key| key_ends(audience, key.at) > room.now);
    fresh.filter(|_| room.look.key_names).map(|key| key.name.clone()).collect()
}
