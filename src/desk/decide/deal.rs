//! Watching deals: polled with back-off. A failed check never changes a deal's status.

use jiff::{SignedDuration, Timestamp};

use super::{Change, Passing, person, refuse, say, seller_actor};
use crate::{
    desk::{
        evolve::wrong_answer,
        fact::Fact,
        state::{Purpose, State},
    },
    domain::{Answer, Ask, Deal, DealRef, DealStatus, SellerError},
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
        Ok(Answer::Deal(deal)) if deal.reference() == *key => (changed(&record.deal, *deal), None),
        Ok(_) => (None, Some(wrong_answer().to_string())),
        Err(error) => (None, Some(error.to_string())),
    };
    let status = fact.as_ref().map_or(record.deal.status, |deal: &Deal| deal.status);
    let quiet = if fact.is_some() { 0 } else { quiet.saturating_add(1) };
    let next = now.checked_add(SignedDuration::from_secs(interval(status, quiet))).ok();
    let next = next.filter(|_| !status.is_over() && state.setup.is_host);
    let mut changes = vec![Passing::Polled { index, error, quiet, next }.into()];
    if let Some(deal) = fact {
        changes.push(Change::Keep(seller_actor(&key.seller), Fact::DealSeen { deal }));
    }
    changes
}

/// The deal as it is now, if anything about it changed. What a re-read leaves out is kept.
fn changed(known: &Deal, mut seen: Deal) -> Option<Deal> {
    if seen.openrtb.is_none() {
        (seen.openrtb, seen.openrtb_raw) = (known.openrtb.clone(), known.openrtb_raw.clone());
    }
    if seen.activation_instructions.is_empty() {
        seen.activation_instructions.clone_from(&known.activation_instructions);
    }
    (seen != *known).then_some(seen)
}

/// A person took a step of a deal's activation.
pub(super) fn activated(state: &State, deal: DealRef, step: String, says: &str) -> Vec<Change> {
    if !state.deals.contains_key(&deal) {
        let says = format!("the desk knows no deal {} of {}", deal.deal_id, deal.seller);
        return refuse("deal", says, "`dealdesk deals list` names them");
    }
    let says = crate::domain::text::prose(says);
    vec![Change::Keep(person(state), Fact::ActivationDone { deal, step, says })]
}

/// A word about a deal's newest change.
pub(super) fn said(state: &State, key: &DealRef) -> Vec<Change> {
    let Some(change) = state.deals.get(key).and_then(|record| record.last_change()) else {
        return Vec::new();
    };
    let bad = !change.notes.is_empty();
    let says = format!("{} {} → {} ({})", key.deal_id, change.from, change.to, key.seller);
    vec![say(bad, says)]
}
