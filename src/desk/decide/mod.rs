//! What the desk does about an input: facts to keep, questions to ask, refusals to show. One file per
//! subject. Nothing here changes state; [`super::Desk`] folds what is returned.

mod auto;
mod avails;
mod book;
mod booked;
mod change;
mod checks;
mod closed;
mod commit;
mod deal;
mod halt;
mod heard;
mod kit;
mod leave;
mod limits;
mod lost_move;
mod may;
mod moves;
mod negotiate;
mod orders;
mod quote;
mod recovered;
mod rematch;
mod repeat;
mod sanity;
mod settle;
mod standing;
mod talks;
mod target;
mod terms;
mod trigger;

use jiff::Timestamp;

pub use auto::{plan_for, what_if, would_do};
pub use checks::{booking_guard, limit_checks, limit_for};
pub use commit::Released;
pub(super) use commit::{conflict, not_stored, owner_lost, send};
pub use limits::ACCEPT;
pub use may::{can_ask_again, can_book};
pub use moves::was_withheld;
pub use negotiate::{can_negotiate, check_offer, limit_of, needs_requote};
pub use quote::declined;
pub use recovered::can_judge;
pub use repeat::{may_send_again, repeat_until, risk};
pub use talks::{can_try, talks_doubt};
pub use terms::{doubts, doubts_of};
pub use trigger::{check_trigger, trigger_over};

pub(super) use book::{armed, disturbed};
pub(super) use change::{Change, Passing};
pub(super) use halt::{followed, keep_marks, marked, may_trip};
pub(super) use heard::heard;
pub(super) use recovered::recovered;
pub(super) use trigger::watch as triggers;

use super::{
    command::Command,
    evolve::by_seller,
    fact::{Actor, Entry, Fact},
    schedule::Due,
    state::{InFlight, Purpose, State},
};
use crate::domain::{Answer, Exchange, Outcome, Refusal, SellerError, SellerName};

/// The code of what a desk on paper decided and does not send.
pub const ON_PAPER: &str = "paper";

fn refuse(rule: &str, says: impl Into<String>, cure: impl Into<String>) -> Vec<Change> {
    vec![Change::Refuse(Refusal::new(rule, says, cure))]
}

/// No seller has this name.
fn no_seller(seller: &SellerName) -> Vec<Change> {
    let says = format!("no seller is called {seller}");
    refuse("seller", says, "`dealdesk sellers list` names them")
}

fn say(bad: bool, says: impl Into<String>) -> Change {
    Passing::Say { bad, says: says.into() }.into()
}

/// Names and keys that the desk mints are a digest of what they are for, so that it needs no chance. The
/// owner in it is random per process, so that no two desks mint the same.
fn new_id(state: &State, salt: &str, subject: &str, now: Timestamp) -> String {
    use sha2::{Digest as _, Sha256};
    let text = format!("{salt}|{}|{subject}|{now}|{}", state.setup.owner, state.folded);
    let digest = Sha256::digest(text);
    let number = digest.iter().take(16).fold(0u128, |sum, byte| (sum << 8) | u128::from(*byte));
    format!("{number:032x}")
}

fn person(state: &State) -> Actor {
    Actor::Person(state.setup.person.clone())
}

