//! How facts of a booking change its record, its quote's and its deal's.

use super::Records;
use crate::{
    desk::{
        fact::{BookingOutcome, Entry, Fact},
        record::{
            BookingRecord, BookingState, DealRecord, Evidence, MatchStatus, QuoteRecord, Transition,
        },
    },
    domain::{Cost, Deal, DealRef, QuoteRef, QuoteStatus, TicketId},
};

#[expect(clippy::wildcard_enum_match_arm, reason = "only facts of a booking come here")]
pub(super) fn booking(entry: &Entry, records: &mut impl Records) {
    let at = entry.at;
    match &entry.fact {
        Fact::IntentStored { intent } => {
            records.edit(&intent.quote, |record: &mut QuoteRecord| {
                record.changed_at = at;
                record.ticket = Some(intent.ticket.clone());
                record.booking = Some(BookingState::Sent);
            });
            records.put(BookingRecord {
                intent: intent.clone(),
                by: entry.actor.clone(),
                at,
                state: BookingState::Sent,
                says: None,
                cure: None,
                error: None,
                differences: Vec::new(),
                evidence: Vec::new(),
                deal: None,
                released: false,
                ended_at: None,
                withheld: false,
                attempts: 1,
                sent_at: Some(at),
                dearer: None,
                http_status: 0,
            });
        }
        // Of a deal that another process knew of already: it stays known.
        Fact::BookingUnknown { ticket, quote, why, error } => {
            records.edit(quote, |record: &mut QuoteRecord| {
                if record.deal.is_none() {
                    record.changed_at = at;
                    record.booking = Some(BookingState::Unknown);
                }
            });
            records.edit(ticket, |record: &mut BookingRecord| {
                if record.deal.is_none() {
                    // That it arrived once stays known.
                    if !record.arrived() {
                        record.http_status = error.as_ref().map_or(0, |error| error.http_status);
                    }
                    record.state = BookingState::Unknown;
                    record.says = Some(why.clone());
                    record.error.clone_from(error);
                    (record.cure, record.ended_at) = (None, None);
                }
            });
        }
        Fact::BookingWaiting { ticket, quote, waiting } => {
            records.edit(quote, |record: &mut QuoteRecord| {
                if record.deal.is_none() {
                    record.changed_at = at;
                    record.booking = Some(BookingState::Waiting);
                }
            });
            records.edit(ticket, |record: &mut BookingRecord| {
                if record.deal.is_none() {
                    record.state = BookingState::Waiting;
                    record.http_status = 202;
                    record.says = Some(waiting.to_string());
                }
            });
        }
        Fact::BookingRepeated { ticket, quote, attempt, owner } => {
            records.edit(quote, |record: &mut QuoteRecord| {
                record.changed_at = at;
                record.booking = Some(BookingState::Sent);
            });
            records.edit(ticket, |record: &mut BookingRecord| {
                record.state = BookingState::Sent;
                record.intent.owner.clone_from(owner);
                (record.attempts, record.sent_at) = (*attempt, Some(at));
                record.http_status = 0;
            });
        }
        Fact::EvidenceSeen { ticket, looked_at, says, still_available, .. } => {
            let (looked_at, says) = (looked_at.clone(), says.clone());
            let evidence = Evidence { at, looked_at, says, still_available: *still_available };
            records.edit(ticket, |record: &mut BookingRecord| record.evidence.push(evidence));
        }
        Fact::BookingEnded { ticket, quote, ending } => {
            ended(entry, (ticket, quote), ending, records);
        }
        _ => {}
    }
}

