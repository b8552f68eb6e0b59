//! Who competes with a quote: the cover that is kept with a deal, the race, what to fall back on.

use dealdesk::{
    desk::{Command, Confirmation, Desk, SellerInfo, Setup, judge, rivals},
    domain::{Answer, Package, Placement, QuoteRef, QuoteStatus, RfqId, ranking::Unranked},
};
use jiff::SignedDuration;

use super::harness::{SELLER, Table, key, moved, setup, usd};

pub(crate) fn table() -> Table {
    let known = setup();
    let of = |name: &str| SellerInfo { name: name.into(), ..known.sellers[0].clone() };
    let sellers = [SELLER, "harbor", "pinewave"].map(of).to_vec();
    Table::with(Setup { sellers, ..known })
}

/// A quote of another seller, open for so many minutes.
pub(crate) fn quoted(
    table: &mut Table,
    seller: &str,
    id: &str,
    price: &str,
    minutes: i64,
) -> QuoteRef {
    quoted_of(table, (seller, id), price, minutes, |_| {})
}

fn quoted_of(
    table: &mut Table,
    (seller, id): (&str, &str),
    price: &str,
    minutes: i64,
    change: impl FnOnce(&mut dealdesk::domain::Quote),
) -> QuoteRef {
    let mut quote = table.quote(id, price);
    quote.seller = seller.into();
    quote.expires_at = table.now + SignedDuration::from_mins(minutes);
    change(&mut quote);
    let key = quote.reference();
    let command = Command::RequestQuote { seller: seller.into(), ask: table.ask(), rfq: None };
    table.command(command);
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    key
}

fn record<'t>(table: &'t Table, key: &QuoteRef) -> &'t dealdesk::desk::QuoteRecord {
    table.desk.state().quote(key).unwrap()
}

