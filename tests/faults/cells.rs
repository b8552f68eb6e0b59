//! The outcome table (safety.md 4.6) as rows, and the places at which a booking can be cut as columns:
//! what must come of every cell.

use std::time::Duration;

use dealdesk::{
    desk::BookingState,
    sim::{Fault, Twist},
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
    /// Unknown for as long as a script waits; after a long while of looking, not booked.
    Doubt,
    /// Unknown for as long as a script waits, as it is booked only later; then found.
    Late,
}

impl Ends {
    /// Where it stands when a script stops waiting.
    pub(crate) fn soon(self) -> BookingState {
        match self {
            Self::Doubt | Self::Late => BookingState::Unknown,
            Self::Done | Self::Disputed | Self::Refused | Self::Expired | Self::NotSent => {
                self.late()
            }
        }
    }

    /// Where it stands in the end.
    pub(crate) fn late(self) -> BookingState {
        match self {
            Self::Done | Self::Late => BookingState::Done,
            Self::Disputed => BookingState::Disputed,
            Self::Refused | Self::Doubt => BookingState::Refused,
            Self::Expired => BookingState::Expired,
            Self::NotSent => BookingState::NotSent,
        }
    }

    /// How many bookings the seller has in the end.
    pub(crate) fn booked(self) -> usize {
        usize::from(matches!(self, Self::Done | Self::Disputed | Self::Late))
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
    /// It never had the first attempt; the second arrives, and its reply.
    pub(crate) again: Ends,
    /// It had the first attempt; its reply is lost.
    pub(crate) lost: Ends,
    /// It has the first attempt after the second.
    pub(crate) held: Ends,
    /// Whether the desk stops buying there.
    pub(crate) halts: bool,
}

/// A row on which every column but the first is the same.
fn row(name: &str, fault: Fault, whole: Ends, rest: Ends) -> Outcome {
    Outcome {
        name: name.to_owned(),
        fault: Some(fault),
        times: 9,
        whole,
        again: rest,
        lost: rest,
        held: rest,
        halts: false,
    }
}

/// The rows of the outcome table that a seller's answer decides.
pub(crate) fn outcomes() -> Vec<Outcome> {
    use Ends::{Disputed, Done, Doubt, Expired, NotSent, Refused};
    let mut rows = vec![
        Outcome { fault: None, ..row("2xx, as agreed", Fault::Drop, Done, Done) },
        row("2xx, no JSON", Fault::Garbled, Done, Done),
        row("2xx, far too long", Fault::Huge(9_000_000), Done, Done),
        row("a proxy's page, acted", Fault::Html, Done, Done),
        // Somebody else's booking of our quote cannot be told from ours: the quote names one deal.
        row("409 booked already", Fault::Snatched, Done, Done),
        row("409 other", Fault::Refuses { status: 409, code: "busy" }, Doubt, Doubt),
        Outcome { halts: true, ..row("409 our key", Fault::KeyConflict, Doubt, Doubt) },
        row("429, says so", throttled(true), NotSent, Doubt),
        row("429, does not say", throttled(false), Doubt, Doubt),
        row("503 for long", Fault::Unavailable, Doubt, Doubt),
        Outcome { times: 1, again: Doubt, ..row("503 once", Fault::Unavailable, Done, Done) },
    ];
    for (name, twist) in [
        ("price", Twist::Price(10.0)),
        ("impressions", Twist::Impressions(-20)),
        ("dates", Twist::Dates(3)),
        ("type", Twist::Type),
        ("currency", Twist::Currency),
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

/// A column: where the connection of the first attempt is cut, and which cell of a row holds then.
pub(crate) type Column = (&'static str, Way, fn(&Outcome) -> Ends);

/// The columns: rows nine and ten of the outcome table, at every place they can happen.
pub(crate) const CUTS: [Column; 12] = [
    ("not at all", Way::Whole, |row| row.whole),
    ("before the first byte", Way::Refused, |_| Ends::NotSent),
    ("while it is sent", Way::Reset, |row| row.again),
    ("on a connection used before", Way::OldReset, |row| row.again),
    ("silence, never arrived", Way::Silence, |row| row.again),
    ("after the act", Way::Lost, |row| row.lost),
    ("within the head of the reply", Way::HalfHead, |row| row.lost),
    ("within the body of the reply", Way::HalfBody, |row| row.lost),
    ("silence after the act", Way::LostInSilence, |row| row.lost),
    ("held by a proxy for a moment", Way::Held(3), |row| row.lost),
    ("held until after the second look", Way::Held(9), |row| row.held),
    ("held for a minute", Way::Held(60), |row| match (row.again, row.held) {
        (Ends::Doubt, Ends::Done) => Ends::Late,
        (_, held) => held,
    }),
];

/// As long as a script waits for a booking by default.
pub(crate) const SCRIPT: Duration = Duration::from_secs(30);
