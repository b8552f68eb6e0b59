//! Avails: `POST /products/avails`, in both of its forms (wire/iab.md 3.3). Dialect v1 has neither.

use serde::Serialize;

use super::{Ability, Iab, amounts, heard, json, map, part, sound, unserved, unsupported, wire};
use crate::{
    domain::{Answer, Avails, AvailsAsk, AvailsStatus, Heard, ProductId, SellerError},
    sellers::http::{Call, Reply},
};

/// One product, with the impressions wanted.
#[derive(Debug, Serialize)]
#[expect(non_snake_case, reason = "fields are named as they are on the wire")]
struct OneRequest<'a> {
    productid: &'a str,
    startdate: String,
    enddate: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    requestedImpressions: Option<u64>,
}

/// Several products, in the name of an account and its brand.
#[derive(Debug, Serialize)]
struct ManyRequest<'a> {
    productids: Vec<&'a str>,
    accountid: &'a str,
    advertiserbrandid: &'a str,
    startdate: String,
    enddate: String,
}

impl Iab {
    /// What could be had. A seller that is known to speak v1 is not asked.
    pub(super) async fn avails(&self, asked: &AvailsAsk) -> Result<Heard, SellerError> {
        let body = body(asked)?;
        let dialect = match self.detector.dialect(&self.http).await {
            Ok(dialect) => dialect,
            Err(undetected) => return Ok(undetected.heard()),
        };
        let cure = "ask for a quote: it says whether the seller has the impressions";
        if let Some(error) = unserved(dialect, Ability::Avails, "no_avails", cure) {
            return Err(error);
        }
        let told = self.http.call(Call::post("/products/avails", body, true)).await;
        let told = self.explained(dialect, told).await;
        Ok(heard(told, |reply| read(reply, asked)))
    }
}

fn body(asked: &AvailsAsk) -> Result<String, SellerError> {
    let day = |date: jiff::civil::Date| format!("{date}T00:00:00Z");
    let (startdate, enddate) = (day(asked.flight_start), day(asked.flight_end));
    if let [product_id] = asked.product_ids.as_slice() {
        return json(&OneRequest {
            productid: product_id.as_str(),
            startdate,
            enddate,
            requestedImpressions: asked.impressions,
        });
    }
    let account = asked.identity.agency_id.as_deref().or(asked.identity.seat_id.as_deref());
    let (Some(accountid), Some(advertiserbrandid)) =
        (account, asked.identity.advertiser_id.as_deref())
    else {
        return Err(unsupported(
            "no_account",
            "avails of several products are asked in the name of an agency and its advertiser",
            "ask for one product at a time, or reveal both to this seller",
        ));
    };
    if asked.product_ids.is_empty() {
        return Err(unsupported("no_product", "no product was named", "name a product"));
    }
    let productids = asked.product_ids.iter().map(ProductId::as_str).collect();
    json(&ManyRequest { productids, accountid, advertiserbrandid, startdate, enddate })
}

/// A list (the search), or one product's numbers.
fn read(reply: &Reply, asked: &AvailsAsk) -> Result<Answer, SellerError> {
    let list: wire::AvailsReply = part(reply)?;
    let one = || part(reply).map(|one| vec![one]);
    let list = list.avails.0.map_or_else(one, Ok)?;
    let list: map::Read<Vec<Avails>> = list.iter().map(|wire| avails(wire, asked)).collect();
    Ok(Answer::Avails(sound(reply, list)?))
}

fn avails(wire: &wire::Avails, asked: &AvailsAsk) -> map::Read<Avails> {
    let Some(product_id) = wire.productid.or(&wire.product_id).verbatim() else {
        return map::missing("answer", "productid");
    };
    let product_id = ProductId(product_id);
    if !asked.product_ids.contains(&product_id) {
        let says =
            format!("the seller answers about product {product_id}, which was not asked for");
        return Err(map::Unreadable(says));
    }
    let cpm = wire.estimatedCpm.or(&wire.estimated_cpm).or(&wire.price);
    let total = wire.totalCost.or(&wire.total_cost);
    let currency = amounts::beside(&wire.currency, &[cpm, total])?;
    let available =
        wire.availableImpressions.or(&wire.available_impressions).or(&wire.availability).count();
    let available = map::told("availableImpressions", available)?;
    let guaranteed = wire.guaranteedImpressions.or(&wire.guaranteed_impressions).count();
    let total_cost = amounts::cost("totalCost", total, currency)?;
    let raw_status = wire.availsstatus.0.status.label();
    let status = if raw_status.is_empty() {
        AvailsStatus::of(available, asked.impressions)
    } else {
        AvailsStatus::parse(&raw_status)
    };
    Ok(Avails {
        product_id,
        available,
        guaranteed: map::told("guaranteedImpressions", guaranteed)?,
        estimated_cpm: amounts::price("estimatedCpm", cpm, currency)?,
        total_cost,
        status,
        raw_status,
        reason: wire.availsstatus.0.reason.words(),
        flight_start: wire.startdate.words(),
        flight_end: wire.enddate.words(),
        targeting: wire.availableTargeting.or(&wire.available_targeting).texts(),
    })
}
