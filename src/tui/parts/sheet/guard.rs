//! What a ticket does not listen to: keys held down, also where the terminal does not tell them from
//! pressed ones, and any key until there was a moment without one since the ticket appeared, its line
//! opened, the terminal was resized or got the focus back.

use jiff::{SignedDuration, Timestamp};

use crate::tui::parts::keys::{Chord, Key, KeyKind};

/// How long there must be no key before a ticket listens.
pub(crate) const DEAF: SignedDuration = SignedDuration::from_millis(300);

/// The same key again within this time of its last press is held down, and no answer: no person can set it
/// later until a key repeats, or more slowly, where the terminal does not tell.
const HELD: SignedDuration = SignedDuration::from_millis(1_100);

/// What a ticket says when it did not listen.
pub(crate) const NOT_HEARD: &str = "not heard: let go of the keys for a moment, then answer";

/// What a ticket says when something was pasted that is to be typed.
pub(crate) const TYPE_IT: &str = "a paste, or keys that come at once, answer nothing: type it";

/// The answer where a first one is asked about: it is another key, so that no key that is held down gives
/// both.
const SECOND: (&str, &str) = ("⏎", "sends it all the same");

/// A question that is asked about an answer, until it is answered with another key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked(Option<String>);

impl Asked {
    /// Whether an answer may be given: nothing is asked about it, or this very question was asked and
    /// `again` says that it was answered.
    pub(crate) fn lets(&mut self, question: Option<String>, again: bool) -> Result<(), String> {
        let Some(question) = question else { return Ok(()) };
        if again && self.0.as_ref() == Some(&question) {
            return Ok(());
        }
        self.0 = Some(question.clone());
        Err(format!("{question}: is that meant?"))
    }

    /// The key that answers now, with what it does: `first`, until it was asked about.
    pub(crate) fn answer<'a>(&self, first: (&'a str, &'a str)) -> (&'a str, &'a str) {
        if self.0.is_some() { SECOND } else { first }
    }

    /// Whether a key is the second answer.
    pub(crate) fn is_answered_by(&self, chord: Chord) -> bool {
        self.0.is_some() && chord == Chord::key(Key::Enter)
    }

    /// What it was about has changed.
    pub(crate) fn forget(&mut self) {
        self.0 = None;
    }
}

/// How fast the desk's time passes, in hundredths: hands go by the clock on the wall.
pub(crate) type Pace = u32;

/// A span of the wall's time in the desk's.
fn paced(span: SignedDuration, pace: Pace) -> SignedDuration {
    span.checked_mul(i32::try_from(pace).unwrap_or(i32::MAX)).unwrap_or(SignedDuration::MAX) / 100
}

/// A key that was pressed, and may be held down since.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    chord: Chord,
    at: Timestamp,
}

impl Held {
    pub(crate) fn new(chord: Chord, at: Timestamp) -> Self {
        Self { chord, at }
    }

    /// Whether the next key is this one, still held down: a held key is known by its rhythm. From here on it
    /// is the newest.
    pub(crate) fn again(&mut self, chord: Chord, now: Timestamp, pace: Pace) -> bool {
        let is_held = chord == self.chord && now.duration_since(self.at) < paced(HELD, pace);
        *self = Self { chord, at: now };
        is_held
    }
}

/// Keeps a ticket deaf until there was a moment without a key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    /// When something happened that a person has to see first.
    disturbed: Timestamp,
    /// Since when there was nothing of the kind, and no key.
    since: Timestamp,
    listens: bool,
    hears: bool,
    is_held: bool,
}

