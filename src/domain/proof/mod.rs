//! Price proof: whether a quoted price follows from its parts, and what it is worth if it does not.
//!
//! `base × (1 − tier) × (1 − volume)` is worked out to the cent with the sellers' own rounding and
//! held against the final CPM, the words of the rationale, the tier our identity should have earned,
//! the media kit, and the target that was sent. Nothing here trusts a seller's arithmetic.

mod checks;
mod double;
pub mod sum;
mod words;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter};

pub use words::{Stated, Words};

use super::{Cost, Cpm, Deal, Package, Pricing, Product, ProductRef, Quote, QuoteAsk, Tier, money};

/// What a proof came to, mildest first: the order is the one table of severity. Of several findings
/// the most severe is the verdict (decisions.md 22).
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
pub enum Verdict {
    /// The price follows from its parts, to the cent.
    Match,
    /// It follows but for the rounding of a cent.
    Rounding,
    /// It is the target that was sent, or the price that was agreed.
    Target,
    /// A part was not told, so that it cannot be worked out.
    Missing,
    /// The media kit has another price.
    Kit,
    /// The rationale gives other numbers.
    Words,
    /// The discount is not that of the tier, or the tier is not what our identity earns.
    Tier,
    /// The price does not follow from its parts.
    Sum,
}

/// What a verdict means for a buyer, for its colour and mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing to do.
    Agrees,
    /// It cannot be told.
    Unsure,
    /// Ask the seller before booking.
    Disagrees,
}

impl Verdict {
    /// What it means for a buyer.
    pub fn weight(self) -> Weight {
        match self {
            Self::Match | Self::Rounding | Self::Target => Weight::Agrees,
            Self::Missing => Weight::Unsure,
            Self::Kit | Self::Words | Self::Tier | Self::Sum => Weight::Disagrees,
        }
    }
}

/// A price with what it is said to be made of.
#[derive(Debug, Clone, Copy)]
pub struct Priced<'a> {
    /// The seller's numbers and words.
    pub pricing: &'a Pricing,
    /// The tier the seller gave.
    pub given: Option<Tier>,
    /// How many impressions are priced.
    pub impressions: Option<u64>,
}

impl<'a> From<&'a Quote> for Priced<'a> {
    fn from(quote: &'a Quote) -> Self {
        let (given, impressions) = (quote.buyer_tier, quote.terms.impressions);
        Self { pricing: &quote.pricing, given, impressions }
    }
}

impl<'a> From<&'a Deal> for Priced<'a> {
    fn from(deal: &'a Deal) -> Self {
        let (given, impressions) = (deal.buyer_tier, deal.terms.impressions);
        Self { pricing: &deal.pricing, given, impressions }
    }
}

/// What we know ourselves, to hold the price against. What is not known is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// The tier of what the seller was told of us.
    pub told: Option<Tier>,
    /// The target that was sent.
    pub target: Option<Cpm>,
    /// The price that was agreed in a negotiation.
    pub agreed: Option<Cpm>,
    /// What the seller publishes of the same product.
    pub kit: KitPrice,
}

impl Known {
    /// What is known from our own request alone, without the seller's kit.
    pub fn asked(ask: &QuoteAsk, agreed: Option<Cpm>) -> Self {
        let (told, target) = (Some(ask.identity.tier()), ask.target_cpm);
        Self { told, target, agreed, kit: KitPrice::default() }
    }
}

/// What a seller publishes of a product's price.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KitPrice {
    /// The list price in the product catalogue.
    pub list: Option<Cpm>,
    /// The exact price of a package that holds this product alone. It is that of the tier the kit was
    /// read at.
    pub exact: Option<Cpm>,
    /// The price range of such a package, as the seller words it (`"$28-$42 CPM"`, whole dollars).
    pub range: Option<String>,
}

impl KitPrice {
    /// What `products` and `packages` of the same seller tell of `product`.
    pub fn of(product: &ProductRef, products: &[Product], packages: &[Package]) -> Self {
        let listed = products.iter().find(|known| known.product_id == product.product_id);
        let alone = packages.iter().find(|package| {
            let mut inside = package.placements.iter();
            inside.next().is_some_and(|one| one.product_id == product.product_id)
                && inside.next().is_none()
        });
        Self {
            list: listed.and_then(|known| known.base_cpm),
            exact: alone.and_then(|package| package.exact_price),
            range: alone.and_then(|package| package.price_range.clone()),
        }
    }
}

/// One thing that a proof found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Of what kind.
    pub verdict: Verdict,
    /// In words.
    pub says: String,
    /// What the price should be by it.
    pub should_be: Option<Cpm>,
    /// Their price less that one: above zero is too much.
    pub difference: Option<Decimal>,
    /// The difference over all impressions; `None` where those are not known.
    pub worth: Option<Cost>,
}

/// One line of the sum, as it is drawn: `tier agency −10% −2.95 = 26.55`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `base`, `tier agency`, `volume`, `theirs`.
    pub label: String,
    /// Percent off (10 is ten percent); `None` where none belongs or none was told.
    pub percent: Option<Decimal>,
    /// What this line changes, to the cent; below zero for a discount.
    pub change: Option<Decimal>,
    /// The price after this line, to the cent; `None` is not known.
    pub price: Option<Cpm>,
    /// On the last line: how their price stands to ours.
    pub verdict: Option<Verdict>,
}

/// A price, proved or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The most severe finding.
    pub verdict: Verdict,
    /// The price worked out from its parts; `None` where one is not known.
    pub computed: Option<Cpm>,
    /// Their price less what the verdict says it should be.
    pub difference: Option<Decimal>,
    /// The difference in money over all impressions; `None` is not known.
    pub worth: Option<Cost>,
    /// Every finding, most severe first; never empty.
    pub findings: Vec<Finding>,
    /// The sum line by line.
    pub steps: Vec<Step>,
    /// What is worth knowing and no fault.
    pub notes: Vec<String>,
}

