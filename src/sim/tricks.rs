//! Failures on demand: what a demo or a test arms, and the seller then does once.

use std::time::Duration;

use jiff::SignedDuration;

/// A failure to come, or a change at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Trick {
    /// Act on the next request, but lose the reply.
    DropNext,
    /// Act on the next booking, but lose the reply.
    DropNextBooking,
    /// Answer the next so many requests with 503, acting on none.
    Unavailable(u32),
    /// Take so much longer for the next reply.
    Slow(Duration),
    /// Send half of the next reply's body.
    HalfBody,
    /// Act on the next request, but answer with a page of HTML (a proxy's).
    Html,
    /// Act on the next request, but answer with a body of so many bytes that is no JSON.
    Huge(usize),
    /// From now on, or no longer, be unreachable: connections end without a reply or an act.
    Offline(bool),
    /// Move its clock ahead by so much more.
    Skew(SignedDuration),
    /// Let this quote expire now.
    Expire(String),
    /// Change every price by so many percent (3.0 is three percent up); quotes out stand.
    Reprice(f64),
}

/// What is armed and not yet done, in the order in which it was armed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Armed(Vec<Trick>);

impl Armed {
    /// Arms a trick that waits for a request.
    pub(crate) fn add(&mut self, trick: Trick) {
        self.0.push(trick);
    }

    /// The first trick that `pick` knows, which is then done. What `pick` makes of it is given.
    fn take<T>(&mut self, pick: impl Fn(&Trick) -> Option<T>) -> Option<T> {
        let place = self.0.iter().position(|trick| pick(trick).is_some())?;
        pick(&self.0.remove(place))
    }

    /// Whether this one is armed; then it is done.
    pub(crate) fn takes(&mut self, wanted: &Trick) -> bool {
        self.take(|trick| (trick == wanted).then_some(())).is_some()
    }

    /// Whether the seller cannot be reached. This is not done by being asked.
    pub(crate) fn is_offline(&self) -> bool {
        self.0.contains(&Trick::Offline(true))
    }

    /// Makes the seller reachable again.
    pub(crate) fn go_online(&mut self) {
        self.0.retain(|trick| *trick != Trick::Offline(true));
    }

    /// Whether this request is turned away; counts it.
    pub(crate) fn turns_away(&mut self) -> bool {
        let left = self
            .take(|trick| if let Trick::Unavailable(left) = trick { Some(*left) } else { None });
        if let Some(left @ 2..) = left {
            self.0.insert(0, Trick::Unavailable(left - 1));
        }
        left.is_some_and(|left| left > 0)
    }

    /// How much longer this reply takes.
    pub(crate) fn slowness(&mut self) -> Duration {
        let slow = self.take(|trick| if let Trick::Slow(by) = trick { Some(*by) } else { None });
        slow.unwrap_or_default()
    }

    /// How many bytes of nothing this reply is.
    pub(crate) fn hugeness(&mut self) -> Option<usize> {
        self.take(|trick| if let Trick::Huge(bytes) = trick { Some(*bytes) } else { None })
    }

    /// What is armed, in words.
    pub(crate) fn words(&self) -> Vec<String> {
        self.0.iter().map(words).collect()
    }
}

fn words(trick: &Trick) -> String {
    match trick {
        Trick::DropNext => "drops the next reply".to_owned(),
        Trick::DropNextBooking => "drops the next booking's reply".to_owned(),
        Trick::Unavailable(count) => format!("answers the next {count} with 503"),
        Trick::Slow(by) => format!("takes {:.1} s longer for the next", by.as_secs_f64()),
        Trick::HalfBody => "sends half of the next body".to_owned(),
        Trick::Html => "answers the next with a page of HTML".to_owned(),
        Trick::Huge(bytes) => format!("answers the next with {bytes} bytes of nothing"),
        Trick::Offline(offline) => (if *offline { "offline" } else { "online" }).to_owned(),
        Trick::Skew(by) => format!("moves its clock by {} ms", by.as_millis()),
        Trick::Expire(quote_id) => format!("lets {quote_id} expire"),
        Trick::Reprice(percent) => format!("changes its prices by {percent:+.1}%"),
    }
}
