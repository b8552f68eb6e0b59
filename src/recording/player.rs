//! Plays a recording or a journal: folds what happened up to a moment, presses the keys that were
//! pressed, and draws what was seen. It has no session, no seller and no store, and sends nothing.

use jiff::{SignedDuration, Timestamp};
use ratatui::{
    Frame, Terminal,
    backend::TestBackend,
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    line::{Head, Line, Start, What},
    read::Recording,
    stops::{Goes, followed, stops},
    timeline::Timeline,
};
use crate::{
    desk::{Desk, Entry, Mode, Setup, State, Update},
    domain::Refusal,
    present::{Audience, ModeWord, Show},
    tui::{Act, App, Chord, Ground, KeyError, KeyKind, Keymap, Options},
};

/// What is played, and so whose keys move the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A recording: the keys of whoever sat at the desk, at the size of that terminal.
    Recording,
    /// The journal alone: the keys of whoever watches, at the size of this terminal. Until one is
    /// pressed, the newest negotiation is shown on the ladder, and all else on the board.
    Journal,
    /// What a room saw: drawn at the size of this terminal. The keys of whoever watches change how.
    Room,
}

/// What is played, and where it stands.
#[derive(Debug)]
pub struct Player {
    source: Source,
    recording: Recording,
    timeline: Timeline,
    options: Options,
    desk: Desk,
    app: App,
    /// The first line that is not played yet.
    next: usize,
    /// What the newest frame shows.
    now: Timestamp,
    size: (u16, u16),
    /// Whether the view follows what happens, in a journal.
    follows: bool,
    /// What stood beside the desk.
    show: Option<Show>,
}

impl Player {
    /// A recording at its beginning. No wait is longer than `idle`.
    ///
    /// # Errors
    /// Where it was made with keys that this program does not have.
    pub fn new(
        recording: Recording,
        mut options: Options,
        idle: SignedDuration,
    ) -> Result<Self, KeyError> {
        let timeline = Timeline::new(recording.moments(), idle);
        if recording.head.redacted {
            return Ok(Self::at_start(Source::Room, recording, timeline, options));
        }
        let keys = recording.start().map(|start| &start.keys);
        options.keymap = keys.map(Keymap::rebound).transpose()?.unwrap_or_default();
        Ok(Self::at_start(Source::Recording, recording, timeline, options))
    }

