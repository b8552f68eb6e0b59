//! What guards the money beside the desk's rules: the one place for an armed ticket, what is put beside
//! a store that cannot be written, and whether somebody set the clock.

use jiff::SignedDuration;

use super::Session;
use crate::{
    desk::{Input, RequestId, Sent, state::Purpose},
    domain::Heard,
    runtime::spill::{self, Spilled},
};

/// How many answers are kept at most until what they settle is written.
const REPLIES: usize = 64;

/// A clock that moved by no more than this was not set by hand, in seconds: clocks are nudged.
const CLOCK_STEP: i64 = 1;

/// What a question is to settle: the sending itself, or a later look at what became of it. A reply belongs
/// to the outcome of the same.
fn asked(purpose: &Purpose) -> Option<Sent> {
    Some(match purpose {
        Purpose::Booking(ticket, _)
        | Purpose::LookBooking(ticket, _)
        | Purpose::EnterDeal(ticket, _) => Sent::Booking(ticket.clone()),
        Purpose::Move(quote) | Purpose::LookMove(quote) => Sent::Move(quote.clone()),
        Purpose::SendOrder(id, _) => Sent::Order(id.clone()),
        Purpose::Publish
        | Purpose::Quote { .. }
        | Purpose::Reread(_)
        | Purpose::TicketCatalogue(..)
        | Purpose::TicketReread(..)
        | Purpose::LookStanding(_)
        | Purpose::Rematch { .. }
        | Purpose::ShowKeys(..)
        | Purpose::Poll(_)
        | Purpose::Avails
        | Purpose::Orders => return None,
    })
}

impl Session {
    /// Puts beside the store what it did not take.
    pub(super) fn put_aside(&mut self) {
        let outcomes = self.writer.take_unwritten();
        let Some(location) = self.location.clone().filter(|_| !outcomes.is_empty()) else { return };
        let replies = &self.replies;
        let lines: Vec<_> = outcomes
            .into_iter()
            .map(|entry| {
                let sent = entry.fact.settles();
                let reply = replies.iter().rev().find(|(of, _)| Some(of) == sent.as_ref());
                Spilled { exchange: reply.map(|(_, exchange)| exchange.clone()), entry }
            })
            .collect();
        let owner = self.desk.state().setup.owner.clone();
        let kept = match self.spill.put(&location, &owner, &lines) {
            Ok(path) => format!("what happened is kept in {}", path.display()),
            Err(error) => format!("it is kept in memory alone, as no file takes it: {error}"),
        };
        let why = self.writer.trouble().unwrap_or("it does not answer").to_owned();
        self.step(Input::StoreFailed(format!("{why}; {kept}")));
    }

    /// Removes what desks that are gone had put aside, once the store has it: at once, where none of
    /// it was news.
    pub(super) fn forget_recovered(&mut self) {
        if self.writer.trouble().is_none() && self.writer.is_idle() {
            spill::taken_in(std::mem::take(&mut self.recovered));
        }
    }

    /// Whether somebody set this machine's clock, judged by what nobody can set.
    pub(super) fn watch_the_clock(&mut self) {
        let Some(since) = self.clock.since_boot() else { return };
        let since = SignedDuration::try_from(since).unwrap_or(SignedDuration::MAX);
        let Ok(booted) = self.clock.now().checked_sub(since) else { return };
        let before = *self.booted.get_or_insert(booted);
        let moved = booted.duration_since(before).as_secs();
        if moved.abs() > CLOCK_STEP {
            self.booted = Some(booted);
            self.step(Input::ClockMoved(moved));
        }
    }

    /// The answer to what was sent once is kept until its outcome is written.
    pub(super) fn keep_reply(&mut self, id: RequestId, heard: &Heard) {
        let flight = self.state().in_flight.get(&id);
        let Some(sent) = flight.and_then(|flight| asked(&flight.purpose)) else { return };
        if let Some(exchange) = &heard.exchange {
            self.replies.push((sent, exchange.clone()));
            let old = self.replies.len().saturating_sub(REPLIES);
            self.replies.drain(..old);
        }
    }

    /// Everything folded is written: no answer is needed any more.
    pub(super) fn forget_replies(&mut self) {
        if self.writer.trouble().is_none() && self.writer.is_idle() {
            self.replies.clear();
        }
    }
}
