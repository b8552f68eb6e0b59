//! Deals on the wire, with what a DSP needs to run them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::quotes::{PricingView, ProductView, Terms, parts};
use crate::{
    domain::{DealType, Tier},
    sim::iab::{
        deal::Deal,
        exchange::Request,
        market::{Booking, Market},
        wire::{
            Answer,
            body::{Body, parse},
            holder, json, may_book, stamp,
        },
    },
};

#[derive(Serialize)]
struct OpenRtb<'a> {
    id: &'a str,
    bidfloor: f64,
    bidfloorcur: &'a str,
    at: u8,
    wseat: Vec<&'a str>,
}

#[derive(Serialize)]
struct View<'a> {
    deal_id: &'a str,
    deal_type: DealType,
    status: &'static str,
    quote_id: &'a str,
    product: ProductView<'a>,
    pricing: PricingView<'a>,
    terms: Terms<'a>,
    buyer_tier: Tier,
    expires_at: String,
    activation_instructions: BTreeMap<&'static str, String>,
    openrtb_params: OpenRtb<'a>,
    created_at: String,
}

fn view(market: &Market, deal: &Deal, now: Timestamp) -> Answer {
    let quote = &deal.quote;
    let id = &deal.id;
    let (product, pricing, terms) = parts(market, quote);
    json(&View {
        deal_id: id,
        deal_type: quote.deal_type,
        status: deal.status(now).word(),
        quote_id: &quote.id,
        product,
        pricing,
        terms,
        buyer_tier: quote.tier,
        expires_at: stamp(deal.expires_at),
        activation_instructions: deal.activation(),
        openrtb_params: OpenRtb {
            id,
            bidfloor: quote.final_cpm,
            bidfloorcur: quote.currency,
            at: market.auction_type(quote.deal_type),
            wseat: deal.seat.as_deref().into_iter().collect(),
        },
        created_at: stamp(deal.created_at),
    })
}

pub(in crate::sim) fn book(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let quote_id = body.text("quote_id");
    let said = body.who("buyer_identity");
    body.optional_text("notes");
    body.done()?;
    may_book(market, held.as_ref())?;
    let booking = Booking { quote_id, key: None, who: held.unwrap_or(said) };
    let deal = market.book(&booking, now)?.clone();
    view(market, &deal, now)
}

pub(in crate::sim) fn read(market: &Market, deal_id: &str, now: Timestamp) -> Answer {
    view(market, market.deal(deal_id)?, now)
}
