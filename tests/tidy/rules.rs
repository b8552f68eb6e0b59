//! What each rule looks for, and where.

use std::{borrow::Cow, collections::BTreeMap};

use crate::source::Source;

/// A rule of the house.
#[derive(Debug)]
pub(crate) struct Rule {
    /// What it says.
    pub(crate) says: &'static str,
    /// How many files it must have looked at, so that it does not hold because it looks at none.
    pub(crate) least: usize,
    /// Finds what breaks it.
    pub(crate) check: fn(&[Source]) -> Found,
}

/// What a rule found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) breaches: Vec<String>,
    pub(crate) seen: usize,
}

/// All of them.
pub(crate) const RULES: &[Rule] = &[
    Rule { says: "a layer knows only the layers below it", least: 300, check: layers },
    Rule {
        says: "a floor of the terminal face knows only the floors below it",
        least: 100,
        check: floors,
    },
    Rule {
        says: "the core waits for nothing and touches nothing outside",
        least: 150,
        check: core,
    },
    Rule { says: "chance and order in simulated sellers are behaviour", least: 20, check: chance },
    Rule { says: "one place reads the time, and one place spawns", least: 300, check: time },
    Rule { says: "only the send gate commits", least: 80, check: gate },
    Rule { says: "JSON that leaves is written in one place", least: 30, check: json },
    Rule { says: "a view never decides", least: 6, check: views },
    Rule { says: "every file says what it is, and is short", least: 500, check: files },
    Rule { says: "nothing is left for later", least: 500, check: later },
    Rule { says: "tests do not sleep", least: 80, check: sleeps },
    Rule { says: "recordings are replayed by nothing of ours", least: 4, check: replays },
    Rule { says: "money is never binary", least: 300, check: binary },
    Rule { says: "amounts have one reader", least: 300, check: amounts },
    Rule { says: "decimals are added up by what is checked", least: 300, check: sums },
    Rule { says: "views do not draw outside text unclean", least: 80, check: unclean },
];

/// Looks at files of which `of` is true for `words` in what runs.
fn look(house: &[Source], of: impl Fn(&Source) -> bool, words: &[&str]) -> Found {
    let mut found = Found::default();
    for source in house.iter().filter(|source| of(source)) {
        found.seen += 1;
        for word in words.iter().filter(|word| source.running.contains(**word)) {
            found.breaches.push(format!("{} has {word}", source.path.display()));
        }
    }
    found
}

impl Found {
    fn and(mut self, other: Self) -> Self {
        self.seen += other.seen;
        self.breaches.extend(other.breaches);
        self
    }
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
        ("json", &["json", "desk", "domain"]),
    ])
}

fn layers(house: &[Source]) -> Found {
    let (allowed, mut found) = (allowed(), Found::default());
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
        "json",
        "runtime",
        "cli",
    ];
    // What tests may measure with a whole book of records.
    for source in house.iter().filter(|source| !source.is_test()) {
        let Some(may) = allowed.get(source.layer()) else { continue };
        // Of the desk an adapter takes what the gate released, and nothing else; of the simulated
        // sellers a protocol names its own, and knows nothing of how they speak.
        let text = match source.layer() {
            "sellers" => Cow::from(
                source
                    .running
                    .replace("desk::Released", "")
                    .replace("crate::sim::iab::SIMULATOR", "")
                    .replace("sim::Simulator", ""),
            ),
            _ => Cow::from(&source.running),
        };
        let known = named(&text, "crate::");
        for other in layers.iter().filter(|other| !may.contains(other)) {
            if known.iter().any(|name| name == other) {
                found.breaches.push(format!("{} must not know {other}", source.path.display()));
            }
        }
        found.seen += 1;
    }
    found
}

/// The floors of the terminal face, the lowest first.
const FLOORS: [&str; 4] = ["parts", "screens", "tickets", "app"];

