//! Money on the wire: whole micros and a currency.

use serde::Serialize;

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Money {
    amount_micros: i64,
    currency: &'static str,
}

impl Money {
    /// So much, rounded to the micro.
    pub(super) fn new(amount: f64, currency: &'static str) -> Self {
        let amount_micros = format!("{:.0}", amount * 1e6).parse().unwrap_or(i64::MAX);
        Self { amount_micros, currency }
    }

    /// So many dollars.
    pub(super) fn dollars(amount: f64) -> Self {
        Self::new(amount, "USD")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_whole_micros() {
        for (dollars, micros) in [
            (13.5, 13_500_000),
            (12.345_678, 12_345_678),
            (11.47, 11_470_000),
            (29.92, 29_920_000),
            (-3.0, -3_000_000),
            (0.0, 0),
        ] {
            assert_eq!(Money::dollars(dollars).amount_micros, micros);
        }
    }
}
