//! A target above the price we would get without one is not sent: sellers take any target above their
//! floor as it stands, even one above their list (wire/iab.md 4.3).

use super::{Change, refuse};
use crate::{
    desk::state::State,
    domain::{Cpm, QuoteAsk, SellerName, identity::volume_discount_pct, proof},
};

/// The refusal of a target that could only raise the price; `None` where there is none, or where
/// nothing is known of the price.
pub(super) fn too_high(state: &State, seller: &SellerName, ask: &QuoteAsk) -> Option<Vec<Change>> {
    let target = ask.target_cpm?;
    let most = most(state, seller, ask).filter(|most| target > *most)?;
    let (target, most) = (target.plain(), most.plain());
    Some(refuse(
        "target",
        format!("a target of {target} is above the {most} that {seller} would ask without one"),
        format!("name {most} or less, or no target"),
    ))
}

/// The price without a target: as quoted before on the same terms, else from the seller's catalogue
/// with the discounts that running sellers give.
fn most(state: &State, seller: &SellerName, ask: &QuoteAsk) -> Option<Cpm> {
    let same = state.quotes.values().rev().find(|record| {
        record.quote.seller == *seller
            && record.ask.product_id == ask.product_id
            && record.ask.impressions == ask.impressions
            && record.ask.identity == ask.identity
    });
    if let Some(price) = same.and_then(|record| proof::computed(&record.quote.pricing)) {
        return Some(price);
    }
    let known = state.sellers.get(seller)?;
    let product = known.product(&ask.product_id)?;
    let list = product.base_cpm.or(product.floor_cpm)?;
    // A seller whose key for us says more than we tell gives more.
    let tier = ask.identity.tier().max(known.tier.unwrap_or_default());
    let volume = volume_discount_pct(tier, ask.impressions.unwrap_or_default());
    proof::highest_target(list, tier.discount_pct(), volume)
}
