//! The one way out for what is sent once: a booking, the same booking once more, a move, an order. It is
//! stored by then. Here it is asked once more whether it may leave, and only what may leave is released.

use jiff::Timestamp;

use super::{
    Change, ON_PAPER, auto, book, booked, negotiate, orders, repeat, say, settle, trigger,
};
use crate::{
    desk::{
        command::Stored,
        fold::HALTED_CODE,
        state::{Mode, Purpose, State},
    },
    domain::{Ask, ErrorKind, Refusal, SellerError, SellerName},
};

/// The code of what a read-only desk decided and does not send.
pub(super) const READ_ONLY: &str = "read_only";

/// A question that is sent once: it spends money, moves a negotiation or changes an order. Only this file
/// makes one, out of what is stored and may leave, and nothing else that is sent once reaches a seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    ask: Ask,
}

impl Released {
    /// The question.
    pub fn ask(&self) -> &Ask {
        &self.ask
    }

    /// Whatever a test wants to send.
    #[cfg(any(test, feature = "testing"))]
    pub fn for_a_test(ask: Ask) -> Self {
        Self { ask }
    }

    /// The question, to be sent.
    pub fn into_ask(self) -> Ask {
        self.ask
    }
}

/// Which halts hold back what is about to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heeds {
    /// One of the desk, and one of its seller.
    Every,
    /// One of its seller: a person typed that it goes out although the desk is halted.
    OfItsSeller,
    /// None: a person moves by hand.
    None,
}

/// What is about to leave.
pub(super) struct Leaving {
    /// To whom.
    pub(super) seller: SellerName,
    /// The question.
    pub(super) ask: Ask,
    /// What its answer is for.
    pub(super) purpose: Purpose,
    /// Which halts hold it back.
    pub(super) heeds: Heeds,
    /// What it is called in words for a person: "book", "negotiate".
    pub(super) verb: &'static str,
    /// Why its own time is over, if it is.
    pub(super) over: Option<SellerError>,
}

/// Lets out what may leave.
///
/// # Errors
/// Why it is held back: nothing was sent.
pub(super) fn release(state: &State, leaving: Leaving) -> Result<Change, SellerError> {
    let verb = leaving.verb;
    if state.setup.mode == Mode::Paper {
        let cure = format!("start without --paper to {verb}");
        return Err(held(ON_PAPER, "paper mode: nothing was sent", &cure));
    }
    if state.setup.read_only {
        let cure = format!("start without --read-only to {verb}");
        return Err(held(READ_ONLY, "the desk is read-only: nothing was sent", &cure));
    }
    let Leaving { seller, ask, purpose, heeds, over, .. } = leaving;
    if let Some(over) = over {
        return Err(over);
    }
    let is_halted = match heeds {
        Heeds::Every => state.controls.stop(&seller).is_some(),
        Heeds::OfItsSeller => state.controls.sellers.contains_key(&seller),
        Heeds::None => false,
    };
    if is_halted {
        let cure = format!("resume, then {verb} again");
        return Err(held(HALTED_CODE, "halted before it left: nothing was sent", &cure));
    }
    Ok(Change::Send(seller, Released { ask }, purpose))
}

/// That this desk held something back itself.
pub(super) fn held(code: &str, says: &str, cure: &str) -> SellerError {
    SellerError::transport(ErrorKind::Configuration, code, says, cure)
}

/// What was stored leaves, or what keeps it back becomes of it.
pub(in crate::desk) fn send(state: &State, stored: Stored, now: Timestamp) -> Vec<Change> {
    match stored {
        Stored::Booking(intent) => booked::send(state, *intent, now),
        Stored::Repeat(ticket) => repeat::send(state, &ticket, now),
        Stored::Move(quote, pending) => negotiate::send(state, quote, *pending),
        Stored::Order(intent) => orders::send(state, *intent),
        Stored::Auto(quote, plan) => auto::stored(state, quote, *plan),
    }
}

