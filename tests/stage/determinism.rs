//! One seed and one script of keys give the same frames and the same journal, byte for byte.

use std::{fmt::Write as _, path::Path};

use dealdesk::{
    present::Story,
    runtime::headless::{Headless, Set},
    store::Location,
    tui::Chord,
};
use jiff::SignedDuration;
use ratatui::buffer::Buffer;

use crate::support::demo;

/// Everything that a run shows and keeps.
#[derive(PartialEq, Eq)]
struct Run {
    frames: String,
    many: usize,
    journal: Vec<String>,
}

/// Every cell with how it looks.
fn put(frames: &mut String, buffer: &Buffer) {
    let mut before = None;
    for cell in &buffer.content {
        let look = (cell.fg, cell.bg, cell.modifier);
        if before != Some(look) {
            let _ = write!(frames, "{look:?}");
            before = Some(look);
        }
        frames.push_str(cell.symbol());
    }
    frames.push('\n');
}

/// Every row of the journal, every column, its seal among them.
fn journal(path: &Path) -> Vec<String> {
    let store = rusqlite::Connection::open(path).unwrap();
    let mut rows = store.prepare("SELECT * FROM journal ORDER BY seq").unwrap();
    let columns = rows.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let values =
            (0..columns).map(|column| row.get_ref(column).map(|value| format!("{value:?}")));
        values.collect::<Result<Vec<_>, _>>().map(|values| values.join("|"))
    };
    rows.query_map([], row).unwrap().map(Result::unwrap).collect()
}

/// Plays keys, each with how long passes after it, and then the story if there is one.
async fn run(seed: u64, keys: &[(Chord, i64)], story: Option<Story>) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.db");
    let location = Location::File(path.clone());
    let set = Set { location, story, ..Set::default() };
    let mut stage = Headless::open(&demo(seed), set).await.unwrap();
    let (mut frames, mut many) = (String::new(), 0);
    let mut look = |stage: &Headless| {
        put(&mut frames, stage.frame());
        many += 1;
    };
    for (key, millis) in keys {
        stage.key(*key);
        look(&stage);
        let until = stage.now().checked_add(SignedDuration::from_millis(*millis)).unwrap();
        while stage.step(until) {
            look(&stage);
        }
        look(&stage);
    }
    while stage.plays() {
        look(&stage);
    }
    drop(stage);
    Run { frames, many, journal: journal(&path) }
}

/// A quote, an offer, and then keys that a hand might press, thrown by `seed`.
fn thrown(seed: u64, many: usize) -> Vec<(Chord, i64)> {
    let began = [("2", 3_000), ("Q", 600), ("y", 3_000), ("N", 600), ("e", 400), ("2", 100)];
    let offered = [("2", 100), ("enter", 400), ("N", 600), ("y", 3_000)];
    let pool = "1 2 3 4 8 9 j k g G Q y N y e 2 3 . 5 enter A B W a m + - ] [ = v y esc enter x r \
                / space * tab ? f9 . J R b d p 2 k o ! s o c z y y N y";
    let pool: Vec<Chord> = pool.split_whitespace().map(|key| key.parse().unwrap()).collect();
    let mut dice = seed;
    let mut below = |end: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).unwrap() % end
    };
    let wait = |dice: usize| i64::try_from(dice).unwrap();
    let key = |_| {
        let key = pool[below(pool.len())];
        (key, if below(12) == 0 { wait(below(40_000)) } else { wait(below(700)) })
    };
    let first = began.into_iter().chain(offered);
    let first = first.map(|(key, millis)| (key.parse().unwrap(), millis));
    first.chain((0..many).map(key)).collect()
}

/// Where two runs first differ, in words.
fn assert_same(one: &Run, other: &Run) {
    for (nth, (a, b)) in one.journal.iter().zip(&other.journal).enumerate() {
        assert_eq!(a, b, "row {nth} of the journal");
    }
    for (nth, (a, b)) in one.frames.lines().zip(other.frames.lines()).enumerate() {
        assert_eq!(a, b, "frame {nth}");
    }
    assert!(one == other, "one is longer than the other");
}

#[tokio::test]
async fn the_story_is_the_same_twice_and_another_with_another_seed() {
    let story = || Some(Story::of_the_demo().unwrap());
    let (one, other) = (run(42, &[], story()).await, run(42, &[], story()).await);
    assert!(one.many > 200 && one.journal.len() > 30, "{} {}", one.many, one.journal.len());
    assert_same(&one, &other);
    let another = run(43, &[], story()).await;
    assert!(another.frames != one.frames && another.journal != one.journal);
}

#[tokio::test]
async fn keys_thrown_at_the_desk_do_the_same_twice() {
    let mut rows = 0;
    for seed in 1..=3 {
        let keys = thrown(seed, 160);
        let (one, other) = (run(seed, &keys, None).await, run(seed, &keys, None).await);
        assert_same(&one, &other);
        rows += one.journal.len();
        let another = run(seed + 100, &keys, None).await;
        assert!(another.frames != one.frames, "the seed changes nothing");
    }
    assert!(rows >= 12, "the keys led to {rows} facts: they show too little");
}
