//! What may be offered, and what the prices of a negotiation amount to.

use super::*;

fn usd(text: &str) -> Cpm {
    text.parse().unwrap()
}

/// `t28` they counter 28, `f27` final offer, `r30` reject naming 30, `u20` we counter 20.
fn played(script: &str) -> Negotiation {
    let mut game =
        Negotiation::open(QuoteRef::new("s", "q"), usd("30.00"), "", Timestamp::UNIX_EPOCH);
    for (index, step) in script.split_whitespace().enumerate() {
        let (who, price) = step.split_at(1);
        let (by, action) = match who {
            "u" => (By::Us, Action::Counter),
            "f" => (By::Them, Action::FinalOffer),
            "r" => (By::Them, Action::Reject),
            _ => (By::Them, Action::Counter),
        };
        game.rounds.push(Round {
            round: u32::try_from(index / 2 + 1).unwrap(),
            by,
            action,
            cpm: Some(usd(price)),
            rationale: String::new(),
            at: Timestamp::UNIX_EPOCH,
            raw: None,
        });
    }
    game
}

fn refusal(script: &str, offer: &str, limit: &str, matching: bool) -> String {
    played(script)
        .check_offer(usd(offer), Some(usd(limit)), matching)
        .map_or_else(|refusal| refusal.rule, |()| "ok".to_owned())
}

#[test]
fn an_offer_is_refused_before_it_costs_anything() {
    for (script, offer, limit, matching, expect) in [
        ("", "20.00", "26.00", false, "ok"),
        ("", "26.01", "26.00", false, "limit"),
        ("", "30.00", "40.00", false, "above their price"),
        ("", "30.00", "40.00", true, "ok"),
        ("u20.00 t28.00", "20.005", "26.00", false, "tick"),
        ("u20.00 f25.00", "24.00", "26.00", false, "final offer"),
        ("u20.00 f25.00", "25.00", "26.00", true, "ok"),
        ("u20.00 t28.00", "0.00", "26.00", false, "price"),
        ("u20.00 t28.00", "19.00", "26.00", false, "ok"),
        ("u20.00 t28.00", "20.00 EUR", "26.00", false, "currency"),
        // They quoted 30 and talk of 34.
        ("u20.00 t34.00", "34.00", "40.00", true, "above the quote"),
        ("u20.00 t34.00", "31.00", "40.00", false, "above the quote"),
        ("u20.00 t34.00", "30.00", "40.00", false, "above the quote"),
        ("u20.00 t34.00", "29.99", "40.00", false, "ok"),
        ("u20.00 t30.00", "30.00", "40.00", true, "ok"),
        ("u20.00 f34.00", "34.00", "40.00", true, "above the quote"),
        // A limit that cannot be compared with the offer lets nothing through.
        ("u20.00 t28.00", "21.00", "26.00 EUR", false, "limit"),
        // Their own price may be off the ticks; another one may not, whoever means to match.
        ("u20.00 t28.005", "28.005", "40.00", true, "ok"),
        ("u20.00 t28.005", "28.005", "40.00", false, "tick"),
        ("u20.00 t28.005", "27.005", "40.00", true, "tick"),
    ] {
        assert_eq!(refusal(script, offer, limit, matching), expect, "{script} then {offer}");
    }
}

#[test]
fn a_price_above_the_quote_is_told_with_both_prices() {
    let game = played("u20.00 t34.00");
    assert_eq!(game.above_quote(), Some((usd("30.00"), usd("34.00"))));
    let refusal = game.check_offer(usd("34.00"), None, true).unwrap_err();
    assert!(refusal.says.contains("quoted 30.00, now 34.00"), "{}", refusal.says);
    assert!(refusal.cure.contains("book the quote as it is"), "{}", refusal.cure);
    assert_eq!(played("u20.00 t28.00").above_quote(), None);
}

#[test]
fn what_was_quoted_and_what_is_matched_is_told_as_it_is() {
    let at_the_quote = played("u20.00 t34.00").check_offer(usd("30.00"), None, false).unwrap_err();
    assert_eq!(at_the_quote.says, "30.00 is not under the quote: quoted 30.00, now 34.00");
    let above = played("u20.00 t34.00").check_offer(usd("31.00"), None, false).unwrap_err();
    assert_eq!(above.says, "31.00 is above the quote: quoted 30.00, now 34.00");
    // They are at what they quoted: there is no newer price to tell.
    let matched = played("u20.00 t30.00").check_offer(usd("31.00"), None, true).unwrap_err();
    assert_eq!(matched.says, "31.00 is above the quote: quoted 30.00");
    assert_eq!(played("u20.00 t30.00").above_quote(), None);
}

