//! Ranking of quotes asked for together: cheapest in effect first, best and cover marked.
//!
//! Best is the cheapest that can be booked. Cover is the cheapest of *another* seller: what the best
//! is measured against, and what is left if its seller falls through.

mod compare;
mod normal;

use std::cmp::Ordering;

use jiff::SignedDuration;
use rust_decimal::Decimal;
use strum::Display;

pub use compare::{Compared, Row as CompareRow, compare};
pub use normal::{Assumptions, Effective, PathFee, Scored, scores};

use super::{Cost, Cpm, Currency, Quote, QuoteRef};

/// Why a quote has no place in the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Unranked {
    /// It has no price: on request.
    Unpriced,
    /// It is priced in another currency for which no rate is set, so that it does not compare.
    Currency,
    /// Its price is for something else than a thousand impressions.
    Unit,
    /// It became a deal, or a booking of it is under way or unknown.
    Booked,
    /// Its time is over.
    Expired,
    /// The seller would not sell.
    Declined,
    /// A person let it go.
    LetGo,
    /// We walked away from it.
    Left,
    /// A newer quote stands for it.
    Replaced,
    /// The seller's word for it is not known.
    Other,
}

impl Unranked {
    /// Whether it can be had all the same: only how it compares is not known.
    pub fn competes(self) -> bool {
        match self {
            Self::Unpriced | Self::Currency | Self::Unit => true,
            Self::Booked
            | Self::Expired
            | Self::Declined
            | Self::LetGo
            | Self::Left
            | Self::Replaced
            | Self::Other => false,
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unpriced => "no price: on request",
            Self::Currency => "in another currency, and no rate is set",
            Self::Unit => "not priced per thousand",
            Self::Booked => "booked",
            Self::Expired => "expired",
            Self::Declined => "declined",
            Self::LetGo => "let go",
            Self::Left => "walked away from",
            Self::Replaced => "replaced by a newer quote",
            Self::Other => "of a status that is not known",
        }
    }
}

/// A quote that may be ranked.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The quote.
    pub quote: &'a Quote,
    /// The price to book it at: the agreed one where there is one, else the quoted one.
    pub price: Option<Cpm>,
    /// Time left on the seller's clock.
    pub left: SignedDuration,
    /// Why it cannot be booked, if so.
    pub out: Option<Unranked>,
}

/// A quote in a ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// Which quote.
    pub quote: QuoteRef,
    /// Its place, from 1; or why it has none.
    pub place: Result<usize, Unranked>,
    /// What its price comes to; `None` is on request.
    pub effective: Option<Effective>,
    /// That in the currency of the ranking; `None` where no rate is set.
    pub worth: Option<Cpm>,
    /// What it costs at its plain price, where impressions are known.
    pub cost: Option<Cost>,
    /// The reference's score among the ranked (see [`scores`]); `None` without a place.
    pub score: Option<Decimal>,
    /// Effective CPM above the best's, in the currency of the ranking; zero for the best.
    pub above_best: Option<Decimal>,
    /// Whether it is the best.
    pub is_best: bool,
    /// Whether it is the cover.
    pub is_cover: bool,
}

/// Quotes in order: the ranked ones cheapest first, then the others as they were given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranking {
    /// Every candidate once.
    pub rows: Vec<Ranked>,
}

impl Ranked {
    /// Whether it can be had.
    pub fn competes(&self) -> bool {
        self.place.err().is_none_or(Unranked::competes)
    }
}

impl Ranking {
    /// How many can be had.
    pub fn competing(&self) -> usize {
        self.rows.iter().filter(|row| row.competes()).count()
    }

    /// The cheapest in effect.
    pub fn best(&self) -> Option<&Ranked> {
        self.rows.iter().find(|row| row.is_best)
    }

    /// The cheapest of another seller than the best's.
    pub fn cover(&self) -> Option<&Ranked> {
        self.rows.iter().find(|row| row.is_cover)
    }

    /// The row of a quote.
    pub fn row(&self, quote: &QuoteRef) -> Option<&Ranked> {
        self.rows.iter().find(|row| row.quote == *quote)
    }
}

