//! What a person gives an automatic player: how it plays, and where it must stop.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Amount;
use crate::domain::{
    Cost, Cpm, Currency, Refusal,
    money::{
        self,
        typed::{self, Mistyped, written},
    },
};

/// How it plays and where it must stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Name of the strategy.
    pub strategy: String,
    /// Our opening offer.
    pub target: Cpm,
    /// What it never offers or accepts more than.
    pub max: Cpm,
    /// How much it gives per round; for strategies that give a fixed step.
    pub step: Decimal,
    /// How many rounds it plays at most.
    pub rounds: u32,
    /// What may be said beyond that.
    #[serde(default, skip_serializing_if = "Options::is_plain")]
    pub options: Options,
}

/// What may be said beyond target, maximum, step and rounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// How many rounds it plays before it takes the first price within the maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<u32>,
    /// How steep a time-dependent tactic is, 2 to 10: see the tactic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<u32>,
    /// The most that the whole quote may cost at the price it agrees to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<Cost>,
    /// Seconds it plays at most, from its first offer on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
}

impl Options {
    /// Whether nothing beyond was said.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// A number that a plan takes, by the name it has in the configuration, in the ticket and on the
/// command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it does, with its unit.
    pub doc: &'static str,
    /// What it is.
    pub takes: Takes,
    /// A value as the configuration writes it.
    pub example: &'static str,
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A price, CPM. In the configuration it may be a share of the quote.
    Price,
    /// Money, in the quote's currency.
    Money,
    /// A whole number from the least to the most.
    Count(u32, u32),
}

/// What a parameter is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A price.
    Price(Amount),
    /// Money.
    Money(Decimal),
    /// A whole number.
    Count(u32),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Price(amount) => amount.fmt(f),
            Self::Money(amount) => f.pad(&money::plain(*amount)),
            Self::Count(count) => count.fmt(f),
        }
    }
}

impl Parameter {
    const fn new(
        name: &'static str,
        takes: Takes,
        example: &'static str,
        doc: &'static str,
    ) -> Self {
        Self { name, doc, takes, example }
    }

    /// What is typed, as a value; amounts are of `currency`, where that is known.
    ///
    /// # Errors
    /// What is wrong with it: `is not a price like 22.50 …`, `it can be 1.40 or 1400 …`.
    pub fn read(&self, typed: &str, currency: Option<Currency>) -> Result<Value, String> {
        self.understand(typed, currency).map_err(|no| match &no {
            Mistyped::Not(_) => format!("is not {}", self.must_be()),
            Mistyped::Two(..) | Mistyped::Currency(..) => no.to_string(),
        })
    }

    /// As [`Self::read`].
    ///
    /// # Errors
    /// Where it is none, has two readings, or is in another currency.
    pub fn understand(&self, text: &str, currency: Option<Currency>) -> Result<Value, Mistyped> {
        match self.takes {
            Takes::Price => Amount::read(text, currency).map(Value::Price),
            Takes::Money => super::amount::of(text, currency).map(Value::Money),
            Takes::Count(..) => self.counted(typed::whole(text)?),
        }
    }

    /// What a number of the configuration says, written as programs write it.
    ///
    /// # Errors
    /// Where it is none.
    pub fn of_a_program(&self, number: &str) -> Result<Value, Mistyped> {
        let none = || Mistyped::Not(String::new());
        let read = typed::of_a_program(number).ok_or_else(none)?;
        match self.takes {
            Takes::Price => Ok(Value::Price(Amount::Cpm(read))),
            Takes::Money => Ok(Value::Money(read)),
            Takes::Count(..) if number.contains(['.', 'e', 'E']) => Err(none()),
            Takes::Count(..) => self.counted(u64::try_from(read).map_err(|_| none())?),
        }
    }

    fn counted(&self, number: u64) -> Result<Value, Mistyped> {
        let Takes::Count(least, most) = self.takes else {
            return Err(Mistyped::Not(String::new()));
        };
        let fits = u32::try_from(number).ok().filter(|number| (least..=most).contains(number));
        fits.map(Value::Count).ok_or_else(|| Mistyped::Not(String::new()))
    }

    /// What it must be, in words.
    pub fn must_be(&self) -> String {
        match self.takes {
            Takes::Price => "a price like 22.50, or a share of the quote like \"80%\"".to_owned(),
            Takes::Money => "an amount like 12_500.00".to_owned(),
            Takes::Count(least, most) => format!("a whole number from {least} to {most}"),
        }
    }
}

impl Plan {
    /// Why it is no plan: prices that are none, or a target above the maximum.
    pub fn fault(&self) -> Option<Refusal> {
        let positive = [self.target, self.max].iter().all(|cpm| cpm.amount() > Decimal::ZERO);
        let is_none = !positive || self.step < Decimal::ZERO || self.target > self.max;
        let (target, max, step) = (self.target.plain(), self.max.plain(), self.step);
        let says = format!("target {target}, maximum {max}, step {step} make no plan");
        let cure = "give 0 < target ≤ max, and a step of 0 or more";
        is_none.then(|| Refusal::new("plan", says, cure))
    }

