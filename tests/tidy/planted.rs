//! A breach of every rule, planted in text: each is found, also where tests stand before it, and none is
//! found where only tests have it.

use crate::{
    rules::{RULES, Rule},
    source::Source,
};

/// Breaches: the rule, where the file lies, and what it has.
const PLANTED: &[(&str, &str, &str)] = &[
    ("a layer knows only the layers below it", "src/domain/deal.rs", "use crate::desk::State;"),
    (
        "a layer knows only the layers below it",
        "src/tui/app/mod.rs",
        "use crate::{domain::Deal, store::Store};",
    ),
    (
        "a layer knows only the layers below it",
        "src/pack/mod.rs",
        "fn f() { crate::runtime::run(); }",
    ),
    (
        "a layer knows only the layers below it",
        "src/sellers/iab/mod.rs",
        "use crate::desk::{Released, State};",
    ),
    (
        "a layer knows only the layers below it",
        "src/json/quote.rs",
        "use crate::{cli::fail::Failure, domain::Quote};",
    ),
    (
        "a floor of the terminal face knows only the floors below it",
        "src/tui/parts/pane.rs",
        "use crate::{domain::Deal, tui::{parts::list::{List, Listed}, screens::board::Board}};",
    ),
    (
        "a floor of the terminal face knows only the floors below it",
        "src/tui/parts/list.rs",
        "use super::super::app::App;",
    ),
    (
        "a floor of the terminal face knows only the floors below it",
        "src/tui/screens/kit/mod.rs",
        "fn f() { crate::tui::tickets::open(a, b); }",
    ),
    (
        "a floor of the terminal face knows only the floors below it",
        "src/tui/tickets/walk.rs",
        "use crate::tui::{parts::{context::{Cx, Dx}, keys}, App};",
    ),
    (
        "the core waits for nothing and touches nothing outside",
        "src/desk/evolve.rs",
        "use std::fs;",
    ),
    (
        "the core waits for nothing and touches nothing outside",
        "src/tui/screens/log/view.rs",
        "fn f() { tokio::join!(); }",
    ),
    (
        "the core waits for nothing and touches nothing outside",
        "src/domain/cover.rs",
        "use std::collections::HashMap;",
    ),
    (
        "chance and order in simulated sellers are behaviour",
        "src/sim/seller.rs",
        "use std::time::Instant;",
    ),
    (
        "one place reads the time, and one place spawns",
        "src/tui/app/mod.rs",
        "fn f() { Instant::now(); }",
    ),
    (
        "one place reads the time, and one place spawns",
        "src/cli/watch.rs",
        "fn f() { Timestamp::now(); }",
    ),
    (
        "one place reads the time, and one place spawns",
        "src/runtime/pace.rs",
        "fn f() { tokio::spawn(g()); }",
    ),
    ("only the send gate commits", "src/desk/decide/book.rs", "fn f() { g(Ask::Book { a }); }"),
    (
        "only the send gate commits",
        "src/desk/decide/booked.rs",
        "fn f() { g(Ask::Counter { a }); }",
    ),
    (
        "only the send gate commits",
        "src/desk/decide/moves.rs",
        "fn f() { g(Ask::Counter { a }); g(Ask::Counter { b }); }",
    ),
    ("only the send gate commits", "src/cli/negotiate/mod.rs", "fn f() { g(Ask::Book { a }); }"),
    (
        "JSON that leaves is written in one place",
        "src/cli/deals.rs",
        "fn f() { serde_json::to_string(&a); }",
    ),
    ("a view never decides", "src/tui/screens/kit/view.rs", "fn f(state: &mut State) {}"),
    ("nothing is left for later", "src/desk/log.rs", concat!("fn f() { to", "do!() }")),
    ("nothing is left for later", "tests/desk/moves.rs", concat!("// TO", "DO: more")),
    ("tests do not sleep", "tests/pty/main.rs", concat!("fn f() { std::thread::", "sleep(a); }")),
    ("recordings are replayed by nothing of ours", "tests/replay/read.rs", "use dealdesk::domain;"),
    (
        "recordings are replayed by nothing of ours",
        "tests/replay/read.rs",
        "#[path = \"../desk/hands.rs\"]\nmod hands;",
    ),
    ("money is never binary", "src/tui/app/mod.rs", "fn f(price: f64) {}"),
    ("amounts have one reader", "src/runtime/config/limits.rs", "fn f() { Decimal::from_str(a); }"),
    (
        "decimals are added up by what is checked",
        "src/desk/exposure.rs",
        "fn f() { a.map(b).sum(); }",
    ),
    (
        "decimals are added up by what is checked",
        "src/desk/exposure.rs",
        "#[allow(clippy::arithmetic_side_effects)]\nfn f() {}",
    ),
    (
        "views do not draw outside text unclean",
        "src/tui/screens/kit/cells.rs",
        "fn f() { cell.set_char(c); }",
    ),
];

