//! API keys on the wire; open to everybody in v1, to the seller's own people in v2.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Answer,
    body::{Body, parse},
    errors::Failure,
    json, naive, operators_only,
};
use crate::sim::iab::{
    exchange::Request,
    keys::{Key, Who},
    market::Market,
    spec::Dialect,
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
    /// Told in v2 alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
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

fn view(key: &Key, dialect: Dialect, now: Timestamp) -> View<'_> {
    let role = if key.is_operator { "operator" } else { "buyer" };
    View {
        key_id: &key.id,
        key_prefix_hint: format!("{}...", key.secret.get(..12).unwrap_or(&key.secret)),
        identity: &key.who,
        role: (dialect == Dialect::V2).then_some(role),
        label: &key.label,
        created_at: naive(key.created_at),
        expires_at: key.expires_at.map(naive),
        revoked: key.revoked,
        is_active: key.is_active(now),
        last_used_at: key.last_used_at.map(naive),
        use_count: key.use_count,
    }
}

pub(super) fn list(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    operators_only(market, request, now)?;
    let dialect = market.spec.dialect;
    // The key of its own people is as old as v2.
    let shown = market.keys.all().filter(|key| dialect == Dialect::V2 || !key.is_operator);
    let keys: Vec<View> = shown.map(|key| view(key, dialect, now)).collect();
    json(&Listed { total: keys.len(), keys })
}

pub(super) fn read(market: &mut Market, key_id: &str, request: &Request, now: Timestamp) -> Answer {
    operators_only(market, request, now)?;
    let key = market.keys.all().find(|key| key.id == key_id);
    let key = key.ok_or_else(|| Failure::words(404, "API key not found"))?;
    json(&view(key, market.spec.dialect, now))
}

pub(super) fn create(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    operators_only(market, request, now)?;
    let mut body = Body::open(whole)?;
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
