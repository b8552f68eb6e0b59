//! Quotes side by side: one row a field, with the cells that are not like the first one marked.

use jiff::SignedDuration;

use super::Ranked;
use crate::domain::{
    Cpm, Proof, Quote,
    money::{count, plain},
};

/// A quote in a comparison, with what the desk makes of it.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The quote.
    pub quote: &'a Quote,
    /// The price to book it at, if it is not the quoted one.
    pub agreed: Option<Cpm>,
    /// Its row in the ranking of those that are compared.
    pub ranked: Option<&'a Ranked>,
    /// Its price proof.
    pub proof: &'a Proof,
    /// Time left on the seller's clock.
    pub left: SignedDuration,
}

/// One field of every quote; `?` is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is, in words.
    pub field: &'static str,
    /// One value a quote, in their order.
    pub values: Vec<String>,
    /// For each value, whether it is not the first one's.
    pub differs: Vec<bool>,
}

impl Row {
    /// Whether any value is not like the first.
    pub fn is_mixed(&self) -> bool {
        self.differs.contains(&true)
    }
}

/// One row a field, the fields in the order in which a buyer asks for them.
pub fn compare(quotes: &[Compared<'_>]) -> Vec<Row> {
    let row = |field, value: &dyn Fn(&Compared<'_>) -> Option<String>| {
        let told = |one: &Compared<'_>| value(one).unwrap_or_else(|| "?".to_owned());
        let values: Vec<String> = quotes.iter().map(told).collect();
        let differs = values.iter().map(|value| Some(value) != values.first()).collect();
        Row { field, values, differs }
    };
    let percent =
        |percent: Option<rust_decimal::Decimal>| Some(format!("{}%", percent?.normalize()));
    let cpm = |cpm: Option<Cpm>| cpm.map(|cpm| cpm.to_string());
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    vec![
        row("seller", &|one| Some(one.quote.seller.to_string())),
        row("quote", &|one| Some(one.quote.quote_id.to_string())),
        row("product", &|one| Some(one.quote.product.name.clone()).filter(|name| !name.is_empty())),
        row("type", &|one| Some(one.quote.deal_type.to_string())),
        row("guaranteed", &|one| Some(yes(one.quote.terms.guaranteed))),
        row("impressions", &|one| one.quote.terms.impressions.map(count)),
        row("flight start", &|one| one.quote.terms.flight_start.clone()),
        row("flight end", &|one| one.quote.terms.flight_end.clone()),
        row("base CPM", &|one| cpm(one.quote.pricing.base_cpm)),
        row("tier", &|one| one.quote.buyer_tier.map(|tier| tier.to_string())),
        row("tier discount", &|one| percent(one.quote.pricing.tier_discount_pct)),
        row("volume discount", &|one| percent(one.quote.pricing.volume_discount_pct)),
        row("final CPM", &|one| cpm(one.quote.pricing.cpm())),
        row("agreed CPM", &|one| {
            Some(one.agreed.map_or_else(|| "–".to_owned(), |a| a.to_string()))
        }),
        row("effective CPM", &|one| cpm(one.ranked?.effective.map(|effective| effective.cpm))),
        row("above best", &|one| one.ranked?.above_best.map(plain)),
        row("cost", &|one| one.ranked?.cost.map(|cost| cost.grouped())),
        row("price proof", &|one| Some(one.proof.verdict.to_string())),
        row("avails", &|one| one.quote.availability.as_ref()?.inventory_available.map(yes)),
        row("fill", &|one| {
            let fill = one.quote.availability.as_ref()?.estimated_fill_rate?;
            Some(fill.normalize().to_string())
        }),
        row("time left", &|one| Some(clock(one.left))),
    ]
}

/// `1:02:03`, or `over`.
fn clock(left: SignedDuration) -> String {
    let seconds = left.as_secs();
    if seconds <= 0 {
        return "over".to_owned();
    }
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
