//! Facts for the tests: single ones, and random histories as a desk could have lived them.

use std::collections::BTreeMap;

use dealdesk::{
    desk::{
        Actor, BookingOutcome, Entry, Fact, Mode, OrderIntent, OrderOutcome, QuoteRecord, State,
        fold as fold_into,
    },
    domain::{
        Action, Cpm, Deal, DealId, DealRef, DealStatus, DealType, ErrorKind, Identity, Limits,
        OpenRtb, OrderAsk, Outcome, Pricing, ProductRef, Quote, QuoteAsk, QuoteRef, QuoteStatus,
        RfqId, SellerError, SellerName, Terms, TicketId, ask::Moved, negotiation::Pending,
        strategy::Plan,
    },
    store::Snapshot,
};
use jiff::{SignedDuration, Timestamp, civil::date};
use rust_decimal::Decimal;

// Here and not in the list of the tests, since a bench takes this file for itself.
#[path = "bookings.rs"]
mod bookings;

use bookings::booking_fact;
pub(crate) use bookings::intent_for;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

pub(crate) fn usd(cents: i64) -> Cpm {
    Cpm::usd(Decimal::new(cents, 2))
}

pub(crate) fn key(n: usize) -> QuoteRef {
    // Two sellers that use the replaced ids.
    QuoteRef::new(["northlight", "harbor"][n % 2], format!("qt-{}", n / 2))
}

pub(crate) fn ask() -> QuoteAsk {
    QuoteAsk {
        product_id: "ctv-1".into(),
        product_name: Some("Größe “CTV”".to_owned()),
        deal_type: DealType::Guaranteed,
        impressions: Some(500_000),
        flight_start: date(2026, 10, 1),
        flight_end: date(2026, 12, 31),
        target_cpm: None,
        identity: Identity { agency_id: Some("a-1".to_owned()), ..Identity::default() },
        currency: None,
    }
}

fn pricing(cents: i64) -> Pricing {
    Pricing {
        base_cpm: Some(usd(cents + 300)),
        tier_discount_pct: Some(Decimal::new(100, 1)),
        volume_discount_pct: None,
        final_cpm: Some(usd(cents)),
        pricing_model: "cpm".to_owned(),
        rationale: "ten percent off".to_owned(),
    }
}

fn terms() -> Terms {
    Terms {
        impressions: Some(500_000),
        flight_start: Some("2026-10-01".to_owned()),
        flight_end: Some("2026-12-31".to_owned()),
        guaranteed: true,
    }
}

fn product() -> ProductRef {
    ProductRef { product_id: "ctv-1".into(), name: "CTV".to_owned(), inventory_type: "ctv".into() }
}

pub(crate) fn quote(key: &QuoteRef, cents: i64, now: Timestamp) -> Quote {
    Quote {
        quote_id: key.quote_id.clone(),
        seller: key.seller.clone(),
        status: QuoteStatus::Available,
        raw_status: "available".to_owned(),
        deal_type: DealType::Guaranteed,
        product: product(),
        pricing: pricing(cents),
        terms: terms(),
        availability: None,
        buyer_tier: None,
        expires_at: now + SignedDuration::from_hours(24),
        created_at: None,
        calls_itself: None,
        deal_id: None,
    }
}

pub(crate) fn deal(key: &QuoteRef, cents: i64, status: DealStatus) -> Deal {
    let deal_id = DealId::from(format!("DEAL-{}", key.quote_id));
    Deal {
        openrtb: Some(OpenRtb {
            id: deal_id.0.clone(),
            bidfloor: Some(usd(cents)),
            at: Some(3),
            wseat: vec!["seat".to_owned()],
            wadomain: Vec::new(),
            guar: None,
        }),
        deal_id,
        seller: key.seller.clone(),
        quote_id: Some(key.quote_id.clone()),
        deal_type: Some(DealType::Guaranteed),
        raw_deal_type: "PG".to_owned(),
        status,
        raw_status: status.to_string(),
        product: product(),
        pricing: pricing(cents),
        terms: terms(),
        buyer_tier: None,
        expires_at: None,
        activation_instructions: BTreeMap::from([("ttd".to_owned(), "paste the id".to_owned())]),
        openrtb_raw: Some("{\"id\": \"x\"}".to_owned()),
        created_at: None,
        calls_itself: None,
        replaced_by: None,
    }
}

pub(crate) fn entry(n: usize, fact: Fact) -> Entry {
    let n = i64::try_from(n).unwrap();
    let actor = match n % 3 {
        0 => Actor::Person("ana@terminal".to_owned()),
        1 => Actor::Desk,
        _ => Actor::Seller(fact.seller()),
    };
    Entry {
        at: at(n * 7) + SignedDuration::from_nanos(n * 1_234_567),
        actor,
        mode: Mode::Live,
        fact,
    }
}

/// The arrival of the `n`th quote.
pub(crate) fn received(n: usize) -> Entry {
    let quote = quote(&key(n), 1_350, at(0));
    let (requote_of, agreed, rfq) = (None, None, None);
    let (idempotency_key, listed_as) = (Some(format!("key-{n}")), None);
    let ask = ask();
    entry(
        n,
        Fact::QuoteReceived { quote, ask, requote_of, agreed, rfq, idempotency_key, listed_as },
    )
}

