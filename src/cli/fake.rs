//! A desk for tests: the real one, with scripted sellers and a clock that jumps to what is next.

use std::{collections::VecDeque, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::port::Session;
use crate::{
    desk::{
        Command, Decision, Desk, Effect, Entry, Input, RequestId, SellerInfo, Setup, State,
        command::Stored,
    },
    domain::{
        Answer, Ask, Cpm, Currency, Deal, DealStatus, DealType, Exchange, Heard, Identity, Limits,
        OpenRtb, Pricing, Product, ProductRef, Quote, QuoteStatus, Refusal, SellerError,
        SellerName, Terms, Tier, ask::Moved,
    },
};

/// What a scripted seller does.
pub(crate) enum Says {
    Answer(Answer),
    Error(SellerError),
    /// Never answers.
    Nothing,
}

type Script = Box<dyn FnMut(&SellerName, &Ask) -> Says>;

/// The fake.
pub(crate) struct Fake {
    pub(crate) desk: Desk,
    now: Timestamp,
    effects: VecDeque<Effect>,
    /// Everything that was kept, in order.
    pub(crate) journal: Vec<Entry>,
    script: Script,
    /// Everything that was asked, in order.
    pub(crate) asked: Vec<Ask>,
    /// Why nothing can be stored, if so.
    pub(crate) broken_store: Option<String>,
    /// Whether intents are never answered by the store.
    pub(crate) slow_store: bool,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(crate) const NOW: &str = "2026-06-01T12:00:00Z";

pub(crate) fn info(name: &str) -> SellerInfo {
    SellerInfo {
        name: name.into(),
        url: format!("https://{name}.example"),
        protocol: "iab".into(),
        dialect: "auto".into(),
        reveal: Tier::Agency,
        auth: "key ••••c4".into(),
        honours_agreement: false,
    }
}

pub(crate) fn setup(sellers: &[&str]) -> Setup {
    Setup {
        person: "ana@cli".into(),
        owner: "owner-1".into(),
        is_host: true,
        identity: Identity { agency_id: Some("agency-1".into()), ..Identity::default() },
        limits: Limits {
            exposure: Some(d("100000")),
            day: Some(d("50000")),
            deal: Some(d("20000")),
            cpm: [("default".to_owned(), d("30"))].into(),
            ..Limits::default()
        },
        sellers: sellers.iter().map(|name| info(name)).collect(),
        ..Setup::default()
    }
}

impl Fake {
    pub(crate) fn new(
        setup: Setup,
        script: impl FnMut(&SellerName, &Ask) -> Says + 'static,
    ) -> Self {
        Self {
            desk: Desk::new(setup),
            now: at(NOW),
            effects: VecDeque::new(),
            journal: Vec::new(),
            script: Box::new(script),
            asked: Vec::new(),
            broken_store: None,
            slow_store: false,
        }
    }

    /// Another process so much later, which knows what was kept and has heard nothing of any seller.
    pub(crate) fn later(
        &self,
        setup: Setup,
        by: SignedDuration,
        script: impl FnMut(&SellerName, &Ask) -> Says + 'static,
    ) -> Self {
        let mut later = Self::new(setup, script);
        later.desk.replay(self.journal.clone());
        later.now = self.now + by;
        later
    }

    fn step(&mut self, input: Input) -> Vec<Refusal> {
        let Decision { entries, effects, refusals } = self.desk.step(input, self.now);
        self.journal.extend(entries);
        self.effects.extend(effects);
        refusals
    }

    fn is_settling(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Store(..) | Effect::Arm(_)))
    }

    /// Does the next thing outside, if there is one.
    pub(crate) fn perform(&mut self) -> bool {
        let Some(effect) = self.effects.pop_front() else { return false };
        match effect {
            Effect::Ask(id, seller, ask) => self.put(id, seller, ask),
            Effect::Send(id, seller, released) => self.put(id, seller, released.into_ask()),
            Effect::Arm(ticket) => {
                self.step(Input::Armed(ticket, Ok(())));
            }
            Effect::Store(..) if self.slow_store => {}
            Effect::Store(stored, entry) => {
                let input = if let Some(why) = &self.broken_store {
                    Input::NotStored(stored, why.clone())
                } else {
                    self.journal.push(*entry);
                    Input::Stored(stored)
                };
                self.step(input);
            }
        }
        true
    }

    /// Puts a question to a seller, who answers by the script.
    fn put(&mut self, id: RequestId, seller: SellerName, ask: Ask) {
        let result = (self.script)(&seller, &ask);
        self.asked.push(ask);
        let result = match result {
            Says::Answer(answer) => Ok(answer),
            Says::Error(error) => Err(error),
            Says::Nothing => return,
        };
        let status = result.as_ref().map_or_else(|error| error.http_status, |_| 200);
        let exchange = (status > 0).then(|| exchange(seller, status, self.now));
        self.step(Input::Answered(id, Box::new(Heard { result, exchange, spoke: None })));
    }

    /// How many bookings left.
    pub(crate) fn booked(&self) -> usize {
        self.asked.iter().filter(|ask| ask.commits()).count()
    }

    /// Asks a seller for a quote and takes it in.
    pub(crate) async fn quoted(&mut self, seller: &str, ask: crate::domain::QuoteAsk) {
        let seller = seller.into();
        assert!(self.command(Command::RequestQuote { seller, ask, rfq: None }).is_empty());
        self.until(Duration::from_secs(1), |state| state.in_flight.is_empty()).await;
    }
}

