//! What screens and overlays are given: to draw with ([`Dx`]), to answer a key with ([`Cx`]), and to
//! say when they change by themselves ([`Wake`]).

use jiff::{SignedDuration, Timestamp};

use crate::{
    desk::{Command, State},
    domain::{Cpm, QuoteRef, Refusal, fork::Forker},
    present::{Control, Show},
    tui::parts::{
        keymap::Keymap,
        modal::Modal,
        screen::{ScreenId, Target},
        theme::{Meaning, Theme},
        want::Want,
    },
};

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
    /// What whoever shows the desk asks for; comes only where the app was given something.
    Show(Control),
}

/// What is drawn, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dx<'a> {
    pub(crate) state: &'a State,
    pub(crate) now: Timestamp,
    pub(crate) theme: &'a Theme,
    pub(crate) keymap: &'a Keymap,
    /// Columns and rows of the whole terminal.
    pub(crate) size: (u16, u16),
    /// What stands beside the desk while it is shown.
    pub(crate) show: Option<&'a Show>,
    /// What plays a negotiation again.
    pub(crate) forker: Option<Forker>,
}

impl Dx<'_> {
    /// How a meaning looks.
    pub(crate) fn style(&self, meaning: Meaning) -> ratatui::style::Style {
        self.theme.style(meaning)
    }

    /// Whether the terminal is narrow: side panes become tabs or fold under.
    pub(crate) fn is_narrow(&self) -> bool {
        self.size.0 < 100
    }

    /// The first key of a verb, as footers write it.
    pub(crate) fn key(&self, verb: &str) -> String {
        self.keymap.short(verb)
    }
}

/// Where to go after a key.
#[derive(Debug)]
pub(crate) enum Go {
    /// To a screen, perhaps to something on it.
    To(ScreenId, Option<Target>),
    /// To a ticket, if it opens.
    Ticket(Want),
    /// Over the screen.
    Open(Box<dyn Modal>),
    /// What was marked in the kit is asked for: it is marked no more.
    Unmark,
    /// A price goes onto the ladder of a negotiation as a draft, or off it.
    Draft(QuoteRef, Option<Cpm>),
}

/// What a key may do: send commands, copy, speak, go somewhere. It never changes the desk.
#[derive(Debug)]
pub(crate) struct Cx<'a> {
    pub(crate) state: &'a State,
    pub(crate) now: Timestamp,
    acts: Vec<Act>,
    go: Vec<Go>,
    said: Option<Said>,
}

/// A word of the face itself on the message line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) at: Timestamp,
    pub(crate) bad: bool,
    pub(crate) words: String,
}

impl<'a> Cx<'a> {
    pub(crate) fn new(state: &'a State, now: Timestamp) -> Self {
        Self { state, now, acts: Vec::new(), go: Vec::new(), said: None }
    }

    /// Asks the desk for something.
    pub(crate) fn command(&mut self, command: Command) {
        self.acts.push(Act::Command(command));
    }

    /// Any other act.
    pub(crate) fn act(&mut self, act: Act) {
        self.acts.push(act);
    }

    /// Puts text on the clipboard, and says so.
    pub(crate) fn copy(&mut self, what: &str, text: String) {
        let shown = crate::domain::text::cut(&crate::domain::text::clean(&text, 200), 60);
        self.say(format!("copied {what}: {shown}"));
        self.acts.push(Act::Copy(text));
    }

    /// Says something on the message line.
    pub(crate) fn say(&mut self, words: impl Into<String>) {
        self.said = Some(Said { at: self.now, bad: false, words: words.into() });
    }

    /// Says on the message line why something cannot be done, and what would change it.
    pub(crate) fn refuse(&mut self, refusal: &Refusal) {
        self.said = Some(Said::refusal(refusal, self.now));
    }

    /// Goes to a screen.
    pub(crate) fn go(&mut self, screen: ScreenId, target: Option<Target>) {
        self.go.push(Go::To(screen, target));
    }

    /// What was marked in the kit was used.
    pub(crate) fn unmark(&mut self) {
        self.go.push(Go::Unmark);
    }

    /// Wants a ticket. Where it does not open the message line says why.
    pub(crate) fn want(&mut self, want: Want) {
        self.go.push(Go::Ticket(want));
    }

    /// Opens something over the screen.
    pub(crate) fn open(&mut self, modal: Box<dyn Modal>) {
        self.go.push(Go::Open(modal));
    }

    /// Puts a draft on the ladder, or takes it off. Nothing is sent.
    pub(crate) fn draft(&mut self, quote: QuoteRef, price: Option<Cpm>) {
        self.go.push(Go::Draft(quote, price));
    }

    /// Whether nothing came of it so far, not even a word.
    pub(crate) fn is_silent(&self) -> bool {
        self.acts.is_empty() && self.go.is_empty() && self.said.is_none()
    }

    /// What came of it.
    pub(crate) fn done(self) -> (Vec<Act>, Vec<Go>, Option<Said>) {
        (self.acts, self.go, self.said)
    }
}

impl Said {
    pub(crate) fn refusal(refusal: &Refusal, at: Timestamp) -> Self {
        let Refusal { rule, says, cure } = refusal;
        let words = match (says.is_empty(), cure.is_empty()) {
            (true, _) => rule.clone(),
            (false, true) => format!("{rule}: {says}"),
            (false, false) => format!("{rule}: {says} → {cure}"),
        };
        Self { at, bad: true, words }
    }
}

/// When something that is visible changes by itself: collected from what is on screen.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wake {
    at: Option<Timestamp>,
    /// Whether seconds are counted on screen.
    pub(crate) seconds: bool,
}

/// How long what changed stays highlighted.
pub(crate) const HIGHLIGHT: SignedDuration = SignedDuration::from_millis(1_500);

impl Wake {
    /// The earliest of all.
    pub(crate) fn at(self) -> Option<Timestamp> {
        self.at
    }

    /// Something changes at `at`.
    pub(crate) fn by(&mut self, at: Timestamp) {
        self.at = Some(self.at.map_or(at, |before| before.min(at)));
    }

    /// A clock on screen shows `span` (left, or since): it changes at the next full second, or
    /// minute where it shows no seconds.
    pub(crate) fn clock(&mut self, span: SignedDuration, now: Timestamp) {
        if crate::tui::parts::countdown::shows_seconds(span) {
            self.seconds = true;
            self.by(next_second(now));
        } else {
            let next = crate::tui::parts::countdown::next_change(span);
            self.by(next_second(now.saturating_add(next).unwrap_or(now)));
        }
    }

    /// Something changed at `changed` and is highlighted for a moment.
    pub(crate) fn highlight(&mut self, changed: Timestamp, now: Timestamp) {
        let end = changed.saturating_add(HIGHLIGHT).unwrap_or(changed);
        if changed <= now && now < end {
            self.by(end);
        }
    }
}

/// The next full second after `now`: everything that counts is drawn together, on the second.
fn next_second(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second().saturating_add(1)).unwrap_or(now)
}