fn ended(
    entry: &Entry,
    (ticket, quote): (&TicketId, &QuoteRef),
    ending: &BookingOutcome,
    records: &mut impl Records,
) {
    let at = entry.at;
    let (state, error) = match ending {
        BookingOutcome::Done { .. } => (BookingState::Done, None),
        BookingOutcome::Disputed { .. } => (BookingState::Disputed, None),
        BookingOutcome::Refused { error } => (BookingState::Refused, Some(error)),
        BookingOutcome::Expired { error } => (BookingState::Expired, Some(error)),
        BookingOutcome::NotSent { error } => (BookingState::NotSent, Some(error)),
        BookingOutcome::Closed { .. } => (BookingState::Closed, None),
    };
    let (deal, differences) = match ending {
        BookingOutcome::Done { deal } => (Some(deal), Vec::new()),
        BookingOutcome::Disputed { deal, differences } => (Some(deal), differences.clone()),
        BookingOutcome::Refused { .. }
        | BookingOutcome::Expired { .. }
        | BookingOutcome::NotSent { .. }
        | BookingOutcome::Closed { .. } => (None, vec![]),
    };
    let mut first_quoted = None;
    records.edit(quote, |record: &mut QuoteRecord| {
        record.changed_at = at;
        record.booking = Some(state);
        record.deal = deal.map(|deal| deal.deal_id.clone());
        record.deal_status = deal.map(|deal| deal.status);
        first_quoted = record.first_quoted;
        match state {
            BookingState::Done | BookingState::Disputed => {
                record.quote.status = QuoteStatus::Booked;
            }
            BookingState::Expired => record.quote.status = QuoteStatus::Expired,
            BookingState::Sent
            | BookingState::Refused
            | BookingState::NotSent
            | BookingState::Closed
            | BookingState::Waiting
            | BookingState::Unknown => {}
        }
    });
    let (mut agreed, mut cover) = (None, None);
    records.edit(ticket, |record: &mut BookingRecord| {
        agreed = Some(record.intent.confirmed);
        cover.clone_from(&record.intent.cover);
        record.state = state;
        record.ended_at = Some(at);
        record.withheld = error.is_some_and(|error| error.code == HALTED_CODE);
        record.says = match ending {
            BookingOutcome::Closed { why } => Some(why.clone()),
            BookingOutcome::Done { .. }
            | BookingOutcome::Disputed { .. }
            | BookingOutcome::Refused { .. }
            | BookingOutcome::Expired { .. }
            | BookingOutcome::NotSent { .. } => error.map(ToString::to_string),
        };
        record.dearer = dearer(record, deal.map(|deal| &**deal));
        record.error = error.cloned();
        record.cure = error.map(|error| error.cure.clone()).filter(|cure| !cure.is_empty());
        record.differences.clone_from(&differences);
        record.deal = deal.map(|deal| deal.reference());
    });
    let (Some(deal), Some(agreed)) = (deal, agreed) else { return };
    records.put(DealRecord {
        deal: (**deal).clone(),
        ours: if differences.is_empty() { MatchStatus::Booked } else { MatchStatus::Disputed },
        agreed,
        first_quoted,
        cover,
        ticket: ticket.clone(),
        booked_at: at,
        changed_at: at,
        transitions: vec![Transition {
            from: String::new(),
            to: deal.raw_status.clone(),
            by: entry.actor.to_string(),
            at,
            notes: String::new(),
        }],
        attention: (deal.status.is_over() || deal.replaced()).then(|| attention(&deal.raw_status)),
        differences,
        activation: Vec::new(),
    });
}

