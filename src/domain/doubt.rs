//! Whether the code of an error says no, or leaves open what became of the request that it answers.

use super::{SellerError, deal::says_no, failure::ErrorKind, failure::Fate, letters::words_of};

/// The code of a success that says inside that it is none, and gives no code of its own.
pub const NO_CODE: &str = "not_successful";

/// What codes say that leave it open: it was booked already, perhaps by us, it is not decided, or something
/// about it is still under way. A mark before a word means that a word begins there.
const UNDER_WAY: &[&str] = &[
    "already",
    "conflict",
    "progress",
    "flight",
    "pending",
    "duplicate",
    "idempotency",
    "processing",
    "_lock",
    "deadlock",
    "concurren",
    "busy",
    "contention",
    "_abort",
    "_exist",
    "_booked",
    "_consumed",
    "_used",
    "_in_use",
    "_reserved",
    "_accept",
    "_approv",
    "_review",
    "_queue",
    "_await",
];

/// The same of a seller that failed over it or had too much to do, whatever it had done by then.
const FAILED: &[&str] = &[
    "internal",
    "server_error",
    "timeout",
    "timed_out",
    "deadline",
    "cancel",
    "unavailable",
    "temporar",
    "upstream",
    "backend",
    "database",
    "gateway",
    "network",
    "connection",
    "sync",
    "retry",
    "unknown_error",
    "unexpected",
    "exception",
    "rate_limit",
    "too_many",
    "throttl",
    "overload",
];

/// What codes say that are a plain no, whatever stands beside these words. Any other code is one that we do
/// not know, and what is not known may have been booked.
const NOES: &[&str] = &[
    "sold_out",
    "out_of_stock",
    "insufficient",
    "no_inventory",
    "no_avails",
    "floor",
    "minimum",
    "too_low",
    "invalid",
    "validation",
    "malformed",
    "bad_request",
    "unprocessable",
    "unsupported",
    "not_supported",
    "not_found",
    "unknown_product",
    "unknown_quote",
    "expired",
    "forbidden",
    "denied",
    "unauthori",
    "unauthenticated",
    "not_allowed",
    "not_permitted",
    "ineligible",
    "not_eligible",
    "blocked",
    "rejected",
    "declined",
    "refused",
];

/// What is said of the thing that is asked for, by words that elsewhere leave doubt.
const SAID_OTHERWISE: &[(&str, &str)] = &[
    ("not_exist", "not_found"),
    ("inventory_unavailable", "sold_out"),
    ("product_unavailable", "sold_out"),
];

/// What stands for no error at all.
const NOTHING: &[&str] =
    &["ok", "none", "no_error", "success", "n/a", "na", "null", "nil", "false", "0", "-"];

fn has(code: &str, any: &[&str]) -> bool {
    let said = SAID_OTHERWISE.iter();
    let code = said.fold(words_of(code), |code, (said, means)| code.replace(said, means));
    any.iter().any(|word| code.contains(word))
}

/// Whether a code of 409 leaves open what became of this very request. Another code is a plain no.
pub(super) fn is_left_by(code: &str) -> bool {
    code.is_empty() || has(code, UNDER_WAY) || has(code, FAILED)
}

/// Whether an error by this code is known to leave open what became of the request, whichever word stands
/// beside it. A number counts as the status that it would be.
pub fn leaves_doubt(code: &str) -> bool {
    match code.trim().parse::<i64>() {
        Ok(number) => match u16::try_from(number) {
            Ok(status @ 400..500) => fate_of(status) == Fate::Unknown,
            Ok(status) => (500..600).contains(&status),
            // JSON-RPC's own words for a server that failed.
            Err(_) => number == -32_603 || (-32_099..=-32_000).contains(&number),
        },
        Err(_) => has(code, UNDER_WAY) || has(code, FAILED),
    }
}

/// Whether what stands where an error would stand says that there is none.
pub fn is_no_error(said: &str) -> bool {
    NOTHING.contains(&said.trim().to_lowercase().replace(' ', "_").as_str())
}

fn fate_of(status: u16) -> Fate {
    let told = SellerError::transport(ErrorKind::Refused, "", "", "");
    SellerError { http_status: status, ..told }.fate()
}

/// Whether a success says no by the code of the error that is in it, or by its word for how it stands. Only
/// what is known to be a no is one: words are no code, and a number counts as the status that it would be.
pub(super) fn is_a_no(code: &str) -> bool {
    let code = code.trim();
    if says_no(code) {
        return true;
    }
    if let Ok(number) = code.parse::<i64>() {
        return u16::try_from(number)
            .is_ok_and(|status| (400..500).contains(&status) && fate_of(status) == Fate::Refused);
    }
    let is_a_code = !code.contains(char::is_whitespace);
    is_a_code && has(code, NOES) && !leaves_doubt(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_in_a_success_says_no_unless_it_leaves_doubt() {
        for code in [
            "sold_out",
            "INVENTORY_UNAVAILABLE",
            "price-below-floor",
            "unknown_product",
            "invalid_request",
            "error",
            "Rejected",
            "CREATIVE_NOT_ALLOWED",
            "below_curated_floor",
            "productDoesNotExist",
            "agent_blocked",
            "offer_expired",
            "unsupported_capability",
            "validation_failed",
            "422",
            "403",
        ] {
            assert!(is_a_no(code), "{code}");
        }
        for code in [
            "",
            NO_CODE,
            "no stock left",
            "CONFIRMED",
            "active",
            "quote_already_booked",
            "request-in-progress",
            "PENDING_REVIEW",
            "internal_error",
            "Internal-Server-Error",
            "upstream_timeout",
            "service unavailable",
            "RATE_LIMITED",
            "too-many-requests",
            // It was booked already, or is not decided.
            "quote_booked",
            "dealExists",
            "quote_consumed",
            "quote.used",
            "reserved",
            "approval_required",
            "manual_review",
            "queued",
            "DEADLOCK_DETECTED",
            // It failed, or nobody knows what it means.
            "UNKNOWN",
            "UNAVAILABLE",
            "DEADLINE_EXCEEDED",
            "unexpected",
            "database_error",
            "sync_failed",
            "backend_unavailable",
            "E500",
            "creative_missing",
            "W101",
            "ok",
            "none",
            "success",
            "n/a",
            "409",
            "408",
            "429",
            "500",
            "503",
            "200",
            "0",
            "-32603",
            "99999999999",
        ] {
            assert!(!is_a_no(code), "{code}");
        }
    }

    #[test]
    fn an_error_that_is_known_to_leave_doubt_is_told_from_one_that_nobody_knows() {
        for code in
            ["ABORTED", "CANCELLED", "upstream_timeout", "quoteBooked", "500", "429", "-32603"]
        {
            assert!(leaves_doubt(code), "{code}");
        }
        for code in [
            "",
            "x",
            "E500",
            "sold_out",
            "refused",
            "focused_audience",
            "overbooked",
            "422",
            "410",
            "0",
        ] {
            assert!(!leaves_doubt(code), "{code}");
        }
        for said in ["ok", "None", "SUCCESS", "n/a", " no error ", "0"] {
            assert!(is_no_error(said), "{said}");
        }
        for said in ["", "sold_out", "not ok", "1"] {
            assert!(!is_no_error(said), "{said}");
        }
    }
}
