//! Triggers: what a person armed is booked once, as soon as it can be had for the price, through the same
//! ticket, checks and send gate as a booking by hand. Whatever would ask a person ends it instead.

mod arming;

use jiff::Timestamp;

pub(super) use self::arming::{arm, disarm};
pub use self::arming::{check_trigger, trigger_over};
use super::{Change, Passing, book, negotiate, person, say};
use crate::{
    desk::{
        command::Confirmation,
        fact::{Actor, Fact},
        record::QuoteRecord,
        rivals,
        schedule::Due,
        state::State,
        ticket::{Ticket, TicketState},
    },
    domain::{
        Action, Check, Cost, Cpm, Negotiation, Outcome, QuoteRef, SellerName, Trigger,
        negotiation::Pending,
        trigger::{Decided, Scope, Terms},
    },
};

/// A trigger whose process is gone ends: another one never acts for it.
pub(super) fn orphaned(state: &State, owner: &str) -> Vec<Change> {
    let gone = state.controls.triggers.values().filter(|trigger| trigger.owner == owner);
    gone.flat_map(|trigger| over(state, trigger, Actor::Desk, "the desk was closed")).collect()
}

/// The trigger that ends next falls due; after it the one that ends then.
pub(super) fn due(state: &State, now: Timestamp) -> Vec<Change> {
    vec![Passing::Again(Due::Trigger, state.next_trigger_end(Some(now))).into()]
}

/// A person closes a ticket that a trigger opened, before it left: the trigger is let go with it.
pub(super) fn closed(state: &State) -> Option<Vec<Change>> {
    let decided = state.ticket.as_ref().and_then(|ticket| ticket.trigger.as_ref())?;
    let trigger = state.controls.triggers.get(&decided.id)?;
    Some(over(state, trigger, person(state), "its ticket was closed by hand"))
}

/// Whether a price was to be taken for a trigger that is over by now, or a strategy that was stopped.
pub(super) fn let_go_of(state: &State, key: &QuoteRef, pending: &Pending) -> bool {
    let plays =
        |record: &QuoteRecord| record.negotiation.as_ref().is_some_and(|game| game.auto.is_some());
    let of_a_strategy = state.quote(key).is_some_and(plays);
    let takes = |trigger: &Trigger| {
        let taken = trigger.takes.as_ref().is_some_and(|(taken, _)| taken == key);
        taken && trigger.terms.until > state.folded_at
    };
    let stands = state.own_triggers().any(takes);
    pending.automatic && pending.action == Action::Accept && !of_a_strategy && !stands
}

/// What the triggers of this process do about what happened.
pub(in crate::desk) fn watch(state: &State, now: Timestamp) -> Vec<Change> {
    // A trigger that another process let go leaves no ticket behind that nobody may answer.
    let waits = |ticket: &&Ticket| is_open(ticket) && !is_sent(ticket);
    let decided = state.ticket.as_ref().filter(waits).and_then(|ticket| ticket.trigger.as_ref());
    if decided.is_some_and(|decided| !state.controls.triggers.contains_key(&decided.id)) {
        return book::close(state);
    }
    // One at a time: what one does is folded before the next one is asked.
    let mut all = state.own_triggers().map(|trigger| act(state, trigger, now));
    all.find(|changes| !changes.is_empty()).unwrap_or_default()
}

fn act(state: &State, trigger: &Trigger, now: Timestamp) -> Vec<Change> {
    let end = |why: &str| over(state, trigger, Actor::Desk, why);
    let Some(base) = state.quote(&trigger.quote) else { return end("its quote is not known") };
    let about = trigger.takes.as_ref().map_or(&trigger.quote, |(taken, _)| taken);
    if let Some(stop) = state.controls.stop(&about.seller) {
        return end(&format!("halted: {}", stop.why));
    }
    if trigger.terms.until <= now {
        return end("its time is over");
    }
    if let Some((taken, price)) = &trigger.takes {
        return go_on(state, trigger, (taken, *price), now);
    }
    if let Some(seller) = bought_since(state, base, trigger) {
        return end(&format!("{seller} was booked for the same by hand"));
    }
    let field = field(state, base, trigger.terms.scope);
    if field.is_empty() {
        return end("nothing that it could book is open any more");
    }
    // Who has a ticket open decides first.
    if state.ticket.as_ref().is_some_and(is_open) {
        return Vec::new();
    }
    let free = |record: &&&QuoteRecord| state.controls.stop(&record.quote.seller).is_none();
    let fits = field
        .iter()
        .filter(free)
        .filter(|record| !state.is_committing(&record.reference()))
        .filter_map(|record| Some((within(record, &trigger.terms)?, record)));
    let Some((price, record)) =
        fits.min_by(|(one, _), (other, _)| one.amount().cmp(&other.amount()))
    else {
        return Vec::new();
    };
    let key = record.reference();
    let took = Fact::TriggerTook { id: trigger.id.clone(), quote: key.clone(), price };
    let mut changes = vec![Change::Keep(Actor::Desk, took)];
    let next = if record.price() == Some(price) {
        open(state, trigger, key, now)
    } else {
        accept(state, &key, price, now)
    };
    if let Some(Change::Refuse(refusal)) = next.first() {
        return end(&refusal.says);
    }
    changes.extend(next);
    changes
}

