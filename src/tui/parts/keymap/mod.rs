//! Every key of the desk, from tables: dispatch, footer, `?` help, the README's key list and the
//! `[keys]` section of the configuration are made from them.
//!
//! Each screen has a table (`actions!`) in a file of this folder. One key has one meaning in the whole desk:
//! two rows with the same verb share their keys, two verbs never do.

pub(crate) mod board;
mod checks;
pub(crate) mod deal;
pub(crate) mod desk;
pub(crate) mod kit;
pub(crate) mod ladder;
pub(crate) mod log;
pub(crate) mod quotes;
pub(crate) mod sellers;
mod table;

use std::collections::BTreeMap;

pub use checks::KeyError;
use checks::{check_first_key, check_ticket_key};
pub(crate) use table::{Action, Binding, actions, bindings, label};

use super::keys::{Chord, sequence, short};

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumIter)]
pub(crate) enum Scope {
    /// Everywhere.
    Desk,
    Board,
    Kit,
    Quotes,
    Ladder,
    #[strum(to_string = "Deal detail")]
    Deal,
    Sellers,
    Log,
}

/// What kind of thing an action does: small letters look or ask, capitals open a ticket.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display, strum::EnumIter,
)]
#[strum(serialize_all = "UPPERCASE")]
pub(crate) enum Group {
    /// Moves the cursor.
    Move,
    /// Goes to another screen.
    Go,
    /// Changes what is seen; never leaves this machine.
    Look,
    /// Tells a seller something; spends nothing.
    Ask,
    /// Opens a ticket; only its typed answer sends.
    Ticket,
    /// Stops something.
    Stop,
    /// The desk itself.
    Desk,
    /// Shows the desk to a room; heard before whatever is open.
    Show,
}

/// The verb that stops everything automatic: its key is heard before whatever is open.
pub(crate) const HALT: &str = "halt";

/// The verbs that always have a key.
const NEEDED: &[&str] = &[HALT, "quit"];

/// What is pressed for a key of `row`, where it may be put on it.
fn check(row: &Binding, key: &str) -> Result<Vec<Chord>, KeyError> {
    let chords = sequence(key).map_err(|error| KeyError::NotAKey(row.verb.to_owned(), error))?;
    if row.group == Group::Ticket {
        check_ticket_key(row.verb, key, &chords)?;
    }
    if row.verb == HALT || row.group == Group::Show {
        check_first_key(row.verb, key, &chords)?;
    }
    Ok(chords)
}

/// What keys pressed so far amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// An action.
    Action(Action),
    /// The beginning of a longer sequence.
    Prefix,
    /// Nothing.
    Nothing,
}

/// The keys in force: the tables with what `[keys]` changed.
#[derive(Debug, Clone)]
pub struct Keymap {
    by_verb: BTreeMap<&'static str, Vec<Vec<Chord>>>,
}

impl Default for Keymap {
    fn default() -> Self {
        let keys = |row: &Binding| row.keys.iter().filter_map(|key| sequence(key).ok()).collect();
        Self { by_verb: bindings().map(|row| (row.verb, keys(row))).collect() }
    }
}

impl Keymap {
    /// The tables, with the keys of some verbs replaced (`[keys]` of the configuration).
    pub fn rebound(changes: &BTreeMap<String, Vec<String>>) -> Result<Self, KeyError> {
        let (map, faults) = Self::checked(changes);
        faults.into_iter().next().map_or(Ok(map), Err)
    }

    /// As [`Self::rebound`], with everything that is wrong, by verb. What is wrong is not in the map.
    pub fn checked(changes: &BTreeMap<String, Vec<String>>) -> (Self, Vec<KeyError>) {
        let (mut map, mut faults) = (Self::default(), Vec::new());
        for (verb, keys) in changes {
            let Some(row) = bindings().find(|row| row.verb == verb) else {
                faults.push(KeyError::NoSuchVerb(verb.clone()));
                continue;
            };
            let known = faults.len();
            let mut parsed = Vec::new();
            for key in keys {
                match check(row, key) {
                    Ok(chords) => parsed.push(chords),
                    Err(fault) => faults.push(fault),
                }
            }
            if keys.is_empty() && NEEDED.contains(&row.verb) {
                faults.push(KeyError::Needed(verb.clone()));
            }
            if row.verb == HALT {
                // The key that everybody knows goes on to stop everything, beside others.
                let usual = map.keys(HALT).iter().filter(|keys| !parsed.contains(keys));
                parsed.extend(usual.cloned().collect::<Vec<_>>());
            }
            if faults.len() == known {
                map.by_verb.insert(row.verb, parsed);
            }
        }
        // Names the changed verb, whichever of the two it is; where both were changed, the first.
        let mut told = Vec::new();
        for (verb, keys) in map.by_verb.iter().filter(|(verb, _)| changes.contains_key(**verb)) {
            if let Some((key, other)) = map.clash(verb, keys)
                && !told.contains(&(other, *verb))
            {
                told.push((*verb, other));
                let (verb, other) = ((*verb).to_owned(), other.to_owned());
                faults.push(KeyError::Taken { verb, key: written(key), other });
            }
        }
        (map, faults)
    }

