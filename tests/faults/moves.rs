//! A move in a negotiation: whatever goes wrong on the way, it left once, the seller has it once at most,
//! and the desk says that it was made, or that a price was agreed, only where the seller says so. The
//! judge is the seller's own count of rounds.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem::discriminant,
};

use dealdesk::{
    desk::{Command, Note, State},
    domain::{
        Cpm, Negotiation, Outcome, QuoteRef,
        strategy::{Options, Plan},
    },
    runtime::Session,
    sim::{Fault, InjectedFault, iab::requests},
    store::Location,
};
use rust_decimal::Decimal;

use super::{
    guise::Dated,
    support::{SELLERS, Shop, quote, seconds, some_day, until},
    wire::{Ticks, Way},
};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// A first offer.
    Offer,
    /// Another one, after an answer.
    Counter,
    /// Their price is taken.
    Accept,
    /// We leave, and say so.
    Walk,
    /// A strategy plays, from its first offer to the end.
    Played,
}

const MOVES: [Move; 5] = [Move::Offer, Move::Counter, Move::Accept, Move::Walk, Move::Played];

/// What the desk knows of the move in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// It was made.
    Made,
    /// It did not come about: refused, never sent, or never arrived.
    Not,
    /// Nobody knows; it is looked up for as long as it takes.
    Doubt,
}

impl Ends {
    fn of(game: &Negotiation) -> Self {
        match (&game.pending, &game.refused) {
            (Some(_), _) => Self::Doubt,
            (None, Some(_)) => Self::Not,
            (None, None) => Self::Made,
        }
    }
}

/// A row: how the seller takes it.
struct Row {
    name: &'static str,
    fault: Option<Fault>,
    /// Whether the seller makes the move.
    acts: bool,
}

fn rows() -> Vec<Row> {
    let row = |name, fault, acts| Row { name, fault: Some(fault), acts };
    let refuses = |name, status, code| row(name, Fault::Refuses { status, code }, false);
    let broken = |name, status, acts| row(name, Fault::Broken { status, acts }, acts);
    let throttled =
        |name, says| row(name, Fault::Throttled { says, retry_after_s: Some(7) }, false);
    vec![
        Row { name: "2xx", fault: None, acts: true },
        row("2xx, no JSON", Fault::Garbled, true),
        row("2xx, far too long", Fault::Huge(9_000_000), true),
        row("a proxy's page, acted", Fault::Html, true),
        row("202, acted", Fault::Undecided { status: 202, acts: true }, true),
        row("202, did not act", Fault::Undecided { status: 202, acts: false }, false),
        row("200 pending, did not act", Fault::Undecided { status: 200, acts: false }, false),
        throttled("429, says so", true),
        throttled("429, does not say", false),
        row("503", Fault::Unavailable, false),
        broken("500, acted", 500, true),
        broken("500, did not act", 500, false),
        broken("502, did not act", 502, false),
        broken("504, acted", 504, true),
        refuses("400", 400, "validation"),
        refuses("401", 401, ""),
        refuses("403", 403, ""),
        refuses("409", 409, "busy"),
        refuses("422", 422, "validation_failed"),
    ]
}

/// What is odd about the seller beside that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Odd {
    Nothing,
    /// It sells in this currency, at so many times the usual price.
    In(&'static str, u32),
    /// When its replies say that they were made.
    Dated(Dated),
    /// Its history is answered by a cache, as at the first look.
    Cached,
    /// Its history cannot be read.
    Blind,
}

const ODDS: [Odd; 7] = [
    Odd::Nothing,
    Odd::In("EUR", 1),
    Odd::In("JPY", 100),
    Odd::Dated(Dated::Behind(1)),
    Odd::Dated(Dated::Behind(120)),
    Odd::Cached,
    Odd::Blind,
];

/// Where the connection is cut.
const CUTS: [Way; 12] = [
    Way::Whole,
    Way::Refused,
    Way::Reset,
    Way::OldReset,
    Way::Silence,
    Way::Lost,
    Way::HalfHead,
    Way::HalfBody,
    Way::LostInSilence,
    Way::Held(3),
    Way::Held(60),
    Way::AtWork(60),
];

/// Longer than a move may be at work for all that is known of a seller.
const LATE: i64 = 60;

/// What the seller has of the move in the end, and what the desk knows of it. The answer to one that
/// `is_proven` is believed only with the seller's history.
fn expects(row: &Row, odd: Odd, way: Way, is_proven: bool) -> (bool, Ends) {
    let arrives = !matches!(way, Way::Refused | Way::Reset | Way::OldReset | Way::Silence);
    let has = arrives && row.acts;
    let ends = match (way, &row.fault) {
        (Way::Whole, None) if odd == Odd::Blind && is_proven => Ends::Doubt,
        (Way::Whole, None) => Ends::Made,
        (Way::Whole, Some(Fault::Refuses { code, .. })) if *code != "busy" => Ends::Not,
        (Way::Refused, _) | (Way::Whole, Some(Fault::Throttled { says: true, .. })) => Ends::Not,
        // What cannot be read tells nothing.
        _ if odd == Odd::Blind => Ends::Doubt,
        // A cache goes on telling what the first look found: that it is there, if it was, and never that
        // it did not arrive.
        _ if odd == Odd::Cached && (!has || is_late(way)) => Ends::Doubt,
        // A success that says nothing: it arrived, whatever the history lacks.
        (Way::Whole | Way::HalfBody, Some(Fault::Undecided { .. })) if !has => Ends::Doubt,
        // It did not arrive for as long as it may be at work.
        (Way::Held(wait) | Way::AtWork(wait), _) if wait >= LATE => Ends::Not,
        _ if has => Ends::Made,
        _ => Ends::Not,
    };
    (has, ends)
}

