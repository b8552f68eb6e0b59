//! A move of ours that was sent: without an answer yet, without one for good, or refused.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Action, Cpm, SellerError};

/// A move that was stored and sent and not answered yet, or never.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The round it opens.
    pub round: u32,
    /// Our price.
    pub cpm: Cpm,
    /// [`Action::Counter`], [`Action::Accept`] where it takes their price, or [`Action::Walk`].
    pub action: Action,
    /// Our words with it.
    #[serde(default)]
    pub note: Option<String>,
    /// Minted with the move, the same for every repeat.
    #[serde(default)]
    pub idempotency_key: String,
    /// Whether a strategy decided it, not a person.
    #[serde(default)]
    pub automatic: bool,
    /// Who runs it: a process that is gone can no longer answer for it.
    pub owner: String,
    /// When it was stored.
    pub at: Timestamp,
    /// Whether its answer is known to be missing.
    pub in_doubt: bool,
    /// Whether the seller answered it at all: then it arrived, whatever its history lacks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub arrived: bool,
    /// What has been seen of it since its answer is missing, oldest first; the newest twenty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Seen>,
}

/// What was seen of a move without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When, on our clock.
    pub at: Timestamp,
    /// What went wrong with it, or what the seller's history says.
    pub says: String,
}

impl Pending {
    /// How much is kept of what was seen.
    const MOST_SEEN: usize = 20;

    /// Its answer is missing, and this was seen.
    pub fn doubt(&mut self, at: Timestamp, says: String) {
        self.in_doubt = true;
        self.seen.push(Seen { at, says });
        if self.seen.len() > Self::MOST_SEEN {
            self.seen.remove(0);
        }
    }
}

/// A move that did not come about, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The price it named.
    pub cpm: Cpm,
    /// What the seller said, or why it never left.
    pub error: SellerError,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_move_in_doubt_the_newest_twenty_looks_are_kept() {
        let mut pending = Pending {
            round: 1,
            cpm: "14.00".parse().unwrap(),
            action: Action::Counter,
            note: None,
            idempotency_key: "key-1".to_owned(),
            automatic: false,
            owner: "owner-1".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            in_doubt: false,
            arrived: false,
            seen: Vec::new(),
        };
        for (looks, first, last) in [(1, 1, 1), (20, 1, 20), (21, 2, 21), (45, 26, 45)] {
            for look in pending.seen.last().map_or(1, |seen| number(&seen.says) + 1)..=looks {
                pending.doubt(Timestamp::UNIX_EPOCH, look.to_string());
            }
            let kept: Vec<u32> = pending.seen.iter().map(|seen| number(&seen.says)).collect();
            assert_eq!(kept, (first..=last).collect::<Vec<_>>());
        }
        assert!(pending.in_doubt);
    }

    fn number(says: &str) -> u32 {
        says.parse().unwrap()
    }
}
