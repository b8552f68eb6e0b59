//! Reads the TOML file by serde, so that every complaint names its line and column.
//!
//! Serde stops at the first thing that is wrong. That is complained about and taken out, and what is
//! left is read again: so a person is told everything at once.

use std::{ops::Range, path::Path};

use serde::Deserialize as _;
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer},
};

use super::{
    ConfigError, Origin, Setting,
    fault::{Fault, meant, nearest},
    keys::{self, File, Section, Text},
    tree::{find, hide, take_out},
};
use crate::domain::{money::typed::Understood, text};

/// After so many complaints the rest of a file is not read: it is no configuration.
const MOST_FAULTS: usize = 100;

/// The file while it is read: complaints and settings gather here.
#[derive(Debug)]
pub(super) struct Document<'t> {
    path: &'t Path,
    text: &'t str,
    /// What is written, with numbers as their text.
    root: DeValue<'t>,
    /// What is wrong so far.
    pub(super) faults: Vec<Fault>,
    /// What is odd but may be meant.
    pub(super) notes: Vec<Fault>,
    /// Every value with its origin.
    pub(super) settings: Vec<Setting>,
    /// Amounts that are not written as plain figures, with what they were read as.
    pub(super) understood: Vec<Understood>,
}

impl<'t> Document<'t> {
    /// Reads the text of a file, with complaints about everything that does not fit its keys.
    ///
    /// # Errors
    /// Where it is not TOML.
    pub(super) fn parse(path: &'t Path, text: &'t str) -> Result<(Self, File), ConfigError> {
        // The message alone: the error's own display repeats the line, which may hold a key.
        let mut left = DeTable::parse(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            let says = format!("this is not TOML: {}", text::clean(error.message(), 200));
            ConfigError::from(Fault::at(path, text, offset, says, ""))
        })?;
        let root = DeValue::Table(left.get_ref().clone());
        let (faults, notes, settings, understood) = Default::default();
        let mut document = Self { path, text, root, faults, notes, settings, understood };
        for (name, value) in left.get_mut().iter_mut() {
            hide(value.get_mut(), *name.get_ref() == "sellers");
        }
        loop {
            let error = match File::deserialize(Deserializer::from(left.clone())) {
                Ok(file) => {
                    document.list(left.get_ref());
                    return Ok((document, file));
                }
                Err(error) => error,
            };
            let span = error.span().unwrap_or_default();
            let names = take_out(left.get_mut(), &span).unwrap_or_default();
            document.misfit(error.message(), &span, &names);
            if names.is_empty() || document.faults.len() >= MOST_FAULTS {
                return Ok((document, File::default()));
            }
        }
    }

    /// Complains about the value at `span`.
    pub(super) fn fault(
        &mut self,
        span: &Range<usize>,
        says: impl Into<String>,
        cure: impl Into<String>,
    ) {
        self.faults.push(Fault::at(self.path, self.text, span.start, says, cure));
    }

    /// Remarks on the value at `span`.
    pub(super) fn note(
        &mut self,
        span: &Range<usize>,
        says: impl Into<String>,
        cure: impl Into<String>,
    ) {
        self.notes.push(Fault::at(self.path, self.text, span.start, says, cure));
    }

    /// The line of a span.
    pub(super) fn line(&self, span: &Range<usize>) -> usize {
        super::fault::place(self.text, span.start).0
    }

    /// The value at `span`, as it is written.
    pub(super) fn at(&self, span: &Range<usize>) -> DeValue<'t> {
        find(&self.root, span).cloned().unwrap_or(DeValue::Boolean(false))
    }

    /// Complains about what serde stopped at, in our words. `names` lead to it.
    fn misfit(&mut self, message: &str, span: &Range<usize>, names: &[String]) {
        if message.starts_with("unknown field") {
            return self.unknown(span, names);
        }
        let key = names.join(".");
        // Before it serde repeats the value, which may be a secret.
        let must_be = message.rsplit_once(", expected ").map_or(message, |(_, expected)| expected);
        match must_be {
            "a sequence" => {
                let says = format!("`{key}` must be a list of tables");
                self.fault(span, says, format!("write [[{key}]] above each"));
            }
            "a map" => self.not_a_table(&key, span),
            of_ours if of_ours.starts_with("struct ") => self.not_a_table(&key, span),
            "a string" => self.wrong(&key, "a text in quotes", span),
            "a boolean" => self.wrong(&key, "true or false", span),
            no_texts if no_texts.starts_with("data did not match") => {
                let must_be = match names.first().map(String::as_str) {
                    Some("keys") => "a key in quotes, or a list of them",
                    Some("sellers") => "a command in quotes, or a list of its words",
                    Some(_) | None => "a list of texts",
                };
                self.wrong(&key, must_be, span);
            }
            other => self.wrong(&key, other, span),
        }
    }

    fn not_a_table(&mut self, key: &str, span: &Range<usize>) {
        let value = self.at(span);
        // The header `[[limits]]` is the place of a list and of the first table in it.
        let kind = if value.as_table().is_some() { "array" } else { value.type_str() };
        self.fault(span, format!("`{key}` must be a table, it is {}", a(kind)), "");
    }

    /// Complains about a key that nobody knows, with the one that was most likely meant.
    fn unknown(&mut self, span: &Range<usize>, names: &[String]) {
        let word = names.last().map_or("", String::as_str);
        let above = names.first().filter(|_| names.len() > 1);
        if let Some(section) = above.and_then(|name| keys::section(name)) {
            let known = section.keys.iter().map(|key| key.name);
            let says = format!("unknown key `{word}` in [{}]", section.name);
            return self.fault(span, says, meant(word, known, "known"));
        }
        let sections = || keys::SECTIONS.iter().filter(|section| !section.name.contains('.'));
        let names = || sections().map(|section| section.name);
        let home = sections().find(|section| section.keys.iter().any(|key| key.name == word));
        let cure = match (home, nearest(word, names())) {
            (Some(home), _) => format!("it belongs under [{}]", home.name),
            (None, Some(near)) => format!("did you mean [{near}]?"),
            (None, None) => meant(word, names(), "known"),
        };
        self.fault(span, format!("unknown key `{word}`"), cure);
    }

    /// Remembers every key of the table with what it is set to, or with what holds where it is not.
    fn list(&mut self, root: &DeTable<'_>) {
        for section in keys::SECTIONS {
            let value = root.get(section.name).map(Spanned::get_ref);
            match value.and_then(DeValue::as_array) {
                Some(blocks) => blocks.iter().for_each(|block| {
                    // The settings of a seller are listed under its name.
                    let table = block.get_ref().as_table();
                    let name = table.and_then(|table| table.get("name")?.get_ref().as_str());
                    let label = format!("{}.{}", section.name, shown(name.unwrap_or("?")));
                    self.list_keys(section, &label, table);
                }),
                None if section.name == "sellers" => {}
                None => self.list_keys(section, section.name, value.and_then(DeValue::as_table)),
            }
        }
    }

    fn list_keys(&mut self, section: &Section, label: &str, table: Option<&DeTable<'_>>) {
        // A key that the example does not show is a table of its own.
        for key in section.keys.iter().filter(|key| !key.example.is_empty()) {
            let value = table.and_then(|table| table.get(key.name));
            let words = match value.map(Spanned::get_ref) {
                None => key.default.unwrap_or("(not set)").to_owned(),
                Some(_) if key.is_secret() => "(hidden)".to_owned(),
                Some(value) => in_words(value),
            };
            let from = self.origin(value.map(Spanned::span));
            let key = format!("{label}.{}", key.name);
            self.settings.push(Setting { key, value: words, from });
        }
    }

    fn origin(&self, span: Option<Range<usize>>) -> Origin {
        span.map_or(Origin::Default, |span| Origin::File(self.line(&span)))
    }

    /// Remembers a value with its origin for `config check`, in the place that is kept for it.
    pub(super) fn set(&mut self, key: String, value: String, span: Range<usize>) {
        let setting = Setting { key, value, from: self.origin(Some(span)) };
        match self.settings.iter_mut().rfind(|known| known.key == setting.key) {
            Some(known) => *known = setting,
            None => self.settings.push(setting),
        }
    }

    /// Complains that a value is of the wrong kind, without repeating it: it may be a secret.
    pub(super) fn wrong(&mut self, key: &str, must_be: &str, span: &Range<usize>) {
        let this = misread(&self.at(span));
        self.fault(span, format!("`{key}` must be {must_be}; {this}"), "");
    }

    /// One of these words.
    pub(super) fn choice(
        &mut self,
        name: &str,
        value: Option<Text>,
        words: &[&str],
    ) -> Option<String> {
        let (span, value) = value.map(|value| (value.span(), value.into_inner()))?;
        if words.contains(&value.as_str()) {
            return Some(value);
        }
        let cure = meant(&value, words.iter().copied(), "use one of");
        self.fault(&span, format!("`{}` is no {name} the desk knows", shown(&value)), cure);
        None
    }
}

