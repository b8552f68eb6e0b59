//! What each outcome comes to as an exit code, and the codes in words for `--help` and the man page.

pub(crate) use crate::json::Exit;
use crate::{
    desk::BookingState,
    domain::{ErrorKind, SellerError},
    runtime::terminal::Left,
};

impl Exit {
    /// What it means, for `--help` and the man page.
    pub(crate) fn says(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Bug => "a bug, or anything without a name of its own",
            Self::Usage => "the command line makes no sense",
            Self::Configuration => "configuration, key or permission",
            Self::NotFound => "not found",
            Self::Refused => "the seller refused",
            Self::Expired => "the quote expired: ask again",
            Self::Blocked => "your limit, guard or halt stopped it; nothing was sent",
            Self::NotSent => "the seller could not be reached; nothing was committed, try again",
            Self::Unknown => "the outcome is unknown: money may have moved; look before you repeat",
            Self::Partly => "partly done: read the report",
            Self::Waiting => {
                "waiting for a second person, or for the seller's people; never repeat it"
            }
            Self::Disputed => "booked, but not as agreed: talk to the seller",
            Self::Paper => "tried on paper: nothing was sent",
            Self::Unwritten => {
                "done, but the store does not have it: keep the output, mend the store, do not repeat it"
            }
            Self::HungUp => "the terminal went away (SIGHUP)",
            Self::Interrupted => "interrupted before anything was sent",
            Self::Quit => "told to quit (SIGQUIT)",
            Self::Terminated => "told to end (SIGTERM)",
        }
    }

    /// What a failed read or ask comes to: nothing was committed.
    pub(crate) fn of_error(error: &SellerError) -> Self {
        match error.kind {
            ErrorKind::Unsupported | ErrorKind::Configuration => Self::Configuration,
            ErrorKind::Refused if error.says_expired() => Self::Expired,
            ErrorKind::Refused => match error.http_status {
                401 | 403 => Self::Configuration,
                404 => Self::NotFound,
                429 => Self::NotSent,
                _ => Self::Refused,
            },
            ErrorKind::Unreachable
            | ErrorKind::Timeout
            | ErrorKind::Broken
            | ErrorKind::Unavailable
            | ErrorKind::Nonsense
            | ErrorKind::TooLarge => Self::NotSent,
        }
    }

    /// How the desk in the terminal was left.
    pub(crate) fn of_leaving(left: Left) -> Self {
        match left {
            Left::ByHand => Self::Done,
            Left::HungUp => Self::HungUp,
            Left::Interrupted => Self::Interrupted,
            Left::Quit => Self::Quit,
            Left::Terminated => Self::Terminated,
        }
    }

    /// What a booking came to.
    pub(crate) fn of_booking(state: BookingState) -> Self {
        match state {
            // A person ended a closed one in writing: what it came to is on paper, not here.
            BookingState::Done | BookingState::Closed => Self::Done,
            BookingState::Disputed => Self::Disputed,
            BookingState::Refused => Self::Refused,
            BookingState::Expired => Self::Expired,
            BookingState::NotSent => Self::NotSent,
            BookingState::Waiting => Self::Waiting,
            BookingState::Sent | BookingState::Unknown => Self::Unknown,
        }
    }
}

/// The table of exit codes, as `--help` prints it.
pub(crate) fn table() -> String {
    use strum::IntoEnumIterator as _;
    let rows = Exit::iter().map(|exit| format!("  {:>3}  {}", exit.code(), exit.says()));
    let rows: Vec<_> = rows.collect();
    format!("Exit codes:\n{}", rows.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator as _;

    #[test]
    fn the_table_of_exit_codes() {
        let codes: Vec<u8> = Exit::iter().map(Exit::code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 129, 130, 131, 143]);
        for (state, code) in [
            (BookingState::Done, 0),
            (BookingState::Refused, 5),
            (BookingState::Expired, 6),
            (BookingState::NotSent, 8),
            (BookingState::Unknown, 9),
            (BookingState::Waiting, 11),
            (BookingState::Sent, 9),
            (BookingState::Closed, 0),
            (BookingState::Disputed, 12),
        ] {
            assert_eq!(Exit::of_booking(state).code(), code, "{state}");
        }
        assert!(table().contains("  130  interrupted"));
    }

    #[test]
    fn the_schemas_know_every_code_and_every_name() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../assets/schema/common.json")).unwrap();
        let definitions = &schema["$defs"];
        let codes = definitions["exit"]["enum"].as_array().unwrap();
        let names = definitions["error"]["properties"]["kind"]["enum"].as_array().unwrap();
        assert_eq!(*codes, Exit::iter().map(Exit::code).collect::<Vec<_>>());
        assert_eq!(*names, Exit::iter().map(|exit| exit.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn failed_asks_are_told_apart() {
        use ErrorKind::{Configuration, Nonsense, Refused, Timeout, Unavailable, Unreachable};
        for (kind, status, code, exit) in [
            (Unreachable, 0, "connect_error", 8),
            (Timeout, 0, "timeout", 8),
            (Unavailable, 503, "", 8),
            (Nonsense, 200, "", 8),
            (Configuration, 0, "no_key", 3),
            (Refused, 401, "unauthorized", 3),
            (Refused, 404, "product_not_found", 4),
            (Refused, 404, "quote_not_found", 6),
            (Refused, 410, "quote_expired", 6),
            (Refused, 422, "invalid_deal_type", 5),
            (Refused, 429, "", 8),
        ] {
            let error =
                SellerError { http_status: status, ..SellerError::transport(kind, code, "", "") };
            assert_eq!(Exit::of_error(&error).code(), exit, "{kind} {status} {code}");
        }
    }
}
