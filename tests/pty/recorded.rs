//! A session is recorded and played again, redacted for others and played again, all by the program itself.

use std::{os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::Value;

use super::{
    schema,
    story::negotiate,
    support::{Terminal, run},
};

/// A negotiation opened in a demo, with `--record`.
fn record(file: &Path) {
    let path = file.to_str().unwrap();
    let arguments = ["demo", "--seed", "7", "--speed", "4", "--record", path];
    let mut terminal = Terminal::start(&arguments, (120, 36));
    terminal.wait_for("sellers 5●");
    negotiate(&terminal);
    terminal.send("e22\r");
    terminal.wait_for("draft 22");
    terminal.send("N");
    terminal.wait_for("y sends it");
    terminal.press_until("y", "R1:");
    terminal.send("q");
    assert_eq!(terminal.exit().exit_code(), 0);
    terminal.assert_sane();
}

/// What `replay` says of a file, by its schema.
fn told(arguments: &[&str]) -> Value {
    let output = run(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    schema::check("replay", &String::from_utf8(output.stdout).unwrap())
}

/// Plays a file from its end on, and leaves it.
fn seen_again(file: &str, words: &[&str], never: Option<&str>) {
    let mut terminal = Terminal::start(&["replay", file, "--at", "9:00:00"], (120, 36));
    for word in words {
        terminal.wait_for(word);
    }
    let contents = terminal.contents();
    assert!(never.is_none_or(|never| !contents.contains(never)), "{contents}");
    // Keys that would negotiate only tell that this is over.
    terminal.send("N");
    terminal.wait_for("F9");
    terminal.send("\x1b[20~ ");
    terminal.wait_for("stands still");
    terminal.send("q");
    assert_eq!(terminal.exit().exit_code(), 0);
    terminal.assert_sane();
    let titles = terminal.effects().titles;
    assert!(titles.iter().all(|title| title.contains("REPLAY")), "{titles:?}");
}

#[test]
fn what_was_recorded_is_seen_again_and_what_was_redacted_as_a_room_saw_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (whole, shared, cast) = (path("a.rec"), path("a.json"), path("a.cast"));
    record(Path::new(&whole));
    let mode = std::fs::metadata(&whole).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "for its owner alone");

    let doc = told(&["replay", &whole, "--json"]);
    assert_eq!((&doc["source"], &doc["breaks_off"]), (&"recording".into(), &false.into()));
    assert!(doc["keys"].as_u64().unwrap() >= 6 && doc["frames"].as_u64().unwrap() > 10, "{doc}");
    seen_again(&whole, &["REPLAY", "northlight"], None);

    let doc = told(&["replay", &whole, "--redact", &shared, "--json"]);
    assert_eq!(doc["redacted"], shared.as_str());
    let doc = told(&["replay", &shared, "--json"]);
    assert_eq!((&doc["source"], &doc["keys"]), (&"room".into(), &0.into()));
    seen_again(&shared, &["REPLAY", "AUDIENCE VIEW", "SELLER"], Some("northlight"));
    let again = run(&["replay", &shared, "--redact", &path("b.json")]);
    assert_eq!(again.status.code(), Some(2), "it is redacted already");

    let room = path("room.cast");
    told(&["replay", &whole, "--audience", "--cast", &room, "--json"]);
    assert!(std::fs::read_to_string(&room).unwrap().contains("AUDIENCE"));

    let doc = told(&["replay", &shared, "--cast", &cast, "--json"]);
    assert_eq!(doc["cast"], cast.as_str());
    let played = std::fs::read_to_string(&cast).unwrap();
    assert!(played.starts_with('{') && played.contains("AUDIENCE"), "{played}");
    let lower = played.to_lowercase();
    assert!(!lower.contains("northlight") && !lower.contains("sports"));
}

#[test]
fn a_file_that_is_no_recording_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.json");
    std::fs::write(&file, "{}\n").unwrap();
    let output = run(&["replay", file.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let says =
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    assert!(says.contains("no recording of a desk"), "{says}");
}
