//! What is typed on the command line: prices, counts, dates, kinds of deal.

use std::str::FromStr as _;

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use crate::domain::{DealType, Identity, Stage, Tier, money, typed};

/// A price above zero: `25.22`, `25,22`, `$25.22`.
pub(crate) fn price(text: &str) -> Result<Decimal, String> {
    money::typed(text)
        .filter(|price| *price > Decimal::ZERO)
        .ok_or_else(|| "write a price above zero, like 25.22".to_owned())
}

/// A step: a price or zero.
pub(crate) fn step(text: &str) -> Result<Decimal, String> {
    money::typed(text).ok_or_else(|| "write an amount, like 1.25".to_owned())
}

/// Impressions: `500000`, `500_000`, `500,000`, `500k`.
pub(crate) fn impressions(text: &str) -> Result<u64, String> {
    let wrong = || "write a whole number above zero, like 500_000, 500k or 1.2m".to_owned();
    typed::impressions(text).ok_or_else(wrong)
}

/// A day: `2026-07-01`.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    Date::from_str(text).map_err(|_| "write a day like 2026-07-01".to_owned())
}

/// What is said with every question about a flight: when it is, and how much of us the question tells.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Terms {
    /// First day of the flight [default: in a week, UTC]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) start: Option<Date>,
    /// Last day of the flight [default: 30 days in all]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) end: Option<Date>,
    /// The most this tells of you: public, seat, agency or advertiser
    #[arg(long, value_name = "TIER", value_parser = tier)]
    pub(crate) reveal: Option<Tier>,
}

impl Terms {
    /// First and last day, as far as they were given.
    pub(crate) fn flight(&self, now: Timestamp) -> (Date, Date) {
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let start = self.start.unwrap_or_else(|| typed::usual_flight(today).0);
        (start, self.end.unwrap_or_else(|| typed::usual_end(start)))
    }

    /// What is told of us, at most.
    pub(crate) fn identity(&self, ours: &Identity) -> Identity {
        ours.revealed(self.reveal.unwrap_or(Tier::Advertiser))
    }
}

/// `PG`, `PD` or `PA`, in any spelling sellers use.
pub(crate) fn deal_type(text: &str) -> Result<DealType, String> {
    let kind = DealType::parse(text).filter(|kind| DealType::ALL.contains(kind));
    kind.ok_or_else(|| "use PG, PD or PA".to_owned())
}

/// How much a seller is told.
pub(crate) fn tier(text: &str) -> Result<Tier, String> {
    Tier::from_str(text).map_err(|_| "use public, seat, agency or advertiser".to_owned())
}

/// A stage of the board.
pub(crate) fn stage(text: &str) -> Result<Stage, String> {
    use strum::IntoEnumIterator as _;
    let all = || Stage::iter().map(|stage| stage.to_string()).collect::<Vec<_>>().join(", ");
    Stage::from_str(&text.replace([' ', '-'], "_")).map_err(|_| format!("use one of {}", all()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_or_explained() {
        assert_eq!(price("25,22").unwrap().to_string(), "25.22");
        for bad in ["0", "-1", "1e3", "ten", ""] {
            assert!(price(bad).is_err(), "{bad}");
        }
        assert_eq!(step("0").unwrap(), Decimal::ZERO);
        for good in ["500000", "500_000", "500,000"] {
            assert_eq!(impressions(good), Ok(500_000), "{good}");
        }
        for bad in ["0", "-1", "25,22", "5.5", "1e6", "", "1,0000", "99999999999999999999999"] {
            assert!(impressions(bad).is_err(), "{bad}");
        }
        assert_eq!(deal_type("preferred_deal"), Ok(DealType::Preferred));
        assert!(deal_type("CUR").is_err(), "the desk asks for none");
        assert_eq!(stage("my turn"), Ok(Stage::MyTurn));
        assert!(stage("sold").unwrap_err().contains("ACTIVE"));
        assert!(day("01.07.2026").is_err());
    }
}
