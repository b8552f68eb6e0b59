//! Lists of keys made from the tables: for the README, for the configuration, for the footer.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use strum::IntoEnumIterator as _;

use crate::{
    desk::State,
    tui::parts::{
        keymap::{Binding, Group, Keymap, Scope, bindings},
        screen::Screen,
    },
};

/// The README's list of keys, in Markdown.
pub fn keys_markdown() -> String {
    let map = Keymap::default();
    let mut out = String::from(
        "Small letters look or ask. Capitals open a ticket. Only a ticket's typed answer sends.\n",
    );
    for scope in Scope::iter() {
        let title = if scope == Scope::Desk { "Everywhere".to_owned() } else { scope.to_string() };
        let _ = write!(out, "\n### {title}\n\n| Keys | Does | Kind |\n|---|---|---|\n");
        for row in bindings().filter(|row| row.scope == scope) {
            let keys: Vec<_> = map
                .keys(row.verb)
                .iter()
                .map(|keys| crate::tui::parts::keys::short(keys))
                .collect();
            let keys = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" ");
            let _ = writeln!(out, "| {keys} | {} | {} |", row.doc, kind(row.group));
        }
    }
    out
}

/// What one key does, where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyDoc {
    /// The action, as `[keys]` of the configuration names it.
    pub action: &'static str,
    /// The screen on which it works; `null` is everywhere.
    pub screen: Option<String>,
    /// The keys, as `[keys]` writes them.
    pub keys: Vec<&'static str>,
    /// What it does, in words.
    pub does: &'static str,
    /// Whether it looks, asks a seller, opens a ticket, stops.
    pub kind: &'static str,
}

/// Every action with its keys, screen by screen.
pub fn keys() -> Vec<KeyDoc> {
    let doc = |row: &'static Binding| KeyDoc {
        action: row.verb,
        screen: (row.scope != Scope::Desk).then(|| row.scope.to_string()),
        keys: row.keys.to_vec(),
        does: row.doc,
        kind: kind(row.group),
    };
    bindings().map(doc).collect()
}

/// The `[keys]` section of the configuration with every default, commented out.
pub fn keys_toml() -> String {
    let mut out = String::from(
        "[keys]\n# action = [\"key\", \"one key then another\"]. A ticket opens with one capital letter or a\n# function key; a key that is taken is refused.\n",
    );
    let mut seen = std::collections::BTreeSet::new();
    for row in bindings().filter(|row| seen.insert(row.verb)) {
        let keys: Vec<_> = row.keys.iter().map(|key| format!("{key:?}")).collect();
        let name =
            if row.verb.contains(' ') { format!("{:?}", row.verb) } else { row.verb.to_owned() };
        let _ = writeln!(out, "# {name} = [{}]  # {}", keys.join(", "), row.doc);
    }
    out
}

/// What a group does, in a word.
pub(crate) fn kind(group: Group) -> &'static str {
    match group {
        Group::Move | Group::Go | Group::Desk => "desk",
        Group::Look => "looks",
        Group::Ask => "asks a seller",
        Group::Ticket => "opens a ticket",
        Group::Stop => "stops",
        Group::Show => "shows",
    }
}

/// The keys of a screen for its footer, most useful first: `(keys, verb)`. The screen's own come
/// first, then those that hold everywhere.
pub(crate) fn footer(
    keymap: &Keymap,
    scope: Scope,
    screen: &dyn Screen,
    (state, now): (&State, Timestamp),
) -> Vec<(String, String)> {
    let up_down = format!("{}/{}", keymap.short("down"), keymap.short("up"));
    let mut out = vec![(up_down, "move".to_owned())];
    let own = bindings().filter(|row| row.scope == scope && screen.fits(row.action, state, now));
    for row in own {
        let more = if row.group == Group::Ticket { "…" } else { "" };
        out.push((keymap.short(row.verb), format!("{}{more}", row.label)));
    }
    let list = screen.list();
    let shared = [
        ("filter", list.is_some()),
        ("sort", list.is_some_and(crate::tui::parts::list::Listed::can_sort)),
        ("next mine", state.board.count(crate::domain::Group::NeedsMe) > 0),
        ("copy", true),
        ("back", true),
    ];
    for (verb, _) in shared.into_iter().filter(|(_, fits)| *fits) {
        out.push((keymap.short(verb), verb.to_owned()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_in_both_lists() {
        let (markdown, toml) = (keys_markdown(), keys_toml());
        for row in bindings() {
            assert!(markdown.contains(row.doc), "{}", row.verb);
            assert!(toml.contains(row.verb), "{}", row.verb);
        }
        let rows: Vec<_> = toml
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = [") && !line.starts_with("action"))
            .collect();
        let read: toml::Table = toml::from_str(&rows.join("\n")).unwrap();
        assert!(read.len() > 20, "{rows:?}");
    }
}
