//! QUOTE: a seller's price for so many impressions, with what became of it.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    At, Missing, amount, book::CheckDoc, cost, cpm, currency, negotiation::NegotiationDoc, percent,
    told,
};
use crate::{
    desk::{self, QuoteRecord, State, judge},
    domain::{
        Availability, Check, Pricing, ProductRef, Proof, QuoteStatus, Skew, Terms, asked,
        made::made,
        money::typed::Understood,
        proof::{self, Known},
        ranking::{CompareRow, Ranked},
    },
};

/// QUOTE.
#[derive(Debug, Serialize)]
pub(crate) struct QuoteDoc {
    pub(crate) quote_id: String,
    pub(crate) seller: String,
    /// `available`, `booked`, `expired`, `declined`, `other`.
    pub(crate) status: String,
    /// The seller's own word.
    pub(crate) raw_status: Option<String>,
    /// Where it stands on the desk.
    pub(crate) stage: String,
    pub(crate) deal_type: String,
    pub(crate) product: ProductDoc,
    pub(crate) pricing: PricingDoc,
    pub(crate) terms: TermsDoc,
    pub(crate) availability: Option<AvailabilityDoc>,
    pub(crate) buyer_tier: Option<String>,
    pub(crate) expires_at: At,
    /// On the seller's clock; `null` once it cannot be booked.
    pub(crate) seconds_left: Option<i64>,
    /// At the price to book at: the agreed one where there is one.
    pub(crate) cost: Option<String>,
    /// Whether the price follows from its parts.
    pub(crate) proof: ProofDoc,
    /// Its place among the quotes it was asked with, where these are shown together.
    pub(crate) rank: Option<RankDoc>,
    pub(crate) negotiation: Option<NegotiationDoc>,
    pub(crate) rfq: Option<String>,
    /// The price agreed for it, here or in the quote it replaced.
    pub(crate) agreed_cpm: Option<String>,
    /// The currency of the price to book at, and of the cost; the quote's own, unless another was agreed.
    #[serde(skip)]
    pub(crate) booked_in: Option<String>,
    pub(crate) replaces: Option<String>,
    pub(crate) replaced_by: Option<String>,
    pub(crate) deal_id: Option<String>,
    pub(crate) received_at: At,
    /// What the seller calls itself.
    pub(crate) seller_id: Option<String>,
    /// When it was made, on the seller's clock.
    pub(crate) created_at: Option<At>,
    /// When it was made and how long ago that is, in words.
    #[serde(skip)]
    pub(crate) made: Option<String>,
    /// Where it is not what was asked for.
    pub(crate) asked_differences: Vec<AskedDoc>,
    /// What of its terms a ticket would stop at, ask about or warn of, while it can be booked.
    pub(crate) checks: Vec<CheckDoc>,
}

/// A term that is not what was asked for.
#[derive(Debug, Serialize)]
pub(crate) struct AskedDoc {
    pub(crate) field: String,
    pub(crate) asked: String,
    pub(crate) quoted: String,
    /// Whether it cannot be booked because of it.
    pub(crate) blocks: bool,
}

impl AskedDoc {
    fn new(difference: asked::Difference) -> Self {
        let asked::Difference { field, asked, quoted, blocks } = difference;
        Self { field, asked, quoted, blocks }
    }
}

/// Whether a price follows from its parts, and what it is worth if not.
#[derive(Debug, Serialize)]
pub(crate) struct ProofDoc {
    /// `match`, `rounding`, `target`, `missing`, `kit`, `words`, `tier`, `sum`.
    pub(crate) verdict: String,
    /// The price worked out from base, tier and volume.
    pub(crate) computed_cpm: Option<String>,
    /// The final price less what it should be: above zero is too much.
    pub(crate) difference: Option<String>,
    /// The difference over all impressions.
    pub(crate) worth: Option<String>,
    /// What was found, in words, gravest first.
    pub(crate) notes: Vec<String>,
}

/// How a quote stands among those it was asked with.
#[derive(Debug, Serialize)]
pub(crate) struct RankDoc {
    /// From 1; `null` where it cannot be booked.
    pub(crate) place: Option<usize>,
    /// Why it has no place: `expired`, `unpriced`, ….
    pub(crate) out: Option<String>,
    /// What it costs in effect: the price, times the assumption, plus the fees.
    pub(crate) effective_cpm: Option<String>,
    /// What a private auction is assumed to clear at, in floors; 1 for a fixed price.
    pub(crate) assumed_factor: Option<String>,
    /// Fees of the path to the seller.
    pub(crate) fee_cpm: Option<String>,
    /// Effective CPM above the best's.
    pub(crate) above_best: Option<String>,
    /// The reference buyer's score, 0 to 100; nothing is ranked by it.
    pub(crate) score: Option<String>,
}

