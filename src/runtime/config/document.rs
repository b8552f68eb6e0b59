//! Reads the TOML file value by value, so that every complaint names its line and column.

use std::{ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Origin, Setting,
    fault::{Fault, nearest},
    keys,
};
use crate::domain::money::typed::Understood;

/// The file while it is read: complaints and settings gather here.
#[derive(Debug)]
pub(super) struct Document<'t> {
    path: &'t Path,
    text: &'t str,
    /// What is wrong so far.
    pub(super) faults: Vec<Fault>,
    /// What is odd but may be meant.
    pub(super) notes: Vec<Fault>,
    /// Every value with its origin.
    pub(super) settings: Vec<Setting>,
    /// Amounts that are not written as plain figures, with what they were read as.
    pub(super) understood: Vec<Understood>,
}

/// A table of the file, or its absence.
#[derive(Debug, Clone)]
pub(super) struct Part<'t> {
    /// Its name in [`keys::SECTIONS`].
    section: &'static str,
    /// How settings name it: `limits`, `sellers.northlight`.
    pub(super) label: String,
    table: Option<&'t DeTable<'t>>,
    /// Where it is.
    pub(super) span: Range<usize>,
}

/// A value with its place.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

type Value<'t> = Spanned<DeValue<'t>>;

impl<'t> Part<'t> {
    /// The names and values of a table whose names are free.
    pub(super) fn free(&self) -> Vec<(Placed<String>, &'t Value<'t>)> {
        let entries = self.table.into_iter().flatten();
        entries
            .map(|(name, value)| {
                (Placed { value: name.get_ref().to_string(), span: name.span() }, value)
            })
            .collect()
    }

    /// The text called `name`, if it is there and is one.
    pub(super) fn peek(&self, name: &str) -> Option<&'t str> {
        self.table?.get(name)?.get_ref().as_str()
    }

    /// Where `name` is in `part`, if it is there.
    pub(super) fn span_of(&self, name: &str) -> Option<Range<usize>> {
        Some(self.table?.get(name)?.span())
    }
}