fn is_late(way: Way) -> bool {
    matches!(way, Way::Held(_) | Way::AtWork(_))
}

fn game(desk: &Session, key: &QuoteRef) -> Negotiation {
    desk.state().quote(key).unwrap().negotiation.clone().unwrap()
}

/// So much of what was quoted, in whole ticks.
fn share(desk: &Session, key: &QuoteRef, percent: u32) -> Cpm {
    let quoted = desk.state().quote(key).unwrap().quote.pricing.cpm().unwrap();
    let amount = quoted.amount() * Decimal::from(percent) / Decimal::from(100);
    Cpm::new(amount, quoted.currency()).nearest()
}

/// Whether nothing is awaited of the negotiation.
fn is_quiet(state: &State, key: &QuoteRef) -> bool {
    let game = state.quote(key).and_then(|record| record.negotiation.as_ref());
    state.storing.is_empty()
        && state.in_flight.is_empty()
        && game.is_some_and(|game| game.pending.is_none() && game.auto.is_none())
}

impl Move {
    /// Whether the dialect has words for it.
    fn is_said(self, seller: (&str, &str)) -> bool {
        self != Self::Walk || seller == SELLERS[1]
    }

    /// Whether one thing goes wrong alone: a strategy goes on, and its later moves would meet a history
    /// that tells nothing.
    fn goes_with(self, odd: Odd, (row, way): (&Row, Way)) -> bool {
        let is_first_made = row.fault.is_none() && way == Way::Whole;
        self != Self::Played || !(odd == Odd::Cached || odd == Odd::Blind && is_first_made)
    }

    /// What was moved before it: how many rounds.
    async fn prepare(self, desk: &mut Session, clock: &Ticks, key: &QuoteRef) -> u32 {
        let open = Command::OpenNegotiation { quote: key.clone(), target: None, limit: None };
        assert_eq!(desk.command(open), []);
        if matches!(self, Self::Offer | Self::Played) {
            return 0;
        }
        let cpm = share(desk, key, 80);
        assert_eq!(desk.command(Command::Offer { quote: key.clone(), cpm, note: None }), []);
        assert!(until(desk, clock, seconds(30), |state| is_quiet(state, key)).await);
        assert_eq!(game(desk, key).played(), 1);
        1
    }

    /// The price that it names.
    fn price(self, desk: &Session, key: &QuoteRef) -> Cpm {
        match self {
            Self::Offer | Self::Played => share(desk, key, 80),
            Self::Counter => share(desk, key, 82),
            Self::Accept | Self::Walk => game(desk, key).their_last().unwrap(),
        }
    }

    fn make(self, desk: &mut Session, key: &QuoteRef) {
        let (quote, cpm, note) = (key.clone(), self.price(desk, key), None::<Note>);
        let command = match self {
            Self::Offer | Self::Counter => Command::Offer { quote, cpm, note },
            Self::Accept => Command::Accept { quote, typed: cpm.amount() },
            Self::Walk => Command::Walk { quote, note },
            Self::Played => {
                let max = share(desk, key, 98);
                let strategy = "simple-threshold".to_owned();
                let step = share(desk, key, 4).amount();
                let (rounds, options) = (4, Options::default());
                let plan = Plan { strategy, target: cpm, max, step, rounds, options };
                Command::ArmAuto { quote, plan }
            }
        };
        assert_eq!(desk.command(command), []);
    }
}