    /// Sets the parameter called `name`. A percentage is of the quoted price.
    pub fn say(&mut self, name: &str, value: Value, quoted: Cpm) {
        let currency = quoted.currency();
        match (name, value) {
            ("target", Value::Price(price)) => {
                self.target = Cpm::new(price.of(quoted), currency);
            }
            ("max", Value::Price(price)) => {
                self.max = Cpm::new(price.of(quoted), currency);
            }
            ("step", Value::Price(step)) => self.step = step.of(quoted),
            ("spend", Value::Money(spend)) => {
                self.options.spend = Some(Cost::new(spend, currency));
            }
            ("rounds", Value::Count(rounds)) => self.rounds = rounds,
            ("seconds", Value::Count(seconds)) => self.options.seconds = Some(seconds),
            ("patience", Value::Count(rounds)) => self.options.patience = Some(rounds),
            ("shape", Value::Count(shape)) => self.options.shape = Some(shape),
            // No parameter has another name or kind: a test goes through them all.
            (_, Value::Price(_) | Value::Money(_) | Value::Count(_)) => {}
        }
    }

    /// What the parameter called `name` is set to, as it is typed; `None` where nothing is said.
    pub fn said(&self, name: &str) -> Option<String> {
        let count = |count: Option<u32>| count.map(|count| count.to_string());
        match name {
            "target" => Some(written(self.target.amount(), self.target.currency())),
            "max" => Some(written(self.max.amount(), self.max.currency())),
            "step" => Some(written(self.step, self.max.currency())),
            "spend" => self.options.spend.map(|spend| written(spend.amount(), spend.currency())),
            "rounds" => Some(self.rounds.to_string()),
            "seconds" => count(self.options.seconds),
            "patience" => count(self.options.patience),
            "shape" => count(self.options.shape),
            _ => None,
        }
    }
}

/// What every strategy takes.
pub const COMMON: &[Parameter] = &[
    Parameter::new("target", Takes::Price, "\"80%\"", "the opening offer, CPM"),
    Parameter::new("max", Takes::Price, "\"95%\"", "never offered or accepted more, CPM"),
    Parameter::new("rounds", Takes::Count(1, 100), "5", "rounds it plays at most"),
    Parameter::new("spend", Takes::Money, "12_500", "the most the whole quote may cost"),
    Parameter::new(
        "seconds",
        Takes::Count(1, 86_400),
        "120",
        "seconds it plays at most, from its first offer on",
    ),
];

/// What it gives a round.
pub(super) const STEP: Parameter =
    Parameter::new("step", Takes::Price, "0.50", "what it gives a round, CPM");

/// How long it waits with its yes.
pub(super) const PATIENCE: Parameter = Parameter::new(
    "patience",
    Takes::Count(0, 100),
    "2",
    "rounds it plays before it takes the first price within the maximum",
);

/// How steep it is.
pub(super) const SHAPE: Parameter = Parameter::new(
    "shape",
    Takes::Count(2, 10),
    "3",
    "how steep it is, 2 to 10; 3 if nothing is said",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::strategy::{ALL, parameters};

    #[test]
    fn every_parameter_of_every_strategy_is_read_set_and_told_again() {
        let quoted = Cpm::usd(Decimal::from(20));
        for strategy in ALL {
            let plan = Plan {
                strategy: strategy.name().to_owned(),
                target: quoted,
                max: quoted,
                step: Decimal::ZERO,
                rounds: 9,
                options: Options::default(),
            };
            for parameter in parameters(*strategy) {
                let typed = match parameter.takes {
                    Takes::Price | Takes::Money => "12.50",
                    Takes::Count(..) => "7",
                };
                let mut changed = plan.clone();
                let value = parameter.read(typed, Some(Currency::USD)).unwrap();
                changed.say(parameter.name, value, quoted);
                assert_ne!(changed, plan, "{}", parameter.name);
                assert_eq!(changed.said(parameter.name).as_deref(), Some(typed));
                let is_count = matches!(parameter.takes, Takes::Count(..));
                // Nobody writes decimals of seconds: that is grouped.
                let grouped = if is_count { "1,4" } else { "1,400" };
                for wrong in ["many", "-1", grouped] {
                    assert!(parameter.read(wrong, None).is_err(), "{wrong}");
                }
            }
        }
        assert_eq!(STEP.read("5%", None), Ok(Value::Price(Amount::Percent(5.into()))));
        assert_eq!(SHAPE.read("11", None), Err("is not a whole number from 2 to 10".to_owned()));
        let two = "it can be 1.40 or 1400: write it like one of these".to_owned();
        assert_eq!(STEP.read("1,400", None), Err(two));
        assert!(STEP.read("1.50 EUR", Some(Currency::USD)).is_err());
    }
}
