//! What is recorded at the desk is seen again, frame by frame; the journal alone shows the same board
//! and the same ladder.

use dealdesk::{
    desk::{Command, Entry, Input, Mode, Setup},
    recording::{Head, IDLE, Player, Recording, What, redacted},
    runtime::cast,
    tui::Options,
};
use jiff::SignedDuration;
use ratatui::buffer::Buffer;
use rust_decimal::Decimal;

use super::{
    harness::{SIZES, Seat, text},
    world::{moved, seat, setup, usd},
};

/// A person at the desk from the kit to a booked deal, with a filter, a copy, a paste and a halt.
/// Returns what was on the screen, frame by frame.
fn session(size: (u16, u16)) -> (Seat, Vec<Buffer>) {
    let mut seen = Vec::new();
    let mut seat = seat(size).recorded();
    // A moment after each frame, as there always is.
    let mut frame = |seat: &mut Seat| {
        seen.push(seat.buffer());
        seat.wait(20);
    };
    frame(&mut seat);
    seat = seat.with_kits();
    frame(&mut seat);
    for keys in ["j", "/", "f o o", "esc", "3", "1", "9", "enter", "esc", "8"] {
        seat.keys(keys);
        frame(&mut seat);
    }
    seat.quoted("northlight", "qt-1", "28.80", 10);
    frame(&mut seat);
    seat.quoted("harbor", "qt-2", "27.00", 7);
    frame(&mut seat);
    seat.keys("3 N");
    frame(&mut seat);
    seat.keys("e").typed("20,00").keys("enter");
    frame(&mut seat);
    seat.keys("N y").stored();
    frame(&mut seat);
    seat.wait(1_900).answer(Ok(moved(1, "counter", "20.00", "25.99")));
    frame(&mut seat);
    seat.keys("m ]");
    frame(&mut seat);
    seat.keys("N");
    seat.paste("y");
    frame(&mut seat);
    seat.keys("y").stored();
    seat.answer(Ok(moved(2, "counter", "23.25", "24.69")));
    frame(&mut seat);
    seat.keys("1 f12");
    frame(&mut seat);
    seat.keys("?");
    frame(&mut seat);
    seat.keys("esc 4").wait(60_000);
    frame(&mut seat);
    let games = seat.desk.state().quotes.values().filter_map(|record| record.negotiation.as_ref());
    assert_eq!(games.map(|game| game.rounds.len()).collect::<Vec<_>>(), [5]);
    (seat, seen)
}

/// The file of what a seat recorded, through its own text.
fn file(seat: &Seat) -> Vec<u8> {
    let lines = seat.tape.as_ref().unwrap();
    let mut file = serde_json::to_vec(&Head::new(Mode::Live, seat.size, lines[0].at)).unwrap();
    for line in lines {
        file.push(b'\n');
        file.extend(serde_json::to_vec(line).unwrap());
    }
    file.push(b'\n');
    file
}

fn player(file: &[u8]) -> Player {
    let recording = Recording::read(file).unwrap();
    Player::new(recording, Options::default(), IDLE).unwrap()
}

/// Asserts that a frame is seen again, signs and colours, but for the words that say how the desk works:
/// what was live is now a replay.
fn same(again: &Buffer, was: &Buffer) {
    assert_eq!(again.area, was.area);
    let (again_text, was_text) = (text(again), text(was));
    let words = again_text.lines().zip(was_text.lines());
    let wide = usize::from(was.area.width);
    let cells = again.content.chunks(wide).zip(was.content.chunks(wide));
    for (y, ((is, was), (is_cells, was_cells))) in words.zip(cells).enumerate() {
        if is.contains("REPLAY") {
            assert!(was.contains("LIVE") && !is.contains("LIVE"), "{is}\n{was}");
            continue;
        }
        assert_eq!(is, was, "row {y} of:\n{again_text}");
        assert_eq!(is_cells, was_cells, "the colours of {is}");
    }
}

#[test]
fn a_recording_shows_every_frame_again_forwards_and_after_going_back() {
    for size in SIZES {
        let (seat, frames) = session(size);
        let file = file(&seat);
        let mut player = player(&file);
        assert!(player.title().contains("REPLAY"), "before anything is played");
        let drawn: Vec<_> =
            seat.tape.as_ref().unwrap().iter().filter(|l| l.is == What::Drawn).collect();
        assert_eq!(drawn.len(), frames.len());
        for (line, frame) in drawn.iter().zip(&frames) {
            assert!(player.play_to(line.at), "a frame");
            same(&player.buffer().unwrap(), frame);
        }
        assert_eq!(player.next_at(), None);
        let middle = drawn.len() / 2;
        assert!(player.play_to(drawn[middle].at), "back to the middle");
        same(&player.buffer().unwrap(), &frames[middle]);
        assert!(player.title().contains("REPLAY"), "{}", player.title());
    }
}

#[test]
fn what_sellers_were_sent_and_replied_is_not_in_it() {
    let mut seat = seat((120, 36)).recorded();
    seat.says = "{\"a reply\": \"SENTINEL-REPLY\"}".to_owned();
    let mut seat = seat.with_kits();
    seat.quoted("northlight", "qt-1", "28.80", 10);
    seat.buffer();
    let file = String::from_utf8(file(&seat)).unwrap();
    assert!(file.contains("qt-1") && file.contains("(not in the recording)"));
    assert!(!file.contains("SENTINEL-REPLY"));
}

