//! API keys on the wire; open to everybody in this dialect.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Answer,
    body::{Body, parse},
    errors::Failure,
    json, naive,
};
use crate::sim::{
    exchange::Request,
    keys::{Key, Who},
    market::Market,
};

#[derive(Serialize)]
struct Listed<'a> {
    keys: Vec<View<'a>>,
    total: usize,
}

#[derive(Serialize)]
struct View<'a> {
    key_id: &'a str,
    key_prefix_hint: String,
    identity: &'a Who,
    label: &'a str,
    created_at: String,
    expires_at: Option<String>,
    revoked: bool,
    is_active: bool,
    last_used_at: Option<String>,
    use_count: u64,
}

#[derive(Serialize)]
struct Made<'a> {
    key_id: &'a str,
    api_key: &'a str,
    identity: &'a Who,
    label: &'a str,
    expires_at: Option<String>,
    warning: &'static str,
}

fn view(key: &Key, now: Timestamp) -> View<'_> {
    View {
        key_id: &key.id,
        key_prefix_hint: format!("{}...", key.secret.get(..12).unwrap_or(&key.secret)),
        identity: &key.who,
        label: &key.label,
        created_at: naive(key.created_at),
        expires_at: key.expires_at.map(naive),
        revoked: key.revoked,
        is_active: key.is_active(now),
        last_used_at: key.last_used_at.map(naive),
        use_count: key.use_count,
    }
}

pub(super) fn list(market: &Market, now: Timestamp) -> Answer {
    let keys: Vec<View> = market.keys.all().map(|key| view(key, now)).collect();
    json(&Listed { total: keys.len(), keys })
}

pub(super) fn read(market: &Market, key_id: &str, now: Timestamp) -> Answer {
    let key = market.keys.all().find(|key| key.id == key_id);
    json(&view(key.ok_or_else(|| Failure::words(404, "API key not found"))?, now))
}

pub(super) fn create(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let mut body = Body::open(parse(request)?)?;
    let who = Who {
        seat_id: body.optional_text("seat_id"),
        seat_name: body.optional_text("seat_name"),
        dsp_platform: body.optional_text("dsp_platform"),
        agency_id: body.optional_text("agency_id"),
        agency_name: body.optional_text("agency_name"),
        agency_holding_company: body.optional_text("agency_holding_company"),
        advertiser_id: body.optional_text("advertiser_id"),
        advertiser_name: body.optional_text("advertiser_name"),
        ..Who::default()
    };
    let label = body.optional_text("label").unwrap_or_default();
    let days = body.optional_count("expires_in_days");
    body.done()?;
    let key = market.keys.create(&market.chance, who, label, days, now);
    json(&Made {
        key_id: &key.id,
        api_key: &key.secret,
        identity: &key.who,
        label: &key.label,
        expires_at: key.expires_at.map(naive),
        warning: "Store this key securely. It will not be shown again.",
    })
}
