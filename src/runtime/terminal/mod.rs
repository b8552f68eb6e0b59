//! The loop of the terminal face: wait, take in, draw. It wakes for keys, answers, deadlines and the
//! next change that is visible, and for nothing else.
//!
//! Keys are drawn at once; what sellers send is drawn 30 times a second at most, however fast it
//! comes; an outcome is drawn only when it is durable.

mod attached;
mod input;
mod outlet;
mod replay;
mod screen;
mod signals;
mod size;
mod tty;

pub(in crate::runtime) use input::letter;
pub use replay::{Replay, replay};
pub use signals::Left;

use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

pub use self::attached::{Attach, attach};
use self::{
    input::Happened,
    screen::{Screen, restore},
    tty::{Came, Tty},
};
use super::{
    Session, SystemClock, demo, face::Face, inbox::Message, present::Presenting,
    recorder::Recorder, recording_log::RecordingLog, show::Player,
};
use crate::{
    clock::Clock as _,
    domain::{Group, Refusal},
    present::Story,
    recording::{Head, drawn},
    store::{Location, StoreError},
    tui::{Act, App, Options},
};

/// The shortest time between two frames that data alone asked for.
const DATA_FRAME: SignedDuration = SignedDuration::from_millis(33);

/// The shortest time until what need not be seen at once is drawn.
const QUIET_FRAME: SignedDuration = SignedDuration::from_secs(1);

/// How long the journal may take to be written when the desk is left.
const LEAVE: Duration = Duration::from_secs(5);

/// A panic anywhere, also in a task: the loop leaves, so that the report is read on a sane terminal.
static PANICKED: AtomicBool = AtomicBool::new(false);

/// Why the terminal face could not run.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The terminal itself.
    #[error("the terminal failed: {0}")]
    Io(#[from] io::Error),
    /// The store; nothing in it was changed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file of a recording; nothing was started.
    #[error("{0} cannot be recorded into: {1}")]
    Unrecorded(String, io::Error),
    /// Something panicked; the report is on stderr.
    #[error(
        "the desk stopped because of a fault of its own; the store has everything it showed as done"
    )]
    Panicked,
    /// Not everything could be written.
    #[error("{0}")]
    Unwritten(String),
}

/// What the terminal face is started with.
#[derive(Debug)]
pub struct Start {
    /// How it looks.
    pub options: Options,
    /// Whether the bell may ring.
    pub bell: bool,
    /// The store, opened after the first frame.
    pub location: Location,
    /// Who shows the desk to a room, where its time is its own.
    pub player: Option<Player>,
    /// The story that plays, if one does.
    pub story: Option<Story>,
    /// The file in which it is recorded.
    pub record: Option<PathBuf>,
    /// Where a room is shown what it may see, if it is.
    pub presenting: Option<Presenting>,
    /// What a person is to be told first.
    pub notice: Option<Refusal>,
    /// Whether a panic is to be raised at once: for testing that the terminal survives it.
    pub panic_on: Option<char>,
}

/// Restores the terminal before any panic is reported. Install it after `color_eyre`.
pub fn install_panic_hook() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        restore();
        PANICKED.store(true, Ordering::SeqCst);
        report(panic);
    }));
}

/// Runs the desk in the terminal until it is left. Returns how.
///
/// # Errors
/// Where the terminal or the store fails. The terminal is sane on every way out.
pub async fn run(mut session: Session, start: Start) -> Result<Left, TerminalError> {
    install_panic_hook();
    let recorder = start.record.map(|path| record(&path, &session)).transpose()?;
    let mut tty = Tty::enter(&start.options)?;
    let recording_log = RecordingLog::start(recorder, &mut session, &start.options.keymap);
    let mut desk = Loop {
        face: Face { app: App::new(start.options), player: start.player, recording_log },
        story: start.story,
        notice: start.notice,
        bell: start.bell,
        heard: (0, 0),
        panic_on: start.panic_on,
        presenting: start.presenting,
    };
    desk.face.resized(size::told()?, &mut session);
    // Painted first, loaded after: the desk is on screen before the store is open, and hears keys while
    // it is read.
    desk.draw(&mut tty.screen, &mut session)?;
    session.begin(&start.location);
    let outcome = desk.turn(&mut session, &mut tty).await;
    drop(tty);
    let unrecorded = desk.face.recording_log.close(&mut session);
    if PANICKED.load(Ordering::SeqCst) {
        return Err(TerminalError::Panicked);
    }
    let outcome = outcome.or_else(tty::gone);
    if let Some(error) = session.unopened() {
        return Err(error.into());
    }
    let left = match outcome {
        Ok(left) => left,
        // What was to be written is written, whatever became of the terminal.
        Err(error) => {
            let _ = session.close(LEAVE).await;
            return Err(error.into());
        }
    };
    session.close(LEAVE).await.map_err(TerminalError::Unwritten)?;
    unrecorded.map_or(Ok(left), |why| Err(TerminalError::Unwritten(why)))
}

