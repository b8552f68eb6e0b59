//! What is typed on the command line: prices, counts, dates, kinds of deal.

use std::str::FromStr as _;

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::{fail::Failure, out};
use crate::domain::{
    Cost, Cpm, Currency, DealType, Identity, Stage, Tier,
    flight::{self, Odd},
    money::typed::{self as amounts, Mistyped, Numbers, Understood},
};

/// An amount as it was given: in which currency it is meant is known only with the quote, and that may
/// decide how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given(String);

impl Given {
    /// The amount in this currency.
    pub(crate) fn of(&self, option: &str, currency: Currency) -> Result<Decimal, Failure> {
        amounts::amount(&self.0, currency).map_err(|no| self.refused(option, &no))
    }

    /// The currency that stands beside it.
    pub(crate) fn currency(&self) -> Option<Currency> {
        amounts::read(&self.0, Numbers::Either).ok()?.currency
    }

    /// The price, in this currency.
    pub(crate) fn cpm(&self, option: &str, currency: Currency) -> Result<Cpm, Failure> {
        Ok(Cpm::new(self.of(option, currency)?, currency))
    }

    /// The amount that is given beside a price that is shown: what has two readings may be just that.
    pub(crate) fn beside(&self, option: &str, shown: Cpm) -> Result<Decimal, Failure> {
        shown.typed(&self.0).map_err(|no| self.refused(option, &no))
    }

    /// The amount by which a cost that is shown is confirmed.
    pub(crate) fn confirming_cost(&self, option: &str, shown: Cost) -> Result<Decimal, Failure> {
        shown.typed(&self.0).map_err(|no| self.refused(option, &no))
    }

    /// What is said back of it where it was read as this, and is no plain figure.
    pub(crate) fn said(&self, option: &str, amount: Decimal, of: Currency) -> Option<Understood> {
        Understood::amount(option, &self.0, amount, of)
    }

    fn refused(&self, option: &str, no: &Mistyped) -> Failure {
        Failure::usage(format!("{option} {:?}: {no}", self.0), "")
    }
}

/// A number of impressions as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    text: String,
    /// How many they are.
    pub(crate) number: u64,
}

impl Count {
    /// What is said back of it where it is no plain figure.
    pub(crate) fn said(&self, option: &str) -> Option<Understood> {
        Understood::new(option, &self.text, self.number.to_string())
    }
}

#[cfg(test)]
impl From<u64> for Count {
    fn from(number: u64) -> Self {
        Self { text: number.to_string(), number }
    }
}

/// Says back what was understood, before anything is done with it.
pub(crate) fn say(understood: &[Understood]) {
    for said in understood {
        out::words(&said.to_string());
    }
}

#[cfg(test)]
impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A price above zero: `25.22`, `25,22`, `$25.22`. What has two readings is refused once its currency is
/// known, which may leave one.
pub(crate) fn price(text: &str) -> Result<Given, String> {
    match amounts::read(text, Numbers::Either) {
        Ok(typed) if typed.amount.is_zero() => {
            Err("write an amount above zero, like 25.22".to_owned())
        }
        Ok(_) | Err(Mistyped::Two(..)) => Ok(Given(text.to_owned())),
        Err(Mistyped::Not(says)) => Err(format!("{says}; write it like 25.22")),
        Err(no @ Mistyped::Currency(..)) => Err(no.to_string()),
    }
}

/// An amount, or zero.
pub(crate) fn amount(text: &str) -> Result<Given, String> {
    let is_zero = amounts::read(text, Numbers::Either).is_ok_and(|typed| typed.amount.is_zero());
    if is_zero { Ok(Given(text.to_owned())) } else { price(text) }
}

/// Impressions: `500000`, `500_000`, `500,000`, `1.2m`.
pub(crate) fn impressions(text: &str) -> Result<Count, String> {
    let number = amounts::count(text).map_err(|no| no.to_string())?;
    Ok(Count { text: text.to_owned(), number })
}

/// A day as it is typed: `2026-07-01`, or `+30d`, `+4w`, `+2m`: so long after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Day(String);

impl Day {
    fn after(&self, from: Date) -> Result<Date, Failure> {
        let far = || Failure::usage(format!("{} is no day after {from}", self.0), "give a date");
        flight::day(&self.0, from).ok_or_else(far)
    }
}

/// A day.
pub(crate) fn day(text: &str) -> Result<Day, String> {
    let any = jiff::civil::date(2026, 1, 1);
    let known = flight::day(text, any).map(|_| Day(text.to_owned()));
    known.ok_or_else(|| "write a day like 2026-07-01, or +30d".to_owned())
}

/// What is said with every question about a flight: when it is, and how much of us the question tells.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Terms {
    /// First day of the flight: 2026-07-01, or +7d from today [default: in a week, UTC]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) start: Option<Day>,
    /// Last day of the flight: 2026-07-31, or +29d from its first [default: 30 days in all]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) end: Option<Day>,
    /// The most this tells of you: public, seat, agency or advertiser
    #[arg(long, value_name = "TIER", value_parser = tier)]
    pub(crate) reveal: Option<Tier>,
}

