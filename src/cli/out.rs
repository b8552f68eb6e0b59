//! The only place that prints: data on stdout, words on stderr. A closed pipe is not an error.

use std::io::{self, IsTerminal as _, Write as _};

use super::{looks, table::Table};
use crate::{json::At, runtime::config::Environment, tui::Depth};

/// How output looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    /// `--json`.
    pub(crate) json: bool,
    /// Whether stdout is a terminal.
    pub(crate) tty: bool,
    /// How many colours are used on stdout.
    pub(crate) depth: Depth,
}

/// When colour is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal that has some, unless `NO_COLOR` says no; elsewhere if `CLICOLOR_FORCE` or
    /// `FORCE_COLOR` says so.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A time for a person, to the second: `2026-06-18 14:29:56Z`.
pub(crate) fn time(at: impl Into<At>) -> String {
    at.into().0.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// What a person sees where a script sees JSON.
#[derive(Debug, Clone)]
pub(crate) enum Shown {
    /// Rows.
    Table(Table),
    /// Lines.
    Text(String),
}

impl Out {
    pub(crate) fn new(json: bool, color: Color, environment: &Environment) -> Self {
        let tty = io::stdout().is_terminal();
        Self { json, tty, depth: looks::depth(color, tty, environment) }
    }

    /// Data.
    pub(crate) fn data(self, shown: &Shown) -> io::Result<()> {
        match shown {
            Shown::Table(table) if self.tty => line(&table.aligned(self.depth != Depth::None)),
            Shown::Table(table) => line(&table.tsv()),
            Shown::Text(text) => line(text),
        }
    }
}

/// A line of data on stdout.
pub(crate) fn line(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let text = text.trim_end_matches('\n');
    if !text.is_empty() {
        writeln!(stdout, "{text}")?;
    }
    stdout.flush()
}

/// Words for a person on stderr. Nobody can be told that these fail.
pub(crate) fn words(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "{text}");
}

/// Words about progress, only if somebody watches.
pub(crate) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        words(text);
    }
}

/// Whether a person sits at both ends.
pub(crate) fn at_a_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Lines that may hold a seller's words, safe to print: line breaks stay, all else is cleaned.
pub(crate) fn cleaned(text: &str) -> String {
    let lines = text.lines().map(|line| crate::domain::text::clean(line, 400));
    lines.collect::<Vec<_>>().join("\n")
}
