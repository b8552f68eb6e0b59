//! A desk on a table: one seller, a clock moved by hand, and every question it asks in a list.

use dealdesk::{
    desk::{
        Command, Confirmation, Decision, Desk, Effect, Entry, Fact, Input, RequestId, SellerInfo,
        Setup, Stored,
    },
    domain::{
        Action, Answer, Ask, Cpm, Deal, DealStatus, DealType, ErrorKind, Exchange, Heard, Identity,
        Limits, OpenRtb, Pricing, ProductRef, Quote, QuoteAsk, QuoteRef, QuoteStatus, Refusal,
        SellerError, SellerName, Terms, Tier, ask::Moved,
    },
};
use jiff::{SignedDuration, Timestamp};

pub(crate) const SELLER: &str = "northlight";

pub(crate) struct Table {
    pub(crate) desk: Desk,
    pub(crate) now: Timestamp,
    pub(crate) journal: Vec<Entry>,
    pub(crate) asked: Vec<(RequestId, Ask)>,
    pub(crate) storing: Vec<(Stored, Entry)>,
    pub(crate) refused: Vec<Refusal>,
    pub(crate) armed_by: Option<String>,
    /// What the seller turns out to speak.
    pub(crate) spoke: Option<dealdesk::domain::Spoke>,
    /// How long the next answer takes, in milliseconds.
    pub(crate) took_ms: u64,
    /// What its next answers tell of its clock.
    pub(crate) skew: dealdesk::domain::Skew,
    /// The date that its next answers bear, where it is not the time at which they come.
    pub(crate) dated: Option<Timestamp>,
}

pub(crate) fn usd(text: &str) -> Cpm {
    text.parse().unwrap()
}

pub(crate) fn setup() -> Setup {
    let cpm = [("default".to_owned(), 30.into())];
    Setup {
        identity: Identity {
            seat_id: Some("seat-1".into()),
            agency_id: Some("agency-1".into()),
            advertiser_id: Some("adv-1".into()),
            dsp_platform: None,
            agent_url: None,
        },
        limits: Limits {
            exposure: Some(100_000.into()),
            day: Some(50_000.into()),
            deal: Some(25_000.into()),
            cpm: cpm.into(),
            ..Limits::default()
        },
        sellers: vec![SellerInfo {
            name: SELLER.into(),
            url: "http://127.0.0.1:1".into(),
            protocol: "iab".into(),
            dialect: "v1".into(),
            reveal: Tier::Agency,
            auth: "key".into(),
            honours_agreement: false,
        }],
        person: "ana@test".into(),
        owner: "owner-1".into(),
        is_host: true,
        ..Setup::default()
    }
}

impl Table {
    pub(crate) fn new() -> Self {
        Self::with(setup())
    }

    /// One whose booking of q1 left and waits for its answer.
    pub(crate) fn sent() -> Self {
        let mut table = Self::new();
        table.quoted("q1", "24.00");
        table.armed("q1");
        table.command(Command::Confirm(Confirmation::Price(24.into())));
        table.stored();
        table
    }

    pub(crate) fn with(setup: Setup) -> Self {
        Self {
            desk: Desk::new(setup),
            now: "2026-06-18T14:00:00Z".parse().unwrap(),
            journal: Vec::new(),
            asked: Vec::new(),
            storing: Vec::new(),
            refused: Vec::new(),
            armed_by: None,
            spoke: None,
            took_ms: 100,
            skew: dealdesk::domain::Skew { low_ms: 0, high_ms: 0 },
            dated: None,
        }
    }

    pub(crate) fn input(&mut self, input: Input) {
        let Decision { entries, effects, refusals } = self.desk.step(input, self.now);
        self.journal.extend(entries);
        self.refused.extend(refusals);
        for effect in effects {
            match effect {
                // Nobody else has a ticket armed, unless a test says so.
                Effect::Arm(ticket) => {
                    let taken = self.armed_by.clone().map_or(Ok(()), Err);
                    self.input(Input::Armed(ticket, taken));
                }
                Effect::Ask(id, _, ask) => {
                    assert!(ask.is_repeatable(), "{ask:?} goes around the gate");
                    self.asked.push((id, ask));
                }
                Effect::Send(id, _, released) => {
                    assert!(!released.ask().is_repeatable(), "{released:?} is no send");
                    self.asked.push((id, released.into_ask()));
                }
                // That a strategy is to play is durable at once: nothing leaves for it.
                Effect::Store(stored @ Stored::Auto(..), entry) => {
                    self.journal.push(*entry);
                    self.input(Input::Stored(stored));
                }
                Effect::Store(stored, entry) => self.storing.push((stored, *entry)),
            }
        }
    }

