//! What a frame of the board costs, with ten thousand rows behind it.

#![expect(clippy::unwrap_used, reason = "a bench that cannot draw has nothing to measure")]

use dealdesk::{
    desk::State,
    tui::{App, Chord, KeyKind, Options},
};
use jiff::Timestamp;
use ratatui::{Terminal, backend::TestBackend};

#[path = "../tests/tui/fixtures/mod.rs"]
#[expect(dead_code, reason = "the bench needs only the crowd")]
mod fixtures;

fn main() {
    divan::main();
}

const ROWS: [usize; 2] = [50, 10_000];

struct Desk {
    app: App,
    state: State,
    terminal: Terminal<TestBackend>,
    now: Timestamp,
}

impl Desk {
    fn new(rows: usize) -> Self {
        let terminal = Terminal::new(TestBackend::new(160, 48)).unwrap();
        let state = fixtures::crowd(rows);
        Self { app: App::new(Options::default()), state, terminal, now: fixtures::now() }
    }

    fn draw(&mut self) {
        let (app, state, now) = (&mut self.app, &self.state, self.now);
        self.terminal.draw(|frame| app.draw(frame, state, now)).unwrap();
    }

    fn key(&mut self, key: &str) {
        let chord: Chord = key.parse().unwrap();
        self.app.key(chord, KeyKind::Press, &self.state, self.now);
    }
}

/// The same frame again: what a countdown's second costs.
#[divan::bench(args = ROWS)]
fn frame(bencher: divan::Bencher, rows: usize) {
    let mut desk = Desk::new(rows);
    bencher.bench_local(|| desk.draw());
}

/// A key and its frame, in the middle of the rows.
#[divan::bench(args = ROWS)]
fn key_and_frame(bencher: divan::Bencher, rows: usize) {
    let mut desk = Desk::new(rows);
    desk.draw();
    (0..20).for_each(|_| desk.key("pagedown"));
    bencher.bench_local(|| {
        desk.key("j");
        desk.draw();
        desk.key("k");
        desk.draw();
    });
}

/// A frame of filtered rows while nothing changes: they are found once.
#[divan::bench(args = ROWS)]
fn filtered_frame(bencher: divan::Bencher, rows: usize) {
    let mut desk = Desk::new(rows);
    for key in ["/", "h", "a", "r", "enter"] {
        desk.key(key);
    }
    bencher.bench_local(|| desk.draw());
}

/// A letter typed into the filter: all rows are looked at.
#[divan::bench(args = ROWS)]
fn filter_letter(bencher: divan::Bencher, rows: usize) {
    let mut desk = Desk::new(rows);
    desk.key("/");
    bencher.bench_local(|| {
        desk.key("h");
        desk.draw();
        desk.key("backspace");
        desk.draw();
    });
}
