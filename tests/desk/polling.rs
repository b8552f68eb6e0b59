//! A big book of live deals is read at a pace: never all at once, never before what a person asks.

use std::collections::BTreeMap;

use dealdesk::{
    desk::{Command, Desk, Effect, Input, RequestId, SellerInfo, Setup, polls::Pace},
    domain::{Answer, Ask, Deal, DealRef, ErrorKind, Exchange, Heard, SellerError, SellerName},
    runtime::load::Load,
};
use jiff::{SignedDuration, Timestamp};

use super::harness::{Table, error, setup};

/// A desk with many live deals, whose sellers answer after a while.
struct Book {
    desk: Desk,
    now: Timestamp,
    /// Questions under way, with when they are answered.
    under_way: BTreeMap<RequestId, (SellerName, Ask, Timestamp)>,
    /// When each seller was asked for a deal.
    polls: Vec<(SellerName, Timestamp)>,
    /// How long an answer takes.
    takes: SignedDuration,
    is_down: bool,
}

fn sellers() -> Vec<SellerInfo> {
    let one = setup().sellers.remove(0);
    (0..5).map(|n| SellerInfo { name: format!("load-{n}").into(), ..one.clone() }).collect()
}

impl Book {
    /// A desk that becomes the host of so many live deals.
    fn of(rows: u64, pace: Pace) -> Self {
        let now: Timestamp = "2026-06-18T14:00:00Z".parse().unwrap();
        let setup = Setup { sellers: sellers(), is_host: false, polls: pace, ..setup() };
        let mut desk = Desk::new(setup);
        let before = now - SignedDuration::from_hours(1);
        desk.replay(Load { rows, ..Load::default() }.entries(before));
        let takes = SignedDuration::from_millis(250);
        let (under_way, polls) = (BTreeMap::new(), Vec::new());
        let mut book = Self { desk, now, under_way, polls, takes, is_down: false };
        book.input(Input::LeaseAcquired);
        book
    }

    fn input(&mut self, input: Input) {
        for effect in self.desk.step(input, self.now).effects {
            let Effect::Ask(id, seller, ask) = effect else { continue };
            if matches!(ask, Ask::GetDeal(_)) {
                self.polls.push((seller.clone(), self.now));
            }
            self.under_way.insert(id, (seller, ask, self.now + self.takes));
        }
    }

    fn deal(&self, seller: &SellerName, ask: &Ask) -> Deal {
        let Ask::GetDeal(id) = ask else { panic!("{ask:?}") };
        let key = DealRef { seller: seller.clone(), deal_id: id.clone() };
        self.desk.state().deals.get(&key).unwrap().deal.clone()
    }

    /// Lets time pass from one thing that happens to the next, as a runtime does.
    fn run(&mut self, span: SignedDuration) {
        let end = self.now + span;
        loop {
            let answers = self.under_way.values().map(|(_, _, at)| *at).min();
            let next = [self.desk.next_deadline(), answers].into_iter().flatten().min();
            let Some(next) = next.filter(|at| *at <= end) else { break };
            self.now = self.now.max(next);
            let now = self.now;
            let due = self.under_way.iter().find(|(_, (_, _, at))| *at <= now);
            match due.map(|(id, _)| *id).and_then(|id| Some((id, self.under_way.remove(&id)?))) {
                Some((id, (seller, ask, _))) => self.answer(id, &seller, &ask),
                None => self.input(Input::Wake),
            }
        }
        self.now = end;
    }

    fn answer(&mut self, id: RequestId, seller: &SellerName, ask: &Ask) {
        let result: Result<Answer, SellerError> = if self.is_down {
            Err(error(ErrorKind::Unavailable, 503, ""))
        } else {
            Ok(Answer::Deal(Box::new(self.deal(seller, ask))))
        };
        let exchange = Exchange {
            seller: seller.clone(),
            method: "GET".into(),
            url: String::new(),
            request: String::new(),
            status: 200,
            response: String::new(),
            sent_at: self.now,
            took_ms: 250,
            attempts: 1,
            skew: None,
            made: dealdesk::domain::skew::Made::default(),
        };
        self.input(Input::Answered(
            id,
            Box::new(Heard { result, exchange: Some(exchange), spoke: None }),
        ));
    }

