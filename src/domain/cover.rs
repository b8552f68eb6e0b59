//! Cover: what the runner-up asked when a deal was decided on. It is kept with the deal, as FIX keeps it
//! with a trade, so that one can say afterwards what competition was worth.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Cpm, QuoteId, SellerName};

/// The best comparable open offer of another seller at the moment of a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// Whose.
    pub seller: SellerName,
    /// Which quote.
    pub quote_id: QuoteId,
    /// What it could be had for then: quoted, agreed, or their newest price in a negotiation.
    pub cpm: Cpm,
    /// What that comes to: an auction's floor with what it is assumed to clear at, the path's fees.
    pub effective: Cpm,
    /// What the booked price comes to by the same assumptions.
    pub ours: Cpm,
}

impl Cover {
    /// What the booked price is under the cover, per thousand; below zero where it is dearer. Both as
    /// they come out in effect.
    pub fn saves(&self) -> Option<Decimal> {
        self.effective.minus(&self.ours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_told_in_effect_and_a_dearer_choice_shows() {
        let usd = |text: &str| text.parse::<Cpm>().unwrap();
        let of = |effective: &str, ours: &str| Cover {
            seller: "harbor".into(),
            quote_id: "qt-h".into(),
            cpm: usd("20.00"),
            effective: usd(effective),
            ours: usd(ours),
        };
        assert_eq!(of("25.22", "23.85").saves(), Some(Decimal::new(137, 2)));
        assert_eq!(of("23.00", "23.85").saves(), Some(Decimal::new(-85, 2)));
        assert_eq!(of("23.00 EUR", "23.85").saves(), None);
    }
}
