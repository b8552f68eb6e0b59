//! One stage word for everything on the board, from one table, whatever the protocol calls it.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString};

use super::{DealStatus, Negotiation, Outcome, QuoteStatus};

/// Where a quote or deal stands (decisions.md 22). The seller's own word is always kept beside.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumString,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
pub enum Stage {
    /// A quote that can be booked.
    Quoted,
    /// A negotiation that waits for us.
    MyTurn,
    /// A negotiation that waits for them.
    TheirTurn,
    /// A price is agreed, nothing booked yet.
    Agreed,
    /// A booking is stored and sent, its answer awaited.
    Booking,
    /// A booking whose outcome nobody knows yet. Its money counts as spent.
    Unknown,
    /// The seller has a booking, and its people have not decided on it yet. Its money counts.
    Waiting,
    /// The seller booked something else than was agreed.
    Disputed,
    /// A quote that is booked: its deal stands for it.
    Booked,
    /// Booked; the seller has yet to activate it.
    Proposed,
    /// Inventory held for us.
    Held,
    /// Live.
    Active,
    /// Stopped for a while.
    Paused,
    /// Being negotiated again while it runs.
    Renegotiating,
    /// Delivered.
    Completed,
    /// Its time ran out.
    Expired,
    /// The seller turned it down.
    Rejected,
    /// The seller would not quote, or we walked away.
    Declined,
    /// Taken back.
    Canceled,
    /// Nothing left this machine.
    NotSent,
    /// A word we do not know; the seller's own is shown.
    Other,
}

/// The groups of the board, most urgent first.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
)]
pub enum Group {
    /// A person must act.
    #[strum(to_string = "NEEDS ME")]
    NeedsMe,
    /// On its way.
    #[strum(to_string = "PIPELINE")]
    Pipeline,
    /// Live.
    #[strum(to_string = "LIVE")]
    Live,
    /// Over.
    #[strum(to_string = "DONE")]
    Done,
}

impl Stage {
    /// The word on the screen.
    pub fn words(self) -> &'static str {
        match self {
            Self::Quoted => "QUOTED",
            Self::MyTurn => "MY TURN",
            Self::TheirTurn => "THEIR TURN",
            Self::Agreed => "AGREED",
            Self::Booking => "BOOKING",
            Self::Unknown => "UNKNOWN",
            Self::Waiting => "WAITING",
            Self::Disputed => "DISPUTED",
            Self::Booked => "BOOKED",
            Self::Proposed => "PROPOSED",
            Self::Held => "HELD",
            Self::Active => "ACTIVE",
            Self::Paused => "PAUSED",
            Self::Renegotiating => "RENEGOT",
            Self::Completed => "COMPLETED",
            Self::Expired => "EXPIRED",
            Self::Rejected => "REJECTED",
            Self::Declined => "DECLINED",
            Self::Canceled => "CANCELED",
            Self::NotSent => "NOT SENT",
            Self::Other => "OTHER",
        }
    }

    /// The mark beside the word: read even without colour.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Quoted => "○",
            Self::MyTurn => "▸",
            Self::TheirTurn | Self::Proposed | Self::Booking | Self::Waiting => "◔",
            Self::Agreed => "◎",
            Self::Unknown => "?!",
            Self::Disputed | Self::Expired | Self::Rejected | Self::Declined | Self::NotSent => "✗",
            Self::Held => "▤",
            Self::Active => "●",
            Self::Paused => "‖",
            Self::Renegotiating => "⇄",
            Self::Completed | Self::Booked => "✓",
            Self::Canceled => "–",
            Self::Other => "?",
        }
    }

    /// The group of the board it belongs to.
    pub fn group(self) -> Group {
        match self {
            Self::MyTurn | Self::Agreed | Self::Unknown | Self::Disputed => Group::NeedsMe,
            Self::Quoted
            | Self::TheirTurn
            | Self::Booking
            | Self::Waiting
            | Self::Booked
            | Self::Proposed
            | Self::Held
            | Self::Renegotiating
            | Self::Other => Group::Pipeline,
            Self::Active | Self::Paused => Group::Live,
            Self::Completed
            | Self::Expired
            | Self::Rejected
            | Self::Declined
            | Self::Canceled
            | Self::NotSent => Group::Done,
        }
    }

    /// The stage of a deal by the seller's word.
    pub fn of_deal(status: DealStatus, disputed: bool) -> Self {
        if disputed && !status.is_over() {
            return Self::Disputed;
        }
        match status {
            DealStatus::Proposed => Self::Proposed,
            DealStatus::Active => Self::Active,
            DealStatus::Paused => Self::Paused,
            DealStatus::Rejected => Self::Rejected,
            DealStatus::Expired => Self::Expired,
            DealStatus::Completed => Self::Completed,
            DealStatus::Canceled => Self::Canceled,
            DealStatus::Other => Self::Other,
        }
    }

    /// The stage of a quote that is not being booked.
    pub fn of_quote(status: QuoteStatus, negotiation: Option<&Negotiation>) -> Self {
        match status {
            QuoteStatus::Expired => return Self::Expired,
            QuoteStatus::Declined => return Self::Declined,
            QuoteStatus::Booked => return Self::Booked,
            QuoteStatus::Other => return Self::Other,
            QuoteStatus::Available => {}
        }
        let Some(negotiation) = negotiation else { return Self::Quoted };
        if negotiation.pending.as_ref().is_some_and(|pending| pending.in_doubt) {
            return Self::Unknown;
        }
        match negotiation.outcome {
            Outcome::Accepted => Self::Agreed,
            Outcome::WalkedAway => Self::Declined,
            Outcome::Rejected => Self::Rejected,
            Outcome::TimedOut => Self::Expired,
            Outcome::Unknown => Self::Unknown,
            Outcome::Open | Outcome::Halted if negotiation.pending.is_some() => Self::TheirTurn,
            Outcome::Open | Outcome::Halted => Self::MyTurn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator as _;

    #[test]
    fn every_stage_has_its_own_word_and_reads_back() {
        let words: std::collections::BTreeSet<_> = Stage::iter().map(Stage::words).collect();
        assert_eq!(words.len(), Stage::iter().count());
        for stage in Stage::iter() {
            assert_eq!(stage.to_string().parse::<Stage>().unwrap(), stage);
        }
    }

    #[test]
    fn deals_follow_the_sellers_word_unless_disputed() {
        assert_eq!(Stage::of_deal(DealStatus::Active, false), Stage::Active);
        assert_eq!(Stage::of_deal(DealStatus::Active, true), Stage::Disputed);
        assert_eq!(Stage::of_deal(DealStatus::Completed, true), Stage::Completed);
        assert_eq!(Stage::of_quote(QuoteStatus::Available, None), Stage::Quoted);
        assert_eq!(Stage::of_quote(QuoteStatus::Booked, None), Stage::Booked);
    }
}
