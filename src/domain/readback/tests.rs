//! Read-back: three shapes of tables, JSON and bid requests against one deal, and what is refused.

use proptest::prelude::*;

use super::*;
use crate::domain::activation::Bought;

fn bought() -> Bought {
    Bought {
        deal_id: "HSN-2026-0612".into(),
        cpm: "25.65".parse().unwrap(),
        deal_type: Some(DealType::Preferred),
        impressions: Some(500_000),
        at: None,
        start: "2026-07-01".parse().ok(),
        end: "2026-09-30".parse().ok(),
        asked: None,
        seat: Some("ttd-seat-123".into()),
        domains: vec![],
    }
}

/// What differs or cannot be read, with notes; then the money and days at stake.
fn summary(given: &str) -> String {
    let export = parse(given).unwrap();
    let backs = read_back(&export, &bought());
    let one = |back: &ReadBack| {
        let bad = back
            .rows
            .iter()
            .filter(|row| matches!(row.outcome, Outcome::Differs | Outcome::Unreadable))
            .map(|row| {
                format!("{} {} ({})", row.field, row.theirs, row.note.as_deref().unwrap_or(""))
            });
        let stake = back.at_stake.map_or("?".into(), |stake| stake.plain());
        let (lost, of) = back.days_lost.unwrap();
        format!("{}: {}; {stake}, {lost} of {of}", back.place, bad.collect::<Vec<_>>().join(", "))
    };
    backs.iter().map(one).collect::<Vec<_>>().join("\n")
}

#[test]
fn three_tables_a_list_and_a_bid_request() {
    for (given, expected) in [
        (
            "Deal ID,Name,Floor Price,Currency,Type,Start Date,End Date,Impressions,Seat ID\n\
             OTHER,x,1,USD,PD,,,,\n\
             HSN-2026-0612,\"Prime, Sports\",$26.65,USD,Preferred Deal,2026-07-01,09/29/2026,\"500,000\",ttd-seat-123\n",
            "line 3, column 1: floor 26.65 (1.00 above the agreed price), end 2026-09-29 (1 day earlier); 500.00, 1 of 92",
        ),
        (
            "\u{feff}Deals report\r\n\r\nID;Price (EUR);Validity\r\nHSN-2026-0612;25,65;x\r\n",
            "line 4, column 1: currency EUR (); ?, 0 of 92",
        ),
        (
            "deal_id\tcpm\tstart\tend\thsn\nhsn-2026-0612\t25.65\t01.07.2026\t05/07/2026\t\n",
            "line 2, column 1: id hsn-2026-0612 (capitals and small letters are not the same), \
             end 05/07/2026 (line 2, column 4: it can be 2026-07-05 or 2026-05-07: write it like one of these); 0.00, 0 of 92",
        ),
        (
            r#"{"deals":[{"dealId":"HSN-2026-0612","price":"25.65 USD","dealType":"PG"}]}"#,
            "deals[0]: type PG (); 0.00, 0 of 92",
        ),
        (
            r#"{"id":"req","imp":[{"id":"1"},{"id":"2","pmp":{"private_auction":1,"deals":[
               {"id":"HSN-2026-0612","bidfloor":25.65,"at":1,"wseat":["ttd-seat-999"]},
               {"id":" HSN-2026-0612","bidfloor":25.65}]}}]}"#,
            "imp[1].pmp.deals[0]: at 1, first price auction (), seat ttd-seat-999 (); 0.00, 0 of 92",
        ),
        (
            r#"[{"id":"ix:HSN-2026-0612","bidfloor":{"amount_micros":25650000,"currency":"USD"},"guar":1}]"#,
            "[0]: id ix:HSN-2026-0612 (something stands before it: some exchanges want that, ask the \
             seller), guaranteed yes (); 0.00, 0 of 92",
        ),
        ("Deal ID,CPM\nHSN-2026-0613,1\n", ""),
    ] {
        assert_eq!(summary(given), expected, "{given}");
    }
}

