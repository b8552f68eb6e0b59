//! The demo's story, without anybody: every scene is played to its end, and what is not reached is named.

use std::process::{Command, Stdio};

use dealdesk::{
    present::Story,
    runtime::headless::{Headless, Set},
};

use crate::support::demo;

async fn play(seed: u64, size: (u16, u16), story: Story) -> Headless {
    let set = Set { size, story: Some(story), ..Set::default() };
    let mut stage = Headless::open(&demo(seed), set).await.unwrap();
    while stage.plays() {}
    stage
}

#[tokio::test]
async fn every_scene_is_played_to_its_end_at_every_size_and_with_other_seeds() {
    for (seed, size) in [(42, (120, 36)), (7, (80, 24)), (1, (200, 60))] {
        let story = Story::of_the_demo().unwrap();
        let many = story.scenes.len();
        let stage = play(seed, size, story).await;
        let player = stage.player().unwrap();
        assert_eq!(player.missed(), None, "seed {seed} at {size:?}");
        assert_eq!(player.reached().len(), many);
        assert!(stage.session().state().deals.len() >= 2);
    }
}

/// The price of the first deal at a seller, as it is agreed with it.
fn booked_at(stage: &Headless, seller: &str) -> String {
    let mut deals = stage.session().state().deals.values();
    let of = deals.find(|record| record.deal.seller.as_str() == seller);
    of.unwrap().deal.pricing.cpm().unwrap().plain()
}

#[tokio::test]
async fn what_was_negotiated_is_what_is_booked() {
    let story = Story::of_the_demo().unwrap();
    let at = |title: &str| story.scenes.iter().position(|scene| scene.title == title).unwrap();
    let (dollar, lost) = (at("The last dollar"), at("Lost reply and recovery"));
    let two = Story { scenes: story.scenes[dollar..=lost].to_vec() };
    let stage = play(42, (120, 36), two).await;
    assert_eq!(stage.player().unwrap().missed(), None);
    assert_eq!(stage.session().state().deals.len(), 1);
    assert_eq!(booked_at(&stage, "northlight"), "23.85");
    // Alone it books what is quoted.
    let stage = play(42, (120, 36), Story { scenes: vec![story.scenes[lost].clone()] }).await;
    assert_eq!(stage.player().unwrap().missed(), None);
    assert_eq!(booked_at(&stage, "northlight"), "27.36");
}

#[tokio::test]
async fn a_step_that_is_not_reached_is_named_with_what_was_waited_for() {
    let story = "[[scene]]\ntitle = \"Wish\"\n[[scene.step]]\nsays = [\"It is there.\"]\nkeys = \"2\"\n\
                 shows = [\"Kit\"]\n[[scene.step]]\nshows = [\"a unicorn\"]\nwithin = 5\n";
    let stage = play(1, (120, 36), Story::read(story).unwrap()).await;
    let missed = stage.player().unwrap().missed().unwrap();
    assert_eq!((missed.number, missed.title.as_str(), missed.step), (1, "Wish", 2));
    assert_eq!(missed.says, "waited 5 s for \"a unicorn\" on the screen");
    assert!(missed.screen.contains("[2 Kit]"), "{}", missed.screen);
    assert!(stage.text().contains("The story stopped at step 2"), "{}", stage.text());
}

#[tokio::test]
async fn a_key_of_a_person_holds_the_story_until_it_is_told_to_go_on() {
    let story = Story::of_the_demo().unwrap();
    let set = Set { story: Some(story), ..Set::default() };
    let mut stage = Headless::open(&demo(42), set).await.unwrap();
    for _ in 0..12 {
        assert!(stage.plays());
    }
    stage.key("8".parse().unwrap());
    assert!(stage.text().contains("The keys are yours"), "{}", stage.text());
    stage.pass(jiff::SignedDuration::from_mins(2));
    assert!(stage.text().contains("[8 Sellers"), "the story pressed a key: {}", stage.text());
    for key in ["f9", "space"] {
        stage.key(key.parse().unwrap());
    }
    assert!(!stage.text().contains("The keys are yours"), "{}", stage.text());
    // Where a hand left the desk may not be where the story was; a scene again begins by itself.
    for key in ["f9", "R"] {
        stage.key(key.parse().unwrap());
    }
    while stage.plays() {}
    assert_eq!(stage.player().unwrap().missed(), None);
}

#[test]
fn a_screen_on_which_the_story_cannot_be_seen_is_refused_with_the_least_size() {
    for size in ["60x16", "80x16", "79x24", "80x23"] {
        let (code, out, words) = program(&["demo", "--headless", "--story", "--size", size]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{size}: {words}");
        let seen = size.replace('x', "×");
        let says = format!("{seen} is too small for the story: it is made for 80×24 and more");
        assert!(words.contains(&says), "{words}");
    }
    let (code, _, words) = program(&["demo", "--headless", "--story", "--size", "80x24"]);
    assert_eq!(code, Some(0), "{words}");
}

/// Runs the program; its exit code, what it prints, and its words.
fn program(line: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dealdesk"));
    let output = command.args(line).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_program_plays_it_without_a_terminal_and_its_exit_code_says_so() {
    let (code, out, words) = program(&["--json", "demo", "--headless", "--story"]);
    assert_eq!(code, Some(0), "{words}");
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&document["mode"], document["missed"].is_null()), (&"demo".into(), true));
    assert!(document["scenes"].as_array().unwrap().len() >= 6);
    // Another process shows the same, also where a map of its own would order things otherwise.
    let frames = || program(&["demo", "--headless", "--story", "--frames"]);
    assert_eq!(frames(), frames());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("story.toml");
    let wish =
        "[[scene]]\ntitle = \"Wish\"\n[[scene.step]]\nsays = [\"so\"]\nshows = [\"a unicorn\"]\n";
    std::fs::write(&file, wish).unwrap();
    let story = format!("--story={}", file.display());
    let (code, out, words) = program(&["demo", "--headless", &story]);
    assert_eq!(code, Some(1), "{out}{words}");
    assert!(words.contains("scene 1 \"Wish\", step 1: waited 30 s for \"a unicorn\""), "{words}");
    let (code, _, words) = program(&["demo", "--headless"]);
    assert_eq!(code, Some(2), "{words}");
}
