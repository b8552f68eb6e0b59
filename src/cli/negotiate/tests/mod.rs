//! Every end of an automatic negotiation: its outcome, its exit code, and what can be booked after it.

#![expect(clippy::wildcard_enum_match_arm, reason = "a script answers what its story is about")]

mod clock;

use std::{future::pending, pin::pin, time::Duration};

use super::{Args, negotiate};
use crate::{
    cli::tests::schema,
    cli::{
        fake::{Fake, Says, ask, d, error, moved, quote, setup},
        port::Session as _,
    },
    desk::Setup,
    domain::{
        Action, Answer, Ask, Cpm, ErrorKind, SellerError,
        ask::{History, Moved},
        strategy,
    },
};

const WAIT: Duration = Duration::from_mins(2);

fn args(target: &str, max: &str, rounds: u32) -> Args {
    Args {
        quote_id: "qt-1".into(),
        target: Some(target.into()),
        max: Some(max.into()),
        step: Some("1".into()),
        rounds: Some(rounds),
        strategy: None,
        patience: None,
        shape: None,
        spend: None,
        seconds: None,
        dry_run: false,
        tries: false,
    }
}

#[derive(Clone)]
enum Plays {
    /// Gives in to whatever is offered.
    Accepts,
    /// Accepts, at a price of its own.
    AcceptsAt(&'static str),
    /// Says no.
    Rejects,
    /// Counters at this price for ever.
    Holds(&'static str),
    Fails(SellerError),
    Nothing,
}

/// A seller that plays so, and asks `requoted` after an agreement.
async fn fake(setup: Setup, plays: Plays, requoted: &'static str) -> Fake {
    let mut quotes = 0;
    let mut round = 0;
    let script = move |_: &_, asked: &Ask| match asked {
        Ask::Quote { .. } => {
            quotes += 1;
            let cpm = if quotes == 1 { "20.52" } else { requoted };
            let quote = quote("a", &format!("qt-{quotes}"), cpm);
            Says::Answer(Answer::Quote(Box::new(quote)))
        }
        Ask::Counter { cpm, action, .. } => {
            round += 1;
            let ours = cpm.plain();
            match &plays {
                Plays::Accepts => {
                    Says::Answer(Answer::Moved(moved(round, Action::Accept, &ours, &ours)))
                }
                Plays::AcceptsAt(price) => {
                    Says::Answer(Answer::Moved(moved(round, Action::Accept, &ours, price)))
                }
                Plays::Rejects => {
                    Says::Answer(Answer::Moved(moved(round, Action::Reject, &ours, "20.52")))
                }
                Plays::Holds(_) if *action == Action::Accept => {
                    Says::Answer(Answer::Moved(moved(round, Action::Accept, &ours, &ours)))
                }
                Plays::Holds(price) => {
                    Says::Answer(Answer::Moved(moved(round, Action::Counter, &ours, price)))
                }
                Plays::Fails(error) => Says::Error(error.clone()),
                Plays::Nothing => Says::Nothing,
            }
        }
        Ask::History(..) => Says::Error(error(ErrorKind::Unreachable, 0, "connect_error")),
        _ => Says::Nothing,
    };
    let mut fake = Fake::new(setup, script);
    fake.quoted("a", ask()).await;
    fake
}

async fn run(fake: &mut Fake, args: &Args) -> (serde_json::Value, u8) {
    let reply = negotiate(fake, args, WAIT, &mut pin!(pending::<()>())).await.unwrap();
    let document = schema::check("negotiate", &reply.json);
    assert_eq!(document["exit"].as_u64(), Some(reply.exit.code().into()));
    assert!(!reply.words.is_empty());
    (document, reply.exit.code())
}

#[tokio::test]
async fn every_end_has_its_outcome_and_its_exit_code() {
    let expired = error(ErrorKind::Refused, 410, "quote_expired");
    let refused = error(ErrorKind::Refused, 403, "negotiation_not_enabled");
    let blocked = error(ErrorKind::Refused, 403, "agent_blocked");
    let wrong = error(ErrorKind::Refused, 422, "invalid_request");
    let revoked = error(ErrorKind::Refused, 401, "unauthorized");
    let keyless = error(ErrorKind::Configuration, 0, "no_key");
    let away = error(ErrorKind::Unreachable, 0, "connect_error");
    let nowhere = error(ErrorKind::Refused, 404, "not_found");
    let absent = error(ErrorKind::Refused, 404, crate::domain::failure::NO_NEGOTIATION);
    let lost = error(ErrorKind::Timeout, 0, "timeout");
    for (what, plays, requoted, outcome, exit, agreed, books) in [
        ("agreed", Plays::Accepts, "18.00", "accepted", 0, Some("18.00"), Some("qt-2")),
        ("taken", Plays::Holds("19.49"), "19.49", "accepted", 0, Some("19.49"), Some("qt-2")),
        ("not carried over", Plays::Accepts, "20.52", "accepted", 0, Some("18.00"), None),
        ("rejected", Plays::Rejects, "", "rejected", 0, None, None),
        ("too dear", Plays::Holds("20.50"), "", "walked_away", 0, None, None),
        ("expired", Plays::Fails(expired), "", "timed_out", 0, None, None),
        ("not allowed", Plays::Fails(refused), "", "rejected", 5, None, None),
        ("no place for it", Plays::Fails(absent), "", "rejected", 5, None, None),
        ("turned down", Plays::Fails(wrong), "", "halted", 5, None, None),
        ("not found there", Plays::Fails(nowhere), "", "halted", 5, None, None),
        ("blocked", Plays::Fails(blocked), "", "halted", 3, None, None),
        ("key revoked", Plays::Fails(revoked), "", "halted", 3, None, None),
        ("no key", Plays::Fails(keyless), "", "halted", 3, None, None),
        ("not there", Plays::Fails(away), "", "halted", 8, None, None),
        ("lost", Plays::Fails(lost), "", "unknown", 9, None, None),
        ("silent", Plays::Nothing, "", "unknown", 9, None, None),
    ] {
        let mut fake = fake(setup(&["a"]), plays, requoted).await;
        let (document, code) = run(&mut fake, &args("18", "20", 3)).await;
        assert_eq!((document["outcome"].as_str(), code), (Some(outcome), exit), "{what}");
        assert_eq!(document["agreed_cpm"].as_str(), agreed, "{what}");
        assert_eq!(document["final_cpm"].as_str(), agreed, "{what}");
        assert_eq!(document["book_quote_id"].as_str(), books, "{what}");
        let next = if books.is_some() { "book" } else { "none" };
        assert_eq!(document["next"].as_str(), Some(next), "{what}");
        assert_eq!(fake.booked(), 0);
        let evidence = |nth: usize| document["in_doubt"]["evidence"][nth]["says"].as_str();
        match what {
            "lost" => {
                assert!(evidence(0).unwrap().contains("timeout"), "{:?}", evidence(0));
                assert!(evidence(1).unwrap().contains("could not be read"), "{:?}", evidence(1));
            }
            "silent" => assert_eq!(evidence(0), None, "nothing was heard"),
            _ => assert!(document["in_doubt"].is_null(), "{what}"),
        }
        if exit == 9 {
            assert_eq!(document["in_doubt"]["cpm"], "18.00", "{what}");
        }
        let told = &document["error"];
        if matches!(exit, 3 | 5 | 8) {
            assert_eq!(told["seller"], "a", "{what}");
            assert!(
                told["says"].as_str().unwrap().contains("the seller's words"),
                "{what}: {told}"
            );
            assert!(!told["code"].is_null() || !told["http_status"].is_null(), "{what}");
            let cure = told["cure"].as_str().unwrap();
            assert!(!cure.contains("still open"), "no negotiation began: {what}: {cure}");
        }
    }
}

#[tokio::test]
async fn a_seller_that_refuses_a_move_is_asked_how_the_negotiation_stands() {
    let accepted = |cpm: &str| {
        let moved = moved(1, Action::Accept, "18", cpm);
        let rounds = vec![Moved { status: "accepted".into(), ..moved }];
        let status = "accepted".to_owned();
        Ok(History { negotiation_id: None, status, max_rounds: None, rounds })
    };
    let is = |status: &str| {
        let status = status.to_owned();
        Ok(History { negotiation_id: None, status, max_rounds: None, rounds: Vec::new() })
    };
    let gone = || error(ErrorKind::Refused, 404, "");
    let over = || error(ErrorKind::Refused, 400, "");
    for (what, refused, history, outcome, exit, agreed) in [
        ("taken at our price", over(), accepted("18.00"), "accepted", 0, Some("18.00")),
        ("taken at less", over(), accepted("17.50"), "accepted", 0, Some("17.50")),
        ("taken at what nobody offered", over(), accepted("18.01"), "unknown", 9, None),
        ("refused", over(), is("rejected"), "rejected", 5, None),
        ("still open", over(), is("active"), "halted", 5, None),
        ("never begun", over(), Err(gone()), "halted", 5, None),
        ("no talks here", gone(), Err(gone()), "rejected", 5, None),
        ("nothing to be read", over(), Err(over()), "halted", 5, None),
    ] {
        let mut quotes = 0;
        let script = move |_: &_, asked: &Ask| match asked {
            Ask::Quote { ask, .. } => {
                quotes += 1;
                let cpm = ask.target_cpm.map_or_else(|| "20.52".to_owned(), |cpm| cpm.plain());
                let quote = quote("a", &format!("qt-{quotes}"), &cpm);
                Says::Answer(Answer::Quote(Box::new(quote)))
            }
            Ask::Counter { .. } => Says::Error(refused.clone()),
            Ask::History(..) => match &history {
                Ok(history) => Says::Answer(Answer::History(history.clone())),
                Err(error) => Says::Error(error.clone()),
            },
            _ => Says::Nothing,
        };
        let mut fake = Fake::new(setup(&["a"]), script);
        fake.quoted("a", ask()).await;
        let (document, code) = run(&mut fake, &args("18", "20", 3)).await;
        assert_eq!((document["outcome"].as_str(), code), (Some(outcome), exit), "{what}");
        assert_eq!(document["agreed_cpm"].as_str(), agreed, "{what}");
        assert_eq!(document["book_quote_id"].as_str(), agreed.map(|_| "qt-2"), "{what}");
        let words = document["error"].to_string();
        // None of these moves counted, so no negotiation is open.
        assert!(!words.contains("still open"), "{what}: {words}");
        assert_eq!(words.contains("as it was"), outcome == "halted", "{what}: {words}");
        let moves = fake.asked.iter().filter(|ask| matches!(ask, Ask::Counter { .. })).count();
        assert_eq!(moves, 1, "{what}");
    }
}

#[tokio::test]
async fn a_tier_that_is_refused_by_habit_is_tried_where_it_is_asked_for() {
    let mut setup = setup(&["a"]);
    setup.sellers[0].reveal = crate::domain::Tier::Seat;
    let seat = |_: &_, asked: &Ask| match asked {
        Ask::Quote { .. } => {
            let mut quote = quote("a", "qt-1", "20.52");
            quote.buyer_tier = Some(crate::domain::Tier::Seat);
            Says::Answer(Answer::Quote(Box::new(quote)))
        }
        Ask::Counter { cpm, .. } => {
            let ours = cpm.plain();
            Says::Answer(Answer::Moved(moved(1, Action::Reject, &ours, "20.52")))
        }
        _ => Says::Nothing,
    };
    let mut fake = Fake::new(setup, seat);
    fake.quoted("a", ask()).await;
    let given = args("18", "20", 3);
    let refused = negotiate(&mut fake, &given, WAIT, &mut pin!(pending::<()>())).await;
    let refused = refused.unwrap_err();
    assert!(refused.to_string().contains("--try"), "{refused}");
    assert_eq!(fake.asked.len(), 1, "nothing was sent");
    let (document, code) = run(&mut fake, &Args { tries: true, ..given }).await;
    assert_eq!((document["outcome"].as_str(), code), (Some("rejected"), 0));
}

#[tokio::test]
async fn a_seller_that_honours_an_agreement_books_the_same_quote() {
    let mut honest = setup(&["a"]);
    honest.sellers[0].honours_agreement = true;
    let mut fake = fake(honest, Plays::Accepts, "").await;
    let (document, _) = run(&mut fake, &args("18", "20", 3)).await;
    assert_eq!(document["book_quote_id"], "qt-1");
    assert_eq!(document["rounds_count"].as_u64(), Some(1));
    assert_eq!(document["rounds"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn an_acceptance_at_a_price_that_was_never_offered_books_nothing() {
    let mut honest = setup(&["a"]);
    honest.sellers[0].honours_agreement = true;
    let mut fake = fake(honest, Plays::AcceptsAt("19.90"), "").await;
    let (document, _) = run(&mut fake, &args("18", "20", 3)).await;
    assert!(document["book_quote_id"].is_null(), "{document}");
    assert_eq!(document["next"], "none");
    let says = document["error"]["says"].as_str().unwrap();
    assert!(says.contains("the seller accepted at 19.90 USD, never offered"), "{says}");
}

#[tokio::test]
async fn a_plan_above_the_limit_is_refused_and_nothing_is_sent() {
    let mut fake = fake(setup(&["a"]), Plays::Accepts, "").await;
    let sent = fake.asked.len();
    for (dry_run, code, exit) in [(false, "limit", 7), (true, "limit", 7)] {
        let args = Args { dry_run, ..args("18", "31", 3) };
        let failure =
            negotiate(&mut fake, &args, WAIT, &mut pin!(pending::<()>())).await.unwrap_err();
        assert_eq!((failure.code.as_deref(), failure.exit.code()), (Some(code), exit));
    }
    assert_eq!(fake.asked.len(), sent);
}

#[tokio::test]
async fn a_quote_that_is_over_is_told_from_a_limit() {
    for dry_run in [false, true] {
        let mut fake = fake(setup(&["a"]), Plays::Accepts, "").await;
        fake.until(Duration::from_hours(2), |_| false).await;
        let args = Args { dry_run, ..args("18", "20", 3) };
        let failure =
            negotiate(&mut fake, &args, WAIT, &mut pin!(pending::<()>())).await.unwrap_err();
        assert_eq!((failure.exit.code(), failure.code.as_deref()), (6, Some("expired")));
    }
}

#[tokio::test]
async fn a_dry_run_says_the_first_move_and_sends_nothing() {
    let mut fake = fake(setup(&["a"]), Plays::Accepts, "").await;
    let sent = fake.asked.len();
    let (document, code) = run(&mut fake, &Args { dry_run: true, ..args("18", "20", 3) }).await;
    assert_eq!((document["would"]["cpm"].as_str(), code), (Some("18.00"), 0));
    assert_eq!(document["understood"], serde_json::json!([]));
    let spend = Some("$25.2k".into());
    let other = Args { dry_run: true, spend, ..args("18,00", "20.520 USD", 3) };
    let (document, code) = run(&mut fake, &other).await;
    assert_eq!((document["would"]["cpm"].as_str(), code), (Some("18.00"), 0));
    let said = |option, typed, means| serde_json::json!({ "option": option, "typed": typed, "means": means });
    let expect = [
        said("--target", "18,00", "18.00 USD"),
        said("--max", "20.520 USD", "20.52 USD"),
        said("--spend", "$25.2k", "25200.00 USD"),
    ];
    assert_eq!(document["understood"], serde_json::json!(expect));
    for two in [args("18", "25,000", 3), args("1,400", "20", 3)] {
        let refused = negotiate(&mut fake, &two, WAIT, &mut pin!(pending::<()>())).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.exit.code(), 2);
        assert!(refused.says.contains("it can be "), "{}", refused.says);
    }
    for dry_run in [true, false] {
        let upside_down = Args { dry_run, ..args("20", "18", 3) };
        let refused = negotiate(&mut fake, &upside_down, WAIT, &mut pin!(pending::<()>())).await;
        let refused = refused.unwrap_err();
        assert_eq!((refused.exit.code(), refused.code.as_deref()), (2, Some("plan")));
    }
    let unknown = Args { dry_run: true, strategy: Some("magic".into()), ..args("18", "20", 3) };
    let failure = negotiate(&mut fake, &unknown, WAIT, &mut pin!(pending::<()>())).await;
    assert_eq!(failure.unwrap_err().exit.code(), 2);
    assert_eq!(fake.asked.len(), sent);
}

#[tokio::test]
async fn what_is_not_said_is_what_is_configured_or_asked_for() {
    let mut configured = setup(&["a"]);
    let by_share = strategy::by_name("boulware").unwrap();
    for parameter in strategy::parameters(by_share) {
        // 20.52 is quoted; the shape is left as it is.
        let typed = match parameter.name {
            "target" => "80%",
            "max" => "19.00",
            "rounds" => "4",
            "spend" => "9_000",
            "seconds" => "60",
            _ => continue,
        };
        configured.presets.set("boulware", *parameter, parameter.read(typed, None).unwrap());
    }
    configured.presets.first = Some("boulware".into());
    let mut fake = fake(configured, Plays::Accepts, "").await;
    let nothing = Args { target: None, max: None, step: None, rounds: None, ..args("1", "1", 1) };
    let planned = |fake: &Fake, args: &Args| {
        let state = crate::cli::port::Session::state(fake);
        super::plan(args, state, &state.quotes[0])
    };
    let plan = planned(&fake, &nothing).unwrap();
    assert_eq!((plan.strategy.as_str(), plan.rounds), ("boulware", 4));
    assert_eq!((plan.target.plain().as_str(), plan.max.plain().as_str()), ("16.42", "19.00"));
    assert_eq!((plan.options.seconds, plan.options.shape), (Some(60), None));
    let over = Args { max: Some("18".into()), seconds: Some(5), ..nothing.clone() };
    let plan = planned(&fake, &over).unwrap();
    assert_eq!((plan.max.plain().as_str(), plan.options.seconds), ("18.00", Some(5)));
    let other = Args { strategy: Some("simple-threshold".into()), ..nothing.clone() };
    let failure = planned(&fake, &other).unwrap_err();
    assert_eq!(failure.exit.code(), 2);
    assert!(failure.cure.contains("[strategies.simple-threshold]"), "{}", failure.cure);
    // The limit holds over what is configured: 30 there, and a dry run says what comes first.
    let (document, code) = run(&mut fake, &Args { dry_run: true, ..nothing }).await;
    assert_eq!((document["would"]["cpm"].as_str(), code), (Some("16.42"), 0));
}

#[tokio::test]
async fn interrupted_the_strategy_stops_and_the_negotiation_stays_open() {
    // At once, before the strategy is armed; and when it plays.
    for (looks, outcome, plays) in [(0, "open", false), (3, "halted", true)] {
        let slow = Setup { auto_pause: jiff::SignedDuration::from_secs(5), ..setup(&["a"]) };
        let mut fake = fake(slow, Plays::Holds("20.40"), "").await;
        let mut left = looks;
        let interrupt = std::future::poll_fn(move |context| {
            left -= 1;
            context.waker().wake_by_ref();
            if left < 0 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        });
        let given = args("18", "20", 9);
        let reply = negotiate(&mut fake, &given, WAIT, &mut pin!(interrupt)).await.unwrap();
        let document = schema::check("negotiate", &reply.json);
        assert_eq!((document["outcome"].as_str(), reply.exit.code()), (Some(outcome), 130));
        // Nothing plays on afterwards.
        fake.until(Duration::from_mins(1), |_| false).await;
        let game = crate::cli::port::Session::state(&fake).quotes[0].negotiation.clone().unwrap();
        assert!(game.auto.is_none() && !game.is_over());
        assert_eq!(game.limit, Some(Cpm::usd(d("20"))));
        let moves = fake.asked.iter().filter(|ask| matches!(ask, Ask::Counter { .. })).count();
        assert_eq!(moves > 0, plays, "{moves} moves");
    }
}
