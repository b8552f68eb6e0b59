//! The order of the quotes held against the plain one: every row with all that it is ordered by, sorted.

use std::cmp::Reverse;

use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    group,
    line::Wish,
    order::Shown,
    rows::{Brief, Key, SORTS, Words, runs},
    tests::{Move, Table, one_move},
};
use crate::{
    desk::State,
    domain::{QuoteRef, RfqId, SellerName, Skew},
    tui::parts::filter::Filter,
};

type Section = (u8, Reverse<Option<Timestamp>>, Option<String>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Nothing,
    Price(bool, Option<Decimal>),
    Cost(Reverse<Option<Decimal>>),
    Seller(SellerName),
    Newest(Reverse<Timestamp>),
}

/// What a row is ordered by, most important first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Order {
    section: Option<Section>,
    place: usize,
    band: u8,
    by: By,
    time: i64,
    kind: u8,
    number: u64,
    depth: usize,
}

fn section(state: &State, rfq: Option<&RfqId>, now: Timestamp) -> Section {
    let Some(rfq) = rfq else { return (1, Reverse(None), None) };
    let group = group::is_expected(state, rfq).then(|| group::of(state, rfq, now));
    let order = if group.as_ref().is_some_and(group::Group::is_under_way) { 0 } else { 2 };
    let since = group.map_or_else(|| group::since(state, rfq), |group| Some(group.since));
    (order, Reverse(since), Some(rfq.to_string()))
}

fn by(sort: usize, prices: [Option<Decimal>; 2], seller: &SellerName, at: Timestamp) -> By {
    let [price, cost] = prices;
    match sort {
        2 => By::Price(price.is_none(), price),
        3 => By::Cost(Reverse(cost)),
        4 => By::Seller(seller.clone()),
        5 => By::Newest(Reverse(at)),
        _ => By::Nothing,
    }
}

/// The quotes, each under the one that replaced it.
fn quotes(wish: Wish<'_>, now: Timestamp) -> Vec<(Order, Key)> {
    let (Wish { state, filter, sort }, mut rows) = (wish, Vec::new());
    for (index, (key, record)) in state.quotes.iter().enumerate() {
        let of = |id: &crate::domain::QuoteId| QuoteRef::new(key.seller.clone(), id.as_str());
        let newer = record.replaced_by.as_ref().map(of);
        let brief = state.quotes.brief(index).unwrap();
        if newer.is_some_and(|newer| newer != *key && state.quotes.contains_key(&newer))
            || !filter.matches(&Brief { key, brief })
        {
            continue;
        }
        let ranking = record.rfq.as_ref().filter(|rfq| group::is_expected(state, rfq));
        let ranking = ranking.map(|rfq| group::of(state, rfq, now));
        let place = ranking.and_then(|group| group.ranked(key)?.place.ok());
        let ends = Skew::ours(state.skew(&key.seller), record.quote.expires_at);
        let prices =
            [record.price().map(|price| price.amount()), record.cost().map(|cost| cost.amount())];
        let order = Order {
            section: (sort == 0).then(|| section(state, record.rfq.as_ref(), now)),
            place: place.filter(|_| sort == 0).unwrap_or(usize::MAX),
            band: if runs(record) { 1 } else { 2 },
            by: by(sort, prices, &key.seller, record.received_at),
            time: if runs(record) {
                ends.as_millisecond()
            } else {
                -record.changed_at.as_millisecond()
            },
            kind: 1,
            number: u64::try_from(index).unwrap(),
            depth: 0,
        };
        let (mut shown, mut depth) = (key.clone(), 0);
        loop {
            rows.push((Order { depth, ..order.clone() }, Key::Quote(shown.clone())));
            depth += 1;
            let before = state.quotes[&shown].requote_of.as_ref().map(of);
            match before.filter(|before| state.quotes.contains_key(before) && depth <= 20) {
                Some(before) => shown = before,
                None => break,
            }
        }
    }
    rows
}

/// What is asked for, and what did not come.
fn others(wish: Wish<'_>, now: Timestamp) -> Vec<(Order, Key)> {
    let (Wish { state, filter, sort }, mut rows) = (wish, Vec::new());
    let mut put = |(words, rfq): (String, Option<&RfqId>), seller, at: Timestamp, key: Key| {
        let (kind, number) = match &key {
            Key::Failed(place) => (2, u64::try_from(*place).unwrap()),
            Key::Asking(id) => (0, id.0),
            Key::Group(_) | Key::Quote(_) => panic!(),
        };
        let time = at.as_millisecond();
        let order = Order {
            section: (sort == 0).then(|| section(state, rfq, now)),
            place: usize::MAX,
            band: kind,
            by: by(sort, [None, None], seller, at),
            time: if kind == 0 { time } else { -time },
            kind,
            number,
            depth: 0,
        };
        rows.extend(filter.matches(&Words(words)).then_some((order, key)));
    };
    for (id, flight) in &state.in_flight {
        let Some((ask, rfq)) = flight.priced() else { continue };
        let product = ask.product_name.as_deref().unwrap_or_default();
        let words = format!("{} {product} asking", flight.seller);
        put((words, rfq), &flight.seller, flight.since, Key::Asking(*id));
    }
    for (place, failed) in group::failures(state) {
        let words = format!("{} {} {} failed", failed.seller, failed.product, failed.error);
        put((words, failed.rfq.as_ref()), &failed.seller, failed.at, Key::Failed(place));
    }
    rows
}

