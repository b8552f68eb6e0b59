//! What is recorded at the desk is seen again, frame by frame; the journal alone shows the same board
//! and the same ladder.

use dealdesk::{
    desk::{Entry, Mode, Setup},
    recording::{Head, IDLE, Player, Recording, What},
    tui::Options,
};
use ratatui::buffer::Buffer;

use super::{
    harness::{SIZES, Seat, text},
    world::{moved, seat, setup},
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
