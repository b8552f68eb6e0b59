//! A story as it is played: says its captions, presses its keys, waits for what must be seen, and says
//! plainly which step was not reached.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::{
    desk::State,
    domain::{Cpm, Negotiation},
    present::{Press, Show, Step, Story},
    tui::{Chord, Focus},
};

/// Between two keys.
const KEY: SignedDuration = SignedDuration::from_millis(600);

/// Between two letters that are typed.
const LETTER: SignedDuration = SignedDuration::from_millis(110);

/// What is done in a step.
#[derive(Debug)]
enum Phase {
    /// Its caption is read.
    Reads(Timestamp),
    /// Its keys are pressed, the next one then.
    Presses(VecDeque<Press>, Timestamp),
    /// What must be seen is waited for, at most until then.
    Waits(Timestamp),
    /// There is no further step.
    Over,
    /// It was not reached.
    Stopped,
}

/// A scene that was played to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Which scene, from 1.
    pub number: u32,
    /// What it is called.
    pub title: String,
    /// How many steps were reached.
    pub steps: usize,
    /// When it began, on the desk's clock.
    pub began: Timestamp,
    /// When its last step was reached.
    pub ended: Timestamp,
}

/// The step that was not reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// In which scene, from 1.
    pub number: u32,
    /// What the scene is called.
    pub title: String,
    /// Which step, from 1.
    pub step: usize,
    /// What was waited for, and for how long.
    pub says: String,
    /// What the screen showed.
    pub screen: String,
}

/// A story that plays.
#[derive(Debug)]
pub(super) struct Telling {
    story: Story,
    scene: usize,
    step: usize,
    phase: Phase,
    /// A person pressed a key: the story waits for a word.
    is_held: bool,
    caption: Vec<String>,
    /// How often what it says changed.
    told: u64,
    began: Timestamp,
    screen: String,
    reached: Vec<Reached>,
    missed: Option<Missed>,
}

impl Telling {
    pub(super) fn new(story: Story, now: Timestamp) -> Self {
        let mut telling = Self {
            story,
            scene: 0,
            step: 0,
            phase: Phase::Over,
            is_held: false,
            caption: Vec::new(),
            told: 0,
            began: now,
            screen: String::new(),
            reached: Vec::new(),
            missed: None,
        };
        telling.begin(0, now);
        telling
    }

    fn step(&self) -> Option<&Step> {
        self.story.scenes.get(self.scene)?.steps.get(self.step)
    }

    /// From the first step of a scene.
    fn begin(&mut self, scene: usize, now: Timestamp) {
        (self.scene, self.step, self.began) = (scene, 0, now);
        self.is_held = false;
        self.caption.clear();
        self.enter(now);
    }

    fn enter(&mut self, now: Timestamp) {
        self.told += 1;
        let Some(step) = self.step() else {
            self.phase = Phase::Over;
            return;
        };
        let hold = SignedDuration::from_secs(i64::from(step.hold));
        if !step.says.is_empty() {
            self.caption = step.says.clone();
        }
        self.phase = Phase::Reads(later(now, hold));
    }

    /// The step was reached: on to the next one, perhaps of the next scene.
    fn go_on(&mut self, now: Timestamp) {
        self.step += 1;
        if self.step().is_none() {
            if let Some(scene) = self.story.scene(self.scene) {
                let (steps, began) = (self.step, self.began);
                let (number, title) = (scene.number, scene.title);
                self.reached.push(Reached { number, title, steps, began, ended: now });
            }
            if self.scene + 1 == self.story.scenes.len() {
                self.told += 1;
                self.phase = Phase::Over;
                return;
            }
            return self.begin(self.scene + 1, now);
        }
        self.enter(now);
    }

    /// The next scene, or the first one after the last.
    pub(super) fn next_scene(&mut self, now: Timestamp) {
        self.begin((self.scene + 1) % self.story.scenes.len().max(1), now);
    }

    /// The scene from its beginning.
    pub(super) fn again(&mut self, now: Timestamp) {
        self.begin(self.scene, now);
    }

    /// A person has the keys.
    pub(super) fn hold(&mut self) {
        self.is_held = self.wakes().is_some();
    }

    /// Goes on after [`Self::hold`]; says whether it was held.
    pub(super) fn go_on_after_hold(&mut self, now: Timestamp) -> bool {
        if !std::mem::take(&mut self.is_held) {
            return false;
        }
        let within = self.within();
        match &mut self.phase {
            Phase::Reads(at) | Phase::Presses(_, at) => *at = now.max(*at),
            Phase::Waits(at) => *at = later(now, within),
            Phase::Over | Phase::Stopped => {}
        }
        true
    }

    fn within(&self) -> SignedDuration {
        self.step()
            .map_or(SignedDuration::ZERO, |step| SignedDuration::from_secs(i64::from(step.within)))
    }

