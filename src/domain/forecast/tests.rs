//! What is counted, by tables; that a forecast keeps within what both sides said, for talks that nobody
//! chose; and a track record of a history that is known.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::domain::{Action, By, Outcome, QuoteRef, Round};

fn usd(text: &str) -> Cpm {
    text.parse().unwrap()
}

fn cents(cents: i64) -> Cpm {
    Cpm::usd(Decimal::new(cents, 2))
}

/// A talk that opened in that hour at 100.00: our offer and their answer a round. `c95` they counter 95,
/// `f90` that is final, `a` they take ours, `r` they refuse.
fn talk(hour: i64, rounds: &[(&str, &str)]) -> Negotiation {
    let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
    let mut game = Negotiation::open(QuoteRef::new("s", "q"), usd("100.00"), "", at);
    for (nth, (ours, said)) in (1..).zip(rounds) {
        let ours = usd(ours);
        let (word, price) = said.split_at(1);
        let (action, theirs) = match word {
            "c" => (Action::Counter, usd(price)),
            "f" => (Action::FinalOffer, usd(price)),
            "r" => (Action::Reject, usd("100.00")),
            _ => (Action::Accept, ours),
        };
        if action == Action::Accept {
            (game.outcome, game.agreed) = (Outcome::Accepted, Some(ours));
        } else if action == Action::Reject {
            game.outcome = Outcome::Rejected;
        }
        let moves = [(By::Us, Action::Counter, ours), (By::Them, action, theirs)];
        for (by, action, cpm) in moves {
            let (rationale, raw, cpm) = (String::new(), None, Some(cpm));
            game.rounds.push(Round { round: nth, by, action, cpm, rationale, at, raw });
        }
    }
    game
}

/// Three that agreed, at 92, 90 and 88, and one that was refused.
fn past() -> Vec<Negotiation> {
    vec![
        talk(1, &[("80", "c96"), ("92", "a")]),
        talk(2, &[("80", "c95"), ("85", "c93"), ("90", "a")]),
        talk(3, &[("80", "c94"), ("88", "a")]),
        talk(4, &[("70", "c99"), ("72", "r")]),
    ]
}

fn now(rounds: &[(&str, &str)]) -> Negotiation {
    talk(9, rounds)
}

fn told(past: &[Negotiation], game: &Negotiation) -> Option<Forecast> {
    Forecast::of(&History::of(past), game)
}

fn bounds(range: Option<Range>) -> Option<(String, String, String)> {
    range.map(|range| (range.low.plain(), range.middle.plain(), range.high.plain()))
}

#[test]
fn with_too_little_to_go_on_nothing_is_said() {
    let game = now(&[("80", "c95")]);
    assert_eq!(told(&[], &game), None);
    assert_eq!(told(&past()[..1], &game), None);
    // Nobody answered in these.
    assert_eq!(told(&[talk(1, &[]), talk(2, &[]), talk(3, &[])], &game), None);
    // Two talks, of which one agreed: chances, but no range.
    let few = told(&past()[2..], &game).unwrap();
    assert_eq!((few.range, few.record.percent()), (None, None));
    assert_eq!(few.at(usd("94")).settles, None);
    assert_eq!(told(&past(), &talk(9, &[("80", "a")])), None, "it is over");
    // One that still runs is a talk, but has not ended.
    let mut runs = past();
    runs.push(talk(5, &[("80", "c95")]));
    let history = History::of(&runs);
    assert_eq!((history.talks(), history.over(), history.agreed()), (5, 4, 3));
}

#[test]
fn the_range_is_what_was_still_given_from_here() {
    // After the first answer they still gave 4 of 96, 5 of 95 and 6 of 94.
    let after_one = told(&past(), &now(&[("80", "c95")])).unwrap();
    let range = after_one.range.unwrap();
    assert_eq!(range.gives, ("4.2".parse().unwrap(), "6.4".parse().unwrap()));
    assert_eq!((after_one.talks, range.from), (4, 3));
    assert_eq!(bounds(after_one.range), Some(("88.94".into(), "90.00".into(), "91.04".into())));
    // Before it, from the quote: 8, 10 and 12 percent.
    let at_first = told(&past(), &now(&[])).unwrap();
    assert_eq!(bounds(at_first.range), Some(("88.00".into(), "90.00".into(), "92.00".into())));
    // Never under what we offered ourselves, nor above what they ask.
    let high = told(&past(), &now(&[("91", "c95")])).unwrap();
    assert_eq!(bounds(high.range), Some(("91.00".into(), "91.00".into(), "91.04".into())));
    let none = told(&past(), &now(&[("92", "c95")])).unwrap();
    assert_eq!(none.range, None, "they settled for less, but did not take it now");
    let dearer = told(&past(), &now(&[("80", "c120")])).unwrap();
    assert_eq!(dearer.stands, usd("100.00"), "nothing is agreed above the quote");
}

