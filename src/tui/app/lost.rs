//! What is said where a key does nothing: no key is silent.

use std::collections::BTreeSet;

use super::App;
use crate::tui::{
    app::overlay::CopyMenu,
    parts::{
        context::Cx,
        keymap::{self, bindings},
        screen::ScreenId,
    },
};

impl App {
    /// The keys that were pressed mean nothing here. Where they do elsewhere, that is said.
    pub(super) fn explain_nothing(&mut self, cx: &mut Cx<'_>) {
        let pressed = std::mem::take(&mut self.pressed);
        let written = keymap::written(&pressed);
        let same = bindings().filter(|row| self.keymap.keys(row.verb).contains(&pressed));
        let rows: Vec<_> = same.collect();
        let places: BTreeSet<_> = rows.iter().map(|row| row.scope.to_string()).collect();
        let places: Vec<_> = places.into_iter().collect();
        let keys = self.keymap.short("keys");
        cx.say(match rows.first() {
            Some(row) => {
                format!(
                    "{written} does nothing here: it is “{}” on {}",
                    row.verb,
                    places.join(", ")
                )
            }
            None => format!("{written} does nothing here; {keys} lists the keys"),
        });
    }

    /// Sorts by the next column, where there are rows that can stand in another order.
    pub(super) fn sort(&mut self, cx: &mut Cx<'_>) {
        let list = self.screens.get_mut(self.screen).listed();
        let Some(list) = list.filter(|list| list.can_sort()) else {
            return cx.say(match self.screen {
                ScreenId::Log => "the log stands in the order in which things happened",
                ScreenId::Sellers => "sellers stand in the order of the configuration",
                ScreenId::Ladder => "negotiations stand in the order in which they began",
                ScreenId::Deal => "a deal's facts stand in the order in which they happened",
                ScreenId::Board | ScreenId::Kit | ScreenId::Quotes => "there is one order here",
            });
        };
        if list.position().1 == 0 {
            return cx.say(if cx.state.is_reading {
                "nothing to sort yet: the store is still being read"
            } else {
                "there are no rows to sort"
            });
        }
        list.next_sort();
        let title = self.screens.get(self.screen).order();
        cx.say(format!("sorted by {title}; {} goes on", self.keymap.short("sort")));
    }

    /// Offers what can be copied of the row under the cursor.
    pub(super) fn offer_copies(&self, cx: &mut Cx<'_>) {
        let copies = self.screens.get(self.screen).copies(cx.state);
        if copies.is_empty() {
            cx.say("nothing to copy here");
        } else {
            cx.open(Box::new(CopyMenu::new(copies)));
        }
    }
}
