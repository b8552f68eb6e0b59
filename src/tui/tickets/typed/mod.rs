//! Tickets that are answered in words: let a halted desk go on, name the deal of a booking that nobody
//! knows the outcome of, or end such a booking in writing. None of them spends money.

mod words;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect, text::Line};

use super::{
    accept::{NO_PASTE, is_of_words, typing_line},
    guard::{self, Guard, NOT_HEARD},
    sheet,
};
use crate::{
    desk::{BookingRecord, BookingState, Command, State, state::Purpose},
    domain::{DealId, Refusal, SellerName, TicketId},
    tui::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        overlay::{Flow, Modal},
        parts::field::Field,
    },
};

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum About {
    /// A halt: of everything, or of one seller.
    Resume(Option<SellerName>),
    /// Which deal a booking became.
    EnterDeal(TicketId),
    /// Why a booking is closed although its outcome was never known.
    EndUnknown(TicketId),
    /// Whether a booking without a known outcome is sent once more.
    SendAgain(TicketId),
}

/// The ticket.
#[derive(Debug)]
struct Typed {
    guard: Guard,
    about: About,
    field: Field,
    /// When it was answered, until it is known what came of it.
    sent: Option<Timestamp>,
    trouble: Option<String>,
}

/// Opens it, or says why there is nothing to answer.
pub(super) fn open(about: About, cx: &mut Cx<'_>) -> Result<(), Refusal> {
    if !about.stands(cx.state) {
        return Err(about.nothing());
    }
    let guard = Guard::new(cx.now);
    let field = Field::default();
    cx.open(Box::new(Typed { guard, about, field, sent: None, trouble: None }));
    Ok(())
}

/// A booking whose outcome nobody knows, or on which the seller has not decided.
fn unknown<'a>(state: &'a State, ticket: &TicketId) -> Option<&'a BookingRecord> {
    state.bookings.get(ticket).filter(|booking| booking.state.is_looked_at())
}

impl About {
    /// Whether there still is something to answer.
    fn stands(&self, state: &State) -> bool {
        match self {
            Self::Resume(None) => state.controls.halt.is_some(),
            Self::Resume(Some(seller)) => state.controls.sellers.contains_key(seller),
            Self::EnterDeal(ticket) | Self::EndUnknown(ticket) => unknown(state, ticket).is_some(),
            Self::SendAgain(ticket) => {
                unknown(state, ticket).is_some_and(|booking| booking.state == BookingState::Unknown)
            }
        }
    }

    fn nothing(&self) -> Refusal {
        match self {
            Self::Resume(None) => {
                Refusal::new("halt", "the desk is not halted", "nothing is to be resumed")
            }
            Self::Resume(Some(seller)) => {
                let says = format!("{seller} is not halted");
                Refusal::new("halt", says, "nothing is to be resumed")
            }
            Self::EnterDeal(_) | Self::EndUnknown(_) | Self::SendAgain(_) => Refusal::new(
                "unknown",
                "the outcome of this booking is known",
                "this is for bookings that are UNKNOWN",
            ),
        }
    }

    fn command(&self, typed: &str) -> Command {
        let typed = typed.to_owned();
        match self {
            Self::Resume(seller) => Command::Resume { seller: seller.clone(), typed },
            Self::EnterDeal(ticket) => {
                Command::EnterDeal { ticket: ticket.clone(), deal_id: DealId::from(typed.trim()) }
            }
            Self::SendAgain(ticket) => Command::SendAgain { ticket: ticket.clone(), typed },
            Self::EndUnknown(ticket) => {
                Command::CloseUnknown { ticket: ticket.clone(), why: typed }
            }
        }
    }

    /// Whether the seller is being asked.
    fn is_asking(&self, state: &State) -> bool {
        let Self::EnterDeal(ticket) = self else { return false };
        state.in_flight.values().any(
            |flight| matches!(&flight.purpose, Purpose::EnterDeal(other, _) if other == ticket),
        )
    }
}

impl Typed {
    fn answer(&mut self, cx: &mut Cx<'_>) {
        let typed = self.field.text().trim();
        if typed.is_empty() {
            self.trouble = Some("nothing was typed".to_owned());
            return;
        }
        cx.command(self.about.command(typed));
        self.sent = Some(cx.now);
        self.trouble = None;
    }
}

impl Modal for Typed {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if chord.key == Key::Esc {
            return Flow::Close;
        }
        let is_answer = chord.key == Key::Enter || is_of_words(chord);
        if !is_answer {
            return Flow::Ignored;
        }
        if self.sent.is_some() {
            return Flow::Stay;
        }
        if !self.guard.hears() {
            self.trouble = Some(NOT_HEARD.to_owned());
        } else if chord.key == Key::Enter {
            self.answer(cx);
        } else if self.field.key(chord) {
            self.trouble = None;
        }
        Flow::Stay
    }

    /// A Deal ID is long and the seller is asked for it, so it may be pasted; Enter is pressed by hand.
    fn paste(&mut self, text: &str, _cx: &mut Cx<'_>) {
        if self.sent.is_some() {
            return;
        }
        if matches!(self.about, About::EnterDeal(_)) {
            self.field.paste(text.trim());
            self.trouble = None;
        } else {
            self.trouble = Some(guard::TYPE_IT.to_owned());
        }
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        if !self.about.stands(dx.state) {
            return false;
        }
        // The seller answered, and that settled nothing.
        if let Some(sent) = self.sent.filter(|_| !self.about.is_asking(dx.state)) {
            let newest = dx.state.message.as_ref().filter(|said| said.at >= sent && said.bad);
            self.trouble = newest.map(|said| said.says.clone());
            self.sent = None;
            self.guard.disturbed(dx.now);
        }
        true
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let wide = sheet::foot_width(dx);
        let mut lines = words::lines(&self.about, dx, wide);
        if let Some(trouble) = &self.trouble {
            lines.extend(sheet::trouble(dx, trouble, wide));
        }
        lines.push(Line::default());
        let row = sheet::at_foot(
            frame,
            screen,
            dx,
            (&words::title(&self.about, dx), "Esc leaves everything as it was"),
            &lines,
        );
        if self.sent.is_some() {
            return frame.render_widget(Line::from(" ◔ asking the seller …"), row);
        }
        let (asks, cells) = words::asks(&self.about);
        let hint = if matches!(self.about, About::EnterDeal(_)) { "then ⏎" } else { NO_PASTE };
        typing_line(frame, row, dx, (asks, hint), &self.field, cells);
    }

    fn guard(&mut self) -> Option<&mut Guard> {
        Some(&mut self.guard)
    }

    fn refused(&mut self, refusals: &[Refusal], _now: Timestamp) -> bool {
        let Some(refusal) = refusals.last() else { return false };
        self.sent = None;
        self.field = Field::default();
        self.trouble = Some(refusal.to_string());
        true
    }

    fn is_ticket(&self) -> bool {
        true
    }
}
