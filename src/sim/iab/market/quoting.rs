//! Quotes: what a seller asks for so many impressions, and for how long it stands by it.

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

use super::{Market, Refusal};
use crate::{
    domain::{DealType, Tier},
    sim::iab::{
        keys::Who,
        price::{LEAST, Priced, compute, double},
        spec::Product,
    },
};

/// What a buyer asks a price for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QuoteAsk {
    pub(crate) product_id: String,
    /// As it was written; any case.
    pub(crate) deal_type: String,
    pub(crate) impressions: Option<i64>,
    pub(crate) flight_start: Option<String>,
    pub(crate) flight_end: Option<String>,
    /// Dollars CPM.
    pub(crate) target: Option<f64>,
    pub(crate) who: Who,
}

/// What the seller says of a quote that it still knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuoteStatus {
    Available,
    Declined,
    Booked,
}

impl QuoteStatus {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Declined => "declined",
            Self::Booked => "booked",
        }
    }
}

/// Where a quote is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It can be read.
    Good,
    /// It is over; the row is still there.
    Expired,
    /// It is over and forgotten.
    Forgotten,
}

/// A quote.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quote {
    pub(crate) id: String,
    pub(crate) status: QuoteStatus,
    pub(crate) product_id: String,
    pub(crate) product_name: String,
    pub(crate) inventory_type: String,
    pub(crate) deal_type: DealType,
    /// The computed price; `final_cpm` is what is asked.
    pub(crate) priced: Priced,
    /// Dollars CPM: the computed price, or the buyer's target as it was written.
    pub(crate) final_cpm: f64,
    pub(crate) currency: &'static str,
    pub(crate) impressions: Option<i64>,
    pub(crate) flight_start: String,
    pub(crate) flight_end: String,
    pub(crate) tier: Tier,
    pub(crate) buyer: String,
    pub(crate) seat: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) deal_id: Option<String>,
}

impl Market {
    /// Prices what is asked and keeps the quote.
    pub(crate) fn quote(&mut self, ask: QuoteAsk, now: Timestamp) -> Result<&Quote, Refusal> {
        let deal_type = match ask.deal_type.to_ascii_uppercase().as_str() {
            "PG" => DealType::Guaranteed,
            "PD" => DealType::Preferred,
            "PA" => DealType::Auction,
            _ => {
                let message =
                    format!("Invalid deal_type '{}'. Must be one of: PG, PD, PA.", ask.deal_type);
                return Err(Refusal::coded(400, "invalid_deal_type", message));
            }
        };
        let product = self.product(&ask.product_id).cloned().ok_or_else(|| {
            let message = format!("Product '{}' not found in catalog.", ask.product_id);
            Refusal::coded(404, "product_not_found", message)
        })?;
        let list = self.priced(&product)?;
        check_impressions(&product, deal_type, ask.impressions)?;
        let today = now.to_zoned(TimeZone::UTC).date();
        let flight_start = ask.flight_start.clone().unwrap_or_else(|| today.to_string());
        let flight_end =
            ask.flight_end.clone().unwrap_or_else(|| today.saturating_add(30.days()).to_string());
        let (tier, buyer) = (ask.who.tier(), ask.who.name());
        let subject = format!(
            "quote {} {deal_type} {:?} {flight_start} {flight_end} {:?} {buyer}",
            ask.product_id, ask.impressions, ask.target
        );
        let nth = self.nth(&subject);
        let behaviour = &self.spec.behaviour;
        let mistaken = self.chance.happens(behaviour.wrong_tier, &format!("tier {subject}"), nth);
        let declined = self.chance.happens(behaviour.declines, &format!("avails {subject}"), nth);
        let mut priced = compute(
            list,
            tier,
            if mistaken { tier_below(tier) } else { tier },
            ask.impressions.unwrap_or(0),
            &self.spec.volume,
        );
        if declined {
            "Declined: avails are short for this flight.".clone_into(&mut priced.rationale);
        }
        let target = ask.target.filter(|&target| self.grants(&product, &buyer, target));
        let quote = Quote {
            id: format!("qt-{}", self.chance.hex(&subject, nth, 12)),
            status: if declined { QuoteStatus::Declined } else { QuoteStatus::Available },
            product_id: product.product_id,
            product_name: product.name,
            inventory_type: product.inventory_type,
            deal_type,
            final_cpm: target.unwrap_or(priced.price),
            currency: "USD",
            priced,
            impressions: ask.impressions,
            flight_start,
            flight_end,
            tier,
            buyer,
            seat: ask.who.seat_id,
            created_at: now,
            expires_at: now.saturating_add(self.quote_ttl).unwrap_or(Timestamp::MAX),
            deal_id: None,
        };
        Ok(self.quotes.entry(quote.id.clone()).or_insert(quote))
    }

