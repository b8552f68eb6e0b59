//! No number stops the desk: the most and the least that a reply can hold stand in its every leaf, and then
//! every screen is drawn, every command's document is made, and the store keeps it all.

mod samples;

use std::{future::pending, pin::pin, sync::Arc, time::Duration};

use futures::{FutureExt as _, future::BoxFuture};
use jiff::Timestamp;
use proptest::prelude::*;
use ratatui::{Terminal, backend::TestBackend};
use serde_json::Value;

use self::samples::{EXTREMES, replaced, sample};

use crate::{
    cli::{
        book,
        deals::poll,
        fake::{Fake, Says, ask, at, d, setup},
        kit, negotiate,
        port::Session as _,
        sellers,
    },
    clock::Clock,
    desk::{Command, Released, Setup, judge},
    domain::{
        Action, Ask, Avails, AvailsAsk, Limits, OrderAsk, QuoteRef, order::OrderFilter, readback,
    },
    json::{
        activation::ActivationDoc,
        avails::AvailsDoc,
        deal::{DealDoc, LintsDoc},
        fact::FactDoc,
        quote::{CompareRowDoc, QuoteDoc},
    },
    sellers::{Endpoint, Transport, TransportError, WireReply, WireRequest, connect},
    store::{Location, Store},
    tui::{Act, App, Chord, Key, KeyKind, Options},
};

const WAIT: Duration = Duration::from_secs(20);

/// The screens, and what opens over them, by the keys that lead there.
const PLACES: [&str; 34] = [
    "1",
    "1 enter",
    "1 B",
    "1 N",
    "1 y",
    "1 v",
    "1 M",
    "1 E",
    "2",
    "2 enter",
    "2 Q",
    "3",
    "3 enter",
    "3 v",
    "3 space j space =",
    "3 P",
    "3 B",
    "3 p",
    "4",
    "4 e",
    "4 + + -",
    "4 m",
    "4 z z z",
    "4 N",
    "4 A",
    "4 W",
    "4 a",
    "4 i",
    "4 v",
    "4 c",
    "8",
    "8 enter",
    "9 home enter",
    "f5",
];

/// A wire that answers at once.
#[derive(Debug)]
struct Wire(Vec<u8>);

impl Transport for Wire {
    fn send(&self, _request: WireRequest) -> BoxFuture<'_, Result<WireReply, TransportError>> {
        let reply = WireReply { status: 200, body: self.0.clone(), ..WireReply::default() };
        async move { Ok(reply) }.boxed()
    }
}

#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        at(crate::cli::fake::NOW)
    }

    fn sleep(&self, _duration: Duration) -> BoxFuture<'static, ()> {
        pending().boxed()
    }
}

/// What the desk makes of a reply.
fn said(asked: &Ask, reply: &Value, dialect: &str) -> Says {
    let mut endpoint = Endpoint::new("a", "http://127.0.0.1:8101".parse().unwrap());
    dialect.clone_into(&mut endpoint.dialect);
    endpoint.attempts = 1;
    endpoint.auth.api_key = Some("test-key-02".into());
    let wire = Arc::new(Wire(reply.to_string().into_bytes()));
    let seller = connect(endpoint, wire, Arc::new(Still)).unwrap();
    let asked = asked.clone();
    let heard = if asked.is_repeatable() {
        seller.ask(asked)
    } else {
        seller.send(Released::for_a_test(asked))
    };
    match heard.now_or_never().expect("no waiting").result {
        Ok(answer) => Says::Answer(answer),
        Err(error) => Says::Error(error),
    }
}

