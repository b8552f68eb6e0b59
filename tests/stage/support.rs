//! A person at the stage: presses keys by name, types, and waits for what is seen.

use dealdesk::{
    desk::State,
    runtime::{
        demo::Demo,
        headless::{Headless, Set},
    },
    tui::Chord,
};
use jiff::SignedDuration;

/// Long enough for anything a simulated seller does.
const PATIENCE: SignedDuration = SignedDuration::from_mins(3);

pub(crate) fn demo(seed: u64) -> Demo {
    Demo { seed, speed: 100, load: None, read_only: false, person: "ana@stage".to_owned() }
}

/// A person at the stage.
pub(crate) struct Person(pub(crate) Headless);

impl Person {
    pub(crate) async fn at(seed: u64) -> Self {
        let stage = Headless::open(&demo(seed), Set::default()).await.unwrap();
        let mut person = Self(stage);
        person.until("the sellers", |state| {
            state.sellers.values().all(|seller| seller.packages.is_some())
        });
        person
    }

    pub(crate) fn state(&self) -> &State {
        self.0.session().state()
    }

    /// Keys by name, with a moment between them: `N y enter`.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            self.0.key(key.parse().unwrap());
            self.0.pass(SignedDuration::from_millis(400));
        }
        self
    }

    pub(crate) fn typed(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            self.0.key(Chord::char(letter));
        }
        self
    }

    /// As long as a ticket that has just appeared hears nothing.
    pub(crate) fn moment(&mut self) -> &mut Self {
        self.0.pass(SignedDuration::from_millis(400));
        self
    }

    /// Lets time pass until something is so.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, is: impl Fn(&State) -> bool) -> &mut Self {
        let end = self.0.now().checked_add(PATIENCE).unwrap();
        while !is(self.state()) {
            assert!(self.0.step(end) || is(self.state()), "{what} never came:\n{}", self.0.text());
        }
        self
    }

    /// Lets time pass until the screen is so.
    #[track_caller]
    pub(crate) fn until_seen(&mut self, what: &str, is: impl Fn(&str) -> bool) -> &mut Self {
        let end = self.0.now().checked_add(PATIENCE).unwrap();
        while !is(&self.0.text()) {
            let went_on = self.0.step(end) || is(&self.0.text());
            assert!(went_on, "{what} never came:\n{}", self.0.text());
        }
        self
    }

    /// Lets time pass until the screen shows words.
    #[track_caller]
    pub(crate) fn sees(&mut self, words: &str) -> &mut Self {
        self.until_seen(words, |screen| screen.contains(words))
    }

    /// Asks northlight for a quote; the cursor is on it.
    #[track_caller]
    pub(crate) fn quoted(&mut self) -> &mut Self {
        self.keys("2 g g Q").sees("earns AGENCY").keys("y").sees("[3 Quotes").sees("QUOTED")
    }

    /// Opens the ticket of the quote under the cursor and types its price.
    #[track_caller]
    pub(crate) fn books(&mut self) -> &mut Self {
        self.keys("B").sees("Type the CPM").moment();
        let price = self.state().ticket.as_ref().unwrap().price.unwrap().plain();
        self.typed(&price).keys("enter")
    }

    /// The bottom row.
    pub(crate) fn bottom(&self) -> String {
        self.0.text().lines().last().unwrap().to_owned()
    }
}
