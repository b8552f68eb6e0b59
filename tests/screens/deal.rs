//! A deal's way into the DSP: what is copied, checked off and read back, and what stays of it.

use dealdesk::{
    desk::{Command, Input},
    domain::{Answer, DealRef, DealStatus, OpenRtb, QuoteRef},
};

use super::{
    harness::{SIZES, Seat, look},
    world::seat,
};

const BLOCK: &str = r#"{"id":"NL-26-00417","bidfloor":25.22,"bidfloorcur":"USD","at":3,"guar":1,"wseat":["ttd-seat-123"]}"#;

const EXPORT: &str = "Deal ID,Floor,Currency,Start,End,Seat,Owner\r\n\
    OTHER-1,9.00,USD,2026-07-01,2026-09-30,ttd-seat-123,ana\r\n\
    NL-26-00417,26.22,USD,2026-07-01,2026-09-29,ttd-seat-123,ana\r\n";

fn key(id: &str) -> DealRef {
    DealRef::new("northlight", id)
}

/// A deal of this id was booked and is shown.
fn booked_as(size: (u16, u16), id: &str, block: &str) -> Seat {
    let mut seat = seat(size);
    let quote: QuoteRef = seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.arms(&quote);
    seat.typed("25.22").keys("enter").stored();
    let mut deal = seat.deal(id, &quote);
    deal.openrtb = serde_json::from_str::<serde_json::Value>(block).ok().map(|_| OpenRtb {
        id: id.into(),
        bidfloor: Some("25.22".parse().unwrap()),
        at: Some(3),
        wseat: vec!["ttd-seat-123".into()],
        wadomain: vec![],
        guar: Some(1),
    });
    deal.openrtb_raw = Some(block.into());
    seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal))));
    seat.keys("esc 1 G enter");
    seat
}

fn booked(size: (u16, u16)) -> Seat {
    booked_as(size, "NL-26-00417", BLOCK)
}

fn steps(seat: &Seat, id: &str) -> Vec<(String, String)> {
    let record = &seat.desk.state().deals[&key(id)];
    record.activation.iter().map(|(step, says, _)| (step.clone(), says.clone())).collect()
}

fn step(step: &str, says: &str) -> (String, String) {
    (step.to_owned(), says.to_owned())
}

#[test]
fn every_state_of_the_read_back_has_its_own_look() {
    look("deal_booked", booked);
    look("readback_empty", |size| {
        let mut seat = booked(size);
        seat.keys("d");
        seat
    });
    look("readback_differs", |size| {
        let mut seat = booked(size);
        seat.keys("d");
        seat.paste(EXPORT);
        seat
    });
    look("readback_wrong", |size| {
        let mut seat = booked(size);
        seat.keys("d");
        seat.paste("{\"deals\": [\n  {\"id\": \"NL-26-00417\",\n  \"bidfloor\": }\n]}");
        seat
    });
    look("readback_noted", |size| {
        let mut seat = booked(size);
        seat.keys("space 2 esc d");
        seat.paste(EXPORT);
        seat.keys("esc tab tab");
        seat
    });
    look("deal_copies", |size| {
        let mut seat = booked(size);
        seat.keys("y");
        seat
    });
}

#[test]
fn what_the_dsp_has_stands_against_the_deal_with_the_money_at_stake() {
    let mut seat = booked((120, 36));
    seat.keys("d");
    seat.paste(EXPORT);
    for words in [
        "NOT AS AGREED",
        "1.00 above the agreed price",
        "1 day earlier",
        // 1.00 over 500,000 impressions, and one of July to September's 92 days.
        "at stake 500.00 USD and 1 of 92 days",
        "not read: Owner",
        "(table, line 3, column 1)",
    ] {
        assert!(seat.shows(words), "{words}: {}", seat.screen());
    }
    assert!(steps(&seat, "NL-26-00417").is_empty(), "nothing is noted before it is closed");
    seat.keys("esc");
    let says = "at stake 500.00 USD and 1 of 92 days: floor 26.22 (agreed 25.22), \
                end 2026-09-29 (agreed 2026-09-30)";
    assert_eq!(steps(&seat, "NL-26-00417"), [step("read_back_failed", says)]);
    // The DSP is put right, and read back once more.
    seat.keys("d");
    seat.paste(&EXPORT.replace("26.22", "25.22").replace("09-29", "09-30"));
    assert!(seat.shows("✓ as agreed"), "{}", seat.screen());
    seat.keys("esc d esc");
    assert_eq!(steps(&seat, "NL-26-00417").last(), Some(&step("read_back", "as agreed")));
    assert_eq!(steps(&seat, "NL-26-00417").len(), 2, "an empty box notes nothing");
}

