//! The rules of the house, held by looking at the text of the code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    folders.retain(|folder| folder.exists());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

fn code() -> Vec<(PathBuf, String)> {
    ["src", "tests", "benches"].into_iter().flat_map(|folder| files(folder, "rs")).collect()
}

/// Whether all of a file is a test.
fn is_test(path: &Path) -> bool {
    path.iter().any(|part| part == "tests" || part == "tests.rs")
}

/// The code of a file without its tests and comments, so that rules speak of what runs.
fn running(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or(text);
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

fn layer(path: &Path) -> &str {
    path.strip_prefix("src")
        .ok()
        .and_then(|p| p.iter().next())
        .and_then(|p| p.to_str())
        .unwrap_or("")
}

/// Which layers a layer may know.
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("domain", &["domain"][..]),
        ("clock.rs", &[]),
        ("private.rs", &[]),
        ("pack", &["pack"]),
        ("desk", &["desk", "domain", "pack"]),
        ("sellers", &["sellers", "domain", "clock"]),
        ("store", &["store", "desk", "domain"]),
        ("sim", &["sim", "domain", "clock"]),
        ("lab", &["lab", "sim", "domain"]),
        ("present", &["present", "desk", "domain"]),
        ("tui", &["tui", "present", "desk", "domain"]),
        ("recording", &["recording", "tui", "present", "desk", "domain"]),
    ])
}

/// Whether `use crate::{…}` names a layer at its top level.
fn in_a_group(text: &str, layer: &str) -> bool {
    text.split("use crate::{").skip(1).any(|group| {
        let mut depth = 1;
        let mut names = String::new();
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                c if depth == 1 => names.push(c),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        names.split(',').any(|name| name.trim().split("::").next() == Some(layer))
    })
}

#[test]
fn every_layer_knows_only_the_layers_below_it() {
    let (allowed, mut seen) = (allowed(), 0);
    let layers = [
        "domain",
        "pack",
        "desk",
        "clock",
        "sellers",
        "store",
        "sim",
        "lab",
        "present",
        "tui",
        "recording",
        "runtime",
        "cli",
    ];
    for (path, text) in files("src", "rs") {
        let Some(may) = allowed.get(layer(&path)) else { continue };
        // What tests may measure with a whole book of records.
        if path.ends_with("tests.rs") {
            continue;
        }
        let text = running(&text);
        for other in layers.iter().filter(|other| !may.contains(other)) {
            let imports = text.contains(&format!("crate::{other}::")) || in_a_group(&text, other);
            assert!(!imports, "{} must not know {other}", path.display());
        }
        seen += 1;
    }
    assert!(seen > 50, "only {seen} files were looked at");
}

#[test]
fn the_core_waits_for_nothing_and_touches_nothing_outside() {
    let forbidden = [
        "tokio",
        "reqwest",
        "rusqlite",
        "crossterm",
        "std::fs",
        "std::net",
        "std::env",
        "std::time",
        "std::thread",
        "HashMap",
        "HashSet",
        "rand::",
    ];
    let mut seen = 0;
    for (path, text) in files("src", "rs") {
        let view = path.ends_with("view.rs");
        if !matches!(layer(&path), "domain" | "desk" | "present" | "recording") && !view {
            continue;
        }
        let text = running(&text);
        for word in forbidden {
            assert!(!text.contains(word), "{} must not know {word}", path.display());
        }
        seen += 1;
    }
    assert!(seen > 25, "only {seen} files were looked at");
}

#[test]
fn chance_and_order_in_sellers_are_behaviour() {
    for (path, text) in files("src/sim", "rs") {
        for word in ["HashMap", "HashSet", "thread_rng", "SystemTime", "Instant"] {
            assert!(!running(&text).contains(word), "{} must not use {word}", path.display());
        }
    }
}

#[test]
fn one_place_reads_the_time_and_one_place_spawns() {
    for (path, text) in files("src", "rs") {
        let text = running(&text);
        let clock = path.ends_with("runtime/clock.rs");
        for word in ["Timestamp::now(", "Instant::now(", "SystemTime::now(", "Zoned::now("] {
            assert!(clock || !text.contains(word), "{} reads the time: {word}", path.display());
        }
        let jobs = path.ends_with("runtime/jobs.rs");
        for word in ["tokio::spawn", "spawn_blocking", "JoinSet"] {
            assert!(jobs || !text.contains(word), "{} spawns: {word}", path.display());
        }
    }
}

#[test]
fn only_the_send_gate_commits() {
    for (path, text) in files("src/desk", "rs") {
        let text = running(&text);
        let gate = path.ends_with("decide/booked.rs") || path.ends_with("decide/negotiate.rs");
        for word in ["Ask::Book {", "Ask::Counter {"] {
            let made = text.matches(word).count();
            let most = usize::from(gate && (word.contains("Book") == path.ends_with("booked.rs")));
            assert!(made <= most, "{} makes {word} {made} times", path.display());
        }
    }
    for folder in ["src/tui", "src/runtime", "src/cli"] {
        for (path, text) in files(folder, "rs").into_iter().filter(|(path, _)| !is_test(path)) {
            let text = running(&text);
            assert!(!text.contains("Ask::Book"), "{} goes around the gate", path.display());
        }
    }
}

