//! The desk goes on whatever its terminal does: reads nothing, sends anything, goes away.

use std::{io::Read as _, path::Path};

use dealdesk::store::Reader;
use rustix::process::{Signal, kill_process};

use super::support::{Terminal, run, uncontrolled};

const SIZE: (u16, u16) = (120, 36);

/// How often a fact of some kind stands in a store.
fn facts(store: &Path, kind: &str) -> usize {
    let rows = Reader::open(store).and_then(|reader| reader.entries(0, 10_000));
    rows.map_or(0, |rows| rows.iter().filter(|row| row.entry.fact.kind() == kind).count())
}

#[test]
fn a_terminal_that_does_not_read_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("demo.db");
    let path = store.to_str().unwrap();
    let line = ["--store", path, "demo", "--seed", "7", "--speed", "30"];
    let mut terminal = Terminal::start(&line, SIZE);
    terminal.wait_for("sellers 5●");
    terminal.send("2");
    terminal.wait_for("CTV Live Sports");
    terminal.send("Q");
    terminal.wait_for("earns AGENCY");
    terminal.press_until("y", "[3 Quotes]");
    terminal.wait_for("QUOTED");
    terminal.stall(true);
    // More than any line holds, if it were all written.
    for screen in "2398".chars().cycle().take(200) {
        terminal.send(&screen.to_string());
        terminal.let_a_key_pass();
    }
    terminal.until("the quote to expire", || facts(&store, "quote.expired") > 0);
    terminal.send("\x1b[24~");
    terminal.until("the halt", || facts(&store, "desk.halted") == 1);
    // What it is shown when it reads again is how things stand by then.
    terminal.stall(false);
    terminal.wait("the newest screen", |screen| {
        screen.contents().contains("[8 Sellers") && screen.contents().contains("HALT")
    });
    terminal.stall(true);
    for screen in "2398".chars().cycle().take(200) {
        terminal.send(&screen.to_string());
        terminal.let_a_key_pass();
    }
    kill_process(terminal.pid(), Signal::TERM).unwrap();
    assert_eq!(terminal.exit().exit_code(), 143);
    terminal.stall(false);
    terminal.assert_sane();
}

#[test]
fn after_any_burst_every_key_is_heard() {
    for many in [2_000, 20_000] {
        let mut terminal = Terminal::start(&["demo"], SIZE);
        terminal.wait_for("sellers 5●");
        terminal.send(&"j".repeat(many));
        terminal.send("\x1b[24~");
        terminal.wait_for("HALT DEMO");
        terminal.send("9");
        terminal.wait_for("[9 Log]");
        terminal.send("q");
        assert_eq!(terminal.exit().exit_code(), 0, "{many}");
    }
}

#[test]
fn nothing_that_has_no_end_makes_it_deaf() {
    for begun in ["\x1b[200~abc", "\x1b[<0;", "\x1b]11;rgb:1e1e", "\x1bP1+r43", "\x1b[M"] {
        let mut terminal = Terminal::start(&["demo"], SIZE);
        terminal.wait_for("sellers 5●");
        terminal.send(begun);
        // The key that stops the desk is heard at once, every other after a second without keys.
        terminal.send("\x1b[24~");
        terminal.wait_for("HALT DEMO");
        terminal.send(begun);
        (0..3).for_each(|_| terminal.let_go());
        terminal.send("9");
        terminal.wait_for("[9 Log]");
        terminal.send("q");
        assert_eq!(terminal.exit().exit_code(), 0, "{begun:?}");
    }
}

/// What terminals answer to questions that the desk did not ask.
const ANSWERS: &[&str] = &[
    "\x1b]10;rgb:c0c0/c0c0/c0c0\x1b\\",
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    "\x1b]52;c;cQ==\x07",
    "\x1bP1+r436f=323536\x1b\\",
    "\x1bP>|xterm(388)\x1b\\",
    "\x1b[?62;1;4;22c",
    "\x1b[>41;388;0c",
    "\x1b[12;40R",
    "\x1b[?2026;2$y",
    "\x1b[<0;10;20M",
];

