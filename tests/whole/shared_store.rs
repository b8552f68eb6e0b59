//! Two desks on one store: one is the host, and each sees what the other does.

use std::time::Duration;

use dealdesk::{
    desk::{Command, Confirmation, State, TicketState},
    runtime::Session,
    store::{Location, Reader},
};

use super::support::{
    LONG, attached, book, buyer, is_about_money, kit, negotiable, northlight, quote,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_desk_books_appears_on_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let mut host = attached(7, Location::File(path.clone())).await;
    let mut guest = attached(7, Location::File(path.clone())).await;
    assert!(host.state().setup.is_host && !guest.state().setup.is_host);
    kit(&mut guest, "northlight").await;
    let product = negotiable(&guest, "northlight");
    let key = quote(&mut guest, "northlight", &product).await;
    book(&mut guest, &key).await;
    assert_eq!(guest.state().deals.len(), 1);
    assert!(host.until(LONG, |state: &State| state.deals.len() == 1).await, "it appears");
    assert_eq!(host.state().deals, guest.state().deals);
    assert_eq!(host.state().exposure, guest.state().exposure);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_desks_cannot_book_one_quote_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let (url, secret, _seller) = northlight();
    let mut one = buyer(&url, &secret, Location::File(path.clone())).await;
    kit(&mut one, "northlight").await;
    let product = negotiable(&one, "northlight");
    let key = quote(&mut one, "northlight", &product).await;
    let mut other = buyer(&url, &secret, Location::File(path.clone())).await;
    let opened = |desk: &mut Session| {
        let (max_cpm, planned_spend, notes) = (None, None, None);
        desk.command(Command::OpenTicket { quote: key.clone(), max_cpm, planned_spend, notes });
    };
    let checked = |state: &State| {
        state.ticket.as_ref().is_some_and(|ticket| ticket.state != TicketState::Checking)
    };
    let standing = |desk: &Session| desk.state().ticket.as_ref().unwrap().state;
    opened(&mut one);
    assert!(one.until(LONG, checked).await);
    assert_eq!(standing(&one), TicketState::Armed);
    // Only one ticket is armed in a store.
    opened(&mut other);
    assert!(other.until(LONG, checked).await);
    assert_eq!(standing(&other), TicketState::Blocked);
    let why = other.state().ticket.as_ref().unwrap().blocked_by().unwrap().clone();
    assert!(why.name == "armed" && why.says.contains("ana"), "{why:?}");
    // Given back, the other may have it; and the first is armed again after it.
    one.command(Command::CloseTicket);
    opened(&mut other);
    assert!(other.until(LONG, checked).await);
    assert_eq!(standing(&other), TicketState::Armed);
    let price = other.state().ticket.as_ref().unwrap().price.unwrap().amount();
    let refused = other.command(Command::Confirm(Confirmation::Price(price)));
    assert!(refused.is_empty(), "{refused:?}");
    let sent = |state: &State| !state.bookings.is_empty();
    assert!(other.until(LONG, sent).await);
    // The place is free as soon as the intent is durable; the quote is not.
    opened(&mut one);
    let settled = |state: &State| {
        !state.deals.is_empty()
            && state.ticket.as_ref().is_none_or(|ticket| ticket.state == TicketState::Blocked)
    };
    let (first, second) =
        tokio::join!(one.until(LONG, settled), other.until(LONG, |state| !state.deals.is_empty()));
    assert!(first && second, "{:?}", one.state().ticket);
    let ids = |desk: &Session| desk.state().deals.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&one), ids(&other));
    let reader = Reader::open(&path).unwrap();
    let rows = reader.entries(0, 1_000).unwrap();
    let money = rows.iter().filter(|row| is_about_money(&row.entry.fact)).count();
    assert_eq!(money, 2, "one intent, one outcome");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dialect_is_found_out_once_and_known_to_the_next_run_at_the_same_address() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("live.db"));
    let (url, key, _seller) = northlight();
    let spoke = |desk: &Session| {
        let spoke = desk.state().sellers.values().next().unwrap().spoke.clone();
        spoke.map(|spoke| (spoke.dialect, spoke.found_by))
    };
    let mut first = buyer(&url, &key, location.clone()).await;
    assert_eq!(spoke(&first), None);
    kit(&mut first, "northlight").await;
    let (dialect, found_by) = spoke(&first).unwrap();
    assert_eq!((dialect.as_str(), found_by.as_str()), ("v2", "GET /products has total_count"));
    first.close(Duration::from_secs(10)).await.unwrap();
    let again = buyer(&url, &key, location.clone()).await;
    let earlier = "found out in an earlier run".to_owned();
    assert_eq!(spoke(&again), Some(("v2".to_owned(), earlier)));
    let elsewhere = url.join("/other/").unwrap();
    assert_eq!(spoke(&buyer(&elsewhere, &key, location).await), None);
}
