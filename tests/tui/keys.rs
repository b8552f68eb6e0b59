//! Keys in, acts and screen out.

use std::collections::BTreeMap;

use dealdesk::{
    desk::{Command, State},
    domain::Refusal,
    tui::{Act, App, Chord, KeyKind, Keymap, Options, keys_markdown},
};
use jiff::SignedDuration;

use crate::{
    driver::Driver,
    fixtures::{self, busy},
};

fn driver(state: State) -> Driver {
    Driver::new(state, (120, 36))
}

/// The row under the cursor, as the screen shows it.
fn chosen(driver: &mut Driver) -> String {
    let screen = driver.screen();
    screen.lines().find(|line| line.starts_with('▌')).unwrap_or("").trim().to_owned()
}

#[test]
fn vim_letters_and_arrows_do_the_same() {
    for (letters, arrows) in [
        ("j j", "down down"),
        ("G", "end"),
        ("G k", "end up"),
        ("G g g", "end home"),
        ("ctrl-d", "pagedown"),
    ] {
        let (mut one, mut other) = (driver(busy()), driver(busy()));
        one.keys(letters);
        other.keys(arrows);
        assert_eq!(chosen(&mut one), chosen(&mut other), "{letters}");
    }
}

#[test]
fn the_cursor_follows_its_row_when_the_order_changes() {
    let mut driver = driver(busy());
    driver.keys("j j");
    assert!(chosen(&mut driver).contains("qt-19dd4a"));
    let urgent = fixtures::quote(
        "qt-newest",
        "Harbor",
        "Live",
        dealdesk::domain::DealType::Guaranteed,
        "100 10 9 14:33:00",
    );
    fixtures::receive(&mut driver.state, "14:32:06", urgent);
    assert!(chosen(&mut driver).contains("qt-19dd4a"), "a nearer deadline came in above it");
    let key = dealdesk::domain::QuoteRef::new("Meridian", "qt-19dd4a");
    fixtures::book(&mut driver.state, &key, "MER-9000", "14:32:07", &[]);
    assert!(chosen(&mut driver).contains("MER-9000"), "the quote became a deal");
}

#[test]
fn a_filter_narrows_as_it_is_typed_and_esc_puts_everything_back() {
    let mut driver = driver(busy());
    driver.keys("j j j /");
    let before = chosen(&mut driver);
    driver.type_text("seller:north !talks cost>10k");
    let screen = driver.screen();
    assert!(screen.contains("row 1 of 2 /seller:north"), "{screen}");
    driver.keys("esc");
    assert_eq!(chosen(&mut driver), before);
    driver.keys("/");
    driver.type_text("nothing has these words");
    assert!(driver.screen().contains("No row has these words"));
    driver.keys("enter esc");
    assert!(driver.screen().contains("row 4 of 8") || driver.screen().contains("of 8"));
}

#[test]
fn digits_and_g_go_to_screens_and_esc_comes_back() {
    let mut driver = driver(busy());
    for (keys, tab) in
        [("8", "[8 Sellers"), ("g e", "[9 Log]"), ("g b", "[1 Board"), ("2", "[2 Kit")]
    {
        driver.keys(keys);
        assert!(driver.screen().contains(tab), "{keys}");
    }
    driver.keys("esc");
    assert!(driver.screen().contains("[1 Board"));
    driver.keys("g");
    assert!(driver.screen().contains("g …"), "what may follow is shown");
}

#[test]
fn the_next_row_that_needs_me_is_found_from_any_screen() {
    let mut driver = driver(busy());
    driver.keys("9 !");
    assert!(chosen(&mut driver).contains("qt-5ac8e7"));
    driver.keys("!");
    assert!(chosen(&mut driver).contains("qt-7f31c0"));
    driver.keys("!");
    assert!(chosen(&mut driver).contains("qt-5ac8e7"), "it goes round");
}

