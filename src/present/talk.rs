//! What is seen of a negotiation beside its moves: each side's newest price, the gaps, the time left.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::{Move, Talk};
use crate::domain::{Action, By, Cpm};

/// What lay between the two sides after a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The round.
    pub round: u32,
    /// After whose move.
    pub by: By,
    /// Their price less ours, per thousand, in the quote's currency.
    pub gap: Decimal,
}

impl Talk {
    /// The price they quoted.
    pub fn quoted(&self) -> Option<Cpm> {
        self.moves.first().and_then(|one| one.cpm)
    }

    /// Their newest price that can be taken, and the one before it.
    pub fn asks(&self) -> (Option<Cpm>, Option<Cpm>) {
        let mut offers = self.moves.iter().rev().filter(|one| one.by == By::Them && is_price(one));
        (offers.next().and_then(|one| one.cpm), offers.next().and_then(|one| one.cpm))
    }

    /// Our newest price that left us, and the one before it.
    pub fn offers(&self) -> (Option<Cpm>, Option<Cpm>) {
        let mut made = self.moves.iter().rev().filter(|one| one.by == By::Us && is_price(one));
        let made = [made.next().and_then(|one| one.cpm), made.next().and_then(|one| one.cpm)];
        if self.offered.is_some() { (self.offered, made[0]) } else { (made[0], made[1]) }
    }

    /// The seller's newest words.
    pub fn their_words(&self) -> Option<&str> {
        let newest = self.moves.iter().rev().find(|one| one.by == By::Them)?;
        Some(newest.words.as_str()).filter(|words| !words.is_empty())
    }

    /// How many rounds we have played.
    pub fn round(&self) -> u32 {
        let under_way = u32::from(self.offered.is_some());
        self.moves.iter().map(|one| one.round).max().unwrap_or(0) + under_way
    }

    /// What lay between the two sides after each move.
    pub fn gaps(&self) -> Vec<Gap> {
        let (mut theirs, mut ours): (Option<Cpm>, Option<Cpm>) = (None, None);
        let mut gaps = Vec::new();
        for one in self.moves.iter().filter(|one| is_price(one)) {
            let side = if one.by == By::Us { &mut ours } else { &mut theirs };
            *side = one.cpm.or(*side);
            let gap = theirs.zip(ours).and_then(|(theirs, ours)| theirs.minus(&ours));
            gaps.extend(gap.map(|gap| Gap { round: one.round, by: one.by, gap }));
        }
        if let Some(gap) = theirs.zip(self.offered).and_then(|(asks, offers)| asks.minus(&offers)) {
            gaps.push(Gap { round: self.round(), by: By::Us, gap });
        }
        gaps
    }

    /// Time left of the quote at `now` on the desk's clock, while it runs.
    pub fn left(&self, now: Timestamp) -> Option<SignedDuration> {
        Some(self.ends_at?.duration_since(now))
    }
}

/// Whether a move's price counts: an offer, or a yes to one. A refusal's price is no offer.
fn is_price(one: &Move) -> bool {
    one.action.is_offer() || one.action == Action::Accept
}
