//! Desks to draw: made by folding facts, so that a screen never shows a state that cannot be.

use std::{collections::BTreeMap, sync::Arc};

use dealdesk::{
    desk::{
        Actor, Ending, Entry, Fact, Health, InFlight, Intent, Mode, SellerInfo, SellerState, State,
        command::{Message, RequestId},
        fold,
        log::What,
        state::{FailedAsk, Polling, Purpose},
    },
    domain::{
        Action, Ask, Availability, Cpm, Deal, DealStatus, DealType, ErrorKind, Exchange, Identity,
        Limits, OpenRtb, Package, Placement, Pricing, Product, ProductRef, Quote, QuoteAsk,
        QuoteRef, QuoteStatus, SellerError, SellerName, Skew, Terms, Tier,
        ask::{Card, Moved},
        negotiation::Pending,
    },
};
use jiff::Timestamp;
use rust_decimal::Decimal;

/// The instant at which every fixture is drawn.
pub fn now() -> Timestamp {
    at("14:32:07")
}

/// A time of the fixtures' day.
pub fn at(time: &str) -> Timestamp {
    format!("2026-06-18T{time}Z").parse().unwrap()
}

pub fn usd(text: &str) -> Cpm {
    text.parse().unwrap()
}

pub const SELLERS: [&str; 5] = ["Northlight", "Harbor", "Meridian", "Pinewave", "Bayline"];

/// Takes a fact in as the desk does.
pub fn fact(state: &mut State, time: &str, actor: Actor, fact: Fact) {
    let entry = Entry { at: at(time), actor, fact };
    fold(&entry, state);
    state.note(entry);
    state.version += 1;
}

pub fn ana() -> Actor {
    Actor::Person("ana@desk".into())
}

pub fn identity() -> Identity {
    Identity {
        seat_id: Some("ttd-seat-123".into()),
        agency_id: Some("omnicom-456".into()),
        ..Identity::default()
    }
}

/// A desk with limits and an identity, and nothing else.
pub fn empty() -> State {
    let mut state = State::default();
    state.setup.mode = Mode::Live;
    state.setup.identity = identity();
    state.setup.person = "ana@desk".into();
    state.setup.owner = "desk-1".into();
    state.setup.is_host = true;
    state.setup.limits = Limits {
        exposure: Some(250_000.into()),
        day: Some(100_000.into()),
        deal: Some(25_000.into()),
        cpm: BTreeMap::from([("default".into(), 30.into()), ("ctv".into(), 26.into())]),
        ..Limits::default()
    };
    state
}

pub fn seller(name: &str) -> SellerState {
    let host = format!("https://sell.{}.test", name.to_lowercase());
    SellerState::new(SellerInfo {
        name: name.into(),
        url: host,
        protocol: "iab".into(),
        dialect: "v1".into(),
        reveal: Tier::Agency,
        auth: "key ••••c4".into(),
        honours_agreement: false,
    })
}

/// Five sellers: four answer, one fails at times.
pub fn with_sellers() -> State {
    let mut state = empty();
    for (nth, name) in SELLERS.into_iter().enumerate() {
        let shaky = name == "Bayline";
        let mut seller = seller(name);
        seller.card = Some(Card {
            name: format!("{name} Seller Agent"),
            version: "2.4".into(),
            provider: name.into(),
        });
        seller.health = if shaky { Health::Degraded } else { Health::Up };
        seller.tier = Some(if name == "Pinewave" { Tier::Public } else { Tier::Agency });
        let late = i64::try_from(nth).unwrap() * 600 - 600;
        seller.skew = Some(Skew { low_ms: late, high_ms: late + 400 });
        seller.latencies = (0..20).map(|i| 80 + 40 * i + if shaky { 900 } else { 0 }).collect();
        seller.last_ok = Some(at("14:31:58"));
        seller.kit_at = Some(at("14:29:01"));
        seller.packages = Some(vec![package(name)]);
        seller.products = Some(vec![product(name)]);
        seller.failures = if shaky { 3 } else { 0 };
        seller.last_error = shaky.then(|| (at("14:30:31"), timeout()));
        state.sellers.insert(name.into(), seller);
    }
    state
}

pub fn timeout() -> SellerError {
    SellerError::transport(ErrorKind::Timeout, "timeout", "no reply within 30 s", "try again (r)")
}

