//! One store, two faces: what the command line books appears on an open board, and the same story
//! told by keys and by the command line leaves the same facts.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
};

use dealdesk::store::Reader;

use super::{story::negotiate_and_book, support::Terminal};

struct Seller(Child, String);

impl Drop for Seller {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A simulated seller, and the configuration of a desk that buys from it.
fn seller(folder: &Path) -> Seller {
    let line = ["simulate", "--listen", "127.0.0.1:0", "--seller", "northlight", "--seed", "7"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_dealdesk"));
    command.args(line).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    let listening: serde_json::Value = serde_json::from_str(&first).unwrap();
    let (url, key) = (&listening["url"], &listening["keys"]["agency"]);
    let config = folder.join("config.toml");
    let text = format!(
        "[identity]\nagency_id = \"agency-1\"\n[[sellers]]\nname = \"northlight\"\nurl = {url}\n\
         api_key = {key}\n[limits]\nexposure = 250_000\nday = 60_000\ndeal = 25_000\n\
         cpm.default = 42.00\n"
    );
    std::fs::write(&config, text).unwrap();
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o600)).unwrap();
    Seller(child, config.to_str().unwrap().to_owned())
}

/// Runs a subcommand on a store; what it prints as JSON.
fn run(config: &str, store: &str, line: &[&str]) -> serde_json::Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dealdesk"));
    command.args(["--config", config, "--store", store, "--json"]).args(line);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line:?}: {words}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The buyer's story on the command line: quote, one counter and their price, booked.
fn by_command_line(config: &str, store: &str) -> String {
    let ask = ["quote", "request", "--seller", "northlight", "--product", "prod-ctv-sports-001"];
    let ask = [&ask[..], &["--type", "PG", "--impressions", "500000"]].concat();
    let quote = run(config, store, &ask)["quote_id"].as_str().unwrap().to_owned();
    let plan = ["--target", "22", "--max", "26", "--step", "1", "--rounds", "5"];
    let played = run(config, store, &[&["negotiate", &quote][..], &plan].concat());
    let agreed = played["agreed_cpm"].as_str().unwrap();
    let books = played["book_quote_id"].as_str().unwrap();
    let booked = run(config, store, &["book", books, "--confirm", agreed, "--max-cpm", "26"]);
    booked["deal"]["deal_id"].as_str().unwrap().to_owned()
}

#[test]
fn what_the_command_line_books_appears_on_an_open_board() {
    let folder = tempfile::tempdir().unwrap();
    let seller = seller(folder.path());
    let store = folder.path().join("live.db");
    let store = store.to_str().unwrap();
    let mut board = Terminal::start(&["--config", &seller.1, "--store", store], (120, 36));
    board.wait_for("sellers 1●");
    let deal = by_command_line(&seller.1, store);
    board.wait("the deal on the board", |screen| screen.contents().contains(&deal));
    board.send("q");
    assert_eq!(board.exit().exit_code(), 0);
}

/// The facts of a store about quotes, talks and bookings, without who did them and how a strategy
/// was armed.
fn facts(store: &Path) -> Vec<&'static str> {
    let rows = Reader::open(store).unwrap().entries(0, 1_000).unwrap();
    let kinds = rows.iter().map(|row| row.entry.fact.kind());
    kinds.filter(|kind| !kind.starts_with("auto.") && !kind.starts_with("deal.")).collect()
}

#[test]
fn the_same_story_by_keys_and_by_the_command_line_leaves_the_same_facts() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, line) = (folder.path().join("keys.db"), folder.path().join("line.db"));
    let first = seller(folder.path());
    let mut desk =
        Terminal::start(&["--config", &first.1, "--store", keys.to_str().unwrap()], (120, 36));
    desk.wait_for("sellers 1●");
    negotiate_and_book(&desk);
    desk.send("\x1b");
    desk.wait("the ticket closed", |screen| !screen.contents().contains("BOOKED as agreed"));
    desk.send("q");
    assert_eq!(desk.exit().exit_code(), 0);
    drop(first);
    let second = seller(folder.path());
    by_command_line(&second.1, line.to_str().unwrap());
    let told = facts(&keys);
    assert_eq!(told, facts(&line));
    assert_eq!(told.iter().filter(|kind| **kind == "booking.done").count(), 1);
}