#[test]
fn a_price_is_taken_as_often_as_one_so_near_was() {
    let mut past = past();
    past.push(talk(5, &[("80", "c95"), ("84", "c94"), ("86", "c93")]));
    let told = told(&past, &now(&[("80", "c95")])).unwrap();
    // Second offers that were taken: 4.2 and 6.4 % under their price. Not taken then, or later: 8.5, 10.5,
    // 11.6 and 27.3 %. One that was taken in a third round says nothing of a second.
    for (price, accept, ends) in [
        ("60", Some(17), None),
        ("80", Some(20), None),
        // Between what was taken and what was not, nobody knows.
        ("86", None, Some(25)),
        ("88", None, Some(20)),
        ("92", Some(75), Some(13)),
        ("94.90", Some(75), Some(13)),
        ("95", Some(100), Some(0)),
        ("99", Some(100), Some(0)),
    ] {
        let chance = told.at(usd(price));
        assert_eq!((chance.accept, chance.ends), (accept, ends), "{price}");
    }
    // A fifth of 80 and four of 90, which is the middle of the range.
    assert_eq!(told.at(usd("80")).settles, Some(usd("88.00")));
    assert_eq!(told.at(usd("92")).settles, Some(usd("92.00")));
    assert_eq!(told.at(usd("99")).settles, Some(usd("95")));
}

#[test]
fn a_last_round_leaves_only_a_yes_or_the_end() {
    let mut game = now(&[("80", "c95")]);
    game.rounds_left = Some(1);
    let told = told(&past(), &game).unwrap();
    assert_eq!((told.is_last_round, told.at(usd("92")).ends), (true, Some(25)));
}

#[test]
fn a_final_offer_is_all_that_is_left() {
    let mut past = past();
    past.push(talk(5, &[("80", "f95"), ("95", "a")]));
    past.push(talk(6, &[("80", "f95"), ("81", "r")]));
    let told = told(&past, &now(&[("80", "c97"), ("82", "f93")])).unwrap();
    assert!(told.is_final);
    assert_eq!((told.range, told.finals), (None, (1, 2)));
    assert_eq!(told.between(), Some((usd("93"), usd("93"))));
    assert_eq!(told.prices(Some(usd("90"))), [usd("93")]);
    assert_eq!(told.at(usd("90")).accept, None);
}