pub fn package(seller: &str) -> Package {
    Package {
        package_id: format!("pkg-{}", seller.to_lowercase()).as_str().into(),
        name: format!("{seller} Premium"),
        description: "Live sports and news on connected TV.".into(),
        ad_formats: vec!["video".into()],
        device_types: vec![3],
        cat: vec!["IAB17".into()],
        geo_targets: vec!["US".into()],
        tags: vec!["sports".into()],
        featured: true,
        price_range: Some("$28-$42 CPM".into()),
        exact_price: None,
        floor_price: None,
        negotiation_enabled: Some(true),
        volume_discounts_available: None,
        placements: vec![Placement {
            product_id: format!("prod-{}", seller.to_lowercase()).as_str().into(),
            product_name: format!("{seller} Stream 30s"),
            ad_formats: vec!["video".into()],
            device_types: vec![3],
            weight: Some("0.6".into()),
        }],
    }
}

pub fn product(seller: &str) -> Product {
    Product {
        product_id: format!("prod-{}", seller.to_lowercase()).as_str().into(),
        name: format!("{seller} Stream 30s"),
        description: "Thirty seconds, non-skippable.".into(),
        inventory_type: "ctv".into(),
        base_cpm: Some(usd("29.50")),
        floor_cpm: Some(usd("19.00")),
        deal_types: vec!["PG".into(), "PD".into()],
        available_impressions: Some(4_000_000),
    }
}

/// `id seller product kind imps base final expires`, at agency tier.
pub fn quote(id: &str, seller: &str, name: &str, kind: DealType, numbers: &str) -> Quote {
    let mut numbers = numbers.split_whitespace();
    let mut next = || numbers.next().unwrap();
    let (imps, base, last, expires) = (next(), next(), next(), next());
    Quote {
        quote_id: id.into(),
        seller: seller.into(),
        status: QuoteStatus::Available,
        raw_status: "available".into(),
        deal_type: kind,
        product: ProductRef {
            product_id: format!("prod-{}", seller.to_lowercase()).as_str().into(),
            name: name.into(),
            inventory_type: if kind == DealType::Auction { "audio" } else { "ctv" }.into(),
        },
        pricing: Pricing {
            base_cpm: Some(usd(base)),
            tier_discount_pct: Some(10.into()),
            volume_discount_pct: Some(5.into()),
            final_cpm: Some(usd(last)),
            pricing_model: "cpm".into(),
            rationale: "Agency tier 10% + volume 5%".into(),
        },
        terms: Terms {
            impressions: imps.parse().ok(),
            flight_start: Some("2026-07-01".into()),
            flight_end: Some("2026-09-30".into()),
            guaranteed: kind.is_guaranteed(),
        },
        availability: Some(Availability {
            inventory_available: Some(true),
            estimated_fill_rate: Decimal::from_str_exact("0.86").ok(),
            competing_demand: Some("medium".into()),
        }),
        buyer_tier: Some(Tier::Agency),
        expires_at: expires_at(expires),
        created_at: Some(at("14:25:48")),
        deal_id: None,
    }
}

fn expires_at(text: &str) -> Timestamp {
    if text.contains('T') { text.parse().unwrap() } else { at(text) }
}

pub fn ask(quote: &Quote) -> QuoteAsk {
    QuoteAsk {
        product_id: quote.product.product_id.clone(),
        product_name: Some(quote.product.name.clone()),
        deal_type: quote.deal_type,
        impressions: quote.terms.impressions,
        flight_start: "2026-07-01".parse().unwrap(),
        flight_end: "2026-09-30".parse().unwrap(),
        target_cpm: Some(usd("21.00")),
        identity: identity(),
    }
}

pub fn receive(state: &mut State, time: &str, quote: Quote) -> QuoteRef {
    let (key, ask) = (quote.reference(), ask(&quote));
    let seller = quote.seller.clone();
    let received = Fact::QuoteReceived { quote, ask, requote_of: None, agreed: None, rfq: None };
    fact(state, time, Actor::Seller(seller), received);
    key
}

