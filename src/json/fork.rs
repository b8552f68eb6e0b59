//! What a negotiation would have come to, played again.

use serde::Serialize;

use super::{cpm, negotiation::WouldDoc};
use crate::{
    desk::QuoteRecord,
    domain::{
        fork::{Fork, Line},
        money::plain,
        strategy::Step,
    },
};

/// What `lab --fork` prints. `mode` is `sim` and nothing else: no seller was asked.
#[derive(Debug, Serialize)]
pub(crate) struct ForkDoc {
    pub(crate) mode: &'static str,
    pub(crate) seller: String,
    pub(crate) quote_id: String,
    /// Our round from which on it was played again.
    pub(crate) round: u32,
    /// The price that was agreed in truth, if one was.
    pub(crate) agreed_cpm: Option<String>,
    /// What explains the seller, the best first.
    pub(crate) fits: Vec<FitDoc>,
    /// What its lowest price is taken to be.
    pub(crate) reserves: Vec<String>,
    /// Whether that was seen.
    pub(crate) reserve_seen: bool,
    pub(crate) strategies: Vec<LineDoc>,
}

/// A way of the seller.
#[derive(Debug, Serialize)]
pub(crate) struct FitDoc {
    pub(crate) says: String,
    /// How many of its answers it gives to the cent.
    pub(crate) hits: usize,
    pub(crate) of: usize,
}

/// A strategy. Prices are decimal strings.
#[derive(Debug, Serialize)]
pub(crate) struct LineDoc {
    pub(crate) strategy: String,
    pub(crate) would: WouldDoc,
    /// Against how many ways of the seller it was played.
    pub(crate) worlds: usize,
    pub(crate) deals: usize,
    pub(crate) settles_from: Option<String>,
    pub(crate) settles_to: Option<String>,
    pub(crate) rounds_least: u32,
    pub(crate) rounds_most: u32,
}

impl ForkDoc {
    pub(crate) fn new(record: &QuoteRecord, fork: &Fork) -> Self {
        let game = record.negotiation.as_ref();
        let fits = fork.fits.iter();
        Self {
            mode: "sim",
            seller: record.quote.seller.0.clone(),
            quote_id: record.quote.quote_id.0.clone(),
            round: fork.from,
            agreed_cpm: cpm(game.and_then(|game| game.agreed)),
            fits: fits
                .map(|fit| FitDoc { says: fit.says.clone(), hits: fit.hits, of: fit.of })
                .collect(),
            reserves: fork.reserves.iter().map(|reserve| plain(*reserve)).collect(),
            reserve_seen: fork.reserve_seen,
            strategies: fork.lines.iter().map(LineDoc::new).collect(),
        }
    }
}

impl LineDoc {
    fn new(line: &Line) -> Self {
        Self {
            strategy: line.strategy.clone(),
            would: WouldDoc::new(&line.first),
            worlds: line.worlds,
            deals: line.deals,
            settles_from: cpm(line.prices.map(|(least, _)| least)),
            settles_to: cpm(line.prices.map(|(_, most)| most)),
            rounds_least: line.rounds.0,
            rounds_most: line.rounds.1,
        }
    }
}

impl WouldDoc {
    /// A step of a strategy.
    pub(crate) fn new(step: &Step) -> Self {
        let why = step.why().to_string();
        match step {
            Step::Offer(offer, _) => Self { action: "counter", cpm: cpm(Some(*offer)), why },
            Step::Accept(offer, _) => Self { action: "accept", cpm: cpm(Some(*offer)), why },
            Step::Walk(_) => Self { action: "walk", cpm: None, why },
        }
    }
}
