//! The demo without terminal, sockets and threads, on a clock that moves only when all work is done:
//! the same seed and the same keys give the same frames and the same journal, byte for byte.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use super::{
    Jobs, PacedClock, Session, demo, face::Face, in_process::InProcess,
    recording_log::RecordingLog, show::Player,
};
use crate::{
    clock::Clock,
    present::Story,
    sellers::Transport,
    sim,
    store::{Location, StoreError, Tuning},
    tui::{Act, App, Chord, KeyKind, Options},
};

/// Longer than anything in a demo waits.
const FAR: SignedDuration = SignedDuration::from_hours(24);

/// How the stage is set.
#[derive(Debug, Clone)]
pub struct Set {
    /// Columns and rows.
    pub size: (u16, u16),
    /// How the face looks and listens.
    pub options: Options,
    /// When it begins.
    pub began: Timestamp,
    /// Where the journal is written.
    pub location: Location,
    /// The story that plays, if one does.
    pub story: Option<Story>,
}

impl Default for Set {
    /// 120 columns and 36 rows on a day in June, a journal in memory, and no story.
    fn default() -> Self {
        Self {
            size: (120, 36),
            options: Options::default(),
            began: Timestamp::constant(1_781_791_200, 0),
            location: Location::Memory,
            story: None,
        }
    }
}

/// A demo that is driven from outside.
#[derive(Debug)]
pub struct Headless {
    session: Session,
    face: Face,
    clock: PacedClock,
    terminal: Terminal<TestBackend>,
    /// What was put on the clipboard.
    copied: Vec<String>,
}

impl Headless {
    /// Opens the demo and asks its sellers for their kits, as in a terminal.
    ///
    /// # Errors
    /// Where the store cannot be opened.
    pub async fn open(demo: &demo::Demo, set: Set) -> Result<Self, StoreError> {
        let clock = PacedClock::driven(set.began);
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let sellers: Vec<(String, sim::Seller<sim::iab::Iab>)> = demo::engines(demo, set.began)
            .map(|engine| (format!("{}.localhost", engine.spec().name), engine.into()))
            .collect();
        let wired = InProcess::new(sellers.iter().cloned(), Arc::clone(&shared));
        let wired: Arc<dyn Transport> = Arc::new(wired);
        let places = sellers.iter().map(|(host, seller)| (seller, format!("http://{host}")));
        let owner = format!("demo-{}", demo.seed);
        let (desk, adapters) = demo::desk(demo, places, owner, (&wired, &shared));
        let mut session = Session::over(desk, adapters, shared, Jobs::here());
        let tuning = Tuning { on_the_askers_thread: true, ..Tuning::default() };
        session.attach_tuned(set.location, tuning).await?;
        let engines = sellers.into_iter().map(|(_, seller)| seller).collect();
        let mut player = Player::new(format!("seed {}", demo.seed), clock.clone(), engines);
        if let Some(story) = set.story {
            player.begin(story, session.now());
        }
        let (cols, rows) = set.size;
        let Ok(terminal) = Terminal::new(TestBackend::new(cols, rows));
        let mut app = App::new(set.options);
        app.resized(cols, rows, session.now());
        let face = Face { app, player: Some(player), recording_log: RecordingLog::default() };
        demo::greet(&mut session);
        let mut stage = Self { session, face, clock, terminal, copied: Vec::new() };
        stage.settle();
        Ok(stage)
    }

    /// Takes in all that can come without time passing, and draws.
    fn settle(&mut self) {
        self.session.settle();
        let Ok(_) = self.terminal.draw(|frame| self.face.draw(frame, &self.session));
    }

    /// A person presses a key.
    pub fn key(&mut self, chord: Chord) {
        let left = self.face.key(chord, KeyKind::Press, &mut self.session);
        self.outside(left);
    }

    fn outside(&mut self, acts: Vec<Act>) {
        let copied = acts.into_iter().filter_map(|act| match act {
            Act::Copy(text) => Some(text),
            Act::Command(_) | Act::Show(_) | Act::Quit | Act::Suspend | Act::Redraw => None,
        });
        self.copied.extend(copied);
        self.settle();
    }

    /// Lets time pass until `until`, or until the next thing that happens before. Returns whether
    /// something did; never where somebody made time stand still.
    pub fn step(&mut self, until: Timestamp) -> bool {
        if !self.clock.is_playing() {
            return false;
        }
        let story = self.face.player.as_ref().and_then(Player::wakes);
        let next = [self.clock.next(), self.session.next_deadline(), story];
        let next = next.into_iter().flatten().min().filter(|next| *next <= until);
        self.clock.move_to(next.unwrap_or(until));
        self.settle();
        while let Some(left) = self.face.tell(&mut self.session) {
            self.outside(left);
        }
        next.is_some()
    }

    /// Lets the story go on by one thing that happens. Returns whether it goes on after that.
    pub fn plays(&mut self) -> bool {
        if !self.player().is_some_and(Player::reads) {
            return false;
        }
        let far = self.now().checked_add(FAR).unwrap_or(Timestamp::MAX);
        // What nothing ever wakes again is over.
        self.step(far) && self.player().is_some_and(Player::reads)
    }

    /// Lets time pass.
    pub fn pass(&mut self, time: SignedDuration) {
        let until = self.now().checked_add(time).unwrap_or(Timestamp::MAX);
        while self.now() < until && self.clock.is_playing() {
            self.step(until);
        }
    }

    /// Now, on its clock.
    pub fn now(&self) -> Timestamp {
        self.session.now()
    }

    /// The newest frame, cell by cell.
    pub fn frame(&self) -> &Buffer {
        self.terminal.backend().buffer()
    }

    /// The newest frame as text.
    pub fn text(&self) -> String {
        super::face::text(self.frame())
    }

    /// The desk.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Who shows it.
    pub fn player(&self) -> Option<&Player> {
        self.face.player.as_ref()
    }

    /// What was put on the clipboard, oldest first.
    pub fn copied(&self) -> &[String] {
        &self.copied
    }
}
