//! Arithmetic that cannot stop the desk: an amount beyond what a decimal holds is capped, and nothing is
//! divided by zero. Elsewhere the bare operators on decimals are forbidden (a lint in `lib.rs`), because
//! they panic where a seller's number is absurd.

use rust_decimal::Decimal;

/// So far two numbers are from each other at most, as a share of the larger, that a program keeps in one
/// and the same double or in its neighbour: 10⁻¹⁵.
const DOUBLE: Decimal = Decimal::from_parts(1, 0, 0, false, 15);

/// `amount` ÷ `parts`; all of it where there are none.
pub fn part(amount: Decimal, parts: u32) -> Decimal {
    amount.checked_div(Decimal::from(parts.max(1))).unwrap_or(amount)
}

/// Half of it.
pub fn half(amount: Decimal) -> Decimal {
    part(amount, 2)
}

/// Halfway between the two.
pub fn middle(one: Decimal, other: Decimal) -> Decimal {
    half(one).saturating_add(half(other))
}

/// `percent` percent of it (10 is ten percent).
pub fn percent_of(amount: Decimal, percent: Decimal) -> Decimal {
    let hundredth = percent.checked_div(Decimal::ONE_HUNDRED).unwrap_or(percent);
    amount.saturating_mul(hundredth)
}

/// What is left of it after `percent` percent were taken off, unrounded.
pub fn less_percent(amount: Decimal, percent: Decimal) -> Decimal {
    percent_of(amount, Decimal::ONE_HUNDRED.saturating_sub(percent))
}

/// A share of one as a percentage.
pub fn as_percent(share: Decimal) -> Decimal {
    share.saturating_mul(Decimal::ONE_HUNDRED)
}

/// Whether two numbers are the same to a program that keeps them as binary doubles, as sellers' do:
/// 17.000000000000004 is 17.
pub fn is_same(one: Decimal, other: Decimal) -> bool {
    let apart = one.saturating_sub(other).abs();
    one == other || apart <= one.abs().max(other.abs()).saturating_mul(DOUBLE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn shares_and_parts_are_exact() {
        assert_eq!(percent_of(d("22.20"), d("85")), d("18.87"));
        assert_eq!(less_percent(d("25"), d("10")), d("22.5"));
        assert_eq!(middle(d("20"), d("25.01")), d("22.505"));
        assert_eq!(part(d("1"), 0), d("1"));
        assert_eq!(as_percent(d("0.35")), d("35"));
    }

    #[test]
    fn what_a_double_cannot_tell_apart_is_the_same() {
        for (one, other, same) in [
            ("17", "17.000000000000004", true),
            ("20.1875", "20.187499999999996", true),
            ("0", "0.00", true),
            ("17", "17.00000000001", false),
            ("17", "17.01", false),
            ("0", "0.000000001", false),
        ] {
            assert_eq!(is_same(d(one), d(other)), same, "{one} {other}");
            assert_eq!(is_same(d(other), d(one)), same, "{other} {one}");
        }
    }

    fn any_decimal() -> impl Strategy<Value = Decimal> {
        (any::<[u32; 3]>(), any::<bool>(), 0..=28_u32).prop_map(|([lo, mid, hi], minus, scale)| {
            Decimal::from_parts(lo, mid, hi, minus, scale)
        })
    }

    proptest! {
        #[test]
        fn no_number_stops_it(one in any_decimal(), other in any_decimal(), parts in any::<u32>()) {
            let _ = (part(one, parts), middle(one, other), percent_of(one, other));
            let _ = (less_percent(one, other), as_percent(one), is_same(one, other));
        }
    }
}
