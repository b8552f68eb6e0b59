//! What is configured of how strategies play: for each its own prices, spend, rounds and clock. What a
//! plan says holds over it, and the desk's limits hold over both.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ALL, Amount, Parameter, Plan, Strategy, Value};
use crate::domain::Cpm;

/// What is configured of the strategies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presets {
    /// The one that plays where nothing is said; the first of [`ALL`] where nothing is configured.
    pub first: Option<String>,
    /// By strategy: the names of parameters with what they are set to.
    by_strategy: BTreeMap<String, Vec<(String, Value)>>,
}

impl Presets {
    /// The one that plays where nothing is said.
    pub fn first(&self) -> Option<&'static dyn Strategy> {
        let named = self.first.as_deref().and_then(super::by_name);
        named.or_else(|| ALL.first().copied())
    }

    /// Configures a parameter of a strategy.
    pub fn set(&mut self, strategy: &str, parameter: Parameter, value: Value) {
        self.by_strategy
            .entry(strategy.to_owned())
            .or_default()
            .push((parameter.name.to_owned(), value));
    }

    /// Whether a parameter of a strategy is configured.
    pub fn says(&self, strategy: &str, name: &str) -> bool {
        self.of(strategy).any(|(parameter, _)| parameter == name)
    }

    /// What a price of a strategy is configured as.
    pub fn price(&self, strategy: &str, name: &str) -> Option<Amount> {
        self.of(strategy).find(|(parameter, _)| parameter == name).and_then(
            |(_, value)| match value {
                Value::Price(price) => Some(*price),
                Value::Money(_) | Value::Count(_) => None,
            },
        )
    }

    /// A plan with what is configured for its strategy. Percentages are of the quoted price.
    pub fn lay_over(&self, plan: &mut Plan, quoted: Cpm) {
        let strategy = plan.strategy.clone();
        for (parameter, value) in self.of(&strategy) {
            plan.say(parameter, *value, quoted);
        }
    }

    fn of(&self, strategy: &str) -> impl Iterator<Item = &(String, Value)> {
        self.by_strategy.get(strategy).into_iter().flatten()
    }
}
