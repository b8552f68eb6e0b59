//! The outcome table (safety.md 4.6) as rows, and the places at which a booking can be cut as columns:
//! what must come of every cell.

use std::time::Duration;

use dealdesk::{
    desk::BookingState,
    sim::{Fault, TermChange},
};

use super::wire::Way;

/// What a booking comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// Booked as agreed.
    Done,
    /// Booked otherwise.
    Disputed,
    /// Refused by the seller.
    Refused,
    /// The quote was over.
    Expired,
    /// Nothing was sent.
    NotSent,
    /// Unknown until a person ends it: looks find nothing, and what is not found may still come.
    Doubt,
    /// Unknown for as long as a script waits, as it is booked only later; then found.
    Late,
    /// The same, booked otherwise.
    LateDisputed,
    /// It arrived, and the seller has not decided.
    Waits,
    /// The seller booked it, and nothing that can be looked at says so: as [`Self::Doubt`].
    Unseen,
    /// The same, as [`Self::Waits`].
    UnseenWaits,
}

impl Ends {
    /// Where it stands when a script stops waiting.
    pub(crate) fn soon(self) -> BookingState {
        match self {
            Self::Doubt | Self::Unseen | Self::Late | Self::LateDisputed => BookingState::Unknown,
            Self::Waits
            | Self::UnseenWaits
            | Self::Done
            | Self::Disputed
            | Self::Refused
            | Self::Expired
            | Self::NotSent => self.late(),
        }
    }

    /// Where it stands in the end.
    pub(crate) fn late(self) -> BookingState {
        match self {
            Self::Done | Self::Late => BookingState::Done,
            Self::Disputed | Self::LateDisputed => BookingState::Disputed,
            Self::Refused => BookingState::Refused,
            Self::Doubt | Self::Unseen => BookingState::Unknown,
            Self::Waits | Self::UnseenWaits => BookingState::Waiting,
            Self::Expired => BookingState::Expired,
            Self::NotSent => BookingState::NotSent,
        }
    }

    /// Whether evidence ends it.
    pub(crate) fn is_ended(self) -> bool {
        !matches!(self, Self::Doubt | Self::Waits | Self::Unseen | Self::UnseenWaits)
    }

    /// How many bookings the seller has in the end.
    pub(crate) fn booked(self) -> usize {
        usize::from(match self {
            Self::Done
            | Self::Disputed
            | Self::Late
            | Self::LateDisputed
            | Self::Unseen
            | Self::UnseenWaits => true,
            Self::Refused | Self::Expired | Self::NotSent | Self::Doubt | Self::Waits => false,
        })
    }

    /// The same, where the seller books something else than was confirmed.
    pub(crate) fn otherwise(self) -> Self {
        match self {
            Self::Done => Self::Disputed,
            Self::Late => Self::LateDisputed,
            same @ (Self::Disputed
            | Self::LateDisputed
            | Self::Refused
            | Self::Expired
            | Self::NotSent
            | Self::Doubt
            | Self::Waits
            | Self::Unseen
            | Self::UnseenWaits) => same,
        }
    }
}

/// A row: how the seller takes bookings.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) fault: Option<Fault>,
    /// For how many bookings.
    pub(crate) times: u32,
    /// Its reply arrives.
    pub(crate) whole: Ends,
    /// Its reply arrives, at a seller that honours idempotency keys.
    pub(crate) keyed: Ends,
    /// It had it; its reply is lost.
    pub(crate) lost: Ends,
    /// Whether the desk stops buying there.
    pub(crate) halts: bool,
}

impl Outcome {
    /// Whether its answer says that the seller broke, and nothing of the booking.
    pub(crate) fn is_broken(&self) -> bool {
        match &self.fault {
            Some(Fault::Unavailable) => true,
            Some(Fault::Broken { status, .. }) => matches!(status, 500 | 503),
            _ => false,
        }
    }

    /// Whether its own reply tells what it came to, so that nothing has to be looked up.
    pub(crate) fn is_told(&self) -> bool {
        match &self.fault {
            None => true,
            Some(fault) => matches!(fault, Fault::Differs(_) | Fault::Refuses { .. }),
        }
    }
}

/// A row on which every column but the first is the same.
fn row(name: &str, fault: Fault, whole: Ends, rest: Ends) -> Outcome {
    Outcome {
        name: name.to_owned(),
        fault: Some(fault),
        times: 9,
        whole,
        keyed: whole,
        lost: rest,
        halts: false,
    }
}