/// What a command leads to.
pub(super) fn command(state: &State, command: Command, now: Timestamp) -> Vec<Change> {
    if state.is_reading && !matches!(command, Command::Halt { .. }) {
        return refuse("store", "the store is still being read", "wait until it is");
    }
    let writes = match &command {
        Command::RequestQuote { .. }
        | Command::Requote(_)
        | Command::OpenNegotiation { .. }
        | Command::Offer { .. }
        | Command::Accept { .. }
        | Command::Walk { .. }
        | Command::ArmAuto { .. }
        | Command::ArmTrigger { .. }
        | Command::OpenTicket { .. }
        | Command::Confirm(_)
        | Command::EnterDeal { .. }
        | Command::CloseUnknown { .. }
        | Command::SendAgain { .. }
        | Command::Acknowledge(_)
        | Command::Activate { .. }
        | Command::SendOrder { .. }
        | Command::AcceptLimits { .. }
        | Command::Resume { .. } => true,
        Command::RefreshKit(_)
        | Command::Search(..)
        | Command::Probe(_)
        | Command::CheckKey(_)
        | Command::AskAvails(..)
        | Command::AskOrders(..)
        | Command::Reread(_)
        | Command::LetGo(_)
        | Command::TryTalks(_)
        | Command::StopAuto { .. }
        | Command::Disarm(_)
        | Command::CloseTicket
        | Command::Look(_)
        | Command::Halt { .. }
        | Command::PollDeal(_) => false,
    };
    if let Some(refusal) = may::writes(state).err().filter(|_| writes) {
        return vec![Change::Refuse(refusal)];
    }
    match command {
        Command::RefreshKit(seller) => kit::refresh(state, &seller),
        Command::Search(seller, words) => kit::search(state, &seller, words),
        Command::Probe(seller) => kit::probe(state, &seller),
        Command::CheckKey(seller) => kit::check_key(state, &seller),
        Command::AskAvails(seller, ask) => avails::ask(state, seller, ask),
        Command::AskOrders(seller, ask) => orders::ask(state, seller, ask),
        Command::SendOrder { seller, ask, typed } => {
            orders::store(state, &seller, ask, &typed, now)
        }
        Command::RequestQuote { seller, ask, rfq } => quote::request(state, seller, ask, rfq, now),
        Command::Requote(key) => quote::requote(state, &key, now),
        Command::Reread(key) => quote::reread(state, key),
        Command::LetGo(key) => quote::let_go(state, key),
        Command::TryTalks(key) => talks::try_all_the_same(state, key),
        Command::OpenNegotiation { quote, target, limit } => {
            negotiate::open(state, quote, target, limit)
        }
        Command::Offer { quote, cpm, note } => {
            negotiate::offer(state, &quote, (cpm, note.as_ref()), now)
        }
        Command::Accept { quote, typed } => negotiate::accept(state, &quote, typed, now),
        Command::Walk { quote, note } => leave::walk(state, quote, note.as_ref(), now),
        Command::ArmAuto { quote, plan } => auto::arm(state, quote, plan),
        Command::ArmTrigger { quote, terms, typed } => {
            trigger::arm(state, quote, terms, typed, now)
        }
        Command::Disarm(id) => trigger::disarm(state, &id),
        Command::StopAuto { quote, why } => auto::stop(state, quote, why),
        Command::OpenTicket { quote, max_cpm, planned_spend, notes } => {
            let given = book::Given { max_cpm, planned_spend, notes, trigger: None };
            book::open(state, quote, given, now)
        }
        Command::Confirm(answer) => book::answered(state, &answer, now),
        Command::CloseTicket => trigger::closed(state).unwrap_or_else(|| book::close(state)),
        Command::Look(ticket) => settle::look(state, &ticket),
        Command::EnterDeal { ticket, deal_id } => settle::enter_deal(state, &ticket, deal_id),
        Command::SendAgain { ticket, typed } => repeat::send_again(state, &ticket, &typed, now),
        Command::Acknowledge(deal) => deal::acknowledge(state, &deal),
        Command::CloseUnknown { ticket, why } => settle::close(state, &ticket, &why),
        Command::Activate { deal, step, says } => deal::activated(state, deal, step, &says),
        Command::Halt { seller, why } => halt::halt(state, seller, why),
        Command::Resume { seller, typed } => halt::resume(state, seller, &typed),
        Command::AcceptLimits { why } => limits::accept(state, &why),
        Command::PollDeal(key) => deal::poll(state, &key),
    }
}

/// What came of a question.
pub(super) struct Came {
    /// The answer, or why there is none.
    pub(super) result: Result<Answer, SellerError>,
    /// The exchange behind it; `None` where nothing was sent.
    pub(super) exchange: Option<Exchange>,
}