/// Why a value is not what it should be, in words. It is not repeated: it may be a secret.
fn misread(value: &DeValue<'_>) -> String {
    /// The most digits that an amount has.
    const MOST_DIGITS: usize = 28;
    let (integer, float) = (value.as_integer(), value.as_float());
    if let Some(number) = integer.filter(|number| number.radix() != 10) {
        let base = number.radix();
        return format!("this is written to the base {base}: write it with the digits 0 to 9");
    }
    let number = match (integer, float) {
        (Some(number), _) => Some(number.as_str()),
        (None, Some(number)) => Some(number.as_str()),
        (None, None) => None,
    };
    let digits = number.map_or(0, |number| number.bytes().filter(u8::is_ascii_digit).count());
    if number.is_some_and(|number| number.starts_with('-')) {
        "this is negative".to_owned()
    } else if digits > MOST_DIGITS {
        format!("this has {digits} digits, and no more than {MOST_DIGITS} are kept exactly")
    } else {
        format!("this is {}", a(value.type_str()))
    }
}

/// A value of the file, as `config check` lists it. Numbers with decimals are listed anew by whoever reads
/// their text.
fn in_words(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => shown(text),
        DeValue::Array(list) => {
            list.iter().map(|value| in_words(value.get_ref())).collect::<Vec<_>>().join(", ")
        }
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Integer(number) => number.as_str().trim_start_matches('+').to_owned(),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => String::new(),
    }
}

