//! A seller as the desk sees it: how it is configured, what it publishes, how it does. A cache beside
//! the folded records: nothing of it is journaled.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{NoTalks, QuoteRecord};
use crate::domain::{
    Answer, Avails, AvailsAsk, Exchange, KeyCheck, Negotiation, OrderAnswer, OrderAsk, Package,
    Product, QuoteId, SellerError, SellerName, Skew, Spoke, Tier, ask::Card, skew::TheirClock,
};

/// A seller as configured; its secrets stay with the adapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerInfo {
    /// Our name for it.
    pub name: SellerName,
    /// Where it is, without secrets.
    pub url: String,
    /// `iab`, …
    pub protocol: String,
    /// `v1`, …
    pub dialect: String,
    /// The most it is told of us.
    pub reveal: Tier,
    /// `key ••••c4`, `bearer`, `none`: how we show ourselves.
    pub auth: String,
    /// Whether it is configured as one that books at a price agreed in a negotiation by itself
    /// (dialect v1 does not). What it turns out to speak goes before: [`SellerState::spoke`].
    pub honours_agreement: bool,
}

/// How a seller does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Health {
    /// Not asked yet.
    #[default]
    Unknown,
    /// It answers.
    Up,
    /// It answers, but fails at times.
    Degraded,
    /// It does not answer.
    Down,
}

/// A seller and what it publishes. A cache: nothing of it is journaled.
#[derive(Debug, Clone)]
pub struct SellerState {
    /// As configured.
    pub info: SellerInfo,
    /// What it says of itself.
    pub card: Option<Card>,
    /// What it turned out to speak; `None` until it was heard.
    pub spoke: Option<Spoke>,
    /// Its packages at our tier; `None` until they came.
    pub packages: Option<Vec<Package>>,
    /// Its products; `None` until they came.
    pub products: Option<Vec<Product>>,
    /// When the packages came.
    pub kit_at: Option<Timestamp>,
    /// Since when the kit is being asked for.
    pub kit_asked: Option<Timestamp>,
    /// Why the newest attempt at the kit failed.
    pub kit_error: Option<SellerError>,
    /// Why the newest attempt at the products failed.
    pub products_error: Option<SellerError>,
    /// What it answered to the newest search.
    pub found: Option<(String, Result<Vec<Package>, SellerError>)>,
    /// What became of our key when it was checked last, and when that was.
    pub key_check: Option<(Timestamp, Result<KeyCheck, SellerError>)>,
    /// What it answered to the newest question for avails.
    pub avails: Option<(AvailsAsk, Result<Vec<Avails>, SellerError>)>,
    /// What it answered to the newest question about orders.
    pub orders: Option<(OrderAsk, Result<OrderAnswer, SellerError>)>,
    /// How it does.
    pub health: Health,
    /// The tier it gave us in its newest quote.
    pub tier: Option<Tier>,
    /// Its clock, as its answers tell it.
    pub clock: TheirClock,
    /// By how much its clock was off when its quotes were last put into the schedule, in milliseconds.
    /// `None` while it was never heard.
    pub(super) scheduled_ms: Option<i64>,
    /// How long its newest answers took, in milliseconds, newest last; at most 64.
    pub latencies: Vec<u64>,
    /// How long its slowest answer took, in milliseconds, or how long we waited for one in vain.
    pub longest_ms: u64,
    /// Whether it answered the same to the same request with the same idempotency key; `None` until it
    /// was seen.
    pub keys_shown: Option<bool>,
    /// When it last answered.
    pub last_ok: Option<Timestamp>,
    /// Its newest failure.
    pub last_error: Option<(Timestamp, SellerError)>,
    /// Failures since it last answered.
    pub failures: u32,
    /// How it took to being negotiated with, at which tier, and when; without a tier it is for all.
    pub(super) talks: BTreeMap<Option<Tier>, (Timestamp, Talk)>,
    /// The quotes that a person tries to negotiate, whatever is said of it.
    pub(super) tried: BTreeSet<QuoteId>,
}