/// A desk whose seller answers with extremes; every quote has another id.
fn desk(put: Vec<(usize, usize)>, dialect: &'static str, wide: bool) -> Fake {
    let mut setup = setup(&["a"]);
    setup.identity.seat_id = Some("seat-1".into());
    if wide {
        // Everything passes, so that everything is reached.
        let most = Some(d("79228162514264337593543950335"));
        let cpm = [("default".to_owned(), d("79228162514264337593543950335"))].into();
        let rates = [("JPY".parse().unwrap(), d("0.0065")), ("KWD".parse().unwrap(), d("3.25"))];
        let rates = rates.into();
        let easy = d("1000");
        let limits =
            Limits { exposure: most, day: most, deal: most, cpm, rates, easy, ..setup.limits };
        setup = Setup { limits, ..setup };
    }
    let (mut quotes, mut asks) = (0, 0);
    Fake::new(setup, move |_, asked| {
        asks += 1;
        if asks > 300 {
            eprintln!("{asked:?}");
            return Says::Nothing;
        }
        let mut reply = sample(asked);
        if let Ask::Quote { .. } = asked {
            quotes += 1;
            reply["quote_id"] = format!("qt-{quotes}").into();
        } else if let Ask::Counter { action: Action::Accept, .. } = asked {
            reply["action"] = "accept".into();
        } else if let Ask::GetQuote(id) | Ask::Book { quote_id: id, .. } = asked {
            reply["quote_id"] = id.as_str().into();
            reply["deal_id"] = format!("D-{}", id.as_str()).into();
        } else if let Ask::GetDeal(id) = asked {
            reply["deal_id"] = id.as_str().into();
        }
        said(asked, &replaced(reply, &put), dialect)
    })
}

async fn everything_is_asked(fake: &mut Fake) {
    let which = kit::Which::default();
    let _ = kit::list(fake, WAIT, &kit::List::default()).await;
    let _ = kit::products(fake, WAIT, &which).await;
    let show =
        kit::Show { package_id: "k-1".into(), of_seller: None, which: kit::Which::default() };
    let _ = kit::show(fake, WAIT, &show).await;
    let _ = sellers::list(fake, WAIT, false, &|_| None).await;
    for _ in 0..3 {
        fake.quoted("a", ask()).await;
    }
    let product_ids = vec!["p-1".into()];
    let (flight_start, flight_end) = (ask().flight_start, ask().flight_end);
    let impressions = Some(u64::MAX);
    let identity = ask().identity;
    let avails = AvailsAsk { product_ids, impressions, flight_start, flight_end, identity };
    fake.command(Command::AskAvails("a".into(), avails));
    for asked in [OrderAsk::List(OrderFilter::default()), OrderAsk::Changes(OrderFilter::default())]
    {
        fake.command(Command::AskOrders("a".into(), asked));
    }
    fake.command(Command::CheckKey("a".into()));
    fake.until(WAIT, |state| state.in_flight.is_empty()).await;
    let negotiation = negotiate::Args {
        quote_id: "qt-1".into(),
        target: Some("15".into()),
        max: Some("20".into()),
        step: Some("0.5".into()),
        rounds: Some(3),
        ..negotiate::Args::default()
    };
    for dry_run in [true, false] {
        let args = negotiate::Args { dry_run, ..negotiation.clone() };
        let _ = negotiate::negotiate(fake, &args, WAIT, &mut pin!(pending::<()>())).await;
    }
    for (id, dry_run) in [("qt-1", true), ("qt-2", false), ("qt-3", false)] {
        let price = fake
            .state()
            .quote(&QuoteRef::new("a", id))
            .and_then(crate::desk::record::QuoteRecord::price);
        let price = price.map_or_else(|| "20.52".to_owned(), |price| price.plain());
        let cost = fake
            .state()
            .quote(&QuoteRef::new("a", id))
            .and_then(crate::desk::record::QuoteRecord::cost);
        let args = book::Args {
            quote_id: id.into(),
            confirm: Some(price.as_str().into()),
            max_cpm: Some("1000000000".into()),
            confirm_cost: cost.map(|cost| cost.plain().as_str().into()),
            dry_run,
            ..book::Args::default()
        };
        let waits = book::Waits { ask: WAIT, book: WAIT };
        let _ = book::book(fake, &args, waits, &mut pin!(pending::<()>())).await;
    }
    let deals: Vec<_> = fake.state().deals.keys().cloned().collect();
    for deal in deals {
        let _ = poll(fake, WAIT, &deal).await;
    }
}

