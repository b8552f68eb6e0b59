//! The rules of the house, held by looking at the text of the code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod planted;
mod rules;
mod source;

use std::fs;

use rules::{RULES, Rule};
use source::{HOUSE, root};

/// Each rule, held against every file of the project.
fn hold(rule: &Rule) {
    let found = (rule.check)(&HOUSE);
    assert!(found.breaches.is_empty(), "{}:\n{}", rule.says, found.breaches.join("\n"));
    assert!(found.seen >= rule.least, "{}: only {} files were looked at", rule.says, found.seen);
}

#[test]
fn every_rule_of_the_house_is_kept() {
    for rule in RULES {
        hold(rule);
    }
}

#[test]
fn decimals_are_never_let_through_by_the_lint_for_bare_operators() {
    // Clippy knows the types, so it finds them; here it is held that it looks.
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    assert!(text.contains("#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects))]"));
    let allowed = fs::read_to_string(root().join("clippy.toml")).unwrap();
    let lists = allowed.split("arithmetic-side-effects-allowed = [").nth(1).unwrap();
    assert!(
        !lists.split(']').next().unwrap().contains("Decimal"),
        "clippy.toml lets decimals through"
    );
}