impl Session for Fake {
    fn state(&self) -> &State {
        self.desk.state()
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn steady(&self) -> Duration {
        Duration::try_from(self.now.as_duration()).unwrap()
    }

    fn command(&mut self, command: Command) -> Vec<Refusal> {
        self.step(Input::Command(command))
    }

    async fn until(&mut self, wait: Duration, mut done: impl FnMut(&State) -> bool) -> bool {
        let end = self.now + SignedDuration::try_from(wait).unwrap();
        loop {
            // As the real one: what can be done at once is done before anybody waits.
            tokio::task::yield_now().await;
            // And what is there already is not waited for any longer, but while the store writes or a ticket is armed.
            loop {
                if !self.is_settling() && done(self.desk.state()) {
                    return true;
                }
                if !self.perform() {
                    break;
                }
            }
            let next = self.desk.next_deadline().unwrap_or(end).min(end);
            if next >= end {
                self.now = end;
                return false;
            }
            self.now = self.now.max(next);
            self.step(Input::Wake);
        }
    }
}

fn exchange(seller: SellerName, status: u16, now: Timestamp) -> Exchange {
    Exchange {
        seller,
        method: "GET".into(),
        url: "https://example".into(),
        request: String::new(),
        status,
        response: String::new(),
        sent_at: now,
        took_ms: 20,
        attempts: 1,
        skew: Some(crate::domain::Skew { low_ms: -10, high_ms: 10 }),
        made: crate::domain::skew::Made { date: Some(now), age_s: None },
    }
}

pub(crate) fn error(kind: crate::domain::ErrorKind, status: u16, code: &str) -> SellerError {
    let mut error = SellerError::transport(kind, code, "the seller's words", "the cure");
    error.http_status = status;
    error
}

fn pricing(cpm: &str) -> Pricing {
    Pricing {
        base_cpm: Some(Cpm::usd(d("24"))),
        tier_discount_pct: Some(d("10")),
        volume_discount_pct: None,
        final_cpm: Some(Cpm::usd(d(cpm))),
        pricing_model: "cpm".into(),
        rationale: "Base price: $24.00 CPM".into(),
    }
}

/// A product of a seller.
pub(crate) fn product(id: &str, name: &str) -> Product {
    Product {
        product_id: id.into(),
        name: name.into(),
        description: String::new(),
        inventory_type: "ctv".into(),
        base_cpm: Some(Cpm::usd(24.into())),
        floor_cpm: None,
        deal_types: vec!["preferreddeal".into()],
        available_impressions: None,
    }
}

/// An available quote of `seller` for 500,000 impressions.
pub(crate) fn quote(seller: &str, id: &str, cpm: &str) -> Quote {
    Quote {
        quote_id: id.into(),
        seller: seller.into(),
        status: QuoteStatus::Available,
        raw_status: "available".into(),
        deal_type: DealType::Preferred,
        product: ProductRef {
            product_id: "p-1".into(),
            name: "CTV Sports".into(),
            inventory_type: "ctv".into(),
        },
        pricing: pricing(cpm),
        terms: Terms {
            impressions: Some(500_000),
            flight_start: Some("2026-07-01".into()),
            flight_end: Some("2026-07-31".into()),
            guaranteed: false,
        },
        availability: None,
        buyer_tier: Some(Tier::Agency),
        expires_at: at("2026-06-01T13:00:00Z"),
        created_at: Some(at(NOW)),
        calls_itself: None,
        deal_id: None,
    }
}

/// What the quote of [`quote`] is asked with.
pub(crate) fn ask() -> crate::domain::QuoteAsk {
    crate::domain::QuoteAsk {
        product_id: "p-1".into(),
        product_name: None,
        deal_type: DealType::Preferred,
        impressions: Some(500_000),
        flight_start: "2026-07-01".parse().unwrap(),
        flight_end: "2026-07-31".parse().unwrap(),
        target_cpm: None,
        identity: Identity { agency_id: Some("agency-1".into()), ..Identity::default() },
        currency: None,
    }
}

/// The deal that `quote` becomes.
pub(crate) fn deal(quote: &Quote) -> Deal {
    Deal {
        deal_id: "D-1".into(),
        seller: quote.seller.clone(),
        quote_id: Some(quote.quote_id.clone()),
        deal_type: Some(quote.deal_type),
        raw_deal_type: "PD".into(),
        status: DealStatus::Proposed,
        raw_status: "proposed".into(),
        product: quote.product.clone(),
        pricing: quote.pricing.clone(),
        terms: quote.terms.clone(),
        buyer_tier: quote.buyer_tier,
        expires_at: None,
        activation_instructions: [("ttd".to_owned(), "add the Deal ID".to_owned())].into(),
        openrtb: Some(OpenRtb {
            id: "D-1".into(),
            bidfloor: quote.pricing.cpm(),
            at: Some(3),
            wseat: vec!["seat-1".into()],
            wadomain: Vec::new(),
            guar: None,
        }),
        openrtb_raw: None,
        created_at: Some(at(NOW)),
        calls_itself: None,
        replaced_by: None,
    }
}

/// A seller's answer to a move.
pub(crate) fn moved(round: u32, action: crate::domain::Action, ours: &str, theirs: &str) -> Moved {
    Moved {
        negotiation_id: Some("neg-1".into()),
        round,
        action,
        buyer_cpm: Some(Cpm::usd(d(ours))),
        seller_cpm: Some(Cpm::usd(d(theirs))),
        rationale: "Good faith movement.".into(),
        status: "active".into(),
        rounds_left: Some(2),
        raw: "{}".into(),
    }
}

#[test]
fn the_fake_never_books_what_the_store_did_not_take() {
    let stored = |stored: &Stored| matches!(stored, Stored::Booking(_));
    let fake = Fake::new(setup(&["a"]), |_, _| Says::Nothing);
    assert!(fake.desk.state().storing.iter().all(|(s, _)| !stored(s)));
    assert_eq!(fake.desk.state().setup.limits.currency, Currency::USD);
}
