//! What a person can do about a failed question, by its status and code.

use super::envelope::Envelope;
use crate::domain::SellerError;

/// The cure of a reply that is no success.
pub(super) fn of_status(status: u16, envelope: &Envelope) -> &'static str {
    if envelope.missing.iter().any(|field| field.ends_with("idempotency_key")) {
        return "this seller speaks dialect v2: set this seller's `dialect` to \"auto\"";
    }
    if envelope.is_html && status < 500 {
        return "a web page answered: check this seller's `url` in the configuration";
    }
    match envelope.code.as_str() {
        "product_not_found" => return "its products have changed: refresh its kit and quote again",
        "quote_expired" | "quote_not_found" => return "the quote is over: ask for a new one",
        "deal_not_found" => return "check the Deal ID with the seller",
        "quote_already_booked" => {
            return "it may have been us: look at the quote, it names its deal";
        }
        "idempotency_conflict" => {
            return "stop booking with this seller and report it: our request changed under its key";
        }
        "pg_requires_impressions" => return "give the impressions: a guaranteed deal needs them",
        "below_minimum_impressions" => return "ask for more impressions",
        "below_floor_price" => return "offer more: the price is under the seller's floor",
        "invalid_deal_type" => return "choose PG, PD or PA",
        _ => {}
    }
    match status {
        300..=399 => {
            "check this seller's `url` in the configuration: if you trust the address that it sends \
             us to, put it there"
        }
        401 => {
            "check this seller's key in the configuration (`api_key_env`, `api_key_file` or `api_key`): \
             it is wrong, expired or revoked"
        }
        403 => "this seller does not let us in: ask it for access",
        404 => "refresh what is on screen: the seller no longer knows this",
        405 => "this seller does not offer it: check its `dialect` and `url` in the configuration",
        408 | 425 => "try again",
        409 => "look at it again: something has changed at the seller",
        410 => "the quote is over: ask for a new one",
        413 | 414 => "ask for less at once",
        429 => "wait before asking this seller again",
        400 | 422 => "change what the seller objects to and ask again",
        500..=599 => "the seller failed: try again later, or ask its people",
        _ => "ask the seller's people what it means",
    }
}

/// The cure of a body that says nothing readable, by code.
pub(super) fn of_body(code: &str) -> &'static str {
    match code {
        "html" => "check this seller's `url` in the configuration",
        "too_large" | "too_deep" => "ask the seller's people: no answer is that large",
        _ => "ask again; if it stays so, check this seller's `url` and `dialect`",
    }
}

/// The cure where no reply came, by code.
pub(super) fn of_transport(code: &str) -> &'static str {
    match code {
        "connect_error" => {
            "check this seller's `url` and the network; nothing was sent, so asking again is safe"
        }
        "timeout" => "try again later, or raise this seller's `timeout_s`",
        "setup" => {
            "install the machine's CA certificates (the package is often called ca-certificates), \
             then start again"
        }
        "plain_http" => {
            "use https, or set `allow_http = true` for this seller if the way there is safe"
        }
        "bad_url" => "give this seller an http or https `url` without user name and password",
        "bad_key" => "set this seller's key again: it has characters that cannot be sent",
        _ => "look again: it is not known whether the seller got it",
    }
}

/// `error` with another cure, for an adapter that knows better.
pub(crate) fn instead(mut error: SellerError, cure: &str) -> SellerError {
    cure.clone_into(&mut error.cure);
    error
}