#[test]
fn answers_of_the_terminal_are_no_keys_early_late_or_in_pieces() {
    let terminal = Terminal::start(&["demo"], SIZE);
    // Before the first frame, and while it is drawn.
    for answer in ANSWERS {
        terminal.send(answer);
    }
    terminal.wait_for("sellers 5●");
    terminal.wait_for("[1 Board");
    terminal.send("/");
    terminal.wait_for("filter");
    for answer in ANSWERS {
        terminal.send(answer);
        let (one, two) = answer.split_at(answer.len() / 2);
        terminal.send(one);
        terminal.let_go();
        terminal.send(two);
    }
    terminal.send("zz");
    terminal.wait_for("/zz");
    let contents = terminal.contents();
    assert!(!contents.contains("TICKET") && contents.contains("[1 Board"), "{contents}");
}

#[test]
fn a_terminal_that_is_gone_ends_it_without_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (config, store, log, socket) = (path("c.toml"), path("s.db"), path("log"), path("room"));
    std::fs::write(&config, "").unwrap();
    for args in [
        &["--config", &config, "--store", &store, "--log", &log][..],
        &["--log", &log, "demo"],
        &["present", "--attach", "--socket", &socket],
    ] {
        let (master, mut child) = uncontrolled(args);
        // It has begun once it draws.
        let mut first = [0; 1];
        master.try_clone_reader().unwrap().read_exact(&mut first).unwrap();
        drop(master);
        assert_eq!(child.wait().unwrap().code(), Some(129), "{args:?}");
    }
}

#[test]
fn a_store_on_a_disk_that_cannot_be_written_is_read() {
    // A disk of one's own needs no rights where the system lets everybody have a view of its own.
    let view = ["-r", "-m", "true"];
    if !std::process::Command::new("unshare").args(view).status().is_ok_and(|it| it.success()) {
        eprintln!("skipped: this system lets nobody mount anything");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (config, store) = (path("c.toml"), path("s.db"));
    std::fs::write(&config, "").unwrap();
    let halted = run(&["--config", &config, "--store", &store, "halt", "--why", "to be read"]);
    assert!(halted.status.success(), "{halted:?}");
    let desk = env!("CARGO_BIN_EXE_dealdesk");
    let place = folder.path().display();
    for (flag, code) in [("", 3), ("--read-only", 0)] {
        let line = format!(
            "mount --bind {place} {place} && mount -o remount,bind,ro {place} && \
             exec {desk} --config {config} --store {store} --log /dev/null {flag}"
        );
        let mut terminal =
            Terminal::program("/usr/bin/unshare", &["-r", "-m", "/bin/sh", "-c", &line], SIZE);
        if code == 0 {
            terminal.wait_for("HALT LIVE READ");
            terminal.wait_for("to be read");
            terminal.send("q");
        }
        assert_eq!(terminal.exit().exit_code(), code, "{}", terminal.contents());
    }
}

#[test]
fn what_the_shell_left_is_not_mixed_into_the_numbers() {
    let mut terminal = Terminal::start(&["demo"], SIZE);
    terminal.wait_for("sellers 5●");
    terminal.send("q");
    assert_eq!(terminal.exit().exit_code(), 0);
    // The same on a terminal without another screen, full of the shell's text.
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    let drawn = raw.split("\x1b[?1004l").next().unwrap().replace("\x1b[?1049h", "");
    let show = |before: &str| {
        let mut parser = vt100::Parser::new(36.try_into().unwrap(), 120.try_into().unwrap(), 0);
        parser.process(before.as_bytes());
        parser.process(drawn.as_bytes());
        parser.screen().contents()
    };
    assert_eq!(show(&"105 106 107 ".repeat(500)), show(""));
}
