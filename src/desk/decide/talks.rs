//! Whether a seller negotiates with us: what is said of it, what it did when it was tried, and a person
//! who wants to try all the same.

use super::{Change, Passing, quote};
use crate::{
    desk::{
        record::QuoteRecord,
        seller::Talk,
        state::{SellerState, State},
    },
    domain::{Package, QuoteRef, Refusal},
};

const TRY: &str = "N again tries all the same (`--try`)";

/// Why a seller is said not to negotiate a quote, if it is and nobody tries all the same.
pub(super) fn habit(state: &State, record: &QuoteRecord) -> Option<Refusal> {
    let quote = &record.quote;
    let tries = |seller: &SellerState| seller.tried.contains(&quote.quote_id);
    let tried = state.sellers.get(&quote.seller).is_some_and(tries);
    talks_doubt(state, record).filter(|_| !tried)
}

/// Why a seller is said not to negotiate a quote that is not negotiated yet, if it is: nothing that it said of
/// the quote itself.
pub fn talks_doubt(state: &State, record: &QuoteRecord) -> Option<Refusal> {
    let quote = &record.quote;
    let seller = state.sellers.get(&quote.seller);
    if record.negotiation.is_some() {
        return None;
    }
    let name = &quote.seller;
    match seller.and_then(|seller| seller.talks(quote.buyer_tier)) {
        Some(Talk::Answered) => return None,
        Some(Talk::Refused(says)) => {
            let says = format!("{name} did not negotiate when it was tried: {says}");
            let cure = format!("{TRY}; else book it as quoted (B), or ask with a target price");
            return Some(Refusal::new("no talks", says, cure));
        }
        None => {}
    }
    if let Some(tier) = quote.buyer_tier.filter(|tier| !tier.may_negotiate()) {
        return Some(Refusal::new(
            "tier",
            format!("{name} treats you as {tier}, and negotiates from agency up"),
            format!(
                "{TRY}; else reveal the agency to this seller (its `reveal`) and ask for a new quote"
            ),
        ));
    }
    seller.filter(|seller| is_closed(seller, record)).map(|_| {
        Refusal::new(
            "not negotiable",
            format!("{name} does not negotiate this product"),
            format!("{TRY}; else book it as quoted (B), or ask another seller"),
        )
    })
}

/// Whether every package that holds the product says that it is not negotiable.
fn is_closed(seller: &SellerState, record: &QuoteRecord) -> bool {
    let product = &record.quote.product.product_id;
    let holds = |package: &&Package| {
        package.placements.iter().any(|placement| placement.product_id == *product)
    };
    let mut holding = seller.packages.iter().flatten().filter(holds).peekable();
    holding.peek().is_some() && holding.all(|package| package.negotiation_enabled == Some(false))
}

/// Whether only what is said of the seller stands in the way, so that a person may try.
pub fn can_try(state: &State, record: &QuoteRecord) -> bool {
    habit(state, record).is_some()
}

/// A person wants to try all the same. Nothing is sent by that.
pub(super) fn try_all_the_same(state: &State, key: QuoteRef) -> Vec<Change> {
    if state.quote(&key).is_none() {
        return quote::unknown(state, &key);
    }
    vec![Passing::Tries(key).into()]
}