    /// When it wants to do something at the latest.
    pub(super) fn wakes(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Over | Phase::Stopped => None,
            Phase::Reads(_) | Phase::Presses(..) | Phase::Waits(_) if self.is_held => None,
            Phase::Reads(at) | Phase::Presses(_, at) | Phase::Waits(at) => Some(*at),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over | Phase::Stopped)
    }

    pub(super) fn told(&self) -> u64 {
        self.told
    }

    pub(super) fn reached(&self) -> &[Reached] {
        &self.reached
    }

    pub(super) fn missed(&self) -> Option<&Missed> {
        self.missed.as_ref()
    }

    /// What the newest frame shows.
    pub(super) fn seen(&mut self, screen: String) {
        self.screen = screen;
    }

    /// The key to press now, if there is one.
    pub(super) fn tell(
        &mut self,
        state: &State,
        focus: Option<&Focus>,
        now: Timestamp,
    ) -> Option<Chord> {
        if self.is_held {
            return None;
        }
        loop {
            if matches!(self.phase, Phase::Reads(_))
                && self.step().is_some_and(|step| step.is_needless(state))
            {
                self.go_on(now);
                continue;
            }
            match &mut self.phase {
                Phase::Over | Phase::Stopped => return None,
                Phase::Reads(until) => {
                    if now < *until {
                        return None;
                    }
                    let presses = self.step().map(|step| step.presses.clone());
                    self.phase = Phase::Presses(presses.unwrap_or_default().into(), now);
                }
                Phase::Presses(presses, at) => {
                    if now < *at {
                        return None;
                    }
                    let Some(press) = presses.pop_front() else {
                        self.phase = Phase::Waits(later(now, self.within()));
                        continue;
                    };
                    match pressed(&press, state, focus) {
                        Ok(Pressed::Key(chord)) => {
                            *at = later(
                                now,
                                if presses.is_empty() { SignedDuration::ZERO } else { KEY },
                            );
                            return Some(chord);
                        }
                        Ok(Pressed::And(chord, rest)) => {
                            *at = later(now, LETTER);
                            presses.push_front(rest);
                            return Some(chord);
                        }
                        Err(says) => self.stop(says),
                    }
                }
                Phase::Waits(until) => {
                    let until = *until;
                    let screen = self.screen.as_str();
                    match self.step().map(|step| step.until.missing(screen, state)) {
                        None | Some(None) => self.go_on(now),
                        Some(Some(missing)) if now >= until => {
                            let seconds = self.within().as_secs();
                            self.stop(format!("waited {seconds} s for {missing}"));
                        }
                        Some(Some(_)) => return None,
                    }
                }
            }
        }
    }

    fn stop(&mut self, says: String) {
        self.told += 1;
        self.phase = Phase::Stopped;
        let Some(scene) = self.story.scene(self.scene) else { return };
        self.missed = Some(Missed {
            number: scene.number,
            title: scene.title,
            step: self.step + 1,
            says,
            screen: self.screen.clone(),
        });
    }

    /// Puts scene and caption beside the desk.
    pub(super) fn put(&self, show: &mut Show) {
        show.scene = self.story.scene(self.scene);
        show.next = self.step().map(|step| step.then.clone()).unwrap_or_default();
        show.caption = match (&self.phase, &self.missed) {
            (Phase::Stopped, Some(missed)) => vec![
                format!("The story stopped at step {}: {}.", missed.step, missed.says),
                "F9 R begins the scene again, F9 J the next one.".to_owned(),
            ],
            (Phase::Over, _) => vec!["The end. The desk is yours; q leaves.".to_owned()],
            (Phase::Reads(_) | Phase::Presses(..) | Phase::Waits(_), _) if self.is_held => {
                vec!["The keys are yours. F9 space lets the story go on.".to_owned()]
            }
            (Phase::Reads(_) | Phase::Presses(..) | Phase::Waits(_) | Phase::Stopped, _) => {
                self.caption.clone()
            }
        };
    }
}

/// What a press comes to.
enum Pressed {
    Key(Chord),
    /// A key, and what follows at once.
    And(Chord, Press),
}

fn pressed(press: &Press, state: &State, focus: Option<&Focus>) -> Result<Pressed, String> {
    let text = match press {
        Press::Key(name) => {
            return name.parse().map(Pressed::Key).map_err(|error| format!("{error}"));
        }
        Press::Sequence(names) => {
            let (first, rest) = names.split_first().ok_or("there is no key")?;
            let first = first.parse().map_err(|error| format!("{error}"))?;
            if rest.is_empty() {
                return Ok(Pressed::Key(first));
            }
            return Ok(Pressed::And(first, Press::Sequence(rest.to_vec())));
        }
        Press::Text(text) => text.clone(),
        Press::Price => {
            let price = state.ticket.as_ref().and_then(|ticket| ticket.price);
            typed(price).ok_or("no ticket asks for a price")?
        }
        Press::Theirs => {
            let record = focus.and_then(|focus| state.quote(focus.quote.as_ref()?));
            let game = record.and_then(|record| record.negotiation.as_ref());
            typed(game.and_then(Negotiation::their_last)).ok_or("no seller asks a price here")?
        }
        Press::Deal => {
            let deal = state.deals.values().last().ok_or("there is no deal")?;
            deal.deal.deal_id.as_str().to_owned()
        }
        Press::Agreed => {
            typed(state.deals.values().last().map(|deal| deal.agreed)).ok_or("there is no deal")?
        }
    };
    let mut letters = text.chars();
    let first = Chord::char(letters.next().ok_or("there is nothing to type")?);
    let rest = letters.as_str();
    if rest.is_empty() {
        return Ok(Pressed::Key(first));
    }
    Ok(Pressed::And(first, Press::Text(rest.to_owned())))
}

fn typed(price: Option<Cpm>) -> Option<String> {
    price.map(|price| price.plain())
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
