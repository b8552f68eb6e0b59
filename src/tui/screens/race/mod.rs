//! Race: several sellers of the same thing on one price axis that stands still, a column each, and below
//! them how they stand. The keys are the ladder's and act on the seller that is chosen; every seller
//! keeps its own draft and its own clock.

mod column;
mod standings;
mod view;

use std::collections::BTreeMap;

use jiff::Timestamp;
use ratatui::layout::Rect;
use rust_decimal::Decimal;

use crate::{
    desk::{
        QuoteRecord, State, limit_for,
        rivals::{self, Decided},
    },
    domain::{
        Cpm, Currency, QuoteRef,
        money::Rates,
        ranking::{Ranked, Ranking},
    },
    tui::{
        parts::context::Dx,
        screens::{
            forecast::Outlook,
            ladder::{axis::Axis, games},
        },
    },
};

pub(crate) use view::{Scene, draw};

/// What is remembered of the race on screen.
#[derive(Debug, Default)]
pub(crate) struct Race {
    /// The quote whose race it is: turning to another member changes nothing about who runs.
    of: Option<QuoteRef>,
    members: Vec<QuoteRef>,
    standings: Ranking,
    /// The member that is booked, and what it was decided against.
    booked: Option<(QuoteRef, Decided)>,
    /// Those left to walk away from once one is agreed.
    to_leave: Vec<QuoteRef>,
    /// Where each is likely to settle.
    outlooks: BTreeMap<QuoteRef, Outlook>,
    axis: Option<Axis>,
    /// The first column that is seen.
    first: usize,
}

impl Race {
    /// Who runs, in the order of the columns.
    pub(crate) fn members(&self) -> &[QuoteRef] {
        &self.members
    }

    /// The word of a member: the best, or what the best is measured against. Once one is booked there is
    /// no best any more, and the runner-up is the one that was kept with the booking.
    fn word(&self, row: &Ranked) -> &'static str {
        if let Some((_, decided)) = &self.booked {
            let cover = decided.cover.as_ref();
            let is_cover = cover.is_some_and(|cover| {
                (&cover.seller, &cover.quote_id) == (&row.quote.seller, &row.quote.quote_id)
            });
            return if is_cover { "2ND" } else { "" };
        }
        match (row.is_best, row.is_cover) {
            (true, _) => "BEST",
            (false, true) => "2ND",
            (false, false) => "",
        }
    }

    /// How many of them can be had.
    pub(crate) fn competing(&self) -> usize {
        self.standings.competing()
    }

    /// Whether one is agreed and others still talk.
    pub(crate) fn is_won(&self) -> bool {
        !self.to_leave.is_empty()
    }

    /// Takes in what changed: who runs, and how they stand.
    pub(crate) fn update(&mut self, state: &State, at: &QuoteRef, now: Timestamp) {
        let same = self.of.as_ref().map(|of| rivals::race(state, of));
        self.members = if let Some(members) = same.filter(|members| members.contains(at)) {
            members
        } else {
            self.of = Some(at.clone());
            rivals::race(state, at)
        };
        self.standings = rivals::standings(state, &self.members, now);
        let booked =
            |key: &QuoteRef| Some((key.clone(), rivals::decided(state, state.quote(key)?)?));
        self.booked = booked(at).or_else(|| self.members.iter().find_map(booked));
        self.to_leave = rivals::to_leave(state, &self.members);
        self.outlooks.retain(|key, _| self.members.contains(key));
        for key in &self.members {
            self.outlooks.entry(key.clone()).or_default().update(state, key, None);
        }
    }

    /// Where one of them is likely to settle: the lowest price and the highest.
    fn between(&self, key: &QuoteRef) -> Option<(Cpm, Cpm)> {
        self.outlooks.get(key)?.between()
    }

    /// The axis is made once, for everything that is known then; columns scroll to the one chosen.
    pub(crate) fn place(&mut self, dx: &Dx<'_>, at: &QuoteRef, body: Rect) {
        let parts = view::parts(body, self.members.len(), dx);
        if self.axis.is_none() {
            self.axis = Axis::around(&self.prices(dx.state), parts.rows());
        }
        let here = self.members.iter().position(|member| member == at).unwrap_or(0);
        let many = parts.columns.max(1);
        let last = self.members.len().saturating_sub(many);
        self.first = self.first.clamp((here + 1).saturating_sub(many), here).min(last);
    }

    /// Zooms around the chosen seller's two prices.
    pub(crate) fn zoom(&mut self, middle: Decimal) {
        if let Some(axis) = self.axis.as_mut() {
            *axis = axis.zoomed(middle);
        }
    }

    /// What the prices of its axis are in, and what others are worth there.
    pub(crate) fn scale(&self, state: &State) -> Scale {
        let of = self.of.as_ref().and_then(|of| state.quote(of));
        let limits = &state.setup.limits;
        let price = of.and_then(|record| rivals::asks(record).or(record.quote.pricing.base_cpm));
        let of = price.map_or(limits.currency, |price| price.currency());
        Scale { of, rates: limits.rates() }
    }

    /// The member before or after `at`.
    pub(crate) fn next(&self, at: &QuoteRef, back: bool) -> Option<&QuoteRef> {
        let many = self.members.len();
        let here = self.members.iter().position(|member| member == at)?;
        self.members.get((here + if back { many - 1 } else { 1 }) % many)
    }

    /// What the axis is opened for: every price so far, targets, and limits that are near.
    fn prices(&self, state: &State) -> Vec<Decimal> {
        let records: Vec<_> = self.members.iter().filter_map(|key| state.quote(key)).collect();
        let scale = self.scale(state);
        let mut prices: Vec<Decimal> = Vec::new();
        for record in &records {
            let rounds = record.negotiation.iter().flat_map(|game| &game.rounds);
            let offers = rounds.filter_map(|round| round.cpm);
            let all = offers.chain(rivals::asks(record)).chain(target(record));
            prices.extend(all.filter_map(|cpm| scale.worth(cpm)).map(|cpm| cpm.amount()));
        }
        let (low, high) = (prices.iter().min().copied(), prices.iter().max().copied());
        let (Some(low), Some(high)) = (low, high) else { return prices };
        let near = |record: &&QuoteRecord| {
            let limit = limit_for(state, record).and_then(|limit| scale.worth(limit));
            games::limit_near(limit, (low, high))
        };
        prices.extend(records.iter().filter_map(near));
        // A first offer is usually well below what was quoted: room for it from the start.
        prices.push(low.min(high.saturating_mul(Decimal::new(75, 2))));
        prices
    }
}

/// The currency of an axis with prices of several.
#[derive(Debug, Clone)]
pub(crate) struct Scale {
    pub(crate) of: Currency,
    rates: Rates,
}

impl Scale {
    /// What a price is worth on the axis; `None` where no rate is set.
    pub(crate) fn worth(&self, price: Cpm) -> Option<Cpm> {
        self.rates.cpm(price, self.of)
    }

    /// A price beside the axis: its own currency is named where that is another.
    fn told(&self, price: Cpm) -> String {
        if price.currency() == self.of { price.plain() } else { price.to_string() }
    }
}

/// What we would like to pay for a quote, if that was said.
fn target(record: &QuoteRecord) -> Option<Cpm> {
    record.negotiation.as_ref().and_then(|game| game.target).or(record.ask.target_cpm)
}
