//! Who competes with a quote, what each can be had for now, and what that makes of it: the race, the
//! cover, the offer to fall back on. One rule for every face, for strategies and for what is kept with
//! a deal.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

pub use super::decided::{Decided, decided, met, runner_up};
use super::{QuoteRecord, SellerState, State, decide::booking_guard, judge};
use crate::domain::{
    By, Cover, Cpm, Negotiation, Outcome, QuoteRef, SellerName,
    fallback::{self, Fallback, Other, Settling},
    leak::{self, Addressed, Leak},
    playbook::PlayBook,
    ranking::{Ranked, Ranking, Unranked},
};

/// Whether two quotes may compete, in the widest sense: asked for together, or for the same kind of
/// inventory. What keeps words apart and what holds back a second trigger goes by it.
pub fn compete(one: &QuoteRecord, other: &QuoteRecord) -> bool {
    let together = one.rfq.is_some() && one.rfq == other.rfq;
    let kind = &one.quote.product.inventory_type;
    let same = !kind.is_empty() && other.quote.product.inventory_type == *kind;
    (together || same) && one.reference() != other.reference()
}

/// Whether one could be bought instead of the other: asked for together, or for the same kind of inventory
/// on days that both have, on the same kind of screen as far as the sellers tell. What was asked for
/// together is held against nothing of another request.
pub fn alike(state: &State, one: &QuoteRecord, other: &QuoteRecord) -> bool {
    if !compete(one, other) {
        return false;
    }
    if one.rfq.is_some() && other.rfq.is_some() {
        return one.rfq == other.rfq;
    }
    let (ours, theirs) = (&one.ask, &other.ask);
    let overlap = ours.flight_start <= theirs.flight_end && theirs.flight_start <= ours.flight_end;
    let (here, there) = (screens(state, one), screens(state, other));
    overlap && (here.is_empty() || there.is_empty() || !here.is_disjoint(&there))
}

/// The device types on which a quote's product runs, as its seller's packages tell them; none where none
/// does.
fn screens(state: &State, record: &QuoteRecord) -> BTreeSet<u32> {
    let seller = state.sellers.get(&record.quote.seller);
    let packages = seller.and_then(|seller| seller.packages.as_deref()).unwrap_or_default();
    let product = &record.quote.product.product_id;
    let placed = packages.iter().flat_map(|package| {
        let of_product = package.placements.iter().filter(|place| place.product_id == *product);
        of_product.map(|place| {
            let own = &place.device_types;
            if own.is_empty() { &package.device_types } else { own }
        })
    });
    placed.flatten().copied().collect()
}

/// Everything that could be bought instead of a quote and of which something is expected.
pub fn of<'s>(state: &'s State, record: &'s QuoteRecord) -> impl Iterator<Item = &'s QuoteRecord> {
    state.living_quotes().filter(|other| alike(state, record, other))
}

/// The positions of what may compete with a quote, over or not: what something is expected of, what was
/// asked for with it, and what was talked about since it came.
fn beside(state: &State, record: &QuoteRecord) -> BTreeSet<usize> {
    let together = record.rfq.iter().flat_map(|rfq| state.places.together(rfq));
    let since = state.places.talked_since(record.received_at);
    state.places.quotes().chain(together).chain(since).collect()
}

/// What a quote can be had for now: the agreed price, or the lower of what is quoted and what they ask
/// in a negotiation that still runs.
pub fn asks(record: &QuoteRecord) -> Option<Cpm> {
    let quoted = record.price();
    let game = record.negotiation.as_ref().filter(|game| !game.is_over());
    let theirs = game.and_then(Negotiation::their_last);
    match (theirs, quoted) {
        (Some(theirs), Some(quoted)) if theirs < quoted => Some(theirs),
        (_, Some(quoted)) => Some(quoted),
        (theirs, None) => theirs,
    }
}

/// The quote that stands for this one by now. A seller that reuses ids leads nowhere twice.
pub fn stands_for<'s>(state: &'s State, record: &'s QuoteRecord) -> &'s QuoteRecord {
    let mut at = record;
    for _ in 0..20 {
        let newer = at.replaced_by.clone();
        let newer = newer.map(|id| QuoteRef { seller: at.quote.seller.clone(), quote_id: id });
        let Some(next) = newer.and_then(|key| state.quote(&key)) else { break };
        at = next;
    }
    at
}

