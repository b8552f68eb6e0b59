//! A negotiation over one quote: its rounds, whose turn it is, and which offers make sense.
//!
//! Rounds alternate: ours, then theirs (a seller answers at once; wire/iab.md section 5). The quoted
//! price is their opening offer. A `reject` carries a price too, but that price is no offer.

mod pace;
mod pending;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::Display;

pub use pace::Pace;
pub use pending::{Pending, Refused, Seen};

use super::{Cpm, Currency, QuoteRef, Refusal, SellerError, money::exact, strategy::Plan};

/// Who made a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum By {
    /// The buyer.
    Us,
    /// The seller.
    Them,
}

/// What a move was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// The quoted price.
    Open,
    /// An offer.
    Counter,
    /// An offer said to be the last. It leaves only accept and walk.
    FinalOffer,
    /// A yes to the other's price.
    Accept,
    /// A no; its price is no offer.
    Reject,
    /// We left.
    Walk,
    /// A word we do not know.
    #[strum(to_string = "{0}")]
    Other(String),
}

impl Action {
    /// Reads the seller's word, in capitals too.
    pub fn parse(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "counter" => Self::Counter,
            "final_offer" => Self::FinalOffer,
            "accept" => Self::Accept,
            "reject" => Self::Reject,
            _ => Self::Other(super::text::clean(word, 40)),
        }
    }

    /// Whether its price can be taken.
    pub fn is_offer(&self) -> bool {
        matches!(self, Self::Open | Self::Counter | Self::FinalOffer)
    }
}

/// One move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Round number; 0 is the quoted price.
    pub round: u32,
    /// Who moved.
    pub by: By,
    /// What the move was.
    pub action: Action,
    /// At which price; `None` if none was named.
    pub cpm: Option<Cpm>,
    /// In whose words, cleaned; may be empty.
    pub rationale: String,
    /// When, on our clock.
    pub at: Timestamp,
    /// The reply as received, cleaned and capped; `None` for our own moves.
    pub raw: Option<String>,
}

/// Where a negotiation stands. Walking, refusing, timing out and halting are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// Still going.
    Open,
    /// A price was agreed.
    Accepted,
    /// We left.
    WalkedAway,
    /// The seller refused.
    Rejected,
    /// The quote ran out under it.
    TimedOut,
    /// The automatic part was stopped; the negotiation itself is still open.
    Halted,
    /// A move got no answer.
    Unknown,
}

impl Outcome {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "still going",
            Self::Accepted => "a price was agreed",
            Self::WalkedAway => "you walked away",
            Self::Rejected => "the seller refused",
            Self::TimedOut => "the quote expired",
            Self::Halted => "the strategy stopped",
            Self::Unknown => "nobody knows how",
        }
    }
}

/// A negotiation over one quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Negotiation {
    /// The quote it is about.
    pub quote: QuoteRef,
    /// The seller's id for it, once known.
    pub negotiation_id: Option<String>,
    /// What we would like to pay.
    pub target: Option<Cpm>,
    /// What we will never pay more than.
    pub limit: Option<Cpm>,
    /// Every move so far, the quoted price first.
    pub rounds: Vec<Round>,
    /// Rounds left as the seller counts them (may be -1 at its end).
    pub rounds_left: Option<i64>,
    /// Where it stands.
    pub outcome: Outcome,
    /// The price agreed.
    pub agreed: Option<Cpm>,
    /// The automatic player, while it is armed.
    pub auto: Option<Plan>,
    /// Our move without an answer.
    pub pending: Option<Pending>,
    /// Our newest move, where it did not come about. The next one takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

impl Negotiation {
    /// A negotiation that opens with the quoted price.
    pub fn open(quote: QuoteRef, quoted: Cpm, rationale: &str, at: Timestamp) -> Self {
        let opening = Round {
            round: 0,
            by: By::Them,
            action: Action::Open,
            cpm: Some(quoted),
            rationale: rationale.to_owned(),
            at,
            raw: None,
        };
        Self {
            quote,
            negotiation_id: None,
            target: None,
            limit: None,
            rounds: vec![opening],
            rounds_left: None,
            outcome: Outcome::Open,
            agreed: None,
            auto: None,
            pending: None,
            refused: None,
        }
    }

    /// The currency that it is held in: that of the quote.
    pub fn currency(&self) -> Currency {
        let first = self.rounds.iter().find_map(|round| round.cpm);
        first.or(self.agreed).map_or(Currency::USD, |price| price.currency())
    }

    /// The price they quoted before the first round.
    pub fn quoted(&self) -> Option<Cpm> {
        self.rounds.first().and_then(|round| round.cpm)
    }

    /// Their newest price that can be taken.
    pub fn their_last(&self) -> Option<Cpm> {
        self.rounds
            .iter()
            .rev()
            .find(|round| round.by == By::Them && round.action.is_offer())
            .and_then(|round| round.cpm)
    }

    /// The price by which they accepted, where it is above the one agreed: a seller that books what it
    /// wrote would book another price than ours.
    pub fn accepted_dearer(&self) -> Option<Cpm> {
        let agreed = self.agreed?;
        let last = self.rounds.last()?;
        let is_accept = last.by == By::Them && last.action == Action::Accept;
        last.cpm.filter(|theirs| is_accept && *theirs > agreed)
    }

