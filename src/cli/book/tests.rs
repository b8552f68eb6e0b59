//! Every ending of a booking: its outcome, its exit code, and whether anything was sent.

#![expect(clippy::wildcard_enum_match_arm, reason = "a script answers what its story is about")]

use std::{future::pending, pin::pin, time::Duration};

use super::{Args, Waits, book, check};
use crate::{
    cli::fake::{Fake, Says, ask, d, deal, error, quote, setup},
    cli::tests::schema,
    desk::{Mode, Setup},
    domain::{Answer, Ask, Cpm, ErrorKind, Quote, QuoteStatus, SellerError},
};

const WAITS: Waits = Waits { ask: Duration::from_secs(10), book: Duration::from_secs(30) };

fn args(confirm: &str, max: &str) -> Args {
    Args {
        quote_id: "qt-1".into(),
        confirm: Some(confirm.into()),
        max_cpm: Some(max.into()),
        ..Args::default()
    }
}

/// How the seller behaves in one story.
#[derive(Clone)]
struct Story {
    /// What `GET quote` says, in turn; the last one again and again.
    reread: Vec<Result<Quote, SellerError>>,
    /// What booking says; `None` is a time-out after it was sent.
    booked: Option<Result<&'static str, SellerError>>,
    /// What `GET deal` says.
    deal: Option<&'static str>,
}

fn available() -> Quote {
    quote("a", "qt-1", "20.52")
}

fn story(booked: Result<&'static str, SellerError>) -> Story {
    Story { reread: vec![Ok(available())], booked: Some(booked), deal: None }
}

async fn fake(setup: Setup, story: Story) -> Fake {
    let mut rereads = 0;
    let script = move |_: &_, asked: &Ask| match asked {
        Ask::Quote { .. } => Says::Answer(Answer::Quote(Box::new(available()))),
        Ask::GetQuote(_) => {
            let now = story.reread[rereads.min(story.reread.len() - 1)].clone();
            rereads += 1;
            match now {
                Ok(quote) => Says::Answer(Answer::Quote(Box::new(quote))),
                Err(error) => Says::Error(error),
            }
        }
        asked if asked.commits() => match &story.booked {
            Some(Ok(cpm)) => Says::Answer(booked_at(cpm)),
            Some(Err(error)) => Says::Error(error.clone()),
            None => Says::Error(error(ErrorKind::Timeout, 0, "timeout")),
        },
        Ask::GetDeal(_) => story.deal.map_or(Says::Nothing, |cpm| Says::Answer(booked_at(cpm))),
        _ => Says::Nothing,
    };
    let mut fake = Fake::new(setup, script);
    fake.quoted("a", ask()).await;
    fake
}

fn booked_at(cpm: &str) -> Answer {
    let mut deal = deal(&available());
    deal.pricing.final_cpm = Some(Cpm::usd(d(cpm)));
    Answer::Deal(Box::new(deal))
}

async fn run(fake: &mut Fake, args: &Args) -> (serde_json::Value, u8) {
    let reply = book(fake, args, WAITS, &mut pin!(pending::<()>())).await.unwrap();
    let document = schema::check("book", &reply.json);
    assert_eq!(document["exit"].as_u64(), Some(reply.exit.code().into()));
    assert_eq!(document["error"].is_null(), reply.exit.code() == 0);
    assert_eq!(reply.words.is_empty(), reply.exit.code() == 0);
    (document, reply.exit.code())
}