impl Guard {
    /// A ticket that appears at `now`.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { disturbed: now, since: now, listens: false, hears: false, is_held: false }
    }

    /// Something happened that a person has to see first.
    pub(crate) fn disturbed(&mut self, at: Timestamp) {
        if at > self.disturbed {
            self.disturbed = at;
            self.since = self.since.max(at);
            self.listens = false;
        }
    }

    /// Keys came at once: they are no answer.
    pub(crate) fn came(&mut self, now: Timestamp) {
        self.since = self.since.max(now);
    }

    /// The ticket is given a key, which is held down since before or not. A clock that went back keeps it
    /// deaf.
    pub(crate) fn pressed(&mut self, (kind, is_held): (KeyKind, bool), now: Timestamp, pace: Pace) {
        self.is_held = is_held || kind == KeyKind::Repeat;
        if !self.listens {
            self.listens = !self.is_held && now.duration_since(self.since) >= paced(DEAF, pace);
            self.since = self.since.max(now);
        }
        self.hears = self.listens && kind == KeyKind::Press;
    }

    /// Whether the newest key may be part of an answer that is typed.
    pub(crate) fn hears(&self) -> bool {
        self.hears
    }

    /// Whether the newest key may answer by itself: it was pressed for that, and not for what came before.
    pub(crate) fn answers(&self) -> bool {
        self.hears && !self.is_held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ticket, and the key that was pressed last anywhere.
    struct Hands(Guard, Held);

    impl Hands {
        fn new(now: Timestamp) -> Self {
            Self(Guard::new(now), Held::new(Chord::char('B'), Timestamp::MIN))
        }

        fn press(&mut self, (chord, kind): (Chord, KeyKind), now: Timestamp, pace: Pace) -> bool {
            let is_held = self.1.again(chord, now, pace);
            self.0.pressed((kind, is_held), now, pace);
            self.0.answers()
        }
    }

    /// Which of these keys are heard, by when they come (in milliseconds) since the ticket appeared.
    fn heard(keys: &[(i64, &str)]) -> Vec<bool> {
        let mut hands = Hands::new(Timestamp::UNIX_EPOCH);
        let mut heard = Vec::new();
        for (millis, name) in keys {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_millis(*millis);
            heard.push(hands.press((name.parse().unwrap(), KeyKind::Press), now, 100));
        }
        heard
    }

    #[test]
    fn a_ticket_listens_after_a_moment_without_any_key() {
        for (keys, is) in [
            (&[(0, "y")][..], &[false][..]),
            (&[(299, "y")], &[false]),
            (&[(300, "y")], &[true]),
            // Every key that is not heard begins the moment anew.
            (&[(200, "1"), (400, "y")], &[false, false]),
            (&[(200, "1"), (500, "y")], &[false, true]),
            (&[(200, "1"), (350, "2"), (649, "y")], &[false, false, false]),
            // Once it listens it listens, however fast one types.
            (&[(300, "1"), (360, "7"), (420, "enter")], &[true, true, true]),
        ] {
            assert_eq!(heard(keys), is, "{keys:?}");
        }
    }

    #[test]
    fn a_held_key_is_never_heard_however_late_it_begins_to_repeat() {
        for before in [30, 200, 250, 400, 500, 660, 900, 1_000] {
            for every in [8, 30, 33, 100, 250, 300, 400, 500, 700, 900] {
                let mut keys = vec![(100, "y"), (100 + before, "y")];
                keys.extend((1..200).map(|nth| (100 + before + nth * every, "y")));
                let heard = heard(&keys);
                assert!(!heard.contains(&true), "{before} {every}");
            }
        }
        // Pressed anew, after a moment, it is.
        assert_eq!(heard(&[(100, "y"), (1_200, "y")]), [false, true]);
        assert_eq!(heard(&[(100, "y"), (600, "y"), (950, "y")]), [false; 3]);
        assert_eq!(heard(&[(100, "y"), (600, "y"), (1_700, "y")]), [false, false, true]);
        // And what began as an answer answers once.
        assert_eq!(heard(&[(400, "y"), (900, "y"), (933, "y")]), [true, false, false]);
    }

    #[test]
    fn a_key_that_is_held_since_before_the_ticket_opened_never_answers_it() {
        let at = |millis| Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis);
        for since in [0, 30, 500, 900, 1_000] {
            for every in [30, 90, 250, 400, 700, 900] {
                let held = Held::new(Chord::char('y'), at(-since));
                let mut hands = Hands(Guard::new(at(0)), held);
                let press = (Chord::char('y'), KeyKind::Press);
                let first = (every.max(1_000) - since).max(0);
                let mut keys = (0..100).map(|nth| first + nth * every);
                assert!(!keys.any(|wall| hands.press(press, at(wall), 100)), "{since} {every}");
            }
        }
    }

    #[test]
    fn hands_go_by_the_clock_on_the_wall_however_fast_the_desks_time_is() {
        for pace in [5, 25, 100, 800, 10_000] {
            let at = |wall: i64| {
                let millis = SignedDuration::from_millis(wall);
                Timestamp::UNIX_EPOCH + paced(millis, pace)
            };
            let mut hands = Hands::new(at(0));
            let mut heard = |wall| hands.press((Chord::char('y'), KeyKind::Press), at(wall), pace);
            // Held down from soon after it appeared, and then pressed anew.
            assert!(
                !heard(100) && !heard(760) && !(0..50).any(|nth| heard(800 + nth * 33)),
                "{pace}"
            );
            assert!(heard(4_000), "{pace}");
        }
    }

    #[test]
    fn the_same_digit_twice_is_typed_but_answers_nothing() {
        let mut hands = Hands::new(Timestamp::UNIX_EPOCH);
        let at = |millis| Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis);
        let two = Chord::char('2');
        hands.press((two, KeyKind::Press), at(400), 100);
        hands.press((two, KeyKind::Press), at(500), 100);
        assert!(hands.0.hears() && !hands.0.answers());
        hands.press((two, KeyKind::Repeat), at(2_000), 100);
        assert!(!hands.0.hears(), "where the terminal tells, a held key is not even typed");
    }

    #[test]
    fn what_has_to_be_seen_first_makes_it_deaf_again() {
        let at = |millis| Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis);
        let mut guard = Hands::new(at(0));
        let press = |hands: &mut Hands, millis, key: &str| {
            hands.press((key.parse().unwrap(), KeyKind::Press), at(millis), 100)
        };
        assert!(press(&mut guard, 300, "1"));
        guard.0.disturbed(at(1_000));
        assert!(!press(&mut guard, 1_200, "2"));
        assert!(press(&mut guard, 1_500, "3"));
        guard.0.disturbed(at(500));
        assert!(press(&mut guard, 1_600, "4"), "an older disturbance changes nothing");
        // A clock that went back.
        guard.0.disturbed(at(5_000));
        assert!(!press(&mut guard, 2_000, "5"));
    }
}
