//! A forecast of how a talk with a seller goes on: how likely it takes a price of ours, where the talk
//! settles, and how likely its next answer is a final offer or a no. Beside it how often such forecasts
//! held, found by making them again for talks that are over ([`Record`]).
//!
//! Everything is counted from what this one seller did with us; nothing is assumed of sellers at large,
//! and with fewer than [`ENOUGH`] cases nothing is said.
//!
//! - **They take it.** An offer is measured by how far it is under the price that stood. Who took as
//!   little, as early, would take this; who did not take as much, as late, would not take this. Of those
//!   that tell something, the share that was taken, with one of each added so that nothing is certain.
//! - **Final offer or a no.** Counted the same way: it ended better offers as early, or it let worse
//!   ones as late go on. Where the seller says that its next answer is its last, it is what is left.
//! - **Where it settles.** What the talks that agreed still gave after as many answers as there are now,
//!   taken off the price that stands now; a tenth of them at each end is left out.

mod record;
mod talk;

use rust_decimal::Decimal;

pub use self::record::Record;
use self::talk::{Came, Talk, Try};
use super::{Cpm, Negotiation, money::exact};

/// How many cases there must be before anything is said of what comes.
pub const ENOUGH: usize = 2;

/// A rate of fewer cases than these is said to be of few.
pub const FEW: usize = 20;

/// How many past talks are looked at, the newest.
const LOOKED_AT: usize = 100;

/// The past talks with one seller, as far as it answered, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    talks: Vec<Talk>,
}

impl History {
    /// From talks with one seller, in any order.
    pub fn of<'a>(talks: impl IntoIterator<Item = &'a Negotiation>) -> Self {
        let answered = talks.into_iter().filter(|talk| talk.was_answered());
        let mut talks: Vec<_> = answered.filter_map(Talk::of).collect();
        talks.sort_by_key(|talk| talk.opened);
        talks.drain(..talks.len().saturating_sub(LOOKED_AT));
        Self { talks }
    }

    /// How many talks there are.
    pub fn talks(&self) -> usize {
        self.talks.len()
    }

    /// How many of them are over.
    pub fn over(&self) -> usize {
        self.talks.iter().filter(|talk| talk.ended.is_some()).count()
    }

    /// How many of them ended with a price.
    pub fn agreed(&self) -> usize {
        self.talks.iter().filter(|talk| talk.agreed.is_some()).count()
    }
}

/// Where a talk settles, if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The lowest price.
    pub low: Cpm,
    /// The middle one.
    pub middle: Cpm,
    /// The highest price.
    pub high: Cpm,
    /// What the price that stands comes down by at `high` and at `low`, in percent of it.
    pub gives: (Decimal, Decimal),
    /// From how many talks that agreed.
    pub from: usize,
}

impl Range {
    /// Whether a price lies in it.
    pub fn holds(&self, price: Cpm) -> bool {
        self.low <= price && price <= self.high
    }

    /// From the talks of `past` that agreed, for one after `stage` answers in which `stands` stands and we
    /// offered `ours`: never above the one, never below the other. `None` also where all of them settled for
    /// less than we offered already.
    fn of<'t>(
        past: impl Iterator<Item = &'t Talk>,
        stage: usize,
        (stands, ours): (Cpm, Option<Decimal>),
    ) -> Option<Self> {
        let mut gives: Vec<_> = past.filter_map(|talk| talk.gave_from(stage)).collect();
        let from = gives.len();
        if from < ENOUGH {
            return None;
        }
        gives.sort_unstable();
        let ends = from / 10;
        let (least, most) = (*gives.get(ends)?, *gives.get(from - 1 - ends)?);
        let middle = exact::middle(*gives.get((from - 1) / 2)?, *gives.get(from / 2)?);
        let price = |give: Decimal| {
            let rest = Decimal::ONE_HUNDRED.saturating_sub(give);
            let price = stands.amount().checked_mul(rest)?.checked_div(Decimal::ONE_HUNDRED)?;
            Some(stands.currency().nearest(price).min(stands.amount()))
        };
        let high = price(least)?;
        // What they did not take is no forecast of what they take.
        let least_left = ours.unwrap_or(Decimal::ZERO);
        if high <= least_left {
            return None;
        }
        let cpm = |price: Decimal| Cpm::new(price.max(least_left), stands.currency());
        Some(Self {
            low: cpm(price(most)?),
            middle: cpm(price(middle)?),
            high: cpm(high),
            gives: (least.round_dp(1), most.round_dp(1)),
            from,
        })
    }
}

/// What comes of offering a price now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    /// The price.
    pub price: Cpm,
    /// How likely they take it, in whole percent; `None` where too few cases tell.
    pub accept: Option<u8>,
    /// Where the talk settles then: at this price as far as they take it, else in the middle of the range,
    /// and not below this price.
    pub settles: Option<Cpm>,
    /// How likely their answer is a final offer or a no, in whole percent.
    pub ends: Option<u8>,
}

/// What is likely to come of a talk from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// How many past talks it is from.
    pub talks: usize,
    /// Where the talk settles if it does; `None` where too few past talks agreed, where they settled for
    /// less than `ours`, and where a final offer stands.
    pub range: Option<Range>,
    /// How often such a range held.
    pub record: Record,
    /// Whether their final offer stands: nothing else is left to agree on.
    pub is_final: bool,
    /// Past talks with a final offer that are over: those that agreed, and all.
    pub finals: (usize, usize),
    /// Whether the seller says that its next answer is its last.
    pub is_last_round: bool,
    /// What stands now: their price, or the quote where that is lower.
    pub stands: Cpm,
    /// Our last offer.
    pub ours: Option<Cpm>,
    /// The number of our next offer.
    number: u32,
    tries: Vec<Try>,
}