#[tokio::test]
async fn every_ending_has_its_outcome_and_its_exit_code() {
    let changed = quote("a", "qt-1", "21.00");
    let mut expired = available();
    (expired.status, expired.raw_status) = (QuoteStatus::Expired, "expired".into());
    let mut booked = available();
    (booked.status, booked.deal_id) = (QuoteStatus::Booked, Some("D-1".into()));
    let refused = error(ErrorKind::Refused, 422, "invalid_deal_type");
    let gone = error(ErrorKind::Refused, 410, "quote_expired");
    let unreachable = error(ErrorKind::Unreachable, 0, "connect_error");
    let lost = Story { booked: None, ..story(Ok("")) };
    let reread = |reread: Vec<Result<Quote, SellerError>>| Story { reread, ..story(Ok("20.52")) };
    for (what, story, args, outcome, exit, sent) in [
        ("as agreed", story(Ok("20.52")), args("20.52", "21"), "done", 0, 1),
        ("equal is equal", story(Ok("20.52")), args("20.520", "20.52"), "done", 0, 1),
        ("another price", story(Ok("27.36")), args("20.52", "21"), "disputed", 12, 1),
        ("the seller says no", story(Err(refused)), args("20.52", "21"), "refused", 5, 1),
        ("too late", story(Err(gone.clone())), args("20.52", "21"), "expired", 6, 1),
        ("cable out", story(Err(unreachable.clone())), args("20.52", "21"), "not_sent", 8, 1),
        // That the quote is still available proves nothing: the first request may be at work.
        ("lost, still available", lost.clone(), args("20.52", "21"), "unknown", 9, 1),
        (
            "lost, then found",
            Story {
                reread: vec![Ok(available()), Ok(booked.clone())],
                deal: Some("20.52"),
                ..lost.clone()
            },
            args("20.52", "21"),
            "done",
            0,
            1,
        ),
        (
            "lost, and the seller silent",
            Story { reread: vec![Ok(available()), Err(unreachable.clone())], ..lost.clone() },
            args("20.52", "21"),
            "unknown",
            9,
            1,
        ),
        (
            "lost, and then 404",
            Story { reread: vec![Ok(available()), Err(gone.clone())], ..lost },
            args("20.52", "21"),
            "unknown",
            9,
            1,
        ),
        ("typed wrong", story(Ok("20.52")), args("20.25", "21"), "blocked", 7, 0),
        ("over --max-cpm", story(Ok("20.52")), args("20.52", "20.51"), "blocked", 7, 0),
        ("the offer changed", reread(vec![Ok(changed)]), args("20.52", "21"), "blocked", 7, 0),
        ("expired at the re-read", reread(vec![Ok(expired)]), args("20.52", "21"), "expired", 6, 0),
        ("gone at the re-read", reread(vec![Err(gone)]), args("20.52", "21"), "expired", 6, 0),
        ("nobody there", reread(vec![Err(unreachable)]), args("20.52", "21"), "not_sent", 8, 0),
    ] {
        let mut fake = fake(setup(&["a"]), story).await;
        let (document, code) = run(&mut fake, &args).await;
        assert_eq!((document["outcome"].as_str(), code), (Some(outcome), exit), "{what}");
        assert_eq!(fake.booked(), sent, "{what}");
        assert!(document["ticket"]["idempotency_key"].is_string(), "{what}");
        assert_eq!(document["deal"].is_object(), matches!(exit, 0 | 12), "{what}");
    }
}

#[tokio::test]
async fn limits_modes_and_the_store_close_the_gate() {
    let mut low = setup(&["a"]);
    low.limits.deal = Some(d("100"));
    let mut unset = setup(&["a"]);
    unset.limits.cpm.clear();
    let read_only = Setup { read_only: true, ..setup(&["a"]) };
    for (what, setup, rule) in [("deal", low, "deal"), ("unset", unset, "cpm")] {
        let mut fake = fake(setup, story(Ok("20.52"))).await;
        let (document, code) = run(&mut fake, &args("20.52", "21")).await;
        assert_eq!((code, document["refusal"]["rule"].as_str()), (7, Some(rule)), "{what}");
        assert_eq!(fake.booked(), 0, "{what}");
    }
    let mut fake = Fake::new(read_only, |_, _| Says::Nothing);
    let nothing = book(&mut fake, &args("1", "2"), WAITS, &mut pin!(pending::<()>())).await;
    assert_eq!(nothing.unwrap_err().exit.code(), 4);

    let mut paper = fake_with(Mode::Paper).await;
    let (document, code) = run(&mut paper, &args("20.52", "21")).await;
    assert_eq!(
        (document["outcome"].as_str(), document["mode"].as_str()),
        (Some("paper"), Some("paper"))
    );
    assert_eq!((code, paper.booked()), (13, 0), "no script takes it for `try again`");

    let mut broken = fake_with(Mode::Live).await;
    broken.broken_store = Some("the disk is full".into());
    let (document, code) = run(&mut broken, &args("20.52", "21")).await;
    assert_eq!((code, document["refusal"]["rule"].as_str()), (7, Some("stored")));
    assert_eq!(broken.booked(), 0);
}