/// It could not be stored: nothing is sent.
pub(in crate::desk) fn not_stored(state: &State, stored: &Stored, why: &str) -> Vec<Change> {
    let mut changes = vec![Change::Refuse(Refusal::new(
        "not stored",
        format!("nothing was sent: {why}"),
        "make the store writable, then try again",
    ))];
    changes.extend(auto::unstored(state, stored, why));
    if matches!(stored, Stored::Booking(_)) {
        changes.extend(book::not_stored(state, why));
    }
    changes
}

/// Another process wrote first: everything is checked again against what it wrote.
pub(in crate::desk) fn behind(state: &State, stored: Stored, now: Timestamp) -> Vec<Change> {
    match stored {
        Stored::Booking(intent) => book::store_again(state, *intent, now),
        // The next look decides it again, by what is known by then.
        Stored::Repeat(ticket) => {
            let mut changes = settle::look(state, &ticket);
            let says = "another process wrote first: nothing was sent again";
            changes.push(say(true, format!("{says}; look at the booking, then answer anew")));
            changes
        }
        Stored::Move(quote, pending) => negotiate::store_again(state, &quote, *pending),
        Stored::Order(intent) => orders::store_again(state, intent),
        Stored::Auto(quote, plan) => auto::store_again(state, quote, *plan),
    }
}

/// The process that sent something is gone without its answer: nobody knows its outcome.
pub(in crate::desk) fn owner_gone(state: &State, owner: &str) -> Vec<Change> {
    let mut changes = settle::orphaned(state, owner);
    changes.extend(auto::orphaned(state, owner));
    changes.extend(trigger::orphaned(state, owner));
    changes.extend(orders::orphaned(state, owner));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desk::{Actor, Desk, Setup, controls::Stop},
        domain::{OrderAsk, OrderId},
    };

    fn leaving(heeds: Heeds, over: bool) -> Leaving {
        Leaving {
            seller: "northlight".into(),
            ask: Ask::Orders(OrderAsk::Get(OrderId::from("ORD-1"))),
            purpose: Purpose::Orders,
            heeds,
            verb: "book",
            over: over.then(|| held("stopped", "its time is over", "")),
        }
    }

    #[test]
    fn what_may_leave_leaves_and_what_keeps_it_back_is_named() {
        use Heeds::{Every, None as Nothing, OfItsSeller};
        let stop = || Stop {
            at: Timestamp::UNIX_EPOCH,
            by: Actor::Desk,
            why: "by hand".to_owned(),
            tripped: false,
        };
        for (paper, read_only, over, halted, heeds, code) in [
            (false, false, false, "", Every, ""),
            (true, true, true, "desk", Every, ON_PAPER),
            (false, true, true, "desk", Every, READ_ONLY),
            (false, false, true, "desk", Every, "stopped"),
            (false, false, false, "desk", Every, HALTED_CODE),
            (false, false, false, "northlight", Every, HALTED_CODE),
            (false, false, false, "bayline", Every, ""),
            (false, false, false, "desk", OfItsSeller, ""),
            (false, false, false, "northlight", OfItsSeller, HALTED_CODE),
            (false, false, false, "desk", Nothing, ""),
            (false, false, false, "northlight", Nothing, ""),
            (true, false, false, "", Nothing, ON_PAPER),
            (false, true, false, "", OfItsSeller, READ_ONLY),
            (false, false, true, "", Nothing, "stopped"),
        ] {
            let mode = if paper { Mode::Paper } else { Mode::Live };
            let desk = Desk::new(Setup { mode, read_only, ..Setup::default() });
            let mut state = desk.state().clone();
            match halted {
                "" => {}
                "desk" => state.controls.halt = Some(stop()),
                seller => drop(state.controls.sellers.insert(seller.into(), stop())),
            }
            let released = release(&state, leaving(heeds, over));
            let case = format!("{paper} {read_only} {over} {halted} {heeds:?}");
            match released {
                Ok(Change::Send(seller, released, Purpose::Orders)) => {
                    assert_eq!((seller.as_str(), code), ("northlight", ""), "{case}");
                    assert_eq!(*released.ask(), leaving(heeds, over).ask);
                }
                Ok(other) => assert_eq!(format!("{other:?}"), "a send", "{case}"),
                Err(error) => {
                    assert_eq!(error.code, code, "{case}");
                    assert_eq!(error.kind, ErrorKind::Configuration);
                }
            }
        }
    }
}