impl Proof {
    /// What it means for a buyer. A target that was taken above the price without one is a loss.
    pub fn weight(&self) -> Weight {
        let lost = self.findings.iter().any(|found| {
            found.verdict == Verdict::Target
                && found.difference.is_some_and(|difference| difference > Decimal::ZERO)
        });
        if lost { Weight::Disagrees } else { self.verdict.weight() }
    }

    /// Findings and notes in words, most severe first.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let found = self.findings.iter().map(|found| found.says.as_str());
        found.chain(self.notes.iter().map(String::as_str))
    }
}

/// Proves a price.
pub fn prove<'a>(priced: impl Into<Priced<'a>>, known: &Known) -> Proof {
    let priced = priced.into();
    let mut checks = checks::Checks::new(priced, known);
    checks.sum();
    checks.words();
    checks.tier();
    checks.kit();
    let (mut findings, notes) = checks.done();
    findings.sort_by_key(|found| std::cmp::Reverse(found.verdict));
    let sum = findings
        .iter()
        .map(|found| found.verdict)
        .find(|verdict| !matches!(verdict, Verdict::Kit | Verdict::Words | Verdict::Tier))
        .unwrap_or(Verdict::Missing);
    let worst = findings.first();
    Proof {
        verdict: worst.map_or(Verdict::Missing, |found| found.verdict),
        computed: computed(priced.pricing),
        difference: worst.and_then(|found| found.difference),
        worth: worst.and_then(|found| found.worth),
        steps: steps(priced, sum),
        findings,
        notes,
    }
}

/// The price that follows from base, tier and volume, to the cent. `None` where one is not told.
pub fn computed(pricing: &Pricing) -> Option<Cpm> {
    price_of(pricing.base_cpm?, pricing.tier_discount_pct?, pricing.volume_discount_pct?)
}

/// The price of `base` after `tier_pct` and `volume_pct` percent off, to the cent as sellers round.
/// `None` for a price below zero or a discount beyond the whole of it.
pub fn price_of(base: Cpm, tier_pct: Decimal, volume_pct: Decimal) -> Option<Cpm> {
    let is_share = |percent: Decimal| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&percent);
    let share = |percent| money::exact::percent_of(Decimal::ONE, percent);
    if base.amount() < Decimal::ZERO || !is_share(tier_pct) || !is_share(volume_pct) {
        return None;
    }
    let amount = double::price(base.amount(), share(tier_pct), share(volume_pct))
        .unwrap_or_else(|| cents(exact(base, tier_pct, volume_pct).amount()));
    Some(Cpm::new(amount, base.currency()))
}

/// The highest target that is worth sending for what costs `base` less `tier_pct` and `volume_pct`
/// percent. Sellers take any target above their floor as it stands, even one above the list price
/// (wire/iab.md 4.3): a higher one would raise the price. Where a discount is not known yet, zero.
pub fn highest_target(base: Cpm, tier_pct: Decimal, volume_pct: Decimal) -> Option<Cpm> {
    price_of(base, tier_pct, volume_pct)
}

/// The same without any rounding.
fn exact(base: Cpm, tier_pct: Decimal, volume_pct: Decimal) -> Cpm {
    base.less_percent(tier_pct).less_percent(volume_pct)
}

/// The price that follows from its parts, without any rounding.
fn exact_of(pricing: &Pricing) -> Option<Cpm> {
    let (tier, volume) = (pricing.tier_discount_pct?, pricing.volume_discount_pct?);
    Some(exact(pricing.base_cpm?, tier, volume))
}

/// Half a cent: as far as any rounding of the exact price can be from it.
const HALF_A_CENT: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

/// Whether theirs is the exact price rounded in another way, at the end or at every step.
fn is_rounding(pricing: &Pricing, theirs: Cpm) -> bool {
    let at_the_end = exact_of(pricing)
        .and_then(|exact| theirs.minus(&exact))
        .is_some_and(|gap| gap.abs() <= HALF_A_CENT);
    let step_by_step = || {
        let tiered = price_of(pricing.base_cpm?, pricing.tier_discount_pct?, Decimal::ZERO)?;
        let whole = tiered.less_percent(pricing.volume_discount_pct?);
        Some((theirs.minus(&whole)?).abs() <= HALF_A_CENT)
    };
    at_the_end || step_by_step().unwrap_or(false)
}

fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven)
}

fn steps(priced: Priced<'_>, verdict: Verdict) -> Vec<Step> {
    let pricing = priced.pricing;
    let tier = priced.given.map_or_else(|| "tier ?".to_owned(), |tier| format!("tier {tier}"));
    let base = pricing.base_cpm.map(|base| Cpm::new(cents(base.amount()), base.currency()));
    let after = |volume| price_of(pricing.base_cpm?, pricing.tier_discount_pct?, volume?);
    let (tiered, whole) = (after(Some(Decimal::ZERO)), after(pricing.volume_discount_pct));
    let change = |to: Option<Cpm>, from: Option<Cpm>| to?.minus(&from?);
    let line = |label: &str, percent, change, price| Step {
        label: label.to_owned(),
        percent,
        change,
        price,
        verdict: None,
    };
    vec![
        line("base", None, None, base),
        line(&tier, pricing.tier_discount_pct, change(tiered, base), tiered),
        line("volume", pricing.volume_discount_pct, change(whole, tiered), whole),
        Step {
            verdict: Some(verdict),
            ..line("theirs", None, change(pricing.final_cpm, whole), pricing.final_cpm)
        },
    ]
}

#[cfg(test)]
mod said;
#[cfg(test)]
mod tests;