/// Every document that a command prints of what is known.
fn documents(fake: &Fake) {
    let (state, now) = (fake.state(), fake.now());
    let write = |document: &dyn erased::Document| document.write();
    let records: Vec<_> = state.quotes.values().collect();
    let ranking = judge::rank(state, &records, now);
    for record in &records {
        write(&QuoteDoc::of(state, record, now).ranked(ranking.row(&record.reference())));
        write(&QuoteDoc::stored(record, now));
        for from in 0..3 {
            if let Some(question) = crate::desk::what_if(state, record, from) {
                let _ = crate::lab::fork(&question);
            }
        }
    }
    for row in judge::compare(state, &records, &ranking, now) {
        write(&CompareRowDoc::new(row));
    }
    for record in state.deals.values() {
        let bought = judge::bought(state, record);
        write(&DealDoc::new(record, Some(now)));
        write(&LintsDoc::new(&record.deal, &bought));
        write(&ActivationDoc::new(&record.deal, &bought, None));
        let block = record.deal.openrtb_raw.clone().unwrap_or_default();
        if let Ok(export) = readback::parse(&block) {
            let _ = readback::read_back(&export, &bought);
        }
    }
    for avails in avails(fake) {
        write(&AvailsDoc::new(&"a".into(), None, avails));
    }
    for (seq, entry) in (0..).zip(&fake.journal) {
        write(&FactDoc::new(seq, entry));
    }
}

fn avails(fake: &Fake) -> impl Iterator<Item = &Avails> {
    let told = fake.state().sellers.values().filter_map(|seller| seller.avails.as_ref());
    told.filter_map(|(_, answer)| answer.as_ref().ok()).flatten()
}

/// Every screen, and what opens over it.
fn screens(fake: &mut Fake, size: (u16, u16)) {
    let forker = Some(crate::lab::fork as crate::domain::fork::Forker);
    let mut app = App::new(Options { forker, ..Options::default() });
    app.resized(size.0, size.1, fake.now());
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    for place in PLACES {
        let keys = place.split(' ').map(|key| key.parse().unwrap());
        let esc = std::iter::repeat_n(Chord::key(Key::Esc), 4);
        for chord in esc.chain(keys) {
            let acts = app.key(chord, KeyKind::Press, fake.state(), fake.now());
            for act in acts {
                if let Act::Command(command) = act {
                    let refusals = fake.command(command);
                    app.commanded(&refusals, fake.state(), fake.now());
                }
            }
            while fake.perform() {}
            terminal.draw(|frame| app.draw(frame, fake.state(), fake.now())).unwrap();
        }
    }
}

/// What was kept can be kept, and read again.
async fn store(fake: &Fake) {
    let store = Store::open(Location::Memory).unwrap();
    store.append(fake.journal.clone()).await.unwrap();
    store.load().await.unwrap();
}

mod erased {
    //! Documents of several types.

    pub(super) trait Document {
        fn write(&self);
    }

    impl<T: serde::Serialize> Document for T {
        fn write(&self) {
            serde_json::to_string(self).unwrap();
        }
    }
}

fn told(put: Vec<(usize, usize)>, dialect: &'static str, wide: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut fake = desk(put, dialect, wide);
    runtime.block_on(everything_is_asked(&mut fake));
    documents(&fake);
    runtime.block_on(store(&fake));
    for size in [(80, 24), (160, 45)] {
        screens(&mut fake, size);
    }
}

#[test]
fn a_usual_seller_is_quoted_talked_to_and_booked_here() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut fake = desk(Vec::new(), "v1", true);
    runtime.block_on(everything_is_asked(&mut fake));
    let state = fake.state();
    assert_eq!((state.quotes.len(), state.deals.len()), (4, 2), "one is quoted again as agreed");
    assert!(state.sellers.values().all(|seller| seller.packages.is_some()));
    told(Vec::new(), "v2", false);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn no_number_stops_the_desk(
        put in prop::collection::vec((0_usize..64, 0_usize..EXTREMES.len()), 1..4),
        v2 in any::<bool>(),
        wide in any::<bool>(),
    ) {
        told(put, if v2 { "v2" } else { "v1" }, wide);
    }
}
