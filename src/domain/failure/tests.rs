//! What a failure says, and what it means for a booking.

use super::*;

fn error(kind: ErrorKind, status: u16, code: &str) -> SellerError {
    SellerError {
        kind,
        http_status: status,
        code: code.into(),
        says: String::new(),
        cure: String::new(),
        retry_after_s: None,
        bare: false,
    }
}

#[test]
fn the_outcome_table_of_a_booking() {
    use ErrorKind::{Broken, Nonsense, Refused, Timeout, TooLarge, Unavailable, Unreachable};
    for (kind, status, code, fate) in [
        (Unreachable, 0, "connect_error", Fate::NotSent),
        (Timeout, 0, "timeout", Fate::Unknown),
        (Broken, 0, "reset", Fate::Unknown),
        (Nonsense, 200, "", Fate::Unknown),
        (TooLarge, 200, "", Fate::Unknown),
        // A success that says no, and one that says nothing clear.
        (Refused, 200, "rejected", Fate::Refused),
        (Refused, 200, "Declined", Fate::Refused),
        (Refused, 200, "failed", Fate::Refused),
        (Refused, 202, "error", Fate::Refused),
        (Refused, 200, "not_successful", Fate::Unknown),
        (Refused, 200, "sold_out", Fate::Refused),
        (Refused, 200, "quote_expired", Fate::Expired),
        (Refused, 200, "quote_already_booked", Fate::Unknown),
        (Refused, 200, "internal_error", Fate::Unknown),
        (Refused, 200, "cancelled", Fate::Refused),
        (Refused, 200, "DEADLINE_EXCEEDED", Fate::Unknown),
        (Refused, 200, "deal_exists", Fate::Unknown),
        (Refused, 200, "a_code_of_its_own", Fate::Unknown),
        // A plain no, whatever its status.
        (Refused, 400, "invalid_deal_type", Fate::Refused),
        (Refused, 401, "", Fate::Refused),
        (Refused, 402, "", Fate::Refused),
        (Refused, 403, "", Fate::Refused),
        (Refused, 404, "product_not_found", Fate::Refused),
        (Refused, 405, "", Fate::Refused),
        (Refused, 406, "", Fate::Refused),
        (Refused, 409, "inventory_sold_out", Fate::Refused),
        (Refused, 409, "price_below_floor", Fate::Refused),
        (Refused, 412, "", Fate::Refused),
        (Refused, 413, "", Fate::Refused),
        (Refused, 415, "", Fate::Refused),
        (Refused, 418, "", Fate::Refused),
        (Refused, 422, "", Fate::Refused),
        (Refused, 423, "", Fate::Refused),
        (Refused, 428, "", Fate::Refused),
        (Refused, 451, "", Fate::Refused),
        (Unavailable, 501, "", Fate::Refused),
        // The quote is over.
        (Refused, 404, "quote_not_found", Fate::Expired),
        (Refused, 404, "not_found", Fate::Expired),
        (Refused, 409, "not_found", Fate::Refused),
        (Refused, 410, "quote_expired", Fate::Expired),
        (Refused, 409, "quote_expired", Fate::Expired),
        (Refused, 400, "quote_expired", Fate::Expired),
        // It may have been us, or it is still at work.
        (Refused, 408, "", Fate::Unknown),
        (Refused, 409, "", Fate::Unknown),
        (Refused, 409, "quote_already_booked", Fate::Unknown),
        (Refused, 409, "idempotency_conflict", Fate::Unknown),
        (Refused, 409, "request_in_progress", Fate::Unknown),
        (Refused, 409, "IN_FLIGHT", Fate::Unknown),
        (Refused, 409, "duplicate_request", Fate::Unknown),
        (Refused, 409, "quote_booked", Fate::Unknown),
        (Refused, 409, "deal_exists", Fate::Unknown),
        (Refused, 409, "QUOTE_CONSUMED", Fate::Unknown),
        (Refused, 409, "quoteUsed", Fate::Unknown),
        (Refused, 409, "reserved", Fate::Unknown),
        (Refused, 409, "approval_required", Fate::Unknown),
        (Refused, 409, "manual_review", Fate::Unknown),
        (Refused, 409, "queued", Fate::Unknown),
        (Refused, 409, "ABORTED", Fate::Unknown),
        (Refused, 409, "upstream_timeout", Fate::Unknown),
        (Refused, 409, "product_does_not_exist", Fate::Refused),
        (Refused, 409, "invalid_transition", Fate::Refused),
        (Refused, 425, "", Fate::Unknown),
        (Refused, 429, "", Fate::Unknown),
        (Refused, 429, "busy", Fate::Unknown),
        (Refused, 429, "rate_limited", Fate::NotSent),
        (Refused, 429, "RATE-LIMIT-EXCEEDED", Fate::NotSent),
        (Refused, 499, "", Fate::Unknown),
        (Refused, 503, "rate_limited", Fate::Unknown),
        (Unavailable, 500, "", Fate::Unknown),
        (Unavailable, 502, "", Fate::Unknown),
        (Unavailable, 503, "", Fate::Unknown),
        (Unavailable, 504, "", Fate::Unknown),
        // Nothing was done there; 302 and 303 may say where to look for what came of it.
        (Nonsense, 301, "redirect", Fate::Refused),
        (Nonsense, 307, "redirect", Fate::Refused),
        (Nonsense, 308, "redirect", Fate::Refused),
        (Nonsense, 302, "redirect", Fate::Unknown),
        (Nonsense, 303, "redirect", Fate::Unknown),
        (Nonsense, 304, "redirect", Fate::Unknown),
    ] {
        assert_eq!(error(kind, status, code).fate(), fate, "{kind:?} {status} {code}");
        let arrived = matches!(fate, Fate::Refused | Fate::Expired);
        if arrived && (400..600).contains(&status) {
            // The same status on a gateway's page says nothing of what the seller did.
            let page = SellerError { bare: true, ..error(kind, status, code) };
            assert_eq!(page.fate(), Fate::Unknown, "{kind:?} {status} {code}, a page");
        }
    }
}

