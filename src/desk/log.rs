//! What happened lately, newest last: facts, exchanges with sellers, and words for the person.
//! A ring of fixed size; its words are made when they are drawn.

use std::{collections::VecDeque, sync::Arc};

use jiff::Timestamp;

use super::fact::Entry;
use crate::domain::{Exchange, Refusal};

/// How many lines are kept in memory. The journal keeps every fact.
pub const LINES: usize = 2_000;

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Level {
    /// An exchange that went well.
    Debug,
    /// A fact.
    Info,
    /// Something to look at.
    Warn,
    /// Something went wrong.
    #[strum(to_string = "err")]
    Error,
}

/// One line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Counts every line ever made, so that a view can tell what is new.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What a line is about.
#[derive(Debug, Clone)]
pub enum What {
    /// A fact.
    Fact(Arc<Entry>),
    /// An exchange with a seller, with what went wrong.
    Exchange(Arc<Exchange>, Option<String>),
    /// A refusal of our own.
    Refused(Arc<Refusal>),
}

/// The newest lines.
#[derive(Debug, Clone, Default)]
pub struct Log {
    lines: VecDeque<Line>,
    made: u64,
}

impl Log {
    /// Adds a line.
    pub fn push(&mut self, at: Timestamp, what: What) {
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        self.made += 1;
        self.lines.push_back(Line { number: self.made, at, what });
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> &VecDeque<Line> {
        &self.lines
    }

    /// How many lines were ever made.
    pub fn made(&self) -> u64 {
        self.made
    }
}