/// A word of the file, safe to print.
pub(super) fn shown(text: &str) -> String {
    crate::domain::text::clean(text, 80)
}

fn a(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'i', 'o', 'u', 'e']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let (document, _) = Document::parse(Path::new("c.toml"), text).unwrap();
        document.faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_serde_would_take_for_something_else_is_refused_as_it_is_written() {
        for (text, expect) in [
            ("limits = [\"USD\"]", "1:10: `limits` must be a table, it is an array"),
            ("[[limits]]", "1:1: `limits` must be a table, it is an array"),
            ("desk = 2026-12-01", "1:8: `desk` must be a table, it is a datetime"),
            ("limits.cpm = 2026-12-01", "1:14: `limits.cpm` must be a table, it is a datetime"),
            ("[[limits.rates]]", "1:1: `limits.rates` must be a table, it is an array"),
            ("sellers = [[\"a\"]]", "1:12: `sellers` must be a table, it is an array"),
            (
                "sellers = 3",
                "1:11: `sellers` must be a list of tables; write [[sellers]] above each",
            ),
            (
                "desk.ask_wait_s = 0x1e",
                "1:19: `desk.ask_wait_s` must be a whole number from 1 to 3600; this is written to the \
                 base 16: write it with the digits 0 to 9",
            ),
            (
                "desk.ask_wait_s = 2.0",
                "1:19: `desk.ask_wait_s` must be a whole number from 1 to 3600; this is a float",
            ),
            ("desk.bell = 1e999", "1:13: `desk.bell` must be true or false; this is a float"),
            (
                "private.clients = [\"a\", 3]",
                "1:19: `private.clients` must be a list of texts; this is an array",
            ),
            (
                "sellers = [{ name = \"a\", api_key = 7, api_key_command = [1] }]",
                "1:36: `sellers.a.api_key` must be a text in quotes; this is an integer\n\
                 1:57: `sellers.a.api_key_command` must be a command in quotes, or a list of its words; \
                 this is an array",
            ),
        ] {
            let mut faults = faults(text);
            faults.sort();
            let expect: Vec<_> = expect.lines().map(|line| format!("c.toml:{line}")).collect();
            assert_eq!(faults, expect, "{text}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_up_to_a_bound() {
        let odd =
            |count| (0..count).map(|n| format!("odd{n} = {n}\n")).collect::<Vec<_>>().concat();
        assert_eq!(faults(&odd(MOST_FAULTS * 2)).len(), MOST_FAULTS);
        assert_eq!(faults(&odd(50)).len(), 50);
    }
}