    pub(crate) fn command(&mut self, command: Command) {
        self.input(Input::Command(command));
    }

    /// Answers the oldest open question.
    pub(crate) fn answer(&mut self, result: Result<Answer, SellerError>) -> Ask {
        let (id, ask) = self.asked.remove(0);
        self.answer_to(id, result);
        ask
    }

    pub(crate) fn answer_to(&mut self, id: RequestId, result: Result<Answer, SellerError>) {
        let exchange = Exchange {
            seller: SELLER.into(),
            method: "POST".into(),
            url: String::new(),
            request: String::new(),
            status: 200,
            response: String::new(),
            sent_at: self.now,
            took_ms: self.took_ms,
            attempts: 1,
            skew: Some(self.skew),
            made: dealdesk::domain::skew::Made { date: self.dated.or(Some(self.now)), age_s: None },
        };
        let spoke = self.spoke.clone();
        self.input(Input::Answered(
            id,
            Box::new(Heard { result, exchange: Some(exchange), spoke }),
        ));
    }

    /// The store made the oldest intent durable.
    pub(crate) fn stored(&mut self) {
        let (stored, entry) = self.storing.remove(0);
        self.journal.push(entry);
        self.input(Input::Stored(stored));
    }

    pub(crate) fn pass(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
        self.input(Input::Wake);
    }

    /// A quote at `price` for 500,000 impressions, on the desk.
    pub(crate) fn quoted(&mut self, id: &str, price: &str) -> QuoteRef {
        self.command(Command::RequestQuote { seller: SELLER.into(), ask: self.ask(), rfq: None });
        let quote = self.quote(id, price);
        self.answer(Ok(Answer::Quote(Box::new(quote))));
        key(id)
    }

    pub(crate) fn ask(&self) -> QuoteAsk {
        QuoteAsk {
            product_id: "prod-1".into(),
            product_name: Some("Live Sports".into()),
            deal_type: DealType::Guaranteed,
            impressions: Some(500_000),
            flight_start: "2026-07-01".parse().unwrap(),
            flight_end: "2026-09-30".parse().unwrap(),
            target_cpm: None,
            identity: self.desk.state().setup.identity.clone(),
            currency: None,
        }
    }

    pub(crate) fn quote(&self, id: &str, price: &str) -> Quote {
        Quote {
            quote_id: id.into(),
            seller: SELLER.into(),
            status: QuoteStatus::Available,
            raw_status: "available".into(),
            deal_type: DealType::Guaranteed,
            product: ProductRef {
                product_id: "prod-1".into(),
                name: "Live Sports".into(),
                inventory_type: "ctv".into(),
            },
            pricing: Pricing {
                base_cpm: Some(usd("32.00")),
                tier_discount_pct: Some(10.into()),
                volume_discount_pct: Some(0.into()),
                final_cpm: Some(usd(price)),
                pricing_model: "cpm".into(),
                rationale: "because".into(),
            },
            terms: Terms {
                impressions: Some(500_000),
                flight_start: Some("2026-07-01".into()),
                flight_end: Some("2026-09-30".into()),
                guaranteed: true,
            },
            availability: None,
            buyer_tier: Some(Tier::Agency),
            expires_at: self.now + SignedDuration::from_mins(10),
            created_at: Some(self.now),
            calls_itself: None,
            deal_id: None,
        }
    }

    /// The quote on the desk, as the seller would tell it again.
    pub(crate) fn known(&self, id: &str) -> Quote {
        self.desk.state().quote(&key(id)).unwrap().quote.clone()
    }