/// The rows of the outcome table that a seller's answer decides.
pub(crate) fn outcomes() -> Vec<Outcome> {
    use Ends::{Disputed, Done, Doubt, Expired, Late, NotSent, Refused, Waits};
    let mut rows = vec![
        Outcome { fault: None, ..row("2xx, as agreed", Fault::Drop, Done, Done) },
        row("2xx, no JSON", Fault::Garbled, Done, Done),
        row("2xx, far too long", Fault::Huge(9_000_000), Done, Done),
        row("a proxy's page, acted", Fault::Html, Done, Done),
        // Somebody else's booking of our quote cannot be told from ours: the quote names one deal.
        row("409 booked already", Fault::SoldToOther, Done, Done),
        row("409 other", Fault::Refuses { status: 409, code: "busy" }, Doubt, Doubt),
        Outcome { halts: true, ..row("409 our key", Fault::KeyConflict, Doubt, Doubt) },
        row("429, says so", throttled(true), NotSent, Doubt),
        row("429, does not say", throttled(false), Doubt, Doubt),
        // Only where it cannot book twice is it sent once more, and not while it may be at work on it.
        Outcome { times: 1, keyed: Late, ..row("503 once", Fault::Unavailable, Doubt, Doubt) },
        row("503 for long", Fault::Unavailable, Doubt, Doubt),
    ];
    for status in [202, 200] {
        let ponders = |acts| Fault::Undecided { status, acts };
        rows.push(row(&format!("{status} pending, booked"), ponders(true), Done, Done));
        rows.push(row(&format!("{status} pending, not decided"), ponders(false), Waits, Doubt));
    }
    for (name, twist) in [
        ("price", TermChange::Price(10.0)),
        ("impressions", TermChange::Impressions(-20)),
        ("dates", TermChange::Dates(3)),
        ("type", TermChange::Type),
        ("currency", TermChange::Currency),
    ] {
        let name = format!("2xx, {name} differs");
        rows.push(row(&name, Fault::Differs(twist), Disputed, Disputed));
    }
    for (status, code, whole) in [
        (400, "validation", Refused),
        (401, "", Refused),
        (403, "", Refused),
        (404, "product_not_found", Refused),
        (422, "validation_failed", Refused),
        (404, "quote_not_found", Expired),
        (409, "quote_expired", Expired),
        (410, "quote_expired", Expired),
    ] {
        // Said of a second attempt, it says nothing of the first (decisions.md 12).
        let name = format!("{status} {code}");
        rows.push(row(&name, Fault::Refuses { status, code }, whole, Doubt));
    }
    for status in [500, 502, 503, 504] {
        let acts = |acts| Fault::Broken { status, acts };
        rows.push(row(&format!("{status}, acted"), acts(true), Done, Done));
        rows.push(row(&format!("{status}, did not act"), acts(false), Doubt, Doubt));
    }
    rows
}

fn throttled(says: bool) -> Fault {
    Fault::Throttled { says, retry_after_s: Some(7) }
}

/// A column: where the connection is cut, and which cell of a row holds then at a seller with or without
/// idempotency keys.
pub(crate) type Column = (&'static str, Way, fn(&Outcome, bool) -> Ends);

/// The columns: rows nine and ten of the outcome table, at every place they can happen. What may still
/// arrive is never sent again.
pub(crate) const CUTS: [Column; 15] = [
    ("not at all", Way::Whole, |row, keys| if keys { row.keyed } else { row.whole }),
    ("before the first byte", Way::Refused, |_, _| Ends::NotSent),
    ("while it is sent", Way::Reset, |_, _| Ends::Doubt),
    ("on a connection used before", Way::OldReset, |_, _| Ends::Doubt),
    ("silence, never arrived", Way::Silence, |_, _| Ends::Doubt),
    ("after the act", Way::Lost, |row, _| row.lost),
    ("within the head of the reply", Way::HalfHead, |row, _| row.lost),
    // Its status came; what is missing of its words may say anything.
    ("within the body of the reply", Way::HalfBody, |row, _| row.lost),
    ("silence after the act", Way::LostInSilence, |row, _| row.lost),
    ("held by a proxy for a moment", Way::Held(3), |row, _| row.lost),
    ("held until after the second look", Way::Held(9), |row, _| row.lost),
    ("held for a minute", Way::Held(60), |row, _| late(row)),
    ("held for longer than any wait", Way::Held(7_200), |row, _| late(row)),
    ("at work for a minute, in silence", Way::AtWork(60), |row, _| late(row)),
    ("at work for longer than any wait", Way::AtWork(7_200), |row, _| late(row)),
];

/// What comes of a row long after a script stopped waiting.
fn late(row: &Outcome) -> Ends {
    match row.lost {
        Ends::Done => Ends::Late,
        Ends::Disputed => Ends::LateDisputed,
        same @ (Ends::Refused
        | Ends::Expired
        | Ends::NotSent
        | Ends::Doubt
        | Ends::Late
        | Ends::LateDisputed
        | Ends::Waits
        | Ends::Unseen
        | Ends::UnseenWaits) => same,
    }
}

/// As long as a script waits for a booking by default.
pub(crate) const SCRIPT: Duration = Duration::from_secs(30);