    /// Our newest price.
    pub fn our_last(&self) -> Option<Cpm> {
        self.rounds.iter().rev().find(|round| round.by == By::Us).and_then(|round| round.cpm)
    }

    /// Our move under way, where it names a price: leaving names none.
    pub fn priced_move(&self) -> Option<&Pending> {
        self.pending.as_ref().filter(|pending| pending.action != Action::Walk)
    }

    /// How many rounds we have played.
    pub fn played(&self) -> u32 {
        self.rounds.iter().filter(|round| round.by == By::Us).map(|r| r.round).max().unwrap_or(0)
    }

    /// Whether they answered an offer of ours at least once.
    pub fn was_answered(&self) -> bool {
        self.rounds.iter().any(|round| round.by == By::Them && round.round > 0)
    }

    /// Whether it is our move: open, nothing under way.
    pub fn is_our_turn(&self) -> bool {
        matches!(self.outcome, Outcome::Open | Outcome::Halted) && self.pending.is_none()
    }

    /// Whether a price was agreed or one side ended it.
    pub fn is_over(&self) -> bool {
        matches!(
            self.outcome,
            Outcome::Accepted | Outcome::WalkedAway | Outcome::Rejected | Outcome::TimedOut
        )
    }

    /// Whether their newest offer is said to be their last.
    pub fn is_final(&self) -> bool {
        self.rounds
            .iter()
            .rev()
            .find(|round| round.by == By::Them)
            .is_some_and(|round| round.action == Action::FinalOffer)
    }

    /// What lies between their price and ours.
    pub fn gap(&self) -> Option<Decimal> {
        self.their_last()?.minus(&self.our_last()?)
    }

    /// Halfway between their price and ours, in whole ticks of their currency.
    pub fn middle(&self) -> Option<Cpm> {
        let (theirs, ours) = (self.their_last()?, self.our_last()?);
        let middle = Cpm::new(exact::middle(theirs.amount(), ours.amount()), theirs.currency());
        (theirs.currency() == ours.currency()).then(|| middle.nearest())
    }

    /// Whether `cpm` may be offered now. Refusals name their rule and the cure, and send nothing.
    pub fn check_offer(&self, cpm: Cpm, limit: Option<Cpm>, matching: bool) -> Result<(), Refusal> {
        let refuse = |rule: &str, says: String, cure: &str| Err(Refusal::new(rule, says, cure));
        if self.is_over() {
            return refuse(
                "negotiation over",
                format!("this negotiation is over: {}", self.outcome.words()),
                "ask for a new quote (r)",
            );
        }
        if self.pending.is_some() {
            return refuse(
                "move under way",
                "a move is under way and has no answer yet".to_owned(),
                "wait for the answer; a lost one is looked up in the seller's history",
            );
        }
        if self.is_final() && !matching {
            return refuse(
                "final offer",
                "they said this is their final offer".to_owned(),
                "accept it (A) or walk (W)",
            );
        }
        let theirs = self.their_last();
        if let Some(theirs) = theirs
            && theirs.currency() != cpm.currency()
        {
            return refuse(
                "currency",
                format!("they quote in {}, not {}", theirs.currency(), cpm.currency()),
                "offer in their currency",
            );
        }
        if cpm.amount() <= Decimal::ZERO {
            return refuse("price", "an offer must be above zero".to_owned(), "type a price");
        }
        let is_theirs = matching && theirs == Some(cpm);
        if !is_theirs && !cpm.is_on_tick() {
            let says = format!("{} is not in whole {}", cpm.plain(), cpm.currency().ticks());
            return refuse("tick", says, "round it");
        }
        if let Some(limit) = limit
            && cpm.partial_cmp(&limit).is_none_or(std::cmp::Ordering::is_gt)
        {
            return refuse(
                "limit",
                format!("{cpm} is above your limit {limit}"),
                "offer at or under the limit, or change it in the configuration",
            );
        }
        if let Some(theirs) = theirs
            && cpm >= theirs
            && !matching
        {
            return refuse(
                "above their price",
                format!("{} is not under their {}", cpm.plain(), theirs.plain()),
                "match their price (=) or accept it (A)",
            );
        }
        // Some sellers begin above what they quoted: who agrees there pays for having talked.
        if let Some(quoted) = self.quoted()
            && (cpm > quoted || (cpm == quoted && !matching))
        {
            let now = theirs.filter(|theirs| *theirs > quoted);
            let now = now.map_or_else(String::new, |now| format!(", now {}", now.plain()));
            let than = if cpm > quoted { "above" } else { "not under" };
            return refuse(
                "above the quote",
                format!("{} is {than} the quote: quoted {}{now}", cpm.plain(), quoted.plain()),
                "book the quote as it is (B), offer less, or walk (W)",
            );
        }
        Ok(())
    }

    /// Their newest price, where it is above what they quoted: `(quoted, now)`. Nothing is agreed there.
    pub fn above_quote(&self) -> Option<(Cpm, Cpm)> {
        let (quoted, theirs) = (self.quoted()?, self.their_last()?);
        (theirs > quoted).then_some((quoted, theirs))
    }

    /// Whether `cpm` goes back below our own last offer: allowed, but asked about.
    pub fn is_backwards(&self, cpm: Cpm) -> bool {
        self.our_last().is_some_and(|last| cpm < last)
    }
}

#[cfg(test)]
mod tests;
