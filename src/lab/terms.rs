//! How the strategies play in the lab: the plan of a negotiation, in CPM or in percent of the quote, so
//! that one plan fits products of any price.

use std::str::FromStr;

use rust_decimal::Decimal;

pub use crate::domain::strategy::Amount;
use crate::domain::{money::typed, strategy::Options};

/// A plan for any quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The opening offer.
    pub target: Amount,
    /// Never offered or accepted more.
    pub max: Amount,
    /// What is given a round.
    pub step: Amount,
    /// Rounds that are played at most.
    pub rounds: u32,
    /// What else the strategies are told.
    pub options: Options,
}

impl Default for Terms {
    fn default() -> Self {
        let percent = |number: i64| Amount::Percent(Decimal::from(number));
        let (target, max, step) = (percent(80), percent(98), percent(3));
        Self { target, max, step, rounds: 5, options: Options::default() }
    }
}

/// A parameter that is varied: `target=18..24`, `max=90%..98%`, `rounds=2..8`, with `/2` for its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    which: Which,
    from: Amount,
    to: Decimal,
    by: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
enum Which {
    Target,
    Max,
    Step,
    Rounds,
}

/// The most values that one sweep has.
const MOST: usize = 50;

impl FromStr for Sweep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |says: &str| format!("{text:?}: {says}; write target=18..24 or max=90%..98%/2");
        let (name, range) = text.split_once('=').ok_or_else(|| wrong("no parameter"))?;
        let which = Which::from_str(name)
            .map_err(|_| wrong("only target, max, step and rounds are varied"))?;
        let (range, by) = range.split_once('/').map_or((range, "1"), |(range, by)| (range, by));
        let (from, to) = range.split_once("..").ok_or_else(|| wrong("no range"))?;
        let (from, to): (Amount, Amount) = (from.parse()?, to.parse()?);
        let by = typed::factor(by).ok();
        let by = by.filter(|by| *by > Decimal::ZERO);
        let by = by.ok_or_else(|| wrong("its step is not above zero"))?;
        let mixed = matches!(from, Amount::Cpm(_)) != matches!(to, Amount::Cpm(_));
        if mixed {
            return Err(wrong("one end is a share of the quote, the other is not"));
        }
        if which == Which::Rounds && (matches!(from, Amount::Percent(_)) || by.scale() > 0) {
            return Err(wrong("rounds are whole numbers"));
        }
        let sweep = Self { which, from, to: to.number(), by };
        match sweep.values().take(MOST + 1).count() {
            0 => Err(wrong("it ends before it begins")),
            many if many > MOST => Err(wrong("that is more than 50 values")),
            _ => Ok(sweep),
        }
    }
}

impl Sweep {
    fn values(self) -> impl Iterator<Item = Decimal> {
        let first = self.from.number();
        std::iter::successors(Some(first), move |at| at.checked_add(self.by))
            .take_while(move |at| *at <= self.to)
    }

    /// The terms with each value in turn.
    pub fn over(self, terms: Terms) -> Vec<Terms> {
        let with = |value: Decimal| {
            let amount = self.from.with(value);
            match self.which {
                Which::Target => Terms { target: amount, ..terms },
                Which::Max => Terms { max: amount, ..terms },
                Which::Step => Terms { step: amount, ..terms },
                Which::Rounds => {
                    let rounds = value.trunc().try_into().unwrap_or(terms.rounds);
                    Terms { rounds, ..terms }
                }
            }
        };
        self.values().map(with).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_sweeps_are_read_or_refused_with_the_cure() {
        let amount = |text: &str| text.parse::<Amount>();
        assert_eq!(amount("80%").unwrap().of("27.36".parse().unwrap()).to_string(), "21.89");
        assert_eq!(amount("22.5").unwrap().to_string(), "22.50");
        assert!(amount("-1").is_err() && amount("x%").is_err());
        let over = |text: &str| text.parse::<Sweep>().map(|sweep| sweep.over(Terms::default()));
        assert_eq!(over("target=18..24").unwrap().len(), 7);
        assert_eq!(over("max=90%..98%/2").unwrap().len(), 5);
        assert_eq!(over("rounds=2..4").unwrap().iter().map(|t| t.rounds).sum::<u32>(), 9);
        for wrong in
            ["target", "price=1..2", "max=1..90%", "target=9..1", "target=1..99", "step=1..2/0"]
        {
            assert!(over(wrong).unwrap_err().contains("write"), "{wrong}");
        }
    }
}