impl<'t> Document<'t> {
    pub(super) fn new(path: &'t Path, text: &'t str) -> Self {
        let (faults, notes, settings, understood) = Default::default();
        Self { path, text, faults, notes, settings, understood }
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

    /// Checks the names of the top level.
    pub(super) fn check_sections(&mut self, root: &'t DeTable<'t>) {
        let known = || keys::SECTIONS.iter().map(|s| s.name).filter(|name| !name.contains('.'));
        for (name, _) in root {
            let word: &str = name.get_ref();
            if !known().any(|section| section == word) {
                let at_home = keys::SECTIONS.iter().find(|s| s.keys.iter().any(|k| k.name == word));
                let cure = match (nearest(word, known()), at_home) {
                    (_, Some(home)) => format!("it belongs under [{}]", home.name),
                    (Some(near), None) => format!("did you mean [{near}]?"),
                    (None, None) => format!("known: {}", known().collect::<Vec<_>>().join(", ")),
                };
                self.fault(&name.span(), format!("unknown key `{}`", shown(word)), cure);
            }
        }
    }

    /// The table `section` of the top level, with its keys checked.
    pub(super) fn part(&mut self, root: &'t DeTable<'t>, section: &'static str) -> Part<'t> {
        let label = section.to_owned();
        match root.get(section) {
            None => Part { section, label, table: None, span: 0..0 },
            Some(value) => self.table(value, section, label),
        }
    }

    /// The table within `part`, with its keys checked.
    pub(super) fn inner(&mut self, part: &Part<'t>, name: &str, section: &'static str) -> Part<'t> {
        let label = section.to_owned();
        match part.table.and_then(|table| table.get(name)) {
            None => Part { section, label, table: None, span: part.span.clone() },
            Some(value) => self.table(value, section, label),
        }
    }

    /// The table called `name` in a part whose names are free.
    pub(super) fn named(&mut self, part: &Part<'t>, name: &str) -> Part<'t> {
        let (section, label) = (part.section, format!("{}.{name}", part.section));
        match part.table.and_then(|table| table.get(name)) {
            None => Part { section, label, table: None, span: part.span.clone() },
            Some(value) => self.table(value, section, label),
        }
    }

    /// Every `[[section]]` of the top level, with its keys checked.
    pub(super) fn parts(&mut self, root: &'t DeTable<'t>, section: &'static str) -> Vec<Part<'t>> {
        let Some(value) = root.get(section) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            let says = format!("`{section}` must be a list of tables");
            self.fault(&value.span(), says, format!("write [[{section}]] above each"));
            return Vec::new();
        };
        list.iter().map(|value| self.table(value, section, section.to_owned())).collect()
    }

    fn table(&mut self, value: &'t Value<'t>, section: &'static str, label: String) -> Part<'t> {
        let span = value.span();
        let Some(table) = value.get_ref().as_table() else {
            let kind = value.get_ref().type_str();
            self.fault(&span, format!("`{label}` must be a table, it is {}", a(kind)), "");
            return Part { section, label, table: None, span };
        };
        let known = keys::section(section).map_or(&[][..], |section| section.keys);
        for (name, _) in table {
            let word: &str = name.get_ref();
            if known.is_empty() || known.iter().any(|key| key.name == word) {
                continue;
            }
            let names = || known.iter().map(|key| key.name);
            let cure = nearest(word, names()).map_or_else(
                || format!("known: {}", names().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            self.fault(&name.span(), format!("unknown key `{}` in [{section}]", shown(word)), cure);
        }
        Part { section, label, table: Some(table), span }
    }

    /// Remembers a value with its origin for `config check`.
    pub(super) fn set(
        &mut self,
        key: String,
        value: impl Into<String>,
        span: Option<Range<usize>>,
    ) {
        let from = span.map_or(Origin::Default, |span| Origin::File(self.line(&span)));
        self.settings.push(Setting { key, value: value.into(), from });
    }

    /// What `name` is set to; where it is not set, that is remembered with what holds then.
    pub(super) fn value(&mut self, part: &Part<'t>, name: &str) -> Option<&'t Value<'t>> {
        let value = part.table.and_then(|table| table.get(name));
        if value.is_none() {
            let default = keys::default(part.section, name).unwrap_or("(not set)");
            self.set(format!("{}.{name}", part.label), default, None);
        }
        value
    }

    fn take<T>(
        &mut self,
        part: &Part<'t>,
        name: &str,
        must_be: &str,
        read: impl FnOnce(&'t DeValue<'t>) -> Option<(T, String)>,
    ) -> Option<Placed<T>> {
        let key = format!("{}.{name}", part.label);
        let value = self.value(part, name)?;
        let span = value.span();
        if let Some((value, shown)) = read(value.get_ref()) {
            self.set(key, shown, Some(span.clone()));
            return Some(Placed { value, span });
        }
        self.wrong(&key, must_be, value);
        None
    }

    /// Complains that a value is of the wrong kind, without repeating it: it may be a secret.
    pub(super) fn wrong(&mut self, key: &str, must_be: &str, value: &Value<'t>) {
        let this = misread(value.get_ref());
        self.fault(&value.span(), format!("`{key}` must be {must_be}; {this}"), "");
    }

    /// A text.
    pub(super) fn text(&mut self, part: &Part<'t>, name: &str) -> Option<Placed<String>> {
        self.take(part, name, "a text in quotes", |value| {
            let text = value.as_str()?.to_owned();
            let shown = shown(&text);
            Some((text, shown))
        })
    }

    /// One of these words.
    pub(super) fn choice(&mut self, part: &Part<'t>, name: &str, words: &[&str]) -> Option<String> {
        let Placed { value, span } = self.text(part, name)?;
        if words.contains(&value.as_str()) {
            return Some(value);
        }
        let cure = nearest(&value, words.iter().copied()).map_or_else(
            || format!("use one of: {}", words.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        self.fault(&span, format!("`{}` is no {name} the desk knows", shown(&value)), cure);
        None
    }

    /// A text that is never repeated.
    pub(super) fn secret(&mut self, part: &Part<'t>, name: &str) -> Option<Placed<String>> {
        self.take(part, name, "a text in quotes", |value| {
            Some((value.as_str()?.to_owned(), "(hidden)".to_owned()))
        })
    }

    /// A command: one line, or the program and what it is called with. Never repeated.
    pub(super) fn command(&mut self, part: &Part<'t>, name: &str) -> Option<Placed<Vec<String>>> {
        self.take(part, name, "a command in quotes, or a list of its words", |value| {
            Some((texts(value)?, "(hidden)".to_owned()))
        })
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, part: &Part<'t>, name: &str) -> Option<bool> {
        self.take(part, name, "true or false", |value| {
            let flag = value.as_bool()?;
            Some((flag, flag.to_string()))
        })
        .map(|placed| placed.value)
    }

    /// A whole number of `least..=most`.
    pub(super) fn number(
        &mut self,
        part: &Part<'t>,
        name: &str,
        (least, most): (u32, u32),
    ) -> Option<u32> {
        self.take(part, name, &format!("a whole number from {least} to {most}"), |value| {
            let number = value.as_integer().filter(|number| number.radix() == 10)?;
            let number: u32 = number.as_str().parse().ok()?;
            (least..=most).contains(&number).then(|| (number, number.to_string()))
        })
        .map(|placed| placed.value)
    }

    /// A list of texts; one text is a list of one.
    pub(super) fn texts(&mut self, part: &Part<'t>, name: &str) -> Vec<String> {
        self.take(part, name, "a list of texts", |value| {
            let list = texts(value)?;
            let shown = list.iter().map(|text| shown(text)).collect::<Vec<_>>().join(", ");
            Some((list, shown))
        })
        .map(|placed| placed.value)
        .unwrap_or_default()
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

/// A text or a list of texts.
pub(super) fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    if let Some(text) = value.as_str() {
        return Some(vec![text.to_owned()]);
    }
    value.as_array()?.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
}

/// A word of the file, safe to print.
pub(super) fn shown(text: &str) -> String {
    crate::domain::text::clean(text, 80)
}

fn a(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'i', 'o', 'u', 'e']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}