impl Forecast {
    /// For a talk that runs, from those before it. `None` where there is too little to go on.
    pub fn of(history: &History, game: &Negotiation) -> Option<Self> {
        let talk = Talk::of(game).filter(|_| !game.is_over() && history.talks.len() >= ENOUGH)?;
        let stage = talk.stage(usize::MAX);
        let stands = talk.stands()?;
        let is_final = game.is_final();
        let ours = game.our_last();
        let past = history.talks.iter();
        let range = Range::of(past.clone(), stage, (stands, ours.map(|ours| ours.amount())));
        let ended = past.clone().filter(|talk| talk.ended.is_some() && talk.had_final());
        let agreed = ended.clone().filter(|talk| talk.agreed.is_some()).count();
        let mut tries: Vec<_> = past.flat_map(|talk| talk.tries.iter().copied()).collect();
        tries.extend(&talk.tries);
        Some(Self {
            talks: history.talks.len(),
            range: range.filter(|_| !is_final),
            record: history.record(stage),
            is_final,
            finals: (agreed, ended.count()),
            is_last_round: game.rounds_left.is_some_and(|left| left <= 1),
            stands,
            ours,
            number: talk.offers.saturating_add(1),
            tries,
        })
    }

    /// The lowest and the highest price it settles at; the final offer alone where one stands.
    pub fn between(&self) -> Option<(Cpm, Cpm)> {
        if self.is_final {
            return Some((self.stands, self.stands));
        }
        self.range.map(|range| (range.low, range.high))
    }

    /// What comes of offering `price` now; their own price, or more, is theirs to the full.
    pub fn at(&self, price: Cpm) -> Chance {
        let Some(under) = talk::under(price.amount(), self.stands.amount()) else {
            let settles = Some(self.stands);
            return Chance { price, accept: Some(100), settles, ends: Some(0) };
        };
        if self.is_final {
            return Chance { price, accept: None, settles: None, ends: None };
        }
        let count = |is: &dyn Fn(&Try) -> bool| self.tries.iter().filter(|one| is(one)).count();
        let taken = count(&|one| {
            one.came == Came::Taken && one.under >= under && one.number <= self.number
        });
        let left = count(&|one| {
            one.came != Came::Taken && one.under <= under && one.number >= self.number
        });
        let ended = count(&|one| {
            one.came == Came::Ended && one.under <= under && one.number <= self.number
        });
        let went_on = count(&|one| {
            one.came != Came::Ended && one.under >= under && one.number >= self.number
        });
        let likely = share(taken, left);
        let accept = Some(likely).filter(|_| taken + left >= ENOUGH);
        let ends = if self.is_last_round {
            accept.map(|accept| 100 - accept)
        } else {
            // The two never come to more than everything.
            let ends = share(ended, went_on).min(100 - likely);
            Some(ends).filter(|_| ended + went_on >= ENOUGH)
        };
        Chance { price, accept, settles: self.settles(price, accept), ends }
    }

    fn settles(&self, price: Cpm, accept: Option<u8>) -> Option<Cpm> {
        let (price, middle) = (price.amount(), self.range?.middle.amount());
        let taken = Decimal::from(accept.unwrap_or(0));
        let else_at = middle.max(price);
        let not = Decimal::ONE_HUNDRED.saturating_sub(taken);
        let more = else_at.checked_sub(price)?.checked_mul(not)?;
        let mean = price.checked_add(more.checked_div(Decimal::ONE_HUNDRED)?)?;
        let mean = self.stands.currency().nearest(mean);
        let least = self.ours.map_or(mean, |ours| mean.max(ours.amount()));
        Some(Cpm::new(least.min(self.stands.amount()), self.stands.currency()))
    }

    /// The prices worth telling of: between ours and theirs in even steps, with `draft` among them, and
    /// theirs last.
    pub fn prices(&self, draft: Option<Cpm>) -> Vec<Cpm> {
        let theirs = self.stands;
        let from = self.ours.or(self.range.map(|range| range.low)).filter(|_| !self.is_final);
        let step = |part: i64| {
            let from = from.filter(|from| *from < theirs)?;
            let (from, gap) = (from.amount(), theirs.minus(&from)?);
            let more = gap.checked_mul(Decimal::new(part * 25, 2))?;
            Some(Cpm::new(from.checked_add(more)?, theirs.currency()).nearest())
        };
        let mut prices: Vec<_> = (1..=3).filter_map(step).filter(|price| *price < theirs).collect();
        if let Some(draft) = draft.filter(|draft| *draft < theirs && !self.is_final) {
            let off = |price: &Cpm| price.minus(&draft).map(|off| off.abs());
            match prices.iter_mut().min_by_key(|price| off(price)) {
                Some(nearest) => *nearest = draft,
                None => prices.push(draft),
            }
        }
        prices.push(theirs);
        prices.sort_by_key(Cpm::amount);
        prices.dedup();
        prices
    }
}

/// `yes` of `yes` and `no` in whole percent, with one of each added.
fn share(yes: usize, no: usize) -> u8 {
    let all = yes + no + 2;
    u8::try_from((200 * (yes + 1) + all) / (2 * all)).unwrap_or(99).clamp(1, 99)
}

#[cfg(test)]
mod tests;
