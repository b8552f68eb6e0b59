//! A seller that restarted has minted new product ids: the product is found again by its name, in the
//! seller's own catalogue (wire/iab.md section 8, no. 11).

use jiff::Timestamp;

use super::{Change, Passing, quote, say, seller_actor};
use crate::{
    desk::{
        fact::Fact,
        state::{InFlight, Purpose, State},
    },
    domain::{
        Answer, Ask, Product, QuoteAsk, SellerError, SellerName,
        matching::{self, By, Wanted},
    },
};

/// Asks for the catalogue, where a seller does not know a product that it once named.
pub(super) fn ask_again(flight: &InFlight, ask: &QuoteAsk, error: &SellerError) -> Change {
    let (ask, error) = (Box::new(ask.clone()), Box::new(error.clone()));
    let purpose = Box::new(flight.purpose.clone());
    Change::Ask(flight.seller.clone(), Ask::Products, Purpose::Rematch { ask, purpose, error })
}

/// The catalogue came, or did not: the same product under its new id is asked for.
pub(super) fn answered(
    state: &State,
    flight: &InFlight,
    result: Result<Answer, SellerError>,
    now: Timestamp,
) -> Vec<Change> {
    let Purpose::Rematch { ask, purpose, error } = &flight.purpose else { return Vec::new() };
    let seller = &flight.seller;
    let mut changes = Vec::new();
    let found = match result {
        Ok(Answer::Products(products)) => {
            let found = called(seller, &products, ask).cloned();
            let answer = Box::new(Answer::Products(products));
            changes.push(Passing::Published(seller.clone(), answer).into());
            found
        }
        Ok(_) | Err(_) => None,
    };
    let Some(product) = found else {
        let asked = Ask::Quote { ask: (**ask).clone(), idempotency_key: String::new() };
        changes.extend(quote::came(state, (seller, &asked, purpose), Err((**error).clone())));
        return changes;
    };
    let says = format!("{seller} has minted new product ids: {} found by its name", product.name);
    let mut ask = (**ask).clone();
    ask.product_id = product.product_id;
    let idempotency_key = quote::key_for(state, seller, &ask, now);
    let rfq = if let Purpose::Quote { rfq, .. } = &**purpose { rfq.clone() } else { None };
    let fact = Fact::QuoteRequested { seller: seller.clone(), ask: ask.clone(), rfq };
    changes.push(Change::Keep(seller_actor(seller), fact));
    changes.push(Change::Ask(
        seller.clone(),
        Ask::Quote { ask, idempotency_key },
        (**purpose).clone(),
    ));
    changes.push(say(false, says));
    changes
}

/// The one product with the name that was asked for, under another id. Two of one name match nothing.
fn called<'a>(seller: &SellerName, products: &'a [Product], ask: &QuoteAsk) -> Option<&'a Product> {
    let wanted = Wanted {
        from: Some(seller.clone()),
        product_id: Some(ask.product_id.clone()),
        name: ask.product_name.clone(),
        inventory_type: None,
    };
    let found = matching::find(&wanted, seller, products).ok()?;
    (found.by == By::NewId).then_some(found.product)
}
