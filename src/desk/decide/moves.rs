//! A move from the moment it was decided: stored, sent through the gate, and what becomes of it. One without
//! an answer is looked up in the seller's history until that settles it, or a person does.

use jiff::Timestamp;

use super::{
    Came, Change, ON_PAPER,
    commit::{self, Commitment, Heeds, Leaving, Outcome, Storable},
    leave, lost_move,
    negotiate::{ready, stop_auto},
    person, quote, refuse, say, seller_actor, standing, trigger,
};
use crate::{
    desk::{
        command::Stored,
        evolve::wrong_answer,
        fact::{Actor, Fact},
        fold::HALTED_CODE,
        state::{Purpose, State},
    },
    domain::{
        Action, Answer, Ask, ErrorKind, QuoteRef, SellerError, SellerName, negotiation::Pending,
    },
};

/// A move that was decided, in the negotiation of a quote.
impl Storable for (QuoteRef, Pending) {
    fn check_again(&self, state: &State, _: Timestamp) -> Result<(), Vec<Change>> {
        let (key, pending) = self;
        let unchanged = ready(state, key)
            .is_ok_and(|(_, game)| game.is_our_turn() && game.played() + 1 == pending.round);
        if unchanged {
            return Ok(());
        }
        Err(refuse(
            "overtaken",
            "another process moved in this negotiation; nothing was sent",
            "look at the ladder (4) before you move",
        ))
    }

    fn store(self, state: &State) -> Change {
        let (quote, pending) = self;
        let actor = if pending.automatic { Actor::Desk } else { person(state) };
        let fact = Fact::MoveStored { quote: quote.clone(), pending: pending.clone() };
        Change::Store(Stored::Move(quote, Box::new(pending)), actor, fact)
    }
}

/// The code of a move that was stopped before it left.
const STOPPED: &str = "stopped";

/// The codes of moves that this desk held back itself.
const WITHHELD: [&str; 4] = [ON_PAPER, commit::READ_ONLY, STOPPED, HALTED_CODE];

/// Whether a move did not come about because this desk held it back: no seller was asked.
pub fn was_withheld(error: &SellerError) -> bool {
    error.kind == ErrorKind::Configuration && WITHHELD.contains(&error.code.as_str())
}

/// The move under way in the negotiation of a quote.
#[derive(Debug, Clone)]
pub(super) struct Move {
    pub(super) quote: QuoteRef,
}

impl Move {
    /// Those that a process sent and has no answer of.
    pub(super) fn sent_by(state: &State, owner: &str) -> impl Iterator<Item = Self> {
        let sent = state.living_quotes().filter(move |record| {
            let pending = record.negotiation.as_ref().and_then(|game| game.pending.as_ref());
            pending.is_some_and(|pending| pending.owner == owner && !pending.in_doubt)
        });
        sent.map(|record| Self { quote: record.reference() })
    }

    fn pending<'a>(&self, state: &'a State) -> Option<&'a Pending> {
        state.quote(&self.quote)?.negotiation.as_ref()?.pending.as_ref()
    }

    /// It did not come about, and what follows from that.
    fn failed(&self, by: Actor, error: SellerError, beside: Vec<Change>) -> Vec<Change> {
        let fact = Fact::MoveFailed { quote: self.quote.clone(), error };
        [Change::Keep(by, fact)].into_iter().chain(beside).collect()
    }
}

impl Commitment for Move {
    fn seller(&self) -> &SellerName {
        &self.quote.seller
    }

    /// What a person moves by hand heeds no halt.
    fn question(&self, state: &State, _: Timestamp) -> Option<Leaving> {
        let (record, pending) = (state.quote(&self.quote)?, self.pending(state)?);
        let says = "it was stopped before it left: nothing was sent";
        let gone = trigger::let_go_of(state, &self.quote, pending);
        let leaves = pending.action == Action::Walk;
        Some(Leaving {
            seller: self.quote.seller.clone(),
            ask: Ask::Counter {
                quote_id: self.quote.quote_id.clone(),
                cpm: pending.cpm,
                action: if leaves { Action::Reject } else { pending.action.clone() },
                identity: record.ask.identity.clone(),
                idempotency_key: pending.idempotency_key.clone(),
                note: pending.note.clone(),
            },
            purpose: Purpose::Move(self.quote.clone()),
            heeds: if pending.automatic { Heeds::Every } else { Heeds::None },
            verb: "negotiate",
            over: gone.then(|| commit::held(STOPPED, says, "take it (A)")),
        })
    }

    fn judge(&self, answer: Answer) -> Result<Answer, SellerError> {
        if matches!(answer, Answer::Moved(_)) { Ok(answer) } else { Err(wrong_answer()) }
    }

    fn conclude(&self, state: &State, outcome: Outcome, _: Timestamp) -> Vec<Change> {
        use Outcome::{Answered, Expired, NotSent, Orphaned, Refused, Unknown, Withheld};
        let key = &self.quote;
        let by_seller = || seller_actor(&key.seller);
        let says = |error: &SellerError| format!("{}: {error}. {}", key.seller, error.cure);
        match outcome {
            Answered(Answer::Moved(moved)) => {
                let fact = Fact::MoveAnswered { quote: key.clone(), moved, from_history: false };
                vec![Change::Keep(by_seller(), fact)]
            }
            Answered(_) => Vec::new(),
            Withheld(error) => {
                let stopped = stop_auto(state, key, &error.says);
                self.failed(Actor::Desk, error, stopped)
            }
            Orphaned => {
                let error = SellerError::transport(
                    ErrorKind::Broken,
                    "desk_gone",
                    "the desk that sent this move is gone, and its answer with it",
                    "it is looked up in the seller's history",
                );
                let fact = Fact::MoveUnknown { quote: key.clone(), error };
                vec![Change::Keep(Actor::Desk, fact)]
            }
            Refused(error) | Expired(error) | NotSent(error) | Unknown(error)
                if leave::is_leaving(state, key) =>
            {
                leave::not_told(key, error)
            }
            // What was not found may be the negotiation: only what names the quote ends it.
            Expired(error) if error.names_an_ended_quote() => {
                let mut over = quote::over(state, key);
                over.push(say(true, says(&error)));
                self.failed(by_seller(), error, over)
            }
            Refused(error) | Expired(error) | NotSent(error) => {
                let mut beside = stop_auto(state, key, &error.to_string());
                beside.extend(standing::look(state, key, &error));
                beside.push(say(true, says(&error)));
                self.failed(by_seller(), error, beside)
            }
            Unknown(error) => {
                let words = says(&error) + " The move is looked up in the seller's history.";
                let fact = Fact::MoveUnknown { quote: key.clone(), error };
                vec![Change::Keep(Actor::Desk, fact), say(true, words)]
            }
        }
    }

    fn evidence(&self, state: &State) -> Option<(Ask, Purpose)> {
        let record = state.quote(&self.quote)?;
        Some((record.ask_history(), Purpose::LookMove(self.quote.clone())))
    }

    fn settle(&self, state: &State, _: &Ask, came: Came, now: Timestamp) -> Vec<Change> {
        lost_move::move_looked_up(state, &self.quote, (came.result, came.exchange.as_ref()), now)
    }
}
