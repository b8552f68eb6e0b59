//! The named points of the path to money, and of whatever else is sent once, at which a test ends this process the way a power cut would.
//! In a release build they are nothing.

/// A point of the commit path, in the order in which a booking passes them. A move of a negotiation and
/// a new or changed order pass all but the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumIter)]
#[strum(serialize_all = "snake_case")]
pub enum CrashPoint {
    /// The ticket is armed: nothing is decided.
    Armed,
    /// The price was typed, or the word; the intent is not stored.
    BeforeIntent,
    /// The intent is durable; the desk has not heard of it.
    IntentStored,
    /// The send gate released it; no byte has left.
    BeforeSend,
    /// The reply was read; the desk has not folded it.
    AfterReply,
    /// The outcome is folded; it is not written.
    BeforeOutcome,
    /// The outcome is durable.
    OutcomeStored,
}

/// The variable that names the point at which a debug build ends itself.
pub const VARIABLE: &str = "DEALDESK_DIE_AT";

/// This process has come to `point`.
#[cfg(debug_assertions)]
pub fn reach(point: CrashPoint) {
    let wanted = std::env::var(VARIABLE).is_ok_and(|name| name == point.to_string());
    if wanted {
        // As `kill -9` does: no destructor, no flush, no farewell.
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
}

/// This process has come to `point`.
#[cfg(not(debug_assertions))]
pub fn reach(_point: CrashPoint) {}
