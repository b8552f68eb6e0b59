//! What both dialects of the IAB seller agent have in common on the wire: how a body is read, how an
//! error is written, the media kit, the seller's card, orders (wire/iab.md).
//!
//! Served as recorded, apart from what the desk's guide promises and the stock seller lacks: the kit
//! tells `seller_name`, and every placement can be quoted.

pub(in crate::sim) mod body;
mod card;
mod changes;
mod counter;
pub(super) mod errors;
mod history;
mod keys;
mod kit;
mod openapi;
mod orders;
mod pricing;
mod route;

use jiff::Timestamp;
use serde::Serialize;

pub(crate) use errors::unavailable;
use errors::{Failure, failure};
pub(crate) use route::Route;

use super::{
    exchange::{Reply, Request},
    keys::{Caller, Who},
    market::{Market, Refusal},
    spec::{Dialect, KeyUse, Product},
    v1, v2,
};

/// An answer: the body, or why there is none.
pub(super) type Answer = Result<Vec<u8>, Failure>;

/// Answers a request at the seller's time `now`.
pub(crate) fn answer(market: &mut Market, request: &Request, now: Timestamp) -> Reply {
    let dialect = market.spec.dialect;
    let Some(route) = Route::of(&request.path, dialect) else {
        let bare = request.path.trim_end_matches('/');
        if bare.len() < request.path.len() && Route::of(bare, dialect).is_some() {
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
    let is_v2 = market.spec.dialect == Dialect::V2;
    let posts = request.method == "POST";
    match route {
        Route::Root => card::root(market),
        Route::Health => json(&serde_json::json!({"status": "healthy"})),
        Route::OpenApi => openapi::document(market),
        Route::Card => card::card(market, request),
        Route::MediaKit => kit::media_kit(market),
        Route::MediaKitPackages => kit::public_packages(market, request),
        Route::MediaKitPackage(id) => kit::public_package(market, id),
        Route::Search => kit::search(market, request, now),
        Route::Packages => kit::packages(market, request, now),
        Route::Package(id) => kit::package(market, id, request, now),
        Route::Products if is_v2 => v2::products(market, request),
        Route::Products => v1::products(market),
        Route::Product(id) if is_v2 => v2::product(market, id),
        Route::Product(id) => v1::product(market, id),
        Route::Avails => v2::avails(market, request),
        Route::Pricing => pricing::price(market, request, now),
        Route::Quotes if is_v2 => v2::quote(market, request, now),
        Route::Quotes => v1::quote(market, request, now),
        Route::Quote(id) if is_v2 => v2::read_quote(market, id, now),
        Route::Quote(id) => v1::read_quote(market, id, now),
        Route::Deals if is_v2 => v2::book(market, request, now),
        Route::Deals => v1::book(market, request, now),
        Route::Deal(id) if is_v2 => v2::read_deal(market, id, now),
        Route::Deal(id) => v1::read_deal(market, id, now),
        Route::Proposals if is_v2 => v2::propose(market, request, now),
        Route::Proposals => v1::propose(market, request),
        Route::Counter(id) => counter::offer(market, id, request, now),
        Route::Negotiation(id) => history::read(market, id),
        Route::Messages => v2::message(market, request, now),
        Route::Orders if posts => orders::create(market, request, now),
        Route::Orders => orders::list(market, request, now),
        Route::Order(id) => orders::read(market, id),
        Route::OrderHistory(id) => orders::history(market, id),
        Route::OrderAudit(id) => orders::audit(market, id),
        Route::OrderTransition(id) => orders::transition(market, id, request, now),
        Route::Changes if posts => changes::create(market, request, now),
        Route::Changes => changes::list(market, request, now),
        Route::Change(id) => changes::read(market, id),
        Route::ChangeReview(id) => changes::review(market, id, request, now),
        Route::ChangeApply(id) => changes::apply(market, id, request, now),
        Route::Keys if posts => keys::create(market, request, now),
        Route::Keys => keys::list(market, request, now),
        Route::Key(id) => keys::read(market, id, request, now),
    }
}

/// A body of JSON.
pub(super) fn json<T: Serialize>(body: &T) -> Answer {
    serde_json::to_vec(body).map_err(|_| Failure::Broken)
}

/// The reply of a seller that refuses, in its own shape of errors.
pub(crate) fn refused(market: &Market, why: Refusal) -> Reply {
    failure(market, why.into())
}

/// Whose key the request carries, if this seller looks at keys at all.
fn caller(
    market: &mut Market,
    request: &Request,
    now: Timestamp,
) -> Result<Option<Caller>, Failure> {
    match market.spec.behaviour.keys {
        KeyUse::Ignored => Ok(None),
        KeyUse::Honoured => market.keys.holder(request, now).map_err(Failure::Unauthorised),
    }
}

/// The identity behind the request's key; nobody without a key.
pub(super) fn holder(
    market: &mut Market,
    request: &Request,
    now: Timestamp,
) -> Result<Option<Who>, Failure> {
    Ok(caller(market, request, now)?.map(|caller| caller.who))
}

/// Lets only the seller's own people pass, where this dialect asks for them (v2).
fn operators_only(market: &mut Market, request: &Request, now: Timestamp) -> Result<(), Failure> {
    if market.spec.dialect == Dialect::V1 {
        return Ok(());
    }
    match caller(market, request, now)? {
        None => Err(Failure::nobody()),
        Some(caller) if caller.is_operator => Ok(()),
        Some(_) => Err(Failure::words(403, "Operator credential required")),
    }
}

/// Lets a buyer without a key book only where the behaviour does.
pub(super) fn may_book(market: &Market, held: Option<&Who>) -> Result<(), Failure> {
    if held.is_some() || market.spec.behaviour.books_for_anyone {
        Ok(())
    } else {
        Err(Failure::nobody())
    }
}

/// A product of the catalogue.
pub(super) fn catalogued<'a>(market: &'a Market, product_id: &str) -> Result<&'a Product, Failure> {
    market.product(product_id).ok_or_else(|| Failure::words(404, "Product not found"))
}

/// Whom v2 takes a caller for: the holder of its key alone, and nobody at all where the body names an
/// agent that the seller does not know.
pub(super) fn trusted(held: Option<&Who>, agent_url: Option<&str>) -> Who {
    if agent_url.is_some() { Who::default() } else { held.cloned().unwrap_or_default() }
}

/// A time as Python writes an aware one: microseconds unless they are zero, then `Z`.
pub(super) fn stamp(at: Timestamp) -> String {
    format!("{}Z", naive(at))
}

/// A time as Python writes a naive one: no zone at all.
pub(super) fn naive(at: Timestamp) -> String {
    let micros = at.subsec_microsecond();
    let seconds = at.strftime("%Y-%m-%dT%H:%M:%S");
    if micros == 0 { seconds.to_string() } else { format!("{seconds}.{micros:06}") }
}