/// Takes the price that they ask, as a strategy would.
fn accept(state: &State, key: &QuoteRef, price: Cpm, now: Timestamp) -> Vec<Change> {
    match negotiate::ready(state, key) {
        Ok(ready) => negotiate::take(state, key, ready, price, (Actor::Desk, now)),
        Err(refused) => refused,
    }
}

fn open(state: &State, trigger: &Trigger, key: QuoteRef, now: Timestamp) -> Vec<Change> {
    let given = book::Given {
        max_cpm: Some(trigger.terms.at_most),
        planned_spend: None,
        notes: None,
        trigger: Some(Decided { id: trigger.id.clone(), until: trigger.terms.until }),
    };
    book::open(state, key, given, now)
}

/// What becomes of the quote that was chosen, up to its booking.
fn go_on(
    state: &State,
    trigger: &Trigger,
    (taken, price): (&QuoteRef, Cpm),
    now: Timestamp,
) -> Vec<Change> {
    let end = |why: &str| over(state, trigger, Actor::Desk, why);
    let Some(record) = state.quote(taken) else { return end("its quote is not known") };
    if let Some(ticket) = ticket(state, trigger) {
        return answer(state, trigger, ticket, now);
    }
    let Some(game) = record.negotiation.as_ref() else { return end("its ticket was closed") };
    if game.pending.as_ref().is_some_and(|pending| pending.in_doubt) {
        return end("nobody knows whether the price was taken; it is looked up");
    }
    if state.is_committing(taken) {
        return Vec::new();
    }
    let agreed = game.agreed.filter(|_| game.outcome == Outcome::Accepted);
    let Some(agreed) = agreed else { return end("they did not stay at their price") };
    let newest = rivals::stands_for(state, record);
    if agreed != price || newest.agreed != Some(price) {
        let says = format!("{price} was to be taken, {agreed} was agreed");
        return end(&says);
    }
    if let Some(error) = &record.requote_error {
        return end(&format!("agreed, and no quote at that price came: {error}"));
    }
    let is_carried = newest.reference() != *taken || newest.quote.pricing.cpm() == Some(agreed);
    if !is_carried && !honours(state, &taken.seller) {
        // The quote that carries the agreement is on its way.
        return Vec::new();
    }
    if state.ticket.as_ref().is_some_and(is_open) {
        return Vec::new();
    }
    let changes = open(state, trigger, newest.reference(), now);
    if let Some(Change::Refuse(refusal)) = changes.first() {
        return end(&refusal.says);
    }
    changes
}

/// Its ticket, as a person would answer it: with the price, if everything passes and nothing is asked.
/// With the answer the trigger is spent, whatever becomes of the booking.
fn answer(state: &State, trigger: &Trigger, ticket: &Ticket, now: Timestamp) -> Vec<Change> {
    let end = |why: &str| over(state, trigger, Actor::Desk, why);
    match ticket.state {
        TicketState::Checking => return Vec::new(),
        TicketState::Storing | TicketState::Sent | TicketState::Ended => {
            return end("it booked once already");
        }
        TicketState::Blocked => {
            let why = ticket.checks.iter().find(|check| !check.ok);
            return end(why.map_or("its ticket was blocked", |check| &check.says));
        }
        TicketState::Armed => {}
    }
    let asks = |check: &&Check| !check.ok || check.warns || check.asks.is_some();
    if let Some(check) = ticket.checks.iter().find(asks) {
        return end(&format!("a person is to look at it: {}", check.says));
    }
    let Some(record) = state.quote(&ticket.quote) else { return end("its quote is not known") };
    let allowed = ticket.price.filter(|price| trigger.terms.allow(*price, ticket.cost));
    let Some(price) = allowed else { return end("its price is not what was armed") };
    // The limits may be lower by now, or more may be out.
    if let Err(refusal) = arming::within_limits(state, record, (price, trigger.terms.spend), now) {
        return end(&refusal.says);
    }
    let changes = book::confirm(state, &Confirmation::Price(price.amount()), now);
    let is_stored = |change: &Change| matches!(change, Change::Store(..));
    if !changes.iter().any(is_stored) {
        let why = changes.iter().find_map(|change| match change {
            Change::Refuse(refusal) => Some(refusal.says.clone()),
            Change::Keep(..)
            | Change::Ask(..)
            | Change::Send(..)
            | Change::Arm(_)
            | Change::Store(..)
            | Change::Pass(_) => None,
        });
        return end(&why.unwrap_or_else(|| "its ticket took no answer".to_owned()));
    }
    let why = format!("it books at {price} with ticket {}", ticket.id);
    let mut spent = ended(trigger, Actor::Desk, &why, false).to_vec();
    spent.extend(changes);
    spent
}

