//! Amounts in columns: `~` not guaranteed, `f` a floor, `—` does not apply, `⊘` withheld, `?` not
//! known. Never blank.

use rust_decimal::Decimal;

use crate::domain::{
    Cost, Cpm, Currency, DealType,
    money::{self, exact},
};

/// Does not apply.
pub(crate) const NONE: &str = "—";
/// The seller does not tell us.
pub(crate) const WITHHELD: &str = "⊘";
/// Not known.
pub(crate) const UNKNOWN: &str = "?";

/// A price per thousand; an auction's is a floor.
pub(crate) fn cpm(price: Option<Cpm>, kind: Option<DealType>) -> String {
    let Some(price) = price else { return UNKNOWN.to_owned() };
    let floor = if kind.is_some_and(DealType::is_floor) { "f" } else { "" };
    format!("{}{}{floor}", sign(price.currency()), price.grouped())
}

/// A cost; `~` where the impressions are not guaranteed.
pub(crate) fn cost(cost: Option<Cost>, guaranteed: bool) -> String {
    let Some(cost) = cost else { return UNKNOWN.to_owned() };
    let about = if guaranteed { "" } else { "~" };
    format!("{about}{}{}", sign(cost.currency()), cost.grouped())
}

/// Impressions.
pub(crate) fn impressions(number: Option<u64>) -> String {
    number.map_or_else(|| UNKNOWN.to_owned(), money::count)
}

/// Dollars are the desk's plain case; others carry their code.
fn sign(currency: Currency) -> String {
    if currency == Currency::USD { String::new() } else { format!("{currency} ") }
}

/// An amount in a header: `$168.8k`, `$2.1M`, `$940`.
pub(crate) fn short(amount: Decimal, currency: Currency) -> String {
    let sign = if currency == Currency::USD { "$".to_owned() } else { format!("{currency} ") };
    let of = |unit: u32| exact::part(amount, unit);
    if amount.abs() >= Decimal::from(1_000_000) {
        format!("{sign}{}M", of(1_000_000).round_dp(2).normalize())
    } else if amount.abs() >= Decimal::ONE_THOUSAND {
        format!("{sign}{}k", of(1_000).round_dp(1).normalize())
    } else {
        format!("{sign}{}", amount.round_dp(0).normalize())
    }
}

/// How much of `whole` `part` is, in percent; `None` where nothing may be spent at all.
pub(crate) fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    (part.checked_mul(Decimal::ONE_HUNDRED)?).checked_div(whole).map(|percent| percent.round())
}

/// The difference between two amounts of a currency with its sign: `+1.78`, `−0.84`, yen `−84`.
pub(crate) fn signed(amount: Decimal, of: Currency) -> String {
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "−" } else { "+" };
    format!("{sign}{}", money::grouped_in(amount.abs(), of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_never_blank() {
        let price: Cpm = "9.80".parse().unwrap();
        assert_eq!(cpm(Some(price), Some(DealType::Auction)), "9.80f");
        assert_eq!(cpm(None, None), "?");
        assert_eq!(cost("13500 EUR".parse().ok(), false), "~EUR 13,500.00");
        assert_eq!(impressions(Some(2_000_000)), "2,000,000");
        assert_eq!(short("168840".parse().unwrap(), Currency::USD), "$168.8k");
        assert_eq!(short("940.4".parse().unwrap(), Currency::USD), "$940");
        assert_eq!(signed("-0.84".parse().unwrap(), Currency::USD), "−0.84");
        assert_eq!(percent(Decimal::ONE, Decimal::ZERO), None);
    }
}
