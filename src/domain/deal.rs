//! A booked deal: the seller's Deal ID, the terms that were bought, and its life afterwards.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter};

use super::{
    Cost, Cpm, DealId, DealRef, DealType, OpenRtb, Pricing, ProductRef, Quote, QuoteId, SellerName,
    Terms, Tier, day, order::Given,
};

/// What a seller says of a deal (guide, deals-api-client: "Deal Statuses", and what sellers add).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum DealStatus {
    /// Created (`proposed`, `booked`, `confirmed`), the seller has yet to activate it.
    Proposed,
    /// Live, accepting bids.
    Active,
    /// Stopped for a while.
    Paused,
    /// The seller turned it down.
    Rejected,
    /// Never activated in time.
    Expired,
    /// Delivered.
    Completed,
    /// Taken back.
    Canceled,
    /// A word we do not know; the raw word is kept beside.
    Other,
}

/// Whether a seller's word for how a booking stands says no: nothing comes of it.
pub fn says_no(word: &str) -> bool {
    matches!(DealStatus::parse(word), DealStatus::Rejected | DealStatus::Canceled)
}

impl DealStatus {
    /// Reads the seller's word, in capitals too: the one table of how a deal can stand.
    pub fn parse(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            // The second half has an id, and the seller's people have yet to say yes.
            "proposed" | "booked" | "confirmed" | "pending" | "pending_approval"
            | "pending_review" | "awaiting_approval" | "submitted" | "in_review"
            | "under_review" => Self::Proposed,
            "active" => Self::Active,
            "paused" => Self::Paused,
            "rejected" | "declined" | "denied" | "refused" | "failed" | "error" | "invalid" => {
                Self::Rejected
            }
            "expired" | "lapsed" => Self::Expired,
            "completed" | "ended" | "finished" => Self::Completed,
            "cancelled" | "canceled" | "withdrawn" | "revoked" | "terminated" | "void"
            | "voided" | "deleted" | "aborted" => Self::Canceled,
            _ => Self::Other,
        }
    }

    /// Whether a seller may go from `self` to `next` (the seed's lifecycle: proposed → active →
    /// completed; proposed → rejected or expired). Anything else is shown as an alert, not hidden.
    pub fn may_become(self, next: Self) -> bool {
        use DealStatus::{Active, Canceled, Completed, Expired, Other, Paused, Proposed, Rejected};
        match self {
            Proposed => matches!(next, Active | Rejected | Expired | Canceled),
            Active => matches!(next, Completed | Paused | Canceled),
            Paused => matches!(next, Active | Completed | Canceled),
            Rejected | Expired | Completed | Canceled => false,
            Other => true,
        }
    }

    /// Whether nothing more is expected of it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Rejected | Self::Expired | Self::Completed | Self::Canceled)
    }

    /// Whether it still binds money: all but what never came to be.
    pub fn binds_money(self) -> bool {
        !matches!(self, Self::Rejected | Self::Expired | Self::Canceled)
    }
}

/// A deal as the seller describes it. Source: `POST /api/v1/deals`, `GET /api/v1/deals/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// The seller's Deal ID.
    pub deal_id: DealId,
    /// Whose it is.
    pub seller: SellerName,
    /// The quote it came from.
    pub quote_id: Option<QuoteId>,
    /// Kind of deal; `None` for a word we do not know.
    pub deal_type: Option<DealType>,
    /// The seller's own word for the kind.
    pub raw_deal_type: String,
    /// What the seller says of it.
    pub status: DealStatus,
    /// The seller's own word for the status.
    pub raw_status: String,
    /// What was bought.
    pub product: ProductRef,
    /// What it costs per thousand.
    pub pricing: Pricing,
    /// How much and when.
    pub terms: Terms,
    /// The tier the seller gave us.
    pub buyer_tier: Option<Tier>,
    /// When it lapses if never activated, on the seller's clock.
    pub expires_at: Option<Timestamp>,
    /// Per DSP: what to do there, in the seller's words, cleaned.
    pub activation_instructions: BTreeMap<String, String>,
    /// The OpenRTB block, decoded.
    pub openrtb: Option<OpenRtb>,
    /// The OpenRTB block, byte for byte as the seller sent it.
    pub openrtb_raw: Option<String>,
    /// When it was made, on the seller's clock.
    pub created_at: Option<Timestamp>,
    /// What the seller calls itself, verbatim; sellers may have the same name (wire/iab.md 3.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls_itself: Option<String>,
    /// The deal that stands for it by now, where the seller moved it to another id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<DealId>,
}

/// What sellers call a deal that another one stands for (wire/iab.md 4.4).
const REPLACED: &[&str] = &["deprecated", "migrated", "replaced", "superseded"];

impl Deal {
    /// Whether the seller says that this deal is used no more, as another stands for it.
    pub fn replaced(&self) -> bool {
        let word = self.raw_status.trim().to_lowercase();
        self.replaced_by.is_some() || REPLACED.contains(&word.as_str())
    }

