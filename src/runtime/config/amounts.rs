//! Amounts and plain numbers of the file: as TOML writes numbers, or in quotes as people write them. What
//! has two readings is refused with both, and what was understood is kept, to be said back.

use rust_decimal::Decimal;
use toml::de::DeValue;

use super::{document::Document, keys::Number};
use crate::domain::{
    Currency,
    money::{
        self, Mistyped,
        typed::{self, Understood},
    },
};

/// What an amount must be.
const AMOUNT: &str = "an amount like 25_000 or 26.00, not negative";

/// Why a value is not the number that is asked for.
pub(super) enum Misread {
    /// It is none, or out of bounds: what it must be is said, and it is not repeated.
    None,
    /// It has two readings, or is in another currency, in words.
    Says(String),
}

impl From<Mistyped> for Misread {
    fn from(no: Mistyped) -> Self {
        match no {
            Mistyped::Not(_) => Self::None,
            Mistyped::Two(..) | Mistyped::Currency(..) => Self::Says(no.to_string()),
        }
    }
}

/// The number of a TOML integer or float as it is written, exactly; `None` where the value is neither.
pub(super) fn bare<'t>(value: &'t DeValue<'t>) -> Option<&'t str> {
    let integer = value.as_integer().filter(|number| number.radix() == 10);
    integer.map(toml::de::DeInteger::as_str).or_else(|| Some(value.as_float()?.as_str()))
}

/// A number: as programs write it, or in quotes as people do.
fn number(
    value: &DeValue<'_>,
    quoted: impl FnOnce(&str) -> Result<Decimal, Mistyped>,
) -> Result<Decimal, Misread> {
    match (bare(value), value.as_str()) {
        (Some(number), _) => typed::of_a_program(number).ok_or(Misread::None),
        (None, Some(text)) => Ok(quoted(text)?),
        (None, None) => Err(Misread::None),
    }
}

