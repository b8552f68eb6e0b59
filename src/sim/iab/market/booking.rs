//! Bookings: a quote becomes a deal, once.

use jiff::{SignedDuration, Timestamp};

use super::{Market, Quote, QuoteStatus, Refusal};
use crate::{
    domain::DealType,
    sim::{
        TermChange,
        iab::{
            deal::{Deal, fate},
            keys::Who,
            negotiation::Status,
            price::cents,
            spec::Dialect,
        },
    },
};

/// What a buyer sends to book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Booking {
    pub(crate) quote_id: String,
    /// Its idempotency key, where the dialect has one.
    pub(crate) key: Option<String>,
    pub(crate) who: Who,
}

/// A deal that the seller made: what a test counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The deal.
    pub deal_id: String,
    /// The quote it was made from.
    pub quote_id: String,
    /// The idempotency key of the request that made it; `None` where the dialect has none.
    pub idempotency_key: Option<String>,
    /// Who booked, in one text (`agency:omnicom-456`, `public`, `another buyer`).
    pub buyer: String,
    /// When, by the seller's clock.
    pub at: Timestamp,
}

impl Market {
    /// Books a quote for anyone who knows its id. What was agreed in the negotiation about this quote is the
    /// price at a seller that honours it (v2 does, wire/iab.md 5.3).
    pub(crate) fn book(&mut self, booking: &Booking, now: Timestamp) -> Result<&Deal, Refusal> {
        let quote_id = &booking.quote_id;
        let quote = self.read_quote(quote_id, now)?;
        if quote.status != QuoteStatus::Available {
            let message =
                format!("Quote status is '{}', expected 'available'.", quote.status.word());
            return Err(Refusal::coded(409, "quote_already_booked", message));
        }
        let mut quote = quote.clone();
        let serial = self.chance.hex(&format!("deal {quote_id}"), 0, 12).to_uppercase();
        let deal_id = format!("{}{serial}", self.spec.deal_prefix);
        quote.status = QuoteStatus::Booked;
        quote.deal_id = Some(deal_id.clone());
        if let Some((price, says)) = self.agreement(quote_id) {
            quote.final_cpm = price;
            quote.priced.rationale.push_str(&says);
        }
        self.quotes.insert(quote_id.clone(), quote.clone());
        if let Some(change) = self.term_change.take() {
            changed(&mut quote, change);
        }
        self.booked.push(Booked {
            deal_id: deal_id.clone(),
            quote_id: quote_id.clone(),
            idempotency_key: booking.key.clone(),
            buyer: booking.who.name(),
            at: now,
        });
        let behaviour = &self.spec.behaviour;
        let seat = booking.who.seat_id.clone().or_else(|| quote.seat.clone());
        let open = SignedDuration::from_secs(i64::from(behaviour.deal_s));
        let deal = Deal {
            seat: seat.filter(|_| behaviour.names_seat),
            created_at: now,
            expires_at: now.saturating_add(open).unwrap_or(Timestamp::MAX),
            fate: fate(&deal_id, behaviour, &self.chance, now),
            id: deal_id.clone(),
            quote,
        };
        Ok(self.deals.entry(deal_id).or_insert(deal))
    }

    /// What was agreed on a quote, where this seller honours it: the price, and what it adds to its
    /// account of it.
    fn agreement(&self, quote_id: &str) -> Option<(f64, String)> {
        let by_dialect = self.spec.dialect == Dialect::V2;
        if !self.spec.behaviour.honours_agreement.unwrap_or(by_dialect) {
            return None;
        }
        let negotiation = self
            .negotiations
            .get(quote_id)
            .filter(|negotiation| negotiation.status == Status::Accepted)?;
        let price = negotiation.last();
        let id = &negotiation.id;
        Some((price, format!(" | Negotiated to ${price:.2} CPM ({id})")))
    }

    /// Lets the next booking differ from its quote, or no longer.
    pub(crate) fn tamper_terms(&mut self, change: Option<TermChange>) {
        self.term_change = change;
    }

    /// Books a quote for somebody else, if it can be booked.
    pub(crate) fn sell_to_other(&mut self, quote_id: &str, now: Timestamp) {
        let who = Who::default();
        let booking = Booking { quote_id: quote_id.to_owned(), key: None, who };
        if self.book(&booking, now).is_ok()
            && let Some(booked) = self.booked.last_mut()
        {
            "another buyer".clone_into(&mut booked.buyer);
        }
    }

    /// Every deal that was made from a quote, in order.
    pub(crate) fn booked(&self) -> &[Booked] {
        &self.booked
    }
}

fn changed(quote: &mut Quote, change: TermChange) {
    match change {
        TermChange::Price(percent) => {
            quote.final_cpm = cents(quote.final_cpm * (1.0 + percent / 100.0));
        }
        TermChange::Impressions(percent) => {
            quote.impressions =
                quote.impressions.map(|count| count.saturating_add(count / 100 * percent));
        }
        TermChange::Dates(days) => {
            if let Ok(end) = quote.flight_end.parse::<jiff::civil::Date>() {
                let later = SignedDuration::from_hours(24 * i64::from(days));
                quote.flight_end = end.saturating_add(later).to_string();
            }
        }
        TermChange::Type => {
            quote.deal_type = match quote.deal_type {
                DealType::Auction | DealType::Curated => DealType::Preferred,
                DealType::Guaranteed | DealType::Preferred => DealType::Auction,
            };
        }
        TermChange::Currency => quote.currency = "EUR",
    }
}