    /// A journal at its beginning, by a desk that was set up like this.
    pub fn of_journal(
        entries: impl IntoIterator<Item = Entry>,
        setup: Setup,
        options: Options,
        idle: SignedDuration,
    ) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        let mut last = Timestamp::MIN;
        for entry in entries {
            // The clock of a machine may have been set back; what was written later happened later.
            last = last.max(entry.at);
            lines.push(Line { at: last, is: What::News(Update::of_journal(entry).into()) });
        }
        let started = lines.first().map_or(Timestamp::UNIX_EPOCH, |line| line.at);
        let head = Head::new(setup.mode, (80, 24), started);
        let start = Start { setup, ..Start::default() };
        lines.insert(0, Line { at: started, is: What::Start(start.into()) });
        let recording = Recording { head, lines, breaks_off: false };
        let timeline = Timeline::new(recording.moments(), idle);
        Self::at_start(Source::Journal, recording, timeline, options)
    }

    fn at_start(
        source: Source,
        recording: Recording,
        timeline: Timeline,
        options: Options,
    ) -> Self {
        let mode = recording.head.mode;
        let (started, size) = (recording.head.started, (recording.head.cols, recording.head.rows));
        let mut app = App::new(options.clone());
        app.resized(size.0, size.1, started);
        if source == Source::Room {
            app.show_a_room(empty_room());
        }
        Self {
            source,
            recording,
            timeline,
            options,
            desk: unborn(mode),
            app,
            next: 0,
            now: started,
            size,
            follows: source == Source::Journal,
            show: None,
        }
    }

    /// Shows what a room may see of it, from here on.
    pub fn watch_as_a_room(&mut self) {
        match self.source {
            Source::Recording => self.app.watch_as_a_room(),
            Source::Journal | Source::Room => self.app.show_to_a_room(),
        }
    }

    /// What the desk knew.
    pub fn state(&self) -> &State {
        self.desk.state()
    }

    /// What is played.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Where each moment stands in played time.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The time that is shown.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What stood beside the desk.
    pub fn show(&self) -> Option<&Show> {
        self.show.as_ref()
    }

    /// How it looks.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What the ground of the terminal looks like.
    pub fn set_ground(&mut self, ground: Ground) {
        self.options.ground = ground;
        self.app.set_ground(ground);
    }

    /// The title of the terminal.
    pub fn title(&self) -> String {
        self.app.title(self.desk.state())
    }

    /// Plays everything up to `at`; from the beginning, if that is behind. Returns whether there is
    /// something to draw.
    pub fn play_to(&mut self, at: Timestamp) -> bool {
        if at < self.now {
            self.rewind();
        }
        let mut seen = false;
        while let Some(line) = self.recording.lines.get(self.next).filter(|line| line.at <= at) {
            let line = line.clone();
            self.next += 1;
            seen |= self.play(line);
        }
        if self.source != Source::Recording {
            let wake = self.app.next_wake(self.desk.state(), self.now);
            seen |= wake.is_some_and(|wake| wake <= at);
            self.now = self.now.max(at);
        }
        seen
    }

    /// When the next thing is to be played or drawn.
    pub fn next_at(&self) -> Option<Timestamp> {
        let line = self.recording.lines.get(self.next).map(|line| line.at);
        let is_over = line.is_none();
        let wakes = self.source != Source::Recording && !is_over;
        let wake = wakes.then(|| self.app.next_wake(self.desk.state(), self.now)).flatten();
        [line, wake].into_iter().flatten().min()
    }

    fn rewind(&mut self) {
        let Head { cols, rows, started, mode, .. } = self.recording.head;
        if self.source == Source::Recording {
            self.size = (cols, rows);
        }
        (self.desk, self.show) = (unborn(mode), None);
        (self.next, self.now) = (0, started);
        if self.source == Source::Room {
            // What whoever watches changed of the view stays.
            return self.app.show_a_room(empty_room());
        }
        let before_a_room = self.app.is_before_a_room();
        self.app.begin_again(self.options.clone());
        if self.source == Source::Journal && before_a_room {
            self.app.show_to_a_room();
        }
        self.app.resized(self.size.0, self.size.1, started);
    }

    /// Plays a line. Returns whether what came of it was drawn.
    fn play(&mut self, line: Line) -> bool {
        let Line { at, is } = line;
        self.now = at;
        match is {
            What::Start(start) => self.desk = Desk::replayed(start.setup),
            What::News(news) => {
                let goes = news.entry().filter(|_| self.follows).map(|entry| followed(&entry.fact));
                self.desk.apply_update(*news, at);
                match goes {
                    Some(Goes::Ladder(quote)) => {
                        self.app.follow(Some(&quote), self.desk.state(), at);
                    }
                    Some(Goes::Board) => self.app.follow(None, self.desk.state(), at),
                    Some(Goes::Nowhere) | None => {}
                }
                return self.source == Source::Journal;
            }
            What::Key(stroke) => {
                if let Some((chord, kind)) = stroke.chord() {
                    // What the desk did about it stands in the lines that follow.
                    let _ = self.app.key(chord, kind, self.desk.state(), at);
                }
            }
            What::Paste(text) => {
                let _ = self.app.paste(&text, self.desk.state(), at);
            }
            What::Size(cols, rows) => {
                self.size = (cols, rows);
                self.app.resized(cols, rows, at);
            }
            What::Focus => self.app.focus_gained(at),
            What::Told(refusals) => self.app.commanded(&refusals, self.desk.state(), at),
            What::Show(show) => {
                self.show = show.map(|show| *show);
                self.app.show(self.show.clone());
            }
            What::Said(said) => self.app.told(said, at),
            What::Audience(audience) => {
                self.show = Some(audience.show.clone());
                self.app.show_a_room(*audience);
                return true;
            }
            What::Drawn => {
                self.app.prepared(self.desk.state(), at);
                return true;
            }
        }
        false
    }

    /// The moments at which something happened, of those that a person steps through: facts and rounds
    /// (`rounds` alone, if asked), the first after `at` or the last before it.
    pub fn step(&self, at: Timestamp, back: bool, rounds: bool) -> Option<Timestamp> {
        let mut stops = stops(&self.recording.lines, rounds);
        if back {
            stops.take_while(|line| line.at < at).last().map(|line| line.at)
        } else {
            stops.find(|line| line.at > at).map(|line| line.at)
        }
    }

    /// A key of whoever watches. What it asks for is returned; it reaches no desk.
    pub fn key(&mut self, chord: Chord, kind: KeyKind) -> Vec<Act> {
        let (state, now) = (self.desk.state(), self.now);
        if self.source != Source::Journal {
            return self.app.watched(chord, state, now);
        }
        self.app.show(Some(Show::default()));
        let acts = self.app.key(chord, kind, state, now);
        self.follows &= acts.iter().any(|act| matches!(act, Act::Show(_)));
        if acts.iter().any(|act| matches!(act, Act::Command(_))) {
            let says = "this is a replay: it happened before, and nothing is asked or sent";
            let refusal = Refusal::new("replay", says, "`dealdesk` opens the desk itself");
            self.app.commanded(&[refusal], state, now);
        }
        acts.into_iter().filter(|act| !matches!(act, Act::Command(_))).collect()
    }

    /// What came of what whoever watches asked for.
    pub fn told(&mut self, told: Result<String, Refusal>) {
        match self.source {
            Source::Recording | Source::Room => self.app.watched_told(told),
            Source::Journal => self.app.told(told, self.now),
        }
    }

    /// What a room may see of what is shown.
    pub fn audience(&self) -> Audience {
        let state = self.desk.state();
        let focus = self.app.focus(state).and_then(|focus| focus.quote);
        Audience::of(state, focus.as_ref(), &self.show.clone().unwrap_or_default())
    }

    /// Follows what happens again, in a journal.
    pub fn follow(&mut self) {
        self.follows = self.source == Source::Journal;
    }

    /// The terminal of whoever watches has another size.
    pub fn resized(&mut self, (cols, rows): (u16, u16)) {
        if self.source != Source::Recording {
            self.size = (cols, rows);
            self.app.resized(cols, rows, self.now);
        }
    }

    /// Draws what is shown, with `show` beside it. A recording is drawn at the size of its own terminal,
    /// from the upper left.
    pub fn draw(&mut self, frame: &mut Frame<'_>, show: Show) {
        if self.source == Source::Journal {
            self.app.show(Some(show));
            return self.app.draw(frame, self.desk.state(), self.now);
        }
        if self.source == Source::Room {
            return self.app.draw_watched(frame, show, self.desk.state(), self.now);
        }
        let (desk, app, now) = (&self.desk, &mut self.app, self.now);
        let drawn = on_stage(self.size, |frame| app.draw_watched(frame, show, desk.state(), now));
        let Some(stage) = drawn else { return };
        let area = stage.area.intersection(frame.area());
        let out = frame.buffer_mut();
        for position in area.positions() {
            if let (Some(to), Some(from)) = (out.cell_mut(position), stage.cell(position)) {
                to.clone_from(from);
            }
        }
        cut_wide(out, &stage, area);
    }

    /// The screen as it was drawn, at its own size.
    pub fn buffer(&mut self) -> Option<Buffer> {
        let (desk, app, now) = (&self.desk, &mut self.app, self.now);
        on_stage(self.size, |frame| app.draw(frame, desk.state(), now))
    }
}

/// The desk before its beginning: even then it is a replay.
fn unborn(mode: Mode) -> Desk {
    Desk::replayed(Setup { mode, ..Setup::default() })
}

/// What a room sees before anything was recorded of it.
fn empty_room() -> Audience {
    let desk = unborn(Mode::default());
    Audience { mode: ModeWord::Replay, ..Audience::of(desk.state(), None, &Show::default()) }
}

fn on_stage((cols, rows): (u16, u16), draw: impl FnOnce(&mut Frame<'_>)) -> Option<Buffer> {
    let mut stage = Terminal::new(TestBackend::new(cols, rows)).ok()?;
    Some(stage.draw(draw).ok()?.buffer.clone())
}

/// A sign that is two cells wide is left out where only its first cell would be seen.
fn cut_wide(out: &mut Buffer, stage: &Buffer, area: Rect) {
    let Some(x) = area.right().checked_sub(1).filter(|_| area.right() < stage.area.right()) else {
        return;
    };
    for y in area.top()..area.bottom() {
        if let Some(cell) = out.cell_mut(Position { x, y })
            && crate::domain::text::width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
}