/// The trigger is over, and so is its ticket where nothing has left.
fn over(state: &State, trigger: &Trigger, actor: Actor, why: &str) -> Vec<Change> {
    let mut changes = ended(trigger, actor, why, true).to_vec();
    if ticket(state, trigger).is_some_and(|ticket| !is_sent(ticket)) {
        changes.push(Passing::Again(Due::Ticket, None).into());
        changes.push(Passing::Ticket(None).into());
    }
    changes
}

fn ended(trigger: &Trigger, actor: Actor, why: &str, bad: bool) -> [Change; 2] {
    let quote = trigger.takes.as_ref().map_or(&trigger.quote, |(taken, _)| taken).clone();
    let said = say(bad, format!("trigger {} is over: {why}", trigger.id));
    let fact = Fact::TriggerEnded { id: trigger.id.clone(), quote, why: why.to_owned() };
    [Change::Keep(actor, fact), said]
}

/// The ticket that a trigger opened.
fn ticket<'s>(state: &'s State, trigger: &Trigger) -> Option<&'s Ticket> {
    let of_it = |ticket: &&Ticket| ticket.trigger.as_ref().is_some_and(|by| by.id == trigger.id);
    state.ticket.as_ref().filter(of_it)
}

fn is_open(ticket: &Ticket) -> bool {
    !matches!(ticket.state, TicketState::Ended | TicketState::Blocked)
}

fn is_sent(ticket: &Ticket) -> bool {
    matches!(ticket.state, TicketState::Storing | TicketState::Sent)
}

/// What a trigger may book: the quote that stands for its own by now, and whoever competes with that.
fn field<'s>(state: &'s State, base: &'s QuoteRecord, scope: Scope) -> Vec<&'s QuoteRecord> {
    let own = rivals::stands_for(state, base);
    let others = (scope == Scope::Any).then(|| rivals::of(state, own));
    let all = std::iter::once(own).chain(others.into_iter().flatten());
    all.filter(|record| record.is_open()).collect()
}

/// The price at which a quote can be had within the terms: as it stands, or by taking what they ask.
fn within(record: &QuoteRecord, terms: &Terms) -> Option<Cpm> {
    let cost = |price: Cpm| -> Option<Cost> { Some(price.cost(record.quote.terms.impressions?)) };
    let standing = record.price().filter(|price| terms.allow(*price, cost(*price)));
    let game = record.negotiation.as_ref().filter(|game| game.is_our_turn() && game.auto.is_none());
    let theirs = game.and_then(Negotiation::their_last);
    let theirs = theirs.filter(|price| terms.allow(*price, cost(*price)));
    match (standing, theirs) {
        (Some(standing), Some(theirs)) if theirs < standing => Some(theirs),
        (standing, theirs) => standing.or(theirs),
    }
}

/// The seller of whom what a trigger waits for was booked since it was armed.
fn bought_since(state: &State, base: &QuoteRecord, trigger: &Trigger) -> Option<SellerName> {
    let since = state.bookings.values().rev().take_while(|booking| booking.at >= trigger.at);
    let own = [base.reference(), rivals::stands_for(state, base).reference()];
    let same = |key: &QuoteRef| {
        let competes = |other: &QuoteRecord| rivals::compete(base, other);
        own.contains(key)
            || (trigger.terms.scope == Scope::Any && state.quote(key).is_some_and(competes))
    };
    let mut bought =
        since.filter(|booking| booking.state.holds_money() && same(&booking.intent.quote));
    bought.next().map(|booking| booking.intent.quote.seller.clone())
}

fn honours(state: &State, seller: &SellerName) -> bool {
    state.sellers.get(seller).is_some_and(crate::desk::SellerState::honours_agreement)
}
