//! The price axis of a ladder: fixed when the ladder is opened, so that prices move on it and it never
//! moves under them. Only a person zooms it.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::money::exact;

/// How much one row can be worth, in hundredths.
const STEPS: [i64; 8] = [5, 10, 25, 50, 100, 200, 500, 1_000];

/// An axis: the price of its middle row, and how much one row is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axis {
    centre: Decimal,
    step: Decimal,
}

/// Where a price lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In this row.
    Row(usize),
    /// Above the first row.
    Above,
    /// Below the last row.
    Below,
}

impl Axis {
    /// An axis on which all `prices` are seen in `rows` rows, if there are any; a row stays free at each end.
    pub(crate) fn around(prices: &[Decimal], rows: usize) -> Option<Self> {
        let (low, high) = (prices.iter().min()?, prices.iter().max()?);
        let free = Decimal::from(rows.saturating_sub(3).max(1));
        let span = high.saturating_sub(*low);
        let fits = |step: &Decimal| span.checked_div(*step).is_some_and(|rows| rows <= free);
        let steps = STEPS.iter().map(|cents| Decimal::new(*cents, 2));
        let mut wider = Decimal::TEN;
        while !fits(&wider) {
            wider = wider.saturating_mul(Decimal::TWO);
            if wider == Decimal::MAX {
                break;
            }
        }
        let step = steps.into_iter().find(fits).unwrap_or(wider);
        Some(Self::at(low.saturating_add(exact::half(span)), step))
    }

    fn at(centre: Decimal, step: Decimal) -> Self {
        let steps = nearest(centre.checked_div(step).unwrap_or_default());
        Self { centre: steps.saturating_mul(step), step }
    }

    /// The next larger step around `centre`, the smallest after the largest.
    #[must_use]
    pub(crate) fn zoomed(self, centre: Decimal) -> Self {
        let steps = STEPS.iter().map(|cents| Decimal::new(*cents, 2));
        let next = steps.into_iter().find(|step| *step > self.step && *step <= Decimal::TWO);
        Self::at(centre, next.unwrap_or(Decimal::new(STEPS[0], 2)))
    }

    /// How much one row is worth.
    pub(crate) fn step(self) -> Decimal {
        self.step
    }

    /// The price of a row of `rows`.
    pub(crate) fn label(self, row: usize, rows: usize) -> Decimal {
        let above = Decimal::from(rows / 2).saturating_sub(Decimal::from(row));
        self.centre.saturating_add(above.saturating_mul(self.step))
    }

    /// Where a price lies among `rows` rows.
    pub(crate) fn place(self, price: Decimal, rows: usize) -> Place {
        let off = price.saturating_sub(self.centre).checked_div(self.step);
        let row = Decimal::from(rows / 2).saturating_sub(nearest(off.unwrap_or_default()));
        if row < Decimal::ZERO {
            Place::Above
        } else if row >= Decimal::from(rows) {
            Place::Below
        } else {
            usize::try_from(row).map_or(Place::Below, Place::Row)
        }
    }
}

fn nearest(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn all_that_it_was_opened_for_is_seen_and_labels_are_round() {
        let axis = Axis::around(&[d("20.00"), d("27.36"), d("26.00")], 19).unwrap();
        assert_eq!(axis.step(), d("0.50"));
        assert_eq!(axis.label(9, 19), d("23.50"));
        assert_eq!(axis.place(d("27.36"), 19), Place::Row(1));
        assert_eq!(axis.place(d("20.00"), 19), Place::Row(16));
        assert_eq!(axis.place(d("99"), 19), Place::Above);
        assert_eq!(axis.place(d("1"), 19), Place::Below);
        assert_eq!(axis.zoomed(d("23.30")).step(), d("1.00"));
        assert_eq!(Axis::around(&[], 19), None);
    }

    #[test]
    fn zooming_comes_round() {
        let mut axis = Axis::around(&[d("20"), d("21")], 30).unwrap();
        let first = axis.step();
        let mut turns = 0;
        loop {
            axis = axis.zoomed(d("20.50"));
            turns += 1;
            if axis.step() == first {
                break;
            }
            assert!(turns < 20);
        }
    }

    proptest! {
        #[test]
        fn every_price_has_a_place_in_its_bucket(low in 1i64..10_000, more in 0i64..1_000_000, rows in 5usize..40) {
            let (low, high) = (Decimal::new(low, 2), Decimal::new(low + more, 2));
            let axis = Axis::around(&[low, high], rows).unwrap();
            for price in [low, high] {
                let Place::Row(row) = axis.place(price, rows) else { panic!("{price} is off") };
                let off = (axis.label(row, rows) - price).abs();
                prop_assert!(off * Decimal::TWO <= axis.step());
            }
        }
    }
}