/// Whether moves can still be made over a quote, or what was agreed over it can still be booked.
pub fn runs(state: &State, record: &QuoteRecord) -> bool {
    record.is_negotiating() || (record.agreed.is_some() && stands_for(state, record).is_open())
}

/// Talks that run, or whose agreement can still be booked, in the order in which their quotes came.
pub fn running(state: &State) -> Vec<&QuoteRecord> {
    // What was agreed over a quote lives on in the quotes that replaced it.
    let older = |record: &QuoteRecord| {
        let mut before = Vec::new();
        let mut at = Some(record.reference());
        for _ in 0..20 {
            let Some((index, _, record)) = at.and_then(|key| state.quotes.get_full(&key)) else {
                break;
            };
            before.push(index);
            let requoted = record.requote_of.clone();
            at = requoted.map(|id| QuoteRef { seller: record.quote.seller.clone(), quote_id: id });
        }
        before
    };
    let places: BTreeSet<usize> = state.living_quotes().flat_map(older).collect();
    let talks = places
        .into_iter()
        .filter(|index| state.quotes.brief(*index).is_some_and(|brief| brief.talks));
    state.quotes_at(talks.collect::<Vec<_>>().into_iter()).filter(|r| runs(state, r)).collect()
}

/// Talks that are over, what was over last first.
pub fn over(state: &State) -> impl Iterator<Item = &QuoteRecord> {
    let newest = state.places.talked_since(Timestamp::MIN);
    let records = newest.filter_map(|index| state.quotes.get_index(index));
    records.map(|(_, record)| record).filter(|record| !runs(state, record))
}

/// A quote and every open one that competes with it, ranked by what each can be had for now.
pub fn field(state: &State, record: &QuoteRecord, now: Timestamp) -> Ranking {
    let others = of(state, record).filter(|other| other.is_open() && met(state, record, other));
    let all: Vec<_> = std::iter::once(record).chain(others).collect();
    let currency = asks(record).map_or(state.setup.limits.currency, |cpm| cpm.currency());
    judge::rank_at(state, &all, (asks, judge::out), currency, now)
}

/// Those of a race, ranked by what each can be had for now. What is agreed with a seller counts at its
/// price, also while a new quote that carries it is asked for.
pub fn standings(state: &State, members: &[QuoteRef], now: Timestamp) -> Ranking {
    let records: Vec<_> = members.iter().filter_map(|key| state.quote(key)).collect();
    let currency = records.first().and_then(|record| asks(record)).map(|cpm| cpm.currency());
    let currency = currency.unwrap_or(state.setup.limits.currency);
    let out = |record: &QuoteRecord| {
        if record.agreed.is_none() {
            return judge::out(record);
        }
        judge::out(stands_for(state, record)).filter(|out| *out != Unranked::Replaced)
    };
    judge::rank_at(state, &records, (asks, out), currency, now)
}

/// The others of a field that can be booked, cheapest in effect first.
fn others<'r>(ranking: &'r Ranking, key: &QuoteRef) -> impl Iterator<Item = &'r Ranked> {
    ranking.rows.iter().filter(move |row| row.place.is_ok() && row.quote != *key)
}

/// The cheapest in effect of another seller than that of `key`.
pub fn best_other<'r>(ranking: &'r Ranking, key: &QuoteRef) -> Option<&'r Ranked> {
    others(ranking, key).find(|row| row.quote.seller != key.seller)
}

/// The cover of a quote that is booked now.
pub fn cover(state: &State, record: &QuoteRecord, now: Timestamp) -> Option<Cover> {
    record.price()?;
    runner_up(state, record, &field(state, record, now))
}

/// How long it takes to know whether the negotiation of a quote comes to an agreement.
pub fn settling(state: &State, record: &QuoteRecord) -> Settling {
    let left = record.negotiation.as_ref().and_then(|game| game.rounds_left);
    Settling::new(left, rounds(state, &record.quote.seller))
}

/// How many talks with a seller it is judged by, the newest: how it plays today is not how it played
/// thousands of talks ago.
pub const JUDGED_BY: usize = 200;