#[test]
fn prices_stand_between_ours_and_theirs_with_the_draft_among_them() {
    let told = told(&past(), &now(&[("80", "c96")])).unwrap();
    let plain = |draft: Option<&str>| {
        let prices = told.prices(draft.map(usd));
        prices.iter().map(Cpm::plain).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(plain(None), "84.00 88.00 92.00 96.00");
    assert_eq!(plain(Some("87.35")), "84.00 87.35 92.00 96.00");
    assert_eq!(plain(Some("79")), "79.00 88.00 92.00 96.00");
    assert_eq!(plain(Some("96")), "84.00 88.00 92.00 96.00");
}

#[test]
fn the_track_record_is_made_from_nothing_but_the_talks_before_each() {
    // All after one answer of 95; they settle at these prices, one after the other.
    let settled = ["90", "88", "89", "91", "88.50", "80", "82"];
    let talks: Vec<_> =
        (1..).zip(settled).map(|(hour, at)| talk(hour, &[("75", "c95"), (at, "a")])).collect();
    let history = History::of(&talks);
    // 89 lies in 88–90, 91 not; 88.50 in 88–91, 80 not; 82 in 80–91. The first two have none before them.
    assert_eq!(history.record(1), Record { held: 3, of: 5 });
    assert_eq!(history.record(1).percent(), Some(60));
    assert!(history.record(1).is_few());
    // The order in which they are given is not the order in which they were held.
    assert_eq!(History::of(talks.iter().rev()).record(1), Record { held: 3, of: 5 });
    let (range, held) = history.told(&talks[3]).unwrap();
    assert_eq!((range.low, range.high, held), (usd("88.00"), usd("90.00"), false));
    assert_eq!(history.told(&talks[1]), None);
    // Talks that went on at the same time know nothing of each other.
    let mut at_once: Vec<_> =
        settled.iter().map(|at| talk(1, &[("75", "c95"), (*at, "a")])).collect();
    for game in &mut at_once {
        game.rounds.last_mut().unwrap().at += SignedDuration::from_mins(5);
    }
    assert_eq!(History::of(&at_once).record(1), Record::default());
    assert_eq!(Record::default().percent(), None);
}

#[test]
fn the_newest_talks_are_looked_at_and_no_more() {
    let many: Vec<_> = (0..150).map(|hour| talk(hour, &[("80", "c95"), ("90", "a")])).collect();
    let history = History::of(&many);
    assert_eq!((history.talks(), history.agreed()), (LOOKED_AT, LOOKED_AT));
    assert_eq!(history.record(1).percent(), Some(100));
    let other = talk(151, &[("80 EUR", "c95"), ("90", "a")]);
    assert_eq!(History::of([&other]).talks(), 0, "two currencies are not one talk");
}

/// Offers and answers in cents, as they come.
fn any_talk(hour: i64) -> impl Strategy<Value = Negotiation> {
    let round = (4_000i64..11_000, 0u8..8, 4_000i64..12_000);
    proptest::collection::vec(round, 1..6).prop_map(move |rounds| {
        let mut played: Vec<(String, String)> = Vec::new();
        for (ours, word, theirs) in rounds {
            let theirs = cents(theirs).plain();
            let said = match word {
                0 => "r".to_owned(),
                1 => "a".to_owned(),
                2 => format!("f{theirs}"),
                _ => format!("c{theirs}"),
            };
            let over = word < 2;
            played.push((cents(ours).plain(), said));
            if over {
                break;
            }
        }
        let played: Vec<_> =
            played.iter().map(|(ours, said)| (ours.as_str(), said.as_str())).collect();
        talk(hour, &played)
    })
}

proptest! {
    #[test]
    fn a_forecast_keeps_within_what_was_said_and_never_turns(
        past in proptest::collection::vec((1i64..8).prop_flat_map(any_talk), 0..25),
        game in any_talk(9),
        left in proptest::option::of(-1i64..4),
        mut prices in proptest::collection::vec(3_000i64..12_000, 2..8),
    ) {
        let mut game = game;
        game.rounds_left = left;
        let found = told(&past, &game);
        prop_assert_eq!(&found, &told(&past, &game));
        let Some(found) = found else { return Ok(()) };
        let theirs = game.their_last().unwrap();
        prop_assert!(found.stands <= theirs);
        // Where we offered more than they ask by now, theirs is what counts.
        let least = game.our_last().unwrap().amount().min(found.stands.amount());
        if let Some(range) = found.range {
            prop_assert!(range.low <= range.middle && range.middle <= range.high);
            prop_assert!(range.holds(range.middle));
            prop_assert!(range.low.amount() >= least && range.high <= theirs);
        }
        prop_assert!(found.record.held <= found.record.of);
        prices.sort_unstable();
        let (mut accept, mut ends) = (0, 100);
        for price in prices {
            let chance = found.at(cents(price));
            if let Some(likely) = chance.accept {
                prop_assert!(likely >= accept && likely <= 100);
                accept = likely;
            }
            if let Some(likely) = chance.ends {
                prop_assert!(likely <= ends);
                prop_assert!(likely + chance.accept.unwrap_or(0) <= 100);
                ends = likely;
            }
            if let Some(settles) = chance.settles {
                prop_assert!(settles.amount() >= least && settles <= theirs);
            }
        }
        let told = found.prices(Some(cents(8_000)));
        prop_assert!(told.windows(2).all(|two| two[0] < two[1]));
        prop_assert_eq!(told.last(), Some(&found.stands));
    }
}