/// Books `q1` as it stands.
fn booked(table: &mut Table) {
    table.armed("q1");
    let price = table.record("q1").price().unwrap().amount();
    table.command(Command::Confirm(Confirmation::Price(price)));
    table.stored();
    let deal = table.deal("D-1", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
}

#[test]
fn the_runner_up_of_another_seller_is_kept_with_the_deal() {
    let mut table = table();
    table.quoted("q1", "24.00");
    // Dearer in effect: a private auction's floor is a fifth lower than what it clears at.
    let auction = |quote: &mut dealdesk::domain::Quote| {
        quote.deal_type = dealdesk::domain::DealType::Auction;
    };
    quoted_of(&mut table, ("harbor", "h1"), "23.00", 10, auction);
    quoted(&mut table, "pinewave", "p1", "26.00", 10);
    // The same seller covers nothing, however cheap.
    quoted(&mut table, SELLER, "q9", "10.00", 10);
    booked(&mut table);
    let deal = &table.desk.state().deals[0];
    let cover = deal.cover.clone().unwrap();
    assert_eq!((cover.seller.as_str(), cover.quote_id.as_str()), ("pinewave", "p1"));
    assert_eq!(
        (cover.cpm, cover.effective, cover.ours),
        (usd("26.00"), usd("26.00"), usd("24.00"))
    );
    assert_eq!(cover.saves(), Some(2.into()));
    // The journal alone gives it again; one written before covers were kept has none.
    let lines: Vec<_> = table.journal.iter().map(|e| serde_json::to_value(e).unwrap()).collect();
    let mut again = Desk::new(setup());
    again.replay(lines.iter().map(|line| serde_json::from_value(line.clone()).unwrap()));
    assert_eq!(again.state().deals[0].cover, Some(cover));
    let mut old = Desk::new(setup());
    old.replay(lines.into_iter().map(|mut line| {
        if let Some(intent) = line.pointer_mut("/fact/intent_stored/intent") {
            assert!(intent.as_object_mut().unwrap().remove("cover").is_some());
        }
        serde_json::from_value(line).unwrap()
    }));
    assert_eq!((old.state().deals.len(), &old.state().deals[0].cover), (1, &None));
}

#[test]
fn the_cover_is_what_they_asked_at_that_moment_not_what_they_quoted() {
    let mut table = table();
    table.quoted("q1", "24.00");
    let other = quoted(&mut table, "harbor", "h1", "28.00", 10);
    let command = Command::OpenNegotiation { quote: other.clone(), target: None, limit: None };
    table.command(command);
    table.command(Command::Offer { quote: other.clone(), cpm: usd("20.00"), note: None });
    table.stored();
    table.answer(Ok(moved(1, "counter", "20.00", "25.00")));
    booked(&mut table);
    assert_eq!(table.desk.state().deals[0].cover.as_ref().unwrap().cpm, usd("25.00"));
}

#[test]
fn what_cannot_be_booked_or_compared_covers_nothing() {
    let cases: [fn(&mut dealdesk::domain::Quote); 4] = [
        |quote| quote.status = QuoteStatus::Declined,
        |quote| quote.product.inventory_type = "audio".into(),
        |quote| quote.pricing.final_cpm = None,
        |quote| quote.pricing.final_cpm = Some(usd("20.00 EUR")),
    ];
    for change in cases {
        let mut table = table();
        table.quoted("q1", "24.00");
        quoted_of(&mut table, ("harbor", "h1"), "25.00", 10, change);
        booked(&mut table);
        assert_eq!(table.desk.state().deals[0].cover, None);
    }
}

#[test]
fn a_race_has_one_quote_a_seller_in_the_order_of_the_configuration() {
    let mut table = table();
    quoted(&mut table, "pinewave", "p1", "26.00", 10);
    quoted(&mut table, "harbor", "h1", "25.00", 10);
    quoted(&mut table, "harbor", "h2", "27.00", 10);
    let first = table.quoted("q1", "24.00");
    let ids = |table: &Table, key: &QuoteRef| {
        let all = rivals::race(table.desk.state(), key);
        all.iter().map(|key| key.quote_id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&table, &first), ["q1", "h1", "p1"]);
    // The one that is talked about stands for its seller, and goes on to once it is over.
    let talked = QuoteRef::new("harbor", "h2");
    let command = Command::OpenNegotiation { quote: talked.clone(), target: None, limit: None };
    table.command(command);
    assert_eq!(ids(&table, &first), ["q1", "h2", "p1"]);
    assert_eq!(ids(&table, &talked), ["q1", "h2", "p1"], "the same race from every seller's side");
    table.command(Command::Walk { quote: talked.clone(), note: None });
    table.command(Command::LetGo(QuoteRef::new("harbor", "h1")));
    assert_eq!(ids(&table, &first), ["q1", "h2", "p1"]);
}

#[test]
fn what_is_agreed_with_a_seller_stands_for_it_as_long_as_nothing_cheaper_is_talked_about() {
    let mut table = table();
    let dear = quoted(&mut table, "harbor", "h1", "27.00", 10);
    let cheap = quoted(&mut table, "harbor", "h2", "27.00", 10);
    let first = table.quoted("q1", "28.00");
    for (quote, action, theirs) in [(&dear, "counter", "25.00"), (&cheap, "accept", "24.00")] {
        let command = Command::OpenNegotiation { quote: quote.clone(), target: None, limit: None };
        table.command(command);
        table.command(Command::Offer { quote: quote.clone(), cpm: usd("24.00"), note: None });
        table.stored();
        table.answer(Ok(moved(1, action, "24.00", theirs)));
    }
    let harbor = |table: &Table| rivals::race(table.desk.state(), &first).pop().unwrap();
    assert_eq!(harbor(&table), cheap, "24.00 can be had");
    let mut carries = table.quote("h3", "24.00");
    carries.seller = "harbor".into();
    table.answer(Ok(Answer::Quote(Box::new(carries))));
    assert_eq!(harbor(&table), cheap, "and by the quote that carries it");
    table.command(Command::Offer { quote: dear.clone(), cpm: usd("24.50"), note: None });
    table.stored();
    table.answer(Ok(moved(2, "counter", "24.50", "23.50")));
    assert_eq!(harbor(&table), dear, "23.50 is less");
}

#[test]
fn quotes_asked_for_together_compete_whatever_they_are_called() {
    let mut table = table();
    for (seller, id, kind) in [(SELLER, "q1", "ctv"), ("harbor", "h1", "video")] {
        let mut quote = table.quote(id, "24.00");
        (quote.seller, quote.product.inventory_type) = (seller.into(), kind.into());
        let rfq = Some(RfqId::from("rfq-1"));
        table.command(Command::RequestQuote { seller: seller.into(), ask: table.ask(), rfq });
        table.answer(Ok(Answer::Quote(Box::new(quote))));
    }
    let (one, other) = (key("q1"), QuoteRef::new("harbor", "h1"));
    assert!(rivals::compete(record(&table, &one), record(&table, &other)));
    assert_eq!(rivals::race(table.desk.state(), &one).len(), 2);
}

#[test]
fn the_second_choice_that_dies_before_one_knows_is_told_with_the_time_it_lacks() {
    let mut table = table();
    let first = table.quoted("q1", "28.00");
    let dies = quoted(&mut table, "harbor", "h1", "25.00", 2);
    let lasts = quoted(&mut table, "pinewave", "p1", "26.00", 10);
    let found = |table: &Table| {
        let (state, record) = (table.desk.state(), record(table, &first));
        let field = rivals::field(state, record, table.now);
        let settling = rivals::settling(state, record);
        rivals::fallback(state, record, (&field, &settling), table.now).unwrap()
    };
    // Three rounds of a minute are assumed; harbor's booking closes four seconds before its end.
    let short = found(&table);
    assert_eq!((&short.key, &short.lasting), (&dies, &Some(lasts.clone())));
    assert_eq!(short.gone_before, Some(SignedDuration::from_secs(64)));
    // Two quick rounds teach how fast this seller answers: then it fits.
    table.command(Command::OpenNegotiation { quote: first.clone(), target: None, limit: None });
    for round in [1, 2] {
        table.command(Command::Offer { quote: first.clone(), cpm: usd("20.00"), note: None });
        table.stored();
        table.pass(5);
        table.answer(Ok(moved(round, "counter", "20.00", "27.00")));
    }
    let settling = rivals::settling(table.desk.state(), record(&table, &first));
    assert_eq!((settling.a_round.as_secs(), settling.measured, settling.rounds), (5, 1, 2));
    assert_eq!(found(&table).gone_before, None);
    // What is over is nothing to fall back on, and the next best takes its place at once.
    table.pass(120);
    assert_eq!(found(&table).key, lasts);
}

#[test]
fn an_agreement_counts_at_its_price_until_it_is_booked() {
    let mut table = table();
    let other = quoted(&mut table, "harbor", "h1", "25.00", 10);
    let first = table.quoted("q1", "28.00");
    table.command(Command::OpenNegotiation { quote: first.clone(), target: None, limit: None });
    table.command(Command::Offer { quote: first.clone(), cpm: usd("24.00"), note: None });
    table.stored();
    table.answer(Ok(moved(1, "accept", "24.00", "24.00")));
    let best = |table: &Table| {
        let members = rivals::race(table.desk.state(), &first);
        let ranking = rivals::standings(table.desk.state(), &members, table.now);
        ranking.best().map(|row| row.quote.clone())
    };
    assert_eq!(best(&table), Some(first.clone()), "while the quote that carries it is asked for");
    let carries = table.quote("q2", "24.00");
    table.answer(Ok(Answer::Quote(Box::new(carries))));
    assert_eq!(best(&table), Some(first.clone()));
    table.armed("q2");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    table.stored();
    let deal = table.deal("D-1", "q2", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(best(&table), Some(other));
}

/// What makes another quote one that does not compete with `q1`, or leaves it one that does.
type Unlike = (&'static str, fn(&mut Table), bool);

const WHAT_COMPETES: [Unlike; 6] = [
    ("the same kind and days", |table| drop(quoted(table, "harbor", "h1", "20.00", 10)), true),
    (
        "another kind",
        |table| {
            drop(quoted_of(table, ("harbor", "h1"), "20.00", 10, |quote| {
                quote.product.inventory_type = "display".into();
            }));
        },
        false,
    ),
    ("other days", |table| drop(asked_of(table, None, ("2027-01-01", "2027-01-31"))), false),
    ("some of the days", |table| drop(asked_of(table, None, ("2026-09-30", "2026-12-31"))), true),
    ("another request", |table| drop(asked_of(table, Some("rfq-2"), DAYS)), false),
    (
        "another screen",
        |table| {
            kit(table, SELLER, 3);
            kit(table, "harbor", 2);
            drop(quoted(table, "harbor", "h1", "20.00", 10));
        },
        false,
    ),
];

const DAYS: (&str, &str) = ("2026-07-01", "2026-09-30");

/// A quote of harbor for these days, perhaps asked for together with others.
fn asked_of(table: &mut Table, rfq: Option<&str>, (start, end): (&str, &str)) -> QuoteRef {
    let mut ask = table.ask();
    (ask.flight_start, ask.flight_end) = (start.parse().unwrap(), end.parse().unwrap());
    let mut quote = table.quote("h1", "20.00");
    quote.seller = "harbor".into();
    (quote.terms.flight_start, quote.terms.flight_end) = (Some(start.into()), Some(end.into()));
    let (seller, rfq) = ("harbor".into(), rfq.map(RfqId::from));
    table.command(Command::RequestQuote { seller, ask, rfq });
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    QuoteRef::new("harbor", "h1")
}

/// A seller publishes the product in a package for this kind of device.
fn kit(table: &mut Table, seller: &str, device: u32) {
    let package = Package {
        package_id: "pkg".into(),
        name: "Live".into(),
        description: String::new(),
        ad_formats: vec!["video".into()],
        device_types: vec![device],
        cat: Vec::new(),
        geo_targets: Vec::new(),
        tags: Vec::new(),
        featured: false,
        price_range: None,
        exact_price: None,
        floor_price: None,
        negotiation_enabled: None,
        volume_discounts_available: None,
        tells_placements: true,
        placements: vec![Placement {
            product_id: "prod-1".into(),
            product_name: "Live Sports".into(),
            ad_formats: Vec::new(),
            device_types: Vec::new(),
            weight: None,
        }],
    };
    table.command(Command::RefreshKit(seller.into()));
    table.answer(Ok(Answer::Packages(vec![package])));
    table.answer(Ok(Answer::Products(Vec::new())));
}

#[test]
fn only_what_could_be_bought_instead_races_covers_and_is_fallen_back_on() {
    for (what, comes, competes) in WHAT_COMPETES {
        let mut table = table();
        // `q1` was asked for together with somebody, as the one of another request was.
        let (seller, rfq) = (SELLER.into(), Some(RfqId::from("rfq-1")));
        let ask = table.ask();
        table.command(Command::RequestQuote { seller, ask, rfq });
        let quote = table.quote("q1", "24.00");
        table.answer(Ok(Answer::Quote(Box::new(quote))));
        comes(&mut table);
        let (state, first) = (table.desk.state(), record(&table, &key("q1")));
        assert_eq!(rivals::race(state, &key("q1")).len(), 1 + usize::from(competes), "{what}");
        assert_eq!(rivals::cover(state, first, table.now).is_some(), competes, "{what}");
        let field = rivals::field(state, first, table.now);
        assert_eq!(field.rows.len(), 1 + usize::from(competes), "{what}");
        // The privacy of words and the one trigger of a group go by the wider rule.
        let other = record(&table, &QuoteRef::new("harbor", "h1"));
        assert_eq!(rivals::compete(first, other), what != "another kind", "{what}");
    }
}

#[test]
fn a_quote_that_was_walked_away_from_is_not_the_best() {
    let mut table = table();
    table.quoted("q1", "20.00");
    let dearer = quoted(&mut table, "harbor", "h1", "24.00", 10);
    let (target, limit) = (None, None);
    table.command(Command::OpenNegotiation { quote: key("q1"), target, limit });
    table.command(Command::Walk { quote: key("q1"), note: None });
    let records: Vec<_> = [&key("q1"), &dearer].map(|key| record(&table, key)).to_vec();
    let ranking = judge::rank(table.desk.state(), &records, table.now);
    assert_eq!(ranking.best().map(|row| row.quote.clone()), Some(dearer));
    assert_eq!(ranking.row(&key("q1")).unwrap().place, Err(Unranked::Left));
}

#[test]
fn once_it_is_booked_its_runner_up_is_the_one_that_was_kept_and_nothing_later_competed() {
    for has_cover in [true, false] {
        let mut table = table();
        let first = table.quoted("q1", "24.00");
        if has_cover {
            quoted(&mut table, "pinewave", "p1", "26.00", 10);
        }
        let runner_up = |table: &Table| {
            let (state, record) = (table.desk.state(), record(table, &first));
            let field = rivals::field(state, record, table.now);
            let cover = rivals::runner_up(state, record, &field);
            cover.map(|cover| (cover.quote_id.to_string(), cover.cpm))
        };
        let kept = has_cover.then(|| ("p1".to_owned(), usd("26.00")));
        assert_eq!(runner_up(&table), kept, "while it is open");
        booked(&mut table);
        assert_eq!(runner_up(&table), kept, "once it is booked");
        table.pass(5);
        let later = quoted(&mut table, "harbor", "h1", "17.55", 10);
        assert_eq!(runner_up(&table), kept, "and whatever is quoted later");
        let state = table.desk.state();
        assert!(!rivals::race(state, &first).contains(&later));
        assert!(!rivals::race(state, &later).contains(&first), "from its side too");
        let field = rivals::field(state, record(&table, &first), table.now);
        assert!(field.row(&later).is_none(), "what came later is not bought instead");
        assert_eq!(table.desk.state().deals[0].cover.is_some(), has_cover);
    }
}