async fn fake_with(mode: Mode) -> Fake {
    fake(Setup { mode, ..setup(&["a"]) }, story(Ok("20.52"))).await
}

#[tokio::test]
async fn a_dry_run_checks_everything_and_sends_nothing() {
    let mut fake = fake_with(Mode::Live).await;
    let dry = Args { dry_run: true, ..args("20.52", "21") };
    let (document, code) = run(&mut fake, &dry).await;
    assert_eq!((document["outcome"].as_str(), code), (Some("not_sent"), 0));
    assert!(document["checks"].as_array().unwrap().iter().all(|check| check["ok"] == true));
    assert_eq!(fake.booked(), 0);
}

#[tokio::test]
async fn a_second_booking_of_the_same_quote_is_refused() {
    let mut fake = fake_with(Mode::Live).await;
    assert_eq!(run(&mut fake, &args("20.52", "21")).await.1, 0);
    let (document, code) = run(&mut fake, &args("20.52", "21")).await;
    assert_eq!((code, document["refusal"]["rule"].as_str()), (7, Some("booked")));
    assert_eq!(fake.booked(), 1);
}

#[tokio::test]
async fn interrupted_before_sending_is_130_and_after_it_is_unknown() {
    let mut before = fake_with(Mode::Live).await;
    let reply = book(&mut before, &args("20.52", "21"), WAITS, &mut pin!(async {})).await.unwrap();
    assert_eq!((reply.exit.code(), before.booked()), (130, 0));
    schema::check("book", &reply.json);

    // The store is slow: nobody knows whether what is being stored will still be sent.
    let mut after = fake_with(Mode::Live).await;
    after.slow_store = true;
    let (document, code) = run(&mut after, &args("20.52", "21")).await;
    assert_eq!((document["outcome"].as_str(), code), (Some("unknown"), 9));
}

#[tokio::test]
async fn a_cost_that_is_typed_must_be_true_though_nothing_asks_for_it() {
    // 500,000 impressions at 20.52.
    for (cost, dry_run, exit, sent) in [
        ("100", false, 7, 0),
        ("10260.01", false, 7, 0),
        ("100", true, 7, 0),
        ("10260", true, 0, 0),
        ("10,260.00", false, 0, 1),
    ] {
        let mut fake = fake(setup(&["a"]), story(Ok("20.52"))).await;
        let args = Args { confirm_cost: Some(cost.into()), dry_run, ..args("20.52", "21") };
        let (document, code) = run(&mut fake, &args).await;
        assert_eq!((code, fake.booked()), (exit, sent), "{cost}: {document}");
        if exit == 7 {
            assert_eq!(document["refusal"]["rule"], "confirm-cost");
            let says = document["refusal"]["says"].as_str().unwrap();
            assert!(says.contains("10260.00 USD"), "{says}");
        }
    }
}

#[tokio::test]
async fn what_is_no_plain_figure_is_said_back_in_the_document() {
    for (confirm, max, said) in [
        ("20.52", "21", vec![]),
        (
            "20,52",
            "$20.52 CPM",
            vec![("--confirm", "20,52", "20.52 USD"), ("--max-cpm", "$20.52 CPM", "20.52 USD")],
        ),
        ("20.520", "20.520 USD", vec![("--max-cpm", "20.520 USD", "20.52 USD")]),
    ] {
        let mut seller = fake(setup(&["a"]), story(Ok("20.52"))).await;
        let (document, exit) = run(&mut seller, &args(confirm, max)).await;
        assert_eq!((exit, seller.booked()), (0, 1), "{confirm} {max}");
        let told = document["understood"].as_array().unwrap().iter();
        let told =
            told.map(|one| ["option", "typed", "means"].map(|key| one[key].as_str().unwrap()));
        let told: Vec<_> = told.map(|[option, typed, means]| (option, typed, means)).collect();
        assert_eq!(told, said, "{confirm} {max}");
    }
    let mut fake = fake(setup(&["a"]), story(Ok("20.52"))).await;
    let two = book(&mut fake, &args("20.52", "25,000"), WAITS, &mut pin!(pending::<()>())).await;
    let failure = two.unwrap_err();
    assert_eq!(failure.exit, crate::cli::exit::Exit::Usage);
    assert!(failure.says.contains("it can be 25.00 or 25000"), "{}", failure.says);
}