    /// What it is called across the desk.
    pub fn reference(&self) -> DealRef {
        DealRef { seller: self.seller.clone(), deal_id: self.deal_id.clone() }
    }

    /// What it has under the name of a field, as a change of its order names it.
    pub fn given(&self, field: &str) -> Option<Given> {
        let terms = &self.terms;
        match field {
            "impressions" => terms.impressions.map(|count| Given::Number(count.into())),
            "flight_start" | "start_date" => terms.flight_start.clone().map(Given::Text),
            "flight_end" | "end_date" => terms.flight_end.clone().map(Given::Text),
            "final_cpm" | "cpm" => self.pricing.cpm().map(|cpm| Given::Number(cpm.amount())),
            _ => None,
        }
    }

    /// What the deal costs if all of it is delivered.
    pub fn cost(&self) -> Option<Cost> {
        Some(self.pricing.cpm()?.cost(self.terms.impressions?))
    }

    /// Where this deal is not what was agreed: `(field, agreed, booked)`. Empty means that the
    /// booking is what the buyer typed (safety.md S16). A field the seller leaves out is a
    /// difference where it is about money.
    pub fn disputes(&self, quote: &Quote, agreed: Cpm) -> Vec<(&'static str, String, String)> {
        let text = |value: Option<String>| value.unwrap_or_else(|| "?".to_owned());
        let number = |value: Option<u64>| text(value.map(super::money::count));
        let mut found = vec![
            (
                "final CPM",
                agreed.to_string(),
                text(self.pricing.final_cpm.map(|cpm| cpm.to_string())),
            ),
            ("impressions", number(quote.terms.impressions), number(self.terms.impressions)),
            (
                "flight start",
                text(quote.terms.flight_start.clone()),
                text(self.terms.flight_start.clone()),
            ),
            (
                "flight end",
                text(quote.terms.flight_end.clone()),
                text(self.terms.flight_end.clone()),
            ),
            (
                "deal type",
                quote.deal_type.to_string(),
                self.deal_type.map_or_else(|| self.raw_deal_type.clone(), |kind| kind.to_string()),
            ),
            ("product", quote.product.product_id.to_string(), self.product.product_id.to_string()),
            ("guaranteed", quote.terms.guaranteed.to_string(), self.terms.guaranteed.to_string()),
        ];
        if let Some(quote_id) = &self.quote_id {
            found.push(("quote", quote.quote_id.to_string(), quote_id.to_string()));
        }
        if self.pricing.rate_type() != quote.pricing.rate_type() {
            let model = |pricing: &Pricing| pricing.pricing_model.clone();
            found.push(("pricing model", model(&quote.pricing), model(&self.pricing)));
        }
        let (ours, theirs) = (&quote.terms, &self.terms);
        found.retain(|(field, agreed_words, booked)| {
            let is_same = match *field {
                // As programs keep it: in a binary double.
                "final CPM" => self.pricing.final_cpm.is_some_and(|cpm| cpm.is_same(&agreed)),
                "flight start" => {
                    day::same(ours.flight_start.as_deref(), theirs.flight_start.as_deref())
                }
                "flight end" => {
                    day::same_last(ours.flight_end.as_deref(), theirs.flight_end.as_deref())
                }
                _ => false,
            };
            agreed_words != booked && !is_same
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator as _;

    #[test]
    fn every_status_is_reached_from_proposed_and_the_ends_stay_ends() {
        let mut reached = vec![DealStatus::Proposed];
        let mut next = 0;
        while let Some(&from) = reached.get(next) {
            next += 1;
            for to in DealStatus::iter() {
                if from.may_become(to) && !reached.contains(&to) {
                    reached.push(to);
                }
            }
        }
        for status in DealStatus::iter().filter(|status| *status != DealStatus::Other) {
            assert!(reached.contains(&status), "{status}");
            if status.is_over() {
                assert!(!DealStatus::iter().any(|to| status.may_become(to)), "{status}");
            }
        }
    }

    #[test]
    fn both_spellings_of_canceled_are_read_and_unknown_words_are_other() {
        assert_eq!(DealStatus::parse("cancelled"), DealStatus::Canceled);
        assert_eq!(DealStatus::parse("canceled"), DealStatus::Canceled);
        assert_eq!(DealStatus::parse("dormant"), DealStatus::Other);
        for word in ["pending_approval", "Submitted", "in_review"] {
            assert_eq!(
                DealStatus::parse(word),
                DealStatus::Proposed,
                "{word}: nobody said yes yet"
            );
        }
        // Sellers that make deals by other ways than a booking, and the next release of all.
        for word in ["proposed", "booked", "BOOKED", "confirmed"] {
            assert_eq!(DealStatus::parse(word), DealStatus::Proposed, "{word}");
        }
        for (word, status) in [
            ("CANCELLED", DealStatus::Canceled),
            ("Rejected", DealStatus::Rejected),
            ("COMPLETED", DealStatus::Completed),
        ] {
            assert_eq!(DealStatus::parse(word), status, "{word}");
        }
    }
}
