//! A price with its parts in one line that adds up: what the discounts make of the list price, and
//! beside it what was negotiated or what the seller says, where that is another number.

use rust_decimal::Decimal;

use super::{computed, is_rounding};
use crate::domain::{Cpm, Currency, Pricing};

/// What is known of a price besides its parts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside {
    /// The price that was negotiated.
    pub negotiated: Option<Cpm>,
    /// The target that was sent.
    pub target: Option<Cpm>,
    /// Whether something was booked at another price than the seller says by now.
    pub changed: bool,
}

const UNKNOWN: &str = "?";

/// `29.50 −10% tier −5% volume = 25.22 USD`; `… = 18.00, negotiated to 16.50 USD`;
/// `… = 18.00, the seller now says 35.00 USD`.
pub fn in_words(pricing: &Pricing, beside: Beside) -> String {
    let told = pricing.cpm();
    let Some(of) = told.or(pricing.base_cpm).or(beside.negotiated).map(|cpm| cpm.currency()) else {
        return format!("{} = {UNKNOWN}", parts(pricing, None));
    };
    let parts = parts(pricing, Some(of));
    let same = |one: Cpm, other: Option<Cpm>| other.is_some_and(|other| one.is_same(&other));
    // Nothing is worked out for a price that is on request or buys something else.
    let worked_out = computed(pricing).filter(|_| told.or(beside.negotiated).is_some());
    // A sum that follows but for rounding is the seller's own to round.
    let follows = told.filter(|told| same(*told, worked_out) || is_rounding(pricing, *told));
    let sum = follows.or(worked_out);
    let mut more = Vec::new();
    let negotiated = beside.negotiated.filter(|price| !same(*price, sum));
    more.extend(negotiated.map(|price| format!("negotiated to {}", price.plain_beside(of))));
    let other = told.filter(|told| !same(*told, sum) && !same(*told, negotiated));
    if let Some(told) = other {
        more.push(match beside {
            _ if worked_out.is_none() && more.is_empty() => String::new(),
            Beside { changed: true, .. } => {
                format!("the seller now says {}", told.plain_beside(of))
            }
            Beside { target, .. } if same(told, target) => {
                format!("at your target {}", told.plain_beside(of))
            }
            Beside { .. } => format!("the seller says {}", told.plain_beside(of)),
        });
    }
    // Where a part is not told, nothing can be worked out: the price stands as it was told.
    let stands = match (sum, other) {
        (Some(sum), _) => sum.plain_beside(of),
        (None, Some(told)) if negotiated.is_none() => told.plain_beside(of),
        (None, _) => UNKNOWN.to_owned(),
    };
    let all = std::iter::once(stands).chain(more.into_iter().filter(|words| !words.is_empty()));
    format!("{parts} = {} {of}", all.collect::<Vec<_>>().join(", "))
}

fn parts(pricing: &Pricing, of: Option<Currency>) -> String {
    let off = |percent: Option<Decimal>, what: &str| match percent {
        Some(percent) => format!(" −{}% {what}", percent.normalize()),
        None => format!(" {UNKNOWN} {what}"),
    };
    let base =
        pricing.base_cpm.map(|base| of.map_or_else(|| base.plain(), |of| base.plain_beside(of)));
    format!(
        "{}{}{}",
        base.unwrap_or_else(|| UNKNOWN.to_owned()),
        off(pricing.tier_discount_pct, "tier"),
        off(pricing.volume_discount_pct, "volume"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pricing(base: &str, percents: (u32, u32), told: &str) -> Pricing {
        Pricing {
            base_cpm: base.parse().ok(),
            tier_discount_pct: Some(percents.0.into()),
            volume_discount_pct: Some(percents.1.into()),
            final_cpm: told.parse().ok(),
            pricing_model: "cpm".into(),
            rationale: String::new(),
        }
    }

    #[test]
    fn a_line_of_parts_adds_up_and_another_price_stands_beside_it() {
        let none = Beside::default();
        let negotiated = |price: &str| Beside { negotiated: price.parse().ok(), ..none };
        let changed = Beside { changed: true, ..none };
        let target = Beside { target: "15".parse().ok(), ..none };
        let both = Beside { changed: true, ..negotiated("16.50") };
        let start = "20.00 −10% tier −0% volume = ";
        for (told, beside, says) in [
            ("18.00", none, "18.00 USD"),
            ("16.50", negotiated("16.50"), "18.00, negotiated to 16.50 USD"),
            ("18.00", negotiated("16.50"), "18.00, negotiated to 16.50 USD"),
            ("18.00", negotiated("18.00"), "18.00 USD"),
            ("35.00", changed, "18.00, the seller now says 35.00 USD"),
            ("17.00", changed, "18.00, the seller now says 17.00 USD"),
            ("35.00", both, "18.00, negotiated to 16.50, the seller now says 35.00 USD"),
            ("35.00", none, "18.00, the seller says 35.00 USD"),
            ("15.00", target, "18.00, at your target 15.00 USD"),
        ] {
            let line = in_words(&pricing("20", (10, 0), told), beside);
            assert_eq!(line, format!("{start}{says}"), "{told}");
        }
        // Rounded in the seller's way, at every step.
        let rounded = pricing("24.35", (15, 5), "19.67");
        assert_eq!(in_words(&rounded, none), "24.35 −15% tier −5% volume = 19.67 USD");
    }

    #[test]
    fn what_is_not_told_is_asked_about_and_two_currencies_are_both_named() {
        let none = Beside::default();
        let untold = Pricing { volume_discount_pct: None, ..pricing("20", (10, 0), "18") };
        assert_eq!(in_words(&untold, none), "20.00 −10% tier ? volume = 18.00 USD");
        let agreed = Beside { negotiated: "16.50".parse().ok(), ..none };
        let negotiated = Pricing { final_cpm: "16.5".parse().ok(), ..untold.clone() };
        let line = "20.00 −10% tier ? volume = ?, negotiated to 16.50 USD";
        assert_eq!(in_words(&negotiated, agreed), line);
        // A price of the seller's that is not the one that was negotiated stands beside it, and is no sum.
        let another = Pricing { final_cpm: "17".parse().ok(), ..untold.clone() };
        let line = "20.00 −10% tier ? volume = ?, negotiated to 16.50, the seller says 17.00 USD";
        assert_eq!(in_words(&another, agreed), line);
        let on_request = Pricing { final_cpm: None, ..untold };
        assert_eq!(in_words(&on_request, none), "20.00 −10% tier ? volume = ? USD");
        let nothing = Pricing { base_cpm: None, ..on_request };
        assert_eq!(in_words(&nothing, none), "? −10% tier ? volume = ?");
        let clicks = Pricing { pricing_model: "cpc".into(), ..pricing("2", (10, 0), "1.80") };
        assert_eq!(in_words(&clicks, none), "2.00 −10% tier −0% volume = ? USD");
        let mixed = Pricing { final_cpm: "16.5 EUR".parse().ok(), ..pricing("20", (10, 0), "1") };
        let line = "20.00 USD −10% tier −0% volume = 18.00 USD, the seller says 16.50 EUR";
        assert_eq!(in_words(&mixed, none), line);
        let yen = pricing("1700 JPY", (10, 0), "1500 JPY");
        let line = "1700 −10% tier −0% volume = 1530, the seller says 1500 JPY";
        assert_eq!(in_words(&yen, none), line);
    }
}