    /// Whether a target is taken as it is: at the published floor or above, and at the private
    /// reserve or above unless it was agreed with this buyer.
    fn grants(&self, product: &Product, buyer: &str, target: f64) -> bool {
        let agreed = (buyer.to_owned(), product.product_id.clone(), target.to_string());
        target >= double(product.floor)
            && target >= LEAST
            && (target >= double(product.lowest()) || self.agreed.contains(&agreed))
    }

    /// Where a quote is in its life at `now`. One that was never there is forgotten.
    pub(crate) fn standing(&self, quote_id: &str, now: Timestamp) -> Standing {
        let Some(quote) = self.quotes.get(quote_id) else { return Standing::Forgotten };
        let behaviour = &self.spec.behaviour;
        if quote.status == QuoteStatus::Booked && !behaviour.booked_quotes_expire {
            return Standing::Good;
        }
        let row = SignedDuration::from_secs(i64::from(behaviour.expired_row_s));
        let gone = quote.expires_at.saturating_add(row).unwrap_or(Timestamp::MAX);
        if now < quote.expires_at {
            Standing::Good
        } else if now < gone {
            Standing::Expired
        } else {
            Standing::Forgotten
        }
    }

    /// A quote, for anyone who knows its id: 410 once it is over, 404 once it is forgotten.
    pub(crate) fn read_quote(&self, quote_id: &str, now: Timestamp) -> Result<&Quote, Refusal> {
        let missing =
            || Refusal::coded(404, "quote_not_found", format!("Quote '{quote_id}' not found."));
        match self.standing(quote_id, now) {
            Standing::Good => self.quotes.get(quote_id).ok_or_else(missing),
            Standing::Expired => {
                let message = "Quote has expired. Request a new quote.";
                Err(Refusal::coded(410, "quote_expired", message))
            }
            Standing::Forgotten => Err(missing()),
        }
    }

    /// A buyer's quotes on a product that stand at `now`: their ids and prices.
    pub(crate) fn standing_quotes(
        &self,
        product_id: &str,
        buyer: &str,
        now: Timestamp,
    ) -> Vec<(&str, f64)> {
        let quotes = self.quotes.values().filter(|quote| {
            quote.product_id == product_id
                && quote.buyer == buyer
                && self.standing(&quote.id, now) == Standing::Good
        });
        quotes.map(|quote| (quote.id.as_str(), quote.final_cpm)).collect()
    }

    /// Lets a quote expire at `now`. Whether it is known.
    pub(crate) fn expire(&mut self, quote_id: &str, now: Timestamp) -> bool {
        self.quotes.get_mut(quote_id).map(|quote| quote.expires_at = now).is_some()
    }
}

fn check_impressions(
    product: &Product,
    deal_type: DealType,
    impressions: Option<i64>,
) -> Result<(), Refusal> {
    match impressions {
        None | Some(0) if deal_type.is_guaranteed() => {
            let message = "Programmatic Guaranteed deals require an impressions count.";
            Err(Refusal::coded(400, "pg_requires_impressions", message))
        }
        Some(count) if count != 0 && count < product.minimum_impressions => {
            let least = product.minimum_impressions;
            let message = format!("Minimum impressions for this product: {least}.");
            Err(Refusal::coded(400, "below_minimum_impressions", message))
        }
        Some(_) | None => Ok(()),
    }
}

fn tier_below(tier: Tier) -> Tier {
    match tier {
        Tier::Public | Tier::Seat => Tier::Public,
        Tier::Agency => Tier::Seat,
        Tier::Advertiser => Tier::Agency,
    }
}
