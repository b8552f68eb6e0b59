//! What read commands ask: quotes, deals, bookings, moves and changes, by who, what and when.

use dealdesk::{
    desk::State,
    domain::{QuoteStatus, SellerName, Stage},
    store::{BookingFilter, DealFilter, Location, QuoteFilter, Reader, Store},
};

use super::facts::{at, history, key, life};

fn lived() -> (tempfile::TempDir, Reader, State) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let steps: Vec<_> = (0..600_u32)
        .map(|n| {
            let mixed = n.wrapping_mul(2_654_435_761).to_le_bytes();
            (mixed[3], mixed[2] % 12, u16::from(mixed[1]) + 900)
        })
        .collect();
    let (entries, state) = history(&steps);
    let store = Store::open(Location::File(path.clone())).unwrap();
    let _ = store.append(entries).wait().unwrap();
    drop(store);
    (folder, Reader::open(&path).unwrap(), state)
}

#[test]
fn filters_find_what_the_state_has() {
    let (_folder, reader, state) = lived();
    let quotes: Vec<_> = state.quotes.values().cloned().collect();
    let deals: Vec<_> = state.deals.values().cloned().collect();
    let bookings: Vec<_> = state.bookings.values().cloned().collect();
    assert!(quotes.len() > 20 && deals.len() > 2 && bookings.len() > 5);
    assert_eq!(reader.quotes(&QuoteFilter::default()).unwrap(), quotes);
    assert_eq!(reader.deals(&DealFilter::default()).unwrap(), deals);
    assert_eq!(reader.bookings(&BookingFilter::default()).unwrap(), bookings);

    let harbor = SellerName::from("harbor");
    let filter = QuoteFilter {
        seller: Some(harbor.clone()),
        status: Some(QuoteStatus::Expired),
        ..QuoteFilter::default()
    };
    let mut expected = quotes.clone();
    expected.retain(|r| r.quote.seller == harbor && r.quote.status == QuoteStatus::Expired);
    assert!(!expected.is_empty());
    assert_eq!(reader.quotes(&filter).unwrap(), expected);

    let (since, until) = (Some(at(300)), Some(at(2_000)));
    let filter = QuoteFilter { since, until, ..QuoteFilter::default() };
    let mut expected = quotes.clone();
    expected.retain(|r| r.received_at >= at(300) && r.received_at < at(2_000));
    assert!(!expected.is_empty() && expected.len() < quotes.len());
    assert_eq!(reader.quotes(&filter).unwrap(), expected);

    let filter = DealFilter { stage: Some(Stage::Active), ..DealFilter::default() };
    let mut expected = deals.clone();
    expected.retain(|record| record.stage() == Stage::Active);
    assert_eq!(reader.deals(&filter).unwrap(), expected);

    let filter = BookingFilter { open: true, ..BookingFilter::default() };
    let mut expected = bookings.clone();
    expected.retain(|r| r.state.is_awaited());
    assert_eq!(reader.bookings(&filter).unwrap(), expected);

    // Two sellers use the same ids: an id alone finds both.
    assert_eq!(reader.quote("qt-0").unwrap().len(), 2);
    assert_eq!(reader.quote("none").unwrap(), []);
    let deal = &deals[0];
    assert!(reader.deal(deal.deal.deal_id.as_str()).unwrap().contains(deal));
    let filter = BookingFilter { deal: Some(deal.reference()), ..BookingFilter::default() };
    assert_eq!(reader.bookings(&filter).unwrap()[0].intent.ticket, deal.ticket);
}

#[test]
fn moves_and_changes_are_told_with_who_and_when() {
    let (_folder, reader, state) = lived();
    for record in state.quotes.values() {
        let key = record.reference();
        let rounds = record.negotiation.as_ref().map(|game| game.rounds.clone());
        assert_eq!(reader.rounds(&key).unwrap(), rounds.unwrap_or_default());

        let changes = reader.quote_transitions(&key).unwrap();
        assert_eq!(changes[0].from, "");
        assert_eq!(changes.last().unwrap().to, record.stage().to_string());
        assert!(changes.windows(2).all(|two| two[0].to == two[1].from && two[0].at <= two[1].at));
        assert!(changes.iter().all(|change| !change.by.is_empty()));
    }
    for record in state.deals.values() {
        let told = reader.deal_transitions(&record.reference()).unwrap();
        let words = |all: &[dealdesk::desk::Transition]| -> Vec<(String, String, String)> {
            all.iter().map(|t| (t.from.clone(), t.to.clone(), t.by.clone())).collect()
        };
        assert_eq!(words(&told), words(&record.transitions));
    }
}

#[test]
fn the_trail_of_a_deal_begins_with_its_quote() {
    let (_folder, reader, state) = lived();
    let deal = state.deals.values().next().unwrap();
    let trail = reader.trail_of_deal(&deal.reference()).unwrap();
    let kinds: Vec<_> = trail.iter().map(|row| row.entry.fact.kind()).collect();
    assert_eq!(kinds[0], "quote.received");
    assert!(kinds.contains(&"intent.stored") && kinds.iter().any(|k| k.starts_with("booking.")));
    assert!(trail.iter().all(|row| row.entry.fact.seller() == deal.deal.seller));
    assert!(trail.windows(2).all(|two| two[0].seq < two[1].seq));

    let quote = state.quotes.keys().next().unwrap();
    let trail = reader.trail_of_quote(quote).unwrap();
    assert!(trail.iter().all(|row| row.entry.fact.quote().as_ref() == Some(quote)));

    let head = reader.head().unwrap();
    let resumed = reader.entries(head - 3, 2).unwrap();
    assert_eq!(resumed.iter().map(|row| row.seq).collect::<Vec<_>>(), [head - 2, head - 1]);
    assert_eq!(reader.tail(3).unwrap(), reader.entries(head - 3, 9).unwrap());
}

#[test]
fn the_trail_of_one_life_is_told_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = Store::open(Location::File(path.clone())).unwrap();
    let _ = store.append((0..4).flat_map(life).collect()).wait().unwrap();
    let reader = Reader::open(&path).unwrap();
    let kinds = |trail: Vec<dealdesk::store::Recorded>| -> Vec<&str> {
        trail.iter().map(|row| row.entry.fact.kind()).collect()
    };
    let deal = reader.deal("DEAL-qt-1").unwrap().remove(1);
    let expected = [
        "quote.received",
        "negotiation.opened",
        "move.stored",
        "move.answered",
        "move.stored",
        "move.answered",
        "move.stored",
        "move.answered",
        "intent.stored",
        "booking.done",
        "deal.seen",
    ];
    assert_eq!(kinds(reader.trail_of_deal(&deal.reference()).unwrap()), expected);
    assert_eq!(kinds(reader.trail_of_quote(&key(3)).unwrap()), expected[..10]);
    let stages: Vec<_> =
        reader.quote_transitions(&key(3)).unwrap().into_iter().map(|change| change.to).collect();
    let expected = [
        "QUOTED",
        "MY_TURN",
        "THEIR_TURN",
        "MY_TURN",
        "THEIR_TURN",
        "MY_TURN",
        "THEIR_TURN",
        "AGREED",
        "BOOKING",
        "BOOKED",
    ];
    assert_eq!(stages, expected);
}
