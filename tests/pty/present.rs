//! A second terminal that is attached to a desk: it sees what a room may see, and nothing else goes over
//! the socket.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::{fs::PermissionsExt as _, net::UnixStream},
};

use super::{story::negotiate, support::Terminal};

/// A desk in a terminal, and where it shows what a room may see.
fn desk(folder: &std::path::Path) -> (Terminal, String) {
    let socket = folder.join("room").to_str().unwrap().to_owned();
    let terminal = Terminal::start(&["demo", "--present", "--socket", &socket], (120, 36));
    terminal.wait_for("sellers 5●");
    (terminal, socket)
}

#[test]
fn a_second_terminal_sees_the_negotiation_and_finds_the_desk_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut terminal, socket) = desk(folder.path());
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "only its user may open it");
    let mut room = Terminal::start(&["present", "--attach", "--socket", &socket], (100, 30));
    room.wait_for("AUDIENCE VIEW");
    room.wait_for("DEMO");
    negotiate(&terminal);
    room.wait_for("THEY ASK");
    room.wait_for("the first offer is ours");
    let seen = room.contents();
    assert!(!seen.contains("exposure") && !seen.contains("agency-northbank"), "{seen}");
    assert!(room.effects().titles.iter().any(|title| title == "dealdesk DEMO audience"));
    // Nothing that is typed there reaches the desk; its own few keys work, at any size.
    room.send("NBy2");
    room.send("\x1b[17~");
    room.resize((80, 24));
    room.wait("another size", |screen| screen.size().1.get() == 80);
    room.wait_for("AUDIENCE VIEW");
    assert!(!terminal.contents().contains("TICKET"), "{}", terminal.contents());
    // The desk ends: what it showed is not shown on. Another one is found.
    terminal.send("q");
    assert!(terminal.exit().success());
    assert!(!std::path::Path::new(&socket).exists());
    room.wait_for("no desk is shown");
    let (again, _) = desk(folder.path());
    room.wait_for("DEMO");
    room.send("q");
    assert!(room.exit().success());
    room.assert_sane();
    drop(again);
}

#[test]
fn over_the_socket_goes_what_a_room_may_see_and_nothing_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let (_terminal, socket) = desk(folder.path());
    let mut lines = BufReader::new(UnixStream::connect(&socket).unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), r#"{"dealdesk_audience":1}"#);
    let line = lines.next().unwrap().unwrap();
    let seen: serde_json::Value = serde_json::from_str(&line).unwrap();
    let audience: dealdesk::present::Audience =
        serde_json::from_value(seen["audience"].clone()).unwrap();
    assert_eq!(audience.mode, dealdesk::present::ModeWord::Demo);
    for secret in ["northbank", "seat-4417", "adv-2207", "250000", "30000", "limit", "exposure"] {
        assert!(!line.contains(secret), "{secret} in {line}");
    }
    // One that says anything is let go.
    let mut talker = UnixStream::connect(&socket).unwrap();
    talker.write_all(b"{\"command\":\"book\"}\n").unwrap();
    let mut rest = Vec::new();
    drop(talker.read_to_end(&mut rest));
    // A second desk is not shown at the same place.
    let line = ["demo", "--present", "--socket", &socket];
    let mut second = Terminal::start(&line, (80, 24));
    assert_eq!(second.exit().exit_code(), 3, "{}", second.contents());
    assert!(second.contents().contains("another desk is shown there already"));
}
