//! What is recorded at the desk is seen again, frame by frame; the journal alone shows the same board
//! and the same ladder.

use dealdesk::{
    desk::{Entry, Mode},
    recording::{Head, IDLE, Player, Recording, What},
    runtime::cast,
    tui::{KeyKind, Options},
};
use jiff::SignedDuration;
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use super::{
    harness::{SIZES, Seat, text},
    world::{moved, seat, setup},
};

/// A person at the desk from the kit to a booked deal, with a filter, a copy, a paste and a halt.
/// Returns what was on the screen, frame by frame.
pub(super) fn session(size: (u16, u16)) -> (Seat, Vec<Buffer>) {
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
    // Long enough for the key to be another one than what came at once.
    seat.wait(1_100);
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
pub(super) fn file(seat: &Seat) -> Vec<u8> {
    let lines = seat.tape.as_ref().unwrap();
    let mut file = serde_json::to_vec(&Head::new(Mode::Live, seat.size, lines[0].at)).unwrap();
    for line in lines {
        file.push(b'\n');
        file.extend(serde_json::to_vec(line).unwrap());
    }
    file.push(b'\n');
    file
}

pub(super) fn player(file: &[u8]) -> Player {
    let recording = Recording::read(file).unwrap();
    Player::new(recording, Options::default(), IDLE).unwrap()
}

/// What whoever watches sees at 120x36, with what stood beside the desk.
pub(super) fn drawn(player: &mut Player) -> String {
    let mut terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
    let show = player.show().cloned().unwrap_or_default();
    text(terminal.draw(|frame| player.draw(frame, show)).unwrap().buffer)
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
fn whoever_watches_turns_to_what_a_room_may_see_and_what_was_pressed_then_goes_on() {
    let (seat, frames) = session((120, 36));
    let mut player = player(&file(&seat));
    let f5 = |player: &mut Player| player.key("f5".parse().unwrap(), KeyKind::Press);
    let lines: Vec<_> =
        seat.tape.as_ref().unwrap().iter().filter(|line| line.is == What::Drawn).collect();
    let middle = lines.len() / 2;
    player.play_to(lines[middle].at);
    assert_eq!(f5(&mut player), []);
    let seen = drawn(&mut player);
    assert!(seen.contains("AUDIENCE VIEW") && seen.contains("F9 space pause"), "{seen}");
    player.play_to(lines[middle - 4].at);
    assert!(drawn(&mut player).contains("AUDIENCE VIEW"), "also after going back");
    for (line, frame) in lines.iter().zip(&frames).skip(middle) {
        player.play_to(line.at);
        assert!(drawn(&mut player).contains("AUDIENCE VIEW"));
        same(&player.buffer().unwrap(), frame);
    }
    assert_eq!(f5(&mut player), []);
    assert!(!drawn(&mut player).contains("AUDIENCE VIEW"));
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
        let setup = setup();
        let mut player = Player::of_journal(journal, setup, Options::default(), IDLE);
        player.resized(size);
        player.play_to(seat.now);
        for screen in ["4", "1"] {
            seat.keys("esc");
            seat.keys(screen);
            let pressed = player.key(screen.parse().unwrap(), KeyKind::Press);
            assert_eq!(pressed, []);
            player.play_to(seat.now);
            // Columns keep the width that they had; another size is where they find it anew.
            for (cols, rows) in [(size.0 + 1, size.1), size] {
                seat.size = (cols, rows);
                seat.app.resized(cols, rows, seat.now);
                seat.buffer();
                player.resized((cols, rows));
                player.buffer();
            }
            let (was, is) = (body(&seat.screen()), body(&text(&player.buffer().unwrap())));
            // A seller's clock is told by its replies, which are not in the journal.
            let known = |rows: Vec<String>| -> Vec<_> {
                rows.into_iter().filter(|row| !row.contains("by their clock")).collect()
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