    /// The first key of `keys` that another verb has, or that begins or continues one of its keys.
    fn clash<'a>(&self, verb: &str, keys: &'a [Vec<Chord>]) -> Option<(&'a [Chord], &'static str)> {
        keys.iter().find_map(|key| {
            let meets =
                |theirs: &Vec<Chord>| theirs.starts_with(key) || key.starts_with(theirs.as_slice());
            let mut others = self.by_verb.iter().filter(|(other, _)| **other != verb);
            others
                .find(|(_, theirs)| theirs.iter().any(meets))
                .map(|(other, _)| (key.as_slice(), *other))
        })
    }

    /// What differs from the tables, as [`Keymap::rebound`] reads it.
    pub fn changed(&self) -> BTreeMap<String, Vec<String>> {
        let tables = Self::default().by_verb;
        let changed = self.by_verb.iter().filter(|(verb, keys)| tables.get(**verb) != Some(*keys));
        let written = |keys: &Vec<Vec<Chord>>| keys.iter().map(|key| written(key)).collect();
        changed.map(|(verb, keys)| ((*verb).to_owned(), written(keys))).collect()
    }

    /// What `keys` do on `scope`: the screen's own actions first, then the desk's.
    pub(crate) fn find(&self, scope: Scope, keys: &[Chord]) -> Found {
        let mut prefix = false;
        for want in [scope, Scope::Desk] {
            for row in bindings().filter(|row| row.scope == want) {
                for theirs in self.keys(row.verb) {
                    if theirs == keys {
                        return Found::Action(row.action);
                    }
                    prefix |= theirs.starts_with(keys);
                }
            }
        }
        if prefix { Found::Prefix } else { Found::Nothing }
    }

    /// What `keys` do among the actions of a group that hold everywhere.
    pub(crate) fn find_in(&self, group: Group, keys: &[Chord]) -> Found {
        let mut prefix = false;
        for row in bindings().filter(|row| row.group == group && row.scope == Scope::Desk) {
            for theirs in self.keys(row.verb) {
                if theirs == keys {
                    return Found::Action(row.action);
                }
                prefix |= theirs.starts_with(keys);
            }
        }
        if prefix { Found::Prefix } else { Found::Nothing }
    }

    /// The keys that stop everything: they are heard whatever else comes.
    pub fn urgent(&self) -> Vec<Chord> {
        self.keys(HALT).iter().filter_map(|keys| keys.first().copied()).collect()
    }

    /// Whether a key stops everything, whatever is open.
    pub(crate) fn halts(&self, chord: Chord) -> bool {
        self.keys(HALT).iter().any(|keys| keys.as_slice() == [chord])
    }

    /// The keys of a verb.
    pub(crate) fn keys(&self, verb: &str) -> &[Vec<Chord>] {
        self.by_verb.get(verb).map_or(&[], Vec::as_slice)
    }

    /// The first key of a verb as footers write it; empty if it has none.
    pub(crate) fn short(&self, verb: &str) -> String {
        self.keys(verb).first().map(|keys| short(keys)).unwrap_or_default()
    }

    /// All keys of a verb as the help writes them.
    pub(crate) fn all_short(&self, verb: &str) -> String {
        let keys: Vec<_> = self.keys(verb).iter().map(|keys| short(keys)).collect();
        keys.join(" ")
    }
}

