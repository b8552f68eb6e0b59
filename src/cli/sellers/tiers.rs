//! The tier that each seller gave us, as it was last heard: by `sellers test`, or with a quote. Kept in the
//! store's cache, so that the next command knows it, and shown with its age.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::context::Context;
use crate::{
    domain::{SellerName, Tier, json},
    json::seller::Known,
    runtime::{config::Seller, open},
    store::{Cached, QuoteFilter, Reader, Store, StoreError, Tuning, Window},
};

/// What it is kept under.
const KIND: &str = "tier";

/// What is kept of a seller. At another address it may be another one, and told more of us it may give
/// another tier.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    url: String,
    reveal: Tier,
    tier: Tier,
}

/// Keeps what a walk learnt. Nothing rests on it: that it could not be kept is no trouble.
pub(super) async fn keep(context: &Context, seller: &Seller, known: &Known) {
    if let Err(error) = try_keep(context, seller, known).await {
        tracing::warn!(seller = %seller.name, %error, "its tier is not kept");
    }
}

async fn try_keep(context: &Context, seller: &Seller, known: &Known) -> Result<(), StoreError> {
    let tier = known.tier.as_deref().and_then(|tier| tier.parse().ok());
    let Some(tier) = tier.filter(|_| !context.config.read_only) else { return Ok(()) };
    let kept = Kept { url: seller.url.to_string(), reveal: seller.reveal, tier };
    let Ok(json) = json::text(&kept) else { return Ok(()) };
    let tuning = Tuning { mode: context.config.mode, ..Tuning::default() };
    let store = Store::open_with(&open::location(&context.config), &tuning)?;
    let cached =
        Cached { seller: seller.name.clone(), kind: KIND.to_owned(), json, at: context.now() };
    store.put_cache(cached).await
}

/// The tier that a seller last gave us, and when; `None` where the store knows of none.
pub(super) fn kept(context: &Context, name: &SellerName) -> Option<(Tier, Timestamp)> {
    let seller = context.config.sellers.iter().find(|seller| seller.name == *name)?;
    let reader = Reader::open(&context.config.store).ok()?;
    let cached = reader.cached(name, KIND).ok().flatten().and_then(|cached| {
        let kept: Kept = serde_json::from_str(&cached.json).ok()?;
        let is_same = kept.url == seller.url.as_str() && kept.reveal == seller.reveal;
        is_same.then_some((kept.tier, cached.at))
    });
    // The newest one that says what it takes us for is the last one it gave us, as a rule.
    let filter = QuoteFilter { seller: Some(name.clone()), ..QuoteFilter::default() };
    let mut quoted = None;
    let window = Window { newest: Some(1), skip: 0 };
    let read = reader.each_quote(&filter, window, &mut |unread| {
        let record = unread.read()?;
        quoted = record.quote.buyer_tier.map(|tier| (tier, record.received_at));
        Ok(true)
    });
    let quoted = read.ok().and(quoted);
    [cached, quoted].into_iter().flatten().max_by_key(|(_, at)| *at)
}
