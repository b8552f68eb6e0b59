//! Where background tasks leave what they have for the desk. Many messages, one wake.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::{
    desk::{RequestId, Stored},
    domain::{Heard, TicketId},
    store::{Appended, Recorded},
};

/// What a background task reports.
#[derive(Debug)]
pub enum Message {
    /// A seller answered, or did not.
    Answered(RequestId, Box<Heard>),
    /// The store answered about an intent.
    Intent(Stored, IntentReply),
    /// The store wrote what was queued; other processes may have written before it.
    Written(Result<Appended, String>),
    /// What other processes wrote.
    Followed(Result<Vec<Recorded>, String>),
    /// The store's one place for an armed ticket was taken for this one, or by whom it is held.
    Armed(TicketId, Result<(), String>),
    /// A ticket asks for its turn once more, at the latest at this time of the steady clock.
    ArmAgain(TicketId, Duration),
    /// The store's files changed.
    StoreChanged,
    /// The recording of the desk ended before the desk did: why.
    Unrecorded(String),
    /// What came of opening the store.
    Opening(super::session::Opening),
    /// Load for measuring: entries that are folded and never journaled.
    Load(Vec<crate::desk::Entry>),
}

/// What became of an intent.
#[derive(Debug)]
pub enum IntentReply {
    /// It is durable, as this row of the journal.
    Stored(u64),
    /// Others wrote first; these are their rows.
    Conflict(Vec<Recorded>),
    /// It could not be stored.
    Failed(String),
}

/// A queue with one wake pending at most.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    queue: Arc<Mutex<VecDeque<Message>>>,
    wake: Arc<Notify>,
}

impl Inbox {
    /// Leaves a message.
    pub fn put(&self, message: Message) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.push_back(message);
        let first = queue.len() == 1;
        drop(queue);
        if first {
            self.wake.notify_one();
        }
    }

    /// Takes at most `most` messages, oldest first.
    pub fn take(&self, most: usize) -> Vec<Message> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let most = most.min(queue.len());
        let taken = queue.drain(..most).collect();
        let left = !queue.is_empty();
        drop(queue);
        if left {
            self.wake.notify_one();
        }
        taken
    }

    /// Whether there is nothing to take.
    pub fn is_empty(&self) -> bool {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Resolves once there is something to take.
    pub async fn filled(&self) {
        loop {
            let wake = self.wake.notified();
            if !self.queue.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
                return;
            }
            wake.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn many_messages_are_one_wake_and_none_is_lost() {
        let inbox = Inbox::default();
        assert!(inbox.filled().now_or_never().is_none());
        for _ in 0..5 {
            inbox.put(Message::StoreChanged);
        }
        assert!(inbox.filled().now_or_never().is_some());
        assert_eq!(inbox.take(3).len(), 3);
        assert!(inbox.filled().now_or_never().is_some(), "two are left");
        assert_eq!(inbox.take(9).len(), 2);
        assert!(inbox.filled().now_or_never().is_none());
    }
}
