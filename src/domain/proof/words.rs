//! A seller's account of a price, read back into numbers.
//!
//! Two forms are known: `Base price: $15.00 CPM | Agency tier: -10% | Volume discount: -5.0% | Final
//! price: $12.82 CPM | …` (running sellers) and `Agency tier discount (10%) + volume discount (5%)
//! applied` (the guide). Other words cannot be read, which is not the same as wrong.

use rust_decimal::Decimal;
use strum::IntoEnumIterator as _;

use crate::domain::Tier;

/// What the words say. Amounts are in the quote's currency, percents are percents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// The list price.
    pub base: Option<Stated>,
    /// The tier that is named.
    pub tier: Option<Tier>,
    /// Percent off for the tier.
    pub tier_pct: Option<Stated>,
    /// Percent off for volume.
    pub volume_pct: Option<Stated>,
    /// The price that follows from these. A target that was taken is not in it.
    pub price: Option<Stated>,
    /// The price of a negotiation that the words append.
    pub negotiated: Option<Stated>,
}

/// A number as words give it: rounded to as many digits as are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated(pub Decimal);

impl Stated {
    /// Whether `exact`, written with as many digits, could read like this.
    pub fn is_about(self, exact: Decimal) -> bool {
        // Half a unit of the last written digit, and halves may have fallen either way.
        let half = Decimal::new(5, self.0.scale().saturating_add(1).min(Decimal::MAX_SCALE));
        self.0.checked_sub(exact).is_some_and(|gap| gap.abs() <= half)
    }
}

impl Words {
    /// Reads them; `None` if they hold nothing that is understood.
    pub fn read(rationale: &str) -> Option<Self> {
        let mut words = Self::default();
        for part in rationale.split(['|', '+', ';', '\n']) {
            words.take(&part.to_lowercase());
        }
        (words != Self::default()).then_some(words)
    }

    /// Whether they give a whole account, so that a discount they leave out is one they deny.
    pub fn is_whole(&self) -> bool {
        self.base.is_some() && self.price.is_some()
    }

    fn take(&mut self, part: &str) {
        let stated = || number(part);
        if part.contains("negotiated") {
            self.negotiated = stated();
        } else if part.contains("final price") {
            self.price = stated();
        } else if part.contains("base") {
            self.base = stated();
        } else if part.contains("volume") {
            self.volume_pct = percent(part);
        } else if part.contains("tier") {
            self.tier = Tier::iter().find(|tier| part.contains(&tier.to_string()));
            self.tier_pct = percent(part);
        }
    }
}

/// The first number that is a percent.
fn percent(part: &str) -> Option<Stated> {
    if part.contains('%') { number(part) } else { None }
}

/// The first number, without its sign: discounts are written with and without a minus.
fn number(part: &str) -> Option<Stated> {
    let from = part.find(|c: char| c.is_ascii_digit())?;
    let rest = part.get(from..)?;
    let to = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (digits, after) = rest.split_at_checked(to)?;
    // A grouped number would be read short.
    if after.starts_with(',') {
        return None;
    }
    Decimal::from_str_exact(digits.trim_end_matches('.')).ok().map(Stated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(text: &str) -> Option<Stated> {
        (!text.is_empty()).then(|| Stated(text.parse().unwrap()))
    }

    #[test]
    fn the_forms_that_sellers_write() {
        for (rationale, base, tier, tier_pct, volume_pct, price, negotiated) in [
            (
                "Base price: $15.00 CPM | Agency tier: -10% | Volume discount: -5.0% | Final price: \
                 $12.82 CPM | (Total savings: 14.5%)",
                "15.00",
                Some(Tier::Agency),
                "10",
                "5.0",
                "12.82",
                "",
            ),
            (
                "Base price: $15.00 CPM | Final price: $15.00 CPM",
                "15.00",
                None,
                "",
                "",
                "15.00",
                "",
            ),
            (
                "Base price: $15.00 CPM | Agency tier: -10% | Final price: $13.50 CPM | (Total \
                 savings: 10.0%) | Negotiated to $11.47 CPM (neg-84508332)",
                "15.00",
                Some(Tier::Agency),
                "10",
                "",
                "13.50",
                "11.47",
            ),
            (
                "Agency tier discount (10%) + volume discount (5%) applied",
                "",
                Some(Tier::Agency),
                "10",
                "5",
                "",
                "",
            ),
        ] {
            let words = Words {
                base: stated(base),
                tier,
                tier_pct: stated(tier_pct),
                volume_pct: stated(volume_pct),
                price: stated(price),
                negotiated: stated(negotiated),
            };
            assert_eq!(Words::read(rationale), Some(words), "{rationale}");
        }
    }

    #[test]
    fn other_words_are_not_read() {
        for rationale in ["", "Best we can do for you today.", "Our system suggests this price."] {
            assert_eq!(Words::read(rationale), None, "{rationale}");
        }
        let grouped = Words::read("Base price: $1,500.00 CPM | Agency tier: -10%").unwrap();
        assert_eq!(grouped.base, None);
    }

    #[test]
    fn a_written_number_stands_for_what_rounds_to_it() {
        let stated = Stated("12.82".parse().unwrap());
        for (exact, fits) in [("12.82", true), ("12.825", true), ("12.8251", false)] {
            assert_eq!(stated.is_about(exact.parse().unwrap()), fits, "{exact}");
        }
        assert!(Stated("13".parse().unwrap()).is_about("12.5".parse().unwrap()));
    }
}