/// A deal as it was seen again: its status, its terms beside what was agreed, and the money it binds.
pub(super) fn deal_seen(
    entry: &Entry,
    deal: &Deal,
    differences: Option<&Vec<(String, String, String)>>,
    records: &mut impl Records,
) {
    // What came to nothing while it was disputed binds money, and needs a person, until one knows of it.
    let found = differences.into_iter().flatten();
    let is_lifeless = found.map(|(field, ..)| field).any(|field| field == STATUS);
    let mut ticket = None;
    records.edit(&deal.reference(), |record: &mut DealRecord| {
        let (before, after) = (record.deal.status, deal.status);
        record.changed_at = entry.at;
        if record.deal.raw_status != deal.raw_status {
            let odd = before != after && !before.may_become(after);
            let notes =
                if odd { format!("{before} to {after} is out of order") } else { String::new() };
            record.transitions.push(Transition {
                from: record.deal.raw_status.clone(),
                to: deal.raw_status.clone(),
                by: entry.actor.to_string(),
                at: entry.at,
                notes,
            });
        }
        if needs_a_person(deal) {
            let news = record.deal.raw_status != deal.raw_status;
            let words = || attention(&deal.raw_status);
            record.attention = record.attention.take().or_else(|| news.then(words));
        } else if !is_lifeless {
            record.attention = None;
        }
        record.deal = deal.clone();
        if let Some(differences) = differences {
            record.differences.clone_from(differences);
            record.ours =
                if differences.is_empty() { MatchStatus::Booked } else { MatchStatus::Disputed };
        }
        ticket = Some(record.ticket.clone());
    });
    let Some(ticket) = ticket else { return };
    let mut quote = None;
    records.edit(&ticket, |record: &mut BookingRecord| {
        if !is_lifeless {
            record.released = !deal.status.binds_money();
        }
        if let Some(differences) = differences {
            record.differences.clone_from(differences);
            record.state =
                if differences.is_empty() { BookingState::Done } else { BookingState::Disputed };
            record.dearer = dearer(record, Some(deal));
        }
        quote = Some((record.intent.quote.clone(), record.state));
    });
    let Some((quote, state)) = quote else { return };
    records.edit(&quote, |record: &mut QuoteRecord| {
        record.deal_status = Some(deal.status);
        record.deal_gone = deal.replaced();
        record.booking = Some(state);
    });
}

/// The seller no longer has a deal of ours: its money counts until a person knows what became of it.
pub(super) fn deal_gone(entry: &Entry, deal: &DealRef, says: &str, records: &mut impl Records) {
    let mut ticket = None;
    records.edit(deal, |record: &mut DealRecord| {
        record.changed_at = entry.at;
        record.attention = Some(says.to_owned());
        ticket = Some(record.ticket.clone());
    });
    let Some(ticket) = ticket else { return };
    let mut quote = None;
    records.edit(&ticket, |record: &mut BookingRecord| quote = Some(record.intent.quote.clone()));
    if let Some(quote) = quote {
        records.edit(&quote, |record: &mut QuoteRecord| record.deal_gone = true);
    }
}

/// A person knows what became of a deal. What a seller had turned down already when it answered the
/// booking binds money until then.
pub(super) fn deal_acknowledged(entry: &Entry, deal: &DealRef, records: &mut impl Records) {
    let mut freed = None;
    records.edit(deal, |record: &mut DealRecord| {
        record.changed_at = entry.at;
        record.attention = None;
        freed = (!record.deal.status.binds_money()).then(|| record.ticket.clone());
    });
    if let Some(ticket) = freed {
        records.edit(&ticket, |record: &mut BookingRecord| record.released = true);
    }
}

/// Whether a deal came to another end than to be delivered, or stands under another id by now.
fn needs_a_person(deal: &Deal) -> bool {
    !deal.status.binds_money() || deal.replaced()
}

fn attention(raw_status: &str) -> String {
    format!("the seller says {raw_status}")
}

/// The code of a booking that was held back by a halt in the last moment.
pub(in crate::desk) const HALTED_CODE: &str = "halted";

/// The difference of a deal that was over when it should have been booked.
pub(in crate::desk) const STATUS: &str = "status";

/// What a deal costs, where that is more than its booking holds.
fn dearer(record: &BookingRecord, deal: Option<&Deal>) -> Option<Cost> {
    let (cost, agreed) = (deal?.cost()?, record.intent.cost);
    let more = cost.partial_cmp(&agreed) == Some(std::cmp::Ordering::Greater);
    let held = record.intent.held.unwrap_or(agreed);
    more.then(|| held.scaled(cost.amount(), agreed.amount()))
}