async fn cell(seller: (&'static str, &'static str), made: Move, (row, odd, way): (&Row, Odd, Way)) {
    let what = format!("{}: {made:?}, {}, {odd:?}, {way:?}", seller.0, row.name);
    let is_proven = made == Move::Accept && seller == SELLERS[1];
    let (has, ends) = expects(row, odd, way, is_proven);
    let clock = Ticks::new(some_day());
    let times = if let Odd::In(_, times) = odd { times } else { 1 };
    let shop = Shop::priced(seller, 7, clock.clone(), times);
    shop.wire.disguise(|guise| match odd {
        Odd::In(currency, _) => guise.currency = Some(currency),
        Odd::Dated(dated) => guise.dated = Some(dated),
        Odd::Nothing | Odd::Cached | Odd::Blind => {}
    });
    let mut desk = shop.open(Location::Memory).await;
    let key = quote(&mut desk, &clock, &shop).await;
    let before = made.prepare(&mut desk, &clock, &key).await;
    let left = shop.wire.moves().len();
    match odd {
        Odd::Cached => shop.wire.disguise(|guise| guise.cache = Some(BTreeMap::new())),
        Odd::Blind => {
            let fault = Fault::Broken { status: 500, acts: false };
            let injected =
                InjectedFault::Fail { fault, requests: requests::NEGOTIATION_READS, times: 1_000 };
            shop.seller.arm(injected, desk.now());
        }
        Odd::Nothing | Odd::In(..) | Odd::Dated(_) => {}
    }
    if let Some(fault) = row.fault.clone() {
        shop.seller.arm(InjectedFault::next(fault, requests::MOVES), desk.now());
    }
    shop.wire.fails(way);
    let price = made.price(&desk, &key);
    made.make(&mut desk, &key);
    until(&mut desk, &clock, seconds(30), |state| is_quiet(state, &key)).await;
    until(&mut desk, &clock, seconds(400), |_| false).await;
    shop.wire.catch_up();

    let game = game(&desk, &key);
    let rounds = u32::try_from(shop.seller.engine().rounds(key.quote_id.as_str())).unwrap();
    let sent = shop.wire.moves();
    let found = Ends::of(&game);
    match made {
        Move::Walk => {
            assert_eq!(
                (game.outcome, found),
                (Outcome::WalkedAway, Ends::Made),
                "{what}: {game:?}"
            );
            assert_eq!((sent.len(), rounds), (left + 1, before + u32::from(has)), "{what}");
        }
        Move::Played => {
            // It waits for what it does not know.
            assert_eq!(game.auto.is_some(), ends == Ends::Doubt, "{what}: {game:?}");
            assert_eq!(game.played(), rounds - u32::from(has && ends != Ends::Made), "{what}");
            // Each left once; after one that was not made, or of which nobody knows, none.
            let different = sent.iter().collect::<BTreeSet<_>>().len();
            assert_eq!(different, sent.len(), "{what}: {sent:?}");
            assert_eq!(sent.len() > 1, ends == Ends::Made, "{what}: {game:?}");
            assert_eq!(game.is_over(), ends == Ends::Made, "{what}: {game:?}");
            if ends != Ends::Made {
                assert_eq!((found, rounds), (ends, u32::from(has)), "{what}: {game:?}");
            }
        }
        Move::Offer | Move::Counter | Move::Accept => {
            assert_eq!(found, ends, "{what}: {game:?}");
            assert_eq!((sent.len(), rounds), (left + 1, before + u32::from(has)), "{what}");
            assert_eq!(game.played(), before + u32::from(ends == Ends::Made), "{what}: {game:?}");
            let is_agreed = made == Move::Accept && ends == Ends::Made;
            assert_eq!(game.outcome == Outcome::Accepted, is_agreed, "{what}: {game:?}");
            assert_eq!(game.agreed, is_agreed.then_some(price), "{what}");
        }
    }
    // What the desk calls agreed, the seller took, at this price; and nothing is booked by a move.
    if let Some(agreed) = game.agreed {
        let theirs = shop.seller.engine().agreed(key.quote_id.as_str());
        assert_eq!(theirs, Some(agreed.amount()), "{what}: {game:?}");
    }
    assert_eq!((shop.booked().len(), desk.state().exposure.total()), (0, 0.into()), "{what}");
}

/// All is cut everywhere where it goes well; else only what a reply says matters, since a cut takes it
/// away. Beside what is odd: one fault of each kind, and one cut.
fn asked(rows: &[Row], odd: Odd) -> Vec<(&Row, Way)> {
    let kind = |row: &Row| row.fault.as_ref().map(discriminant);
    let is_first =
        |nth: usize| rows.iter().position(|row| kind(row) == kind(&rows[nth])) == Some(nth);
    let rows_here = (0..rows.len()).filter(|nth| odd == Odd::Nothing || is_first(*nth));
    let one_of_each = |way: &Way| {
        matches!(way, Way::Reset | Way::Silence | Way::Lost | Way::Held(3) | Way::AtWork(_))
    };
    let cuts = CUTS[1..].iter().filter(|way| odd == Odd::Nothing || one_of_each(way));
    rows_here.map(|nth| (&rows[nth], Way::Whole)).chain(cuts.map(|way| (&rows[0], *way))).collect()
}

async fn matrix(seller: (&'static str, &'static str)) {
    let rows = rows();
    let mut cells = 0;
    for made in MOVES.into_iter().filter(|made| made.is_said(seller)) {
        for odd in ODDS {
            for (row, way) in asked(&rows, odd) {
                if made.goes_with(odd, (row, way)) {
                    cell(seller, made, (row, odd, way)).await;
                    cells += 1;
                }
            }
        }
    }
    eprintln!("{}: {} rows of moves, {cells} cells", seller.0, rows.len());
    assert!(cells >= 400, "{cells} cells");
}

#[tokio::test]
async fn a_move_is_made_once_however_it_is_taken_in_the_old_dialect() {
    matrix(SELLERS[0]).await;
}

#[tokio::test]
async fn a_move_is_made_once_however_it_is_taken_in_the_new_dialect() {
    matrix(SELLERS[1]).await;
}
