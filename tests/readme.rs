//! The README says what is so: its commands, and the keys as the tables have them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

const BEGIN: &str =
    "<!-- keys: made from the tables in src/tui; a test says when they are stale -->\n";
const END: &str = "<!-- /keys -->";

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_keys_are_those_of_the_tables() {
    let text = readme();
    let (_, after) = text.split_once(BEGIN).unwrap();
    let (shown, _) = after.split_once(END).unwrap();
    let tables = dealdesk::tui::keys_markdown();
    assert!(tables.lines().count() > 20);
    if shown.trim() != tables.trim() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/README.keys.md");
        fs::write(&path, &tables).unwrap();
        assert_eq!(shown.trim(), tables.trim(), "the fresh list is in {}", path.display());
    }
}

#[test]
fn a_newcomer_is_given_exactly_two_commands() {
    let text = readme();
    let (_, after) = text.split_once("## Try it").unwrap();
    let (section, _) = after.split_once("\n## ").unwrap();
    let commands: Vec<_> = section
        .split("```sh\n")
        .skip(1)
        .flat_map(|block| block.split("```").next().unwrap().lines())
        .collect();
    assert_eq!(commands, ["cargo run --release -- demo", "cargo test"]);
}