#[test]
fn a_wrong_paste_names_the_line_and_the_column_and_nothing_is_noted() {
    let mut seat = booked((120, 36));
    for (pasted, words) in [
        ("{\"deals\": [\r\n  {\"id\": }\r\n]}", "✗ line 2, column 10: no JSON"),
        ("Floor,Owner\r25.22,ana\r", "✗ line 1, column 1"),
        ("Deal ID,Floor\nHSN-1,1.00\n", "✗ 1 in this table, none of them like NL-26-00417"),
        ("   \n\n", "✗ there is nothing in it"),
        ("Deal ID,Floor\nNL-26-00417,twenty\n", "✗ line 2, column 2"),
    ] {
        seat.keys("d");
        seat.paste(pasted);
        assert!(seat.shows(words), "{words}: {}", seat.screen());
        if !words.contains("column 2") {
            seat.keys("esc");
            assert!(steps(&seat, "NL-26-00417").is_empty(), "{words}");
        }
    }
    // Too large a paste is not kept.
    seat.keys("ctrl-u");
    seat.paste(&"x".repeat(5 * 1024 * 1024));
    assert!(seat.shows("are more than the 4194304 that are read"), "{}", seat.screen());
}

#[test]
fn a_terminal_that_types_what_is_pasted_is_read_the_same() {
    let mut seat = booked((120, 36));
    seat.keys("d");
    seat.typed("Deal ID").keys("tab").typed("Floor").keys("enter");
    seat.typed("NL-26-00417").keys("tab").typed("25.22");
    assert!(seat.shows("✓ as agreed"), "{}", seat.screen());
    seat.keys("backspace");
    assert!(seat.shows("25.2 "), "{}", seat.screen());
    assert!(seat.shows("NOT AS AGREED"), "{}", seat.screen());
}

#[test]
fn what_is_copied_is_the_block_byte_for_byte_and_the_checklist_knows() {
    let mut seat = booked((120, 36));
    seat.keys("y o");
    assert_eq!(seat.copied, [BLOCK]);
    seat.keys("y o y i");
    assert_eq!(seat.copied.last().map(String::as_str), Some("NL-26-00417"));
    let expect = [step("copied", "as received"), step("copied", "Deal ID")];
    assert_eq!(steps(&seat, "NL-26-00417"), expect);
    seat.keys("y j y r y d");
    assert_eq!(seat.copied.last().map(String::as_str), Some("dealdesk deals show NL-26-00417"));
    assert_eq!(steps(&seat, "NL-26-00417").len(), 2, "those do not take it into a DSP");
}

#[test]
fn normalising_says_every_change() {
    let block = BLOCK.replace("\"at\":3", "\"at\":1");
    let mut seat = booked_as((120, 36), "NL-26-00417", &block);
    seat.keys("y");
    assert!(seat.shows("· at 1 → 3"), "{}", seat.screen());
    seat.keys("n");
    assert!(seat.copied[0].contains("\"at\":3") || seat.copied[0].contains("\"at\": 3"));
}

#[test]
fn an_id_that_is_not_what_it_looks_like_is_not_copied() {
    for id in ["NL\u{202e}-26", "NL 26", "NL-26\u{200b}", "NL\u{1b}]52;c;eA==\u{7}", "ＮＬ-26"] {
        let block = BLOCK.replace("NL-26-00417", "x");
        let mut seat = booked_as((120, 36), id, &block);
        assert_eq!(seat.desk.state().deals.len(), 1, "{id:?}");
        seat.keys("y i");
        assert!(seat.copied.is_empty(), "{id:?}: {:?}", seat.copied);
        assert!(seat.shows("ask the seller for an id that can be typed"), "{}", seat.screen());
        for key in ["r", "j", "d", "o", "n"] {
            seat.keys("y").keys(key);
        }
        assert_eq!(seat.copied.len(), 5, "{:?}", seat.copied);
        for copied in &seat.copied {
            let is_plain = |c: char| c.is_ascii_graphic() || " \n\t·–→~".contains(c);
            assert!(copied.chars().all(is_plain), "{id:?}: {copied:?}");
        }
    }
}

