//! Limits that change in the configuration: a lower one holds at once, a higher one waits for a reason.

use dealdesk::{
    desk::{Command, Fact, Input, Mode, Setup},
    domain::Limits,
};
use rust_decimal::Decimal;

use crate::harness::{Table, setup};

fn with_deal(deal: u32) -> Setup {
    let limits = Limits { deal: Some(deal.into()), ..setup().limits };
    Setup { limits, ..setup() }
}

/// The next desk on the store of `before`, with another configuration.
fn next(before: &Table, setup: Setup) -> Table {
    let mut table = Table::with(setup);
    table.desk.replay(before.journal.clone());
    table.journal.clone_from(&before.journal);
    table.input(Input::Opened(Vec::new()));
    table
}

fn deal_limit(table: &Table) -> Option<Decimal> {
    table.desk.state().setup.limits.deal
}

fn waiting(table: &Table) -> Vec<String> {
    table.desk.state().raised_limits().iter().map(ToString::to_string).collect()
}

#[test]
fn the_first_limits_are_kept_once_they_are_complete() {
    let mut bare = Table::with(Setup { limits: Limits::default(), ..setup() });
    bare.input(Input::Opened(Vec::new()));
    assert!(bare.journal.is_empty(), "{:?}", bare.kinds());
    let first = next(&bare, with_deal(25_000));
    assert_eq!((first.kinds(), waiting(&first).len()), (vec!["limits.set"], 0));
    assert_eq!(next(&first, with_deal(25_000)).kinds(), ["limits.set"], "kept once");
}

#[test]
fn a_lower_limit_holds_at_once_and_a_higher_one_waits_for_a_reason() {
    let first = next(&Table::new(), with_deal(25_000));
    let lower = next(&first, with_deal(10_000));
    assert_eq!(deal_limit(&lower), Some(10_000.into()));
    assert_eq!(lower.kinds(), ["limits.set", "limits.set"]);

    // Back to what it was is a raise too.
    let mut raised = next(&lower, with_deal(25_000));
    assert_eq!(raised.kinds().len(), 2, "nothing holds that did not");
    assert_eq!(deal_limit(&raised), Some(10_000.into()));
    assert_eq!(waiting(&raised), ["deal 10,000.00 → 25,000.00"]);
    let said = raised.desk.state().message.clone().unwrap();
    assert!(said.bad && said.says.contains("limits accept"), "{said:?}");
    for words in
        ["", "ok", "\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}"]
    {
        raised.command(Command::AcceptLimits { why: words.into() });
        assert_eq!((raised.rule(), deal_limit(&raised)), ("reason", Some(10_000.into())));
    }
    raised.command(Command::AcceptLimits { why: "Joan signed the Q3 budget".into() });
    assert_eq!((deal_limit(&raised), waiting(&raised).len()), (Some(25_000.into()), 0));
    let Some(Fact::LimitsSet { changed, why, .. }) = raised.journal.last().map(|e| &e.fact) else {
        panic!("{:?}", raised.kinds())
    };
    assert_eq!(changed.len(), 1);
    assert_eq!(why.as_deref(), Some("Joan signed the Q3 budget"));
    assert_eq!(raised.kinds().last(), Some(&"limits.raised"));

    raised.command(Command::AcceptLimits { why: "once more, with feeling".into() });
    assert_eq!(raised.rule(), "limits", "nothing waits any more");
    assert_eq!(deal_limit(&next(&raised, with_deal(25_000))), Some(25_000.into()));
}

#[test]
fn what_another_process_lowers_or_raises_holds_here_as_far_as_the_configuration_goes() {
    let first = next(&Table::new(), with_deal(25_000));
    let mut here = next(&first, with_deal(25_000));
    let lower = next(&first, with_deal(10_000));
    here.input(Input::Followed(vec![lower.journal.last().unwrap().clone()]));
    assert_eq!(deal_limit(&here), Some(10_000.into()));
    let mut higher = next(&lower, with_deal(90_000));
    higher.command(Command::AcceptLimits { why: "a larger client".into() });
    here.input(Input::Followed(vec![higher.journal.last().unwrap().clone()]));
    assert_eq!(deal_limit(&here), Some(25_000.into()), "no more than this one was started with");
}

#[test]
fn a_desk_that_may_not_write_accepts_nothing_and_the_demo_keeps_none() {
    let first = next(&Table::new(), with_deal(10_000));
    let read_only = Setup { read_only: true, ..with_deal(25_000) };
    let mut table = next(&first, read_only);
    table.command(Command::AcceptLimits { why: "a larger client".into() });
    assert_eq!((table.rule(), deal_limit(&table)), ("read-only", Some(10_000.into())));
    assert_eq!(table.kinds(), ["limits.set"]);
    let demo = next(&Table::new(), Setup { mode: Mode::Demo, ..setup() });
    assert!(demo.journal.is_empty());
}
