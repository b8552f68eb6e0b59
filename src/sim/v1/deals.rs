//! Deals on the wire, with what a DSP needs to run them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Answer,
    body::{Body, parse},
    holder, json,
    quotes::{PricingView, ProductView, Terms, parts},
    stamp,
};
use crate::{
    domain::{DealType, Tier},
    sim::{deal::Deal, exchange::Request, market::Market},
};

#[derive(Serialize)]
struct OpenRtb<'a> {
    id: &'a str,
    bidfloor: f64,
    bidfloorcur: &'static str,
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
        activation_instructions: BTreeMap::from([
            ("ttd", format!("In The Trade Desk, create a new PMP deal with Deal ID: {id}")),
            ("dv360", format!("In DV360, add deal {id} under Inventory > My Inventory > Deals")),
            ("xandr", format!("In Xandr, navigate to Deals and enter Deal ID: {id}")),
        ]),
        openrtb_params: OpenRtb {
            id,
            bidfloor: quote.final_cpm,
            bidfloorcur: "USD",
            at: match quote.deal_type {
                DealType::Guaranteed | DealType::Preferred => market.spec.temper.fixed_price_at,
                DealType::Auction => 3,
            },
            wseat: deal.seat.as_deref().into_iter().collect(),
        },
        created_at: stamp(deal.created_at),
    })
}

pub(super) fn book(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let quote_id = body.text("quote_id");
    let said = body.who("buyer_identity");
    body.optional_text("notes");
    body.done()?;
    let deal = market.book(&quote_id, &held.unwrap_or(said), now)?.clone();
    view(market, &deal, now)
}

pub(super) fn read(market: &Market, deal_id: &str, now: Timestamp) -> Answer {
    view(market, market.deal(deal_id)?, now)
}