#[test]
fn what_is_checked_off_is_a_fact_with_its_time_and_what_is_open_is_said() {
    let mut seat = booked((120, 36));
    assert!(!seat.shows("of these are not done"), "it is not active yet");
    seat.keys("space 2 4 esc");
    let expect = [step("in_dsp", ""), step("creative_approved", "")];
    assert_eq!(steps(&seat, "NL-26-00417"), expect);
    let mut deal = seat.desk.state().deals[&key("NL-26-00417")].deal.clone();
    (deal.status, deal.raw_status) = (DealStatus::Active, "active".into());
    seat.keys("r");
    seat.answer_where(|_, ask| ask.name() == "get deal", Ok(Answer::Deal(Box::new(deal))));
    assert!(seat.shows("! the deal is active and 3 of these are not done"), "{}", seat.screen());
    assert!(seat.shows("[x] in the DSP"), "{}", seat.screen());
    assert!(seat.shows("14:01"), "with its time: {}", seat.screen());
}

#[test]
fn every_pane_of_a_narrow_terminal_is_a_tab() {
    let mut seat = booked(SIZES[0]);
    for tab in ["[Terms]", "[Activation]", "[In the DSP]", "[Audit]", "[Terms]"] {
        assert!(seat.shows(tab), "{tab}: {}", seat.screen());
        seat.keys("tab");
    }
    // A long block is scrolled to its end.
    let long = BLOCK.replace("\"at\"", "\"ext\":{\"x\":[1,2,3,4,5,6,7,8,9,10,11,12]},\"at\"");
    let mut seat = booked_as(SIZES[0], "NL-26-00417", &long);
    seat.keys("tab G");
    assert!(seat.shows("}"), "{}", seat.screen());
    assert!(!seat.shows("more lines"), "{}", seat.screen());
}

#[test]
fn parts_and_price_of_a_deal_add_up_and_a_price_that_moved_says_both() {
    for size in SIZES {
        let mut seat = seat(size);
        let quote: QuoteRef = seat.quoted("northlight", "qt-1", "25.22", 10);
        let line = "32.00 −10% tier −5% volume = 27.36, the seller says 25.22 USD";
        assert!(seat.keys("1").shows(line), "{}", seat.screen());
        seat.arms(&quote);
        seat.typed("25.22").keys("enter").stored();
        let deal = seat.deal("NL-26-00417", &quote);
        seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal.clone()))));
        seat.keys("esc 1 G");
        assert!(seat.shows(line), "{}", seat.screen());
        // The seller changed it after it was booked: no sum says so.
        seat.input(Input::Command(Command::PollDeal(key("NL-26-00417"))));
        let mut dearer = deal;
        dearer.pricing.final_cpm = "35.00".parse().ok();
        seat.answer_where(|_, ask| ask.name() == "get deal", Ok(Answer::Deal(Box::new(dearer))));
        let screen = seat.keys("1 g").screen();
        let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        let says = "volume = 27.36, the seller now says 35.00 USD";
        assert!(words.contains(says), "{screen}");
        seat.keys("enter");
        let screen = seat.screen();
        assert!(screen.contains("27.36, the seller"), "{screen}");
        assert!(screen.contains("now says 35.00 USD"), "{screen}");
    }
}

#[test]
fn a_deal_that_came_to_nothing_saved_nothing_and_is_not_activated() {
    let mut seat = booked((120, 36));
    assert!(seat.shows("saved") && seat.shows("target it"), "{}", seat.screen());
    let key = key("NL-26-00417");
    seat.input(Input::Command(Command::PollDeal(key.clone())));
    let mut deal = seat.desk.state().deals[&key].deal.clone();
    (deal.status, deal.raw_status) = (DealStatus::Rejected, "rejected".into());
    seat.answer_where(|_, ask| ask.name() == "get deal", Ok(Answer::Deal(Box::new(deal))));
    assert!(seat.shows("REJECTED"), "{}", seat.screen());
    assert!(seat.shows("nothing to activate: the deal is rejected"), "{}", seat.screen());
    for words in ["saved", "target it", "[ ] copied"] {
        assert!(!seat.shows(words), "{words}: {}", seat.screen());
    }
}

#[test]
fn a_deal_that_needs_a_person_keeps_its_id_and_its_key_whole_on_the_board() {
    let mut seat = booked_as((120, 36), "DEMO-B8661D20F9557", BLOCK);
    let key = key("DEMO-B8661D20F9557");
    seat.input(Input::Command(Command::PollDeal(key.clone())));
    let mut deal = seat.desk.state().deals[&key].deal.clone();
    (deal.status, deal.raw_status) = (DealStatus::Rejected, "rejected".into());
    seat.answer_where(|_, ask| ask.name() == "get deal", Ok(Answer::Deal(Box::new(deal))));
    seat.keys("1");
    let screen = seat.screen();
    let row = screen.lines().find(|row| row.contains("CTV Live Sports")).unwrap();
    assert!(row.contains("DEMO-B8661D20F9557") && row.contains("n seen"), "{screen}");
    assert!(!row.contains('…'), "{screen}");
}
