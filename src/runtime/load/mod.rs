//! Load for measuring: so many deals on the board, so many quotes on the clock, so many updates a
//! second into the inbox, and behind them a book of deals that are done and quotes that are over.
//! At a running desk nothing of it is journaled, and none of it can be booked; [`Load::write`] makes a
//! store of it.

mod book;

use std::{str::FromStr, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::{Session, inbox::Message};
use crate::{
    desk::{Actor, BookingOutcome, Desk, Entry, Fact, Intent, Mode},
    domain::{
        Cost, Cpm, Deal, DealStatus, DealType, Identity, Pricing, ProductRef, Quote, QuoteAsk,
        QuoteRef, QuoteStatus, SellerName, Terms, Tier,
    },
};

/// How often updates are left in the inbox.
const TICK: Duration = Duration::from_millis(10);

/// Rows that are on screen at first, as the board is sorted: the quotes that end first.
const VISIBLE: u64 = 24;

/// How much load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Deals on the board.
    pub rows: u64,
    /// Quotes on the clock.
    pub countdowns: u64,
    /// Updates a second, half of them on rows that are on screen.
    pub rate: u64,
    /// Deals that are done, each with its quote and its booking.
    pub done: u64,
    /// Quotes that are over and became nothing.
    pub quotes: u64,
    /// The size of the OpenRTB block of each deal that is done, in bytes.
    pub block: usize,
}

impl FromStr for Load {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut load = Self::default();
        for part in text.split(',') {
            let wrong = || format!("{part:?} is no NAME=N with one of {}", Self::NAMES);
            let (name, number) = part.split_once('=').ok_or_else(wrong)?;
            let number: u64 = number.parse().map_err(|_| wrong())?;
            match name {
                "rows" => load.rows = number,
                "countdowns" => load.countdowns = number,
                "rate" => load.rate = number,
                "done" => load.done = number,
                "quotes" => load.quotes = number,
                "block" => load.block = usize::try_from(number).map_err(|_| wrong())?,
                _ => return Err(wrong()),
            }
        }
        Ok(load)
    }
}

impl Load {
    /// What can be asked for.
    const NAMES: &str = "rows, countdowns, rate, done, quotes, block";

    /// Fills the desk and starts the updates.
    pub fn start(self, session: &mut Session, now: Timestamp) {
        let entries = self.entries(now);
        let inbox = session.inbox();
        inbox.put(Message::Load(entries));
        if self.rate == 0 || self.countdowns + self.rows == 0 {
            return;
        }
        let clock = session.clock();
        session.jobs().start(async move {
            let (mut made, began) = (0, clock.now());
            loop {
                clock.sleep(TICK).await;
                let now = clock.now();
                let passed = u64::try_from(now.duration_since(began).as_millis()).unwrap_or(0);
                let due = passed.saturating_mul(self.rate) / 1_000;
                let updates: Vec<_> =
                    (made..due).map(|number| self.update(number, began, now)).collect();
                made = due;
                if !updates.is_empty() {
                    inbox.put(Message::Load(updates));
                }
            }
        });
    }

    /// The quotes and deals to begin with.
    pub fn entries(self, now: Timestamp) -> Vec<Entry> {
        self.facts(now).collect()
    }

    /// The same, one after the other: a big book need not be held at once.
    fn facts(self, now: Timestamp) -> impl Iterator<Item = Entry> {
        let quotes = (0..self.countdowns).map(move |number| quoted(number, now, 0));
        let deals = (0..self.rows).flat_map(move |number| booked(number, now));
        self.past(now).chain(quotes).chain(deals)
    }

    /// The `number`th update: every other one is on a row that is on screen.
    pub fn update(self, number: u64, began: Timestamp, now: Timestamp) -> Entry {
        let visible = number.is_multiple_of(2) && self.countdowns > 0;
        let half = number / 2;
        if visible || self.rows == 0 {
            let which = half % VISIBLE.min(self.countdowns).max(1);
            let Entry { actor, fact, .. } = quoted(which, began, 1 + half % 50);
            if let Fact::QuoteReceived { quote, .. } = fact {
                return Entry { at: now, actor, mode: Mode::Demo, fact: Fact::QuoteSeen { quote } };
            }
        }
        let deal = deal(half % self.rows, 1 + half % 50);
        Entry {
            at: now,
            actor: Actor::Seller(deal.seller.clone()),
            mode: Mode::Demo,
            fact: Fact::DealSeen { deal, differences: None },
        }
    }

    /// A desk with this load and nothing else: for benches.
    pub fn desk(self, now: Timestamp) -> Desk {
        let mut desk = Desk::default();
        desk.replay(self.entries(now));
        desk
    }
}

fn seller(number: u64) -> SellerName {
    SellerName(format!("load-{}", number % 5))
}

