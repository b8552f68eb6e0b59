//! Watching deals: polled with back-off. A failed check never changes a deal's status.

use jiff::{SignedDuration, Timestamp};

use super::{
    Change, Passing,
    booked::{differs, lifeless},
    person, quote, refuse, say, seller_actor,
};
use crate::{
    desk::{
        evolve::wrong_answer,
        fact::Fact,
        record::DealRecord,
        state::{Purpose, State},
    },
    domain::{Answer, Ask, Deal, DealRef, DealStatus, ErrorKind, SellerError},
};

/// Seconds until the next check after `quiet` unchanged answers or failures in a row: 5 s to 60 s
/// while it is pending, 30 s to 10 min while it runs (screens.md 3.1).
pub(crate) fn interval(status: DealStatus, quiet: u32) -> i64 {
    let (first, most) = if status == DealStatus::Proposed { (5, 60) } else { (30, 600) };
    (first << quiet.min(10)).min(most)
}

pub(super) fn poll(state: &State, key: &DealRef) -> Vec<Change> {
    let known = state.deals.get_index_of(key);
    if known.is_none_or(|index| state.polls.is_under_way(index)) {
        return Vec::new();
    }
    let ask = Ask::GetDeal(key.deal_id.clone());
    vec![Change::Ask(key.seller.clone(), ask, Purpose::Poll(key.clone()))]
}

/// The next deal of a seller is read, if it is time for one.
pub(super) fn poll_next(state: &State, lane: usize, now: Timestamp) -> Vec<Change> {
    let next = state.polls.next(lane, state.setup.polls, now);
    let key = next.and_then(|index| state.deals.key(index));
    key.map_or_else(Vec::new, |key| poll(state, key))
}

pub(super) fn answered(
    state: &State,
    key: &DealRef,
    result: Result<Answer, SellerError>,
    now: Timestamp,
) -> Vec<Change> {
    let Some((index, _, record)) = state.deals.get_full(key) else { return Vec::new() };
    let quiet = state.polling.get(&index).map_or(0, |polling| polling.quiet);
    let (fact, error) = match result {
        Ok(Answer::Deal(deal)) if deal.reference() == *key => (changed(state, record, *deal), None),
        Ok(_) => (None, Some(wrong_answer().to_string())),
        Err(error) => (gone(record, &error), Some(error.to_string())),
    };
    let status = match &fact {
        Some(Fact::DealSeen { deal, .. }) => deal.status,
        Some(_) | None => record.deal.status,
    };
    let quiet = if fact.is_some() { 0 } else { quiet.saturating_add(1) };
    let next = now.checked_add(SignedDuration::from_secs(interval(status, quiet))).ok();
    let next = next.filter(|_| !status.is_over() && state.setup.is_host);
    let mut changes = vec![Passing::Polled { index, error, quiet, next }.into()];
    changes.extend(fact.map(|fact| Change::Keep(seller_actor(&key.seller), fact)));
    changes
}

/// A seller that does not know a deal it booked for us.
fn gone(record: &DealRecord, error: &SellerError) -> Option<Fact> {
    let is_no = error.kind == ErrorKind::Refused && !error.bare;
    let is_gone = is_no && matches!(error.http_status, 404 | 410);
    let says = format!("the seller no longer has it: {error}");
    let is_news = is_gone && record.attention.is_none();
    is_news.then(|| Fact::DealGone { deal: record.reference(), says })
}

/// The deal as it is now beside what was agreed, if anything of it is news.
fn changed(state: &State, record: &DealRecord, seen: Deal) -> Option<Fact> {
    let seen = completed(&record.deal, seen);
    let booking = state.bookings.get(&record.ticket);
    let quote = booking.and_then(|booking| state.quote(&booking.intent.quote));
    let mut differences = booking.zip(quote).map(|(booking, quote)| differs(quote, booking, &seen));
    // A dispute is over where the deal is as agreed and alive: one that is over settles none.
    if let Some(found) = differences.as_mut().filter(|_| !record.differences.is_empty()) {
        found.extend(lifeless(&seen));
    }
    let is_news = seen != record.deal
        || differences.as_ref().is_some_and(|found| *found != record.differences);
    is_news.then_some(Fact::DealSeen { deal: seen, differences })
}