impl Document<'_> {
    /// An amount of money in a currency, not negative.
    pub(super) fn amount(
        &mut self,
        key: &str,
        number: &Number,
        currency: Currency,
    ) -> Option<Decimal> {
        let (span, value) = (number.span(), self.at(&number.span()));
        let read = self::number(&value, |text| typed::amount(text, currency));
        let amount = self.read(key, AMOUNT, number, read)?;
        let shown = money::grouped_in(amount, currency);
        if let Some(text) = value.as_str() {
            self.understood.extend(Understood::amount(key, text, amount, currency));
        }
        // A point groups thousands for many people, and stands before decimals in TOML.
        let decimals = bare(&value).and_then(|text| text.split_once('.'));
        let could_group = decimals.is_some_and(|(whole, fraction)| {
            fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
        });
        if could_group && currency.decimals() != 3 {
            let says = format!("`{key}` is read as {shown} {currency}");
            let cure = "write thousands like 25_000, and two decimals";
            self.note(&span, says, cure);
        }
        self.set(key.to_owned(), shown, span);
        Some(amount)
    }

    /// A plain number that fits; `must_be` says which do.
    pub(super) fn factor(
        &mut self,
        key: &str,
        number: &Number,
        must_be: &str,
        fits: impl FnOnce(&Decimal) -> bool,
    ) -> Option<Decimal> {
        let value = self.at(&number.span());
        let read = self::number(&value, typed::factor);
        let read = read.and_then(|number| Some(number).filter(fits).ok_or(Misread::None));
        let factor = self.read(key, must_be, number, read)?;
        if let Some(text) = value.as_str() {
            self.understood.extend(Understood::new(key, text, factor.to_string()));
        }
        self.set(key.to_owned(), factor.to_string(), number.span());
        Some(factor)
    }

    /// What was read, or a complaint.
    pub(super) fn read<T>(
        &mut self,
        key: &str,
        must_be: &str,
        number: &Number,
        read: Result<T, Misread>,
    ) -> Option<T> {
        match read {
            Ok(read) => return Some(read),
            Err(Misread::None) => self.wrong(key, must_be, &number.span()),
            Err(Misread::Says(says)) => self.fault(&number.span(), format!("`{key}`: {says}"), ""),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rust_decimal::Decimal;

    use crate::runtime::config::{Config, ConfigError, Environment, Overrides};

    fn parse(text: &str) -> Result<Config, ConfigError> {
        let environment = Environment::new(&[], "/etc".into(), "/var".into());
        Config::parse(text, Path::new("c.toml"), true, &Overrides::default(), &environment)
    }

    const TWO: &str = "it can be 25.00 or 25000: write it like one of these";

    #[test]
    fn what_has_two_readings_is_refused_with_both_its_file_and_its_key() {
        for (text, expect) in [
            ("[limits]\nexposure = \"25.000\"", format!("c.toml:2:12: `limits.exposure`: {TWO}")),
            ("[limits]\nday = \"25,000\"", format!("c.toml:2:7: `limits.day`: {TWO}")),
            ("[limits]\ndeal = \"$25,000\"", format!("c.toml:2:8: `limits.deal`: {TWO}")),
            ("[limits]\neasy = \"25.000 USD\"", format!("c.toml:2:8: `limits.easy`: {TWO}")),
            ("[limits]\ncpm.ctv = \"25.000\"", format!("c.toml:2:11: `limits.cpm.ctv`: {TWO}")),
            (
                "[limits]\nqty_jump = \"1.500\"",
                "c.toml:2:12: `limits.qty_jump`: it can be 1.50 or 1500: write it like one of these"
                    .to_owned(),
            ),
            (
                "[limits]\nrates.EUR = \"1.080\"",
                "c.toml:2:13: `limits.rates.EUR`: it can be 1.08 or 1080: write it like one of these"
                    .to_owned(),
            ),
            (
                "[limits]\ncurrency = \"KWD\"\ndeal = \"25,000\"",
                "c.toml:3:8: `limits.deal`: it can be 25.00 or 25000: write it like one of these"
                    .to_owned(),
            ),
            (
                "[limits]\ndeal = \"25 EUR\"",
                "c.toml:2:8: `limits.deal`: it is in EUR, this is in USD".to_owned(),
            ),
            (
                "[limits]\ndeal = \"-3\"",
                "c.toml:2:8: `limits.deal` must be an amount like 25_000 or 26.00, not negative; this \
                 is a string"
                    .to_owned(),
            ),
            (
                "[strategies.boulware]\nmax = \"25.000\"",
                format!("c.toml:2:7: `strategies.boulware.max`: {TWO}"),
            ),
            (
                "[strategies.boulware]\nspend = \"25,000\"",
                format!("c.toml:2:9: `strategies.boulware.spend`: {TWO}"),
            ),
        ] {
            let faults = parse(text).unwrap_err().faults;
            assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [expect]);
        }
    }

    #[test]
    fn the_currency_of_the_limits_decides_and_what_was_understood_is_kept() {
        for (text, amount, said) in [
            ("deal = \"25.000,00\"", "25000", "limits.deal \"25.000,00\" is read as 25000.00 USD"),
            ("deal = \"$25.2k\"", "25200", "limits.deal \"$25.2k\" is read as 25200.00 USD"),
            (
                "deal = \"25,000\"\ncurrency = \"JPY\"",
                "25000",
                "limits.deal \"25,000\" is read as 25000 JPY",
            ),
            ("deal = \"25.000\"\ncurrency = \"KWD\"", "25", ""),
            ("deal = \"25000\"", "25000", ""),
            ("deal = 25_000", "25000", ""),
        ] {
            let config = parse(&format!("[limits]\n{text}")).unwrap();
            assert_eq!(config.limits.deal, Some(amount.parse::<Decimal>().unwrap()), "{text}");
            let understood = config.understood.iter().map(ToString::to_string);
            assert_eq!(understood.collect::<Vec<_>>().join("; "), said, "{text}");
            assert!(config.notes.is_empty(), "{text}");
        }
        let band =
            parse("[limits]\nband = \"0,2\"\n[strategies.boulware]\nmax = \"24,50\"").unwrap();
        assert_eq!(band.limits.band, Decimal::new(2, 1));
        let understood = band.understood.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            understood,
            [
                "limits.band \"0,2\" is read as 0.2",
                "strategies.boulware.max \"24,50\" is read as 24.50"
            ]
        );
    }

    #[test]
    fn a_bare_number_with_three_decimals_is_remarked_on() {
        for (text, note) in [
            ("deal = 25.000", "`limits.deal` is read as 25.00 USD; write thousands like 25_000"),
            ("cpm.ctv = 25.000", "`limits.cpm.ctv` is read as 25.00 USD; write thousands like"),
            ("deal = 25.000\ncurrency = \"KWD\"", ""),
            ("deal = 25.00", ""),
            ("deal = 0.125", ""),
        ] {
            let notes = parse(&format!("[limits]\n{text}")).unwrap().notes;
            let notes = notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            assert!(notes.contains(note), "{notes}");
            assert_eq!(notes.is_empty(), note.is_empty(), "{notes}");
        }
    }
}
