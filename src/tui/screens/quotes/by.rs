//! What a column sorts by, as a number: rows are put in order by comparing numbers, whatever the column
//! holds, and each takes little room.

use jiff::Timestamp;
use rust_decimal::Decimal;

/// How many digits an amount has at most.
const DIGITS: u32 = 29;

/// How many bits so many digits take.
const BITS: u32 = 97;

/// Zero. Amounts and moments stand above and below it.
const ZERO: u128 = 1 << 120;

/// By what a row is sorted within its band: the smaller one goes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct By(u64, u64);

impl By {
    /// What has no number goes last.
    const LAST: Self = Self(u64::MAX, u64::MAX);

    fn number(number: u128) -> Self {
        let low = u64::try_from(number & u128::from(u64::MAX)).unwrap_or(u64::MAX);
        Self(u64::try_from(number >> 64).unwrap_or(u64::MAX), low)
    }

    /// The smallest first.
    pub(super) fn smallest(amount: Option<Decimal>) -> Self {
        amount.map_or(Self::LAST, |amount| Self::number(in_order(amount)))
    }

    /// The largest first.
    pub(super) fn largest(amount: Option<Decimal>) -> Self {
        amount.map_or(Self::LAST, |amount| Self::number(2 * ZERO - in_order(amount)))
    }

    /// The newest first.
    pub(super) fn newest(at: Timestamp) -> Self {
        let nanosecond = at.as_nanosecond();
        let since = nanosecond.unsigned_abs();
        Self::number(if nanosecond < 0 { ZERO + since } else { ZERO - since })
    }

    /// By a place in some order; none goes last.
    pub(super) fn place(place: Option<u64>) -> Self {
        place.map_or(Self::LAST, |place| Self(0, place))
    }
}

/// A number for each amount, in the order of the amounts; the same for two that are equal. First how many
/// digits stand before the point, then the digits themselves, from the first that is none of zero.
fn in_order(amount: Decimal) -> u128 {
    let digits = amount.mantissa().unsigned_abs();
    let Some(last) = digits.checked_ilog10() else { return ZERO };
    let many = last + 1;
    // A fraction has as many digits as an amount has at most, less one.
    let before_the_point = u128::from(many + DIGITS - amount.scale());
    let size = (before_the_point << BITS) | (digits * 10_u128.pow(DIGITS - many));
    if amount.is_sign_negative() { ZERO - size } else { ZERO + size }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Amounts of all sizes, many of them equal or close to each other.
    fn amount() -> impl Strategy<Value = Decimal> {
        let digits = prop_oneof![
            0_i128..200,
            any::<i64>().prop_map(i128::from),
            Just(i128::from(u64::MAX) << 32),
        ];
        (digits, 0_u32..=28, any::<bool>()).prop_map(|(digits, scale, is_below)| {
            let digits = if is_below { -digits } else { digits };
            Decimal::from_i128_with_scale(digits, scale)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn numbers_are_in_the_order_of_amounts(one in amount(), other in amount()) {
            prop_assert_eq!(in_order(one).cmp(&in_order(other)), one.cmp(&other));
            let (small, large) = (By::smallest, By::largest);
            prop_assert_eq!(small(Some(one)).cmp(&small(Some(other))), one.cmp(&other));
            prop_assert_eq!(large(Some(one)).cmp(&large(Some(other))), other.cmp(&one));
            prop_assert!(small(Some(one)) < small(None) && large(Some(one)) < large(None));
        }

        #[test]
        fn numbers_are_in_the_order_of_moments(
            one in any::<i64>(), other in any::<i64>(), whole in 1_i64..1_000_000_000,
        ) {
            let at = |number: i64| Timestamp::from_nanosecond(i128::from(number / whole)).unwrap();
            let (one, other) = (at(one), at(other));
            prop_assert_eq!(By::newest(one).cmp(&By::newest(other)), other.cmp(&one));
        }
    }

    #[test]
    fn the_ends_of_what_there_is_have_numbers_too() {
        let ends =
            [Decimal::MIN, Decimal::new(-1, 28), Decimal::ZERO, Decimal::new(1, 28), Decimal::MAX];
        assert!(ends.map(in_order).is_sorted());
        assert!(ends.map(|end| By::largest(Some(end))).iter().rev().is_sorted());
        let (first, last) = (By::newest(Timestamp::MIN), By::newest(Timestamp::MAX));
        assert!(last < first && first < By::LAST);
        assert!(By::place(Some(1)) < By::place(Some(2)) && By::place(Some(2)) < By::place(None));
    }
}
