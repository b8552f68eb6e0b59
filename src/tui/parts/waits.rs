//! How long an answer is awaited, against how long that seller's answers usually take, so that a
//! person can tell patience from trouble.

use jiff::SignedDuration;

use crate::{
    desk::{SellerState, State},
    domain::SellerName,
};

/// How long a seller's newest answers took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usual {
    median: SignedDuration,
    /// Nine of ten took no longer.
    most: SignedDuration,
}

impl Usual {
    /// Of a seller that answered at least once.
    pub(crate) fn of(state: &State, seller: &SellerName) -> Option<Self> {
        let seller = state.sellers.get(seller)?;
        Some(Self { median: took(seller, 50)?, most: took(seller, 90)? })
    }

    /// Whether an answer takes longer than nine of ten did.
    pub(crate) fn is_slow(self, waits: SignedDuration) -> bool {
        waits > self.most
    }

    /// `p90 2.1s`, where there is little room.
    pub(crate) fn brief(self) -> String {
        format!("p90 {}", seconds(self.most))
    }
}

fn took(seller: &SellerState, percent: usize) -> Option<SignedDuration> {
    let ms = seller.percentile(percent)?;
    Some(SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX)))
}

/// `median 0.8s, p90 2.1s`, and where it is so that this answer takes longer.
pub(crate) fn words(state: &State, seller: &SellerName, waits: SignedDuration) -> String {
    let Some(usual) = Usual::of(state, seller) else {
        return "no answer timed yet".to_owned();
    };
    let slow = if usual.is_slow(waits) { ", slower than usual" } else { "" };
    format!("median {}, {}{slow}", seconds(usual.median), usual.brief())
}

/// `1.2s`, then `14s`.
pub(crate) fn seconds(span: SignedDuration) -> String {
    let millis = span.as_millis().max(0) + 50;
    if millis < 10_000 {
        format!("{}.{}s", millis / 1_000, millis % 1_000 / 100)
    } else {
        format!("{}s", millis / 1_000)
    }
}
