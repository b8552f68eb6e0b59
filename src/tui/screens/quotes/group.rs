//! Quotes that were asked for together (an RFQ): what for, who has answered, which is best and which is
//! cover. Made when the desk's state changes, never while drawing.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::line::is_below;
use crate::{
    desk::{
        InFlight, QuoteRecord, State, judge,
        state::{FailedAsk, Purpose},
    },
    domain::{
        QuoteAsk, QuoteRef, RfqId,
        ranking::{Ranked, Ranking},
    },
    tui::parts::{money, rfq},
};

/// One RFQ.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) id: RfqId,
    /// The first thing that was heard of it.
    pub(super) since: Timestamp,
    /// What was asked for: terms that are the same for every seller.
    need: Option<Need>,
    /// How many are being asked.
    pub(super) asking: usize,
    /// How many quoted.
    pub(super) answered: usize,
    /// How many did not quote.
    pub(super) failed: usize,
    pub(super) ranking: Ranking,
}

#[derive(Debug, Clone)]
struct Need {
    product: String,
    products: usize,
    terms: String,
}

impl Group {
    fn new(id: RfqId, since: Timestamp) -> Self {
        let (asking, answered, failed) = (0, 0, 0);
        Self { id, since, need: None, asking, answered, failed, ranking: Ranking::default() }
    }

    fn hears(&mut self, ask: &QuoteAsk, at: Timestamp) {
        self.since = self.since.min(at);
        let name = ask.product_name.clone().unwrap_or_else(|| ask.product_id.to_string());
        let need = self.need.get_or_insert_with(|| Need {
            product: name.clone(),
            products: 1,
            terms: format!(
                "{} {} imps · {} → {}",
                ask.deal_type,
                money::impressions(ask.impressions),
                ask.flight_start,
                last_day(ask)
            ),
        });
        if need.product != name {
            need.products += 1;
        }
    }

    /// How a quote of it ranks.
    pub(super) fn ranked(&self, key: &QuoteRef) -> Option<Ranked> {
        self.ranking.row(key).cloned()
    }

    /// The places of those that can be booked, by their position.
    pub(super) fn places(&self, state: &State) -> impl Iterator<Item = (usize, usize)> {
        let ranked = self.ranking.rows.iter().filter_map(|row| Some((&row.quote, row.place.ok()?)));
        ranked.filter_map(|(key, place)| Some((state.quotes.get_index_of(key)?, place)))
    }

    /// Whether an answer is awaited or one that came can be booked.
    pub(super) fn is_under_way(&self) -> bool {
        self.asking > 0 || self.ranking.best().is_some()
    }

    /// How many were asked.
    pub(super) fn asked(&self) -> usize {
        self.asking + self.answered + self.failed
    }

    /// `sent 14:26:05 to 3, answered 2, 1 asking, 1 failed`.
    pub(super) fn answers(&self) -> String {
        let sent = rfq::sent(&self.id).map_or_else(String::new, |at| format!(" {at}"));
        let mut words = format!("sent{sent} to {}, answered {}", self.asked(), self.answered);
        if self.asking > 0 {
            let _ = write!(words, ", {} asking", self.asking);
        }
        if self.failed > 0 {
            let _ = write!(words, ", {} failed", self.failed);
        }
        words
    }

    /// `2 of 3 answered, 1 asking`.
    pub(super) fn progress(&self) -> String {
        let mut words = format!("{} of {} answered", self.answered, self.asked());
        if self.asking > 0 {
            let _ = write!(words, ", {} asking", self.asking);
        }
        words
    }

    /// What is asked for: `PG 500,000 imps · 2026-07-01 → 09-30 · CTV Live Sports`.
    pub(super) fn need(&self) -> String {
        let Some(need) = &self.need else { return money::UNKNOWN.to_owned() };
        let product = match need.products {
            1 => need.product.clone(),
            _ => "several products".to_owned(),
        };
        format!("{} · {product}", need.terms)
    }

    /// `best 25.22 harbor`; `None` where nothing can be booked yet.
    pub(super) fn best(&self) -> Option<String> {
        self.ranking.best().map(|best| format!("best {}", priced(best)))
    }

    /// `runner-up 27.00 northlight (+1.78)`.
    pub(super) fn cover(&self) -> String {
        match (self.ranking.best(), self.ranking.cover()) {
            (None, _) => "nothing to book yet".to_owned(),
            (Some(_), None) => "no runner-up: one seller alone".to_owned(),
            (Some(_), Some(cover)) => {
                let above = cover.above_best.zip(cover.worth);
                let above = above
                    .map_or_else(String::new, |(by, worth)| money::signed(by, worth.currency()));
                format!("runner-up {} ({above})", priced(cover))
            }
        }
    }
}