#[test]
fn only_a_403_about_negotiating_says_that_there_are_no_talks() {
    let blocked = "Agent is blocked. Contact the seller operator for access.";
    for (status, code, says, bare, refuses) in [
        (403, "negotiation_not_enabled", "no", false, true),
        (403, "", "We do not negotiate with seats.", false, true),
        (403, "", blocked, false, false),
        (403, "agent_blocked", blocked, false, false),
        (403, "forbidden", "Operator credential required", false, false),
        (403, "", "negotiation <h1>", true, false),
        (401, "", "Invalid API key", false, false),
        (404, NO_NEGOTIATION, "x", false, true),
        // That a key is missing is no word about negotiating, though it speaks of it.
        (401, "", "negotiation needs a key", false, false),
    ] {
        let error =
            SellerError { says: says.into(), bare, ..error(ErrorKind::Refused, status, code) };
        assert_eq!(error.refuses_talks(), refuses, "{status} {code} {says}");
    }
}

#[test]
fn who_says_no_does_not_fail() {
    for (kind, failed) in [
        (ErrorKind::Refused, false),
        (ErrorKind::Unsupported, false),
        (ErrorKind::Unreachable, true),
        (ErrorKind::Timeout, true),
        (ErrorKind::Unavailable, true),
        (ErrorKind::Nonsense, true),
    ] {
        assert_eq!(error(kind, 0, "").is_failure(), failed, "{kind:?}");
    }
}

#[test]
fn an_error_is_told_without_gaps() {
    for (status, code, says, told) in [
        (404, "quote_not_found", "gone", "404 quote_not_found: gone"),
        (404, "", "Proposal not found", "404: Proposal not found"),
        (503, "", "", "503"),
        (0, "timeout", "timeout", "timeout"),
        (0, "", "words", "words"),
    ] {
        let error = SellerError { says: says.into(), ..error(ErrorKind::Refused, status, code) };
        assert_eq!(error.to_string(), told);
    }
}

#[test]
fn only_a_seller_that_spoke_is_quoted() {
    let says = "Connection refused (os error 111)".to_owned();
    let refused = SellerError { says, ..error(ErrorKind::Unreachable, 0, "connect_error") };
    assert_eq!(refused.told(), "not reached: Connection refused");
    let busy = SellerError { says: "busy".into(), ..error(ErrorKind::Unavailable, 503, "") };
    assert_eq!(busy.told(), "“503: busy”");
}

#[test]
fn only_passing_failures_are_worth_repeating() {
    for (kind, status, passing) in [
        (ErrorKind::Timeout, 0, true),
        (ErrorKind::Unavailable, 502, true),
        (ErrorKind::Unavailable, 503, true),
        (ErrorKind::Unavailable, 504, true),
        (ErrorKind::Unavailable, 500, false),
        (ErrorKind::Unavailable, 501, false),
        (ErrorKind::Refused, 404, false),
        (ErrorKind::Unreachable, 0, false),
        (ErrorKind::Broken, 0, false),
    ] {
        assert_eq!(error(kind, status, "").is_passing(), passing, "{kind:?} {status}");
    }
}
