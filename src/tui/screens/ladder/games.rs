//! Which negotiations there are, which quote stands for one by now, and what an axis is opened for.

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::{
    desk::{self, QuoteRecord, State, Stored, limit_for, rivals},
    domain::{Cpm, Negotiation, QuoteRef, money::exact},
};

/// How many negotiations that are over stay in the list.
const OVER: usize = 5;

/// Negotiations: those that run first, by their end; then what was over last.
pub(super) fn all(state: &State) -> Vec<QuoteRef> {
    let mut running = rivals::running(state);
    running.sort_by_key(|record| record.quote.expires_at);
    let over = rivals::over(state).take(OVER);
    running.into_iter().chain(over).map(QuoteRecord::reference).collect()
}

/// Whether the quote that stands for it by now can be booked, as far as we know.
pub(super) fn can_book(state: &State, record: &QuoteRecord) -> bool {
    desk::can_book(state, rivals::stands_for(state, record)).is_ok()
}

/// Whether the quote that stands for this one by now can be asked for again.
pub(super) fn can_ask_again(state: &State, record: &QuoteRecord, now: Timestamp) -> bool {
    desk::can_ask_again(state, rivals::stands_for(state, record), now).is_ok()
}

/// The quote that stands for this one by now.
pub(super) fn newest(state: &State, key: &QuoteRef) -> QuoteRef {
    let record = state.quote(key).map(|record| rivals::stands_for(state, record));
    record.map_or_else(|| key.clone(), QuoteRecord::reference)
}

/// The quote whose negotiation led to this one: itself, or one that it replaced.
pub(super) fn oldest(state: &State, key: &QuoteRef) -> QuoteRef {
    let mut at = key.clone();
    for _ in 0..20 {
        let Some(record) = state.quote(&at) else { break };
        let Some(before) = record.requote_of.clone().filter(|_| record.negotiation.is_none())
        else {
            break;
        };
        // Only an agreed price ties a quote to the negotiation before it.
        if record.agreed.is_none() {
            break;
        }
        at.quote_id = before;
    }
    if state.quote(&at).is_some_and(|record| record.negotiation.is_some()) {
        at
    } else {
        key.clone()
    }
}

/// Whether a draft makes sense: it is our move, none is being stored, and it was not offered already.
pub(super) fn takes_draft(state: &State, key: &QuoteRef, draft: Option<Cpm>) -> bool {
    let of_it = |stored: &Stored| matches!(stored, Stored::Move(other, _) if other == key);
    let storing = state.storing.iter().any(|(stored, _)| of_it(stored));
    let game = state.quote(key).and_then(|record| record.negotiation.as_ref());
    !storing && game.is_some_and(|game| game.is_our_turn() && game.our_last() != draft)
}

/// The limit, amount of a CPM, unless it is far from the prices between these: it would squeeze the talk
/// into a few rows, and is shown at the edge.
pub(crate) fn limit_near(limit: Option<Cpm>, (low, high): (Decimal, Decimal)) -> Option<Decimal> {
    let limit = limit?.amount();
    let near = limit <= high.saturating_mul(Decimal::new(115, 2)) && limit >= exact::half(low);
    near.then_some(limit)
}

/// What the axis is opened for: every price so far, the target, and the limit if it is near.
pub(super) fn prices(state: &State, record: &QuoteRecord, game: &Negotiation) -> Vec<Decimal> {
    let mut prices: Vec<_> =
        game.rounds.iter().filter_map(|round| round.cpm).map(|cpm| cpm.amount()).collect();
    let rates = state.setup.limits.rates();
    let target = game.target.and_then(|target| rates.cpm(target, game.currency()));
    prices.extend(target.map(|target| target.amount()));
    let high = prices.iter().max().copied().unwrap_or_default();
    let low = prices.iter().min().copied().unwrap_or_default();
    prices.extend(limit_near(limit_for(state, record), (low, high)));
    // A first offer is usually well below what was quoted: room for it from the start.
    if prices.len() <= 2 {
        prices.push(low.saturating_mul(Decimal::new(75, 2)));
    }
    prices
}