/// What a quote costs in effect, and whose it is.
fn priced(ranked: &Ranked) -> String {
    let price = ranked.effective.map_or_else(String::new, |e| money::cpm(Some(e.cpm), None));
    format!("{price} {}", ranked.quote.seller)
}

/// The last day of a flight, without its year where it starts in the same.
fn last_day(ask: &QuoteAsk) -> String {
    let last = ask.flight_end;
    if last.year() == ask.flight_start.year() {
        last.strftime("%m-%d").to_string()
    } else {
        last.to_string()
    }
}

/// What did not come and was not asked for again since.
pub(super) fn failures(state: &State) -> impl Iterator<Item = (usize, &FailedAsk)> {
    let again = |failed: &FailedAsk| {
        let same = |ask: &QuoteAsk| *ask == failed.ask;
        let asking = state.in_flight.values().any(|flight| {
            flight.seller == failed.seller
                && flight.priced().is_some_and(|(ask, rfq)| same(ask) && rfq == failed.rfq.as_ref())
        });
        // Newest last: only what came after it can stand for it.
        let later = |record: &QuoteRecord| {
            record.quote.seller == failed.seller
                && record.rfq == failed.rfq
                && record.received_at > failed.at
                && same(&record.ask)
        };
        let together = failed.rfq.iter().flat_map(|rfq| state.places.together(rfq));
        asking || together.filter_map(|index| state.quotes.get_index(index)).any(|(_, r)| later(r))
    };
    let newer = |place: usize, failed: &FailedAsk| {
        state.failed_asks.iter().skip(place + 1).any(|other| {
            other.seller == failed.seller && other.ask == failed.ask && other.rfq == failed.rfq
        })
    };
    let all = state.failed_asks.iter().enumerate();
    all.filter(move |(place, failed)| {
        failed.rfq.is_none() || (!newer(*place, failed) && !again(failed))
    })
}

/// Whether an answer of an RFQ is awaited, or something is expected of one that came.
pub(super) fn is_expected(state: &State, rfq: &RfqId) -> bool {
    let rests = |index| state.quotes.brief(index).is_none_or(|brief| brief.rests);
    state.places.together(rfq).any(|index| !rests(index))
        || asking(state, rfq).next().is_some()
        || state.failed_asks.iter().any(|failed| failed.rfq.as_ref() == Some(rfq))
}

/// The newest quotes of an RFQ, by position.
fn members<'s>(state: &'s State, rfq: &RfqId) -> impl Iterator<Item = usize> + use<'s> {
    state.places.together(rfq).collect::<Vec<_>>().into_iter().filter(is_newest(state))
}

fn is_newest(state: &State) -> impl Fn(&usize) -> bool + '_ {
    |index| {
        let known = state.quotes.key(*index).zip(state.quotes.brief(*index));
        known.is_some_and(|(key, brief)| !is_below(state, key, brief))
    }
}

/// When the first answer to an RFQ came.
pub(super) fn since(state: &State, rfq: &RfqId) -> Option<Timestamp> {
    first(state, state.places.together(rfq))
}

/// When the first of these came, of the newest ones among them.
pub(super) fn first(state: &State, members: impl Iterator<Item = usize>) -> Option<Timestamp> {
    let members = members.filter(is_newest(state));
    members.filter_map(|index| Some(state.quotes.brief(index)?.received_at)).min()
}

fn asking<'s>(state: &'s State, wanted: &RfqId) -> impl Iterator<Item = &'s InFlight> {
    state
        .in_flight
        .values()
        .filter(move |flight| flight.priced().is_some_and(|(_, rfq)| rfq == Some(wanted)))
}

/// An RFQ with its ranking.
pub(super) fn of(state: &State, rfq: &RfqId, now: Timestamp) -> Group {
    let mut group = Group::new(rfq.clone(), Timestamp::MAX);
    let records: Vec<_> =
        members(state, rfq).filter_map(|index| state.quotes.get_index(index)).collect();
    let records: Vec<_> = records.into_iter().map(|(_, record)| record).collect();
    for record in &records {
        group.hears(&record.ask, record.received_at);
        group.answered += 1;
    }
    for flight in asking(state, rfq) {
        if let Some((ask, _)) = flight.priced() {
            group.hears(ask, flight.since);
            // A seller that is asked again has answered before.
            let again =
                matches!(flight.purpose.in_the_end(), Purpose::Quote { requote_of: Some(_), .. });
            group.asking += usize::from(!again);
        }
    }
    for (_, failed) in failures(state).filter(|(_, failed)| failed.rfq.as_ref() == Some(rfq)) {
        group.hears(&failed.ask, failed.at);
        group.failed += 1;
    }
    group.ranking = judge::rank(state, &records, now);
    group
}