/// Quotes side by side.
#[derive(Debug, Serialize)]
pub(crate) struct CompareDoc {
    /// In the order in which they were named.
    pub(crate) items: Vec<QuoteDoc>,
    pub(crate) rows: Vec<CompareRowDoc>,
    pub(crate) best: Option<String>,
    pub(crate) cover: Option<String>,
    /// Sellers that were not read again, and why: what the store knows stands for them.
    pub(crate) partial: Vec<Missing>,
}

/// One field of every quote.
#[derive(Debug, Serialize)]
pub(crate) struct CompareRowDoc {
    pub(crate) field: String,
    /// In the order of the items; `?` is not known.
    pub(crate) values: Vec<String>,
    /// Which of them are not like the first.
    pub(crate) differs: Vec<bool>,
}

/// What is bought.
#[derive(Debug, Serialize)]
pub(crate) struct ProductDoc {
    pub(crate) product_id: String,
    pub(crate) name: Option<String>,
    pub(crate) inventory_type: Option<String>,
}

/// How the price came about.
#[derive(Debug, Serialize)]
pub(crate) struct PricingDoc {
    pub(crate) base_cpm: Option<String>,
    pub(crate) tier_discount_pct: Option<String>,
    pub(crate) volume_discount_pct: Option<String>,
    pub(crate) final_cpm: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) pricing_model: Option<String>,
    pub(crate) rationale: Option<String>,
}

/// How much and when.
#[derive(Debug, Serialize)]
pub(crate) struct TermsDoc {
    pub(crate) impressions: Option<u64>,
    pub(crate) flight_start: Option<String>,
    pub(crate) flight_end: Option<String>,
    pub(crate) guaranteed: bool,
}

/// Avails.
#[derive(Debug, Serialize)]
pub(crate) struct AvailabilityDoc {
    pub(crate) inventory_available: Option<bool>,
    pub(crate) estimated_fill_rate: Option<String>,
    pub(crate) competing_demand: Option<String>,
}

/// Quotes asked for together.
#[derive(Debug, Serialize)]
pub(crate) struct RfqDoc {
    pub(crate) rfq: String,
    pub(crate) items: Vec<QuoteDoc>,
    /// The cheapest in effect that can be booked.
    pub(crate) best: Option<String>,
    /// The cheapest of another seller.
    pub(crate) cover: Option<String>,
    pub(crate) partial: Vec<Missing>,
    /// Options that are no plain figures, with what they were read as.
    pub(crate) understood: Vec<Understood>,
}

/// QUOTE as it was asked for.
#[derive(Debug, Serialize)]
pub(crate) struct RequestedDoc {
    #[serde(flatten)]
    pub(crate) quote: QuoteDoc,
    /// Options that are no plain figures, with what they were read as.
    pub(crate) understood: Vec<Understood>,
}

/// QUOTE with where it was read.
#[derive(Debug, Serialize)]
pub(crate) struct Sourced<T> {
    #[serde(flatten)]
    pub(crate) body: T,
    /// `seller` or `store`.
    pub(crate) source: &'static str,
    /// Why the seller's word of now is not in it; `null` where it is, and where nobody was asked.
    pub(crate) error: Option<super::ErrorDoc>,
}