#[tokio::test]
async fn a_quote_nobody_knows_is_not_found() {
    let mut fake = fake_with(Mode::Live).await;
    let other = Args { quote_id: "b/qt-1".into(), ..args("20.52", "21") };
    let failure = book(&mut fake, &other, WAITS, &mut pin!(pending::<()>())).await.unwrap_err();
    assert_eq!(failure.exit.code(), 4);
}

#[tokio::test]
async fn the_error_document_has_what_the_seller_said_as_it_said_it() {
    let refused = |status, code| error(ErrorKind::Refused, status, code);
    let unreachable = error(ErrorKind::Unreachable, 0, "connect_error");
    let reread = |error: SellerError| Story { reread: vec![Err(error)], ..story(Ok("20.52")) };
    for (story, outcome, exit, status, code) in [
        (story(Err(refused(422, "invalid_deal_type"))), "refused", 5, 422, "invalid_deal_type"),
        (story(Err(refused(401, "unauthorized"))), "refused", 5, 401, "unauthorized"),
        (story(Err(refused(410, "quote_expired"))), "expired", 6, 410, "quote_expired"),
        (story(Err(unreachable.clone())), "not_sent", 8, 0, "connect_error"),
        (story(Err(error(ErrorKind::Unavailable, 503, "busy"))), "unknown", 9, 503, "busy"),
        (Story { booked: None, ..story(Ok("")) }, "unknown", 9, 0, "timeout"),
        (reread(refused(401, "unauthorized")), "not_sent", 3, 401, "unauthorized"),
        (reread(refused(403, "forbidden")), "not_sent", 3, 403, "forbidden"),
        (reread(refused(404, "no_such_path")), "not_sent", 4, 404, "no_such_path"),
        (reread(refused(422, "invalid_request")), "not_sent", 5, 422, "invalid_request"),
        (reread(unreachable), "not_sent", 8, 0, "connect_error"),
    ] {
        let mut fake = fake(setup(&["a"]), story).await;
        let (document, got) = run(&mut fake, &args("20.52", "21")).await;
        assert_eq!((document["outcome"].as_str(), got), (Some(outcome), exit), "{code}");
        let told = &document["error"];
        let words = told["says"].as_str().unwrap();
        assert!(words.contains("the seller's words"), "{told}");
        assert_eq!(told["http_status"].as_u64().unwrap_or(0), status, "{told}");
        assert_eq!((&told["code"], &told["seller"]), (&code.into(), &"a".into()), "{told}");
    }
    // What no seller said has our rule, and no status.
    let mut fake = fake(setup(&["a"]), story(Ok("20.52"))).await;
    let (document, _) = run(&mut fake, &args("20.25", "21")).await;
    assert!(document["error"]["http_status"].is_null());
    assert_eq!(document["error"]["code"], "confirm");
}

#[test]
fn both_prices_must_be_given_and_a_yes_is_not_enough() {
    let given = |confirm: bool, max: bool, dry_run: bool, yes: bool| Args {
        confirm: confirm.then(|| "1".into()),
        max_cpm: max.then(|| "1".into()),
        dry_run,
        yes,
        ..Args::default()
    };
    assert!(check(&given(true, true, false, false)).is_ok());
    assert!(check(&given(false, true, true, false)).is_ok());
    for (confirm, max, dry, yes) in [
        (false, false, false, true),
        (false, true, false, true),
        (true, false, false, true),
        (false, false, false, false),
        (true, false, true, false),
    ] {
        let failure = check(&given(confirm, max, dry, yes)).unwrap_err();
        assert_eq!(failure.exit.code(), 2);
        assert_eq!(failure.says.contains("--yes is not enough"), yes);
    }
}