/// All rows as they are to be shown.
fn plain(wish: Wish<'_>, now: Timestamp) -> Vec<(Key, usize)> {
    let mut rows = quotes(wish, now);
    rows.extend(others(wish, now));
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    let rfq = |order: &Order| order.section.as_ref().and_then(|section| section.2.clone());
    let has_heads = rows.iter().any(|(order, _)| rfq(order).is_some());
    let (mut all, mut last) = (Vec::new(), None);
    for (order, key) in rows {
        if has_heads && order.section != last {
            last.clone_from(&order.section);
            all.push((Key::Group(rfq(&order).map(RfqId::from)), 0));
        }
        all.push((key, order.depth));
    }
    all
}

/// All rows as the order has them.
fn shown(order: &mut Shown, wish: Wish<'_>, version: u64, now: Timestamp) -> Vec<(Key, usize)> {
    order.refresh(wish, version, now);
    let rows = order.window(wish.state, (0, order.len()), now);
    rows.into_iter().map(|row| (row.key, row.depth)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn quotes_are_in_the_order_of_a_plain_sort(
        moves in prop::collection::vec(one_move(), 1..80),
        sort in 0..SORTS.len(),
        typed in prop_oneof![
            Just(""), Just("sports"), Just("seller:seller-1"), Just("!rfq-1"), Just("!rfq"), Just("cpm<10")
        ],
        early in 0..80_usize,
    ) {
        let (mut table, mut kept) = (Table::new(), Shown::default());
        // Made part by part before it is looked at, while the desk goes on.
        let mut ahead = Shown::default();
        let filter = Filter::parse(typed);
        for (number, one) in moves.iter().enumerate() {
            table.play(one);
            let (state, now) = (table.desk.state(), table.now);
            let wish = Wish { state, filter: &filter, sort };
            if number >= early {
                ahead.ahead(wish, 1, now);
            }
            let mut anew = Shown::default();
            let is = shown(&mut anew, wish, 1, now);
            prop_assert_eq!(&is, &plain(wish, now), "after {:?}", one);
            kept.refresh(wish, 1, now);
            prop_assert_eq!(kept.len(), is.len(), "after {:?}", one);
        }
        let (state, now) = (table.desk.state(), table.now);
        let wish = Wish { state, filter: &filter, sort };
        let is = shown(&mut ahead, wish, 1, now);
        prop_assert_eq!(&is, &plain(wish, now), "made before it was looked at");
        let mut anew = Shown::default();
        anew.refresh(wish, 1, now);
        prop_assert_eq!(&ahead.gaps, &anew.gaps);
        // A letter more, and all of it taken back.
        for (version, typed) in (2..).zip([format!("{typed} s"), format!("{typed} se 1"), String::new()]) {
            let filter = Filter::parse(&typed);
            let wish = Wish { state, filter: &filter, sort };
            let is = shown(&mut kept, wish, version, now);
            prop_assert_eq!(is, plain(wish, now), "{:?}", typed);
        }
    }
}

/// The first quote of an RFQ gives it another place among the RFQs, also while rows are being made. What
/// happens here is what chance once came up with.
#[test]
fn the_first_quote_of_an_rfq_may_come_while_rows_are_made() {
    let ask = |seller, rfq| Move::Ask { seller, rfq };
    let quotes = |which, cents, minutes| Move::Quotes { which, cents, minutes };
    let moves = [
        ask(0, None),
        Move::AskAgain { which: 0 },
        ask(0, None),
        ask(0, None),
        ask(0, None),
        ask(0, None),
        ask(0, None),
        ask(0, None),
        quotes(0, 900, 1),
        quotes(0, 900, 1),
        ask(0, None),
        ask(0, None),
        quotes(0, 900, 1),
        quotes(0, 900, 1),
        quotes(0, 900, 3),
        quotes(1, 925, 1),
        quotes(28, 932, 11),
        Move::AskAgain { which: 9 },
        quotes(22, 933, 33),
        quotes(12, 990, 16),
        Move::LetGo { which: 4 },
        Move::AskAgain { which: 8 },
        ask(2, Some(2)),
        quotes(20, 1040, 12),
        quotes(7, 1039, 11),
        Move::Refuses { which: 20 },
        quotes(1, 1026, 21),
        ask(1, Some(0)),
        ask(2, Some(0)),
        ask(2, None),
        ask(0, Some(0)),
        ask(1, Some(2)),
        ask(0, None),
        quotes(11, 911, 23),
        quotes(19, 1030, 11),
        quotes(28, 900, 27),
        Move::AskAgain { which: 29 },
        ask(0, None),
        quotes(35, 1054, 7),
        quotes(18, 939, 35),
        ask(1, Some(0)),
        ask(2, Some(3)),
        Move::Passes { minutes: 9 },
        Move::LetGo { which: 13 },
        ask(0, Some(3)),
        quotes(27, 1050, 10),
        Move::Refuses { which: 5 },
        quotes(7, 1062, 36),
    ];
    let (mut table, mut ahead) = (Table::new(), Shown::default());
    let filter = Filter::parse("");
    for (number, one) in moves.iter().enumerate() {
        table.play(one);
        let wish = Wish { state: table.desk.state(), filter: &filter, sort: 0 };
        if number >= 46 {
            assert!(ahead.ahead(wish, 1, table.now), "begun and not done");
        }
    }
    let (state, now) = (table.desk.state(), table.now);
    let wish = Wish { state, filter: &filter, sort: 0 };
    let is = shown(&mut ahead, wish, 1, now);
    assert_eq!(is, plain(wish, now));
}
