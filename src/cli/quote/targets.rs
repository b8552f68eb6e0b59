//! Whom to ask for what: the product that is wanted in each seller's own catalogue.

use super::Request;
use crate::{
    cli::json::Missing,
    desk::State,
    domain::{
        Product, ProductId, SellerName,
        matching::{self, Found, Unmatched, Wanted},
    },
};

/// One seller, and its own id for the product.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) seller: SellerName,
    pub(super) product_id: ProductId,
    pub(super) product_name: Option<String>,
}

/// The product each seller has for this request, in the order of the sellers; those that have none
/// are named in `partial` with the reason.
pub(super) fn targets(
    state: &State,
    names: &[SellerName],
    request: &Request,
    partial: &mut Vec<Missing>,
) -> Vec<Target> {
    let wanted = request.product.as_deref().map(|typed| wanted(state, typed));
    let mut targets = Vec::new();
    for name in names {
        let Some(seller) = state.sellers.get(name) else { continue };
        let Some(products) = &seller.products else {
            let missing = seller.last_error.as_ref().map_or_else(
                || Missing::because(name, "timeout", "its products did not come in time"),
                |(_, error)| Missing::new(name, error),
            );
            partial.push(missing);
            continue;
        };
        match found(wanted.as_ref(), request, name, products) {
            Ok(found) => targets.push(Target {
                seller: name.clone(),
                product_id: found.product.product_id.clone(),
                product_name: Some(found.product.name.clone()),
            }),
            Err(why) => partial.push(Missing::because(name, "no_product", why.to_string())),
        }
    }
    targets
}

fn found<'a>(
    wanted: Option<&Wanted>,
    request: &Request,
    seller: &SellerName,
    products: &'a [Product],
) -> Result<Found<'a>, Unmatched> {
    match wanted {
        Some(wanted) => matching::find(wanted, seller, products),
        None => matching::by_words(request.query.as_deref().unwrap_or_default(), products),
    }
}

/// What a person typed: the product of the first seller that gave this id, which other sellers are
/// searched for by its name; where no seller gave it, a name.
fn wanted(state: &State, typed: &str) -> Wanted {
    let id = ProductId::from(typed);
    let owner = state.sellers.iter().find_map(|(name, seller)| Some((name, seller.product(&id)?)));
    match owner {
        Some((name, product)) => Wanted::product(name, product),
        None => Wanted { name: Some(typed.to_owned()), ..Wanted::default() },
    }
}
