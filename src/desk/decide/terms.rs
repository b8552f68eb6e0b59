//! What is booked is what was asked: each term of the quote beside the ask, before the price is typed; and
//! a flight that nobody can mean.

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    desk::{judge, record::QuoteRecord, state::State},
    domain::{
        Check, Cost, Currency, Question,
        asked::{self, Difference},
        money::plain,
        proof::Weight,
        words::in_words,
    },
};

/// The currency that a product was offered in, also where that was learnt only after it was asked for.
fn offered_in(state: &State, record: &QuoteRecord) -> Option<Currency> {
    record.offered_in().or_else(|| {
        let seller = state.sellers.get(&record.quote.seller)?;
        let product = seller.product(&record.ask.product_id)?;
        product.base_cpm.or(product.floor_cpm).map(|price| price.currency())
    })
}

/// The checks of a quote's terms. Another kind of purchase blocks; another amount of it is asked about, with
/// the whole cost.
pub(super) fn checks(
    state: &State,
    record: &QuoteRecord,
    cost: Option<Cost>,
    now: Timestamp,
) -> Vec<Check> {
    let offered = offered_in(state, record);
    let mut checks = vec![as_was_asked(record, offered, cost)];
    let quoted = record.quote.pricing.final_cpm.map(|cpm| cpm.currency());
    let limits = state.setup.limits.currency;
    if let Some(quoted) = quoted.filter(|quoted| *quoted != limits)
        && offered.is_none()
    {
        let says = format!("it is priced in {quoted}, and nobody said so before");
        checks.push(Check::warn("currency", says, "make sure that you mean it"));
    }
    checks.extend(flight(record, cost, now));
    checks.extend(avails(record));
    checks
}

/// What of the terms of a quote a ticket would stop at, ask about or warn of, for lists. `offered` is the
/// currency that its product was offered in, as far as that is known. Of a quote that cannot be booked any
/// more there is nothing to say.
pub fn doubts(record: &QuoteRecord, offered: Option<Currency>, now: Timestamp) -> Vec<Check> {
    if !record.is_open() {
        return Vec::new();
    }
    let cost = record.cost();
    let asked = Some(as_was_asked(record, offered, cost)).filter(|check| !check.ok);
    let rest = flight(record, cost, now).into_iter().chain(avails(record));
    super::checks::unit_check(&record.quote).into_iter().chain(asked).chain(rest).collect()
}

/// [`doubts`], with what the desk knows of what was offered.
pub fn doubts_of(state: &State, record: &QuoteRecord, now: Timestamp) -> Vec<Check> {
    doubts(record, offered_in(state, record), now)
}

fn as_was_asked(record: &QuoteRecord, offered: Option<Currency>, cost: Option<Cost>) -> Check {
    let differences = asked::differences(&record.quote, &record.ask, offered);
    match differences.iter().find(|difference| difference.blocks) {
        Some(_) => Check::fail("asked", words(&differences), "ask for what you want (Q)"),
        None if differences.is_empty() => Check::pass("asked", as_asked(record)),
        None => asks("asked", &words(&differences), cost),
    }
}

/// A flight that nobody can mean.
fn flight(record: &QuoteRecord, cost: Option<Cost>, now: Timestamp) -> Option<Check> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let (says, is_none) = asked::odd_flight(&record.quote, today)?;
    Some(if is_none {
        Check::fail("flight", says, "ask for a flight that can run (Q)")
    } else {
        asks("flight", &says, cost)
    })
}

/// A price that does not follow from its parts.
pub(super) fn proof(state: &State, record: &QuoteRecord) -> Option<Check> {
    let proof = judge::prove(state, record);
    let is_odd = proof.weight() == Weight::Disagrees;
    is_odd.then(|| {
        let says = proof.words().next().unwrap_or_default();
        Check::warn("proof", says, "ask the seller before you book")
    })
}

/// A seller that quotes what it says it does not have.
fn avails(record: &QuoteRecord) -> Option<Check> {
    let told = record.quote.availability.as_ref().and_then(|told| told.inventory_available);
    let says = "the seller says that it is not available";
    (told == Some(false)).then(|| Check::warn("avails", says, "ask the seller before you book"))
}

fn words(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// `PG 500,000 impressions, 2027-01-01 to 2027-03-31`.
fn as_asked(record: &QuoteRecord) -> String {
    let ask = &record.ask;
    let amount = ask.impressions.map_or_else(String::new, |count| {
        format!(" {} impressions,", crate::domain::money::count(count))
    });
    format!("as asked: {}{amount} {} to {}", ask.deal_type, ask.flight_start, ask.flight_end)
}

/// Asks for the whole cost, or stops where that is not known.
fn asks(name: &str, says: &str, cost: Option<Cost>) -> Check {
    match cost {
        None => Check::fail(name, says, "ask for what you want (Q)"),
        Some(cost) => {
            let says = format!("{says}; it costs {}", in_words(cost));
            let cure = format!("if that is meant, type what it costs: {}", plain(cost.amount()));
            Check::ask(name, says, cure, Question::Cost(cost.amount()))
        }
    }
}
