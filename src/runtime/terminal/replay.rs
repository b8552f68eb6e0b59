//! A recording or a journal played in the terminal: no session, no seller, no store. Whoever watches
//! pauses, paces, steps and goes back with the keys of a demo (F9).

use std::io;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{
    Happened, PANICKED, Signals, TerminalError, input, install_panic_hook,
    screen::{self, Screen},
};
use crate::{
    clock::Clock as _,
    domain::{Refusal, text},
    present::{Control, Show},
    recording::Player,
    runtime::PacedClock,
    tui::Act,
};

/// What is played, and how.
#[derive(Debug)]
pub struct Replay {
    /// What is played.
    pub player: Player,
    /// What it is called.
    pub name: String,
    /// How fast, in hundredths of the wall's time.
    pub speed: u32,
    /// Where it begins; `None` is at its beginning.
    pub at: Option<Timestamp>,
}

/// Plays until whoever watches leaves.
///
/// # Errors
/// Where the terminal fails. It is sane on every way out.
pub async fn replay(replay: Replay) -> Result<(), TerminalError> {
    install_panic_hook();
    let mut signals = Signals::new()?;
    let mut screen = Screen::enter()?;
    let mut keys = input::read()?;
    let Replay { mut player, name, speed, at } = replay;
    player.resized(crossterm::terminal::size()?);
    let clock = PacedClock::new(Timestamp::UNIX_EPOCH, speed);
    let name = text::clean(&name, 40);
    let mut watch = Watch { player, name, clock, ahead: SignedDuration::ZERO };
    let start = watch.player.recording().head.started;
    watch.seek(at.unwrap_or(start));
    let outcome = watch.turn(&mut screen, &mut keys, &mut signals).await;
    drop(screen);
    if PANICKED.load(std::sync::atomic::Ordering::SeqCst) {
        return Err(TerminalError::Panicked);
    }
    Ok(outcome?)
}

struct Watch {
    player: Player,
    name: String,
    /// Counts played time from the epoch on.
    clock: PacedClock,
    /// How much further on than the clock it stands, since somebody went there.
    ahead: SignedDuration,
}

impl Watch {
    async fn turn(
        &mut self,
        screen: &mut Screen,
        keys: &mut UnboundedReceiver<Happened>,
        signals: &mut Signals,
    ) -> io::Result<()> {
        let mut pressed = true;
        loop {
            if PANICKED.load(std::sync::atomic::Ordering::SeqCst) {
                return Ok(());
            }
            let moment = self.player.timeline().moment(self.played());
            let seen = moment.is_some_and(|moment| self.player.play_to(moment));
            if seen || pressed {
                self.draw(screen)?;
                pressed = false;
            }
            let next = self.player.next_at().map(|at| self.player.timeline().played(at));
            let left = next.map(|next| next.saturating_sub(self.played()));
            let clock = self.clock.clone();
            let frame = async {
                match left.map(std::time::Duration::try_from) {
                    Some(left) => clock.glance(left.unwrap_or_default()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                happened = keys.recv() => {
                    if self.take(&happened.unwrap_or(Happened::Lost), screen)? {
                        return Ok(());
                    }
                    pressed = true;
                }
                () = signals.told_to_leave() => return Ok(()),
                () = frame => {}
            }
        }
    }

    /// How much was played.
    fn played(&self) -> SignedDuration {
        self.clock.now().duration_since(Timestamp::UNIX_EPOCH).saturating_add(self.ahead)
    }

    fn draw(&mut self, screen: &mut Screen) -> io::Result<()> {
        let show = Show {
            name: self.name.clone(),
            speed: self.clock.speed(),
            is_playing: self.clock.is_playing(),
            ..self.player.show().cloned().unwrap_or_default()
        };
        screen.draw(|frame| self.player.draw(frame, show))?;
        let (played, length) = (self.played(), self.player.timeline().length());
        let (title, name) = (self.player.title(), &self.name);
        screen.title(&format!("{title} {name} {}/{}", clock(played.min(length)), clock(length)))
    }

    /// Takes in what came from the terminal. Returns whether the replay is left.
    fn take(&mut self, happened: &Happened, screen: &mut Screen) -> io::Result<bool> {
        let acts = match happened {
            Happened::Key(chord, kind) => self.player.key(*chord, *kind),
            Happened::Resized(cols, rows) => {
                self.player.resized((*cols, *rows));
                Vec::new()
            }
            Happened::Paste(_) | Happened::FocusGained => Vec::new(),
            Happened::Lost => return Ok(true),
        };
        for act in acts {
            match act {
                Act::Show(control) => {
                    let told = self.control(control);
                    self.player.told(told);
                }
                Act::Quit => return Ok(true),
                Act::Suspend => screen.suspend()?,
                Act::Redraw => screen.forget()?,
                Act::Copy(text) => screen::copy(&text)?,
                // A player gives none: nothing that is played can be asked for.
                Act::Command(_) => {}
            }
        }
        Ok(false)
    }

    fn control(&mut self, control: Control) -> Result<String, Refusal> {
        let here = self.player.now();
        match control {
            Control::Pause | Control::Slower | Control::Faster => {
                self.clock.obey(control);
                let speed = self.clock.speed();
                Ok(if self.clock.is_playing() {
                    format!("plays at {}.{:02} of its time", speed / 100, speed % 100)
                } else {
                    "stands still".to_owned()
                })
            }
            Control::Step | Control::Back => {
                let back = control == Control::Back;
                let stop = self.player.step(here, back, false);
                let stop =
                    stop.ok_or_else(|| nothing("there is nothing more in that direction"))?;
                self.clock.play(false);
                self.seek(stop);
                Ok(self.stands())
            }
            Control::NextScene => {
                let stop = self.player.step(here, false, true);
                let stop = stop.ok_or_else(|| nothing("no scene and no round follows"))?;
                self.player.follow();
                self.seek(stop);
                Ok(self.stands())
            }
            Control::Restart => {
                self.player.follow();
                self.seek(self.player.recording().head.started);
                Ok("from its beginning".to_owned())
            }
            Control::Fault(_) => Err(Refusal::new(
                "replay",
                "what happened cannot go wrong any more",
                "`dealdesk demo` has sellers that fail on a key",
            )),
        }
    }

    /// Goes to a moment, also back.
    fn seek(&mut self, at: Timestamp) {
        self.player.play_to(at);
        let played = self.player.timeline().played(at);
        self.ahead = self.ahead.saturating_add(played.saturating_sub(self.played()));
    }

    fn stands(&self) -> String {
        let (here, timeline) = (self.player.now(), self.player.timeline());
        let (played, length) = (timeline.played(here), timeline.length());
        let cut = timeline.cut_before(here);
        let cut = if cut.is_zero() {
            String::new()
        } else {
            format!(", a wait of {} is cut", clock(cut))
        };
        format!("at {} of {}{cut}", clock(played), clock(length))
    }
}

fn nothing(says: &str) -> Refusal {
    Refusal::new("replay", says, "F9 R plays it again")
}

/// `1:02:03`, `02:03`.
fn clock(span: SignedDuration) -> String {
    let all = span.as_secs().max(0);
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}