#[test]
fn all_in_order_agrees_and_a_missing_price_does_not() {
    let agrees = |given: &str| {
        let backs = read_back(&parse(given).unwrap(), &bought());
        assert_eq!(backs.len(), 1, "{given}");
        backs[0].agrees()
    };
    assert!(agrees("Deal ID,CPM\nHSN-2026-0612,25.65\n"));
    assert!(agrees(r#"{"id":"HSN-2026-0612","bidfloor":25.650,"at":3}"#));
    assert!(!agrees("Deal ID,CPM\nHSN-2026-0612,\n"));
    assert!(!agrees("Deal ID,CPM\nHSN-2026-0612,\"1,234\"\n"));
    assert!(!agrees("Deal ID,CPM\n HSN-2026-0612,25.65\n"));
    assert!(!agrees("Deal ID,CPM\nHSN-2026-0612\u{200b},25.65\n"));
}

#[test]
fn a_sellers_own_block_passes_with_its_own_auction_type() {
    let given =
        |at: u32| format!(r#"{{"id":"HSN-2026-0612","bidfloor":25.650000000000002,"at":{at}}}"#);
    let back = |given: &str, at: Option<u32>| {
        let bought = Bought { at, ..bought() };
        read_back(&parse(given).unwrap(), &bought).remove(0)
    };
    assert!(back(&given(1), Some(1)).agrees(), "{:?}", back(&given(1), Some(1)));
    assert!(back(&given(3), Some(1)).agrees(), "as OpenRTB writes a fixed price");
    assert!(!back(&given(2), Some(1)).agrees());
    assert!(!back(&given(1), None).agrees());
    assert_eq!(back(&given(1), Some(1)).at_stake, Some("0.00".parse().unwrap()));
}

#[test]
fn what_cannot_be_read_names_its_place() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for (given, expected) in [
        ("", "there is nothing in it"),
        ("  \n", "there is nothing in it"),
        ("hello\nworld\n", "line 1, column 1: no column is called Deal ID"),
        ("Deal ID,CPM\nD1,12,50\n", "line 2, column 3: 3 cells, but the header has 2"),
        ("Deal ID,CPM\nD1,\"12\n", "line 2, column 2: a quote is opened here"),
        ("Deal ID,CPM,CPM\nD1,1,2\n", "line 1, column 3: a second column is called \"CPM\""),
        ("Deal ID,CPM\n", "this table lists no deals"),
        ("{\"imp\": [}", "line 1, column 10: no JSON"),
        ("{\"imp\": []}", "this bid request lists no deals"),
        (&deep, "line 1, column 128: no JSON: recursion limit exceeded"),
    ] {
        let trouble = parse(given).unwrap_err().to_string();
        assert!(trouble.starts_with(expected), "{given:.40}: {trouble}");
    }
    let big = format!("Deal ID\n{}", "x".repeat(MOST_BYTES));
    assert!(parse(&big).unwrap_err().says.contains("bytes are more"));
    let many = format!("Deal ID,x\n{}", "D,1\n".repeat(MOST_DEALS + 1));
    assert!(parse(&many).unwrap_err().says.starts_with("more than"));
}

#[test]
fn lines_are_counted_over_quoted_breaks_and_blank_lines() {
    let place = |given: &str| parse(given).map(|export| export.deals[0].place.to_string());
    for (given, expected) in [
        ("Deal ID,CPM\n\n\nD1,2\n", "line 4, column 1"),
        ("\r\nDeal ID,CPM\r\n\r\nD1,2", "line 4, column 1"),
        ("Deal ID,CPM\n,\"a\nb\"\nD1,2\n", "line 4, column 1"),
        ("CPM;Deal ID\n2; \"D1\"\n", "line 2, column 2"),
    ] {
        assert_eq!(place(given).unwrap(), expected, "{given:?}");
    }
    let unclosed = |given: &str| parse(given).unwrap_err().to_string();
    for (given, expected) in [
        ("Deal ID,CPM\n\nD1,\"a\nb\",\"12\nD2,1\n", "line 4, column 3: a quote is opened here"),
        ("Deal ID,CPM\r\nD1,1\r\n\"D2,2", "line 3, column 1: a quote is opened here"),
        ("Deal ID,CPM\nD1,1\n\"\u{1}", "line 3, column 1: a quote is opened here"),
    ] {
        assert!(unclosed(given).starts_with(expected), "{given:?}: {}", unclosed(given));
    }
    let quoted = parse("Deal ID,CPM\nHSN-2026-0612, \"25.65\"\n").unwrap();
    assert!(read_back(&quoted, &bought())[0].agrees());
}

#[test]
fn words_from_a_file_are_cleaned_and_what_is_not_used_is_named() {
    let export = parse("Deal ID,CPM,Colo\u{202e}ur\nHSN-2026-0612,\u{1b}[2Jx,red\n").unwrap();
    assert_eq!(export.unused, ["Colour"]);
    let back = &read_back(&export, &bought())[0];
    let floor = back.rows.iter().find(|row| row.field == "floor").unwrap();
    assert_eq!((floor.theirs.as_str(), floor.outcome), ("\u{fffd}[2Jx", Outcome::Unreadable));
    assert_eq!(back.at_stake, None);
}

/// What a table with one deal says of the id and the floor of a deal with a long number for its id.
fn of_a_spreadsheet(id: &str, floor: &str) -> Option<(Outcome, String, bool)> {
    let bought = Bought { deal_id: "112233445566778899".into(), ..bought() };
    let export = parse(&format!("Deal ID,CPM,Start\n{id},{floor},2026-07-01\n")).unwrap();
    let backs = read_back(&export, &bought);
    let back = backs.first()?;
    let notes = back.rows.iter().filter_map(|row| row.note.clone()).collect::<Vec<_>>();
    Some((back.rows[0].outcome, notes.join(" | "), back.agrees()))
}

#[test]
fn what_a_spreadsheet_keeps_as_text_is_read() {
    let spellings = [
        "112233445566778899",
        "=\"112233445566778899\"",
        "\"=\"\"112233445566778899\"\"\"",
        "'112233445566778899",
    ];
    for id in spellings {
        for floor in ["25.65", "=\"25.65\"", "'25.65"] {
            let is = of_a_spreadsheet(id, floor);
            assert_eq!(is, Some((Outcome::Agrees, String::new(), true)), "{id} {floor}");
        }
    }
    // An id that has such a mark itself is that id.
    let bought = Bought { deal_id: "'7".into(), ..bought() };
    assert!(read_back(&parse("Deal ID,CPM\n'7,25.65\n").unwrap(), &bought)[0].agrees());
}

#[test]
fn an_id_that_a_spreadsheet_shortened_is_named_with_its_cause() {
    for (id, cause) in [
        ("1.12233E+17", "a spreadsheet shortened this id to a number with an exponent"),
        ("\"1,12233E+17\"", "a spreadsheet shortened this id to a number with an exponent"),
        ("112233445566778000", "a spreadsheet rounded this id: its last digits are gone"),
        ("112233445566778900", "a spreadsheet rounded this id: its last digits are gone"),
    ] {
        let (outcome, notes, agrees) = of_a_spreadsheet(id, "25.65").unwrap();
        assert_eq!((outcome, agrees), (Outcome::Unreadable, false), "{id}");
        assert!(notes.starts_with(cause), "{id}: {notes}");
        assert!(notes.contains("export it again"), "{id}: {notes}");
    }
    assert_eq!(of_a_spreadsheet("112233445566778898", "25.65"), None, "another deal");
    // What is right elsewhere in the export counts.
    let bought = Bought { deal_id: "112233445566778899".into(), ..bought() };
    let both = parse("Deal ID,CPM\n1.12233E+17,1\n112233445566778899,25.65\n").unwrap();
    let backs = read_back(&both, &bought);
    assert!(backs.len() == 1 && backs[0].agrees(), "{backs:?}");
    let other = parse("Deal ID,CPM\nD-1,1\n9.87654E+17,1\n9.87E+17,1\n").unwrap();
    let harm = other.harm().unwrap();
    assert!(
        harm.starts_with("9.87654E+17 (line 3, column 1) and 1 more: a number that a spreadsheet")
    );
    assert_eq!(parse("Deal ID,CPM\nD-1,1\n").unwrap().harm(), None);
}

#[test]
fn a_floor_in_another_unit_says_which_it_looks_like() {
    for (floor, note) in [
        (
            "25650000",
            "25649974.35 above the agreed price; it looks like micros: that would be 25.65",
        ),
        (
            "26000000",
            "25999974.35 above the agreed price; it looks like micros: that would be 26.00",
        ),
        ("2565", "2539.35 above the agreed price; it looks like cents: that would be 25.65"),
        ("2600", "2574.35 above the agreed price"),
        ("26.65", "1.00 above the agreed price"),
    ] {
        assert_eq!(of_a_spreadsheet("112233445566778899", floor).unwrap().1, note);
    }
}

proptest! {
    #[test]
    fn no_file_breaks_the_reader_or_reaches_a_screen_unclean(
        cells in prop::collection::vec("(\\PC|[\u{1b}\u{202e}\u{200b}\",;\t\n]){0,8}", 0..24),
    ) {
        let given = format!("Deal ID,CPM,Start\nHSN-2026-0612,{}\n", cells.join(","));
        if let Ok(export) = parse(&given) {
            for back in read_back(&export, &bought()) {
                for row in &back.rows {
                    prop_assert!(!row.theirs.chars().any(char::is_control), "{:?}", row);
                }
            }
        }
    }

    #[test]
    fn no_json_breaks_the_reader(text in "[\\[\\]{}\":,a-z0-9. ]{0,60}") {
        let _ = parse(&text);
        let _ = parse(&format!("{{\"deals\":[{{\"id\":{text}}}]}}"));
    }
}