/// The newest quotes of a seller that were talked about, in the order they came.
fn talked<'s>(
    state: &'s State,
    seller: &SellerName,
) -> impl Iterator<Item = &'s QuoteRecord> + use<'s> {
    let mut newest: Vec<usize> = state.places.talks(seller).rev().take(JUDGED_BY).collect();
    newest.reverse();
    state.quotes_at(newest.into_iter())
}

/// How long the newest rounds took that were played with a seller: from one answer of theirs to the
/// next, so that our own thinking counts too.
fn rounds(state: &State, seller: &SellerName) -> Vec<SignedDuration> {
    let games = talked(state, seller).filter_map(|record| record.negotiation.as_ref());
    let answers = games.map(|game| {
        let theirs = game.rounds.iter().filter(|round| round.by == By::Them && round.round > 0);
        theirs.map(|round| round.at).collect::<Vec<_>>()
    });
    answers
        .flat_map(|at| at.windows(2).map(|two| two[1].duration_since(two[0])).collect::<Vec<_>>())
        .collect()
}

/// The newest talks with the seller of a quote, but for those over the quote itself.
pub fn talks_before<'s>(
    state: &'s State,
    key: &QuoteRef,
) -> impl Iterator<Item = &'s Negotiation> + use<'s> {
    let key = key.clone();
    let others = talked(state, &key.seller);
    let others = others.filter(move |other| other.quote.quote_id != key.quote_id);
    others.filter_map(|record| record.negotiation.as_ref())
}

/// How a seller has negotiated with us so far, but for the talks over this quote.
pub fn play_book(state: &State, key: &QuoteRef) -> Option<PlayBook> {
    PlayBook::of(talks_before(state, key))
}

/// What to fall back on if the negotiation of `record` fails, from its field.
pub fn fallback(
    state: &State,
    record: &QuoteRecord,
    (ranking, settling): (&Ranking, &Settling),
    now: Timestamp,
) -> Option<Fallback<QuoteRef>> {
    let key = record.reference();
    let others = others(ranking, &key).filter_map(|row| {
        let other = state.quote(&row.quote).filter(|other| other.is_open())?;
        let left = state.left(other, now) - booking_guard(state, &row.quote.seller);
        Some(Other { key: row.quote.clone(), left })
    });
    fallback::fallback(others, settling.takes(state.left(record, now)))
}

/// Second choices that are gone before the negotiation they stand behind can settle: by the second
/// choice, whose it is and how long before.
pub type Gaps = BTreeMap<QuoteRef, (QuoteRef, SignedDuration)>;

/// How many negotiations are looked through for gaps, the newest first.
const TALKS: usize = 30;

/// The gaps of all negotiations that run, and how long each can take.
pub fn gaps(state: &State, now: Timestamp) -> (Gaps, BTreeMap<QuoteRef, Settling>) {
    let (mut gaps, mut settlings) = (BTreeMap::new(), BTreeMap::new());
    let talks = state.living_quotes().rev().filter(|record| record.is_negotiating());
    for record in talks.take(TALKS) {
        let ranking = field(state, record, now);
        let settling = settling(state, record);
        let found = fallback(state, record, (&ranking, &settling), now);
        if let Some((found, short)) = found.and_then(|found| Some((found.key, found.gone_before?)))
        {
            gaps.insert(found, (record.reference(), short));
        }
        settlings.insert(record.reference(), settling);
    }
    (gaps, settlings)
}

/// The race that a quote is in: one quote a seller, those that are talked about first. A seller with
/// several is in it with the cheapest that is negotiated or agreed, or else its cheapest.
pub fn race(state: &State, key: &QuoteRef) -> Vec<QuoteRef> {
    let Some(record) = state.quote(key) else { return Vec::new() };
    let together = |other: &QuoteRecord| record.rfq.is_some() && other.rfq == record.rfq;
    let runs_in_it = |other: &&QuoteRecord| {
        let talked = other.negotiation.is_some();
        let since = together(other) || other.changed_at >= record.received_at;
        alike(state, record, other)
            && met(state, record, other)
            && (other.is_open() || other.is_negotiating() || (talked && since))
    };
    let mut by_seller: BTreeMap<&SellerName, &QuoteRecord> = BTreeMap::new();
    for other in state.quotes_at(beside(state, record).into_iter()).filter(runs_in_it) {
        let seller = &other.quote.seller;
        let rank = |record| precedence(state, record);
        let better = by_seller.get(seller).is_none_or(|known| rank(other) < rank(known));
        if better {
            by_seller.insert(seller, other);
        }
    }
    by_seller.insert(&record.quote.seller, record);
    let mut all: Vec<_> = by_seller.into_values().collect();
    // In the order of the configuration, so that a column keeps its place whatever is answered.
    let place = |record: &&QuoteRecord| state.sellers.get_index_of(&record.quote.seller);
    all.sort_by_key(|record| (place(record).unwrap_or(usize::MAX), record.received_at));
    all.into_iter().map(QuoteRecord::reference).collect()
}

