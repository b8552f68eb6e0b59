//! What goes wrong on a key, and what the desk then shows and decides.

use dealdesk::{
    desk::{
        BookingState, State,
        log::{Line, What},
    },
    domain::Stage,
};

use jiff::SignedDuration;

use crate::support::Person;

const SEED: u64 = 42;

fn newest(state: &State) -> Stage {
    state.quotes.values().last().unwrap().stage()
}

fn booked(state: &State) -> bool {
    state.bookings.values().any(|booking| booking.state == BookingState::Done)
}

#[tokio::test]
async fn a_dropped_reply_leaves_a_booking_unknown_until_evidence_settles_it() {
    let mut person = Person::at(SEED).await;
    person.quoted().keys("f9 x d");
    let bottom = person.bottom();
    assert!(bottom.contains("FAULT northlight drops the reply to the next send"), "{bottom}");
    person.books().until("doubt", |state| newest(state) == Stage::Unknown);
    assert!(!person.bottom().contains("FAULT"), "it is done: {}", person.bottom());
    let held = person.state().exposure.unknown;
    assert!(!held.is_zero(), "its money is held");
    person.until("evidence", booked);
    assert_eq!(person.state().deals.len(), 1);
    assert_eq!(person.state().exposure.committed, held);
}

#[tokio::test]
async fn three_503_in_a_row_are_waited_out_by_asking_again() {
    let mut person = Person::at(SEED).await;
    person.keys("8 g g f9 x 5");
    assert!(person.bottom().contains("answers 503 to the next 3 times"), "{}", person.bottom());
    // Two reads that may be repeated: each is asked again until it is answered, and nobody is told off.
    person.keys("r");
    person.until_seen("all three are done", |screen| !screen.contains("FAULT"));
    person.0.pass(SignedDuration::from_secs(10));
    person.sees("sellers 5●");
    let again = |line: &Line| match &line.what {
        What::Exchange(exchange, _) => exchange.attempts.saturating_sub(1),
        What::Fact(_) | What::Refused(_) => 0,
    };
    let repeats: u32 = person.state().log.lines().iter().map(again).sum();
    assert_eq!(repeats, 3);
}

#[tokio::test]
async fn a_slow_answer_is_seen_to_be_waited_for() {
    let mut person = Person::at(SEED).await;
    person.keys("2 g g f9 x t Q").sees("earns AGENCY");
    let asked = person.0.now();
    person.keys("y").until("the quote", |state| !state.quotes.is_empty());
    let took = person.0.now().duration_since(asked).as_secs();
    assert!((10..12).contains(&took), "{took} s");
}

#[tokio::test]
async fn a_quote_that_expires_early_is_shown_as_expired_and_cannot_be_booked() {
    let mut person = Person::at(SEED).await;
    person.quoted().keys("f9 x e").until("expiry", |state| newest(state) == Stage::Expired);
    person.sees("EXPIRED").keys("B");
    assert!(person.state().bookings.is_empty());
    assert!(!person.0.text().contains("Type the CPM"), "{}", person.0.text());
}

#[tokio::test]
async fn prices_that_rise_change_what_is_quoted_next_and_no_quote_that_is_out() {
    let mut person = Person::at(SEED).await;
    person.quoted();
    let price = |state: &State| state.quotes.values().last().unwrap().price().unwrap();
    let before = price(person.state());
    person.keys("f9 x p").keys("r").until("the new quote", |state| state.quotes.len() == 2);
    let after = price(person.state());
    assert!(after > before, "{before:?} {after:?}");
    let out = person.state().quotes.values().next().unwrap();
    assert_eq!(out.price(), Some(before));
}

#[tokio::test]
async fn an_answer_that_comes_twice_books_once() {
    let mut person = Person::at(SEED).await;
    person.quoted().keys("f9 x 2").books().until("the deal", booked);
    assert_eq!((person.state().deals.len(), person.state().bookings.len()), (1, 1));
    assert!(!person.bottom().contains("FAULT"), "{}", person.bottom());
}

#[tokio::test]
async fn a_seller_whose_clock_is_ahead_is_seen_to_be() {
    let mut person = Person::at(SEED).await;
    person.quoted().keys("f9 x k 8 g g r");
    let skewed = |state: &State| {
        let seller =
            state.sellers.values().find(|seller| seller.info.name.as_str() == "northlight");
        seller.unwrap().skew().is_some_and(|skew| skew.low_ms > 25_000)
    };
    person.until("the skew", skewed);
}

#[tokio::test]
async fn a_seller_that_is_offline_is_down_and_comes_back() {
    let mut person = Person::at(SEED).await;
    person.quoted().keys("f9 x o");
    assert!(person.bottom().contains("FAULT northlight offline"), "{}", person.bottom());
    // Nothing leaves: the quote cannot even be read again.
    person.keys("B").sees("NOTHING CAN BE SENT").sees("connection refused");
    assert!(person.state().bookings.is_empty());
    person.keys("esc f9 x o");
    assert!(!person.bottom().contains("FAULT"), "{}", person.bottom());
    person.books().until("the deal", booked);
}

#[tokio::test]
async fn time_that_stands_still_goes_on_by_steps_to_what_happens_next() {
    let mut person = Person::at(SEED).await;
    person.keys("2 g g Q").sees("earns AGENCY").keys("f9 space");
    assert!(person.0.text().contains("DEMO paused"), "{}", person.0.text());
    // Time stands still for the ticket too, which hears nothing in its first moment: it is older.
    person.keys("y");
    let before = person.0.now();
    person.keys("j k");
    assert_eq!((person.0.now(), person.state().quotes.len()), (before, 0));
    person.keys("f9 .");
    assert!(person.0.now() > before);
    assert_eq!(person.state().quotes.len(), 1, "the answer is what happened next");
    // Then the first warning of its end, or its end: days do not pass in between.
    person.keys("f9 .");
    let left = person.0.now().duration_since(before).as_secs();
    assert!((1..=600).contains(&left), "{left} s");
    person.keys("f9 space");
    assert!(!person.0.text().contains("paused"), "{}", person.0.text());
}

#[tokio::test]
async fn a_fault_needs_something_under_the_cursor() {
    let mut person = Person::at(SEED).await;
    person.keys("9 f9 x d");
    assert!(person.0.text().contains("no seller is under the cursor"), "{}", person.0.text());
    person.keys("2 f9 x e");
    assert!(person.0.text().contains("no quote is under the cursor"), "{}", person.0.text());
}