/// Our offer and their answer.
pub fn round(
    state: &mut State,
    quote: &QuoteRef,
    number: u32,
    ours: &str,
    theirs: &str,
    time: &str,
) {
    let pending = Pending {
        round: number,
        cpm: usd(ours),
        action: Action::Counter,
        owner: "desk-1".into(),
        at: at(time),
        in_doubt: false,
    };
    fact(state, time, ana(), Fact::MoveStored { quote: quote.clone(), pending });
    let moved = Moved {
        negotiation_id: Some("neg-f1e2".into()),
        round: number,
        action: Action::Counter,
        buyer_cpm: Some(usd(ours)),
        seller_cpm: Some(usd(theirs)),
        rationale: "Good faith movement; limited room left.".into(),
        status: "active".into(),
        rounds_left: Some(5 - i64::from(number)),
        raw: "{}".into(),
    };
    let answered = Fact::MoveAnswered { quote: quote.clone(), moved, from_history: false };
    fact(state, time, Actor::Seller(quote.seller.clone()), answered);
}

/// Stores the intent to book a quote at its price.
pub fn intend(state: &mut State, key: &QuoteRef, ticket: &str, time: &str) {
    let record = state.quote(key).unwrap();
    let intent = Intent {
        ticket: ticket.into(),
        owner: "desk-1".into(),
        idempotency_key: format!("0b7e5f21-{ticket}-c4"),
        quote: key.clone(),
        confirmed: record.price().unwrap(),
        cost: record.cost().unwrap(),
        identity: identity(),
        notes: Some("Q3 awareness".into()),
    };
    fact(state, time, ana(), Fact::IntentStored { intent });
}

pub fn deal(quote: &Quote, id: &str, status: DealStatus) -> Deal {
    let price = quote.pricing.final_cpm.unwrap();
    Deal {
        deal_id: id.into(),
        seller: quote.seller.clone(),
        quote_id: Some(quote.quote_id.clone()),
        deal_type: Some(quote.deal_type),
        raw_deal_type: quote.deal_type.to_string(),
        status,
        raw_status: status.to_string(),
        product: quote.product.clone(),
        pricing: quote.pricing.clone(),
        terms: quote.terms.clone(),
        buyer_tier: Some(Tier::Agency),
        expires_at: None,
        activation_instructions: BTreeMap::from([(
            "ttd".into(),
            "Target the Deal ID in the line, then send the VAST 4.2 tag.".into(),
        )]),
        openrtb: Some(OpenRtb {
            id: id.into(),
            bidfloor: Some(price),
            at: Some(1),
            wseat: vec!["ttd-seat-123".into()],
            wadomain: vec![],
            guar: None,
        }),
        openrtb_raw: Some(format!(
            r#"{{"id":"{id}","bidfloor":{},"bidfloorcur":"USD","at":1,"wseat":["ttd-seat-123"]}}"#,
            price.amount()
        )),
        created_at: Some(at("14:25:46")),
    }
}

/// Books a quote: intent, then the deal; then the deal's newer statuses.
pub fn book(
    state: &mut State,
    key: &QuoteRef,
    id: &str,
    time: &str,
    statuses: &[(&str, DealStatus)],
) {
    let ticket = format!("tk-{id}");
    intend(state, key, &ticket, time);
    let quote = state.quote(key).unwrap().quote.clone();
    let ending = Ending::Done { deal: Box::new(deal(&quote, id, DealStatus::Proposed)) };
    let seller = Actor::Seller(key.seller.clone());
    let ended = Fact::BookingEnded { ticket: ticket.as_str().into(), quote: key.clone(), ending };
    fact(state, time, seller.clone(), ended);
    for (time, status) in statuses {
        fact(state, time, seller.clone(), Fact::DealSeen { deal: deal(&quote, id, *status) });
    }
}