/// Begins a recording; why it ends before the desk does is told at the desk.
fn record(path: &Path, session: &Session) -> Result<Recorder, TerminalError> {
    let size = drawn(size::told()?);
    let head = Head::new(session.state().setup.mode, size, session.now());
    let inbox = session.inbox();
    let failed = move |why| inbox.put(Message::Unrecorded(why));
    Recorder::create(path, &head, failed)
        .map_err(|error| TerminalError::Unrecorded(path.display().to_string(), error))
}

struct Loop {
    face: Face,
    /// The story that begins once the desk is open.
    story: Option<Story>,
    /// What a person is to be told then.
    notice: Option<Refusal>,
    bell: bool,
    /// How many rows needed a person, and how many bells there were, at the newest frame.
    heard: (usize, u64),
    panic_on: Option<char>,
    presenting: Option<Presenting>,
}

impl Loop {
    async fn turn(&mut self, session: &mut Session, tty: &mut Tty) -> io::Result<Left> {
        // Frames go by the wall, also where the desk's time is faster, slower, or stands still.
        let wall = SystemClock;
        let mut drawn = Drawn { version: u64::MAX, quiet: 0, at: wall.now(), wake: None };
        let mut pressed = true;
        // Whether the terminal has yet to take a frame before it can be shown what happened since.
        let mut is_behind = false;
        let mut is_open = false;
        // Whether something that is not on screen yet may be made meanwhile.
        let mut is_ahead = false;
        loop {
            if PANICKED.load(Ordering::SeqCst) || session.is_unopened() {
                return Ok(Left::ByHand);
            }
            if !is_open && !session.is_opening() {
                is_open = true;
                demo::greet(session);
                self.begin_story(session);
                if let Some(notice) = self.notice.take() {
                    self.face.app.told(Err(notice), session.now());
                }
            }
            let now = wall.now();
            let state = session.state();
            let is_quiet = state.version == drawn.version && !drawn.is_due(session.now());
            let changed = !is_quiet || state.quiet != drawn.quiet;
            let pause = if is_quiet { QUIET_FRAME } else { DATA_FRAME };
            let next_frame = drawn.at.checked_add(pause).unwrap_or(now);
            let may_draw = pressed || now >= next_frame || now < drawn.at;
            if (pressed || changed) && may_draw && !session.is_settling() {
                is_behind = !self.draw(&mut tty.screen, session)?;
                is_ahead = true;
                let state = session.state();
                let wake = self.face.app.next_wake(state, session.now());
                drawn = Drawn { version: state.version, quiet: state.quiet, at: now, wake };
                // What the story presses is seen before it presses again.
                let told = if is_behind { None } else { self.face.tell(session) };
                pressed = told.is_some();
                if self.outside(told.unwrap_or_default(), session, tty).await? {
                    return Ok(Left::ByHand);
                }
                session.pump();
                continue;
            }
            let waits_for_frame = changed && !is_quiet && !session.is_settling();
            let frame = (changed && !session.is_settling()).then_some(next_frame);
            let seen = drawn.wake.filter(|_| !waits_for_frame);
            let story = self.wakes().filter(|_| !pressed && !is_behind);
            let (clock, inbox) = (session.clock(), session.inbox());
            let outlet = tty.screen.outlet();
            tokio::select! {
                biased;
                came = tty.next() => {
                    if let Some(left) = self.take(came?, session, tty).await? {
                        return Ok(left);
                    }
                    pressed = true;
                }
                () = outlet.ready(), if is_behind => pressed = true,
                // A frame is due soon: what comes until then is taken in together with it.
                () = inbox.filled(), if !waits_for_frame => {}
                () = until(session.next_deadline(), session.now(), |left| clock.sleep(left)) => {}
                () = until(story, session.now(), |left| clock.sleep(left)) => pressed = true,
                () = until(seen, session.now(), |left| clock.glance(left)) => {}
                () = until(frame, now, |left| wall.sleep(left)) => {}
                // Nothing else is to be done, and others have had their turn.
                () = tokio::task::yield_now(), if is_ahead => {
                    is_ahead = self.face.app.ahead(session.state(), session.now());
                }
            }
            session.pump();
        }
    }