fn pricing(number: u64, cents: u64) -> Pricing {
    let base =
        Cpm::usd(rust_decimal::Decimal::new(1_000 + i64::try_from(number % 3_000).unwrap_or(0), 2));
    let cents = rust_decimal::Decimal::new(i64::try_from(cents).unwrap_or(0), 2);
    Pricing {
        base_cpm: Some(base),
        tier_discount_pct: Some(10.into()),
        volume_discount_pct: Some(0.into()),
        final_cpm: Some(Cpm::usd(base.amount().saturating_add(cents))),
        pricing_model: "cpm".to_owned(),
        rationale: "load for measuring".to_owned(),
    }
}

fn product(number: u64) -> ProductRef {
    let kinds = ["ctv", "video", "display", "audio", "native"];
    let kind = kinds[usize::try_from(number % 5).unwrap_or(0)];
    let name = format!("Load {kind} {number}");
    ProductRef {
        product_id: format!("load-{number}").into(),
        name,
        inventory_type: kind.to_owned(),
    }
}

fn terms() -> Terms {
    Terms {
        impressions: Some(500_000),
        flight_start: Some("2026-07-01".to_owned()),
        flight_end: Some("2026-09-30".to_owned()),
        guaranteed: false,
    }
}

fn quote(number: u64, cents: u64, expires_at: Timestamp) -> Quote {
    Quote {
        quote_id: format!("qt-load-{number:06}").into(),
        seller: seller(number),
        status: QuoteStatus::Available,
        raw_status: "available".to_owned(),
        deal_type: DealType::Preferred,
        product: product(number),
        pricing: pricing(number, cents),
        terms: terms(),
        availability: None,
        buyer_tier: Some(Tier::Agency),
        expires_at,
        created_at: None,
        calls_itself: None,
        deal_id: None,
    }
}

/// A quote that ends half an hour from the start and later, one every second, so that its clock is
/// seen to run and none ends while it is measured.
fn quoted(number: u64, began: Timestamp, cents: u64) -> Entry {
    let later = i64::try_from(number).unwrap_or(0) + 1_800;
    let expires_at = Timestamp::from_second(began.as_second() + later).unwrap_or(began);
    let quote = quote(number, cents, expires_at);
    let ask = ask(&quote);
    let actor = Actor::Seller(quote.seller.clone());
    let (requote_of, agreed, rfq, idempotency_key, listed_as) = (None, None, None, None, None);
    let fact =
        Fact::QuoteReceived { quote, ask, requote_of, agreed, rfq, idempotency_key, listed_as };
    Entry { at: began, actor, mode: Mode::Demo, fact }
}

/// What was asked for a quote.
fn ask(quote: &Quote) -> QuoteAsk {
    let date = jiff::civil::date(2026, 7, 1);
    QuoteAsk {
        product_id: quote.product.product_id.clone(),
        product_name: None,
        deal_type: quote.deal_type,
        impressions: quote.terms.impressions,
        flight_start: date,
        flight_end: date.saturating_add(SignedDuration::from_hours(24 * 91)),
        target_cpm: None,
        identity: Identity::default(),
        currency: None,
    }
}

fn deal(number: u64, cents: u64) -> Deal {
    Deal {
        deal_id: format!("LOAD-{number:06}").into(),
        seller: seller(number),
        quote_id: None,
        deal_type: Some(DealType::Preferred),
        raw_deal_type: "PD".to_owned(),
        status: DealStatus::Active,
        raw_status: "active".to_owned(),
        product: product(number),
        pricing: pricing(number, cents),
        terms: terms(),
        buyer_tier: Some(Tier::Agency),
        expires_at: None,
        activation_instructions: std::collections::BTreeMap::new(),
        openrtb: None,
        openrtb_raw: None,
        created_at: None,
        calls_itself: None,
        replaced_by: None,
    }
}

fn booked(number: u64, now: Timestamp) -> [Entry; 2] {
    let deal = deal(number, 0);
    let ticket: crate::domain::TicketId = format!("tk-load-{number}").into();
    let quote = QuoteRef::new(deal.seller.clone(), format!("qt-load-deal-{number}"));
    let intent = Intent {
        offer: None,
        trigger: None,
        held: None,
        despite_halt: false,
        cover: None,
        ticket: ticket.clone(),
        owner: "load".to_owned(),
        idempotency_key: String::new(),
        quote: quote.clone(),
        confirmed: deal.pricing.final_cpm.unwrap_or(Cpm::usd(0.into())),
        cost: Cost::usd(0.into()),
        identity: Identity::default(),
        notes: None,
    };
    let ending = BookingOutcome::Done { deal: Box::new(deal) };
    [Fact::IntentStored { intent }, Fact::BookingEnded { ticket, quote, ending }]
        .map(|fact| Entry { at: now, actor: Actor::Desk, mode: Mode::Demo, fact })
}
