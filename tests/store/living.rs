//! A desk that reads only what lives, what it is about and what its rules look at decides as one that reads
//! everything; and what it left out it does not take for absent.

use std::collections::BTreeSet;

use dealdesk::{
    desk::{
        Actor, BookingOutcome, Command, Confirmation, DealRecord, Decision, Desk, Effect, Entry,
        Fact, Input, Mode, SellerInfo, Setup, State, TicketState,
    },
    domain::{
        Answer, Cost, Cpm, Deal, DealStatus, Heard, Identity, Limits, Quote, QuoteRef, QuoteStatus,
        Spoke, TicketId, Tier, money::exact,
    },
    store::{Living, Location, Snapshot, Store},
};
use jiff::SignedDuration;
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use super::facts::{Step, ask, at, deal, history, quote, usd};

const SELLERS: [&str; 3] = ["northlight", "harbor", "pinewave"];

/// More quotes than the newest that rules look through, so that much of it is left out.
const MANY: u32 = 2_400;

fn setup() -> Setup {
    let info = |name: &str| SellerInfo {
        name: name.into(),
        url: String::new(),
        protocol: "iab".into(),
        dialect: "v1".into(),
        reveal: Tier::Agency,
        auth: String::new(),
        honours_agreement: true,
    };
    Setup {
        limits: Limits {
            exposure: Some(9_000_000.into()),
            day: Some(1_000_000.into()),
            deal: Some(100_000.into()),
            cpm: [("default".to_owned(), 30.into())].into(),
            ..Limits::default()
        },
        sellers: SELLERS.map(info).to_vec(),
        owner: "owner-1".into(),
        person: "ana@test".into(),
        is_host: true,
        ..Setup::default()
    }
}

fn mixed(n: u32) -> [u8; 4] {
    n.wrapping_mul(2_654_435_761).wrapping_add(n >> 3).to_le_bytes()
}

fn key_of(n: u32) -> QuoteRef {
    QuoteRef::new(SELLERS[usize::from(mixed(n)[1]) % 3], format!("qt-{n}"))
}

fn quote_of(n: u32) -> Quote {
    let [_, _, kind, price] = mixed(n);
    // Some kinds and currencies were last bought long ago.
    let kind = if n < 40 { "Audio" } else { ["ctv", "CTV", "video"][usize::from(kind) % 3] };
    let mut quote = quote(&key_of(n), 900 + i64::from(price), at(i64::from(n)));
    kind.clone_into(&mut quote.product.inventory_type);
    quote.expires_at = at(i64::from(MANY) * 600 + 90_000);
    if n.is_multiple_of(97) && n < 1_000 {
        quote.pricing.final_cpm = Some(Cpm::new(Decimal::new(1_100, 2), "EUR".parse().unwrap()));
        quote.pricing.base_cpm = None;
    }
    quote
}

