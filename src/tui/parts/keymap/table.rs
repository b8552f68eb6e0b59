//! The rows of the tables of keys, and what declares a table.

use super::{Group, Scope, board, deal, desk, kit, ladder, log, quotes, sellers};

/// Something that can be asked for with a key: each screen owns its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    Desk(desk::Action),
    Board(board::Action),
    Kit(kit::Action),
    Quotes(quotes::Action),
    Ladder(ladder::Action),
    Deal(deal::Action),
    Sellers(sellers::Action),
    Log(log::Action),
}

/// Every table.
pub(crate) const TABLES: &[&[Binding]] = &[
    desk::TABLE,
    board::TABLE,
    kit::TABLE,
    quotes::TABLE,
    ladder::TABLE,
    deal::TABLE,
    sellers::TABLE,
    log::TABLE,
];

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding {
    pub(crate) action: Action,
    pub(crate) scope: Scope,
    /// What it is called in `[keys]`: rows with the same verb share their keys.
    pub(crate) verb: &'static str,
    /// What it is called in footers; the verb where the table says nothing else.
    pub(crate) label: &'static str,
    pub(crate) keys: &'static [&'static str],
    pub(crate) group: Group,
    /// What it does here, for the help.
    pub(crate) doc: &'static str,
}

/// Declares a screen's `Action` enum and its `TABLE` in one place. Rows stand in the order of the
/// footer, most useful first:
///
/// ```text
/// actions! { Board:
///     Open "open" ["enter"] Go "open the row";
///     Compare "match" as "compare" ["="] Look "beside each other";
/// }
/// ```
macro_rules! actions {
    ($scope:ident: $( $variant:ident $verb:literal $(as $label:literal)? [$($key:literal),+] $group:ident $doc:literal; )+) => {
        /// What can be asked for here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Action { $( #[doc = $doc] $variant, )+ }

        /// Every action with its keys.
        pub(crate) const TABLE: &[$crate::tui::parts::keymap::Binding] = &[ $(
            $crate::tui::parts::keymap::Binding {
                action: $crate::tui::parts::keymap::Action::$scope(Action::$variant),
                scope: $crate::tui::parts::keymap::Scope::$scope,
                verb: $verb,
                label: $crate::tui::parts::keymap::label($verb, &[$($label)?]),
                keys: &[$($key),+],
                group: $crate::tui::parts::keymap::Group::$group,
                doc: $doc,
            },
        )+ ];
    };
}
pub(crate) use actions;

/// The label of a row: its own, or the verb.
pub(crate) const fn label(verb: &'static str, own: &[&'static str]) -> &'static str {
    match own {
        [own, ..] => own,
        [] => verb,
    }
}

/// Every row of every table.
pub(crate) fn bindings() -> impl Iterator<Item = &'static Binding> {
    TABLES.iter().copied().flatten()
}
