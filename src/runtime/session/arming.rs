//! One ticket a store is armed at a time. Others wait for their turn, as long as it is configured; a ticket
//! that is checked again gives way to them.

use std::time::Duration;

use super::Session;
use crate::{desk::TicketState, domain::TicketId, runtime::inbox::Message, store::ArmedTicket};

/// How often who waits asks for its turn.
const ASKS_EVERY: Duration = Duration::from_millis(150);

/// A ticket that was armed and is checked again leaves so much time to others before it takes its turn
/// again: more than who waits lets go by.
const GIVES_WAY: Duration = Duration::from_millis(400);

/// The store's one place for an armed ticket, as far as it is ours.
#[derive(Debug, Default)]
pub(super) struct Arming {
    held: Option<ArmedTicket>,
    /// Whose turn was taken and is not told yet.
    taken: Option<TicketId>,
    /// When our last turn ended, by the steady clock.
    left_at: Option<Duration>,
    /// How long a ticket waits for its turn.
    wait: Duration,
}

impl Session {
    /// Lets a ticket wait so long while another one is armed on the same store; by default not at all.
    pub fn waits_to_arm(&mut self, wait: Duration) {
        self.arming.wait = wait;
    }

    /// Takes the store's one place for an armed ticket, waits for it, or says who has it.
    pub(super) fn arm(&mut self, ticket: TicketId) {
        let now = self.clock.steady();
        let until = now.saturating_add(self.arming.wait);
        let gives_way = self.arming.left_at.is_some_and(|at| now.saturating_sub(at) < GIVES_WAY);
        if gives_way && self.arming.held.is_none() {
            return self.arm_later(ticket, until, GIVES_WAY);
        }
        self.arm_until(ticket, until);
    }

    /// [`Self::arm`], at the latest at `until` by the steady clock.
    pub(super) fn arm_until(&mut self, ticket: TicketId, until: Duration) {
        let waits =
            |open: &crate::desk::Ticket| open.id == ticket && open.state == TicketState::Checking;
        if !self.state().ticket.as_ref().is_some_and(waits) {
            return;
        }
        let who = format!("{} (pid {})", self.state().setup.person, std::process::id());
        let taken = match (&self.arming.held, &self.location) {
            (Some(_), _) => Ok(()),
            (None, None) => Err("nobody: the store is not open".to_owned()),
            (None, Some(location)) => match ArmedTicket::try_acquire(location, &who) {
                Ok(Ok(armed)) => {
                    self.arming.held = Some(armed);
                    Ok(())
                }
                Ok(Err(_)) if self.clock.steady() < until => {
                    return self.arm_later(ticket, until, ASKS_EVERY);
                }
                Ok(Err(holder)) => Err(holder),
                Err(error) => Err(format!("nobody: {error}")),
            },
        };
        self.arming.taken = taken.is_ok().then(|| ticket.clone());
        self.inbox.put(Message::Armed(ticket, taken));
    }

    fn arm_later(&mut self, ticket: TicketId, until: Duration, pause: Duration) {
        let (inbox, pause) = (self.inbox.clone(), self.clock.sleep(pause));
        self.jobs.start(async move {
            pause.await;
            inbox.put(Message::ArmAgain(ticket, until));
        });
    }

    /// The desk was told whether a ticket is armed.
    pub(super) fn armed_is_told(&mut self) {
        self.arming.taken = None;
    }

    /// Gives the place for an armed ticket back once ours can not be answered, for now or for good.
    pub(super) fn disarm(&mut self) {
        let taken = self.arming.taken.as_ref();
        let needs_it = |ticket: &crate::desk::Ticket| match ticket.state {
            TicketState::Armed | TicketState::Storing => true,
            TicketState::Checking => taken == Some(&ticket.id),
            TicketState::Blocked | TicketState::Sent | TicketState::Ended => false,
        };
        let needs_it = self.state().ticket.as_ref().is_some_and(needs_it);
        if !needs_it && self.arming.held.take().is_some() {
            self.arming.left_at = Some(self.clock.steady());
        }
    }
}
