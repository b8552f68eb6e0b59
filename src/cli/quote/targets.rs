//! Whom to ask for what: the product that is wanted in each seller's own catalogue.

use crate::{
    cli::exit::Exit,
    desk::State,
    domain::{
        Product, ProductId, SellerName,
        matching::{self, Found, Unmatched, Wanted},
    },
    json::Missing,
};

/// What is looked for in each catalogue.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sought<'a> {
    /// A product's id, or its name.
    Product(&'a str),
    /// Words in a product's name.
    Words(&'a str),
}

/// One seller, and its own id for the product.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) seller: SellerName,
    pub(crate) product_id: ProductId,
    pub(crate) product_name: Option<String>,
}

/// The product each seller has for what is sought, in the order of the sellers; those that have none
/// are named in `partial` with the reason.
pub(crate) fn targets(
    state: &State,
    names: &[SellerName],
    sought: Sought<'_>,
    partial: &mut Vec<Missing>,
) -> Vec<Target> {
    let wanted = match sought {
        Sought::Product(typed) => Ok(wanted(state, typed)),
        Sought::Words(words) => Err(words),
    };
    let mut targets = Vec::new();
    for name in names {
        let Some(seller) = state.sellers.get(name) else { continue };
        let products = match (&seller.products, &seller.products_error) {
            (_, Some(error)) => {
                partial.push(Missing::new(name, error));
                continue;
            }
            (Some(products), None) => products,
            (None, None) => {
                partial.push(Missing::late(name, "its products did not come in time"));
                continue;
            }
        };
        match found(wanted.as_ref(), name, products) {
            Ok(found) => targets.push(Target {
                seller: name.clone(),
                product_id: found.product.product_id.clone(),
                product_name: Some(found.product.name.clone()),
            }),
            Err(why) => {
                let why = why.to_string();
                partial.push(Missing::because(name, Exit::NotFound, "no_product", why));
            }
        }
    }
    targets
}

fn found<'a>(
    wanted: Result<&Wanted, &&str>,
    seller: &SellerName,
    products: &'a [Product],
) -> Result<Found<'a>, Unmatched> {
    match wanted {
        Ok(wanted) => matching::find(wanted, seller, products),
        Err(words) => matching::by_words(words, products),
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
