//! A buyer who has never seen it, with the footer keys alone: from the kit to an active deal.

use dealdesk::store::{DealFilter, Reader};
use rustix::process::{Signal, kill_process};

use super::support::Terminal;

/// The number behind `label` on the screen, as it is to be typed.
fn price_after(contents: &str, label: &str) -> String {
    let line = contents.lines().find(|line| line.contains(label));
    let line = line.unwrap_or_else(|| panic!("no {label:?} on:\n{contents}"));
    let after = line.split(label).nth(1).unwrap();
    after
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .find(|word| word.contains('.'))
        .unwrap_or_else(|| panic!("no price after {label:?} on:\n{contents}"))
        .to_owned()
}

/// Types a price as a person does, after a moment without a key. What is typed while the ticket has only
/// just appeared is not taken, so it is looked at and typed again.
fn type_price(terminal: &Terminal, price: &str, until: &str) {
    let typed = |contents: &str| {
        contents.lines().any(|line| line.contains("Type the") && line.contains(price))
    };
    for _ in 0..20 {
        terminal.let_go();
        terminal.type_slowly(price);
        if typed(&terminal.contents()) {
            break;
        }
        terminal.type_slowly(&"\x7f".repeat(price.len()));
    }
    assert!(typed(&terminal.contents()), "{price} could not be typed:\n{}", terminal.contents());
    terminal.send("\r");
    terminal.wait_for(until);
}

/// Kit, quote, one counter by hand, their price accepted, booked.
fn negotiated_and_booked(terminal: &Terminal) {
    terminal.wait_for("sellers 5●");
    negotiate_and_book(terminal);
}

/// A quote is asked for from the kit, and a negotiation opened.
pub(super) fn negotiate(terminal: &Terminal) {
    terminal.send("2");
    terminal.wait_for("CTV Live Sports");
    terminal.send("Q");
    terminal.wait_for("earns AGENCY");
    terminal.press_until("y", "[3 Quotes]");
    terminal.wait_for("QUOTED");
    terminal.send("N");
    terminal.wait_for("MY TURN");
}

/// The same, once the sellers have answered.
pub(super) fn negotiate_and_book(terminal: &Terminal) {
    negotiate(terminal);
    terminal.send("e22\r");
    terminal.wait_for("draft 22");
    terminal.send("N");
    terminal.wait_for("y sends it");
    terminal.press_until("y", "R1:");
    terminal.send("A");
    terminal.wait_for("Type their CPM");
    let theirs = price_after(&terminal.contents(), "ACCEPT");
    type_price(terminal, &theirs, "agreed to");
    terminal.send("B");
    terminal.wait_for("Type the CPM");
    let price = price_after(&terminal.contents(), "imps ×");
    assert_eq!(price, theirs, "what was agreed is what is booked");
    type_price(terminal, &price, "BOOKED as agreed");
    terminal.wait_for("Deal ID");
}

#[test]
fn from_the_kit_to_an_active_deal_at_120_by_36_and_80_by_24() {
    for size in [(120, 36), (80, 24)] {
        let mut terminal = Terminal::start(&["demo", "--seed", "7", "--speed", "4"], size);
        negotiated_and_booked(&terminal);
        terminal.send("\x1b");
        terminal
            .wait("the ticket closed", |screen| !screen.contents().contains("BOOKED as agreed"));
        terminal.send("1");
        terminal.wait_for("[1 Board");
        terminal.wait_for("ACTIVE");
        let effects = terminal.effects();
        assert!(effects.clipboard.is_empty(), "nothing was copied");
        assert!(effects.titles.iter().all(|title| title.contains("DEMO")), "{:?}", effects.titles);
        terminal.send("q");
        assert_eq!(terminal.exit().exit_code(), 0);
        terminal.assert_sane();
    }
}

#[test]
fn what_was_shown_as_booked_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("demo.db");
    let path = store.to_str().unwrap();
    let mut terminal =
        Terminal::start(&["--store", path, "demo", "--seed", "7", "--speed", "4"], (120, 36));
    negotiated_and_booked(&terminal);
    kill_process(terminal.pid(), Signal::KILL).unwrap();
    terminal.exit();
    let reader = Reader::open(&store).unwrap();
    let deals = reader.deals(&DealFilter::default()).unwrap();
    assert_eq!(deals.len(), 1);
    assert_eq!(Some(deals[0].agreed), deals[0].deal.pricing.final_cpm);
    // A new desk on the same store shows it.
    let mut again = Terminal::start(&["--store", path, "demo", "--seed", "8"], (120, 36));
    again.wait_for(deals[0].deal.deal_id.as_str());
    again.send("q");
    again.exit();
}

#[test]
fn pasting_the_price_books_nothing() {
    let terminal = Terminal::start(&["demo", "--seed", "7", "--speed", "4"], (120, 36));
    terminal.wait_for("sellers 5●");
    terminal.send("2");
    terminal.wait_for("CTV Live Sports");
    terminal.send("Q");
    terminal.wait_for("earns AGENCY");
    terminal.press_until("y", "[3 Quotes]");
    terminal.wait_for("QUOTED");
    terminal.send("B");
    terminal.wait_for("Type the CPM");
    let price = price_after(&terminal.contents(), "imps ×");
    terminal.send(&format!("\x1b[200~{price}\r\x1b[201~"));
    terminal.send("\r\r\r");
    terminal.send("\x1b");
    terminal.wait("the ticket closed", |screen| !screen.contents().contains("Type the CPM"));
    terminal.send("9");
    terminal.wait_for("[9 Log]");
    assert!(!terminal.contents().contains("intent.stored"), "{}", terminal.contents());
}

#[test]
fn a_story_plays_in_a_terminal_and_a_key_of_ones_own_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("story.toml");
    let text = "[[scene]]\ntitle = \"First\"\n\
        [[scene.step]]\nsays = [\"The kits come.\"]\nhold = 2\nkeys = \"2\"\nshows = [\"CTV Live Sports\"]\n\
        [[scene.step]]\nsays = [\"We wait for nothing.\"]\nhold = 600\n\
        [[scene]]\ntitle = \"Second\"\n[[scene.step]]\nsays = [\"Here we are.\"]\nkeys = \"8\"\nshows = [\"[8 Sellers\"]\n";
    std::fs::write(&file, text).unwrap();
    let story = format!("--story={}", file.display());
    let mut terminal = Terminal::start(&["demo", &story, "--speed", "4"], (120, 36));
    terminal.wait_for("1/2 First · The kits come.");
    terminal.wait_for("We wait for nothing.");
    terminal.send("9");
    terminal.wait_for("The keys are yours");
    terminal.wait_for("[9 Log]");
    terminal.send("\x1b[20~ ");
    terminal.wait_for("We wait for nothing.");
    terminal.send("\x1b[20~ ");
    terminal.wait_for("DEMO paused");
    terminal.send("\x1b[20~ ");
    terminal.send("\x1b[20~J");
    terminal.wait_for("[8 Sellers");
    terminal.wait_for("The end.");
    terminal.send("\x1b[20~>");
    terminal.wait_for("DEMO ×8");
    terminal.send("q");
    assert_eq!(terminal.exit().exit_code(), 0);
    terminal.assert_sane();
}
