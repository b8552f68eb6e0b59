//! The order of the quotes, kept up by what changed, is the order that is found by going through all.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{
    Quotes,
    line::Wish,
    order::Shown,
    rows::{Row, SORTS},
};
use crate::{
    desk::{Command, Desk, Effect, Input, RequestId, SellerInfo, Setup, State},
    domain::{
        Answer, Ask, Cpm, DealType, ErrorKind, Heard, Identity, Pricing, ProductRef, Quote,
        QuoteAsk, QuoteRef, QuoteStatus, SellerError, SellerName, Terms, Tier,
    },
    runtime::load::Load,
    tui::parts::{
        context::Dx,
        filter::Filter,
        keymap::Keymap,
        screen::{Motion, Screen as _},
        theme::Theme,
    },
};

/// What may happen.
#[derive(Debug, Clone)]
pub(super) enum Move {
    Ask { seller: usize, rfq: Option<u8> },
    Quotes { which: usize, cents: i64, minutes: i64 },
    Refuses { which: usize },
    AskAgain { which: usize },
    LetGo { which: usize },
    Passes { minutes: i64 },
}

pub(super) fn one_move() -> impl Strategy<Value = Move> {
    let which = 0usize..40;
    prop_oneof![
        3 => (0usize..3, prop::option::of(0u8..4)).prop_map(|(seller, rfq)| Move::Ask { seller, rfq }),
        4 => (which.clone(), 900i64..1_100, 1i64..40)
            .prop_map(|(which, cents, minutes)| Move::Quotes { which, cents, minutes }),
        1 => which.clone().prop_map(|which| Move::Refuses { which }),
        2 => which.clone().prop_map(|which| Move::AskAgain { which }),
        1 => which.prop_map(|which| Move::LetGo { which }),
        1 => (0i64..20).prop_map(|minutes| Move::Passes { minutes }),
    ]
}

pub(super) struct Table {
    pub(super) desk: Desk,
    pub(super) now: Timestamp,
    asked: Vec<(RequestId, SellerName, Ask)>,
    made: usize,
}

impl Table {
    pub(super) fn new() -> Self {
        let info = |n: usize| SellerInfo {
            name: format!("seller-{n}").into(),
            url: String::new(),
            protocol: "iab".into(),
            dialect: "v1".into(),
            reveal: Tier::Agency,
            auth: "key".into(),
            honours_agreement: true,
        };
        let setup =
            Setup { sellers: (0..3).map(info).collect(), is_host: true, ..Setup::default() };
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        Self { desk: Desk::new(setup), now, asked: Vec::new(), made: 0 }
    }

    fn input(&mut self, input: Input) {
        for effect in self.desk.step(input, self.now).effects {
            if let Effect::Ask(id, seller, ask) = effect {
                self.asked.push((id, seller, ask));
            }
        }
    }

    fn key(&self, which: usize) -> Option<QuoteRef> {
        let many = self.desk.state().quotes.len();
        self.desk.state().quotes.key(which.checked_rem(many)?).cloned()
    }

    pub(super) fn play(&mut self, one: &Move) {
        match one {
            Move::Ask { seller, rfq } => {
                let rfq = rfq.map(|rfq| format!("rfq-{rfq}").into());
                let seller = format!("seller-{seller}").into();
                self.input(Input::Command(Command::RequestQuote { seller, ask: ask(), rfq }));
            }
            Move::Quotes { which, .. } | Move::Refuses { which } if self.asked.is_empty() => {
                let _ = which;
            }
            Move::Quotes { which, cents, minutes } => {
                let (id, seller, _) = self.asked.remove(which % self.asked.len());
                self.made += 1;
                let quote = quote(&seller, self.made, *cents, self.now, *minutes);
                let answer = Heard {
                    result: Ok(Answer::Quote(Box::new(quote))),
                    exchange: None,
                    spoke: None,
                };
                self.input(Input::Answered(id, Box::new(answer)));
            }
            Move::Refuses { which } => {
                let (id, _, _) = self.asked.remove(which % self.asked.len());
                let error = SellerError::transport(ErrorKind::Refused, "no", "no", "none");
                self.input(Input::Answered(id, Box::new(Heard::unsent(error))));
            }
            Move::AskAgain { which } => {
                if let Some(key) = self.key(*which) {
                    self.input(Input::Command(Command::Requote(key)));
                }
            }
            Move::LetGo { which } => {
                if let Some(key) = self.key(*which) {
                    self.input(Input::Command(Command::LetGo(key)));
                }
            }
            Move::Passes { minutes } => {
                self.now += SignedDuration::from_mins(*minutes);
                self.input(Input::Wake);
            }
        }
    }
}

fn ask() -> QuoteAsk {
    QuoteAsk {
        product_id: "p-1".into(),
        product_name: Some("Sports".into()),
        deal_type: DealType::Preferred,
        impressions: Some(100_000),
        flight_start: "2026-12-01".parse().unwrap(),
        flight_end: "2026-12-31".parse().unwrap(),
        target_cpm: None,
        identity: Identity::default(),
        currency: None,
    }
}

fn quote(seller: &SellerName, made: usize, cents: i64, now: Timestamp, minutes: i64) -> Quote {
    Quote {
        quote_id: format!("qt-{made}").into(),
        seller: seller.clone(),
        status: QuoteStatus::Available,
        raw_status: "available".into(),
        deal_type: DealType::Preferred,
        product: ProductRef {
            product_id: "p-1".into(),
            name: if made.is_multiple_of(2) { "Sports" } else { "News" }.into(),
            inventory_type: "ctv".into(),
        },
        pricing: Pricing {
            base_cpm: None,
            tier_discount_pct: None,
            volume_discount_pct: None,
            final_cpm: Some(Cpm::usd(rust_decimal::Decimal::new(cents, 2))),
            pricing_model: "cpm".into(),
            rationale: String::new(),
        },
        terms: Terms {
            impressions: Some(100_000),
            flight_start: None,
            flight_end: None,
            guaranteed: false,
        },
        availability: None,
        buyer_tier: None,
        expires_at: now + SignedDuration::from_mins(minutes),
        created_at: None,
        calls_itself: None,
        deal_id: None,
    }
}