#[test]
fn the_journal_alone_shows_the_same_board_and_ladder() {
    for size in SIZES {
        let (mut seat, _) = session(size);
        let tape = seat.tape.clone().unwrap();
        let journal: Vec<Entry> = tape
            .iter()
            .filter_map(
                |line| if let What::News(news) = &line.is { news.entry().cloned() } else { None },
            )
            .collect();
        assert!(journal.len() > 8, "{}", journal.len());
        let setup = Setup { read_only: true, ..setup() };
        let mut player = Player::of_journal(journal, setup, Options::default(), IDLE);
        player.resized(size);
        player.play_to(seat.now);
        for screen in ["4", "1"] {
            seat.keys("esc");
            seat.keys(screen);
            let pressed = player.key(screen.parse().unwrap(), dealdesk::tui::KeyKind::Press);
            assert_eq!(pressed, []);
            player.play_to(seat.now);
            let (was, is) = (body(&seat.screen()), body(&text(&player.buffer().unwrap())));
            // A seller's clock is told by its replies, which are not in the journal.
            let known = |rows: Vec<String>| -> Vec<_> {
                rows.into_iter().filter(|row| !row.contains("of their clock")).collect()
            };
            assert!(was.len() > 10);
            assert_eq!(known(is), known(was), "{screen}");
        }
    }
}

/// The part of a screen that shows quotes, deals and rounds: without header, tabs, message and keys.
fn body(screen: &str) -> Vec<String> {
    let rows: Vec<_> = screen.lines().map(str::to_owned).collect();
    rows[2..rows.len() - 2].to_vec()
}

#[test]
fn an_asciicast_shows_the_same_frames_in_a_real_emulator_and_has_the_same_bytes_twice() {
    let (seat, frames) = session((120, 36));
    let file = file(&seat);
    let made = || {
        let mut out = Vec::new();
        let written = cast::write(&mut player(&file), (120, 36), &mut out).unwrap();
        (written, out)
    };
    let (written, out) = made();
    assert_eq!(made(), (written, out.clone()));
    assert!(written.frames > 10 && written.plays > SignedDuration::ZERO, "{written:?}");
    let text_of_cast = String::from_utf8(out).unwrap();
    let mut lines = text_of_cast.lines();
    let head: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(
        (&head["version"], &head["width"], &head["height"]),
        (&2.into(), &120.into(), &36.into())
    );
    assert!(head["title"].as_str().unwrap().contains("REPLAY"));
    let mut emulator = vt100::Parser::new(36.try_into().unwrap(), 120.try_into().unwrap(), 0);
    let mut seen = vec![String::new()];
    for line in lines {
        let (_, kind, sent): (serde_json::Number, String, String) =
            serde_json::from_str(line).unwrap();
        assert_eq!(kind, "o");
        emulator.process(sent.as_bytes());
        seen.push(rows(&emulator.screen().contents()));
    }
    let mut player = player(&file);
    for (line, frame) in
        seat.tape.as_ref().unwrap().iter().filter(|l| l.is == What::Drawn).zip(&frames)
    {
        player.play_to(line.at);
        let again = player.buffer().unwrap();
        assert_eq!(again.area, frame.area);
        let wanted = rows(&text(&again));
        assert!(seen.contains(&wanted), "never seen:\n{wanted}");
    }
}

fn rows(screen: &str) -> String {
    let rows: Vec<_> = screen.trim_end().lines().map(str::trim_end).collect();
    rows.join("\n")
}

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
    use dealdesk::{
        present::Control,
        tui::{Act, KeyKind},
    };
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

    let drawn = |player: &mut Player| {
        let mut terminal =
            ratatui::Terminal::new(ratatui::backend::TestBackend::new(120, 36)).unwrap();
        let show = player.show().cloned().unwrap();
        text(terminal.draw(|frame| player.draw(frame, show)).unwrap().buffer)
    };
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

#[test]
fn what_is_damaged_is_named_by_its_line_and_what_breaks_off_is_played() {
    let (seat, _) = session((80, 24));
    let file = file(&seat);
    let whole = Recording::read(file.as_slice()).unwrap();
    let cut = Recording::read(&file[..file.len() - 20]).unwrap();
    assert!(cut.breaks_off && cut.lines.len() + 1 == whole.lines.len());
    let says = |bytes: &[u8]| Recording::read(bytes).unwrap_err().to_string();
    let text = String::from_utf8(file).unwrap();
    let damaged = text.replacen("\"is\"", "\"es\"", 3);
    assert!(says(damaged.as_bytes()).starts_with("line 2 "), "{}", says(damaged.as_bytes()));
    let newer = text.replacen("\"dealdesk_recording\":1", "\"dealdesk_recording\":99", 1);
    assert!(
        says(newer.as_bytes()).contains("newer than this program"),
        "{}",
        says(newer.as_bytes())
    );
    assert!(says(b"{\"version\":2}\n").contains("no recording of a desk"));
    assert!(says(b"").contains("no recording of a desk"));
}