/// The life of the `n`th quote: most are over.
fn life(n: u32, living: bool) -> Vec<Fact> {
    let (key, quote) = (key_of(n), quote_of(n));
    let (price, ticket) = (quote.pricing.final_cpm.unwrap(), TicketId::from(format!("tk-{n}")));
    let (requote_of, agreed, rfq, idempotency_key, listed_as) = (None, None, None, None, None);
    let seen = quote.clone();
    let ask = ask();
    let mut facts = vec![Fact::QuoteReceived {
        quote,
        ask,
        requote_of,
        agreed,
        rfq,
        idempotency_key,
        listed_as,
    }];
    let what = mixed(n)[0] % 6;
    if what == 0 {
        facts.push(Fact::NegotiationOpened { quote: key.clone(), target: None, limit: None });
    }
    if what < 2 {
        if !living {
            facts.push(Fact::QuoteExpired { quote: key, by_seller: false });
        }
        return facts;
    }
    let intent = dealdesk::desk::Intent {
        offer: None,
        trigger: None,
        held: n.is_multiple_of(5).then(|| Cost::usd(exact::part(Decimal::from(n + 100), 3))),
        despite_halt: false,
        cover: None,
        ticket: ticket.clone(),
        owner: "owner-2".to_owned(),
        idempotency_key: format!("key-{n}"),
        quote: key.clone(),
        confirmed: price,
        cost: price.cost(500_000),
        identity: Identity::default(),
        notes: None,
    };
    facts.push(Fact::IntentStored { intent });
    if what == 2 {
        let why = "timeout".to_owned();
        facts.push(Fact::BookingUnknown {
            ticket: ticket.clone(),
            quote: key.clone(),
            why,
            error: None,
        });
        if !living {
            let ending = BookingOutcome::Closed { why: "they never saw it".to_owned() };
            facts.push(Fact::BookingEnded { ticket, quote: key, ending });
        }
        return facts;
    }
    let of = |status| Deal { pricing: seen.pricing.clone(), ..deal(&key, 1_000, status) };
    let ending = BookingOutcome::Done { deal: Box::new(of(DealStatus::Active)) };
    facts.push(Fact::BookingEnded { ticket, quote: key.clone(), ending });
    // The catalogue called it something else when it was bought.
    if n.is_multiple_of(11) {
        let mut quote = Quote { status: QuoteStatus::Booked, ..seen.clone() };
        "display".clone_into(&mut quote.product.inventory_type);
        facts.push(Fact::QuoteSeen { quote });
    }
    if !living {
        let status = if what == 3 { DealStatus::Canceled } else { DealStatus::Completed };
        let deal = of(status);
        let id = deal.reference();
        facts.push(Fact::DealSeen { deal, differences: None });
        facts.push(Fact::DealAcknowledged { deal: id });
    }
    facts
}

fn entries(facts: Vec<Fact>, n: u32) -> impl Iterator<Item = Entry> {
    let at = at(i64::from(n) * 600);
    facts.into_iter().map(move |fact| Entry { at, actor: Actor::Desk, mode: Mode::Live, fact })
}

fn book() -> Vec<Entry> {
    (0..MANY).flat_map(|n| entries(life(n, n % 40 == 7 || n + 60 > MANY), n)).collect()
}

/// What a store holds, read whole and read in part.
fn read(entries: Vec<Entry>, ids: &[&str]) -> (Snapshot, Living) {
    let store = Store::open(Location::Memory).unwrap();
    let _ = store.append(entries).wait().unwrap();
    let whole = store.load().wait().unwrap();
    (whole, store.load_living(ids.iter().map(|id| (*id).to_owned()).collect()).wait().unwrap())
}

fn whole(snapshot: &Snapshot) -> Desk {
    let Snapshot { quotes, bookings, deals, controls, .. } = snapshot.clone();
    let mut desk = Desk::new(setup());
    desk.restore(quotes, bookings, deals, controls);
    desk
}

fn part(living: &Living) -> Desk {
    let mut desk = whole(&living.snapshot);
    desk.knows_all_money(living.left_out.clone(), living.exposure.clone());
    desk
}

fn same_money(one: &State, other: &State) {
    let sums = |state: &State| {
        let exposure = &state.exposure;
        (exposure.committed, exposure.in_flight, exposure.unknown)
    };
    assert_eq!(sums(one), sums(other));
    for booking in one.bookings.values() {
        let day = booking.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        assert_eq!(one.exposure.on(day), other.exposure.on(day), "{day}");
    }
}