/// What an answer, or the lack of one, leads to.
pub(super) fn answered(
    state: &State,
    flight: &InFlight,
    came: Came,
    now: Timestamp,
) -> Vec<Change> {
    let Came { result, exchange } = came;
    let mut changes = heard::again(state, &flight.purpose, &result);
    changes.extend(match &flight.purpose {
        Purpose::Publish => kit::answered(flight, result),
        Purpose::Quote { .. } => quote::answered(state, flight, result),
        Purpose::Reread(key) => quote::reread_answered(state, key, result),
        Purpose::TicketCatalogue(ticket, key) => book::catalogue_answered(ticket, key, result),
        Purpose::TicketReread(ticket, key) => {
            book::reread_answered(state, ticket, key, result, now)
        }
        Purpose::LookStanding(key) => standing::told(state, key, result),
        Purpose::Rematch { .. } => rematch::answered(state, flight, result, now),
        Purpose::Booking(..) | Purpose::Move(_) | Purpose::SendOrder(..) => {
            commit::answered(state, flight, result, now)
        }
        Purpose::LookBooking(..) | Purpose::LookMove(_) => {
            commit::looked_up(state, flight, Came { result, exchange }, now)
        }
        Purpose::EnterDeal(ticket, key) => settle::entered(state, ticket, key, result, now),
        Purpose::ShowKeys(ticket, key) => repeat::keys_shown(state, ticket, key, result, now),
        Purpose::Poll(key) => deal::answered(state, key, result, now),
        Purpose::Avails => avails::answered(flight, result),
        Purpose::Orders => orders::answered(flight, result),
    });
    changes
}

/// What falls due leads to.
pub(super) fn due(state: &State, due: Due, now: Timestamp) -> Vec<Change> {
    match due {
        Due::Expire(index) => quote::expired(state, index, now),
        Due::Warn(index) => quote::warned(state, index, now),
        Due::Auto(index) => auto::play(state, index, now),
        Due::LookMove(index) => lost_move::look_up_move(state, index),
        Due::LookBooking(index) => {
            let ticket = state.bookings.get_index(index).map(|(ticket, _)| ticket.clone());
            ticket.map_or_else(Vec::new, |ticket| settle::look(state, &ticket))
        }
        Due::Poll(lane) => deal::poll_next(state, lane, now),
        Due::Ticket => book::timed_out(state, now),
        // Its trigger ends at the end of the step; the next one is due by itself.
        Due::Trigger => trigger::due(state, now),
    }
}

/// The store failed to write what happened.
pub(super) fn store_failed(state: &State, why: &str) -> Vec<Change> {
    halt::store_failed(state, why)
}

/// The store is open: the limits of the configuration meet those that held last.
pub(super) fn opened(state: &State) -> Vec<Change> {
    limits::opened(state)
}

/// The machine's clock was moved.
pub(super) fn clock_moved(state: &State, seconds: i64) -> Vec<Change> {
    halt::clock_moved(state, seconds)
}

/// What a fact that this process just kept leads to.
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts lead to nothing more")]
pub(super) fn follow_up(state: &State, entry: &Entry) -> Vec<Change> {
    match &entry.fact {
        Fact::MoveAnswered { quote, .. }
        | Fact::NegotiationEnded { quote, outcome: Outcome::Accepted, .. } => {
            negotiate::followed(state, quote, entry.at)
        }
        Fact::QuoteReceived { quote, agreed: Some(agreed), .. } => {
            quote::requoted_after_agreement(quote, *agreed)
        }
        Fact::DealSeen { deal, .. } => {
            let mut changes = deal::said(state, &deal.reference());
            changes.extend(halt::after(state, entry));
            changes
        }
        Fact::DealGone { deal, says } => deal::gone_said(deal, says),
        Fact::BookingUnknown { quote, .. } => {
            let mut changes = auto::stopped_by_doubt(state, &quote.seller);
            changes.extend(halt::after(state, entry));
            changes
        }
        Fact::BookingEnded { .. } | Fact::IntentStored { .. } => halt::after(state, entry),
        _ => Vec::new(),
    }
}

fn seller_actor(seller: &SellerName) -> Actor {
    by_seller(seller)
}
