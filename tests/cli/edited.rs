//! Somebody edits the store with a tool of their own: it is named, and it raises no limit.

use rusqlite::Connection;

use crate::{
    Seller,
    halting::{book, quoted},
};

#[test]
fn an_edited_table_raises_no_limit_and_is_named() {
    for (edit, table) in [
        ("DELETE FROM bookings", "bookings"),
        ("UPDATE bookings SET record = json_set(record, '$.intent.held', '1.00 USD')", "bookings"),
        (
            "UPDATE bookings SET record = json_set(record, '$.intent.held', '1.00 USD', \
             '$.intent.cost', '1.00 USD')",
            "bookings",
        ),
        ("UPDATE bookings SET record = json_set(record, '$.state', 'refused')", "bookings"),
        (
            "UPDATE controls SET record = json_set(record, '$.limits.exposure', '9000000')",
            "controls",
        ),
    ] {
        let seller = Seller::start();
        let home = seller.home();
        let config = std::fs::read_to_string(home.config()).unwrap();
        let lower = config.replace("exposure = 250_000", "exposure = 20_000");
        std::fs::write(home.config(), lower).unwrap();
        let (first, cpm) = quoted(&home);
        assert_eq!(book(&home, &first, &cpm, &[]).code, 0);
        let (second, cpm) = quoted(&home);
        assert_eq!(home.run(&["audit", "verify"]).code, 0);
        assert_eq!(home.run(&["doctor", "--offline"]).code, 0);

        // The configuration is raised too: what was accepted still holds.
        std::fs::write(home.config(), &config).unwrap();
        Connection::open(home.path("state/dealdesk/live.db")).unwrap().execute_batch(edit).unwrap();
        let verified = home.run(&["audit", "verify", "--json"]);
        let document = verified.json("audit");
        assert_eq!((verified.code, &document["verified"]), (3, &false.into()), "{edit}");
        let why = document["why"].as_str().unwrap();
        assert!(why.contains(table), "{edit}: {why}");
        let doctor = home.run(&["doctor", "--offline", "--json"]);
        assert_eq!(doctor.code, 3, "{edit}");
        assert!(doctor.stdout.contains("audit rebuild"), "{edit}: {}", doctor.stdout);

        let blocked = book(&home, &second, &cpm, &[]);
        assert_eq!(blocked.code, 7, "{edit}: {}", blocked.stdout);
        let rule = blocked.json("book")["refusal"]["rule"].as_str().unwrap().to_owned();
        assert!(rule.contains("exposure"), "{edit}: {rule}");
        // The desk that would have booked made the tables again.
        assert_eq!(home.run(&["audit", "verify"]).code, 0, "{edit}");
    }
}

#[test]
fn edited_tables_are_made_again_from_the_record() {
    let seller = Seller::start();
    let home = seller.home();
    assert_eq!(home.run(&["audit", "rebuild"]).code, 4, "where nothing is, nothing is made");
    drop(quoted(&home));
    let edit = "UPDATE quotes SET final_cpm = '0.01'";
    Connection::open(home.path("state/dealdesk/live.db")).unwrap().execute_batch(edit).unwrap();
    assert_eq!(home.run(&["audit", "verify"]).code, 3);
    assert_eq!(home.run(&["--read-only", "audit", "rebuild"]).code, 7);
    assert_eq!(home.run(&["audit", "verify"]).code, 3);
    let rebuilt = home.run(&["audit", "rebuild", "--json"]);
    assert_eq!((rebuilt.code, &rebuilt.json("audit")["verified"]), (0, &true.into()));
    assert_eq!(home.run(&["audit", "verify"]).code, 0);
}