pub(crate) fn many(range: std::ops::Range<usize>) -> Vec<Entry> {
    range.map(received).collect()
}

pub(crate) fn error(code: &str) -> SellerError {
    SellerError::transport(ErrorKind::Timeout, code, "no answer", "wait")
}

fn pending(n: usize, round: u32) -> Pending {
    let (cpm, owner) = (usd(1_200), "owner-1".to_owned());
    let idempotency_key = format!("key-{n}");
    let in_doubt = n.is_multiple_of(5);
    let automatic = n.is_multiple_of(2);
    Pending {
        automatic,
        round,
        cpm,
        action: Action::Counter,
        note: None,
        idempotency_key,
        owner,
        at: at(0),
        in_doubt,
        arrived: false,
        seen: Vec::new(),
    }
}

fn moved(price: i64, action: Action) -> Moved {
    Moved {
        negotiation_id: Some("neg-1".to_owned()),
        round: 1,
        action,
        buyer_cpm: Some(usd(1_200)),
        seller_cpm: Some(usd(price)),
        rationale: "our best".to_owned(),
        status: "active".to_owned(),
        rounds_left: Some(-1),
        raw: "{}".to_owned(),
    }
}

/// What one step of a random history may be, as long as the desk could have lived it.
pub(crate) type Step = (u8, u8, u16);

/// A history: each step becomes a fact if it can follow from what came before.
pub(crate) fn history(steps: &[Step]) -> (Vec<Entry>, State) {
    let (mut entries, mut state) = (Vec::new(), State::default());
    for (n, step) in steps.iter().enumerate() {
        if let Some(fact) = fact(&state, n, *step) {
            let entry = entry(n, fact);
            fold_into(&entry, &mut state);
            entries.push(entry);
        }
    }
    (entries, state)
}

fn fact(state: &State, n: usize, (what, which, price): Step) -> Option<Fact> {
    let price = i64::from(price) + 1;
    let some = state.quotes.get_index(usize::from(which) % state.quotes.len().max(1));
    let seller = SellerName::from("harbor");
    let rfq = which.is_multiple_of(4).then(|| RfqId::from("rfq-1"));
    match (what % 12, some) {
        (0, _) if which.is_multiple_of(5) => Some(stopped(n, which)),
        (0, _) => Some(Fact::QuoteRequested { seller, ask: ask(), rfq }),
        (1 | 2, old) => {
            let quote = quote(&key(state.quotes.len()), price, at(0));
            let replaced =
                old.filter(|(old, _)| old.seller == quote.seller && what.is_multiple_of(2));
            let requote_of = replaced.map(|(old, _)| old.quote_id.clone());
            let agreed = replaced.and_then(|(_, record)| record.agreed);
            let (ask, idempotency_key, listed_as) = (ask(), None, None);
            Some(Fact::QuoteReceived {
                quote,
                ask,
                requote_of,
                agreed,
                rfq,
                idempotency_key,
                listed_as,
            })
        }
        (_, None) => None,
        (3, Some((key, _))) => Some(match which % 4 {
            0 => Fact::QuoteExpired { quote: key.clone(), by_seller: which > 9 },
            1 => Fact::QuoteLetGo { quote: key.clone() },
            2 => Fact::QuoteSeen { quote: quote(key, price, at(9)) },
            _ => Fact::QuoteFailed {
                seller: key.seller.clone(),
                ask: ask(),
                error: error("timeout"),
                after_agreement: Some(key.quote_id.clone()),
                rfq,
            },
        }),
        (4..=7, Some((_, record))) => negotiation_fact(record, n, what, price),
        (8..=10, Some((_, record))) => booking_fact(state, record, n, price),
        (_, Some((key, record))) => {
            let of = DealRef { seller: key.seller.clone(), deal_id: record.deal.clone()? };
            if which % 3 == 1 {
                return Some(order_fact(state, n, of));
            } else if which.is_multiple_of(3) {
                let (step, says) = ("in dsp".into(), "line 7".into());
                return Some(Fact::ActivationDone { deal: of, step, says });
            }
            match price % 5 {
                1 => return Some(Fact::DealGone { deal: of, says: "404".into() }),
                2 => return Some(Fact::DealAcknowledged { deal: of }),
                _ => {}
            }
            let all = [DealStatus::Proposed, DealStatus::Active, DealStatus::Canceled];
            let deal = deal(key, price, all[usize::from(which) % all.len()]);
            let differs = vec![("final CPM".to_owned(), "1".to_owned(), "2".to_owned())];
            let differences = [None, Some(vec![]), Some(differs)]
                [usize::try_from(price.rem_euclid(3)).unwrap()]
            .clone();
            Some(Fact::DealSeen { deal, differences })
        }
    }
}