/// What a re-read leaves out is kept.
fn completed(known: &Deal, mut seen: Deal) -> Deal {
    if seen.openrtb.is_none() {
        (seen.openrtb, seen.openrtb_raw) = (known.openrtb.clone(), known.openrtb_raw.clone());
    }
    if seen.activation_instructions.is_empty() {
        seen.activation_instructions.clone_from(&known.activation_instructions);
    }
    seen
}

/// A person knows what became of a deal.
pub(super) fn acknowledge(state: &State, key: &DealRef) -> Vec<Change> {
    let Some(record) = state.deals.get(key) else { return unknown(state, key) };
    if record.attention.is_none() {
        let says = format!("nothing about {} is to be acknowledged", key.deal_id);
        return refuse("deal", says, "it stands as it was booked");
    }
    let freed = freed(state, record).map_or_else(String::new, |freed| format!(": {freed}"));
    let says = format!("{} is acknowledged{freed}", key.deal_id);
    vec![
        Change::Keep(person(state), Fact::DealAcknowledged { deal: key.clone() }),
        say(false, says),
    ]
}

/// The money that a deal which came to nothing no longer binds, in words.
fn freed(state: &State, record: &DealRecord) -> Option<String> {
    let booking = state.bookings.get(&record.ticket)?;
    let binds = record.deal.status.binds_money();
    (!binds).then(|| format!("{} no longer counts as spent", booking.held().in_full()))
}

fn unknown(state: &State, key: &DealRef) -> Vec<Change> {
    if state.left_out.deals.contains(key) {
        return quote::unread("deal", &key.deal_id);
    }
    let says = format!("the desk knows no deal {} of {}", key.deal_id, key.seller);
    refuse("deal", says, "`dealdesk deals list` names them")
}

/// A person took a step of a deal's activation.
pub(super) fn activated(state: &State, deal: DealRef, step: String, says: &str) -> Vec<Change> {
    if !state.deals.contains_key(&deal) {
        return unknown(state, &deal);
    }
    let says = crate::domain::text::prose(says);
    vec![Change::Keep(person(state), Fact::ActivationDone { deal, step, says })]
}

/// A word about a deal's newest change, and the bell where a person must look at it.
pub(super) fn said(state: &State, key: &DealRef) -> Vec<Change> {
    let Some(record) = state.deals.get(key) else { return Vec::new() };
    if !record.differences.is_empty() {
        let fields: Vec<_> = record.differences.iter().map(|(field, ..)| field.as_str()).collect();
        let says = format!(
            "DISPUTED {}: {} differ from what was agreed ({})",
            key.deal_id,
            fields.join(", "),
            key.seller
        );
        return vec![say(true, says), Passing::Ring.into()];
    }
    if record.attention.is_some() {
        let word = record.deal.raw_status.to_uppercase();
        let freed = freed(state, record).map_or_else(String::new, |freed| format!(": {freed}"));
        let says = format!("{} {word} by {} after it was booked{freed}", key.deal_id, key.seller);
        return vec![say(true, says), Passing::Ring.into()];
    }
    let Some(change) = record.last_change() else { return Vec::new() };
    let bad = !change.notes.is_empty();
    let says = format!("{} {} → {} ({})", key.deal_id, change.from, change.to, key.seller);
    vec![say(bad, says)]
}

/// A seller no longer has a deal of ours.
pub(super) fn gone_said(key: &DealRef, says: &str) -> Vec<Change> {
    vec![say(true, format!("{}: {says}", key.deal_id)), Passing::Ring.into()]
}
