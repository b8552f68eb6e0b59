//! A target above the price we would get without one is not sent: sellers take any target above their
//! floor as it stands, even one above their list (wire/iab.md 4.3).

use super::{Change, refuse};
use crate::{
    desk::{judge, state::State},
    domain::{QuoteAsk, SellerName},
};

/// The refusal of a target that could only raise the price; `None` where there is none, or where
/// nothing is known of the price.
pub(super) fn too_high(state: &State, seller: &SellerName, ask: &QuoteAsk) -> Option<Vec<Change>> {
    let target = ask.target_cpm?;
    let most = judge::highest_target(state, seller, ask).filter(|most| target > *most)?;
    Some(refuse(
        "target",
        format!("a target of {target} is above the {most} that {seller} would ask without one"),
        format!("name {most} or less, or no target"),
    ))
}
