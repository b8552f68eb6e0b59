//! Exit codes: how a script tells refused, expired, blocked, unreachable and unknown apart. Documents carry
//! the code, and errors its name.

/// What a run of the command line came to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display, strum::EnumIter,
)]
#[strum(serialize_all = "snake_case")]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// A bug, or anything without a name of its own.
    Bug = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// Configuration, key or permission.
    Configuration = 3,
    /// There is no such thing.
    NotFound = 4,
    /// The seller said no.
    Refused = 5,
    /// The quote is over.
    Expired = 6,
    /// A limit, guard or halt of ours stopped it; nothing was sent.
    Blocked = 7,
    /// The seller could not be reached; nothing was committed. Safe to try again.
    NotSent = 8,
    /// Nobody knows: money may have moved.
    Unknown = 9,
    /// Some of it.
    Partly = 10,
    /// A second person must agree, or the seller's people have yet to decide.
    Waiting = 11,
    /// The seller booked something else than was agreed.
    Disputed = 12,
    /// Tried on paper: nothing was sent, and trying again sends nothing either.
    Paper = 13,
    /// It happened, and the store does not have it.
    Unwritten = 14,
    /// The terminal went away (SIGHUP).
    HungUp = 129,
    /// Stopped by a person before anything was sent.
    Interrupted = 130,
    /// Told to quit (SIGQUIT).
    Quit = 131,
    /// Told to end (SIGTERM).
    Terminated = 143,
}

impl Exit {
    /// The number a shell sees.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }
}
