//! A seller's play book: how it has negotiated with us so far. Shown when a negotiation opens, so that a
//! first offer is made knowing what came of earlier ones.

use rust_decimal::Decimal;

use super::{Action, By, Negotiation, Outcome, money::exact};

/// How a seller negotiates, from the talks that it answered. Percents are of the price before, and the
/// middle of those seen; `None` where none was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayBook {
    /// Talks it answered at least once.
    pub talks: usize,
    /// What it gives with its first answer.
    pub first: Option<Decimal>,
    /// What it gives with each answer after that.
    pub later: Option<Decimal>,
    /// How far under its quote it settles.
    pub settles: Option<Decimal>,
    /// After how many rounds it settles.
    pub rounds: Option<u32>,
    /// Talks that ended with a price.
    pub agreed: usize,
    /// Talks that it ended with a no.
    pub refused: usize,
    /// Talks in which it named a final offer.
    pub finals: usize,
}

impl PlayBook {
    /// From talks with one seller; `None` where it answered none.
    pub fn of<'a>(talks: impl IntoIterator<Item = &'a Negotiation>) -> Option<Self> {
        let talks: Vec<_> = talks.into_iter().filter(|talk| talk.was_answered()).collect();
        if talks.is_empty() {
            return None;
        }
        let (mut first, mut later) = (Vec::new(), Vec::new());
        for talk in &talks {
            let mut given = gives(talk).into_iter();
            first.extend(given.next());
            later.extend(given);
        }
        let settled = talks.iter().filter(|talk| talk.outcome == Outcome::Accepted);
        let settles = settled.clone().filter_map(|talk| {
            let (quoted, agreed) = (talk.quoted()?, talk.agreed?);
            share(quoted.minus(&agreed)?, quoted.amount())
        });
        let rounds = settled.clone().map(|talk| Decimal::from(talk.played()));
        let ended = |outcome| talks.iter().filter(|talk| talk.outcome == outcome).count();
        let is_final = |talk: &&&Negotiation| {
            talk.rounds.iter().any(|round| round.action == Action::FinalOffer)
        };
        Some(Self {
            talks: talks.len(),
            first: middle(first),
            later: middle(later),
            settles: middle(settles.collect()),
            rounds: middle(rounds.collect()).and_then(|rounds| u32::try_from(rounds.ceil()).ok()),
            agreed: settled.count(),
            refused: ended(Outcome::Rejected),
            finals: talks.iter().filter(is_final).count(),
        })
    }
}

/// What they gave with each answer that could be taken, in percent of their price before.
fn gives(talk: &Negotiation) -> Vec<Decimal> {
    let theirs = talk.offers(By::Them);
    let give = |two: &[super::Cpm]| share(two[0].minus(&two[1])?, two[0].amount());
    theirs.windows(2).filter_map(give).collect()
}

fn share(part: Decimal, whole: Decimal) -> Option<Decimal> {
    part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)
}

fn middle(mut values: Vec<Decimal>) -> Option<Decimal> {
    values.sort_unstable();
    let (lower, upper) =
        (values.get(values.len().checked_sub(1)? / 2)?, values.get(values.len() / 2)?);
    Some(exact::middle(*lower, *upper).round_dp(1))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Cpm, QuoteRef, Round};

    fn usd(text: &str) -> Cpm {
        text.parse().unwrap()
    }

    /// Quoted 100; they ask these prices one after the other, and end so.
    fn talk(prices: &[&str], end: Outcome) -> Negotiation {
        let quote = QuoteRef::new("s", "q");
        let mut talk = Negotiation::open(quote, usd("100"), "", Timestamp::UNIX_EPOCH);
        for (nth, price) in (1..).zip(prices) {
            for (by, cpm) in [(By::Us, "50"), (By::Them, *price)] {
                talk.rounds.push(Round {
                    round: nth,
                    by,
                    action: Action::Counter,
                    cpm: Some(usd(cpm)),
                    rationale: String::new(),
                    at: Timestamp::UNIX_EPOCH,
                    raw: None,
                });
            }
        }
        talk.outcome = end;
        talk.agreed = (end == Outcome::Accepted).then(|| talk.their_last()).flatten();
        talk
    }

    #[test]
    fn a_seller_never_talked_to_has_none() {
        assert_eq!(PlayBook::of([]), None);
        assert_eq!(PlayBook::of([&talk(&[], Outcome::WalkedAway)]), None, "it answered nothing");
    }

    #[test]
    fn it_is_the_middle_of_what_was_seen() {
        let talks = [
            talk(&["95", "90.25"], Outcome::Accepted),
            talk(&["97", "97"], Outcome::Rejected),
            talk(&["94"], Outcome::Accepted),
        ];
        let book = PlayBook::of(&talks).unwrap();
        let dec = |text: &str| Some(text.parse::<Decimal>().unwrap());
        assert_eq!((book.talks, book.agreed, book.refused, book.finals), (3, 2, 1, 0));
        assert_eq!((book.first, book.later), (dec("5"), dec("2.5")));
        // 9.75 and 6 percent under the quote, after two rounds and one.
        assert_eq!((book.settles, book.rounds), (dec("7.9"), Some(2)));
    }
}