impl QuoteDoc {
    pub(crate) fn new(
        record: &QuoteRecord,
        proof: &Proof,
        (skew, doubts): (Option<Skew>, &[Check]),
        now: Timestamp,
    ) -> Self {
        let quote = &record.quote;
        let left = Skew::left(skew, quote.expires_at, now).as_secs();
        Self {
            quote_id: quote.quote_id.0.clone(),
            seller: quote.seller.0.clone(),
            status: quote.status.to_string(),
            raw_status: told(&quote.raw_status),
            stage: record.stage().to_string(),
            deal_type: quote.deal_type.to_string(),
            product: ProductDoc::new(&quote.product),
            pricing: PricingDoc::new(&quote.pricing),
            terms: TermsDoc::new(&quote.terms),
            availability: quote.availability.as_ref().map(AvailabilityDoc::new),
            buyer_tier: quote.buyer_tier.map(|tier| tier.to_string()),
            expires_at: quote.expires_at.into(),
            seconds_left: (quote.status == QuoteStatus::Available && left > 0).then_some(left),
            cost: cost(record.cost()),
            proof: ProofDoc::new(proof),
            rank: None,
            negotiation: record.negotiation.as_ref().map(NegotiationDoc::new),
            rfq: record.rfq.as_ref().map(|rfq| rfq.0.clone()),
            agreed_cpm: cpm(record.agreed),
            booked_in: currency(&[record.price(), quote.pricing.cpm(), quote.pricing.base_cpm]),
            replaces: record.requote_of.as_ref().map(|id| id.0.clone()),
            replaced_by: record.replaced_by.as_ref().map(|id| id.0.clone()),
            deal_id: record.deal.as_ref().or(quote.deal_id.as_ref()).map(|id| id.0.clone()),
            received_at: record.received_at.into(),
            seller_id: quote.calls_itself.clone(),
            created_at: quote.created_at.map(At),
            made: made((quote.created_at, quote.calls_itself.as_deref()), skew, now),
            asked_differences: record.differs_from_ask().into_iter().map(AskedDoc::new).collect(),
            checks: doubts.iter().map(CheckDoc::new).collect(),
        }
    }
}

impl QuoteDoc {
    /// As the desk knows it: proved against the seller's kit too.
    pub(crate) fn of(state: &State, record: &QuoteRecord, now: Timestamp) -> Self {
        let proof = judge::prove(state, record);
        let doubts = desk::doubts_of(state, record, now);
        Self::new(record, &proof, (state.skew(&record.quote.seller), &doubts), now)
    }

    /// As the store knows it: proved against what was asked.
    pub(crate) fn stored(record: &QuoteRecord, now: Timestamp) -> Self {
        let known = Known::asked(&record.ask, record.agreed);
        let doubts = desk::doubts(record, record.offered_in(), now);
        Self::new(record, &proof::prove(&record.quote, &known), (None, &doubts), now)
    }

    /// With its place among others.
    #[must_use]
    pub(crate) fn ranked(mut self, row: Option<&Ranked>) -> Self {
        self.rank = row.map(RankDoc::new);
        self
    }
}

impl ProofDoc {
    fn new(proof: &Proof) -> Self {
        Self {
            verdict: proof.verdict.to_string(),
            computed_cpm: cpm(proof.computed),
            difference: proof.difference.map(amount),
            worth: cost(proof.worth),
            notes: proof.words().map(str::to_owned).collect(),
        }
    }
}

impl RankDoc {
    fn new(row: &Ranked) -> Self {
        let effective = row.effective.as_ref();
        Self {
            place: row.place.ok(),
            out: row.place.err().map(|out| out.to_string()),
            effective_cpm: effective.map(|effective| effective.cpm.plain()),
            assumed_factor: percent(effective.map(|effective| effective.uplift)),
            fee_cpm: effective.map(|effective| amount(effective.fee)),
            above_best: row.above_best.map(amount),
            score: percent(row.score),
        }
    }
}

impl CompareRowDoc {
    pub(crate) fn new(row: CompareRow) -> Self {
        Self { field: row.field.to_owned(), values: row.values, differs: row.differs }
    }
}

impl ProductDoc {
    pub(crate) fn new(product: &ProductRef) -> Self {
        Self {
            product_id: product.product_id.0.clone(),
            name: told(&product.name),
            inventory_type: told(&product.inventory_type),
        }
    }
}

impl PricingDoc {
    pub(crate) fn new(pricing: &Pricing) -> Self {
        Self {
            base_cpm: cpm(pricing.base_cpm),
            tier_discount_pct: percent(pricing.tier_discount_pct),
            volume_discount_pct: percent(pricing.volume_discount_pct),
            final_cpm: cpm(pricing.cpm()),
            currency: currency(&[pricing.cpm(), pricing.base_cpm]),
            pricing_model: told(&pricing.pricing_model),
            rationale: told(&pricing.rationale),
        }
    }
}

impl TermsDoc {
    pub(crate) fn new(terms: &Terms) -> Self {
        Self {
            impressions: terms.impressions,
            flight_start: terms.flight_start.clone(),
            flight_end: terms.flight_end.clone(),
            guaranteed: terms.guaranteed,
        }
    }
}

impl AvailabilityDoc {
    fn new(availability: &Availability) -> Self {
        Self {
            inventory_available: availability.inventory_available,
            estimated_fill_rate: percent(availability.estimated_fill_rate),
            competing_demand: availability.competing_demand.clone(),
        }
    }
}
