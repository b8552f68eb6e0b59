//! Whoever shows the desk to a room: the pace of its time, what goes wrong on a key. What stands beside
//! the desk is made here ([`Show`]); which keys were pressed is known to the face alone, since not every
//! key is for a room.

mod faults;
mod telling;

use jiff::Timestamp;

use self::telling::Telling;
pub use self::telling::{Missed, Reached};
use super::PacedClock;
use crate::{
    desk::{Command, State},
    domain::Refusal,
    present::{Control, Show, Story},
    sim::{Seller, iab::Iab},
    tui::{Chord, Focus},
};

/// Shows a desk whose time is its own.
#[derive(Debug)]
pub struct Player {
    name: String,
    clock: PacedClock,
    sellers: Vec<Seller<Iab>>,
    story: Option<Telling>,
}

/// What comes of something that was asked for.
#[derive(Debug)]
pub struct Done {
    /// A word for the person, or why it cannot be done.
    pub told: Result<String, Refusal>,
    /// What the desk is to do about it.
    pub command: Option<Command>,
}

impl Done {
    fn told(words: impl Into<String>) -> Self {
        Self { told: Ok(words.into()), command: None }
    }

    fn refused(says: &str, cure: &str) -> Self {
        Self { told: Err(Refusal::new("show", says, cure)), command: None }
    }
}

impl Player {
    /// Shows a desk that goes by `clock` and buys from `sellers`; `name` is what is shown.
    pub fn new(name: String, clock: PacedClock, sellers: Vec<Seller<Iab>>) -> Self {
        Self { name, clock, sellers, story: None }
    }

    /// The clock of everything that is shown.
    pub fn clock(&self) -> &PacedClock {
        &self.clock
    }

    /// What stands beside the desk.
    pub fn show(&self) -> Show {
        let mut show = Show {
            name: self.name.clone(),
            speed: self.clock.speed(),
            is_playing: self.clock.is_playing(),
            faults: faults::armed(&self.sellers),
            ..Show::default()
        };
        if let Some(story) = &self.story {
            story.put(&mut show);
        }
        show
    }

    /// Begins a story.
    pub fn begin(&mut self, story: Story, now: Timestamp) {
        self.story = Some(Telling::new(story, now));
    }

    /// A person has the keys: the story waits until it is told to go on.
    pub fn hold(&mut self) {
        if let Some(story) = &mut self.story {
            story.hold();
        }
    }

    /// When the story wants to do something, at the latest.
    pub fn wakes(&self) -> Option<Timestamp> {
        self.story.as_ref()?.wakes()
    }

    /// Whether the newest frame is to be read to it.
    pub fn reads(&self) -> bool {
        self.story.as_ref().is_some_and(|story| !story.is_over())
    }

    /// What the newest frame shows.
    pub fn seen(&mut self, screen: String) {
        if let Some(story) = &mut self.story {
            story.seen(screen);
        }
    }

    /// The key that the story presses now, if it does.
    pub fn tell(&mut self, state: &State, focus: Option<&Focus>, now: Timestamp) -> Option<Chord> {
        self.story.as_mut()?.tell(state, focus, now)
    }

    /// How often the story said something else so far.
    pub fn told(&self) -> u64 {
        self.story.as_ref().map_or(0, Telling::told)
    }

    /// The scenes that were played to their end.
    pub fn reached(&self) -> &[Reached] {
        self.story.as_ref().map(Telling::reached).unwrap_or_default()
    }

    /// The step that was not reached, if there is one.
    pub fn missed(&self) -> Option<&Missed> {
        self.story.as_ref()?.missed()
    }

    /// Does what is asked for, at what is under the cursor. `due` is when the desk does something next.
    pub fn control(
        &mut self,
        control: Control,
        focus: Option<Focus>,
        (due, now): (Option<Timestamp>, Timestamp),
    ) -> Done {
        let goes_on = |story: &mut Telling| story.go_on_after_hold(now);
        if control == Control::Pause && self.story.as_mut().is_some_and(goes_on) {
            self.clock.play(true);
            return Done::told("the story goes on");
        }
        match control {
            Control::Step => {
                let next = [due, self.wakes()].into_iter().flatten().min();
                if self.clock.step_to(next) {
                    Done::told("stands at the next thing that happens")
                } else {
                    Done::refused("nothing is due", "ask for something, then step")
                }
            }
            Control::Pause | Control::Slower | Control::Faster => {
                self.clock.obey(control);
                Done::told(self.pace())
            }
            Control::Fault(fault) => faults::arm(&self.sellers, fault, focus, now),
            Control::Back => Done::refused(
                "what was sent cannot be taken back",
                "`dealdesk replay` goes back in what was recorded",
            ),
            Control::NextScene | Control::Restart => {
                let Some(story) = &mut self.story else {
                    return Done::refused("no story plays", "`dealdesk demo --story` plays one");
                };
                let is_again = control == Control::Restart;
                if is_again {
                    story.again(now);
                } else {
                    story.next_scene(now);
                }
                Done::told(if is_again { "the scene again" } else { "the next scene" })
            }
        }
    }

    fn pace(&self) -> String {
        let speed = self.clock.speed();
        if self.clock.is_playing() {
            format!("time passes {}.{:02} times as fast as the wall's", speed / 100, speed % 100)
        } else {
            "time stands still; F9 space lets it pass".to_owned()
        }
    }
}
