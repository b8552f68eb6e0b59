//! Whether the code of an error says no, or leaves open what became of the request that it answers.

use super::{SellerError, deal::says_no, failure::ErrorKind, failure::Fate};

/// The code of a success that says inside that it is none, and gives no code of its own.
pub const NO_CODE: &str = "not_successful";

/// What codes say that leave it open: it was booked already, perhaps by us, or something about it is still
/// under way.
const UNDER_WAY: &[&str] = &[
    "already",
    "conflict",
    "progress",
    "flight",
    "pending",
    "duplicate",
    "idempotency",
    "processing",
    "lock",
    "concurrent",
    "busy",
    "contention",
];

/// The same of a seller that failed over it or had too much to do, whatever it had done by then.
const FAILED: &[&str] = &[
    "internal",
    "server_error",
    "timeout",
    "timed_out",
    "service_unavailable",
    "temporar",
    "upstream",
    "gateway",
    "retry",
    "unknown_error",
    "exception",
    "rate_limit",
    "too_many",
    "throttl",
    "overload",
];

fn has(code: &str, words: &[&str]) -> bool {
    let code = code.to_lowercase().replace(['-', ' '], "_");
    words.iter().any(|word| code.contains(word))
}

/// Whether a code of 409 leaves open what became of this very request. Another code is a plain no.
pub(super) fn is_left_by(code: &str) -> bool {
    code.is_empty() || has(code, UNDER_WAY)
}

/// Whether a success says no by the code of the error that is in it. Words are no code, a number counts as
/// the status that it would be, and a word for a deal that stands is none for an error.
pub(super) fn is_a_no(code: &str) -> bool {
    let code = code.trim();
    if says_no(code) {
        return true;
    }
    if let Ok(number) = code.parse::<i64>() {
        let status = u16::try_from(number).unwrap_or_default();
        let told = SellerError::transport(ErrorKind::Refused, "", "", "");
        let told = SellerError { http_status: status, ..told };
        return (400..500).contains(&status) && told.fate() == Fate::Refused;
    }
    let is_a_code = !code.is_empty() && !code.contains(char::is_whitespace) && code != NO_CODE;
    let stands = super::DealStatus::parse(code) != super::DealStatus::Other;
    is_a_code && !stands && !has(code, UNDER_WAY) && !has(code, FAILED)
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
}
