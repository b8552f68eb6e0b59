//! The one rule by which facts change records. Memory ([`super::State`]) and the store's projections
//! both fold through here, so they cannot disagree.

use jiff::Timestamp;

use super::{
    fact::{Ending, Entry, Fact},
    record::{BookingRecord, BookingState, DealRecord, Evidence, Ours, QuoteRecord, Transition},
};
use crate::domain::{
    Action, By, Cpm, DealRef, DealStatus, Negotiation, Outcome, QuoteRef, QuoteStatus, Round,
    TicketId, ask::Moved,
};

/// Something that holds records: the state in memory, or the tables of the store.
pub trait Book {
    /// Adds or replaces a quote.
    fn put_quote(&mut self, record: QuoteRecord);
    /// Changes a quote, if it is there.
    fn edit_quote(&mut self, key: &QuoteRef, edit: impl FnOnce(&mut QuoteRecord));
    /// Adds or replaces a booking.
    fn put_booking(&mut self, record: BookingRecord);
    /// Changes a booking, if it is there.
    fn edit_booking(&mut self, key: &TicketId, edit: impl FnOnce(&mut BookingRecord));
    /// Adds or replaces a deal.
    fn put_deal(&mut self, record: DealRecord);
    /// Changes a deal, if it is there.
    fn edit_deal(&mut self, key: &DealRef, edit: impl FnOnce(&mut DealRecord));
}

/// Applies one entry to the records.
pub fn fold(entry: &Entry, book: &mut impl Book) {
    let at = entry.at;
    match &entry.fact {
        Fact::QuoteRequested { .. } => {}
        Fact::QuoteFailed { after_agreement, error, seller, .. } => {
            if let Some(old) = after_agreement {
                let key = QuoteRef { seller: seller.clone(), quote_id: old.clone() };
                book.edit_quote(&key, |record| {
                    record.changed_at = at;
                    record.requote_error = Some(error.to_string());
                });
            }
        }
        Fact::QuoteReceived { .. } => quote_received(entry, book),
        Fact::QuoteSeen { quote } => book.edit_quote(&quote.reference(), |record| {
            record.changed_at = at;
            record.quote = quote.clone();
        }),
        Fact::QuoteExpired { quote, .. } => book.edit_quote(quote, |record| {
            record.changed_at = at;
            record.quote.status = QuoteStatus::Expired;
            if let Some(game) = record.negotiation.as_mut().filter(|game| !game.is_over()) {
                game.outcome = Outcome::TimedOut;
                game.auto = None;
            }
        }),
        Fact::QuoteLetGo { quote } => book.edit_quote(quote, |record| {
            record.changed_at = at;
            record.let_go = true;
        }),
        Fact::IntentStored { .. }
        | Fact::BookingUnknown { .. }
        | Fact::EvidenceSeen { .. }
        | Fact::BookingEnded { .. } => booking(entry, book),
        Fact::DealSeen { deal } => deal_seen(entry, deal, book),
        Fact::NegotiationOpened { quote, .. }
        | Fact::AutoArmed { quote, .. }
        | Fact::AutoStopped { quote, .. }
        | Fact::MoveStored { quote, .. }
        | Fact::MoveAnswered { quote, .. }
        | Fact::MoveFailed { quote, .. }
        | Fact::MoveUnknown { quote, .. }
        | Fact::NegotiationEnded { quote, .. } => {
            book.edit_quote(quote, |record| {
                record.changed_at = at;
                negotiation(&entry.fact, record, at);
            });
        }
    }
}

