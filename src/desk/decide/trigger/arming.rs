//! Arming a trigger, and letting it go: what may be armed on which quote, by a person who types the most
//! that it may cost.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{field, over, within};
use crate::{
    desk::{
        decide::{Change, checks::limit_checks, halt, new_id, person, quote, refuse, say},
        fact::Fact,
        record::{BookingState, QuoteRecord},
        rivals,
        state::State,
    },
    domain::{
        Cost, Cpm, QuoteRef, Refusal, Trigger, TriggerId,
        trigger::{Scope, Terms},
    },
};

/// Whether terms may be armed on a quote, and if not, why: for the ticket, and once more for the command.
pub fn check_trigger(
    state: &State,
    record: &QuoteRecord,
    terms: &Terms,
    now: Timestamp,
) -> Result<(), Refusal> {
    let no = |rule: &str, says: String, cure: &str| Err(Refusal::new(rule, says, cure));
    let key = record.reference();
    if let Some(refusal) = halt::obstacle(state, &key.seller) {
        return Err(refusal);
    }
    if !record.is_open() {
        let says = format!("{} can be booked no more", key.quote_id);
        return no("over", says, "arm it on a quote that is open (r asks again)");
    }
    if let Some(other) = trigger_over(state, &key) {
        let says = format!("{} is armed here already", other.id);
        return no("armed", says, "let that one go first (the same key)");
    }
    let unsettled =
        rivals::of(state, record).find(|other| other.booking.is_some_and(BookingState::is_awaited));
    if let Some(other) = unsettled.filter(|_| terms.scope == Scope::Any) {
        let says = format!("a booking of {} has no known outcome", other.quote.quote_id);
        return no("booking", says, "wait for the evidence, or arm it for this seller alone");
    }
    let Terms { scope, at_most, until, spend } = terms;
    let currency = record.price().map(|price| price.currency());
    if [Some(at_most.currency()), Some(spend.currency())] != [currency, currency] {
        let says = "the quote is in another currency, or names no price".to_owned();
        return no("currency", says, "arm it in the quote's currency");
    }
    if at_most.amount() <= Decimal::ZERO || spend.amount() <= Decimal::ZERO {
        let says = "a price and an amount of 0 buy nothing".to_owned();
        return no("amounts", says, "give both above 0");
    }
    if *until <= now {
        return no("time", "its time is over".to_owned(), "give it some minutes");
    }
    let costs = record.quote.terms.impressions.map(|impressions| at_most.cost(impressions));
    let Some(costs) = costs else {
        let says = "the quote has no impressions, so what it costs is not known".to_owned();
        return no("cost", says, "ask for a quote with impressions");
    };
    if *scope == Scope::This && costs > *spend {
        let says = format!("at {at_most} it costs {costs}, more than {spend}");
        return no("spend", says, "lower the price, or raise what it may cost");
    }
    let field = field(state, record, *scope);
    let asked = field.iter().find(|other| within(other, terms).is_some());
    if let Some((other, price)) = asked.and_then(|other| Some((other, rivals::asks(other)?))) {
        let says = format!("{} asks {price} already", other.quote.seller);
        return no("price", says, "book it (B) or take it (A), or arm a lower price");
    }
    let plays = |other: &&QuoteRecord| other.negotiation.as_ref().is_some_and(|g| g.auto.is_some());
    if let Some(other) = std::iter::once(record).chain(rivals::of(state, record)).find(plays) {
        let says = format!("a strategy plays with {}: it may agree elsewhere", other.quote.seller);
        return no("auto", says, "take over from it first (a)");
    }
    within_limits(state, record, (*at_most, *spend), now)
}

/// Whether a price, and the most that a trigger may spend, is within the limits as they are now.
pub(super) fn within_limits(
    state: &State,
    record: &QuoteRecord,
    (cpm, spend): (Cpm, Cost),
    now: Timestamp,
) -> Result<(), Refusal> {
    let checks = limit_checks(state, &record.quote, (cpm, Some(spend)), now, None);
    checks.iter().find(|check| !check.ok).map_or(Ok(()), |check| Err(check.refusal()))
}

/// The trigger that is armed on a quote or on any that competes with it: a group of rivals has one at
/// most, whichever of them it may book.
pub fn trigger_over<'s>(state: &'s State, key: &QuoteRef) -> Option<&'s Trigger> {
    let record = state.quote(key)?;
    let covers = |trigger: &&Trigger| {
        state.quote(&trigger.quote).is_some_and(|base| {
            let newest = rivals::stands_for(state, base);
            [base, newest]
                .iter()
                .any(|known| known.reference() == *key || rivals::compete(known, record))
        })
    };
    state.controls.triggers.values().find(covers)
}

pub(in crate::desk::decide) fn arm(
    state: &State,
    key: QuoteRef,
    terms: Terms,
    typed: Decimal,
    now: Timestamp,
) -> Vec<Change> {
    let Some(record) = state.quote(&key) else { return quote::unknown(state, &key) };
    if let Err(refusal) = check_trigger(state, record, &terms, now) {
        return vec![Change::Refuse(refusal)];
    }
    if typed != terms.spend.amount() {
        let typed = crate::domain::money::plain(typed);
        let says = format!("you typed {typed}, it may cost {}", terms.spend.in_full());
        return refuse("typed cost", says, "type what it may cost as shown");
    }
    let subject = format!("{}|{}", key.seller.as_str(), key.quote_id.as_str());
    let id = TriggerId(format!("tr-{}", &new_id(state, "trigger", &subject, now)[..8]));
    let said = say(false, format!("{id} is armed: {terms}"));
    let owner = state.setup.owner.clone();
    let trigger = Trigger { id, quote: key, terms, owner, at: now, takes: None };
    vec![Change::Keep(person(state), Fact::TriggerArmed { trigger }), said]
}

pub(in crate::desk::decide) fn disarm(state: &State, id: &TriggerId) -> Vec<Change> {
    let Some(trigger) = state.controls.triggers.get(id) else {
        return refuse(
            "trigger",
            format!("no trigger {id} is armed"),
            "there is nothing to let go",
        );
    };
    over(state, trigger, person(state), "let go by hand")
}