#[test]
fn whose_turn_it_is_and_what_is_under_way() {
    let mut game = played("");
    assert!(game.is_our_turn() && !game.was_answered() && game.priced_move().is_none());
    assert!(!played("u20.00").was_answered());
    assert!(played("u20.00 t28.00").was_answered());
    let pending = |action| Pending {
        round: 1,
        cpm: usd("20.00"),
        action,
        note: None,
        idempotency_key: "key".to_owned(),
        automatic: false,
        owner: "us".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        in_doubt: false,
        arrived: false,
        seen: Vec::new(),
    };
    game.pending = Some(pending(Action::Counter));
    assert!(!game.is_our_turn(), "a move is under way");
    assert_eq!(game.priced_move().map(|pending| pending.cpm), Some(usd("20.00")));
    game.pending = Some(pending(Action::Walk));
    assert_eq!(game.priced_move(), None, "leaving names no price");
    game.pending = None;
    for (outcome, turn, over, words) in [
        (Outcome::Open, true, false, "still going"),
        (Outcome::Halted, true, false, "the strategy stopped"),
        (Outcome::Unknown, false, false, "nobody knows how"),
        (Outcome::Accepted, false, true, "a price was agreed"),
        (Outcome::WalkedAway, false, true, "you walked away"),
        (Outcome::Rejected, false, true, "the seller refused"),
        (Outcome::TimedOut, false, true, "the quote expired"),
    ] {
        game.outcome = outcome;
        assert_eq!((game.is_our_turn(), game.is_over()), (turn, over), "{outcome:?}");
        assert_eq!(outcome.words(), words);
    }
}

#[test]
fn an_acceptance_at_a_dearer_price_than_the_agreed_one_is_told() {
    for (by, action, cpm, dearer) in [
        (By::Them, Action::Accept, "20.01", Some("20.01")),
        (By::Them, Action::Accept, "20.00", None),
        (By::Them, Action::Accept, "19.00", None),
        (By::Them, Action::Counter, "28.00", None),
        (By::Us, Action::Accept, "28.00", None),
    ] {
        let mut game = played("u20.00 t28.00");
        game.agreed = Some(usd("20.00"));
        let last = game.rounds.last_mut().unwrap();
        (last.by, last.action, last.cpm) = (by, action.clone(), Some(usd(cpm)));
        assert_eq!(game.accepted_dearer(), dearer.map(usd), "{by:?} {action} {cpm}");
    }
}

#[test]
fn a_refusal_of_theirs_is_no_offer() {
    let game = played("u20.00 t28.00 u21.00 r30.00");
    assert_eq!(game.their_last(), Some(usd("28.00")));
    assert_eq!(game.our_last(), Some(usd("21.00")));
    assert_eq!(game.gap(), Some(Decimal::from(7)));
    assert_eq!(game.middle(), Some(usd("24.50")));
    assert_eq!(game.played(), 2);
    assert!(game.is_backwards(usd("20.99")));
    assert!(!game.is_backwards(usd("21.00")) && !game.is_backwards(usd("21.01")));
}

#[test]
fn moves_what_was_given_and_the_pace_of_both_sides() {
    let game = played("u20.00 t28.00 u21.00 t27.00 u21.00 t26.90");
    let dec = |text: &str| text.parse::<Decimal>().unwrap();
    assert_eq!(game.moves(By::Them), [dec("-2.00"), dec("-1.00"), dec("-0.10")]);
    assert_eq!(game.given(By::Them), Some((dec("3.10"), dec("10.3"))));
    assert_eq!(game.given(By::Us), Some((dec("1.00"), dec("5.0"))));
    for (script, theirs, ours) in [
        ("", None, None),
        ("u20.00 t28.00", None, None),
        ("u20.00 t28.00 u21.00 t26.10", Some(Pace::Steady), None),
        ("u20.00 t28.00 u21.00 t25.00 u24.00 t24.00", Some(Pace::Slowing), Some(Pace::Quickening)),
        ("u20.00 t30.00", Some(Pace::Stopped), None),
    ] {
        let game = played(script);
        assert_eq!((game.pace(By::Them), game.pace(By::Us)), (theirs, ours), "{script}");
    }
}
