//! The name of an RFQ: when it was sent, so that people can find it again.

use jiff::{Timestamp, tz::TimeZone};

use crate::{desk::State, domain::RfqId};

/// A name that no RFQ has yet: `rfq-0618-140102`, its day and time in UTC.
pub(crate) fn new_id(state: &State, now: Timestamp) -> RfqId {
    let name = now.to_zoned(TimeZone::UTC).strftime("rfq-%m%d-%H%M%S").to_string();
    let is_taken = |rfq: &RfqId| {
        state.places.together(rfq).next().is_some()
            || state.failed_asks.iter().any(|failed| failed.rfq.as_ref() == Some(rfq))
    };
    let first = RfqId(name.clone());
    if !is_taken(&first) {
        return first;
    }
    let others = (2..1_000).map(|nth| RfqId(format!("{name}-{nth}")));
    others.into_iter().find(|rfq| !is_taken(rfq)).unwrap_or(first)
}

/// The time of day at which an RFQ was sent, `14:01:02`; `None` for a name that is not ours.
pub(crate) fn sent(rfq: &RfqId) -> Option<String> {
    let digits = rfq.as_str().strip_prefix("rfq-")?.split('-').nth(1)?;
    let part = |from: usize| digits.get(from..from + 2);
    let is_time = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_time.then(|| Some(format!("{}:{}:{}", part(0)?, part(2)?, part(4)?))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_it_was_sent() {
        let now = "2026-06-18T14:01:02Z".parse().unwrap();
        let rfq = new_id(&State::default(), now);
        assert_eq!(rfq.as_str(), "rfq-0618-140102");
        assert_eq!(sent(&rfq).as_deref(), Some("14:01:02"));
        assert_eq!(sent(&"rfq-0618-140102-2".into()).as_deref(), Some("14:01:02"));
        for other in ["", "rfq-03", "rfq-0618-1401", "need-0618-140102", "rfq-0618-14é102"] {
            assert_eq!(sent(&other.into()), None, "{other}");
        }
    }
}
