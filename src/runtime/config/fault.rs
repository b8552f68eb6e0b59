//! What is wrong in a configuration file: where, what, and what to write instead.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// One thing that is wrong in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// Line and column, both from 1; `None` where the file as a whole is meant.
    pub place: Option<(usize, usize)>,
    /// What is wrong. Never holds a secret.
    pub says: String,
    /// What to do about it; may be empty.
    pub cure: String,
}

impl Fault {
    /// A fault of the whole file.
    pub fn of_file(path: &Path, says: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { path: path.to_owned(), place: None, says: says.into(), cure: cure.into() }
    }

    /// A fault at byte `offset` of `text`.
    pub fn at(
        path: &Path,
        text: &str,
        offset: usize,
        says: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        let place = Some(place(text, offset));
        Self { path: path.to_owned(), place, says: says.into(), cure: cure.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.says)?;
        if !self.cure.is_empty() {
            write!(f, "; {}", self.cure)?;
        }
        Ok(())
    }
}

/// Everything that is wrong with a configuration, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl From<Fault> for ConfigError {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }
}

/// Line and column of a byte offset, both from 1; columns count characters, as editors do.
pub(super) fn place(text: &str, offset: usize) -> (usize, usize) {
    let offset = offset.min(text.len());
    let offset = (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

/// The name among `known` that `word` was most likely meant to be, if any comes close.
pub(super) fn nearest<'n>(word: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let folded = word.to_lowercase().replace('-', "_");
    known
        .into_iter()
        .map(|name| (strsim::levenshtein(&folded, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count().min(folded.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// What to write in the place of `word`: the nearest of the known names, or all of them.
pub(super) fn meant<'n>(word: &str, known: impl IntoIterator<Item = &'n str>, all: &str) -> String {
    let known: Vec<_> = known.into_iter().collect();
    nearest(word, known.iter().copied()).map_or_else(
        || format!("{all}: {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_as_editors_count() {
        assert_eq!(place("a\nbä c", 0), (1, 1));
        assert_eq!(place("a\nbä c", 5), (2, 3));
        assert_eq!(place("a\nbä c", 4), (2, 2), "an offset inside a letter is that letter");
        assert_eq!(place("a", 99), (1, 2));
    }

    #[test]
    fn the_nearest_name_is_close_or_none() {
        let known = ["api_key_env", "api_key_file", "bearer_token_env", "url", "attempts"];
        for (word, expect) in [
            ("api_kye_env", Some("api_key_env")),
            ("api-key-file", Some("api_key_file")),
            ("ulr", Some("url")),
            ("URL", Some("url")),
            ("attempt", Some("attempts")),
            ("favourite_colour", None),
        ] {
            assert_eq!(nearest(word, known), expect, "{word}");
        }
    }
}