    /// Takes in what came. Returns how the desk is left, if it is.
    async fn take(
        &mut self,
        came: Came,
        session: &mut Session,
        tty: &mut Tty,
    ) -> io::Result<Option<Left>> {
        let mut acts = Vec::new();
        match came {
            Came::From(happened) => {
                for happened in happened {
                    acts.extend(self.heard(happened, session));
                }
            }
            Came::Resized(cols, rows) => self.face.resized((cols, rows), session),
            Came::Suspend => acts.push(Act::Suspend),
            Came::Again => self.face.focus_gained(session),
            Came::Leave(left) => return Ok(Some(left)),
        }
        Ok(self.outside(acts, session, tty).await?.then_some(Left::ByHand))
    }

    /// What came from the terminal. Returns what is left to do to it.
    fn heard(&mut self, happened: Happened, session: &mut Session) -> Vec<Act> {
        match happened {
            Happened::Key(chord, kind) => {
                if let (Some(fatal), crate::tui::Key::Char(typed)) = (self.panic_on, chord.key) {
                    assert!(typed != fatal, "a panic that was asked for");
                }
                self.face.key(chord, kind, session)
            }
            Happened::Burst(keys) => self.face.burst(&keys, session),
            Happened::Paste(text) => self.face.paste(&text, session),
            Happened::FocusGained => {
                self.face.focus_gained(session);
                Vec::new()
            }
            Happened::Ground(ground) => {
                self.face.app.set_ground(ground);
                Vec::new()
            }
            Happened::Lost => Vec::new(),
        }
    }

    /// What is left to do to the terminal. Returns whether the desk is left.
    async fn outside(
        &mut self,
        acts: Vec<Act>,
        session: &mut Session,
        tty: &mut Tty,
    ) -> io::Result<bool> {
        for act in acts {
            match act {
                Act::Quit => return Ok(true),
                Act::Suspend => {
                    if tty.suspend().await? {
                        self.face.focus_gained(session);
                    } else {
                        self.face.app.told(Err(no_shell()), session.now());
                    }
                }
                Act::Redraw => tty.screen.forget()?,
                Act::Copy(text) => tty.screen.copy(&text),
                // The face has done these.
                Act::Command(_) | Act::Show(_) => {}
            }
        }
        Ok(false)
    }

    fn begin_story(&mut self, session: &Session) {
        if let (Some(player), Some(story)) = (&mut self.face.player, self.story.take()) {
            player.begin(story, session.now());
        }
    }

    /// When the story wants to press a key.
    fn wakes(&self) -> Option<Timestamp> {
        self.face.player.as_ref().and_then(Player::wakes)
    }

    /// Shows what there is. Returns whether the terminal was shown it, too: one that has not taken the
    /// newest frame is shown nothing more until it has.
    fn draw(&mut self, screen: &mut Screen, session: &mut Session) -> io::Result<bool> {
        self.face.recording_log.news(session);
        let state = session.state();
        let heard = (state.board.count(Group::NeedsMe), state.bells);
        let louder = heard.0 > self.heard.0 || heard.1 > self.heard.1;
        if louder && self.bell && !self.face.app.is_muted() {
            screen.ring();
        }
        self.heard = heard;
        let is_ready = screen.is_ready();
        if is_ready {
            screen.draw(|frame| self.face.draw(frame, session))?;
            screen.title(&self.face.app.title(state));
        }
        if let Some(presenting) = &mut self.presenting {
            presenting.put(self.face.app.audience(state), session.now());
        }
        Ok(is_ready)
    }
}

/// Why Ctrl-Z does nothing.
fn no_shell() -> Refusal {
    let says = "no shell is there that could let the desk go on";
    Refusal::new("suspend", says, "leave it, or start it from a shell")
}

/// The newest frame.
struct Drawn {
    version: u64,
    quiet: u64,
    at: Timestamp,
    wake: Option<Timestamp>,
}

impl Drawn {
    fn is_due(&self, now: Timestamp) -> bool {
        self.wake.is_some_and(|wake| wake <= now)
    }
}

async fn until(
    wake: Option<Timestamp>,
    now: Timestamp,
    sleep: impl FnOnce(Duration) -> BoxFuture<'static, ()>,
) {
    let Some(wake) = wake else { return std::future::pending().await };
    sleep(Duration::try_from(wake.duration_since(now)).unwrap_or(Duration::ZERO)).await;
}