/// The first names of the paths right behind `prefix`: one, or those of a group.
fn named(text: &str, prefix: &str) -> Vec<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (at, _) in text.match_indices(prefix) {
        // A longer path that ends like this one is another one.
        let before = text[..at].trim_end_matches("crate::");
        if before.ends_with(|c: char| is_name(c) || c == ':') {
            continue;
        }
        let rest = &text[at + prefix.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(rest.chars().take_while(|c| is_name(*c)).collect());
            continue;
        };
        let (mut depth, mut names) = (1, String::new());
        for c in group.chars() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            match depth {
                0 => break,
                1 => names.push(c),
                _ => {}
            }
        }
        let first =
            |name: &str| name.trim().chars().take_while(|c| is_name(*c)).collect::<String>();
        found.extend(names.split(',').map(first).filter(|name| !name.is_empty()));
    }
    found
}

fn floors(house: &[Source]) -> Found {
    let mut found = Found::default();
    for source in house.iter().filter(|source| source.is_in("src/tui") && !source.is_test()) {
        let is_in = |floor: &str| source.is_in(&format!("src/tui/{floor}"));
        let Some(floor) = FLOORS.iter().position(|floor| is_in(floor)) else { continue };
        found.seen += 1;
        if floor + 1 == FLOORS.len() {
            continue;
        }
        let is_folder = source.path.ends_with("mod.rs");
        let deep = source.path.iter().count() - 2 - usize::from(is_folder);
        let up = "super::".repeat(deep);
        // What the face hands out is named where it lies, so that it is seen on which floor that is.
        for name in named(&source.running, "tui::").into_iter().chain(named(&source.running, &up)) {
            if name != "super" && !FLOORS[..=floor].contains(&name.as_str()) {
                found.breaches.push(format!("{} must not know {name}", source.path.display()));
            }
        }
    }
    found
}

fn core(house: &[Source]) -> Found {
    let is_core = |source: &Source| {
        let is_view = source.path.ends_with("view.rs");
        matches!(source.layer(), "domain" | "desk" | "present" | "recording" | "json") || is_view
    };
    let outside = [
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
    look(house, |source| source.is_in("src") && is_core(source), &outside)
}

fn chance(house: &[Source]) -> Found {
    let words = ["HashMap", "HashSet", "thread_rng", "SystemTime", "Instant"];
    look(house, |source| source.is_in("src/sim"), &words)
}

fn time(house: &[Source]) -> Found {
    let reads = ["Timestamp::now(", "Instant::now(", "SystemTime::now(", "Zoned::now("];
    let spawns = ["tokio::spawn", "spawn_blocking", "JoinSet"];
    let outside = |place: &'static str| {
        move |source: &Source| source.is_in("src") && !source.path.ends_with(place)
    };
    let found = look(house, outside("runtime/clock.rs"), &reads);
    found.and(look(house, outside("runtime/jobs.rs"), &spawns))
}

fn gate(house: &[Source]) -> Found {
    let mut found = Found::default();
    for source in house.iter().filter(|source| source.is_in("src/desk")) {
        for (word, place) in
            [("Ask::Book {", "decide/booked.rs"), ("Ask::Counter {", "decide/moves.rs")]
        {
            let made = source.running.matches(word).count();
            if made > usize::from(source.path.ends_with(place)) {
                let breach = format!("{} makes {word} {made} times", source.path.display());
                found.breaches.push(breach);
            }
        }
        found.seen += 1;
    }
    let faces = |source: &Source| {
        !source.is_test() && ["src/tui", "src/runtime", "src/cli"].iter().any(|at| source.is_in(at))
    };
    found.and(look(house, faces, &["Ask::Book"]))
}

fn json(house: &[Source]) -> Found {
    // It escapes what a terminal could act on.
    let leaves = |source: &Source| {
        let places = [
            "src/cli",
            "src/json",
            "src/recording",
            "src/runtime/present",
            "src/runtime/recorder.rs",
        ];
        !source.is_test() && places.iter().any(|place| source.is_in(place))
    };
    look(house, leaves, &["serde_json::to_", "json::to_string", "to_writer"])
}

fn views(house: &[Source]) -> Found {
    let is_view = |source: &Source| source.is_in("src/tui") && source.path.ends_with("view.rs");
    look(house, is_view, &["&mut self", "&mut State", "Command::", "&mut Desk"])
}

