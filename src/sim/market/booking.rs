//! Bookings: a quote becomes a deal, once.

use jiff::{SignedDuration, Timestamp};

use super::{Market, QuoteStatus, Refusal};
use crate::sim::{
    deal::{Deal, fate},
    keys::Who,
};

impl Market {
    /// Books a quote for anyone who knows its id. The price is the quote's: what was agreed in talks
    /// is not looked at (v1, wire/iab.md 5.2).
    pub(crate) fn book(
        &mut self,
        quote_id: &str,
        who: &Who,
        now: Timestamp,
    ) -> Result<&Deal, Refusal> {
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
        self.quotes.insert(quote_id.to_owned(), quote.clone());
        let temper = &self.spec.temper;
        let seat = who.seat_id.clone().or_else(|| quote.seat.clone());
        let open = SignedDuration::from_secs(i64::from(temper.deal_s));
        let deal = Deal {
            seat: seat.filter(|_| temper.names_seat),
            created_at: now,
            expires_at: now.saturating_add(open).unwrap_or(Timestamp::MAX),
            fate: fate(&deal_id, temper, &self.chance, now),
            id: deal_id.clone(),
            quote,
        };
        Ok(self.deals.entry(deal_id).or_insert(deal))
    }
}
