//! The kinds of request that an IAB seller agent gets, in both dialects.

use crate::sim::{
    exchange::Request,
    service::{Class, Requests},
};

const BOOKING: Class = Class::sends("booking");
const MOVE: Class = Class::sends("move");
const ORDER_WRITE: Class = Class::sends("order or change of one");
const QUOTE: Class = Class::sends("quote");
const QUOTE_READ: Class = Class::reads("look at a quote");
const DEAL_READ: Class = Class::reads("look at a deal");
const NEGOTIATION_READ: Class = Class::reads("look at a negotiation");

/// A booking: `POST /api/v1/deals`.
pub const BOOKINGS: Requests = Requests::Of(BOOKING);
/// A move in a negotiation, as a message or as a counter.
pub const MOVES: Requests = Requests::Of(MOVE);
/// An order made, or a change of one asked for.
pub const ORDER_WRITES: Requests = Requests::Of(ORDER_WRITE);
/// A quote asked for: `POST /api/v1/quotes`.
pub const QUOTES: Requests = Requests::Of(QUOTE);
/// A quote read.
pub const QUOTE_READS: Requests = Requests::Of(QUOTE_READ);
/// A deal read.
pub const DEAL_READS: Requests = Requests::Of(DEAL_READ);
/// A negotiation read.
pub const NEGOTIATION_READS: Requests = Requests::Of(NEGOTIATION_READ);

/// What kind of request this is. A search, a price and avails are posted and change nothing.
pub fn class(request: &Request) -> Class {
    let path = request.path.as_str();
    if request.method != "POST" {
        let reads = [
            ("/api/v1/quotes/", QUOTE_READ),
            ("/api/v1/deals/", DEAL_READ),
            ("/proposals/", NEGOTIATION_READ),
        ];
        let found = reads.into_iter().find(|(root, _)| path.starts_with(root));
        return found.map_or(Class::reads("look"), |(_, class)| class);
    }
    match path {
        "/api/v1/deals" => BOOKING,
        "/api/v1/quotes" => QUOTE,
        "/api/v1/orders" | "/api/v1/change-requests" => ORDER_WRITE,
        "/api/v1/negotiations/messages" => MOVE,
        "/media-kit/search" | "/pricing" | "/products/avails" => Class::reads("look"),
        _ if path.ends_with("/counter") => MOVE,
        _ => Class::sends("send"),
    }
}