/// Ranks quotes by what their effective CPM is worth in `currency`; at the same price guaranteed goes first,
/// then what holds longer, then by the seller's name.
pub fn rank(candidates: &[Candidate<'_>], assume: &Assumptions, currency: Currency) -> Ranking {
    let worth = |effective: &Option<Effective>| assume.rates.cpm(effective.as_ref()?.cpm, currency);
    let mut order: Vec<(&Candidate<'_>, Option<Effective>, Option<Unranked>)> = candidates
        .iter()
        .map(|candidate| {
            let quote = candidate.quote;
            let effective = candidate
                .price
                .map(|cpm| assume.effective(&quote.seller, Some(quote.deal_type), cpm));
            let out = candidate.out.or(match candidate.price {
                None if quote.pricing.other_unit().is_some() => Some(Unranked::Unit),
                None => Some(Unranked::Unpriced),
                Some(_) if worth(&effective).is_none() => Some(Unranked::Currency),
                Some(_) => None,
            });
            (candidate, effective, out)
        })
        .collect();
    order.sort_by(|(a, a_costs, a_out), (b, b_costs, b_out)| {
        let by_price = || {
            let amount = |effective: &Option<Effective>| worth(effective).map(|cpm| cpm.amount());
            amount(a_costs)
                .cmp(&amount(b_costs))
                .then(b.quote.terms.guaranteed.cmp(&a.quote.terms.guaranteed))
                .then(b.left.cmp(&a.left))
                .then(a.quote.seller.cmp(&b.quote.seller))
        };
        match (a_out, b_out) {
            (None, None) => by_price(),
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(_), Some(_)) => Ordering::Equal,
        }
    });
    let ranked = order.iter().take_while(|(_, _, out)| out.is_none());
    let scored: Vec<_> = ranked
        .map(|(candidate, effective, _)| Scored {
            effective: worth(effective).map(|cpm| cpm.amount()),
            kind: Some(candidate.quote.deal_type),
            fill: candidate
                .quote
                .availability
                .as_ref()
                .and_then(|avails| avails.estimated_fill_rate),
        })
        .collect();
    let scores = scores(&scored);
    let best = order.first().filter(|(_, _, out)| out.is_none());
    let seller = best.map(|(candidate, _, _)| &candidate.quote.seller);
    let cover = order.iter().position(|(candidate, _, out)| {
        out.is_none() && seller.is_some_and(|seller| candidate.quote.seller != *seller)
    });
    let least = best.and_then(|(_, effective, _)| worth(effective));
    let rows = order.iter().enumerate().map(|(index, (candidate, effective, out))| Ranked {
        quote: candidate.quote.reference(),
        place: out.map_or(Ok(index + 1), Err),
        effective: *effective,
        worth: worth(effective),
        cost: candidate.price.zip(candidate.quote.terms.impressions).map(|(cpm, n)| cpm.cost(n)),
        score: scores.get(index).copied(),
        above_best: worth(effective).filter(|_| out.is_none()).and_then(|it| it.minus(&least?)),
        is_best: index == 0 && out.is_none(),
        is_cover: cover == Some(index),
    });
    Ranking { rows: rows.collect() }
}

/// Where a price went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// Dearer.
    Up,
    /// Cheaper.
    Down,
    /// The same.
    Same,
}

/// How a quote's price stands to that of the quote it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Before.
    pub before: Cpm,
    /// Now.
    pub after: Cpm,
    /// Now less before.
    pub difference: Decimal,
    /// Which way it went.
    pub way: Way,
}

impl Move {
    /// From `before` to `after`; `None` where the two do not compare.
    pub fn of(before: Cpm, after: Cpm) -> Option<Self> {
        let difference = after.minus(&before)?;
        let way = match difference.cmp(&Decimal::ZERO) {
            Ordering::Greater => Way::Up,
            Ordering::Less => Way::Down,
            Ordering::Equal => Way::Same,
        };
        Some(Self { before, after, difference, way })
    }

    /// The mark of the way.
    pub fn mark(&self) -> &'static str {
        match self.way {
            Way::Up => "▲",
            Way::Down => "▼",
            Way::Same => "=",
        }
    }
}

impl std::fmt::Display for Move {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{} → {} {}", self.before.plain(), self.after.plain(), self.mark());
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests;