/// Once a price is agreed with one of a race, or it is booked: those whose negotiations still run, to be
/// left politely. Nothing leaves them by itself.
pub fn to_leave(state: &State, members: &[QuoteRef]) -> Vec<QuoteRef> {
    let records = || members.iter().filter_map(|key| state.quote(key));
    let won = |record: &QuoteRecord| {
        let agreed = record.negotiation.as_ref().is_some_and(|game| game.agreed.is_some());
        agreed || record.deal.is_some()
    };
    if !records().any(won) {
        return Vec::new();
    }
    let runs = |record: &&QuoteRecord| record.is_negotiating() && record.deal.is_none();
    records().filter(runs).map(QuoteRecord::reference).collect()
}

/// Which of a seller's quotes stands for it: the cheapest that is talked about or agreed and not booked,
/// what was agreed otherwise, what is open, what is over.
fn precedence(state: &State, record: &QuoteRecord) -> (u8, Option<rust_decimal::Decimal>) {
    let outcome = record.negotiation.as_ref().map(|game| game.outcome);
    let rank = match outcome {
        Some(Outcome::Open | Outcome::Halted | Outcome::Unknown) => 0,
        Some(Outcome::Accepted) if stands_for(state, record).is_open() => 0,
        Some(Outcome::Accepted) => 1,
        None => 2,
        Some(Outcome::WalkedAway | Outcome::Rejected | Outcome::TimedOut) => 3,
    };
    (rank, asks(record).map(|cpm| cpm.amount()))
}

/// What of other sellers stands in words that are for the seller of a quote: their names, the prices
/// that were named with them for the same thing, and rounds that were played with them alone.
pub fn leaks(state: &State, key: &QuoteRef, words: &str) -> Vec<Leak> {
    let Some(record) = state.quote(key).filter(|_| !words.trim().is_empty()) else {
        return Vec::new();
    };
    let names = |seller: &SellerState| {
        let card = seller.card.iter().flat_map(|card| [card.name.clone(), card.provider.clone()]);
        let all = std::iter::once(seller.info.name.to_string()).chain(card);
        all.filter(|name| !name.trim().is_empty()).collect::<Vec<_>>()
    };
    let to = Addressed {
        names: state.sellers.get(&key.seller).map(names).unwrap_or_default(),
        prices: prices(record).collect(),
        rounds: record.negotiation.as_ref().map_or(0, Negotiation::played),
    };
    let others = state.sellers.values().filter(|seller| seller.info.name != key.seller);
    let others = others.map(|seller| {
        let name = &seller.info.name;
        let same = |other: &&QuoteRecord| other.quote.seller == *name && compete(record, other);
        let living = || state.quotes_at(state.places.quotes_of(name));
        let quotes = || living().chain(talked(state, name)).chain(state.lately(name)).filter(same);
        let games = quotes().filter_map(|other| other.negotiation.as_ref());
        leak::Other {
            seller: name.clone(),
            names: names(seller),
            prices: quotes().flat_map(prices).collect(),
            rounds: games.map(Negotiation::played).max().unwrap_or(0),
        }
    });
    leak::leaks(words, &to, &others.collect::<Vec<_>>())
}

/// Every price that was named for a quote, theirs and ours.
fn prices(record: &QuoteRecord) -> impl Iterator<Item = rust_decimal::Decimal> {
    let rounds = record.negotiation.iter().flat_map(|game| &game.rounds);
    let named = rounds.filter_map(|round| round.cpm).chain(record.quote.pricing.cpm());
    named.chain(record.agreed).map(|cpm| cpm.amount())
}
