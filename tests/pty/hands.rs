//! Hands at the keyboard of the program itself: keys that are held down and text that is pasted into a
//! terminal that tells neither.

use super::{story::negotiate, support::Terminal};

const SIZE: (u16, u16) = (120, 36);

/// A key held down: pressed, and after a while again and again, as keyboards do it.
fn hold(terminal: &Terminal, key: &str, before: u64) {
    terminal.send(key);
    terminal.pass(before);
    for _ in 0..60 {
        terminal.send(key);
        terminal.pass(33);
    }
}

/// A demo with a quote, on the screen of quotes.
fn quoted() -> Terminal {
    let terminal = Terminal::start(&["demo", "--seed", "7"], SIZE);
    terminal.wait_for("sellers 5●");
    negotiate(&terminal);
    terminal
}

#[test]
fn a_held_key_sends_no_offer_whenever_it_begins_to_repeat() {
    let terminal = quoted();
    terminal.send("e22\r");
    terminal.wait_for("draft 22");
    for before in [250, 500, 660] {
        terminal.send("N");
        hold(&terminal, "y", before);
        terminal.wait_for("not heard: let go of the keys");
        assert!(!terminal.contents().contains("R1 "), "{before}: {}", terminal.contents());
        terminal.send("\x1b");
        terminal.wait("the ticket closed", |screen| !screen.contents().contains("keeps the draft"));
    }
    // Let go and pressed, it is an answer; held on, it copies nothing.
    terminal.send("N");
    terminal.wait_for("keeps the draft");
    terminal.let_go();
    hold(&terminal, "y", 500);
    terminal.wait_for("R1");
    assert!(terminal.effects().clipboard.is_empty());
    assert!(!terminal.contents().contains("COPY"), "{}", terminal.contents());
}

#[test]
fn an_unmarked_paste_books_nothing_and_is_told() {
    let terminal = quoted();
    terminal.send("B");
    terminal.wait_for("Type the CPM");
    terminal.let_go();
    let contents = terminal.contents();
    let line = contents.lines().find(|line| line.contains("imps ×")).unwrap();
    let price = line.split("imps × ").nth(1).unwrap().split(' ').next().unwrap();
    for ending in ["\r", "\n", "\r\n"] {
        terminal.send(&format!("{price}{ending}"));
        terminal.wait_for("a paste, or keys that come at once");
        terminal.send("9");
        terminal.wait("its word is gone", |screen| !screen.contents().contains("come at once"));
        terminal.send("\x7f");
        terminal.let_go();
    }
    terminal.send("\x1b");
    terminal.wait("the ticket closed", |screen| !screen.contents().contains("Type the CPM"));
    terminal.send("9");
    terminal.wait_for("[9 Log]");
    assert!(!terminal.contents().contains("intent.stored"), "{}", terminal.contents());
}
