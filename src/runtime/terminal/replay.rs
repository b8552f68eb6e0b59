//! A recording or a journal played in the terminal: no session, no seller, no store. Whoever watches
//! pauses, paces, steps and goes back with the keys of a demo (F9).

use std::io;

use jiff::{SignedDuration, Timestamp};

use super::{
    Happened, Left, PANICKED, TerminalError, install_panic_hook,
    screen::Screen,
    size,
    tty::{Came, Tty},
};
use crate::{
    clock::Clock as _,
    domain::{Refusal, text},
    present::{Control, Show},
    recording::{Player, drawn},
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

/// Plays until whoever watches leaves. Returns how.
///
/// # Errors
/// Where the terminal fails. It is sane on every way out.
pub async fn replay(replay: Replay) -> Result<Left, TerminalError> {
    install_panic_hook();
    let mut tty = Tty::enter(replay.player.options())?;
    let Replay { mut player, name, speed, at } = replay;
    player.resized(drawn(size::told()?));
    let clock = PacedClock::new(Timestamp::UNIX_EPOCH, speed);
    let name = text::clean(&name, 40);
    let mut watch = Watch { player, name, clock, ahead: SignedDuration::ZERO };
    let start = watch.player.recording().head.started;
    watch.seek(at.unwrap_or(start));
    let outcome = watch.turn(&mut tty).await;
    drop(tty);
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
    async fn turn(&mut self, tty: &mut Tty) -> io::Result<Left> {
        let mut pressed = true;
        loop {
            if PANICKED.load(std::sync::atomic::Ordering::SeqCst) {
                return Ok(Left::ByHand);
            }
            let moment = self.player.timeline().moment(self.played());
            let seen = moment.is_some_and(|moment| self.player.play_to(moment));
            let is_ready = tty.screen.is_ready();
            if (seen || pressed) && is_ready {
                self.draw(&mut tty.screen)?;
            }
            // What the terminal could not be shown yet is drawn when it can.
            pressed = (seen || pressed) && !is_ready;
            let next = self.player.next_at().map(|at| self.player.timeline().played(at));
            let left = next.map(|next| next.saturating_sub(self.played()));
            let clock = self.clock.clone();
            let frame = async {
                match left.map(std::time::Duration::try_from) {
                    Some(left) => clock.glance(left.unwrap_or_default()).await,
                    None => std::future::pending().await,
                }
            };
            let outlet = tty.screen.outlet();
            tokio::select! {
                biased;
                came = tty.next() => {
                    if let Some(left) = self.take(came?, tty).await? {
                        return Ok(left);
                    }
                    pressed = true;
                }
                () = outlet.ready(), if pressed => {}
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
        screen.title(&format!("{title} {name} {}/{}", clock(played.min(length)), clock(length)));
        Ok(())
    }

    /// Takes in what came. Returns how the replay is left, if it is.
    async fn take(&mut self, came: Came, tty: &mut Tty) -> io::Result<Option<Left>> {
        let mut acts = Vec::new();
        match came {
            Came::From(happened) => {
                acts.extend(happened.into_iter().flat_map(|happened| self.heard(happened)));
            }
            Came::Resized(cols, rows) => self.player.resized(drawn((cols, rows))),
            Came::Suspend => acts.push(Act::Suspend),
            Came::Again => {}
            Came::Leave(left) => return Ok(Some(left)),
        }
        for act in acts {
            match act {
                Act::Show(control) => {
                    let told = self.control(control);
                    self.player.told(told);
                }
                Act::Quit => return Ok(Some(Left::ByHand)),
                Act::Suspend => {
                    tty.suspend().await?;
                }
                Act::Redraw => tty.screen.forget()?,
                Act::Copy(text) => tty.screen.copy(&text),
                // A player gives none: nothing that is played can be asked for.
                Act::Command(_) => {}
            }
        }
        Ok(None)
    }

    fn heard(&mut self, happened: Happened) -> Vec<Act> {
        match happened {
            Happened::Key(chord, kind) => self.player.key(chord, kind),
            Happened::Burst(keys) => {
                keys.into_iter().flat_map(|(chord, kind)| self.player.key(chord, kind)).collect()
            }
            Happened::Ground(ground) => {
                self.player.set_ground(ground);
                Vec::new()
            }
            Happened::Paste(_) | Happened::FocusGained | Happened::Lost => Vec::new(),
        }
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