/// An order for a deal, or what became of one.
fn order_fact(state: &State, n: usize, deal: DealRef) -> Fact {
    if let Some(id) = state.controls.orders.keys().next().filter(|_| n.is_multiple_of(2)) {
        let unknown = OrderOutcome::Unknown { why: "timeout".to_owned() };
        let refused = OrderOutcome::Refused { error: error("bad") };
        let ending = if n.is_multiple_of(3) { unknown } else { refused };
        return Fact::OrderAnswered { id: id.clone(), deal, ending };
    }
    let (id, owner, ask) = (format!("or-{n}"), "owner-1".into(), OrderAsk::Get("ORD-1".into()));
    Fact::OrderSent { intent: OrderIntent { id, owner, deal, ask, in_doubt: false } }
}

fn stopped(n: usize, which: u8) -> Fact {
    if n.is_multiple_of(5) {
        let limits = Limits { deal: Some(n.into()), ..Limits::default() };
        return Fact::LimitsSet { limits, changed: Vec::new(), why: None };
    }
    let seller = which.is_multiple_of(2).then(|| SellerName::from("harbor"));
    if n.is_multiple_of(3) {
        return Fact::Resumed { seller };
    }
    Fact::Halted { seller, why: "looks odd".to_owned(), tripped: n.is_multiple_of(2) }
}

fn negotiation_fact(record: &QuoteRecord, n: usize, what: u8, price: i64) -> Option<Fact> {
    let quote = record.reference();
    let Some(game) = &record.negotiation else {
        return Some(Fact::NegotiationOpened { quote, target: Some(usd(price)), limit: None });
    };
    if game.is_over() {
        return None;
    }
    let from_history = n.is_multiple_of(2);
    Some(match (game.pending.is_some(), n % 6) {
        (true, 0) => Fact::MoveFailed { quote, error: error("refused") },
        (true, _) if n.is_multiple_of(7) => {
            Fact::MoveLookedUp { quote, says: "history ends with round 1".to_owned() }
        }
        (true, 1) => Fact::MoveUnknown { quote, error: error("timeout") },
        (true, 2) => {
            Fact::MoveAnswered { quote, moved: moved(price, Action::Accept), from_history }
        }
        (true, 3) => {
            let action = Action::Other("maybe".to_owned());
            Fact::MoveAnswered { quote, moved: moved(price, action), from_history }
        }
        (true, _) => {
            Fact::MoveAnswered { quote, moved: moved(price, Action::Counter), from_history }
        }
        (false, 0) => Fact::AutoArmed {
            quote,
            plan: Plan {
                strategy: "simple-threshold".to_owned(),
                target: usd(price),
                max: usd(price + 500),
                step: Decimal::new(50, 2),
                rounds: 5,
                options: dealdesk::domain::strategy::Options::default(),
            },
            owner: "owner-1".to_owned(),
        },
        (false, 1) => Fact::AutoStopped { quote, why: "took over".to_owned() },
        (false, 2) if what.is_multiple_of(7) => {
            let outcome = Outcome::WalkedAway;
            Fact::NegotiationEnded { quote, outcome, why: "too dear".to_owned(), agreed: None }
        }
        (false, _) => Fact::MoveStored { quote, pending: pending(n, game.played() + 1) },
    })
}

/// The whole life of the `n`th quote, in twelve facts: asked, negotiated, booked, live.
pub(crate) fn life(n: usize) -> Vec<Entry> {
    let quote = key(n);
    let (seller, target) = (quote.seller.clone(), Some(usd(1_200)));
    let said = |action| Fact::MoveAnswered {
        quote: quote.clone(),
        moved: moved(1_250, action),
        from_history: false,
    };
    let made = |round| Fact::MoveStored { quote: quote.clone(), pending: pending(n, round) };
    let ticket = TicketId::from(format!("tk-{n}"));
    let booked = Box::new(deal(&quote, 1_200, DealStatus::Proposed));
    let facts = vec![
        Fact::QuoteRequested { seller, ask: ask(), rfq: None },
        received(n).fact,
        Fact::NegotiationOpened { quote: quote.clone(), target, limit: None },
        made(1),
        said(Action::Counter),
        made(2),
        said(Action::Counter),
        made(3),
        said(Action::Accept),
        intent_for(n).fact,
        Fact::BookingEnded {
            ticket,
            quote: quote.clone(),
            ending: BookingOutcome::Done { deal: booked },
        },
        Fact::DealSeen {
            deal: deal(&quote, 1_200, DealStatus::Active),
            differences: Some(Vec::new()),
        },
    ];
    facts.into_iter().map(|fact| entry(n, fact)).collect()
}

/// What a store must hold if the state is this.
pub(crate) fn snapshot_of(state: &State, seq: usize) -> Snapshot {
    Snapshot {
        seq: u64::try_from(seq).unwrap(),
        quotes: state.quotes.values().cloned().collect(),
        bookings: state.bookings.values().cloned().collect(),
        deals: state.deals.values().cloned().collect(),
        controls: state.controls.clone(),
    }
}

/// The state after these entries.
pub(crate) fn folded<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> State {
    let mut state = State::default();
    entries.into_iter().for_each(|entry| fold_into(entry, &mut state));
    state
}
