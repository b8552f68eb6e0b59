//! Quotes: what is asked for, what can be booked and how long, what is over, and what each key does.

use dealdesk::{
    desk::{Command, Input},
    domain::{Answer, ErrorKind, QuoteRef, QuoteStatus, Tier},
};

use super::{
    harness::{Seat, look},
    world::{error, seat},
};

/// One of everything: asking, fresh, a quarter left, the last minute, over, requoted, booked, failed.
fn busy(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.keys("3");
    seat.quoted("harbor", "qt-old", "25.22", 30);
    seat.input(Input::Command(Command::Requote(QuoteRef::new("harbor", "qt-old"))));
    let newer = seat.quote("harbor", "qt-new", "25.60", 30);
    seat.answer(Ok(Answer::Quote(Box::new(newer))));
    seat.quoted("northlight", "qt-gone", "24.10", 2);
    let booked = seat.quoted("harbor", "qt-done", "25.00", 30);
    seat.input(Input::Command(Command::OpenTicket {
        quote: booked.clone(),
        max_cpm: None,
        planned_spend: None,
        notes: None,
    }));
    seat.same(&booked);
    let price = dealdesk::desk::Confirmation::Price("25".parse().unwrap());
    seat.input(Input::Command(Command::Confirm(price)));
    seat.stored();
    let deal = seat.deal("HSN-2026-0612", &booked);
    seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal))));
    seat.input(Input::Command(Command::CloseTicket));
    seat.wait(150_000);
    seat.quoted("northlight", "qt-fresh", "28.80", 10);
    seat.quoted("northlight", "qt-soon", "22.00", 5);
    seat.quoted("harbor", "qt-day", "21.00", 60 * 20);
    seat.quoted("harbor", "qt-last", "23.00", 4);
    let ask = seat.ask();
    let request =
        |seller: &str| Command::RequestQuote { seller: seller.into(), ask: ask.clone(), rfq: None };
    seat.input(Input::Command(request("pinewave")));
    let says = "No avails in these weeks; try September.";
    let mut declined = seat.quote("pinewave", "qt-no", "1.00", 1);
    (declined.status, declined.pricing.rationale) = (QuoteStatus::Declined, says.into());
    seat.answer_where(|_, ask| ask.name() == "quote", Ok(Answer::Quote(Box::new(declined))));
    seat.input(Input::Command(request("pinewave")));
    let down = error(ErrorKind::Unavailable, 503, "", "Service Unavailable");
    seat.answer_where(|_, ask| ask.name() == "quote", Err(down));
    seat.wait(190_000);
    seat.input(Input::Command(request("harbor")));
    seat.wait(4_200);
    seat
}

#[test]
fn every_state_of_a_quote_has_its_own_look() {
    look("quotes_empty", |size| {
        let mut seat = seat(size);
        seat.keys("3");
        seat
    });
    look("quotes_asking", |size| {
        let mut seat = seat(size).with_kits();
        seat.keys("Q y").wait(1_200);
        seat
    });
    look("quotes_busy", |size| {
        let mut seat = busy(size);
        seat.keys("g g j");
        seat
    });
    look("quotes_over_limit", |size| {
        let mut seat = busy(size);
        seat.keys("3 / f r e s h enter");
        seat
    });
    look("quotes_expired", |size| {
        let mut seat = busy(size);
        seat.keys("/ g o n e enter");
        seat
    });
    look("quotes_failed", |size| {
        let mut seat = busy(size);
        seat.keys("G k k");
        seat
    });
    look("quotes_tier", |size| {
        let mut seat = seat(size);
        seat.keys("3");
        let mut quote = seat.quote("pinewave", "qt-p", "9.80", 90);
        quote.buyer_tier = Some(Tier::Public);
        quote.deal_type = dealdesk::domain::DealType::Auction;
        quote.terms.guaranteed = false;
        quote.availability = None;
        seat.quoted_as(quote);
        seat.keys("N");
        seat
    });
    look("quotes_opened", |size| {
        let mut seat = seat(size);
        seat.quoted("northlight", "qt-1", "25.22", 10);
        seat.keys("3 enter");
        seat
    });
}

#[test]
fn a_requote_stands_above_the_quote_it_replaces_and_shows_the_move() {
    let mut seat = busy((120, 36));
    let screen = seat.screen();
    let lines: Vec<_> = screen.lines().collect();
    let newer = lines.iter().position(|line| line.contains("qt-new")).unwrap();
    assert!(
        lines[newer + 1].starts_with("  └ ") && lines[newer + 1].contains(" qt-old "),
        "{screen}"
    );
    assert!(lines[newer + 1].contains("25.22 → 25.60 ▲"), "{screen}");
}

