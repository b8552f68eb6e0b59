//! How facts of a negotiation change its rounds and its outcome.

use jiff::Timestamp;

use crate::{
    desk::{
        fact::Fact,
        record::{NoTalks, QuoteRecord},
    },
    domain::{
        Action, By, Cpm, Negotiation, Outcome, Round,
        ask::Moved,
        negotiation::{Pending, Refused},
    },
};

#[expect(clippy::wildcard_enum_match_arm, reason = "only facts of a negotiation come here")]
pub(super) fn negotiation(fact: &Fact, record: &mut QuoteRecord, at: Timestamp) {
    if let Fact::NegotiationOpened { target, limit, .. } = fact {
        // Two processes may open one at once: it is open, and what was moved in it stays.
        if record.negotiation.is_some() {
            return;
        }
        let Some(quoted) = record.quote.pricing.cpm() else { return };
        let words = record.quote.pricing.rationale.clone();
        let mut game = Negotiation::open(record.reference(), quoted, &words, record.received_at);
        (game.target, game.limit) = (*target, *limit);
        record.negotiation = Some(game);
        return;
    }
    let Some(game) = record.negotiation.as_mut() else { return };
    match fact {
        Fact::AutoArmed { plan, owner, .. } => {
            game.auto = Some(plan.clone());
            game.outcome =
                if game.outcome == Outcome::Halted { Outcome::Open } else { game.outcome };
            record.auto_owner = Some(owner.clone());
        }
        Fact::AutoStopped { .. } => {
            game.auto = None;
            record.auto_owner = None;
            if game.outcome == Outcome::Open {
                game.outcome = Outcome::Halted;
            }
        }
        Fact::MoveStored { pending, .. } => {
            (game.pending, game.refused) = (Some(pending.clone()), None);
        }
        // Whether they heard that we left changes nothing about it.
        Fact::MoveFailed { .. } | Fact::MoveUnknown { .. } if is_leaving(game) => {
            let pending = game.pending.take();
            record.auto_owner = None;
            left(game, at, pending.and_then(|pending| pending.note));
        }
        Fact::MoveFailed { error, .. } => {
            let refused = |pending: Pending| Refused { cpm: pending.cpm, error: error.clone() };
            game.refused = game.pending.take().map(refused);
            // Nothing was begun: the quote is as it was before we tried.
            if error.refuses_talks() && !game.was_answered() {
                let (at_all, error) = (error.says_no_talks(), error.clone());
                record.no_talks = Some(NoTalks { at_all, error });
                (record.negotiation, record.auto_owner) = (None, None);
            }
        }
        Fact::MoveUnknown { error, .. } => {
            if let Some(pending) = game.pending.as_mut() {
                pending.arrived |= error.is_of_a_success();
                pending.doubt(at, error.to_string());
            }
        }
        Fact::MoveLookedUp { says, .. } => {
            if let Some(pending) = game.pending.as_mut().filter(|pending| pending.in_doubt) {
                pending.doubt(at, says.clone());
            }
        }
        Fact::MoveAnswered { moved, .. } => {
            answered(game, moved, at);
            (record.agreed, record.no_talks) = (game.agreed, None);
        }
        Fact::NegotiationEnded { outcome, agreed, why, .. } => {
            game.outcome = *outcome;
            if let Some(cpm) = *agreed {
                let (round, by, action) = (game.played(), By::Them, Action::Accept);
                let (cpm, rationale) = (Some(cpm), why.clone());
                game.rounds.push(Round { round, by, action, cpm, rationale, at, raw: None });
                (game.agreed, record.agreed) = (cpm, cpm);
            }
            game.auto = None;
            game.pending = None;
            record.auto_owner = None;
            if *outcome == Outcome::WalkedAway {
                left(game, at, None);
            }
        }
        _ => {}
    }
}

fn is_leaving(game: &Negotiation) -> bool {
    game.pending.as_ref().is_some_and(|pending| pending.action == Action::Walk)
}

/// We left, in these words.
fn left(game: &mut Negotiation, at: Timestamp, words: Option<String>) {
    (game.outcome, game.auto) = (Outcome::WalkedAway, None);
    let round = game.played() + 1;
    let (by, action, rationale) = (By::Us, Action::Walk, words.unwrap_or_default());
    game.rounds.push(Round { round, by, action, cpm: None, rationale, at, raw: None });
}

/// Our move and their answer become rounds; an accept or a refusal ends it.
fn answered(game: &mut Negotiation, moved: &Moved, at: Timestamp) {
    let Some(pending) = game.pending.take() else { return };
    // Their record may say that they had taken our last offer before we left: then that holds.
    if pending.action == Action::Walk && moved.action != Action::Accept {
        return left(game, pending.at, pending.note);
    }
    let (round, cpm) = (pending.round, Some(pending.cpm));
    let (by, action) = (By::Us, pending.action.clone());
    let (rationale, raw) = (pending.note.unwrap_or_default(), None);
    game.rounds.push(Round { round, by, action, cpm, rationale, at: pending.at, raw });
    game.rounds.push(Round {
        round,
        by: By::Them,
        action: moved.action.clone(),
        cpm: moved.seller_cpm,
        rationale: moved.rationale.clone(),
        at,
        raw: Some(moved.raw.clone()),
    });
    game.rounds_left = moved.rounds_left;
    game.negotiation_id = moved.negotiation_id.clone().or(game.negotiation_id.take());
    match moved.action {
        Action::Accept => {
            // A seller accepts our price; a dearer one in its reply would be another price.
            game.agreed = Some(lower(pending.cpm, moved.seller_cpm));
            game.outcome = Outcome::Accepted;
        }
        Action::Reject => game.outcome = Outcome::Rejected,
        Action::Open | Action::Counter | Action::FinalOffer | Action::Walk | Action::Other(_) => {}
    }
    if game.is_over() {
        game.auto = None;
    }
}

fn lower(ours: Cpm, theirs: Option<Cpm>) -> Cpm {
    theirs.filter(|theirs| *theirs < ours).unwrap_or(ours)
}
