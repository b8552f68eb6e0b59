//! A recording that was redacted for others: nothing private is in it, and it is seen as a room saw it.

use dealdesk::{
    desk::{Command, Input},
    present::Control,
    recording::{Player, Recording, What, redacted},
    tui::{Act, KeyKind},
};
use rust_decimal::Decimal;

use super::{
    harness::{SIZES, Seat, text},
    recorded::{drawn, file, player, session},
    world::{moved, setup, usd},
};

/// What must not be in a redacted recording, whatever happened.
const SENTINELS: [&str; 17] = [
    "26.4179",
    "24.8137",
    "31.7731",
    "20.4321",
    "28.8917",
    "27.9173",
    "21.3917",
    "25.7193",
    "northlight",
    "harbor",
    "qt-sent-1",
    "qt-sent-2",
    "brightside",
    "coca-cola",
    "omnicom",
    "ttd-seat",
    "dd-key-sentinel",
];

/// Chance that is the same every time.
fn dice(seed: &mut u64, many: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % many
}

/// A seat at which everything that must not be told is told to the desk, and random keys are pressed.
fn secretive(mut seed: u64) -> Seat {
    let mut setup = setup();
    setup.private_clients = vec!["Brightside Water".to_owned()];
    setup.limits.cpm = [("ctv".to_owned(), "26.4179".parse().unwrap())].into();
    "dd-key-sentinel".clone_into(&mut setup.sellers[0].auth);
    let mut seat = Seat::with(setup, (80, 24)).recorded();
    for (seller, id, price) in
        [("northlight", "qt-sent-1", "28.8917"), ("harbor", "qt-sent-2", "27.9173")]
    {
        let mut quote = seat.quote(seller, id, price, 10);
        "Brightside Water CTV".clone_into(&mut quote.product.name);
        let key = seat.quoted_as(quote);
        let command = Command::OpenNegotiation {
            quote: key.clone(),
            target: Some(usd("24.8137")),
            limit: Some(usd("31.7731")),
        };
        seat.input(Input::Command(command));
        seat.input(Input::Command(Command::Offer { quote: key, cpm: usd("21.39"), note: None }));
        seat.stored();
        seat.wait(900);
        let mut answer = moved(1, "counter", "21.39", "25.7193");
        if let dealdesk::domain::Answer::Moved(moved) = &mut answer {
            moved.rationale = format!("For BRIGHTSIDE-WATER, {id} at 25.7193, says {seller}.");
        }
        seat.answer_where(|_, ask| ask.name() == "counter", Ok(answer));
        for _ in 0..dice(&mut seed, 6) {
            let keys = ["4", "3", "1", "j", "tab", "m", "]", "N", "esc", "/", "9", "8", "?", "f12"];
            let at = usize::try_from(dice(&mut seed, 14)).unwrap();
            seat.keys(keys[at]);
        }
        seat.keys("esc esc esc 4 e").typed("20.4321").keys("enter");
        seat.wait(300 + i64::try_from(dice(&mut seed, 40_000)).unwrap());
        seat.note_frame();
    }
    seat
}

#[test]
fn nothing_private_is_in_a_redacted_recording_in_a_thousand_random_runs() {
    let found = |bytes: &[u8]| -> Vec<&str> {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        let squeezed = text.replace(['-', ' '], "");
        let hits = |word: &&str| text.contains(*word) || squeezed.contains(&word.replace('-', ""));
        SENTINELS.into_iter().filter(hits).collect()
    };
    let mut audiences = 0;
    for seed in 0..1_000 {
        let file = file(&secretive(seed));
        if seed == 0 {
            assert!(
                found(&file).len() >= 12,
                "the search finds them where they are: {:?}",
                found(&file)
            );
        }
        let mut bytes = Vec::new();
        redacted(player(&file), Decimal::new(731, 3)).write(&mut bytes).unwrap();
        assert_eq!(
            found(&bytes),
            Vec::<&str>::new(),
            "seed {seed}: {}",
            String::from_utf8_lossy(&bytes)
        );
        let read = Recording::read(bytes.as_slice()).unwrap();
        assert!(read.head.redacted);
        audiences += read.lines.len();
    }
    assert!(audiences >= 2_000, "only {audiences} were looked at");
}

