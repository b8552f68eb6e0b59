//! The words on screen are those of the trade: what only this program would say stands on no screen.

use std::{fs, path::Path};

/// What stood on a screen once, and is no word of a media buyer's.
const NOBODY_SAYS: [&str; 24] = [
    "sellers.reveal",
    "auction_factor",
    "END IN WRITING",
    "in writing",
    "gap ?",
    "mid ?",
    "no past talk",
    "stretches the gap",
    "withheld  exact_price",
    "their words:",
    "WALKS READY",
    "it ended:",
    "nothing to leave",
    "stands for it now",
    "(os error",
    "[the seller's]",
    "lapses",
    " 1 deals",
    "was never negotiated with",
    "draft a price; ",
    "let what was stopped",
    "COVER",
    "cover",
    "page_down",
];

#[test]
fn no_screen_says_what_nobody_in_the_trade_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for folder in ["tests/screens/snapshots", "tests/tui/snapshots"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            // A screen begins behind the words about the test.
            let (_, screen) = text.split_once("\n---\n").unwrap();
            for words in NOBODY_SAYS {
                let line = screen.lines().find(|line| line.contains(words));
                assert!(line.is_none(), "{}: {}", path.display(), line.unwrap_or_default());
            }
            let seconds = |line: &&str| line.contains(" s left on their clock");
            let line = screen.lines().find(seconds);
            assert!(line.is_none(), "{}: {}", path.display(), line.unwrap_or_default());
            seen += 1;
        }
    }
    assert!(seen > 200, "only {seen} screens were read");
}
