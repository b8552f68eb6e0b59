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
    order::OrderEnding,
    record::{BookingRecord, DealRecord, QuoteRecord},
};
use crate::domain::{DealRef, Outcome, QuoteRef, QuoteStatus, TicketId};

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
    /// Changes what is stopped, and what is asked of sellers' orders.
    fn edit_controls(&mut self, edit: impl FnOnce(&mut Controls));
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
        | Fact::BookingWaiting { .. }
        | Fact::BookingRepeated { .. }
        | Fact::EvidenceSeen { .. }
        | Fact::BookingEnded { .. } => booking(entry, book),
        Fact::DealSeen { deal, differences } => {
            booking::deal_seen(entry, deal, differences.as_ref(), book);
        }
        Fact::DealGone { deal, says } => booking::deal_gone(entry, deal, says, book),
        Fact::DealAcknowledged { deal } => booking::deal_acknowledged(entry, deal, book),
        Fact::ActivationDone { deal, step, says } => book.edit_deal(deal, |record| {
            record.changed_at = at;
            record.activation.push((step.clone(), says.clone(), at));
        }),
        Fact::Halted { .. } => book.edit_controls(|controls| controls.halted(entry)),
        Fact::OrderSent { intent } => book.edit_controls(|controls| {
            // Whoever asks again has looked.
            controls.orders.retain(|_, other| !other.in_doubt || other.deal != intent.deal);
            controls.orders.insert(intent.id.clone(), intent.clone());
        }),
        Fact::OrderAnswered { id, ending: OrderEnding::Unknown { .. }, .. } => {
            book.edit_controls(|controls| {
                if let Some(intent) = controls.orders.get_mut(id) {
                    intent.in_doubt = true;
                }
            });
        }
        Fact::OrderAnswered { id, .. } => {
            book.edit_controls(|controls| drop(controls.orders.remove(id)));
        }
        Fact::LimitsSet { limits, .. } => {
            book.edit_controls(|controls| controls.limits = Some(limits.clone()));
        }
        Fact::TriggerArmed { trigger } => book.edit_controls(|controls| {
            controls.triggers.insert(trigger.id.clone(), trigger.clone());
        }),
        Fact::TriggerTook { id, quote, price } => book.edit_controls(|controls| {
            if let Some(trigger) = controls.triggers.get_mut(id) {
                trigger.takes = Some((quote.clone(), *price));
            }
        }),
        Fact::TriggerEnded { id, .. } => {
            book.edit_controls(|controls| drop(controls.triggers.remove(id)));
        }
        Fact::Resumed { seller: None } => book.edit_controls(|controls| controls.halt = None),
        Fact::Resumed { seller: Some(seller) } => {
            book.edit_controls(|controls| drop(controls.sellers.remove(seller)));
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
            book.edit_quote(quote, |record| {
                record.changed_at = at;
                negotiation(&entry.fact, record, at);
            });
        }
    }
}

fn quote_received(entry: &Entry, book: &mut impl Book) {
    let Fact::QuoteReceived { quote, ask, requote_of, agreed, rfq, idempotency_key, listed_as } =
        &entry.fact
    else {
        return;
    };
    let (mut price_before, mut first_quoted) = (None, quote.pricing.cpm());
    if let Some(old) = requote_of {
        let key = QuoteRef { seller: quote.seller.clone(), quote_id: old.clone() };
        book.edit_quote(&key, |record| {
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
        idempotency_key: idempotency_key.clone(),
        deal_status: None,
        deal_gone: false,
        no_talks: None,
        listed_as: listed_as.clone(),
    });
}
