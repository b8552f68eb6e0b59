//! Tickets that are answered in words: let a halted desk go on, name the deal of a booking that nobody
//! knows the outcome of, or end such a booking in writing. None of them spends money.

mod words;

use jiff::Timestamp;
use ratatui::text::Line;

use crate::{
    desk::{BookingRecord, BookingState, Command, State, state::Purpose},
    domain::{DealId, Refusal, SellerName, TicketId},
    tui::parts::{
        context::{Cx, Dx},
        sheet::{Answer, Confirm, Confirmed, Content, NO_PASTE, TicketSheet},
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

/// Opens it, or says why there is nothing to answer.
pub(super) fn open(about: About, cx: &mut Cx<'_>) -> Result<(), Refusal> {
    if !about.has_question(cx.state) {
        return Err(about.nothing());
    }
    TicketSheet::open(about, cx);
    Ok(())
}

/// A booking whose outcome nobody knows, or on which the seller has not decided.
fn unknown<'a>(state: &'a State, ticket: &TicketId) -> Option<&'a BookingRecord> {
    state.bookings.get(ticket).filter(|booking| booking.state.is_looked_at())
}

impl About {
    /// Whether there still is something to answer.
    fn has_question(&self, state: &State) -> bool {
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

impl Content for About {
    fn title(&self, dx: &Dx<'_>) -> String {
        words::title(self, dx)
    }

    fn lines(&self, dx: &Dx<'_>, wide: u16) -> Option<Vec<Line<'static>>> {
        Some(words::lines(self, dx, wide))
    }

    fn confirm(&self, _state: &State) -> Confirm {
        let (asks, cells) = words::asks(self);
        let hint = if self.takes_paste() { "then ⏎" } else { NO_PASTE };
        Confirm::Words(asks.to_owned(), hint, cells)
    }

    fn confirmed(&mut self, answer: Confirmed, cx: &mut Cx<'_>) -> Result<(), String> {
        match answer {
            Confirmed::Words(typed) if !typed.is_empty() => {
                cx.command(self.command(&typed));
                Ok(())
            }
            Confirmed::Yes | Confirmed::Words(_) | Confirmed::Amount(_) => {
                Err("nothing was typed".to_owned())
            }
        }
    }

    fn stands(&mut self, _answer: &mut Answer, dx: &Dx<'_>) -> bool {
        self.has_question(dx.state)
    }

    /// Where the seller is asked it stays until the answer is there, and says why that settled nothing.
    fn stays(&mut self, sent: Timestamp, answer: &mut Answer, dx: &Dx<'_>) -> bool {
        if !self.is_asking(dx.state) {
            let newest = dx.state.message.as_ref().filter(|said| said.at >= sent && said.bad);
            answer.trouble = newest.map(|said| said.says.clone());
            answer.reopen();
            answer.guard.disturbed(dx.now);
        }
        true
    }

    fn sending(&self) -> &'static str {
        "asking the seller …"
    }

    /// A Deal ID is long and the seller is asked for it, so it may be pasted; Enter is pressed by hand.
    fn takes_paste(&self) -> bool {
        matches!(self, Self::EnterDeal(_))
    }
}
