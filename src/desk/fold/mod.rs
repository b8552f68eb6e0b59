//! The one rule by which facts change records. Memory ([`super::State`]) and the store's projections
//! both fold through here, so they cannot disagree.

mod booking;
mod negotiation;

use booking::booking;
pub(super) use booking::{HALTED_CODE, STATUS};
use negotiation::negotiation;

use super::{
    controls::Controls,
    fact::{Entry, Fact},
    kept::Record,
    order::OrderOutcome,
    record::{BookingRecord, DealRecord, QuoteRecord},
};
use crate::domain::{Outcome, QuoteRef, QuoteStatus};

/// Something that holds records of one kind.
pub trait RecordsOf<R: Record> {
    /// Adds a record, or replaces the one of its name.
    fn put(&mut self, record: R);

    /// Changes a record, if it is there.
    fn edit(&mut self, key: &R::Key, edit: impl FnOnce(&mut R));
}

/// Something that holds all records: the state in memory, or the tables of the store.
pub trait Records:
    RecordsOf<QuoteRecord> + RecordsOf<BookingRecord> + RecordsOf<DealRecord>
{
    /// Changes what is stopped, and what is asked of sellers' orders.
    fn edit_controls(&mut self, edit: impl FnOnce(&mut Controls));
}

/// Applies one entry to the records.
pub fn fold(entry: &Entry, records: &mut impl Records) {
    let at = entry.at;
    match &entry.fact {
        Fact::QuoteRequested { .. } => {}
        Fact::QuoteFailed { after_agreement, error, seller, .. } => {
            if let Some(old) = after_agreement {
                let key = QuoteRef { seller: seller.clone(), quote_id: old.clone() };
                records.edit(&key, |record: &mut QuoteRecord| {
                    record.changed_at = at;
                    record.requote_error = Some(error.to_string());
                });
            }
        }
        Fact::QuoteReceived { .. } => quote_received(entry, records),
        Fact::QuoteSeen { quote } => {
            records.edit(&quote.reference(), |record: &mut QuoteRecord| {
                record.changed_at = at;
                record.quote = quote.clone();
            });
        }
        Fact::QuoteExpired { quote, .. } => records.edit(quote, |record: &mut QuoteRecord| {
            record.changed_at = at;
            record.quote.status = QuoteStatus::Expired;
            if let Some(game) = record.negotiation.as_mut().filter(|game| !game.is_over()) {
                game.outcome = Outcome::TimedOut;
                game.auto = None;
            }
        }),
        Fact::QuoteLetGo { quote } => records.edit(quote, |record: &mut QuoteRecord| {
            record.changed_at = at;
            record.let_go = true;
        }),
        Fact::IntentStored { .. }
        | Fact::BookingUnknown { .. }
        | Fact::BookingWaiting { .. }
        | Fact::BookingRepeated { .. }
        | Fact::EvidenceSeen { .. }
        | Fact::BookingEnded { .. } => booking(entry, records),
        Fact::DealSeen { deal, differences } => {
            booking::deal_seen(entry, deal, differences.as_ref(), records);
        }
        Fact::DealGone { deal, says } => booking::deal_gone(entry, deal, says, records),
        Fact::DealAcknowledged { deal } => booking::deal_acknowledged(entry, deal, records),
        Fact::ActivationDone { deal, step, says } => {
            records.edit(deal, |record: &mut DealRecord| {
                record.changed_at = at;
                record.activation.push((step.clone(), says.clone(), at));
            });
        }
        Fact::Halted { .. } => records.edit_controls(|controls| controls.halted(entry)),
        Fact::OrderSent { intent } => records.edit_controls(|controls| {
            // Whoever asks again has looked.
            controls.orders.retain(|_, other| !other.in_doubt || other.deal != intent.deal);
            controls.orders.insert(intent.id.clone(), intent.clone());
        }),
        Fact::OrderAnswered { id, ending: OrderOutcome::Unknown { .. }, .. } => {
            records.edit_controls(|controls| {
                if let Some(intent) = controls.orders.get_mut(id) {
                    intent.in_doubt = true;
                }
            });
        }
        Fact::OrderAnswered { id, .. } => {
            records.edit_controls(|controls| drop(controls.orders.remove(id)));
        }
        Fact::LimitsSet { limits, .. } => {
            records.edit_controls(|controls| controls.limits = Some(limits.clone()));
        }
        Fact::TriggerArmed { trigger } => records.edit_controls(|controls| {
            controls.triggers.insert(trigger.id.clone(), trigger.clone());
        }),
        Fact::TriggerTook { id, quote, price } => records.edit_controls(|controls| {
            if let Some(trigger) = controls.triggers.get_mut(id) {
                trigger.takes = Some((quote.clone(), *price));
            }
        }),
        Fact::TriggerEnded { id, .. } => {
            records.edit_controls(|controls| drop(controls.triggers.remove(id)));
        }
        Fact::Resumed { seller: None } => records.edit_controls(|controls| controls.halt = None),
        Fact::Resumed { seller: Some(seller) } => {
            records.edit_controls(|controls| drop(controls.sellers.remove(seller)));
        }
        Fact::NegotiationOpened { quote, .. }
        | Fact::AutoArmed { quote, .. }
        | Fact::AutoStopped { quote, .. }
        | Fact::MoveStored { quote, .. }
        | Fact::MoveAnswered { quote, .. }
        | Fact::MoveFailed { quote, .. }
        | Fact::MoveUnknown { quote, .. }
        | Fact::MoveLookedUp { quote, .. }
        | Fact::NegotiationEnded { quote, .. } => {
            records.edit(quote, |record: &mut QuoteRecord| {
                record.changed_at = at;
                negotiation(&entry.fact, record, at);
            });
        }
    }
}

fn quote_received(entry: &Entry, records: &mut impl Records) {
    let Fact::QuoteReceived { quote, ask, requote_of, agreed, rfq, idempotency_key, listed_as } =
        &entry.fact
    else {
        return;
    };
    let (mut price_before, mut first_quoted) = (None, quote.pricing.cpm());
    if let Some(old) = requote_of {
        let key = QuoteRef { seller: quote.seller.clone(), quote_id: old.clone() };
        records.edit(&key, |record: &mut QuoteRecord| {
            // Not what was agreed there: the row shows how the quoted price moved, and what a deal
            // saved is told against what was quoted first.
            price_before = record.quote.pricing.cpm();
            if agreed.is_some() {
                first_quoted = record.first_quoted;
            }
            record.replaced_by = Some(quote.quote_id.clone());
            record.changed_at = entry.at;
        });
    }
    records.put(QuoteRecord {
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
        idempotency_key: idempotency_key.clone(),
        deal_status: None,
        deal_gone: false,
        no_talks: None,
        listed_as: listed_as.clone(),
    });
}
