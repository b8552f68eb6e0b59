//! A negotiation whose seller refused a move: the seller's history says whether it goes on. It may have
//! ended by a move that was made before, or never have been one.

use super::{Change, say, seller_actor};
use crate::{
    desk::{
        fact::Fact,
        state::{Purpose, State},
    },
    domain::{
        Answer, By, Cpm, ErrorKind, Negotiation, Outcome, QuoteRef, SellerError, ask::History,
        negotiation::Refused,
    },
};

/// Asks for the history, where the seller said no to the move itself and not to who made it.
pub(super) fn look(state: &State, key: &QuoteRef, error: &SellerError) -> Option<Change> {
    let game = state.quote(key)?.negotiation.as_ref();
    // Where nothing was begun there is no history.
    let is_begun = game.is_some_and(Negotiation::was_answered) || !error.refuses_talks();
    let tells = is_begun
        && error.kind == ErrorKind::Refused
        && !matches!(error.http_status, 401 | 403 | 429);
    let ask = state.quote(key).filter(|_| tells)?.ask_history();
    Some(Change::Ask(key.seller.clone(), ask, Purpose::LookStanding(key.clone())))
}

/// What the history says. What it does not say leaves the negotiation as it is.
pub(super) fn told(
    state: &State,
    key: &QuoteRef,
    result: Result<Answer, SellerError>,
) -> Vec<Change> {
    let game = state.quote(key).and_then(|record| record.negotiation.as_ref());
    let Some(game) = game.filter(|game| !game.is_over() && game.pending.is_none()) else {
        return Vec::new();
    };
    let Some(refused) = &game.refused else { return Vec::new() };
    match result {
        Ok(Answer::History(history)) => match history.status.as_str() {
            "accepted" => accepted(key, game, refused, &history),
            "rejected" => {
                ended(key, Outcome::Rejected, None, "its history says that it was rejected")
            }
            _ => Vec::new(),
        },
        // One that has not begun is there with the first move that the seller takes.
        Err(error) if error.http_status == 404 => {
            let is_there = !game.was_answered() && refused.error.http_status != 404;
            let why = "it knows of no negotiation of this quote";
            if is_there { Vec::new() } else { ended(key, Outcome::Rejected, None, why) }
        }
        Ok(_) | Err(_) => Vec::new(),
    }
}

/// It holds what was agreed only where we offered as much: else nobody here knows what the seller took.
fn accepted(
    key: &QuoteRef,
    game: &Negotiation,
    refused: &Refused,
    history: &History,
) -> Vec<Change> {
    let ours = game.rounds.iter().filter(|round| round.by == By::Us).filter_map(|round| round.cpm);
    let ours = ours.chain([refused.cpm]);
    let told = history.rounds.last().and_then(|round| round.seller_cpm.or(round.buyer_cpm));
    // A record of bare numbers speaks of the quote's own money.
    let price = told.map(|told| Cpm::new(told.amount(), refused.cpm.currency()));
    match price {
        Some(price) if ours.into_iter().any(|offered| price <= offered) => {
            let why = format!("its history says that it was accepted at {price}");
            ended(key, Outcome::Accepted, Some(price), &why)
        }
        price => {
            let price = price.map_or_else(|| "no price".to_owned(), |price| price.to_string());
            let why = format!(
                "its history says that it was accepted at {price}, which was never offered from here: \
                 ask its people"
            );
            ended(key, Outcome::Unknown, None, &why)
        }
    }
}

fn ended(key: &QuoteRef, outcome: Outcome, agreed: Option<Cpm>, why: &str) -> Vec<Change> {
    let fact = Fact::NegotiationEnded { quote: key.clone(), outcome, why: why.to_owned(), agreed };
    let says = format!("{}: {why}", key.seller);
    vec![Change::Keep(seller_actor(&key.seller), fact), say(agreed.is_none(), says)]
}
