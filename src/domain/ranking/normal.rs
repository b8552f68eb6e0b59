//! The reference buyer's normaliser: what a quote costs in effect, and its score.
//!
//! Effective CPM is the CPM, times an assumption for a private auction's floor, plus the fees of the
//! path to the seller. The score (0 to 100) stretches the gap between the cheapest and the dearest
//! over its whole length, so that between two quotes a cent is worth 60 points: it is shown as the
//! reference's, never ranked by. Source: reference-buyer.md 2.2, vectors `quote_*`.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::{
    Cpm, DealType, SellerName,
    money::{Rates, exact},
};

/// What is assumed of a price beyond what the seller says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumptions {
    /// What a private auction clears at, in floors (1.20 is a fifth above).
    pub auction_uplift: Decimal,
    /// The fees of the path to a seller; none where none is known.
    pub paths: BTreeMap<SellerName, PathFee>,
    /// What currencies are worth, so that prices in several compare.
    pub rates: Rates,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            auction_uplift: Decimal::new(120, 2),
            paths: BTreeMap::new(),
            rates: Rates::default(),
        }
    }
}

/// What stands between a buyer and a seller takes of a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PathFee {
    /// Percent of the CPM as quoted (15 is fifteen percent).
    pub intermediary_pct: Decimal,
    /// On top of every thousand, in the quote's currency.
    pub tech_cpm: Decimal,
}

/// What a CPM comes to in effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effective {
    /// The CPM as quoted or agreed.
    pub plain: Cpm,
    /// The factor that was assumed; one for a fixed price.
    pub uplift: Decimal,
    /// The fees of the path.
    pub fee: Decimal,
    /// Plain × uplift + fee.
    pub cpm: Cpm,
}

impl Effective {
    /// Whether it is more than what the seller asks: an assumption or a fee is in it.
    pub fn is_assumed(&self) -> bool {
        self.plain != self.cpm
    }
}

impl Assumptions {
    /// What `cpm` of `seller` comes to.
    pub fn effective(&self, seller: &SellerName, kind: Option<DealType>, cpm: Cpm) -> Effective {
        let is_floor = kind.is_some_and(DealType::is_floor);
        let uplift = if is_floor { self.auction_uplift } else { Decimal::ONE };
        let path = self.paths.get(seller).copied().unwrap_or_default();
        let share = exact::percent_of(cpm.amount(), path.intermediary_pct);
        let fee = share.saturating_add(path.tech_cpm);
        let amount = cpm.amount().saturating_mul(uplift).saturating_add(fee).normalize();
        Effective { plain: cpm, uplift, fee, cpm: Cpm::new(amount, cpm.currency()) }
    }
}

/// What the reference scores a quote by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scored {
    /// Its effective CPM; `None` is on request.
    pub effective: Option<Decimal>,
    /// Its kind; `None` for a word the reference does not know.
    pub kind: Option<DealType>,
    /// Expected fill, a fraction of one; 0.7 is assumed where it is not told.
    pub fill: Option<Decimal>,
}

/// The reference's scores, 0 to 100 to two decimals, of quotes that are compared: relative to each
/// other from two priced ones on, absolute for one alone. A quote without a price scores zero.
pub fn scores(quotes: &[Scored]) -> Vec<Decimal> {
    let mut priced = quotes.iter().filter_map(|quote| quote.effective);
    let first = priced.next();
    let (mut low, mut high) = (first.unwrap_or_default(), first.unwrap_or_default());
    let mut others = 0;
    for cpm in priced {
        (low, high, others) = (low.min(cpm), high.max(cpm), others + 1);
    }
    let hundred = Decimal::ONE_HUNDRED;
    let price = |cpm: Decimal| match high.saturating_sub(low) {
        _ if others == 0 => {
            hundred.saturating_sub(cpm.saturating_mul(Decimal::TWO)).clamp(Decimal::ZERO, hundred)
        }
        span if span.is_zero() => hundred,
        span => {
            let share = cpm.saturating_sub(low).checked_div(span).unwrap_or_default();
            hundred.saturating_mul(Decimal::ONE.saturating_sub(share))
        }
    };
    let score = |quote: &Scored| {
        quote.effective.map_or(Decimal::ZERO, |cpm| {
            let kind = match quote.kind {
                Some(DealType::Guaranteed) => 100,
                Some(DealType::Preferred) => 70,
                Some(DealType::Auction | DealType::Curated) => 40,
                None => 50,
            };
            let fill = quote.fill.map_or(Decimal::from(70), |fill| fill.saturating_mul(hundred));
            let fifth = Decimal::new(2, 1);
            let by_kind = fifth.saturating_mul(Decimal::from(kind));
            Decimal::new(6, 1)
                .saturating_mul(price(cpm))
                .saturating_add(by_kind)
                .saturating_add(fifth.saturating_mul(fill))
                .clamp(Decimal::ZERO, hundred)
                .round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven)
        })
    };
    quotes.iter().map(score).collect()
}