/// Opens a ticket for a quote that is as the desk knows it, and answers it with its price.
fn booked(desk: &mut Desk, key: &QuoteRef, notes: Option<&str>) -> Vec<String> {
    let now = at(i64::from(MANY) * 600 + 10);
    let mut told = Vec::new();
    let mut step = |desk: &mut Desk, input: Input| -> Vec<Effect> {
        let Decision { entries, effects, refusals } = desk.step(input, now);
        told.push(format!("{entries:?} {effects:?} {refusals:?} {:?}", desk.state().ticket));
        effects
    };
    let notes = notes.map(str::to_owned);
    let open =
        Command::OpenTicket { quote: key.clone(), max_cpm: None, planned_spend: None, notes };
    let mut effects = step(desk, Input::Command(open));
    let quote = desk.state().quote(key).map(|record| record.quote.clone());
    let mut steps = 0;
    while let Some(effect) = effects.pop() {
        steps += 1;
        let input = match effect {
            Effect::Ask(id, _, dealdesk::domain::Ask::GetQuote(of)) if of == key.quote_id => {
                let Some(quote) = quote.clone().filter(|_| steps < 20) else { continue };
                let result = Ok(Answer::Quote(Box::new(quote)));
                let spoke: Option<Spoke> = None;
                Input::Answered(id, Box::new(Heard { result, exchange: None, spoke }))
            }
            Effect::Arm(ticket) => Input::Armed(ticket, Ok(())),
            Effect::Ask(..) | Effect::Send(..) | Effect::Store(..) => continue,
        };
        effects.extend(step(desk, input));
    }
    let armed = desk.state().ticket.as_ref().filter(|ticket| ticket.state == TicketState::Armed);
    let answers = armed.map(|ticket| (ticket.cost, ticket.price.unwrap().amount()));
    if let Some((cost, price)) = answers {
        if desk.state().ticket.as_ref().unwrap().question().is_some() {
            let cost = Confirmation::Cost(cost.unwrap().amount());
            step(desk, Input::Command(Command::Confirm(cost)));
        }
        step(desk, Input::Command(Command::Confirm(Confirmation::Price(price))));
    }
    told
}

#[test]
fn a_booking_from_a_part_of_a_big_book_is_decided_as_from_all_of_it() {
    let all = book();
    let store = Store::open(Location::Memory).unwrap();
    let _ = store.append(all).wait().unwrap();
    let snapshot = store.load().wait().unwrap();
    let mut stored = 0;
    let some = [47, 887, 1_287, 3, 13, 600, 194, 2_000, 1_727];
    let open = (2_341..MANY).filter(|n| mixed(*n)[0] % 6 < 2).take(8);
    for n in some.into_iter().chain(open) {
        let key = key_of(n);
        let id = key.quote_id.as_str().to_owned();
        let living = store.load_living(vec![id]).wait().unwrap();
        let left_out = &living.left_out;
        assert!(left_out.quotes.len() > 100 && left_out.deals.len() > 100);
        let (mut one, mut other) = (whole(&snapshot), part(&living));
        same_money(one.state(), other.state());
        let notes = Some("10.01 is what harbor asks");
        let told = booked(&mut one, &key, notes);
        assert_eq!(told, booked(&mut other, &key, notes), "{key:?}");
        stored += usize::from(told.iter().any(|told| told.contains("IntentStored")));
    }
    assert!(stored > 2, "{stored} were booked");
}