fn files(house: &[Source]) -> Found {
    let mut found = Found::default();
    for Source { path, text, .. } in house {
        if !text.starts_with("//! ") {
            found.breaches.push(format!("{} does not open with what it is", path.display()));
        }
        let lines = text.lines().count();
        if lines > 400 {
            found
                .breaches
                .push(format!("{} has {lines} lines: split it by subject", path.display()));
        }
        found.seen += 1;
    }
    found
}

fn later(house: &[Source]) -> Found {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
    ];
    let mut found = Found::default();
    for Source { path, text, .. } in house {
        for word in words.iter().filter(|word| text.contains(**word)) {
            found.breaches.push(format!("{} has {word}", path.display()));
        }
        found.seen += 1;
    }
    found
}

fn sleeps(house: &[Source]) -> Found {
    let mut found = Found::default();
    for Source { path, text, .. } in house.iter().filter(|source| source.is_in("tests")) {
        for (number, line) in text.lines().enumerate() {
            if line.contains(concat!("thread::", "sleep"))
                || (line.contains(concat!("sl", "eep(")) && line.contains(".await"))
            {
                found.breaches.push(format!("{}:{} sleeps", path.display(), number + 1));
            }
        }
        found.seen += 1;
    }
    found
}

fn replays(house: &[Source]) -> Found {
    // What reads real sellers' answers must not be what writes them.
    let is_replay = |source: &Source| source.is_in("tests/replay");
    let mut found = look(house, is_replay, &["dealdesk::", "use dealdesk", "extern crate"]);
    // The two that it takes from elsewhere: how to run the program, and what it must print.
    let known = ["../cli/home.rs", "src/cli/tests/schema.rs"];
    for source in house.iter().filter(|source| is_replay(source)) {
        let takes = |line: &&str| line.contains("#[path") || line.contains("include!");
        for line in source.running.lines().filter(takes) {
            if !known.iter().any(|file| line.contains(file)) {
                found.breaches.push(format!("{}: {line}", source.path.display()));
            }
        }
    }
    found
}

fn binary(house: &[Source]) -> Found {
    // The simulated sellers price as real ones do, in binary doubles; nothing else may.
    let layers = ["domain", "desk", "sellers", "store", "tui", "recording", "json"];
    look(house, |source| layers.contains(&source.layer()), &["f64", "f32"])
}

fn amounts(house: &[Source]) -> Found {
    // `domain::money::typed` reads what people write; these read what sellers write: JSON, and the reasons
    // they give in prose.
    let readers = ["src/domain/money/", "src/sellers/lenient.rs", "src/domain/proof/"];
    let other = |source: &Source| {
        let is_reader = readers.iter().any(|place| source.is_in(place));
        source.is_in("src") && !source.is_test() && !is_reader
    };
    let words = ["Decimal::from_str", "from_str_exact(", "from_scientific(", "parse::<Decimal>"];
    look(house, other, &words)
}

fn sums(house: &[Source]) -> Found {
    let mut found = Found::default();
    for source in house.iter().filter(|source| source.is_in("src")) {
        let (path, text) = (&source.path, &source.running);
        if text.contains("clippy::arithmetic_side_effects") && !path.ends_with("lib.rs") {
            found.breaches.push(format!("{} lets bare operators through", path.display()));
        }
        // `sum` adds with the bare operator: it says of what it is, and that is no decimal.
        let is_binary = source.is_in("src/sim") || path.ends_with("tests.rs");
        let chains: String = text.split_whitespace().collect();
        for word in [").sum()", ".sum::<Decimal>", ").product()", ".product::<Decimal>"] {
            if !is_binary && chains.contains(word) {
                found.breaches.push(format!("{} has {word}", path.display()));
            }
        }
        found.seen += 1;
    }
    found
}

fn unclean(house: &[Source]) -> Found {
    // ratatui lets what is set by character through unfiltered.
    look(house, |source| source.is_in("src/tui"), &[".set_char("])
}