impl Terms {
    /// First and last day, as far as they were given. What cannot be meant is refused, what is odd is told:
    /// the same rule as in the ticket.
    pub(crate) fn flight(&self, now: Timestamp) -> Result<(Date, Date), Failure> {
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let start = self.start.as_ref().map(|day| day.after(today)).transpose()?;
        let start = start.unwrap_or_else(|| flight::usual_flight(today).0);
        let end = self.end.as_ref().map(|day| day.after(start)).transpose()?;
        let end = end.unwrap_or_else(|| flight::usual_end(start));
        match flight::odd_flight(start, end, today) {
            Some(Odd::Stops(why)) => {
                let cure = "give --start and --end that are ahead, like --start +7d --end +29d";
                return Err(Failure::usage(why, cure).coded("flight"));
            }
            Some(Odd::Warns(why)) => out::words(&format!("look again: {why}")),
            None => {}
        }
        Ok((start, end))
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
    use crate::cli::exit::Exit;

    #[test]
    fn what_is_typed_is_read_or_explained() {
        let usd = |given: &Given| given.of("--max", Currency::USD).unwrap().to_string();
        assert_eq!(usd(&price("25,22").unwrap()), "25.22");
        for bad in ["0", "-1", "1e3", "ten", ""] {
            assert!(price(bad).is_err(), "{bad}");
        }
        assert_eq!(usd(&amount("0").unwrap()), "0");
        for two in ["25,000", "1,400", "12.345"] {
            let given = price(two).unwrap();
            assert_eq!(amount(two).as_ref(), Ok(&given));
            let no = given.of("--max", Currency::USD).unwrap_err();
            assert_eq!(no.exit, Exit::Usage, "{two}");
            assert!(no.says.contains("it can be "), "{two}: {}", no.says);
        }
        let shown: Cpm = "12.345 USD".parse().unwrap();
        let given = price("12.345").unwrap();
        assert_eq!(given.beside("--max", shown).unwrap(), shown.amount(), "as it is shown");
        let (yen, dinar) = ("JPY".parse().unwrap(), "KWD".parse().unwrap());
        assert_eq!(price("1,234").unwrap().of("--max", yen).unwrap(), Decimal::from(1_234));
        assert_eq!(price("1.234").unwrap().of("--max", dinar).unwrap(), Decimal::new(1_234, 3));
        assert!(price("1,234").unwrap().of("--max", dinar).is_err());
        assert!(price("1.234").unwrap().of("--max", yen).is_err());
        let euros = price("17.00 EUR").unwrap();
        assert!(euros.of("--max", Currency::USD).unwrap_err().to_string().contains("EUR"));
        for good in ["500000", "500_000", "500,000"] {
            assert_eq!(impressions(good).map(|count| count.number), Ok(500_000), "{good}");
        }
        for bad in
            ["0", "-1", "25,22", "5.5", "1e6", "", "1,0000", "500.000", "99999999999999999999999"]
        {
            assert!(impressions(bad).is_err(), "{bad}");
        }
        assert_eq!(deal_type("preferred_deal"), Ok(DealType::Preferred));
        assert!(deal_type("CUR").is_err(), "the desk asks for none");
        assert_eq!(stage("my turn"), Ok(Stage::MyTurn));
        assert!(stage("sold").unwrap_err().contains("ACTIVE"));
        assert!(day("01.07.2026").is_err());
    }

    #[test]
    fn a_flight_that_is_over_is_refused_and_days_may_be_counted_from_today() {
        let now: Timestamp = "2026-06-18T12:00:00Z".parse().unwrap();
        let flight = |start: &str, end: &str| {
            let day = |text: &str| (!text.is_empty()).then(|| day(text).unwrap());
            let terms = Terms { start: day(start), end: day(end), reveal: None };
            let days = terms.flight(now);
            days.map(|(start, end)| format!("{start} {end}")).map_err(|no| (no.exit, no.says))
        };
        for (start, end, is) in [
            ("", "", "2026-06-25 2026-07-24"),
            ("+7d", "+29d", "2026-06-25 2026-07-24"),
            ("+0d", "2026-07-01", "2026-06-18 2026-07-01"),
            ("2026-07-01", "+1w", "2026-07-01 2026-07-08"),
            ("9999-01-01", "9999-01-31", "9999-01-01 9999-01-31"),
        ] {
            assert_eq!(flight(start, end).as_deref(), Ok(is), "{start} {end}");
        }
        for (start, end, says) in [
            ("2020-01-01", "2020-01-31", "the flight is over: its last day is 2020-01-31"),
            ("2026-07-02", "2026-07-01", "the flight ends (2026-07-01) before it starts"),
            ("9999-12-31", "+1d", "+1d is no day after 9999-12-31"),
        ] {
            let (exit, told) = flight(start, end).unwrap_err();
            assert_eq!(exit, Exit::Usage, "{start} {end}");
            assert!(told.starts_with(says), "{told}");
        }
        for bad in ["+30", "30d", "-1d", "2026-02-30", ""] {
            assert!(day(bad).is_err(), "{bad}");
        }
    }
}