/// A sequence as the configuration writes it: `g b`.
pub(crate) fn written(keys: &[Chord]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{table::TABLES, *};

    fn rebind(verb: &str, key: &str) -> Result<Keymap, KeyError> {
        Keymap::rebound(&BTreeMap::from([(verb.to_owned(), vec![key.to_owned()])]))
    }

    #[test]
    fn one_key_has_one_meaning_in_the_whole_desk() {
        let map = Keymap::default();
        let mut verbs: BTreeMap<&str, &Binding> = BTreeMap::new();
        for row in bindings() {
            let first = *verbs.entry(row.verb).or_insert(row);
            assert_eq!((first.keys, first.group), (row.keys, row.group), "{} differs", row.verb);
            for key in row.keys {
                let chords = sequence(key).unwrap();
                assert_eq!(written(&chords), *key);
                if row.group == Group::Ticket {
                    check_ticket_key(row.verb, key, &chords).unwrap();
                }
            }
            assert!(map.clash(row.verb, map.keys(row.verb)).is_none(), "{} clashes", row.verb);
        }
        for (index, table) in TABLES.iter().enumerate() {
            let mut seen = std::collections::BTreeSet::new();
            assert!(
                table.iter().all(|row| seen.insert(row.verb)),
                "table {index} has a verb twice"
            );
        }
    }

    #[test]
    fn capitals_that_are_no_tickets_are_few_and_known() {
        let odd: std::collections::BTreeSet<_> = bindings()
            .filter(|row| row.group != Group::Ticket)
            .flat_map(|row| row.keys)
            .filter(|key| key.chars().all(char::is_uppercase))
            .collect();
        assert_eq!(odd.into_iter().copied().collect::<Vec<_>>(), ["C", "G", "H", "T"]);
    }

    #[test]
    fn a_rebinding_that_is_dangerous_or_taken_is_refused_by_name() {
        let says = |verb: &str, key: &str| rebind(verb, key).err().map(|error| error.to_string());
        assert_eq!(says("book", "b").unwrap().split(':').next(), Some("keys.book"));
        assert!(says("book", "Y").unwrap().contains("answers tickets"));
        assert!(says("book", "enter").unwrap().contains("answers tickets"));
        assert!(says("sort", "q").unwrap().contains("taken by `quit`"));
        assert!(says("sort", "g").unwrap().contains("taken by"), "g begins other sequences");
        assert!(says("nonsense", "x").unwrap().contains("no such action"));
        assert!(says("sort", "hyper").unwrap().contains("is not a key"));
        assert!(says("halt", "h").unwrap().contains("typed into lines"));
        assert!(says("audience", "v").unwrap().contains("typed into lines"));
        for verb in ["halt", "quit"] {
            let none = Keymap::rebound(&BTreeMap::from([(verb.to_owned(), Vec::new())]));
            assert_eq!(none.err(), Some(KeyError::Needed(verb.to_owned())));
        }
        // Everything that is wrong is told at once, each once.
        let wrong =
            [("book", "b"), ("filter", "hyper"), ("halt", "h"), ("nonsense", "x"), ("sort", "q")];
        let changes = wrong.map(|(verb, key)| (verb.to_owned(), vec![key.to_owned()]));
        let (map, faults) = Keymap::checked(&changes.into());
        assert_eq!(
            faults.iter().map(KeyError::verb).collect::<Vec<_>>(),
            wrong.map(|(verb, _)| verb)
        );
        assert_eq!(map.short("book"), "B", "what is wrong is left as it was");
        let both = [("copy", "Z"), ("sort", "Z")];
        let changes = both.map(|(verb, key)| (verb.to_owned(), vec![key.to_owned()]));
        assert_eq!(Keymap::checked(&changes.into()).1.len(), 1);
        let none = Keymap::rebound(&BTreeMap::from([("sort".to_owned(), Vec::new())]));
        assert_eq!(none.unwrap().short("sort"), "", "others may be left without one");
        let halts = rebind("halt", "f11").unwrap();
        assert!(["f11", "f12"].into_iter().all(|key| halts.halts(key.parse().unwrap())));
        assert_eq!((halts.short("halt").as_str(), halts.urgent().len()), ("F11", 2));
        assert!(says("sort", "f12").unwrap().contains("taken by `halt`"));
        assert!(rebind("book", "O").is_ok());
        let sort = rebind("sort", "L").unwrap();
        assert_eq!(sort.short("sort"), "L");
        assert_eq!(Keymap::rebound(&sort.changed()).unwrap().short("sort"), "L");
        assert_eq!(Keymap::default().changed(), BTreeMap::new());
    }
}
