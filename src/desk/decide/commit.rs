//! The one path of everything that is sent once: a booking, the same booking once more, a move, an order.
//! It is decided and stored, leaves through one gate, and its answer is judged by one table. What got no
//! answer is looked up, or is left to a person. A noun says only what is its own: its checks, its question,
//! what it makes of an answer, and what an outcome changes.

use jiff::Timestamp;

use super::{
    Came, Change, ON_PAPER, auto, book, booked::Booking, moves::Move, orders::Order, say, trigger,
};
use crate::{
    desk::{
        command::Stored,
        fold::HALTED_CODE,
        state::{InFlight, Mode, Purpose, State},
    },
    domain::{Answer, Ask, ErrorKind, Fate, Refusal, SellerError, SellerName},
};

/// Something that was decided and is not stored yet.
pub(super) trait Storable: Sized {
    /// What stands in its way after another process wrote to the store.
    ///
    /// # Errors
    /// What is told of it: nothing was sent.
    fn check_again(&self, state: &State, now: Timestamp) -> Result<(), Vec<Change>>;

    /// The change that makes it durable. Its send waits for that.
    fn store(self, state: &State) -> Change;

    /// Another process wrote first: what still holds is stored again.
    fn store_again(self, state: &State, now: Timestamp) -> Vec<Change> {
        match self.check_again(state, now) {
            Ok(()) => vec![self.store(state)],
            Err(changes) => changes,
        }
    }
}

/// Something that is stored, and is sent once.
pub(super) trait Commitment {
    /// To whom it goes.
    fn seller(&self) -> &SellerName;

    /// What leaves, as it was stored; `None` where it was settled meanwhile.
    fn question(&self, state: &State, now: Timestamp) -> Option<Leaving>;

    /// What changes beside its leaving.
    fn left(&self, _state: &State, _now: Timestamp) -> Option<Change> {
        None
    }

    /// Whether an answer is one to this.
    ///
    /// # Errors
    /// What is wrong with it.
    fn judge(&self, answer: Answer) -> Result<Answer, SellerError>;

    /// What an outcome changes.
    fn conclude(&self, state: &State, outcome: Outcome, now: Timestamp) -> Vec<Change>;

    /// The question that may settle it where no answer came. Without one a person looks.
    fn evidence(&self, _state: &State) -> Option<(Ask, Purpose)> {
        None
    }

    /// What the answer to that question says of it.
    fn settle(&self, _state: &State, _asked: &Ask, _came: Came, _now: Timestamp) -> Vec<Change> {
        Vec::new()
    }
}

/// What became of what is sent once.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The seller answered it.
    Answered(Answer),
    /// The seller said no: nothing was done.
    Refused(SellerError),
    /// What it is about was over: nothing was done.
    Expired(SellerError),
    /// It did not leave this machine, or the seller turned it away unread.
    NotSent(SellerError),
    /// It left, and nobody knows what became of it.
    Unknown(SellerError),
    /// The gate held it back: nothing was sent.
    Withheld(SellerError),
    /// The process that sent it is gone, and nobody heard its answer.
    Orphaned,
}

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

/// What a question that was sent once is about, or what looks after it.
fn commitment(flight: &InFlight) -> Option<Box<dyn Commitment>> {
    match (&flight.purpose, &flight.ask) {
        (Purpose::Booking(ticket, quote) | Purpose::LookBooking(ticket, quote), _) => {
            Some(Box::new(Booking { ticket: ticket.clone(), quote: quote.clone() }))
        }
        (Purpose::Move(quote) | Purpose::LookMove(quote), _) => {
            Some(Box::new(Move { quote: quote.clone() }))
        }
        (Purpose::SendOrder(id, deal), Ask::Orders(ask)) => {
            Some(Box::new(Order { id: id.clone(), deal: deal.clone(), ask: ask.clone() }))
        }
        _ => None,
    }
}