fn quote_received(entry: &Entry, book: &mut impl Book) {
    let Fact::QuoteReceived { quote, ask, requote_of, agreed, rfq } = &entry.fact else { return };
    let (mut price_before, mut first_quoted) = (None, quote.pricing.final_cpm);
    if let Some(old) = requote_of {
        let key = QuoteRef { seller: quote.seller.clone(), quote_id: old.clone() };
        book.edit_quote(&key, |record| {
            // Not what was agreed there: the row shows how the quoted price moved, and what a deal
            // saved is told against what was quoted first.
            price_before = record.quote.pricing.final_cpm;
            if agreed.is_some() {
                first_quoted = record.first_quoted;
            }
            record.replaced_by = Some(quote.quote_id.clone());
            record.changed_at = entry.at;
        });
    }
    book.put_quote(QuoteRecord {
        quote: quote.clone(),
        ask: ask.clone(),
        received_at: entry.at,
        changed_at: entry.at,
        requote_of: requote_of.clone(),
        price_before,
        first_quoted,
        replaced_by: None,
        agreed: *agreed,
        negotiation: None,
        auto_owner: None,
        let_go: false,
        ticket: None,
        booking: None,
        deal: None,
        rfq: rfq.clone(),
        requote_error: None,
    });
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only facts of a negotiation come here")]
fn negotiation(fact: &Fact, record: &mut QuoteRecord, at: Timestamp) {
    if let Fact::NegotiationOpened { target, limit, .. } = fact {
        let Some(quoted) = record.quote.pricing.final_cpm else { return };
        let words = record.quote.pricing.rationale.clone();
        let mut game = Negotiation::open(record.reference(), quoted, &words, record.received_at);
        (game.target, game.limit) = (*target, *limit);
        record.negotiation = Some(game);
        return;
    }
    let Some(game) = record.negotiation.as_mut() else { return };
    match fact {
        Fact::AutoArmed { plan, owner, .. } => {
            game.auto = Some(plan.clone());
            game.outcome =
                if game.outcome == Outcome::Halted { Outcome::Open } else { game.outcome };
            record.auto_owner = Some(owner.clone());
        }
        Fact::AutoStopped { .. } => {
            game.auto = None;
            record.auto_owner = None;
            if game.outcome == Outcome::Open {
                game.outcome = Outcome::Halted;
            }
        }
        Fact::MoveStored { pending, .. } => game.pending = Some(pending.clone()),
        Fact::MoveFailed { .. } => game.pending = None,
        Fact::MoveUnknown { .. } => {
            if let Some(pending) = game.pending.as_mut() {
                pending.in_doubt = true;
            }
        }
        Fact::MoveAnswered { moved, .. } => {
            answered(game, moved, at);
            record.agreed = game.agreed;
        }
        Fact::NegotiationEnded { outcome, .. } => {
            game.outcome = *outcome;
            game.auto = None;
            game.pending = None;
            record.auto_owner = None;
            if *outcome == Outcome::WalkedAway {
                let round = game.played() + 1;
                let (by, action) = (By::Us, Action::Walk);
                let (cpm, rationale, raw) = (None, String::new(), None);
                game.rounds.push(Round { round, by, action, cpm, rationale, at, raw });
            }
        }
        _ => {}
    }
}

/// Our move and their answer become rounds; an accept or a refusal ends it.
fn answered(game: &mut Negotiation, moved: &Moved, at: Timestamp) {
    let Some(pending) = game.pending.take() else { return };
    let (round, cpm) = (pending.round, Some(pending.cpm));
    let (by, action) = (By::Us, pending.action.clone());
    let (rationale, raw) = (String::new(), None);
    game.rounds.push(Round { round, by, action, cpm, rationale, at: pending.at, raw });
    game.rounds.push(Round {
        round,
        by: By::Them,
        action: moved.action.clone(),
        cpm: moved.seller_cpm,
        rationale: moved.rationale.clone(),
        at,
        raw: Some(moved.raw.clone()),
    });
    game.rounds_left = moved.rounds_left;
    game.negotiation_id = moved.negotiation_id.clone().or(game.negotiation_id.take());
    match moved.action {
        Action::Accept => {
            // A seller accepts our price; a dearer one in its reply would be another price.
            game.agreed = Some(lower(pending.cpm, moved.seller_cpm));
            game.outcome = Outcome::Accepted;
        }
        Action::Reject => game.outcome = Outcome::Rejected,
        Action::Open | Action::Counter | Action::FinalOffer | Action::Walk | Action::Other(_) => {}
    }
    if game.is_over() {
        game.auto = None;
    }
}

fn lower(ours: Cpm, theirs: Option<Cpm>) -> Cpm {
    theirs.filter(|theirs| *theirs < ours).unwrap_or(ours)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only facts of a booking come here")]
fn booking(entry: &Entry, book: &mut impl Book) {
    let at = entry.at;
    match &entry.fact {
        Fact::IntentStored { intent } => {
            book.edit_quote(&intent.quote, |record| {
                record.changed_at = at;
                record.ticket = Some(intent.ticket.clone());
                record.booking = Some(BookingState::Sent);
            });
            book.put_booking(BookingRecord {
                intent: intent.clone(),
                by: entry.actor.clone(),
                at,
                state: BookingState::Sent,
                says: None,
                cure: None,
                differences: Vec::new(),
                evidence: Vec::new(),
                deal: None,
                released: false,
                ended_at: None,
            });
        }
        Fact::BookingUnknown { ticket, quote, why } => {
            book.edit_quote(quote, |record| {
                record.changed_at = at;
                record.booking = Some(BookingState::Unknown);
            });
            book.edit_booking(ticket, |record| {
                record.state = BookingState::Unknown;
                record.says = Some(why.clone());
            });
        }
        Fact::EvidenceSeen { ticket, looked_at, says, still_available, .. } => {
            let (looked_at, says) = (looked_at.clone(), says.clone());
            let evidence = Evidence { at, looked_at, says, still_available: *still_available };
            book.edit_booking(ticket, |record| record.evidence.push(evidence));
        }
        Fact::BookingEnded { ticket, quote, ending } => ended(entry, (ticket, quote), ending, book),
        _ => {}
    }
}

fn ended(
    entry: &Entry,
    (ticket, quote): (&TicketId, &QuoteRef),
    ending: &Ending,
    book: &mut impl Book,
) {
    let at = entry.at;
    let (state, error) = match ending {
        Ending::Done { .. } => (BookingState::Done, None),
        Ending::Disputed { .. } => (BookingState::Disputed, None),
        Ending::Refused { error } => (BookingState::Refused, Some(error)),
        Ending::Expired { error } => (BookingState::Expired, Some(error)),
        Ending::NotSent { error } => (BookingState::NotSent, Some(error)),
    };
    let (deal, differences) = match ending {
        Ending::Done { deal } => (Some(deal), Vec::new()),
        Ending::Disputed { deal, differences } => (Some(deal), differences.clone()),
        Ending::Refused { .. } | Ending::Expired { .. } | Ending::NotSent { .. } => (None, vec![]),
    };
    let mut first_quoted = None;
    book.edit_quote(quote, |record| {
        record.changed_at = at;
        record.booking = Some(state);
        record.deal = deal.map(|deal| deal.deal_id.clone());
        first_quoted = record.first_quoted;
        match state {
            BookingState::Done | BookingState::Disputed => {
                record.quote.status = QuoteStatus::Booked;
            }
            BookingState::Expired => record.quote.status = QuoteStatus::Expired,
            BookingState::Sent
            | BookingState::Refused
            | BookingState::NotSent
            | BookingState::Unknown => {}
        }
    });
    let mut agreed = None;
    book.edit_booking(ticket, |record| {
        agreed = Some(record.intent.confirmed);
        record.state = state;
        record.ended_at = Some(at);
        record.says = error.map(ToString::to_string);
        record.cure = error.map(|error| error.cure.clone()).filter(|cure| !cure.is_empty());
        record.differences.clone_from(&differences);
        record.deal = deal.map(|deal| deal.reference());
    });
    let (Some(deal), Some(agreed)) = (deal, agreed) else { return };
    book.put_deal(DealRecord {
        deal: (**deal).clone(),
        ours: if differences.is_empty() { Ours::Booked } else { Ours::Disputed },
        agreed,
        first_quoted,
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
        differences,
    });
}

fn deal_seen(entry: &Entry, deal: &crate::domain::Deal, book: &mut impl Book) {
    let mut ticket = None;
    book.edit_deal(&deal.reference(), |record| {
        let (before, after) = (record.deal.status, deal.status);
        record.changed_at = entry.at;
        if record.deal.raw_status != deal.raw_status {
            let odd = before != after && !before.may_become(after);
            record.transitions.push(Transition {
                from: record.deal.raw_status.clone(),
                to: deal.raw_status.clone(),
                by: entry.actor.to_string(),
                at: entry.at,
                notes: if odd {
                    format!("{before} to {after} is out of order")
                } else {
                    String::new()
                },
            });
        }
        record.deal = deal.clone();
        ticket = Some((record.ticket.clone(), !DealStatus::binds_money(after)));
    });
    if let Some((ticket, released)) = ticket {
        book.edit_booking(&ticket, |record| record.released = released);
    }
}
