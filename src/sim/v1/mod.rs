//! Dialect v1 of the IAB seller agent: its routes, bodies and errors (wire/iab.md, recordings in
//! wire/iab/v1).
//!
//! Served as recorded, apart from what the desk's guide promises and the stock seller lacks: quotes
//! can be negotiated by their id, `price` is read where `buyer_price` is missing, the kit tells
//! `seller_name`, and every placement can be quoted.

mod body;
mod card;
mod deals;
mod errors;
mod kit;
mod products;
mod quotes;
mod talks;
mod wire_keys;

use jiff::Timestamp;
use serde::Serialize;

pub(crate) use errors::unavailable;
use errors::{Failure, failure};

use super::{
    exchange::{Reply, Request},
    keys::Who,
    market::Market,
    spec::KeyUse,
};

/// Where bookings are posted.
pub(crate) const BOOKING: &str = "/api/v1/deals";

/// An answer: the body, or why there is none.
type Answer = Result<Vec<u8>, Failure>;

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route<'a> {
    Root,
    Health,
    Card,
    MediaKit,
    MediaKitPackages,
    MediaKitPackage(&'a str),
    Search,
    Packages,
    Package(&'a str),
    Products,
    Product(&'a str),
    Pricing,
    Quotes,
    Quote(&'a str),
    Deals,
    Deal(&'a str),
    Counter(&'a str),
    Negotiation(&'a str),
    Keys,
    Key(&'a str),
}

impl<'a> Route<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        Some(match segments.as_slice() {
            [""] => Self::Root,
            ["health"] => Self::Health,
            [".well-known", "agent.json"] => Self::Card,
            ["media-kit"] => Self::MediaKit,
            ["media-kit", "packages"] => Self::MediaKitPackages,
            ["media-kit", "packages", id] if !id.is_empty() => Self::MediaKitPackage(id),
            ["media-kit", "search"] => Self::Search,
            ["packages"] => Self::Packages,
            ["packages", id] if !id.is_empty() => Self::Package(id),
            ["products"] => Self::Products,
            ["products", id] if !id.is_empty() => Self::Product(id),
            ["pricing"] => Self::Pricing,
            ["api", "v1", "quotes"] => Self::Quotes,
            ["api", "v1", "quotes", id] if !id.is_empty() => Self::Quote(id),
            ["api", "v1", "deals"] => Self::Deals,
            ["api", "v1", "deals", id] if !id.is_empty() => Self::Deal(id),
            ["proposals", id, "counter"] if !id.is_empty() => Self::Counter(id),
            ["proposals", id, "negotiation"] if !id.is_empty() => Self::Negotiation(id),
            ["auth", "api-keys"] => Self::Keys,
            ["auth", "api-keys", id] if !id.is_empty() => Self::Key(id),
            _ => return None,
        })
    }

    /// The methods it is served with.
    fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Root
            | Self::Health
            | Self::Card
            | Self::MediaKit
            | Self::MediaKitPackages
            | Self::MediaKitPackage(_)
            | Self::Packages
            | Self::Package(_)
            | Self::Products
            | Self::Product(_)
            | Self::Quote(_)
            | Self::Deal(_)
            | Self::Negotiation(_)
            | Self::Key(_) => &["GET"],
            Self::Search | Self::Pricing | Self::Quotes | Self::Deals | Self::Counter(_) => {
                &["POST"]
            }
            Self::Keys => &["GET", "POST"],
        }
    }
}

/// Answers a request at the seller's time `now`.
pub(crate) fn answer(market: &mut Market, request: &Request, now: Timestamp) -> Reply {
    let Some(route) = Route::of(&request.path) else {
        let bare = request.path.trim_end_matches('/');
        if bare.len() < request.path.len() && Route::of(bare).is_some() {
            let mut reply = Reply::new(307, "text/plain; charset=utf-8", Vec::new());
            let host = request.header("host").unwrap_or("localhost");
            reply.headers.insert("location".to_owned(), format!("http://{host}{bare}"));
            reply.headers.remove("content-type");
            return reply;
        }
        return failure(market, Failure::words(404, "Not Found"));
    };
    if !route.methods().contains(&request.method.as_str()) {
        let mut reply = failure(market, Failure::words(405, "Method Not Allowed"));
        reply.headers.insert("allow".to_owned(), route.methods().join(", "));
        if request.method == "HEAD" {
            reply.body.clear();
        }
        return reply;
    }
    match served(market, route, request, now) {
        Ok(body) => Reply::new(200, "application/json", body),
        Err(why) => failure(market, why),
    }
}

fn served(market: &mut Market, route: Route, request: &Request, now: Timestamp) -> Answer {
    match route {
        Route::Root => card::root(market),
        Route::Health => json(&serde_json::json!({"status": "healthy"})),
        Route::Card => card::card(market, request),
        Route::MediaKit => kit::media_kit(market),
        Route::MediaKitPackages => kit::public_packages(market, request),
        Route::MediaKitPackage(id) => kit::public_package(market, id),
        Route::Search => kit::search(market, request, now),
        Route::Packages => kit::packages(market, request, now),
        Route::Package(id) => kit::package(market, id, request, now),
        Route::Products => products::products(market),
        Route::Product(id) => products::product(market, id),
        Route::Pricing => products::pricing(market, request, now),
        Route::Quotes => quotes::create(market, request, now),
        Route::Quote(id) => quotes::read(market, id, now),
        Route::Deals => deals::book(market, request, now),
        Route::Deal(id) => deals::read(market, id, now),
        Route::Counter(id) => talks::counter(market, id, request, now),
        Route::Negotiation(id) => talks::history(market, id),
        Route::Keys if request.method == "POST" => wire_keys::create(market, request, now),
        Route::Keys => wire_keys::list(market, now),
        Route::Key(id) => wire_keys::read(market, id, now),
    }
}

/// A body of JSON.
fn json<T: Serialize>(body: &T) -> Answer {
    serde_json::to_vec(body).map_err(|_| Failure::Broken)
}

/// Whose key the request carries, if this seller looks at keys at all.
fn holder(market: &mut Market, request: &Request, now: Timestamp) -> Result<Option<Who>, Failure> {
    match market.spec.temper.keys {
        KeyUse::Ignored => Ok(None),
        KeyUse::Honoured => market.keys.holder(request, now).map_err(Failure::Unauthorised),
    }
}

/// A time as Python writes an aware one: microseconds unless they are zero, then `Z`.
fn stamp(at: Timestamp) -> String {
    format!("{}Z", naive(at))
}

/// A time as Python writes a naive one: no zone at all.
fn naive(at: Timestamp) -> String {
    let micros = at.subsec_microsecond();
    let seconds = at.strftime("%Y-%m-%dT%H:%M:%S");
    if micros == 0 { seconds.to_string() } else { format!("{seconds}.{micros:06}") }
}