/// How a seller took to being negotiated with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Talk {
    /// It answered an offer.
    Answered,
    /// It would not, in these words.
    Refused(String),
}

impl SellerState {
    /// A seller nothing is known of yet.
    pub fn new(info: SellerInfo) -> Self {
        Self {
            info,
            card: None,
            spoke: None,
            packages: None,
            products: None,
            kit_at: None,
            kit_asked: None,
            kit_error: None,
            products_error: None,
            found: None,
            key_check: None,
            avails: None,
            orders: None,
            health: Health::Unknown,
            tier: None,
            clock: TheirClock::default(),
            scheduled_ms: None,
            latencies: Vec::new(),
            longest_ms: 0,
            keys_shown: None,
            last_ok: None,
            last_error: None,
            failures: 0,
            talks: BTreeMap::new(),
            tried: BTreeSet::new(),
        }
    }

    /// How it took to being negotiated with lately, at this tier or at any.
    pub fn talks(&self, tier: Option<Tier>) -> Option<&Talk> {
        let known = [None, tier].into_iter().filter_map(|tier| self.talks.get(&tier));
        // Of two of one moment, what was said to this tier.
        known.max_by_key(|(at, _)| *at).map(|(_, talk)| talk)
    }

    /// Takes in what became of the negotiation of a quote of its.
    pub(super) fn learn_of_talks(&mut self, record: &QuoteRecord) {
        let answered = record.negotiation.as_ref().is_some_and(Negotiation::was_answered);
        let (tier, talk) = match &record.no_talks {
            _ if answered => (record.quote.buyer_tier, Talk::Answered),
            Some(NoTalks { at_all, error }) => {
                (record.quote.buyer_tier.filter(|_| !at_all), Talk::Refused(error.to_string()))
            }
            None => return,
        };
        let at = record.changed_at;
        if self.talks.get(&tier).is_none_or(|(known, _)| *known <= at) {
            self.talks.insert(tier, (at, talk));
        }
    }

    /// What was learnt of its talks does not count.
    pub(super) fn forget_talks(&mut self) {
        self.talks.clear();
    }

    /// Whether it books at a price agreed in a negotiation of the same quote, as far as is known.
    pub fn honours_agreement(&self) -> bool {
        self.spoke.as_ref().map_or(self.info.honours_agreement, |spoke| spoke.honours_agreement)
    }

    /// Whether it has a place for words with a move, and a word for leaving; not until it was heard.
    pub fn takes_words(&self) -> bool {
        self.spoke.as_ref().is_some_and(|spoke| spoke.takes_words)
    }

    /// Whether its dialect has idempotency keys; not until it was heard.
    pub fn takes_keys(&self) -> bool {
        self.spoke.as_ref().is_some_and(|spoke| spoke.takes_keys)
    }

    /// How far its clock is from ours; `None` until an answer told.
    pub fn skew(&self) -> Option<Skew> {
        self.clock.skew()
    }

    /// How long `percent` of its newest answers took at most, in milliseconds.
    pub fn percentile(&self, percent: usize) -> Option<u64> {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let last = sorted.len().checked_sub(1)?;
        sorted.get((sorted.len() * percent / 100).min(last)).copied()
    }
}

impl SellerState {
    /// Takes in what it publishes.
    pub(super) fn published(&mut self, answer: Answer, now: Timestamp) {
        match answer {
            Answer::Alive(card) => self.card = Some(card),
            Answer::Packages(packages) => {
                (self.packages, self.kit_at) = (Some(packages), Some(now));
                (self.kit_asked, self.kit_error) = (None, None);
            }
            Answer::Package(package) => {
                let packages = self.packages.get_or_insert_default();
                match packages.iter_mut().find(|known| known.package_id == package.package_id) {
                    Some(known) => *known = *package,
                    None => packages.push(*package),
                }
            }
            Answer::Products(products) => {
                (self.products, self.products_error) = (Some(products), None);
            }
            Answer::Quote(_)
            | Answer::Moved(_)
            | Answer::History(_)
            | Answer::Deal(_)
            | Answer::Waiting(_)
            | Answer::Avails(_)
            | Answer::Orders(_)
            | Answer::Key(_) => {}
        }
    }

