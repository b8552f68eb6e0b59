//! How a seller prices: list, tier, volume, target, with the arithmetic of the real one.
//!
//! The IAB seller agent computes in binary doubles and rounds with Python's `round(x, 2)`: half to
//! even on the exact value of the double (wire/iab.md 4.3). So does this module, and nowhere else in
//! the project is money a double.

use rust_decimal::Decimal;

use super::spec::VolumeStep;
use crate::domain::Tier;

/// The least any seller charges per thousand, dollars.
pub(crate) const LEAST: f64 = 1.0;

/// Rounds to cents as Python does: half to even on the exact binary value. What formatting would give,
/// without writing it.
pub(crate) fn cents(dollars: f64) -> f64 {
    let scaled = dollars * 100.0;
    if !(-1e8..=1e8).contains(&scaled) {
        return format!("{dollars:.2}").parse().unwrap_or(dollars);
    }
    let near = scaled.round();
    // Away from the half, the error of one multiplication turns nothing over.
    if (scaled - near).abs() < 0.499_999 {
        return near / 100.0;
    }
    let below = scaled.floor();
    // What the multiplication lost decides which side of the half the binary value lies on.
    let over_half = (scaled - below - 0.5) + dollars.mul_add(100.0, -scaled);
    let is_odd = (below / 2.0).fract().abs() > 0.1;
    let up = over_half > 0.0 || (over_half >= 0.0 && is_odd);
    let cents = if up { below + 1.0 } else { below };
    // A negative amount keeps its sign at zero, as its text does.
    (cents / 100.0).copysign(dollars)
}

/// The double that a seller's JSON gives for this price.
pub(crate) fn double(dollars: Decimal) -> f64 {
    // One division of two whole numbers is rounded once, as reading the text is.
    let mantissa = i32::try_from(dollars.mantissa()).ok();
    let power = 10_i32.checked_pow(dollars.scale());
    mantissa.zip(power).map_or_else(
        || dollars.to_string().parse().unwrap_or_default(),
        |(mantissa, power)| f64::from(mantissa) / f64::from(power),
    )
}

/// The decimal of a price in whole cents.
#[expect(
    clippy::cast_possible_truncation,
    reason = "prices are capped far below what 64 bits hold"
)]
pub(crate) fn decimal(dollars: f64) -> Decimal {
    Decimal::new((dollars.clamp(-1e9, 1e9) * 100.0).round() as i64, 2)
}

/// The share off for a tier.
pub(crate) fn tier_share(tier: Tier) -> f64 {
    match tier {
        Tier::Public => 0.0,
        Tier::Seat => 0.05,
        Tier::Agency => 0.10,
        Tier::Advertiser => 0.15,
    }
}

/// The tier with a capital, as rationales write it.
fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Public => "Public",
        Tier::Seat => "Seat",
        Tier::Agency => "Agency",
        Tier::Advertiser => "Advertiser",
    }
}

/// A computed price with what made it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Priced {
    /// List price.
    pub(crate) base: f64,
    /// Share off for the tier.
    pub(crate) tier_share: f64,
    /// Share off for volume.
    pub(crate) volume_share: f64,
    /// What is charged per thousand.
    pub(crate) price: f64,
    /// The seller's account of it. It never mentions a target.
    pub(crate) rationale: String,
}

/// Prices `impressions` at `list` for a buyer of `tier`. `discounted_as` is the tier whose discount
/// is given: another than `tier` is a seller's mistake.
pub(crate) fn compute(
    list: f64,
    tier: Tier,
    discounted_as: Tier,
    impressions: i64,
    volume: &[VolumeStep],
) -> Priced {
    let tier_share = tier_share(discounted_as);
    let mut price = list * (1.0 - tier_share);
    let volume_share = if tier.may_negotiate() { volume_share(impressions, volume) } else { 0.0 };
    if volume_share > 0.0 {
        price *= 1.0 - volume_share;
    }
    let unrounded = price.max(LEAST);
    let price = cents(unrounded);
    let mut parts = vec![format!("Base price: ${list:.2} CPM")];
    if tier_share > 0.0 {
        parts.push(format!("{} tier: -{:.0}%", tier_name(tier), tier_share * 100.0));
    }
    if volume_share > 0.0 {
        parts.push(format!("Volume discount: -{:.1}%", volume_share * 100.0));
    }
    parts.push(format!("Final price: ${price:.2} CPM"));
    if price < list {
        parts.push(format!("(Total savings: {:.1}%)", (1.0 - unrounded / list) * 100.0));
    }
    Priced { base: list, tier_share, volume_share, price, rationale: parts.join(" | ") }
}

