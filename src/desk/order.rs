//! What we ask a seller to do about its orders: a new one for a deal of ours, or a change of one. It
//! never books and never changes what the desk holds of a deal. A seller cannot tell a repeat from a
//! second wish, so it is stored before it leaves, and is sent once.

use serde::{Deserialize, Serialize};

use crate::domain::{ChangeId, DealRef, OrderAsk, OrderId, SellerError};

/// The word that a person types to have an order made.
pub const CREATE: &str = "create";

/// The word that a person types to have an order changed.
pub const CHANGE: &str = "change";

/// Something asked for, stored before its first byte is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderIntent {
    /// Names it within the desk (`or-…`).
    pub id: String,
    /// The process that sends it; it holds a lock while it is alive.
    pub owner: String,
    /// The deal it is about, and so the seller.
    pub deal: DealRef,
    /// What is asked for: [`OrderAsk::Create`] or [`OrderAsk::RequestChange`].
    pub ask: OrderAsk,
    /// Whether nobody knows what became of it.
    pub in_doubt: bool,
}

impl OrderIntent {
    /// What is asked for, in words.
    pub fn says(&self) -> String {
        words(&self.ask, &self.deal)
    }
}

/// What is asked for about a deal, in words.
pub(super) fn words(ask: &OrderAsk, deal: &DealRef) -> String {
    match ask {
        OrderAsk::RequestChange(change) => {
            format!("a change of order {} ({})", change.order_id, change.change_type)
        }
        OrderAsk::Create { .. }
        | OrderAsk::List(_)
        | OrderAsk::Get(_)
        | OrderAsk::History(_)
        | OrderAsk::Changes(_)
        | OrderAsk::Change(_) => format!("an order for {}", deal.deal_id),
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderOutcome {
    /// The seller took it.
    Done {
        /// The order.
        order_id: OrderId,
        /// The change request, if it was one.
        change_id: Option<ChangeId>,
        /// How it stands, in the seller's word.
        status: String,
    },
    /// The seller said no.
    Refused {
        /// In its words.
        error: SellerError,
    },
    /// Nothing left this machine.
    NotSent {
        /// Why.
        error: SellerError,
    },
    /// It left, and nobody knows what became of it.
    Unknown {
        /// What went wrong.
        why: String,
    },
}