/// Everything that a process sent and has no answer of.
fn sent_by(state: &State, owner: &str) -> Vec<Box<dyn Commitment>> {
    let bookings = Booking::sent_by(state, owner).map(|of| Box::new(of) as Box<dyn Commitment>);
    let moves = Move::sent_by(state, owner).map(|of| Box::new(of) as Box<dyn Commitment>);
    let orders = Order::sent_by(state, owner).map(|of| Box::new(of) as Box<dyn Commitment>);
    bookings.chain(moves).chain(orders).collect()
}

/// What was stored leaves, or what keeps it back becomes of it.
pub(in crate::desk) fn send(state: &State, stored: Stored, now: Timestamp) -> Vec<Change> {
    match stored {
        Stored::Booking(intent) => leave(state, &Booking::from(&*intent), now),
        Stored::Repeat(ticket) => {
            let booking = Booking::of(state, &ticket);
            booking.map_or_else(Vec::new, |booking| leave(state, &booking, now))
        }
        Stored::Move(quote, _) => leave(state, &Move { quote }, now),
        Stored::Order(intent) => leave(state, &Order::from(*intent), now),
        Stored::Auto(quote, plan) => auto::stored(state, quote, *plan),
    }
}

fn leave(state: &State, what: &dyn Commitment, now: Timestamp) -> Vec<Change> {
    let Some(leaving) = what.question(state, now) else { return Vec::new() };
    match release(state, leaving) {
        Ok(leaves) => what.left(state, now).into_iter().chain([leaves]).collect(),
        Err(error) => what.conclude(state, Outcome::Withheld(error), now),
    }
}

/// The answer to what was sent once, or the lack of one: one table says what it means.
pub(super) fn answered(
    state: &State,
    flight: &InFlight,
    result: Result<Answer, SellerError>,
    now: Timestamp,
) -> Vec<Change> {
    let Some(what) = commitment(flight) else { return Vec::new() };
    let outcome = match result.and_then(|answer| what.judge(answer)) {
        Ok(answer) => Outcome::Answered(answer),
        Err(error) => match error.fate() {
            Fate::Refused => Outcome::Refused(error),
            Fate::Expired => Outcome::Expired(error),
            Fate::NotSent => Outcome::NotSent(error),
            Fate::Unknown => Outcome::Unknown(error),
        },
    };
    what.conclude(state, outcome, now)
}

/// Asks for what may settle it, unless that is being asked.
pub(super) fn look(state: &State, what: &dyn Commitment) -> Vec<Change> {
    let Some((ask, purpose)) = what.evidence(state) else { return Vec::new() };
    if state.in_flight.values().any(|flight| flight.purpose == purpose) {
        return Vec::new();
    }
    vec![Change::Ask(what.seller().clone(), ask, purpose)]
}

/// What a look found.
pub(super) fn looked_up(
    state: &State,
    flight: &InFlight,
    came: Came,
    now: Timestamp,
) -> Vec<Change> {
    let what = commitment(flight);
    what.map_or_else(Vec::new, |what| what.settle(state, &flight.ask, came, now))
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
pub(in crate::desk) fn conflict(state: &State, stored: Stored, now: Timestamp) -> Vec<Change> {
    match stored {
        Stored::Booking(intent) => intent.store_again(state, now),
        // The next look decides it again, by what is known by then.
        Stored::Repeat(ticket) => {
            let booking = Booking::of(state, &ticket);
            let looks = booking.map(|booking| look(state, &booking));
            let says = "another process wrote first: nothing was sent again";
            let says = say(true, format!("{says}; look at the booking, then answer anew"));
            looks.into_iter().flatten().chain([says]).collect()
        }
        Stored::Move(quote, pending) => (quote, *pending).store_again(state, now),
        Stored::Order(intent) => intent.store_again(state, now),
        Stored::Auto(quote, plan) => auto::store_again(state, quote, *plan),
    }
}

/// The process that sent something is gone without its answer: nobody knows its outcome.
pub(in crate::desk) fn owner_lost(state: &State, owner: &str, now: Timestamp) -> Vec<Change> {
    let sent = sent_by(state, owner).into_iter();
    let mut changes: Vec<_> =
        sent.flat_map(|what| what.conclude(state, Outcome::Orphaned, now)).collect();
    changes.extend(auto::orphaned(state, owner));
    changes.extend(trigger::orphaned(state, owner));
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