fn rows(shown: &mut Shown, state: &State, now: Timestamp) -> Vec<Row> {
    shown.window(state, (0, shown.len()), now)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn what_is_kept_up_is_what_is_made_anew(
        moves in prop::collection::vec(one_move(), 1..120),
        sort in 0..SORTS.len(),
        filter in prop_oneof![Just(""), Just("sports"), Just("seller:seller-1"), Just("!rfq-1"), Just("cpm<10")],
    ) {
        let (mut table, mut kept) = (Table::new(), Shown::default());
        let filter = Filter::parse(filter);
        for one in &moves {
            table.play(one);
            let state = table.desk.state();
            let wish = Wish { state, filter: &filter, sort };
            kept.refresh(wish, 1, table.now);
            let mut anew = Shown::default();
            anew.refresh(wish, 1, table.now);
            let (is, was) = (rows(&mut kept, state, table.now), rows(&mut anew, state, table.now));
            // Which of two equal prices holds longer is found out when something about them changes.
            let plain = |rows: &[Row]| rows.iter().map(|r| (r.key.clone(), r.depth)).collect::<Vec<_>>();
            prop_assert_eq!(plain(&is), plain(&was), "after {:?}", one);
            for (place, row) in is.iter().enumerate() {
                // A quote that was asked for again twice stands under both that replaced it.
                let found = kept.place(state, &row.key).and_then(|place| is.get(place));
                prop_assert_eq!(found.map(|row| &row.key), Some(&row.key));
                prop_assert_eq!(kept.key(state, place), Some(row.key.clone()));
            }
        }
    }
}

#[test]
fn what_is_typed_letter_by_letter_is_what_is_typed_at_once() {
    let now = Timestamp::from_second(1_790_000_000).unwrap();
    let load = Load { countdowns: 60, done: 300, quotes: 300, ..Load::default() };
    let mut desk = Desk::default();
    desk.replay(load.entries(now));
    let state = desk.state();
    for sort in 0..SORTS.len() {
        let (mut kept, mut version) = (Shown::default(), 0);
        for typed in
            ["", "l", "lo", "loa", "load ", "load v", "load vi", "load", "!", "!vi", "rfq-", ""]
        {
            version += 1;
            let filter = Filter::parse(typed);
            let wish = Wish { state, filter: &filter, sort };
            kept.refresh(wish, version, now);
            let mut anew = Shown::default();
            anew.refresh(wish, version, now);
            let plain = |shown: &mut Shown| -> Vec<_> {
                rows(shown, state, now).into_iter().map(|row| (row.key, row.depth)).collect()
            };
            assert_eq!(plain(&mut kept), plain(&mut anew), "{typed:?} by {sort}");
            assert!(kept.gaps == anew.gaps && kept.len() > 5, "{typed:?} by {sort}");
        }
    }
    assert!(state.quotes.looked_at() < 3_000);
}

/// The screen over a big book, drawn at 120 by 36.
fn screen(desk: &Desk, quotes: &mut Quotes, now: Timestamp) {
    let (theme, keymap) = (Theme::default(), Keymap::default());
    let dx = Dx {
        state: desk.state(),
        now,
        theme: &theme,
        keymap: &keymap,
        size: (120, 36),
        show: None,
        forker: None,
    };
    let body = ratatui::layout::Rect::new(0, 2, 120, 32);
    quotes.prepare(&dx, body);
    let mut wake = crate::tui::parts::context::Wake::default();
    quotes.wakes(&mut wake, &dx);
    let terminal = ratatui::backend::TestBackend::new(120, 36);
    let mut terminal = ratatui::Terminal::new(terminal).unwrap();
    terminal.draw(|frame| quotes.draw(frame, body, &dx)).unwrap();
}

#[test]
fn a_key_and_a_change_cost_the_rows_that_are_seen_whatever_the_book() {
    let now = Timestamp::from_second(1_790_000_000).unwrap();
    let load = Load { countdowns: 300, done: 1_500, quotes: 1_500, ..Load::default() };
    let mut desk = Desk::default();
    desk.replay(load.entries(now));
    let mut quotes = Quotes::default();
    screen(&desk, &mut quotes, now);
    assert!(quotes.shown.len() > 3_300);
    let seen = |desk: &Desk| desk.state().quotes.looked_at();
    let first = seen(&desk);
    assert!(first < 200, "{first} packed quotes were looked at for one screen");
    let put = quotes.shown.put();
    for motion in [Motion::Down, Motion::Bottom, Motion::PageUp, Motion::Up, Motion::Top] {
        let before = seen(&desk);
        let list = quotes.listed().unwrap();
        list.moved(motion);
        screen(&desk, &mut quotes, now);
        assert!(seen(&desk) - before < 200, "{motion:?}");
    }
    assert_eq!(quotes.shown.put(), put, "a key that moves puts no row anew");
    // Half of these are about quotes that are on screen, half about none.
    for number in 0..20 {
        desk.replay([load.update(number, now, now)]);
        screen(&desk, &mut quotes, now);
    }
    assert!(quotes.shown.put() - put <= 20, "{}", quotes.shown.put() - put);
}