    pub(crate) fn deal(&self, id: &str, quote: &str, status: &str) -> Deal {
        let known = self.known(quote);
        Deal {
            deal_id: id.into(),
            seller: SELLER.into(),
            quote_id: Some(quote.into()),
            deal_type: Some(known.deal_type),
            raw_deal_type: "PG".into(),
            status: DealStatus::parse(status),
            raw_status: status.into(),
            product: known.product.clone(),
            pricing: known.pricing.clone(),
            terms: known.terms.clone(),
            buyer_tier: known.buyer_tier,
            expires_at: None,
            activation_instructions: [("ttd".to_owned(), "target it".to_owned())].into(),
            openrtb: Some(OpenRtb {
                id: id.into(),
                bidfloor: known.pricing.final_cpm,
                at: Some(1),
                wseat: vec![],
                wadomain: vec![],
                guar: None,
            }),
            openrtb_raw: Some("{}".into()),
            created_at: None,
            calls_itself: None,
            replaced_by: None,
        }
    }

    pub(crate) fn open_ticket(&mut self, id: &str) {
        let (max_cpm, planned_spend, notes) = (None, None, None);
        self.command(Command::OpenTicket { quote: key(id), max_cpm, planned_spend, notes });
    }

    /// Opens a ticket on a quote and lets the re-read find it unchanged.
    pub(crate) fn armed(&mut self, id: &str) {
        self.open_ticket(id);
        let same = self.known(id);
        // Its catalogue calls it what the quote does.
        if matches!(self.asked.first(), Some((_, Ask::Products))) {
            let product = dealdesk::domain::Product {
                product_id: same.product.product_id.clone(),
                name: same.product.name.clone(),
                description: String::new(),
                inventory_type: same.product.inventory_type.clone(),
                base_cpm: None,
                floor_cpm: None,
                deal_types: Vec::new(),
                available_impressions: None,
            };
            self.answer(Ok(Answer::Products(vec![product])));
        }
        self.answer(Ok(Answer::Quote(Box::new(same))));
    }

    /// A desk with one booked deal of 12,000.00, of quote `q1`.
    pub(crate) fn with_a_deal(id: &str) -> Self {
        let mut table = Self::new();
        table.quoted("q1", "24.00");
        table.armed("q1");
        table.command(Command::Confirm(Confirmation::Price(24.into())));
        table.stored();
        let deal = table.deal(id, "q1", "proposed");
        table.answer(Ok(Answer::Deal(Box::new(deal))));
        table
    }

    pub(crate) fn record(&self, id: &str) -> &dealdesk::desk::QuoteRecord {
        self.desk.state().quote(&key(id)).unwrap()
    }

    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        self.journal.iter().map(|entry| entry.fact.kind()).collect()
    }

    pub(crate) fn rule(&self) -> &str {
        self.refused.last().map_or("", |refusal| refusal.rule.as_str())
    }

    pub(crate) fn facts(&self, kind: &str) -> Vec<&Fact> {
        self.journal.iter().map(|entry| &entry.fact).filter(|fact| fact.kind() == kind).collect()
    }

    /// Bookings that left and are not answered.
    pub(crate) fn bookings_asked(&self) -> usize {
        self.asked.iter().filter(|(_, ask)| ask.commits()).count()
    }
}

pub(crate) fn key(id: &str) -> QuoteRef {
    QuoteRef::new(SELLER, id)
}

pub(crate) fn seller() -> SellerName {
    SELLER.into()
}

pub(crate) fn error(kind: ErrorKind, status: u16, code: &str) -> SellerError {
    SellerError {
        kind,
        http_status: status,
        code: code.into(),
        says: "no".into(),
        cure: "try".into(),
        retry_after_s: None,
        bare: false,
    }
}

pub(crate) fn moved(round: u32, action: &str, ours: &str, theirs: &str) -> Answer {
    Answer::Moved(Moved {
        negotiation_id: Some("neg-1".into()),
        round,
        action: Action::parse(action),
        buyer_cpm: Some(usd(ours)),
        seller_cpm: Some(usd(theirs)),
        rationale: "words".into(),
        status: "active".into(),
        rounds_left: Some(4 - i64::from(round)),
        raw: "{}".into(),
    })
}
