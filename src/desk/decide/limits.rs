//! Limits that were changed in the configuration: a lower one holds at once, a higher one once a person
//! has said why (safety.md S10). What holds is in the journal, so that a raise is seen at any start.

use super::{Change, person, refuse, say, settle};
use crate::{
    desk::{
        fact::Fact,
        state::{Mode, State},
    },
    domain::{limits::Changed, text},
};

/// What to do about limits that wait.
pub const ACCEPT: &str = "dealdesk limits accept --reason WORDS";

/// What holds from this start on, where it is not what held last.
pub(super) fn opened(state: &State) -> Vec<Change> {
    let (held, known) = (&state.setup.limits, &state.controls.limits);
    let mut changes = Vec::new();
    // The demo has limits of its own, and a desk that may not write says nothing for others.
    let keeps = !state.setup.read_only && state.setup.mode != Mode::Demo;
    let is_news = match known {
        Some(known) => known != held,
        // The first that a desk can book by are taken as they are: there is nothing to be raised over.
        None => held.is_complete(),
    };
    if keeps && is_news {
        let changed = known.as_ref().map_or_else(Vec::new, |known| known.changed(held));
        let fact = Fact::LimitsSet { limits: held.clone(), changed, why: None };
        changes.push(Change::Keep(person(state), fact));
    }
    let raised = state.raised_limits();
    if !raised.is_empty() {
        let says = format!(
            "raised in the configuration, and waiting for a reason: {}. {ACCEPT}",
            words(&raised)
        );
        changes.push(say(true, says));
    }
    changes
}

/// A person says why they are raised.
pub(super) fn accept(state: &State, why: &str) -> Vec<Change> {
    let changed = state.raised_limits();
    if changed.is_empty() {
        let cure = "raise them in the configuration first, then start the desk or this command";
        return refuse("limits", "no limit waits: those of the configuration hold", cure);
    }
    let why = text::prose(why);
    if !settle::is_a_reason(&why) {
        let says = format!("raising a limit needs a reason in words: {}", words(&changed));
        return refuse("reason", says, "say what for, and who agreed");
    }
    let said = say(false, format!("raised: {}", words(&changed)));
    let fact = Fact::LimitsSet { limits: state.configured.clone(), changed, why: Some(why) };
    vec![Change::Keep(person(state), fact), said]
}

fn words(changed: &[Changed]) -> String {
    changed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
