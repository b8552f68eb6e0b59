//! How much money is out: committed, in flight and unknown, kept up as bookings change.

use std::collections::BTreeMap;

use jiff::{civil::Date, tz::TimeZone};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::record::{BookingRecord, BookingState};

/// How many decimals a booking counts with. With more of them sums would be rounded, and would not be the same
/// once something is taken off again, or in another order.
const DECIMALS: u32 = 6;

/// What a booking counts with, in the currency of the limits: rounded up, if at all.
pub(super) fn counted(booking: &BookingRecord) -> Decimal {
    booking.held().amount().round_dp_with_strategy(DECIMALS, RoundingStrategy::AwayFromZero)
}

/// Money that counts against the limits, in the currency of the limits. A day of which everything was freed is
/// the same as a day on which nothing was booked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Exposure {
    /// Booked.
    pub committed: Decimal,
    /// Sent, and the seller has not decided yet.
    pub in_flight: Decimal,
    /// Nobody knows: counted as spent.
    pub unknown: Decimal,
    by_day: BTreeMap<Date, Decimal>,
}

impl PartialEq for Exposure {
    fn eq(&self, other: &Self) -> bool {
        let Self { committed, in_flight, unknown, by_day: _ } = self;
        (committed, in_flight, unknown) == (&other.committed, &other.in_flight, &other.unknown)
            && self.days().eq(other.days())
    }
}

impl Eq for Exposure {}

impl Exposure {
    /// The days on which something is out.
    fn days(&self) -> impl Iterator<Item = (&Date, &Decimal)> {
        self.by_day.iter().filter(|(_, spent)| !spent.is_zero())
    }

    /// All of it.
    pub fn total(&self) -> Decimal {
        self.committed.saturating_add(self.in_flight).saturating_add(self.unknown)
    }

    /// What was booked on a UTC day.
    pub fn on(&self, day: Date) -> Decimal {
        self.by_day.get(&day).copied().unwrap_or_default()
    }

    /// Adds what a booking holds (`sign` 1), or takes it back before it changes (`sign` -1).
    pub fn count(&mut self, booking: &BookingRecord, sign: i8) {
        if !booking.state.holds_money() || booking.released {
            return;
        }
        let amount = counted(booking).saturating_mul(Decimal::from(sign));
        let bucket = match booking.state {
            // What the seller's people decide on is on its way all the same.
            BookingState::Sent | BookingState::Waiting => &mut self.in_flight,
            BookingState::Unknown => &mut self.unknown,
            BookingState::Done
            | BookingState::Disputed
            | BookingState::Refused
            | BookingState::Expired
            | BookingState::NotSent
            | BookingState::Closed => &mut self.committed,
        };
        *bucket = bucket.saturating_add(amount);
        let day = booking.at.to_zoned(TimeZone::UTC).date();
        let spent = self.by_day.entry(day).or_default();
        *spent = spent.saturating_add(amount);
    }
}