fn redacted_file(seat: &Seat) -> Vec<u8> {
    let mut bytes = Vec::new();
    redacted(player(&file(seat)), Decimal::new(731, 3)).write(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_redacted_recording_is_drawn_as_a_room_saw_it() {
    for size in SIZES {
        let (seat, _) = session(size);
        let bytes = redacted_file(&seat);
        let mut player = player(&bytes);
        player.resized(size);
        let times: Vec<_> = player.recording().lines.iter().map(|line| line.at).collect();
        let mut seen = Vec::new();
        for at in &times {
            player.play_to(*at);
            let screen = text(&player.buffer().unwrap());
            assert!(screen.contains("REPLAY") && screen.contains("AUDIENCE VIEW"), "{screen}");
            assert!(!screen.to_lowercase().contains("northlight"), "{screen}");
            seen.push(screen);
        }
        let last = seen.last().unwrap();
        // 25.99 × 0.731, and nothing of the price that was.
        assert!(last.contains("down 0.95 from 19.00") && last.contains("SELLER"), "{last}");
        assert!(!last.contains("25.99"), "{last}");
        assert_eq!(player.next_at(), None);
        player.play_to(times[0]);
        assert_eq!(text(&player.buffer().unwrap()), seen[0], "and again after going back");
    }
}

#[test]
fn whoever_watches_a_redacted_recording_steps_through_rounds_and_changes_only_how_it_looks() {
    let (seat, _) = session((120, 36));
    let mut player = player(&redacted_file(&seat));
    player.resized((120, 36));
    let press = |player: &mut Player, keys: &str| -> Vec<Act> {
        let pressed = keys.split(' ').map(|key| player.key(key.parse().unwrap(), KeyKind::Press));
        pressed.last().unwrap()
    };
    let moves = |player: &Player| {
        let lines = &player.recording().lines;
        let now = player.now();
        let newest = lines.iter().take_while(|line| line.at <= now).last().unwrap();
        let What::Audience(seen) = &newest.is else { panic!("nothing else is in it") };
        seen.talks.iter().map(|talk| talk.moves.len()).sum::<usize>()
    };
    player.play_to(player.recording().head.started);
    let mut rounds = Vec::new();
    while let Some(stop) = player.step(player.now(), false, true) {
        player.play_to(stop);
        rounds.push(moves(&player));
    }
    rounds.dedup();
    assert_eq!(rounds, [1, 3, 5], "a stop for what both sides said, each time");

    let plain = drawn(&mut player);
    assert_eq!(press(&mut player, "f6"), []);
    let bigger = drawn(&mut player);
    assert_ne!(bigger, plain);
    let back = player.step(player.now(), true, true).unwrap();
    let end = player.now();
    player.play_to(back);
    player.play_to(end);
    assert_eq!(drawn(&mut player), bigger, "it stays so");
    assert_eq!(press(&mut player, "f9 space"), [Act::Show(Control::Pause)]);
    assert_eq!(press(&mut player, "f9 b"), []);
    let blank = drawn(&mut player);
    assert!(blank.contains("D E A L D E S K") && !blank.contains("THEY"), "{blank}");
    assert_eq!(press(&mut player, "x"), []);
    assert_eq!(drawn(&mut player), bigger);
    for (key, says) in [("f5", "there is no desk in it"), ("N", "nothing can be asked")] {
        assert_eq!(press(&mut player, key), []);
        assert!(drawn(&mut player).contains(says), "{key}:\n{}", drawn(&mut player));
    }
    assert_eq!(press(&mut player, "q"), [Act::Quit]);
}

#[test]
fn what_somebody_else_wrote_into_a_redacted_recording_is_cleaned() {
    let (seat, _) = session((80, 24));
    let text_of = String::from_utf8(redacted_file(&seat)).unwrap();
    let hostile = text_of.replace("SELLER A", "SEL\\u001b[31mLER\\u202e A");
    assert_ne!(hostile, text_of);
    let read = Recording::read(hostile.as_bytes()).unwrap();
    let again = serde_json::to_string(&read.lines).unwrap();
    assert!(!again.contains("u001b") && !again.contains('\u{202e}'), "{again}");
}

#[test]
fn a_redacted_recording_takes_no_other_line() {
    let (seat, _) = session((80, 24));
    let mut bytes = redacted_file(&seat);
    bytes.extend(b"{\"at\":\"2027-01-01T00:00:00Z\",\"is\":{\"key\":{\"key\":\"q\"}}}\n");
    let says = Recording::read(bytes.as_slice()).unwrap_err().to_string();
    assert!(says.contains("does not belong"), "{says}");
}