/// JSON for outside the desk is written in one place, which escapes what a terminal could act on.
#[test]
fn json_that_leaves_is_written_in_one_place() {
    let mut seen = 0;
    for (path, text) in files("src", "rs") {
        let leaves = ["src/cli", "src/recording", "src/runtime/present", "src/runtime/recorder.rs"];
        let leaves = leaves.iter().any(|place| path.to_string_lossy().contains(place));
        if leaves && !is_test(&path) {
            let text = running(&text);
            for word in ["serde_json::to_", "json::to_string", "to_writer"] {
                assert!(!text.contains(word), "{} writes JSON by itself", path.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} files were looked at");
}

#[test]
fn a_view_never_decides() {
    let mut seen = 0;
    for (path, text) in files("src/tui", "rs").into_iter().filter(|(p, _)| p.ends_with("view.rs")) {
        let text = running(&text);
        for word in ["&mut self", "&mut State", "Command::", "&mut Desk"] {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
        seen += 1;
    }
    assert!(seen >= 6, "only {seen} views");
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    for (path, text) in code() {
        assert!(text.starts_with("//! "), "{} does not open with what it is", path.display());
        let lines = text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines: split it by subject", path.display());
    }
}

#[test]
fn nothing_is_left_for_later() {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
    ];
    for (path, text) in code() {
        for word in words {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
}

#[test]
fn tests_do_not_sleep() {
    for (path, text) in files("tests", "rs") {
        for (number, line) in text.lines().enumerate() {
            let sleeps = line.contains(concat!("thread::", "sleep"))
                || (line.contains(concat!("sl", "eep(")) && line.contains(".await"));
            assert!(!sleeps, "{}:{} sleeps", path.display(), number + 1);
        }
    }
}

#[test]
fn recordings_are_replayed_by_nothing_of_ours() {
    // What reads real sellers' answers must not be what writes them.
    let replay = files("tests/replay", "rs");
    assert!(replay.len() >= 4, "only {} files were looked at", replay.len());
    for (path, text) in replay {
        let text = running(&text);
        for word in ["dealdesk::", "use dealdesk", "extern crate"] {
            assert!(!text.contains(word), "{} knows {word}", path.display());
        }
        // The two that it takes from elsewhere: how to run the program, and what it must print.
        for line in text.lines().filter(|line| line.contains("#[path") || line.contains("include!"))
        {
            let known = ["../cli/home.rs", "src/cli/json/schema.rs"];
            assert!(known.iter().any(|file| line.contains(file)), "{}: {line}", path.display());
        }
    }
}

#[test]
fn money_is_never_binary() {
    // The simulated sellers price as real ones do, in binary doubles; nothing else may.
    for (path, text) in files("src", "rs") {
        if matches!(layer(&path), "domain" | "desk" | "sellers" | "store" | "tui" | "recording") {
            let text = running(&text);
            for word in ["f64", "f32"] {
                assert!(!text.contains(word), "{} has {word}", path.display());
            }
        }
    }
}

#[test]
fn amounts_have_one_reader() {
    let readers = ["Decimal::from_str", "from_str_exact(", "from_scientific(", "parse::<Decimal>"];
    // What sellers write: JSON, and the reasons they give in prose.
    let of_sellers = ["src/sellers/lenient.rs", "src/domain/proof/"];
    let may = |path: &Path| {
        let path = path.to_str().unwrap();
        path.starts_with("src/domain/money/") || of_sellers.iter().any(|own| path.starts_with(own))
    };
    for (path, text) in files("src", "rs").iter().filter(|(path, _)| !is_test(path) && !may(path)) {
        for reader in readers {
            let own = running(text).contains(reader);
            assert!(!own, "{}: `{reader}`: read it by domain::money::typed", path.display());
        }
    }
}

#[test]
fn no_decimal_is_reckoned_with_by_bare_operators() {
    // Clippy knows the types, so it finds them; here it is held that it looks, and what it cannot see.
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    assert!(text.contains("#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects))]"));
    let allowed = fs::read_to_string(root().join("clippy.toml")).unwrap();
    let lists = allowed.split("arithmetic-side-effects-allowed = [").nth(1).unwrap();
    assert!(
        !lists.split(']').next().unwrap().contains("Decimal"),
        "clippy.toml lets decimals through"
    );
    for (path, text) in files("src", "rs") {
        let text = running(&text);
        assert!(!text.contains("clippy::arithmetic_side_effects") || path.ends_with("lib.rs"));
        // `sum` adds with the bare operator: it says of what it is, and that is no decimal.
        let binary = path.starts_with("src/sim") || path.ends_with("tests.rs");
        let chains: String = text.split_whitespace().collect();
        for word in [").sum()", ".sum::<Decimal>", ").product()", ".product::<Decimal>"] {
            assert!(binary || !chains.contains(word), "{} has {word}", path.display());
        }
    }
}

#[test]
fn views_do_not_draw_outside_text_unclean() {
    // ratatui lets what is set by character through unfiltered.
    for (path, text) in files("src/tui", "rs") {
        let unfiltered = running(&text).contains(".set_char(");
        assert!(!unfiltered, "{} writes a cell unfiltered", path.display());
    }
}
