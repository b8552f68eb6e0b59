//! A seller's arithmetic, worked out exactly: binary doubles, rounded to the cent half to even.
//!
//! Sellers price in IEEE 754 doubles and round with Python's `round(price, 2)` (wire/iab.md 4.3), so
//! 15 × 0.9 × 0.95 = 12.825 comes out as 12.82. Here a double is a whole number times a power of
//! two, and every step is rounded as the processor would: no binary fraction is ever computed with.

use rust_decimal::Decimal;

/// Significant bits of a double.
const BITS: u32 = 53;

/// `mantissa` × 2^`exponent`, not negative, with at most [`BITS`] significant bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Double {
    mantissa: u128,
    exponent: i32,
}

impl Double {
    /// The nearest double, ties to even. `more` says that a tail was cut off below `mantissa`.
    fn nearest(mantissa: u128, exponent: i32, more: bool) -> Option<Self> {
        let drop = bits(mantissa).saturating_sub(BITS);
        if drop == 0 {
            return Some(Self { mantissa, exponent });
        }
        Some(Self {
            mantissa: shifted_right(mantissa, drop, more),
            exponent: exponent.checked_add(i32::try_from(drop).ok()?)?,
        })
    }

    /// The double that a program reads from this number's text. `None` for a negative number or one
    /// with more digits after the point than prices have.
    fn of(number: Decimal) -> Option<Self> {
        let number = number.normalize();
        let digits = u128::try_from(number.mantissa()).ok()?;
        if digits == 0 {
            return Some(Self { mantissa: 0, exponent: 0 });
        }
        let divisor = 10_u128.checked_pow(number.scale())?;
        // So far that the quotient has more bits than a double, and what is left only breaks ties.
        let shift = (BITS + 3 + bits(divisor)).saturating_sub(bits(digits));
        let scaled = digits.checked_mul(1_u128.checked_shl(shift)?)?;
        let exponent = -i32::try_from(shift).ok()?;
        Self::nearest(scaled / divisor, exponent, !scaled.is_multiple_of(divisor))
    }

    /// `1 - self`, for a share of one.
    fn rest_of_one(self) -> Option<Self> {
        let places = u32::try_from(-self.exponent).ok()?;
        let one = 1_u128.checked_shl(places)?;
        Self::nearest(one.checked_sub(self.mantissa)?, self.exponent, false)
    }

    fn times(self, other: Self) -> Option<Self> {
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        Self::nearest(mantissa, self.exponent.checked_add(other.exponent)?, false)
    }

    /// To the cent, half to even on the exact value.
    fn cents(self) -> Option<Decimal> {
        let hundredfold = self.mantissa.checked_mul(100)?;
        let cents = match u32::try_from(self.exponent) {
            Ok(up) => hundredfold.checked_mul(1_u128.checked_shl(up)?)?,
            Err(_) => shifted_right(hundredfold, self.exponent.unsigned_abs(), false),
        };
        Decimal::try_from_i128_with_scale(i128::try_from(cents).ok()?, 2).ok()
    }
}

fn bits(number: u128) -> u32 {
    u128::BITS - number.leading_zeros()
}

/// `number` ÷ 2^`places`, to the nearest whole number, half to even; `more` as in [`Double::nearest`].
fn shifted_right(number: u128, places: u32, more: bool) -> u128 {
    if places == 0 {
        return number;
    }
    let (Some(kept), Some(half)) = (number.checked_shr(places), 1_u128.checked_shl(places - 1))
    else {
        return 0;
    };
    let tail = number - (kept << places);
    let up = tail > half || (tail == half && (more || !kept.is_multiple_of(2)));
    kept + u128::from(up)
}

/// `base` × (1 − `tier`) × (1 − `volume`) to the cent, as a seller's program computes it; the two are
/// shares of one. `None` where the numbers are no price and no shares.
pub(super) fn price(base: Decimal, tier: Decimal, volume: Decimal) -> Option<Decimal> {
    let mut price = Double::of(base)?;
    for share in [tier, volume] {
        if !share.is_zero() {
            price = price.times(Double::of(share)?.rest_of_one()?)?;
        }
    }
    price.cents()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_cents_that_sellers_were_seen_to_charge() {
        for (base, tier, volume, charged) in [
            ("15", "0.10", "0.05", "12.82"),
            ("35", "0.10", "0.05", "29.92"),
            ("35", "0.15", "0.05", "28.26"),
            ("15", "0.15", "0.05", "12.11"),
            ("15", "0.10", "0.15", "11.47"),
            ("15.0", "0.1", "0.2", "10.80"),
            ("12", "0.10", "0.05", "10.26"),
            ("12", "0.15", "0", "10.20"),
            ("0.125", "0", "0", "0.12"),
            ("0.375", "0", "0", "0.38"),
            ("2.675", "0", "0", "2.67"),
            ("0", "0.1", "0.1", "0.00"),
            ("10", "1", "0", "0.00"),
        ] {
            assert_eq!(price(d(base), d(tier), d(volume)), Some(d(charged)), "{base} {tier}");
        }
    }

    #[test]
    fn a_share_of_nearly_nothing_takes_nothing() {
        for share in ["0.00000000000000000001", "0.000000000001"] {
            assert_eq!(price(d("15"), d(share), d("0")), Some(d("15.00")), "{share}");
        }
    }

    #[test]
    fn what_is_no_price_is_not_priced() {
        assert_eq!(price(d("-1"), d("0"), d("0")), None);
        assert_eq!(price(d("10"), d("1.5"), d("0")), None);
        assert_eq!(price(d("0.0000000000000000000000000001"), d("0"), d("0")), None);
    }

    proptest! {
        #[test]
        fn it_is_what_the_processor_computes(
            units in 0u64..100_000_000_000, scale in 0u32..8, tier in 0u32..1000, volume in 0u32..1000,
        ) {
            let base = Decimal::new(i64::try_from(units).unwrap(), scale);
            let (tier, volume) = (Decimal::new(tier.into(), 3), Decimal::new(volume.into(), 3));
            let double = |number: Decimal| number.to_string().parse::<f64>().unwrap();
            let mut theirs = double(base);
            for share in [tier, volume] {
                if !share.is_zero() {
                    theirs *= 1.0 - double(share);
                }
            }
            // Formatting rounds the exact binary value, half to even.
            prop_assert_eq!(price(base, tier, volume), Some(d(&format!("{theirs:.2}"))));
        }

        #[test]
        fn halves_of_a_cent_fall_as_the_double_does(cents in 0i64..1_000_000) {
            let base = Decimal::new(cents * 10 + 5, 3);
            let theirs: f64 = base.to_string().parse().unwrap();
            prop_assert_eq!(
                price(base, Decimal::ZERO, Decimal::ZERO),
                Some(d(&format!("{theirs:.2}")))
            );
        }
    }
}