/// Rules that look at all of a file, tests and comments too.
const OF_ALL_TEXT: [&str; 3] =
    ["every file says what it is, and is short", "nothing is left for later", "tests do not sleep"];

const TESTS: &str = "#[cfg(test)]\nmod tests {\n    use super::*;\n}\n";

fn breaks(rule: &Rule, path: &str, text: &str) -> bool {
    !(rule.check)(&[Source::new(path, text)]).breaches.is_empty()
}

#[test]
fn a_breach_of_every_rule_is_found() {
    for (says, path, text) in PLANTED {
        let rule = RULES.iter().find(|rule| rule.says == *says).unwrap();
        assert!(breaks(rule, path, &format!("//! A file.\n{text}\n")), "{path}: {text}");
        // What stands behind a test module runs like everything else.
        let behind = format!("//! A file.\n{TESTS}{text}\n");
        assert!(breaks(rule, path, &behind), "behind tests in {path}: {text}");
        if !OF_ALL_TEXT.contains(says) {
            let inside = format!("//! A file.\n#[cfg(test)]\nmod tests {{\n{text}\n}}\n");
            assert!(!breaks(rule, path, &inside), "only in tests of {path}: {text}");
        }
    }
    let floors = RULES.iter().find(|rule| rule.says.starts_with("a floor of")).unwrap();
    let below = "//! A file.\nuse crate::{desk::State, tui::{parts::{context::Cx, keys}, screens::board}};\n\
                 use super::{one, two::{three, four}};\nfn f() { crate::tui::parts::pane::wrap(a); }\n";
    assert!(!breaks(floors, "src/tui/screens/kit/mod.rs", below));
    assert!(!breaks(floors, "src/tui/app/mod.rs", "//! A file.\nuse crate::tui::tickets;\n"));
    let layers = RULES.iter().find(|rule| rule.says.starts_with("a layer knows")).unwrap();
    let released = "//! A file.\nuse crate::{clock::Clock, desk::Released, domain::Ask};\n";
    assert!(!breaks(layers, "src/sellers/iab/mod.rs", released));
    assert!(breaks(layers, "src/sim/seller.rs", released));
    let simulated = "//! A file.\nuse crate::{domain::Ask, sim::Simulator};\n";
    assert!(!breaks(layers, "src/sellers/mod.rs", simulated));
    let wires = "//! A file.\nuse crate::sim::iab::Dialect;\n";
    assert!(breaks(layers, "src/sellers/iab/mod.rs", wires));
    let files = RULES.iter().find(|rule| rule.says.starts_with("every file")).unwrap();
    assert!(breaks(files, "src/lib.rs", "fn f() {}\n"));
    assert!(breaks(files, "src/lib.rs", &format!("//! A file.\n{}", "// more\n".repeat(400))));
    assert!(!breaks(files, "src/lib.rs", "//! A file.\nfn f() {}\n"));
    for rule in RULES {
        let is_planted = PLANTED.iter().any(|(says, ..)| *says == rule.says);
        assert!(is_planted || rule.says == files.says, "nothing is planted for: {}", rule.says);
    }
}
