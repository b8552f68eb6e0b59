//! Deals on the wire: in an envelope, with what a DSP needs to run them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::{
    money::Money,
    quotes::{PricingView, ProductView, Terms, parts, scope},
};
use crate::{
    domain::{DealType, Tier},
    sim::iab::{
        deal::Deal,
        exchange::Request,
        market::{Booking, Market, Surface, WhatWasDone},
        wire::{
            Answer,
            body::{Body, parse},
            holder, json, may_book, stamp,
        },
    },
};

type Nothing = Option<bool>;

#[derive(Serialize)]
struct Envelope<'a> {
    deal: View<'a>,
    audience_plan_snapshot: Nothing,
    audience_match_summary: Nothing,
}

/// No `bidfloorcur` here: the currency is in the money.
#[derive(Serialize)]
struct OpenRtb<'a> {
    id: &'a str,
    bidfloor: Money,
    at: u8,
    wseat: Vec<&'a str>,
    wadomain: [&'static str; 0],
}

#[derive(Serialize)]
struct View<'a> {
    deal_id: &'a str,
    deal_type: DealType,
    status: &'static str,
    quote_id: &'a str,
    rate_card_id: Nothing,
    product: ProductView<'a>,
    pricing: PricingView<'a>,
    terms: Terms<'a>,
    buyer_tier: Tier,
    seller_id: Nothing,
    expires_at: String,
    activation_instructions: BTreeMap<&'static str, String>,
    openrtb_params: OpenRtb<'a>,
    media_type: &'static str,
    linear_tv: Nothing,
    created_at: String,
    consent_context: Nothing,
    supply_chain: Nothing,
}

fn view(market: &Market, deal: &Deal, now: Timestamp) -> Answer {
    let quote = &deal.quote;
    let (product, pricing, terms) = parts(market, quote);
    json(&Envelope {
        deal: View {
            deal_id: &deal.id,
            deal_type: quote.deal_type,
            status: deal.status(now).word(),
            quote_id: &quote.id,
            rate_card_id: None,
            product,
            pricing,
            terms,
            buyer_tier: quote.tier,
            seller_id: None,
            expires_at: stamp(deal.expires_at),
            activation_instructions: deal.activation(),
            openrtb_params: OpenRtb {
                id: &deal.id,
                bidfloor: Money::new(quote.final_cpm, quote.currency),
                at: market.auction_type(quote.deal_type),
                wseat: deal.seat.as_deref().into_iter().collect(),
                wadomain: [],
            },
            media_type: "digital",
            linear_tv: None,
            created_at: stamp(deal.created_at),
            consent_context: None,
            supply_chain: None,
        },
        audience_plan_snapshot: None,
        audience_match_summary: None,
    })
}

pub(in crate::sim) fn book(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let key = body.key("idempotency_key");
    let quote_id = body.text("quote_id");
    let said = body.who("buyer_identity");
    let notes = body.optional_text("notes");
    body.done()?;
    may_book(market, held.as_ref())?;
    let buyer = scope(held.as_ref(), &said);
    let asked = json!({"quote_id": quote_id, "buyer_identity": said, "notes": notes});
    if let Some(WhatWasDone::Made(deal_id)) =
        market.recall(Surface::Deals, (&buyer, &key), &asked, now)?
    {
        return read(market, &deal_id, now);
    }
    let booking = Booking { quote_id, key: Some(key.clone()), who: held.unwrap_or(said) };
    let deal = market.book(&booking, now)?.clone();
    let done = (asked, WhatWasDone::Made(deal.id.clone()));
    market.remember(Surface::Deals, (&buyer, &key), done, now);
    view(market, &deal, now)
}

pub(in crate::sim) fn read(market: &Market, deal_id: &str, now: Timestamp) -> Answer {
    view(market, market.deal(deal_id)?, now)
}
