//! What is looked at before money leaves: checks that pass, warn, ask once more, or stop; and why the
//! desk will not do something.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Why the desk will not do something: the rule, in words, and what would change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The rule's short name.
    pub rule: String,
    /// What it says here.
    pub says: String,
    /// What would change it.
    pub cure: String,
}

impl Refusal {
    /// A refusal by `rule`.
    pub fn new(rule: &str, says: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { rule: rule.to_owned(), says: says.into(), cure: cure.into() }
    }
}

impl std::fmt::Display for Refusal {
    /// On one line: `what it says → what would change it`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} → {}", self.says, self.cure)
    }
}

/// What a person must type, beside the price, before something unusual is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// This word: the desk or the seller is halted.
    Word(String),
    /// What the whole deal costs: something about it is out of the usual (safety.md S11).
    Cost(Decimal),
}

/// One line of a ticket's checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// Whether nothing stands in the way.
    pub ok: bool,
    /// The numbers, in words.
    pub says: String,
    /// What would make it pass.
    pub cure: String,
    /// Whether a person should look at it although it passes.
    #[serde(default)]
    pub warns: bool,
    /// What a person must type to pass it; it stops whoever does not.
    #[serde(default)]
    pub asks: Option<Question>,
}

impl From<Refusal> for Check {
    /// The check that failed because of a refusal.
    fn from(refusal: Refusal) -> Self {
        Self::fail(&refusal.rule, refusal.says, refusal.cure)
    }
}

impl Check {
    /// A check that passed.
    pub fn pass(name: &str, says: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            ok: true,
            says: says.into(),
            cure: String::new(),
            warns: false,
            asks: None,
        }
    }

    /// A check that passed, and should be looked at.
    pub fn warn(name: &str, says: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { warns: true, cure: cure.into(), ..Self::pass(name, says) }
    }

    /// A check that failed.
    pub fn fail(name: &str, says: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { ok: false, cure: cure.into(), ..Self::pass(name, says) }
    }

    /// A check that asks once more: it fails until `question` is answered.
    pub fn ask(
        name: &str,
        says: impl Into<String>,
        cure: impl Into<String>,
        question: Question,
    ) -> Self {
        Self { asks: Some(question), ..Self::fail(name, says, cure) }
    }

    /// Whether it stops a ticket, whatever is typed.
    pub fn stops(&self) -> bool {
        !self.ok && self.asks.is_none()
    }

    /// The refusal it stands for.
    pub fn refusal(&self) -> Refusal {
        Refusal::new(&self.name, &self.says, &self.cure)
    }
}