#[test]
fn what_was_left_out_is_not_taken_for_absent() {
    let all = book();
    let left: Vec<u32> = (40..300).filter(|n| n % 40 != 7).collect();
    let of = |what: u8| *left.iter().find(|n| mixed(**n)[0] % 6 == what).unwrap();
    let (expired, canceled) = (key_of(of(1)), key_of(of(3)));
    let open = key_of((2_341..MANY).find(|n| mixed(*n)[0] % 6 == 1).unwrap());
    let (_, living) = read(all, &[open.quote_id.as_str()]);
    assert!(living.left_out.quotes.contains(&expired), "{expired:?}");

    let mut desk = part(&living);
    assert!(desk.state().has_quote(&expired) && desk.state().quote(&expired).is_none());
    let told = booked(&mut desk, &expired, None);
    assert!(told[0].contains("was not read") && !told[0].contains("knows no"), "{told:?}");
    let gone = deal(&canceled, 1_000, DealStatus::Canceled).reference();
    assert!(desk.state().has_deal(&gone) && desk.state().deals.get(&gone).is_none());
    let refused = desk.step(Input::Command(Command::Acknowledge(gone)), at(0)).refusals;
    assert!(refused[0].says.contains("was not read"), "{refused:?}");

    // Another process learns that a deal which freed its money lives: what is out is not known here.
    let lives =
        Fact::DealSeen { deal: deal(&canceled, 1_000, DealStatus::Active), differences: None };
    let _ = desk.step(Input::Followed(entries(vec![lives], MANY).collect()), at(0));
    let told = booked(&mut desk, &open, None).join("\n");
    assert!(told.contains("what is out is not known") && !told.contains("IntentStored"));
    // Nothing else stood in its way.
    let told = booked(&mut part(&living), &open, None).join("\n");
    assert!(told.contains("IntentStored"));
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec((any::<u8>(), 0_u8..12, 900_u16..2_000), 1..160)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_book_is_the_same_in_part(steps in steps(), which in any::<usize>()) {
        let (entries, state) = history(&steps);
        let key = if state.quotes.is_empty() {
            key_of(0)
        } else {
            state.quotes.key(which % state.quotes.len()).unwrap().clone()
        };
        let (snapshot, living) = read(entries, &[key.quote_id.as_str()]);
        prop_assert_eq!(living.snapshot.seq, snapshot.seq);
        prop_assert_eq!(&living.snapshot.controls, &snapshot.controls);
        let (mut one, mut other) = (whole(&snapshot), part(&living));
        same_money(one.state(), other.state());
        // Everything that something is expected of is there, and nothing is otherwise.
        for deal in one.state().deals.values() {
            let known = other.state().deals.get(&deal.reference());
            prop_assert!(known.is_none_or(|known| known == deal));
            prop_assert!(known.is_some() || living.left_out.deals.contains(&deal.reference()));
        }
        let open = |state: &State| state.open_bookings().cloned().collect::<Vec<_>>();
        prop_assert_eq!(open(one.state()), open(other.state()));
        let lives = |state: &State| state.living_quotes().cloned().collect::<Vec<_>>();
        prop_assert_eq!(lives(one.state()), lives(other.state()));
        let disputed = |state: &State| {
            let deals = state.places.disputed().map(|index| state.deals[index].clone());
            deals.collect::<Vec<_>>()
        };
        prop_assert_eq!(disputed(one.state()), disputed(other.state()));
        prop_assert_eq!(one.state().waiting_owners(), other.state().waiting_owners());
        let notes = Some("we pay 13.50");
        prop_assert_eq!(booked(&mut one, &key, notes), booked(&mut other, &key, notes));
    }
}

#[test]
fn what_is_out_is_summed_up_as_it_changes() {
    let some = [usd(1_000).cost(500_000)];
    assert_eq!(some[0].amount(), Decimal::from(5_000));
    let life = |n: u32, living| entries(life(n, living), n);
    let (snapshot, living) = read((0..80).flat_map(|n| life(n, n % 3 == 0)).collect(), &[]);
    let day = at(0).to_zoned(jiff::tz::TimeZone::UTC).date();
    same_money(whole(&snapshot).state(), part(&living).state());
    assert!(living.exposure.total() > Decimal::ZERO && living.exposure.on(day) > Decimal::ZERO);
    let later = at(0).checked_add(SignedDuration::from_hours(24 * 300)).unwrap();
    assert_eq!(living.exposure.on(later.to_zoned(jiff::tz::TimeZone::UTC).date()), Decimal::ZERO);
}

#[test]
fn all_deals_are_named_while_only_what_is_asked_about_is_read() {
    let store = Store::open(Location::Memory).unwrap();
    let _ = store.append(book()).wait().unwrap();
    let whole = store.load().wait().unwrap();
    let deal = whole.deals[3].reference();
    let named = store.load_named(vec![deal.deal_id.0.clone()]).wait().unwrap();
    let names = whole.deals.iter().map(DealRecord::reference);
    assert_eq!(named.deals.into_iter().collect::<BTreeSet<_>>(), names.collect());
    assert_eq!(named.snapshot.seq, whole.seq);
    assert_eq!(named.snapshot.controls, whole.controls);
    assert_eq!(named.snapshot.deals, [whole.deals[3].clone()]);
    assert_eq!(store.load_named(Vec::new()).wait().unwrap().snapshot.deals, []);
}
