//! A quote: a seller's price for so many impressions over a flight, good until it expires.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::Display;

use super::{
    Cost, Cpm, Currency, DealId, DealType, Identity, ProductId, QuoteId, QuoteRef, SellerName,
    Tier, day,
    money::{Price, Quantity, RateType},
};

/// What a seller says of a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum QuoteStatus {
    /// It can be booked.
    Available,
    /// It became a deal.
    Booked,
    /// Its time is over, or the seller no longer knows it.
    Expired,
    /// The seller will not sell.
    Declined,
    /// A word we do not know; the raw word is kept beside.
    Other,
}

impl QuoteStatus {
    /// Reads the seller's word, in capitals too.
    pub fn parse(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "available" => Self::Available,
            "booked" => Self::Booked,
            "expired" => Self::Expired,
            "declined" => Self::Declined,
            _ => Self::Other,
        }
    }
}

/// The product a quote or deal is on, as the seller names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRef {
    /// The seller's id.
    pub product_id: ProductId,
    /// Name, cleaned.
    pub name: String,
    /// `video`, `display`, `ctv`, …; empty if not told.
    pub inventory_type: String,
}

/// How the price came about, in the seller's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pricing {
    /// List price; `None` is "on request".
    pub base_cpm: Option<Cpm>,
    /// Percent off for our tier (10 is ten percent).
    pub tier_discount_pct: Option<Decimal>,
    /// Percent off for volume.
    pub volume_discount_pct: Option<Decimal>,
    /// The price as told: per thousand where [`Self::rate_type`] says so; `None` is "on request".
    pub final_cpm: Option<Cpm>,
    /// `cpm`, or what the seller says.
    pub pricing_model: String,
    /// The seller's own words, cleaned.
    pub rationale: String,
}

impl Pricing {
    /// What the price buys; `None` for a word that is no rate type.
    pub fn rate_type(&self) -> Option<RateType> {
        RateType::parse(&self.pricing_model)
    }

    /// Whether the price is for a thousand impressions.
    pub fn is_per_thousand(&self) -> bool {
        self.rate_type().is_some_and(RateType::is_per_thousand)
    }

    /// The price with its unit. `None` where it is on request, and where a seller names another model
    /// beside a number that its dialect calls a CPM: nobody knows what that number is.
    pub fn price(&self) -> Option<Price> {
        let (cpm, unit) = (self.final_cpm?, self.rate_type()?);
        unit.is_per_thousand().then(|| Price { unit, ..cpm.into() })
    }

    /// The price per thousand; `None` where it is on request, or is a price for something else.
    pub fn cpm(&self) -> Option<Cpm> {
        self.price()?.cpm()
    }

    /// Why this price is no CPM, in words: the model is named.
    pub fn other_unit(&self) -> Option<String> {
        let model = &self.pricing_model;
        (!self.is_per_thousand()).then(|| {
            format!("it is priced by {model:?}, not per thousand: what it costs is not known")
        })
    }
}

/// Volume and flight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Impressions; `None` where none were agreed.
    pub impressions: Option<u64>,
    /// First day of the flight, as the seller writes it (ISO 8601 where it is a date at all).
    pub flight_start: Option<String>,
    /// Last day of the flight.
    pub flight_end: Option<String>,
    /// Whether the impressions are guaranteed.
    pub guaranteed: bool,
}

/// What the seller says of its avails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    /// Whether it has the impressions.
    pub inventory_available: Option<bool>,
    /// Expected fill, a fraction of one.
    pub estimated_fill_rate: Option<Decimal>,
    /// In the seller's word.
    pub competing_demand: Option<String>,
}

/// A seller's quote. Source: `POST /api/v1/quotes`, `GET /api/v1/quotes/{id}` (wire/iab.md 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The seller's id.
    pub quote_id: QuoteId,
    /// Whose it is.
    pub seller: SellerName,
    /// What the seller says of it.
    pub status: QuoteStatus,
    /// The seller's own word for the status.
    pub raw_status: String,
    /// Kind of deal.
    pub deal_type: DealType,
    /// What is bought.
    pub product: ProductRef,
    /// What it costs per thousand.
    pub pricing: Pricing,
    /// How much and when.
    pub terms: Terms,
    /// Avails, if told.
    pub availability: Option<Availability>,
    /// The tier the seller gave us; `None` for a word we do not know.
    pub buyer_tier: Option<Tier>,
    /// When it ends, on the seller's clock.
    pub expires_at: Timestamp,
    /// When it was made, on the seller's clock.
    pub created_at: Option<Timestamp>,
    /// What the seller calls itself, verbatim; sellers may have the same name (wire/iab.md 3.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls_itself: Option<String>,
    /// The deal it became.
    pub deal_id: Option<DealId>,
}

impl Quote {
    /// What it is called across the desk.
    pub fn reference(&self) -> QuoteRef {
        QuoteRef { seller: self.seller.clone(), quote_id: self.quote_id.clone() }
    }

    /// What the whole quote costs, if both price and impressions are known: no impressions are not for free.
    pub fn cost(&self) -> Option<Cost> {
        self.pricing.price()?.cost(&Quantity::of_impressions(self.terms.impressions))
    }

