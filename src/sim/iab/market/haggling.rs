//! Negotiations about a price: who may have them, what they start from, and what an agreement is worth.

use jiff::Timestamp;

use super::{Market, Refusal, Standing};
use crate::{
    domain::{DealType, Tier},
    sim::iab::{
        keys::Who,
        negotiation::{Negotiation, Status, opening, strategy},
        price::{double, tier_share},
        spec::{Dialect, Product, Proposal},
    },
};

/// A buyer's last word on a seller's price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Accept,
    Reject,
}

/// What a negotiation is about.
struct Matter {
    product: Product,
    /// `None` for a proposal, which has no kind of deal here.
    deal_type: Option<DealType>,
    /// What was quoted, dollars CPM.
    quoted: Option<f64>,
    tier: Tier,
    buyer: String,
}

impl Market {
    /// Answers an offer on a quote or proposal. `who` is nobody where the request said nothing: then
    /// the buyer is whoever was quoted.
    pub(crate) fn counter(
        &mut self,
        subject: &str,
        offer: f64,
        who: &Who,
        now: Timestamp,
    ) -> Result<&Negotiation, Refusal> {
        let mut negotiation = match self.negotiations.get(subject) {
            Some(negotiation) => negotiation.clone(),
            None => self.open(subject, who, now)?,
        };
        if negotiation.status != Status::Active {
            let says = format!("Negotiation is {}, cannot counter", negotiation.status.word());
            return Err(Refusal::words(400, says));
        }
        negotiation.offer(offer, &self.spec.negotiation, &self.chance, now);
        if negotiation.status == Status::Accepted {
            let price = negotiation.last().to_string();
            self.agreed.insert((negotiation.buyer.clone(), negotiation.product_id.clone(), price));
        }
        self.negotiations.insert(subject.to_owned(), negotiation);
        self.negotiation(subject)
    }

    /// Ends a negotiation with the buyer's word: taken at the seller's last price, or left. `told` is the
    /// price that the buyer repeats, which changes nothing. Negotiations that are over stay as they were.
    pub(crate) fn end(
        &mut self,
        subject: &str,
        word: Word,
        told: Option<f64>,
        now: Timestamp,
    ) -> Result<&Negotiation, Refusal> {
        let missing = || Refusal::words(404, "No negotiation found for this proposal");
        let negotiation = self.negotiations.get_mut(subject).ok_or_else(missing)?;
        if negotiation.status == Status::Active {
            negotiation.end(word, told, now);
            if word == Word::Accept {
                let price = negotiation.last().to_string();
                self.agreed.insert((
                    negotiation.buyer.clone(),
                    negotiation.product_id.clone(),
                    price,
                ));
            }
        }
        Ok(negotiation)
    }

    /// Whether anything is known that could be talked about.
    pub(crate) fn is_known(&self, subject: &str) -> bool {
        self.quotes.contains_key(subject) || self.proposal(subject).is_some()
    }

    fn proposal(&self, subject: &str) -> Option<&Proposal> {
        let mut proposals = self.spec.proposals.iter().chain(&self.filed);
        proposals.find(|proposal| proposal.proposal_id == subject)
    }

    /// The id that the next proposal on this product gets.
    pub(crate) fn proposal_id(&mut self, product_id: &str) -> String {
        let subject = format!("proposal {product_id}");
        let nth = self.nth(&subject);
        format!("prop-{}", self.chance.hex(&subject, nth, 8))
    }

    /// Files a proposal on a product, so that it can be talked about.
    pub(crate) fn file(&mut self, product_id: &str) -> String {
        let proposal_id = self.proposal_id(product_id);
        let product_id = product_id.to_owned();
        self.filed.push(Proposal { proposal_id: proposal_id.clone(), product_id });
        proposal_id
    }

    fn open(&self, subject: &str, who: &Who, now: Timestamp) -> Result<Negotiation, Refusal> {
        let matter = self
            .matter(subject, who, now)
            .ok_or_else(|| Refusal::words(404, "Proposal not found"))?;
        let rules = &self.spec.negotiation;
        let closed = matter.tier < rules.from
            || !matter.product.negotiable
            || matter.deal_type.is_some_and(|kind| !rules.deal_types.contains(&kind));
        if closed {
            return Err(Refusal::coded(403, "negotiation_not_available", rules.refusal.clone()));
        }
        let tier_price = self.list(&matter.product) * (1.0 - tier_share(matter.tier));
        let (strategy, max_rounds) = strategy(rules, &self.spec.behaviour.word, matter.tier);
        Ok(Negotiation {
            id: format!("neg-{}", self.chance.hex(&format!("talk {subject}"), 0, 8)),
            subject: subject.to_owned(),
            buyer: matter.buyer,
            tier: matter.tier,
            strategy,
            base: opening(rules, tier_price, matter.quoted),
            floor: double(matter.product.floor),
            lowest: double(matter.product.lowest()),
            product_id: matter.product.product_id,
            max_rounds,
            dialect: self.spec.dialect,
            rounds: Vec::new(),
            status: Status::Active,
            started_at: now,
            completed_at: None,
        })
    }

    fn matter(&self, subject: &str, who: &Who, now: Timestamp) -> Option<Matter> {
        // Who opens sets the rules; in v1 a request that says nothing is the quote's own buyer.
        let told = who.tier() > Tier::Public || self.spec.dialect == Dialect::V2;
        if let Some(quote) = self.quotes.get(subject) {
            if self.standing(subject, now) == Standing::Forgotten {
                return None;
            }
            return Some(Matter {
                product: self.product(&quote.product_id)?.clone(),
                deal_type: Some(quote.deal_type),
                quoted: Some(quote.final_cpm),
                tier: if told { who.tier() } else { quote.tier },
                buyer: if told { who.name() } else { quote.buyer.clone() },
            });
        }
        let proposal = self.proposal(subject)?;
        Some(Matter {
            product: self.product(&proposal.product_id)?.clone(),
            deal_type: None,
            quoted: None,
            tier: who.tier(),
            buyer: who.name(),
        })
    }

    /// Whether a buyer of this tier is told that prices can be talked about.
    pub(crate) fn negotiates_with(&self, tier: Tier) -> bool {
        tier.may_negotiate() && tier >= self.spec.negotiation.from
    }
}