#[test]
fn asking_again_asks_what_fits_the_row() {
    let mut driver = driver(busy());
    let asked = driver.keys("r");
    assert!(matches!(&asked[..], [Act::Command(Command::Look(_))]), "unknown: {asked:?}");
    let asked = driver.keys("j r");
    assert!(matches!(&asked[..], [Act::Command(Command::Reread(_))]), "in talks: {asked:?}");
    let asked = driver.keys("j r");
    assert!(matches!(&asked[..], [Act::Command(Command::Requote(_))]), "quoted: {asked:?}");
    let asked = driver.keys("G r");
    assert!(matches!(&asked[..], [Act::Command(Command::PollDeal(_))]), "deal: {asked:?}");
    let asked = driver.keys("8 T r");
    assert!(
        matches!(
            &asked[..],
            [
                Act::Command(Command::Probe(_)),
                Act::Command(Command::CheckKey(_)),
                Act::Command(Command::RefreshKit(_))
            ]
        ),
        "{asked:?}"
    );
}

#[test]
fn copying_gives_ids_verbatim_and_says_so() {
    let mut driver = driver(busy());
    let acts = driver.keys("y i");
    assert_eq!(acts, [Act::Copy("qt-5ac8e7".into())]);
    assert!(driver.screen().contains("copied id: qt-5ac8e7"));
    driver.keys("G enter y");
    let acts = driver.key("o");
    assert!(
        matches!(
            &acts[..],
            [Act::Copy(json), Act::Command(Command::Activate { step, says, .. })]
                if json.starts_with(r#"{"id":"#) && step == "copied" && says == "as received"
        ),
        "{acts:?}"
    );
}

#[test]
fn help_finds_a_key_and_runs_it() {
    let mut driver = driver(busy());
    driver.keys("?");
    driver.type_text("everything that happened");
    driver.keys("enter");
    assert!(driver.screen().contains("[9 Log]"));
    driver.keys("? esc q");
    assert_eq!(driver.keys("ctrl-l ctrl-z"), [Act::Redraw, Act::Suspend]);
    assert_eq!(driver.keys("q"), [Act::Quit]);
}

#[test]
fn a_refusal_shows_its_rule_and_its_cure() {
    let mut driver = driver(busy());
    let refusal = Refusal::new("limit", "27.00 is over your limit 26.00", "negotiate it down (N)");
    let (app, state): (&mut App, &State) = (&mut driver.app, &driver.state);
    app.commanded(&[refusal], state, fixtures::now());
    let screen = driver.screen();
    assert!(screen.contains("limit: 27.00 is over your limit 26.00 → negotiate it down (N)"));
}

#[test]
fn a_rebound_key_works_and_is_what_footer_and_help_show() {
    let changes = BTreeMap::from([("sort".to_owned(), vec!["L".to_owned()])]);
    let keymap = Keymap::rebound(&changes).unwrap();
    let options = Options { keymap, ..Options::default() };
    let mut driver = Driver::with(busy(), (160, 45), options);
    assert!(driver.screen().contains("L sort"));
    driver.keys("L");
    let screen = driver.screen();
    assert!(!screen.contains("NEEDS ME 2 ──"), "another column orders the rows:\n{screen}");
}

#[test]
fn an_idle_desk_wakes_only_for_what_moves_on_screen() {
    let mut driver = driver(busy());
    driver.buffer();
    let second = driver.app.next_wake(&driver.state, driver.now).unwrap();
    assert_eq!(second.duration_since(driver.now), SignedDuration::from_secs(1));
    driver.keys("9");
    // The message line wakes it as long as it tells something.
    driver.now += SignedDuration::from_mins(3);
    driver.buffer();
    assert_eq!(driver.app.next_wake(&driver.state, driver.now), None, "nothing counts in the log");
    let mut empty = Driver::new(fixtures::empty(), (80, 24));
    empty.buffer();
    assert_eq!(empty.app.next_wake(&empty.state, empty.now), None);
    assert!(empty.screen().contains("14:32Z"), "minutes, where nothing counts seconds");
}

#[test]
fn what_changed_is_highlighted_for_a_moment_and_marked_until_seen() {
    let mut driver = driver(busy());
    driver.now = fixtures::at("14:31:58") + SignedDuration::from_millis(500);
    let reversed = |driver: &mut Driver| {
        let buffer = driver.buffer();
        let row = (0..36).find(|y| buffer[(15, *y)].symbol() == "H").unwrap();
        buffer[(15, row)].modifier.contains(ratatui::style::Modifier::REVERSED)
    };
    assert!(reversed(&mut driver));
    let wake = driver.app.next_wake(&driver.state, driver.now).unwrap();
    assert!(wake <= fixtures::at("14:31:59") + SignedDuration::from_millis(500));
    driver.now = fixtures::at("14:32:07");
    assert!(!reversed(&mut driver));
    assert!(driver.screen().contains("▲ ● ACTIVE     HSN"));
    driver.keys("G g g");
    assert!(!driver.screen().contains("▲ ● ACTIVE     HSN"), "it was under the cursor");
}

#[test]
fn pasted_text_goes_only_into_a_field_and_on_one_line() {
    let mut driver = driver(busy());
    let (app, state) = (&mut driver.app, &driver.state);
    assert!(app.paste("B\nq\n", state, fixtures::now()).is_empty());
    driver.keys("/");
    driver.app.paste("harbor\nprime", &driver.state, fixtures::now());
    assert!(driver.screen().contains("/ harbor prime"));
    assert!(driver.screen().contains("row 1 of 2"));
}

#[test]
fn below_the_least_size_nothing_opens() {
    let mut driver = Driver::new(busy(), (58, 12));
    assert!(driver.keys("B N r T ? /").is_empty());
    assert_eq!(driver.keys("q"), [Act::Quit]);
    driver.resize(120, 36);
    assert!(driver.screen().contains("[1 Board"), "the screen is as it was");
}

#[test]
fn the_readmes_list_has_every_screen() {
    let list = keys_markdown();
    for title in ["### Everywhere", "### Board", "### Deal detail", "### Sellers", "### Log"] {
        assert!(list.contains(title), "{title}");
    }
}

#[test]
fn a_held_key_moves_like_a_pressed_one() {
    let mut driver = driver(busy());
    driver.app.key(Chord::char('j'), KeyKind::Repeat, &driver.state, driver.now);
    assert!(chosen(&mut driver).contains("qt-7f31c0"));
}

#[test]
fn ten_thousand_rows_are_walked_filtered_and_sorted() {
    let mut driver = driver(fixtures::crowd(10_000));
    driver.keys("G");
    assert!(driver.screen().contains("row 10000 of 10000"));
    let row = chosen(&mut driver);
    driver.keys("/");
    driver.type_text("~qt9999");
    assert!(driver.screen().contains("row 1 of 1 "));
    driver.keys("esc");
    // Columns are as wide as the rows that are seen need.
    let words = |row: &str| row.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&chosen(&mut driver)), words(&row));
    driver.keys("s s s g g");
    let dearest = chosen(&mut driver);
    driver.keys("j");
    let cost = |row: &str| {
        let cost = row.split_whitespace().rfind(|word| word.contains(',') && word.contains('.'));
        cost.unwrap().trim_start_matches('~').replace(',', "").parse::<f64>().unwrap()
    };
    let next = chosen(&mut driver);
    assert!(cost(&dearest) >= cost(&next), "{dearest}\n{next}");
}

#[test]
fn the_row_under_the_cursor_is_always_on_screen() {
    for size in [(60, 16), (80, 24), (120, 36), (200, 60)] {
        let mut state = fixtures::crowd(60);
        let loading = fixtures::loading();
        state.in_flight = loading.in_flight;
        let mut driver = Driver::new(state, size);
        for nth in 1..=60 {
            let row = chosen(&mut driver);
            assert!(row.contains("QUOTED"), "row {nth} at {size:?} is not seen: {row}");
            driver.keys("j");
        }
        for nth in 1..=60 {
            assert!(!chosen(&mut driver).is_empty(), "row {nth} from below at {size:?}");
            driver.keys("k");
        }
    }
}
