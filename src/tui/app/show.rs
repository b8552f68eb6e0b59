//! Showing the desk to a room: the keys behind one prefix that work in a demo and a replay, whatever is
//! open, and what the runtime tells of the story.

use jiff::Timestamp;

use super::App;
use crate::{
    desk::State,
    domain::{QuoteRef, Refusal, SellerName},
    present::{Control, Fault, Show},
    tui::parts::{
        context::{Act, Cx, Said},
        keymap::{Found, Group, desk::Action as A},
        keys::{Chord, Key},
        screen::Target,
        theme::Ground,
    },
};

/// What is under the cursor, as far as a seller sells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Focus {
    /// Whose it is.
    pub seller: SellerName,
    /// The quote, where it is one.
    pub quote: Option<QuoteRef>,
}

impl App {
    /// What stands beside the desk from now on; `None` in a desk whose time is everybody's.
    pub fn show(&mut self, show: Option<Show>) {
        self.show = show;
    }

    /// What came of something that the person asked for and the desk knows nothing of.
    pub fn told(&mut self, told: Result<String, Refusal>, now: Timestamp) {
        self.said = Some(match told {
            Ok(words) => Said { at: now, bad: false, words },
            Err(refusal) => Said::refusal(&refusal, now),
        });
    }

    /// What the ground of the terminal looks like.
    pub fn set_ground(&mut self, ground: Ground) {
        self.theme.ground = ground;
    }

    /// What is under the cursor.
    pub fn focus(&self, state: &State) -> Option<Focus> {
        let target = self.screens.get(self.screen).focus(state)?;
        Some(match target {
            Target::Quote(quote) => Focus { seller: quote.seller.clone(), quote: Some(quote) },
            Target::Deal(deal) => Focus { seller: deal.seller, quote: None },
            Target::Seller(seller) => Focus { seller, quote: None },
            Target::Rfq(_) | Target::Asked { .. } => return None,
        })
    }

    /// Whether the screen is empty.
    pub fn is_blank(&self) -> bool {
        self.blank
    }

    /// Whether a key shows the desk or only looks, so that a story need not wait for it.
    pub fn is_showing(&self, chord: Chord) -> bool {
        let begun = self.keymap.find_in(Group::Show, &self.pressed) == Found::Prefix;
        let function = matches!(chord.key, Key::F(_)) && !self.keymap.halts(chord);
        function || (begun && !self.pressed.is_empty()) || self.blank
    }

    /// Whether a key was one of those that show the desk. They are heard before whatever is open;
    /// on an empty screen any other key only brings the desk back.
    pub(in crate::tui) fn key_show(&mut self, chord: Chord, cx: &mut Cx<'_>) -> bool {
        let began = self.keymap.find_in(Group::Show, &self.pressed) == Found::Prefix;
        let began = began && !self.pressed.is_empty();
        let mut keys = if began { self.pressed.clone() } else { Vec::new() };
        keys.push(chord);
        match self.keymap.find_in(Group::Show, &keys) {
            Found::Prefix if self.show.is_none() => cx.refuse(&not_shown()),
            Found::Prefix => self.pressed = keys,
            Found::Action(action) => {
                self.pressed.clear();
                self.run(action, cx);
            }
            Found::Nothing if began => self.pressed.clear(),
            Found::Nothing if self.blank && chord != Chord::ctrl('c') => self.blank = false,
            Found::Nothing => return false,
        }
        true
    }

    /// What such a key asks for.
    pub(super) fn run_show(&mut self, action: A, cx: &mut Cx<'_>) {
        if self.show.is_none() {
            return cx.refuse(&not_shown());
        }
        match control(action) {
            Some(control) => cx.act(Act::Show(control)),
            None => self.blank = !self.blank,
        }
    }
}

fn not_shown() -> Refusal {
    let says = "only a demo or a replay can be paused, stepped and disturbed";
    Refusal::new("show", says, "`dealdesk demo` starts one")
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other action is about what is shown")]
fn control(action: A) -> Option<Control> {
    Some(match action {
        A::Pause => Control::Pause,
        A::Step => Control::Step,
        A::Before => Control::Back,
        A::Slower => Control::Slower,
        A::Faster => Control::Faster,
        A::NextScene => Control::NextScene,
        A::Again => Control::Restart,
        A::FaultDrop => Control::Fault(Fault::DropReply),
        A::FaultBusy => Control::Fault(Fault::Busy),
        A::FaultDelay => Control::Fault(Fault::Delay),
        A::FaultExpire => Control::Fault(Fault::Expire),
        A::FaultReprice => Control::Fault(Fault::Reprice),
        A::FaultTwice => Control::Fault(Fault::Twice),
        A::FaultSkew => Control::Fault(Fault::Skew),
        A::FaultOffline => Control::Fault(Fault::Offline),
        _ => return None,
    })
}
