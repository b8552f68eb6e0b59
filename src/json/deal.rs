//! DEAL: what was bought, the seller's Deal ID, and its life since.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    At,
    activation::LintDoc,
    amount,
    book::{BookingDoc, DifferenceDoc},
    cost,
    fact::FactDoc,
    negotiation::RoundDoc,
    quote::{PricingDoc, ProductDoc, TermsDoc},
    told,
};
use crate::{
    desk::{DealRecord, Transition},
    domain::{
        Cover, Cpm, Deal, OpenRtb,
        activation::{self, Bought},
    },
};

/// DEAL.
#[derive(Debug, Serialize)]
pub(crate) struct DealDoc {
    pub(crate) deal_id: String,
    pub(crate) seller: String,
    pub(crate) stage: String,
    /// Our word: `booked` or `disputed`.
    pub(crate) ours: String,
    /// The seller's own word.
    pub(crate) theirs: Option<String>,
    pub(crate) deal_type: Option<String>,
    pub(crate) quote_id: Option<String>,
    pub(crate) product: ProductDoc,
    pub(crate) pricing: PricingDoc,
    pub(crate) terms: TermsDoc,
    pub(crate) buyer_tier: Option<String>,
    pub(crate) expires_at: Option<At>,
    pub(crate) activation_instructions: BTreeMap<String, String>,
    pub(crate) openrtb_params: Option<OpenRtbDoc>,
    pub(crate) created_at: Option<At>,
    /// What the seller calls itself.
    pub(crate) seller_id: Option<String>,
    pub(crate) booked_at: At,
    pub(crate) last_checked: Option<At>,
    pub(crate) agreed_cpm: String,
    #[serde(skip)]
    pub(crate) agreed_in: String,
    pub(crate) cost: Option<String>,
    pub(crate) savings: SavingsDoc,
    /// The runner-up when it was decided; `null` where nobody else was in it.
    pub(crate) cover: Option<CoverDoc>,
    /// Where it is not what was agreed.
    pub(crate) differences: Vec<DifferenceDoc>,
    /// What became of it after it was booked, until a person acknowledges it: rejected, lapsed, gone.
    pub(crate) attention: Option<String>,
    /// The deal that stands for it by now.
    pub(crate) replaced_by: Option<String>,
}

/// What a DSP needs.
#[derive(Debug, Serialize)]
pub(crate) struct OpenRtbDoc {
    pub(crate) id: String,
    pub(crate) bidfloor: Option<String>,
    pub(crate) bidfloorcur: Option<String>,
    pub(crate) at: Option<u32>,
    pub(crate) wseat: Vec<String>,
    pub(crate) wadomain: Vec<String>,
}

/// What it saved, in money over the whole deal; all `null` where it came to nothing.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names that scripts read")]
pub(crate) struct SavingsDoc {
    /// Against the list price.
    pub(crate) vs_base: Option<String>,
    /// Against the first quote.
    pub(crate) vs_quote: Option<String>,
    /// Against the runner-up, as both come out in effect.
    pub(crate) vs_cover: Option<String>,
}

/// The best comparable open offer of another seller when a deal was decided.
#[derive(Debug, Serialize)]
pub(crate) struct CoverDoc {
    pub(crate) seller: String,
    pub(crate) quote_id: String,
    /// What it could be had for then.
    pub(crate) cpm: String,
    /// The currency of that price; what it comes to in effect is in the deal's.
    pub(crate) currency: String,
    /// What that comes to with what is assumed of an auction and of the path's fees.
    pub(crate) effective_cpm: String,
    /// What the booked price comes to by the same assumptions.
    pub(crate) our_effective_cpm: String,
}

impl CoverDoc {
    fn new(cover: &Cover) -> Self {
        Self {
            seller: cover.seller.0.clone(),
            quote_id: cover.quote_id.0.clone(),
            cpm: cover.cpm.plain(),
            currency: cover.cpm.currency().to_string(),
            effective_cpm: cover.effective.plain(),
            our_effective_cpm: cover.ours.plain(),
        }
    }
}