#[test]
fn rows_stand_by_the_time_they_have_left() {
    let mut seat = busy((120, 36));
    let screen = seat.screen();
    let place = |id: &str| screen.find(id).unwrap_or_else(|| panic!("{id}: {screen}"));
    assert!(place("4.2s slow") < place("qt-last"));
    assert!(place("qt-last") < place("qt-soon"));
    assert!(place("qt-soon") < place("qt-fresh"));
    assert!(place("qt-fresh") < place("qt-new"));
    assert!(place("qt-new") < place("qt-day"));
    assert!(place("qt-day") < place("qt-gone"), "what is over comes last");
}

#[test]
fn every_refused_key_says_its_rule_and_its_cure() {
    let mut seat = busy((120, 36));
    for (filter, key, words) in [
        ("qt-gone", "N", "qt-gone expired"),
        ("qt-done", "B", "it is booked"),
        ("qt-done", "r", "is booked or being booked"),
        ("qt-done", "x", "is not open"),
        ("qt-old", "B", "it was replaced by"),
    ] {
        seat.keys("esc 3 /").typed(filter).keys("enter");
        // The newer quote of a chain stands above it.
        if filter == "qt-old" {
            seat.keys("esc 3 / q t - n e w enter j");
        }
        seat.keys(key);
        assert!(seat.shows(words), "{filter} {key}: {}", seat.screen());
        assert!(!seat.app.has_ticket(), "{filter} {key}: {}", seat.screen());
    }
    assert_eq!(seat.commits(), 0);
}

#[test]
fn letting_go_and_asking_again_need_no_ticket_and_spend_nothing() {
    let mut seat = seat((120, 36));
    let key = seat.quoted("northlight", "qt-1", "25.00", 10);
    seat.keys("3 r");
    assert_eq!(seat.asked.len(), 1);
    assert_eq!(seat.commits(), 0);
    let newer = seat.quote("northlight", "qt-2", "25.00", 10);
    seat.answer(Ok(Answer::Quote(Box::new(newer))));
    seat.keys("x");
    assert!(seat.desk.state().quote(&QuoteRef::new("northlight", "qt-2")).unwrap().let_go);
    assert!(!seat.desk.state().quote(&key).unwrap().let_go);
}

#[test]
fn a_countdown_wakes_each_second_and_an_idle_screen_never() {
    let mut seat = seat((120, 36));
    seat.keys("3");
    seat.screen();
    assert_eq!(seat.app.next_wake(seat.desk.state(), seat.now), None);
    seat.quoted("northlight", "qt-1", "25.00", 10);
    seat.screen();
    let wake = seat.app.next_wake(seat.desk.state(), seat.now).unwrap();
    assert!(wake.duration_since(seat.now).as_millis() <= 1_000);
}

#[test]
fn a_quote_that_is_not_what_was_asked_for_says_so_in_the_list() {
    type Change = fn(&mut dealdesk::domain::Quote);
    let changes: [(&str, Change, &str); 5] = [
        ("qt-same", |_| {}, "✓"),
        ("qt-some", |quote| quote.terms.impressions = Some(600_000), "! asked"),
        ("qt-more", |quote| quote.terms.impressions = Some(5_000_000_000), "! asked"),
        ("qt-type", |quote| quote.deal_type = dealdesk::domain::DealType::Auction, "✗ asked"),
        ("qt-days", |quote| quote.terms.flight_end = Some("2020-01-01".into()), "✗ flight"),
    ];
    let mut seat = seat((160, 48));
    seat.keys("3");
    for (id, change, _) in changes {
        let ask = seat.ask();
        let command = Command::RequestQuote { seller: "harbor".into(), ask, rfq: None };
        seat.input(Input::Command(command));
        let mut quote = seat.quote("harbor", id, "17.10", 30);
        quote.pricing.base_cpm = Some("20.00".parse().unwrap());
        change(&mut quote);
        seat.answer_where(|_, ask| ask.name() == "quote", Ok(Answer::Quote(Box::new(quote))));
    }
    let screen = seat.screen();
    for (id, _, told) in changes {
        let row = screen.lines().find(|row| row.contains(id)).unwrap();
        assert!(row.contains(told), "{id}: {row}");
    }
    // The board marks them in the same way; where a limit is passed, it says that.
    seat.keys("1");
    let screen = seat.screen();
    let on_board = [("qt-same", "B book"), ("qt-more", "deal limit")];
    let same = changes.iter().map(|(id, _, told)| (*id, *told));
    let same = same.filter(|(id, _)| !on_board.iter().any(|(other, _)| other == id));
    for (id, told) in same.chain(on_board) {
        let row = screen.lines().find(|row| row.contains(id)).unwrap();
        assert!(row.contains(told), "{id}: {row}");
    }
}