    /// The terms in which a re-read quote differs from what was shown: `(field, shown, now)`.
    /// Empty if it is the same offer (safety.md S13).
    pub fn differences(&self, now: &Self) -> Vec<(&'static str, String, String)> {
        let text = |value: Option<String>| value.unwrap_or_else(|| "?".to_owned());
        let cpm = |value: Option<Cpm>| text(value.map(|cpm| cpm.to_string()));
        let percent = |value: Option<Decimal>| text(value.map(|p| p.normalize().to_string()));
        let number = |value: Option<u64>| text(value.map(super::money::count));
        let model = |pricing: &Pricing| pricing.pricing_model.clone();
        let same_price = |one: Option<Cpm>, other: Option<Cpm>| {
            one.zip(other).is_some_and(|(one, other)| one.is_same(&other))
        };
        let is_same = |field: &str| match field {
            "final CPM" => same_price(self.pricing.final_cpm, now.pricing.final_cpm),
            "base CPM" => same_price(self.pricing.base_cpm, now.pricing.base_cpm),
            "flight start" => {
                day::same(self.terms.flight_start.as_deref(), now.terms.flight_start.as_deref())
            }
            "flight end" => {
                day::same_last(self.terms.flight_end.as_deref(), now.terms.flight_end.as_deref())
            }
            "pricing model" => {
                self.pricing.is_per_thousand()
                    && self.pricing.rate_type() == now.pricing.rate_type()
            }
            _ => false,
        };
        [
            ("status", self.raw_status.clone(), now.raw_status.clone()),
            ("pricing model", model(&self.pricing), model(&now.pricing)),
            ("final CPM", cpm(self.pricing.final_cpm), cpm(now.pricing.final_cpm)),
            ("base CPM", cpm(self.pricing.base_cpm), cpm(now.pricing.base_cpm)),
            (
                "tier discount",
                percent(self.pricing.tier_discount_pct),
                percent(now.pricing.tier_discount_pct),
            ),
            (
                "volume discount",
                percent(self.pricing.volume_discount_pct),
                percent(now.pricing.volume_discount_pct),
            ),
            ("impressions", number(self.terms.impressions), number(now.terms.impressions)),
            (
                "flight start",
                text(self.terms.flight_start.clone()),
                text(now.terms.flight_start.clone()),
            ),
            ("flight end", text(self.terms.flight_end.clone()), text(now.terms.flight_end.clone())),
            ("deal type", self.deal_type.to_string(), now.deal_type.to_string()),
            ("guaranteed", self.terms.guaranteed.to_string(), now.terms.guaranteed.to_string()),
            ("product", self.product.product_id.to_string(), now.product.product_id.to_string()),
            (
                "tier",
                text(self.buyer_tier.map(|tier| tier.to_string())),
                text(now.buyer_tier.map(|tier| tier.to_string())),
            ),
        ]
        .into_iter()
        .filter(|(field, shown, now)| shown != now && !is_same(field))
        .collect()
    }
}

/// What a buyer asks a quote for. Both dates are always sent (wire/iab.md 4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteAsk {
    /// The product, an id of the seller that is asked.
    pub product_id: ProductId,
    /// Its name, if known: to find it again where a seller mints new ids.
    pub product_name: Option<String>,
    /// Kind of deal.
    pub deal_type: DealType,
    /// Impressions; required for [`DealType::Guaranteed`].
    pub impressions: Option<u64>,
    /// First day of the flight.
    pub flight_start: Date,
    /// Last day of the flight.
    pub flight_end: Date,
    /// What we would like to pay; a hint. Never above what we would pay otherwise.
    pub target_cpm: Option<Cpm>,
    /// What the seller is told of us.
    pub identity: Identity,
    /// The currency that the product was offered in when it was asked for, where that was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_price_per_thousand_is_one() {
        let per_thousand = ["cpm", "CPM", "", "vcpm"];
        let others = ["cpc", "CPCV", "cpp", "flat_rate", "cpd", "ＣＰＣ", "за клик", "%"];
        for word in per_thousand.into_iter().chain(others) {
            let pricing = Pricing {
                base_cpm: None,
                tier_discount_pct: None,
                volume_discount_pct: None,
                final_cpm: "17.00".parse().ok(),
                pricing_model: word.into(),
                rationale: String::new(),
            };
            let is_one = per_thousand.contains(&word);
            assert_eq!(pricing.cpm().is_some(), is_one, "{word}");
            let says = pricing.other_unit();
            assert_eq!(says.is_some_and(|says| says.contains(word)), !is_one, "{word}");
        }
    }

    #[test]
    fn deal_types_in_their_four_spellings() {
        for (kind, spellings) in [
            (
                DealType::Guaranteed,
                ["PG", "pg", "programmaticguaranteed", "programmatic_guaranteed"],
            ),
            (DealType::Preferred, ["PD", "preferreddeal", "preferred_deal", "preferred deal"]),
            (DealType::Auction, ["PA", "privateauction", "private_auction", "pmp"]),
        ] {
            for spelling in spellings {
                assert_eq!(DealType::parse(spelling), Some(kind), "{spelling}");
            }
        }
        for word in ["CUR", "cur", "curated", "curated_deal"] {
            assert_eq!(DealType::parse(word), Some(DealType::Curated), "{word}");
        }
        assert!(!DealType::ALL.contains(&DealType::Curated), "the desk asks for none");
        assert_eq!(DealType::parse("CURATE"), None);
    }

    #[test]
    fn statuses_are_read_in_any_case() {
        for (words, status) in [
            (["available", "AVAILABLE", "Available"], QuoteStatus::Available),
            (["booked", "BOOKED", "Booked"], QuoteStatus::Booked),
            (["expired", "EXPIRED", "Expired"], QuoteStatus::Expired),
            (["declined", "DECLINED", "Declined"], QuoteStatus::Declined),
            (["", "pending", "AVAIL"], QuoteStatus::Other),
        ] {
            assert!(words.iter().all(|word| QuoteStatus::parse(word) == status), "{status}");
        }
    }
}
