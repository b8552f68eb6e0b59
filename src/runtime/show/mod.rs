//! Whoever shows the desk to a room: the pace of its time, what goes wrong on a key, the keys that were
//! pressed. What stands beside the desk is made here ([`Show`]).

mod faults;

use std::collections::VecDeque;

use jiff::Timestamp;

use super::PacedClock;
use crate::{
    desk::Command,
    domain::Refusal,
    present::{Control, Key, Show},
    sim::Seller,
    tui::{Chord, Focus},
};

/// How many keys are remembered for the room.
const KEYS: usize = 8;

/// Shows a desk whose time is its own.
#[derive(Debug)]
pub struct Player {
    name: String,
    clock: PacedClock,
    sellers: Vec<Seller>,
    keys: VecDeque<Key>,
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
    pub fn new(name: String, clock: PacedClock, sellers: Vec<Seller>) -> Self {
        Self { name, clock, sellers, keys: VecDeque::new() }
    }

    /// The clock of everything that is shown.
    pub fn clock(&self) -> &PacedClock {
        &self.clock
    }

    /// A key was pressed.
    pub fn pressed(&mut self, chord: Chord, now: Timestamp) {
        if self.keys.len() == KEYS {
            self.keys.pop_front();
        }
        self.keys.push_back(Key { name: chord.short(), at: now });
    }

    /// What stands beside the desk.
    pub fn show(&self) -> Show {
        Show {
            name: self.name.clone(),
            speed: self.clock.speed(),
            is_playing: self.clock.is_playing(),
            faults: faults::armed(&self.sellers),
            keys: self.keys.iter().cloned().collect(),
            ..Show::default()
        }
    }

    /// Does what is asked for, at what is under the cursor.
    pub fn control(&mut self, control: Control, focus: Option<Focus>, now: Timestamp) -> Done {
        match control {
            Control::Pause | Control::Step | Control::Slower | Control::Faster => {
                self.clock.obey(control);
                Done::told(self.pace(control))
            }
            Control::Fault(fault) => faults::arm(&self.sellers, fault, focus, now),
            Control::NextScene | Control::Restart => {
                Done::refused("no story plays", "`dealdesk demo --story` plays one")
            }
        }
    }

    fn pace(&self, control: Control) -> String {
        let speed = self.clock.speed();
        let times = format!("time passes at {}.{:02} of the wall's", speed / 100, speed % 100);
        match (control, self.clock.is_playing()) {
            (Control::Step, _) => "stands at the next thing that happens".to_owned(),
            (_, true) => times,
            (_, false) => "time stands still".to_owned(),
        }
    }
}