fn volume_share(impressions: i64, steps: &[VolumeStep]) -> f64 {
    steps
        .iter()
        .filter(|step| impressions >= step.from)
        .map(|step| double(step.percent) / 100.0)
        .fold(0.0, f64::max)
}

/// A share of one as the percent of a quote, one decimal: 0.1 is 10.0.
pub(crate) fn percent(share: f64) -> f64 {
    format!("{:.1}", share * 100.0).parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sim::iab::spec::reference_volume;

    #[test]
    fn cents_are_half_even_on_the_binary_value() {
        for (dollars, rounded) in [
            (15.0 * 0.9 * 0.95, 12.82),
            (35.0 * 0.9 * 0.95, 29.92),
            (0.125, 0.12),
            (0.375, 0.38),
            (13.5 * 0.85, 11.47),
            (-3.005, -3.0),
        ] {
            assert!((cents(dollars) - rounded).abs() < 1e-12, "{dollars}: {}", cents(dollars));
        }
    }

    proptest! {
        #[test]
        fn arithmetic_rounds_as_text_does(
            dollars in -2_000.0_f64..2_000.0, thousandths in -2_000_000_i32..2_000_000, more in 0_u32..7,
        ) {
            let near_half = f64::from(thousandths) / 1_000.0;
            let factored = f64::from(thousandths / 10) / 100.0 * (1.0 - f64::from(more) / 20.0);
            for dollars in [dollars, near_half, factored, f64::from(thousandths) / 8.0] {
                let text: f64 = format!("{dollars:.2}").parse().unwrap();
                prop_assert_eq!(cents(dollars).to_bits(), text.to_bits(), "{}", dollars);
                let decimal: Decimal = format!("{text:.2}").parse().unwrap();
                prop_assert_eq!(super::decimal(text), decimal);
            }
        }

        #[test]
        fn a_decimal_is_the_double_of_its_text(units in any::<i64>(), scale in 0_u32..12) {
            for decimal in [Decimal::new(units, scale), Decimal::new(units % 1_000_000, scale)] {
                let text: f64 = decimal.to_string().parse().unwrap();
                prop_assert_eq!(double(decimal).to_bits(), text.to_bits());
            }
        }
    }

    #[test]
    fn prices_as_the_reference_seller_gives_them() {
        for (list, tier, impressions, tier_pct, volume_pct, price) in [
            (15.0, Tier::Public, 50_000_000, 0.0, 0.0, 15.0),
            (15.0, Tier::Seat, 50_000_000, 5.0, 0.0, 14.25),
            (15.0, Tier::Agency, 4_999_999, 10.0, 0.0, 13.5),
            (15.0, Tier::Agency, 5_000_000, 10.0, 5.0, 12.82),
            (15.0, Tier::Agency, 10_000_000, 10.0, 10.0, 12.15),
            (15.0, Tier::Agency, 20_000_000, 10.0, 15.0, 11.47),
            (15.0, Tier::Agency, 50_000_000, 10.0, 20.0, 10.8),
            (15.0, Tier::Advertiser, 6_000_000, 15.0, 5.0, 12.11),
            (35.0, Tier::Advertiser, 6_000_000, 15.0, 5.0, 28.26),
            (35.0, Tier::Agency, 6_000_000, 10.0, 5.0, 29.92),
            (0.5, Tier::Advertiser, 0, 15.0, 0.0, 1.0),
        ] {
            let priced = compute(list, tier, tier, impressions, &reference_volume());
            let got = (percent(priced.tier_share), percent(priced.volume_share), priced.price);
            assert_eq!(got, (tier_pct, volume_pct, price), "{list} {tier} {impressions}");
        }
    }

    #[test]
    fn the_rationale_is_the_recorded_one() {
        let agency = compute(35.0, Tier::Agency, Tier::Agency, 6_000_000, &reference_volume());
        assert_eq!(
            agency.rationale,
            "Base price: $35.00 CPM | Agency tier: -10% | Volume discount: -5.0% | \
             Final price: $29.92 CPM | (Total savings: 14.5%)"
        );
        // A tie in tenths of a percent falls as the price before rounding has it.
        for (list, savings) in [(35.0, "19.2%"), (15.0, "19.3%")] {
            let tier = Tier::Advertiser;
            let said = compute(list, tier, tier, 6_000_000, &reference_volume()).rationale;
            assert!(said.ends_with(&format!("(Total savings: {savings})")), "{said}");
        }
        let public = compute(35.0, Tier::Public, Tier::Public, 0, &[]);
        assert_eq!(public.rationale, "Base price: $35.00 CPM | Final price: $35.00 CPM");
    }
}