    /// Takes in how an exchange went. Returns whether its clock turned out to be elsewhere than its quotes
    /// were scheduled by: where it can still be there, nothing is scheduled anew.
    pub fn heard(
        &mut self,
        exchange: &Exchange,
        error: Option<&SellerError>,
        now: Timestamp,
    ) -> bool {
        self.longest_ms = self.longest_ms.max(exchange.took_ms);
        // Where nothing came back, nothing is learnt of how long an answer takes.
        if exchange.status > 0 {
            self.latencies.push(exchange.took_ms);
        }
        if self.latencies.len() > LATENCIES {
            self.latencies.remove(0);
        }
        if let Some(error) = error.filter(|error| error.is_failure()) {
            self.failures = self.failures.saturating_add(1);
            let answers = self.last_ok.is_some() && self.failures < 3;
            self.health = if answers { Health::Degraded } else { Health::Down };
            self.last_error = Some((now, error.clone()));
        } else {
            self.failures = 0;
            self.health = Health::Up;
            self.last_ok = Some(now);
        }
        if let Some(newer) = exchange.skew {
            self.clock.hears(newer, now);
        }
        let by = self.scheduled_ms;
        let fits = |skew: Skew| by.is_some_and(|by| skew.admits(by, SKEW_THAT_SHOWS_MS));
        let Some(skew) = self.skew().filter(|skew| !fits(*skew)) else { return false };
        let is_near = by.is_none() && skew.admits(0, SKEW_THAT_SHOWS_MS);
        self.scheduled_ms = Some(if is_near { 0 } else { skew.middle_ms() });
        true
    }

    /// The product with this id, as far as it was published.
    pub fn product(&self, id: &crate::domain::ProductId) -> Option<&Product> {
        self.products.as_ref()?.iter().find(|product| product.product_id == *id)
    }
}

/// How many answers latency is judged by.
const LATENCIES: usize = 64;

/// A clock that turns out to be further off than this moves the deadlines of its quotes.
const SKEW_THAT_SHOWS_MS: i64 = 250;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_servers_write_once_a_second_moves_no_deadline() {
        let info = SellerInfo {
            name: "a".into(),
            url: String::new(),
            protocol: "iab".into(),
            dialect: "v2".into(),
            reveal: Tier::Agency,
            auth: String::new(),
            honours_agreement: true,
        };
        let start = 1_767_225_600_000;
        // What ends with a clock that was never heard is looked at when it is. One that is far off is
        // found at once, and once or twice more exactly.
        for (off_ms, moves) in [(0, 1), (30_000, 3), (-30_000, 3), (150, 1)] {
            let mut seller = SellerState::new(info.clone());
            let mut moved = 0;
            // Asked every 370 ms; the Date is up to a second old, as its server has it.
            for nth in 0..200 {
                let at = |ms: i64| Timestamp::from_millisecond(start + ms).unwrap();
                let (sent, received) = (at(nth * 370), at(nth * 370 + 20));
                let kept = (nth * 130) % 1_000;
                let theirs = received.as_millisecond() - 10 + off_ms - kept;
                let date = Timestamp::from_second(theirs.div_euclid(1_000)).unwrap();
                let exchange = Exchange {
                    seller: "a".into(),
                    method: "GET".into(),
                    url: String::new(),
                    request: String::new(),
                    status: 200,
                    response: String::new(),
                    sent_at: sent,
                    took_ms: 20,
                    attempts: 1,
                    skew: Some(Skew::observed(date, sent, received)),
                    made: crate::domain::skew::Made { date: Some(date), age_s: None },
                };
                moved += usize::from(seller.heard(&exchange, None, received));
            }
            assert!(moved <= moves, "{off_ms}: moved {moved} times");
            assert_eq!(moved > 0, moves > 0, "{off_ms}");
            assert!(seller.skew().unwrap().admits(off_ms, 0), "{off_ms} {:?}", seller.skew());
        }
    }
}