pub fn exchange(state: &mut State, seller: &str, line: &str, status: u16, body: &str, time: &str) {
    let (method, path) = line.split_once(' ').unwrap();
    let exchange = Exchange {
        seller: seller.into(),
        method: method.into(),
        url: format!("https://sell.{}.test{path}", seller.to_lowercase()),
        request: body.into(),
        status,
        response: if status == 0 { String::new() } else { r#"{"status":"booked"}"#.into() },
        sent_at: at(time),
        took_ms: if status == 0 { 30_000 } else { 142 },
        attempts: 1,
        skew: None,
    };
    let error = (status == 0).then(|| timeout().to_string());
    state.log.push(at(time), What::Exchange(Arc::new(exchange), error));
    state.version += 1;
}

/// A busy afternoon: every group of the board has rows, one booking is unknown.
pub fn busy() -> State {
    use DealType::{Auction, Guaranteed, Preferred};
    let mut state = with_sellers();
    let s = &mut state;
    let early = "2026-06-18T15:54:07Z";
    let q = |id, seller, name, kind, numbers: &str| quote(id, seller, name, kind, numbers);

    let hsn =
        q("qt-88aa01", "Harbor", "Harbor Prime Sports", Preferred, "500000 28.50 25.65 14:58:43");
    let hsn = receive(s, "13:58:43", hsn);
    book(s, &hsn, "HSN-2026-0612", "14:25:40", &[("14:31:58", DealStatus::Active)]);
    let nl = q(
        "qt-77c0de",
        "Northlight",
        "CTV Entertainment",
        Guaranteed,
        "800000 25.00 22.40 14:58:43",
    );
    let nl = receive(s, "13:50:00", nl);
    book(s, &nl, "NL-26-00417", "13:52:00", &[("13:58:00", DealStatus::Active)]);
    let mer =
        q("qt-51a0aa", "Meridian", "Homepage Takeover", Guaranteed, "200000 14.00 12.40 14:58:43");
    let mer = receive(s, "13:50:30", mer);
    book(s, &mer, "MER-7741", "13:51:00", &[]);
    let done = q("qt-90aa11", "Pinewave", "Morning Audio", Auction, "1200000 8.00 7.10 14:58:43");
    let done = receive(s, "13:40:00", done);
    let ends = [("13:45:00", DealStatus::Active), ("14:02:00", DealStatus::Completed)];
    book(s, &done, "PW-8812", "13:41:00", &ends);

    let old = q("qt-41c9f2", "Bayline", "Premium Display", Preferred, "750000 8.00 6.84 14:19:27");
    let old = receive(s, "14:04:27", old);
    let expired = Fact::QuoteExpired { quote: old, by_seller: false };
    fact(s, "14:19:27", Actor::Desk, expired);

    let talks =
        q("qt-7f31c0", "Northlight", "CTV Live Sports", Guaranteed, "500000 32.00 27.36 14:38:11");
    let talks = receive(s, "14:27:11", talks);
    let opened = Fact::NegotiationOpened {
        quote: talks.clone(),
        target: Some(usd("21.00")),
        limit: Some(usd("26.00")),
    };
    fact(s, "14:27:40", ana(), opened);
    round(s, &talks, 1, "20.00", "25.99", "14:28:02");
    round(s, &talks, 2, "21.50", "24.69", "14:29:40");
    round(s, &talks, 3, "22.75", "23.85", "14:31:20");

    let q3 = q(
        "qt-19dd4a",
        "Meridian",
        "Meridian Stream 30s",
        Guaranteed,
        "500000 29.50 25.22 14:35:48",
    );
    receive(s, "14:26:27", q3);
    let over =
        q("qt-b2290e", "Harbor", "Harbor Prime Sports", Preferred, "500000 30.00 27.00 14:50:27");
    receive(s, "14:26:56", over);
    let floor = format!("800000 9.80 9.80 {early}");
    receive(s, "14:20:00", q("qt-e04417", "Pinewave", "Drive-Time Audio", Auction, &floor));

    let lost =
        q("qt-5ac8e7", "Bayline", "Premium Display", Guaranteed, "2000000 12.00 10.26 14:44:00");
    let lost = receive(s, "14:28:00", lost);
    intend(s, &lost, "tk-0191", "14:29:56");
    exchange(s, "Bayline", "POST /api/v1/deals", 0, r#"{"quote_id":"qt-5ac8e7"}"#, "14:30:26");
    let why = "the connection dropped, no reply in 30 s".to_owned();
    let unknown = Fact::BookingUnknown { ticket: "tk-0191".into(), quote: lost.clone(), why };
    fact(s, "14:30:26", Actor::Desk, unknown);
    exchange(s, "Bayline", "GET /api/v1/quotes/qt-5ac8e7", 200, "", "14:31:32");
    let evidence = Fact::EvidenceSeen {
        ticket: "tk-0191".into(),
        quote: lost,
        looked_at: "GET quote".into(),
        says: "status booked, no Deal ID".into(),
        still_available: false,
    };
    fact(s, "14:31:32", Actor::Seller("Bayline".into()), evidence);
    for index in 0..s.deals.len() {
        let polling = Polling { checked_at: Some(at("14:31:58")), quiet: 2, error: None };
        s.polling.insert(index, polling);
    }
    let says = "HSN-2026-0612 proposed → active (Harbor)".to_owned();
    s.message = Some(Message { at: at("14:31:58"), bad: false, says });
    state
}

/// A deal that is not what was agreed, of a seller whose status cannot be read, without an OpenRTB
/// block.
pub fn disputed() -> State {
    let mut state = with_sellers();
    let numbers = "500000 28.50 25.65 14:58:43";
    let sold = quote("qt-88aa01", "Harbor", "Harbor Prime Sports", DealType::Preferred, numbers);
    let key = receive(&mut state, "13:58:43", sold.clone());
    intend(&mut state, &key, "tk-0190", "14:25:40");
    let mut deal = deal(&sold, "HSN-2026-0612", DealStatus::Proposed);
    deal.pricing.final_cpm = Some(usd("26.65"));
    (deal.openrtb, deal.openrtb_raw) = (None, None);
    deal.activation_instructions.clear();
    let differences = vec![("final CPM".into(), "25.65 USD".into(), "26.65 USD".into())];
    let ending = Ending::Disputed { deal: Box::new(deal), differences };
    let ended = Fact::BookingEnded { ticket: "tk-0190".into(), quote: key, ending };
    fact(&mut state, "14:25:46", Actor::Seller("Harbor".into()), ended);
    let error = Some(timeout().to_string());
    let polling = Polling { checked_at: Some(at("14:27:00")), quiet: 4, error };
    state.polling.insert(0, polling);
    state
}

/// Five sellers are asked, nothing has come.
pub fn loading() -> State {
    let mut state = empty();
    for (nth, name) in SELLERS.into_iter().enumerate() {
        let mut seller = seller(name);
        seller.kit_asked = Some(at("14:32:03"));
        state.sellers.insert(name.into(), seller);
        let quote = quote("x", name, "Stream", DealType::Guaranteed, "500000 29.50 25.22 14:35:48");
        let asked = InFlight {
            seller: name.into(),
            ask: Ask::Quote(ask(&quote)),
            purpose: Purpose::Quote { requote_of: None, agreed: None, rfq: None },
            since: at("14:32:03"),
        };
        state.in_flight.insert(RequestId(u64::try_from(nth).unwrap()), asked);
    }
    state.version += 1;
    state
}

/// One quote came, one seller did not quote, another is down.
pub fn partial() -> State {
    let mut state = with_sellers();
    let one = quote(
        "qt-19dd4a",
        "Meridian",
        "Meridian Stream 30s",
        DealType::Guaranteed,
        "500000 29.50 25.22 14:35:48",
    );
    receive(&mut state, "14:26:27", one);
    fail(&mut state, "Bayline");
    if let Some(seller) = state.sellers.get_mut(&SellerName::from("Bayline")) {
        seller.health = Health::Down;
        seller.packages = None;
        seller.products = None;
        seller.kit_error = Some(timeout());
    }
    state
}

fn fail(state: &mut State, seller: &str) {
    state.failed_asks.push(FailedAsk {
        at: at("14:31:00"),
        seller: seller.into(),
        product: "Premium Display".into(),
        error: timeout(),
    });
    state.version += 1;
}

/// No seller answers.
pub fn failed() -> State {
    let mut state = empty();
    for name in SELLERS {
        let mut seller = seller(name);
        seller.health = Health::Down;
        seller.failures = 4;
        seller.last_error = Some((at("14:31:00"), timeout()));
        seller.kit_error = Some(timeout());
        state.sellers.insert(name.into(), seller);
    }
    fail(&mut state, "Bayline");
    state
}

/// Every state of a screen, by name.
pub fn all() -> [(&'static str, State); 5] {
    [
        ("empty", empty()),
        ("loading", loading()),
        ("partial", partial()),
        ("failed", failed()),
        ("busy", busy()),
    ]
}

/// A board of so many quotes.
pub fn crowd(rows: usize) -> State {
    let mut state = with_sellers();
    for nth in 0..rows {
        let seller = SELLERS[nth % SELLERS.len()];
        let kind = DealType::ALL[nth % 3];
        let minutes = 33 + nth % 25;
        let numbers = format!("{} 29.50 {}.22 14:{minutes}:48", 100_000 + nth, 10 + nth % 15);
        let id = format!("qt-{nth:06}");
        receive(&mut state, "14:26:27", quote(&id, seller, "Stream 30s", kind, &numbers));
    }
    state
}