    /// The most that one seller was asked within a second.
    fn busiest(&self) -> usize {
        let within = |seller: &SellerName, from: Timestamp| {
            let to = from + SignedDuration::from_secs(1);
            let polls = self.polls.iter();
            polls.filter(|(other, at)| other == seller && *at >= from && *at < to).count()
        };
        self.polls.iter().map(|(seller, at)| within(seller, *at)).max().unwrap_or(0)
    }
}

#[test]
fn a_big_book_is_read_at_a_pace_and_all_of_it() {
    let mut book = Book::of(1_500, Pace { a_second: 10, at_once: 4 });
    assert!(book.polls.len() <= 5, "one of each seller at first, not {}", book.polls.len());
    let mut most = 0;
    for _ in 0..400 {
        book.run(SignedDuration::from_millis(100));
        for seller in sellers() {
            most = most.max(book.desk.state().polls.under_way(&seller.name));
        }
    }
    assert!((2..=4).contains(&most), "{most} under way at once");
    assert_eq!(book.busiest(), 10);
    let read = book.desk.state().polling.values().filter(|one| one.checked_at.is_some()).count();
    assert_eq!(read, 1_500, "each was read in {} questions", book.polls.len());
    assert!(book.desk.state().in_flight.len() <= 20);
}

#[test]
fn a_person_is_answered_before_the_book_goes_on() {
    let mut book = Book::of(500, Pace::default());
    book.run(SignedDuration::from_secs(2));
    let ask = Table::new().ask();
    let seller = SellerName::from("load-0");
    let command = Command::RequestQuote { seller: seller.clone(), ask, rfq: None };
    book.takes = SignedDuration::from_secs(20);
    book.input(Input::Command(command));
    let (asked, before) = (book.now, book.polls.len());
    book.takes = SignedDuration::from_millis(250);
    book.run(SignedDuration::from_secs(10));
    let since = &book.polls[before..];
    let of_it = since.iter().filter(|(other, _)| *other == seller).count();
    assert_eq!(of_it, 0, "its seller is asked for nothing else meanwhile");
    assert!(since.len() > 300, "the others are read on: {}", since.len());
    book.is_down = true;
    book.run(SignedDuration::from_secs(12));
    let after = book.polls.iter().rev().find(|(other, _)| *other == seller).unwrap().1;
    assert!(after >= asked + SignedDuration::from_secs(20));
}

#[test]
fn a_seller_that_does_not_answer_is_asked_less_and_less() {
    let mut book = Book::of(500, Pace::default());
    book.is_down = true;
    book.run(SignedDuration::from_mins(5));
    let asked = book.polls.len();
    assert!(asked < 200, "{asked} questions to sellers that are down");
    book.is_down = false;
    book.run(SignedDuration::from_mins(3));
    assert!(book.polls.len() > asked + 500, "once they answer they are read again");
}

#[test]
fn a_deal_that_is_as_it_was_is_no_reason_to_draw() {
    let mut book = Book::of(40, Pace::default());
    book.run(SignedDuration::from_secs(20));
    let read = book.polls.len();
    let (version, quiet) = (book.desk.state().version, book.desk.state().quiet);
    book.run(SignedDuration::from_mins(5));
    assert!(book.polls.len() > read + 40);
    let state = book.desk.state();
    assert_eq!(state.version, version, "nothing that is drawn at once changed");
    assert!(state.quiet > quiet, "and yet they are known to have been read");
    // A seller that fails, and answers again, is seen at once.
    book.is_down = true;
    book.run(SignedDuration::from_mins(10));
    let failed = book.desk.state().version;
    assert!(failed > version);
    book.is_down = false;
    book.run(SignedDuration::from_mins(10));
    assert!(book.desk.state().version > failed);
}