/// DEAL with everything that led to it.
#[derive(Debug, Serialize)]
pub(crate) struct DealShowDoc {
    #[serde(flatten)]
    pub(crate) deal: DealDoc,
    pub(crate) rounds: Vec<RoundDoc>,
    pub(crate) transitions: Vec<TransitionDoc>,
    pub(crate) bookings: Vec<BookingDoc>,
    pub(crate) audit: Vec<FactDoc>,
    pub(crate) activation: LintsDoc,
}

/// One change of status.
#[derive(Debug, Serialize)]
pub(crate) struct TransitionDoc {
    pub(crate) from: Option<String>,
    pub(crate) to: String,
    pub(crate) by: String,
    pub(crate) at: At,
    pub(crate) notes: Option<String>,
}

/// What to look at before it goes live.
#[derive(Debug, Serialize)]
pub(crate) struct LintsDoc {
    pub(crate) lint: Vec<LintDoc>,
}

impl DealDoc {
    pub(crate) fn new(record: &DealRecord, last_checked: Option<Timestamp>) -> Self {
        let deal = &record.deal;
        // A deal that came to nothing saved nothing.
        let is_bought = !record.came_to_nothing();
        let saved = |against: Option<Cpm>| {
            let (against, paid) = (against.filter(|_| is_bought)?, deal.pricing.cpm()?);
            let difference = Cpm::new(against.minus(&paid)?, paid.currency());
            Some(amount(difference.cost(deal.terms.impressions?).amount()))
        };
        Self {
            deal_id: deal.deal_id.0.clone(),
            seller: deal.seller.0.clone(),
            stage: record.stage().to_string(),
            ours: record.ours.to_string(),
            theirs: told(&deal.raw_status),
            deal_type: deal
                .deal_type
                .map_or_else(|| told(&deal.raw_deal_type), |kind| Some(kind.to_string())),
            quote_id: deal.quote_id.as_ref().map(|id| id.0.clone()),
            product: ProductDoc::new(&deal.product),
            pricing: PricingDoc::new(&deal.pricing),
            terms: TermsDoc::new(&deal.terms),
            buyer_tier: deal.buyer_tier.map(|tier| tier.to_string()),
            expires_at: deal.expires_at.map(At),
            activation_instructions: deal.activation_instructions.clone(),
            openrtb_params: deal.openrtb.as_ref().map(OpenRtbDoc::new),
            created_at: deal.created_at.map(At),
            seller_id: deal.calls_itself.clone(),
            booked_at: record.booked_at.into(),
            last_checked: last_checked.map(At),
            agreed_cpm: record.agreed.plain(),
            agreed_in: record.agreed.currency().to_string(),
            cost: cost(deal.cost()),
            savings: SavingsDoc {
                vs_base: saved(deal.pricing.base_cpm),
                vs_quote: saved(record.first_quoted),
                vs_cover: record.cover.as_ref().filter(|_| is_bought).and_then(|cover| {
                    let saved = Cpm::new(cover.saves()?, cover.ours.currency());
                    Some(amount(saved.cost(deal.terms.impressions?).amount()))
                }),
            },
            cover: record.cover.as_ref().map(CoverDoc::new),
            differences: record.differences.iter().map(DifferenceDoc::new).collect(),
            attention: record.attention.clone(),
            replaced_by: deal.replaced_by.as_ref().map(|id| id.0.clone()),
        }
    }
}

impl OpenRtbDoc {
    fn new(block: &OpenRtb) -> Self {
        Self {
            id: block.id.clone(),
            bidfloor: super::cpm(block.bidfloor),
            bidfloorcur: block.bidfloor.map(|floor| floor.currency().to_string()),
            at: block.at,
            wseat: block.wseat.clone(),
            wadomain: block.wadomain.clone(),
        }
    }
}

impl TransitionDoc {
    pub(crate) fn new(transition: &Transition) -> Self {
        Self {
            from: told(&transition.from),
            to: transition.to.clone(),
            by: transition.by.clone(),
            at: transition.at.into(),
            notes: told(&transition.notes),
        }
    }
}

impl LintsDoc {
    pub(crate) fn new(deal: &Deal, bought: &Bought) -> Self {
        Self { lint: activation::lint(deal, bought).into_iter().map(LintDoc::of).collect() }
    }
}
