//! Fat fingers: a price or a quantity that is far from what this desk usually buys is asked about
//! again, with the cost in words (safety.md S11, S20).

use rust_decimal::Decimal;

use crate::{
    desk::{
        record::QuoteRecord,
        state::State,
        usual::{self, NEWEST},
    },
    domain::{
        Check, Cost, Cpm, Limits, Question,
        money::{count, exact, plain},
        words::in_words,
    },
};

/// With fewer deals than this nothing is usual yet.
const FEWEST: usize = 3;

/// A price this many times off, either way, is surely a slip.
const SURELY: Decimal = Decimal::TEN;

/// A quantity this many times off, either way, is surely a slip: 500 typed for 500,000.
const SLIP: Decimal = Decimal::ONE_THOUSAND;

/// What the desk bought lately of one product type.
#[derive(Debug, Default)]
struct Bought {
    prices: Vec<Decimal>,
    quantities: Vec<Decimal>,
}

/// The checks against what is usual, and against other bookings of the same.
pub(super) fn checks(
    state: &State,
    record: &QuoteRecord,
    price: Cpm,
    cost: Option<Cost>,
) -> Vec<Check> {
    let usual = usual(state, record, price);
    let limits = &state.setup.limits;
    let impressions = record.quote.terms.impressions.map(Decimal::from);
    let mut odd: Vec<String> = Vec::new();
    odd.extend(odd_price(price, &usual, limits));
    odd.extend(dearer_than_published(state, record, price));
    odd.extend(impressions.and_then(|count| odd_quantity(count, &usual, limits)));
    let mut checks = Vec::new();
    match (odd.is_empty(), cost) {
        (true, _) | (false, None) => checks.extend(sane(price, &usual)),
        (false, Some(cost)) => {
            let words = in_words(cost);
            let says = format!("{}: {words}", odd.join("; "));
            let cure = format!("if that is meant, type what it costs: {}", plain(cost.amount()));
            checks.push(Check::ask("sane", says, cure, Question::Cost(cost.amount())));
        }
    }
    checks.push(another_of_it(state, record));
    checks
}

/// Our newest deals of the product type of `record`, in its currency.
fn usual(state: &State, record: &QuoteRecord, price: Cpm) -> Bought {
    let class = usual::Usual::of(record, price.currency());
    let mut usual = Bought::default();
    // Bookings of the same kind alone are looked at, the newest first, until there are enough.
    let same_kind = state.places.usual(class.kind()).rev();
    for (_, booking) in same_kind.filter_map(|index| state.bookings.get_index(index)) {
        if usual.prices.len() == NEWEST {
            break;
        }
        let Some(bought) = state.quote(&booking.intent.quote) else { continue };
        if booking.usual(bought).as_ref() != Some(&class) {
            continue;
        }
        usual.prices.push(booking.intent.confirmed.amount());
        usual.quantities.extend(bought.quote.terms.impressions.map(Decimal::from));
    }
    usual
}

fn median(values: &[Decimal]) -> Option<Decimal> {
    if values.len() < FEWEST {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let (lower, upper) = (sorted.get((sorted.len() - 1) / 2)?, sorted.get(sorted.len() / 2)?);
    Some(exact::middle(*lower, *upper))
}

fn odd_price(price: Cpm, usual: &Bought, limits: &Limits) -> Option<String> {
    if !price.is_on_tick() {
        return Some(format!("{} is not in whole {}", price.plain(), price.currency().ticks()));
    }
    let median = median(&usual.prices).filter(Decimal::is_sign_positive)?;
    let share = price.amount().checked_div(median)?;
    let count = usual.prices.len();
    let of = format!("{}, the middle of your last {count} of its kind", plain(median.round_dp(2)));
    if share > SURELY || share.saturating_mul(SURELY) < Decimal::ONE {
        return Some(format!("{} is more than ten times off {of}", price.plain()));
    }
    let off = share.saturating_sub(Decimal::ONE).abs();
    let percent = exact::as_percent(limits.band).normalize();
    (off > limits.band).then(|| format!("{} is more than {percent}% off {of}", price.plain()))
}

fn odd_quantity(bought: Decimal, usual: &Bought, limits: &Limits) -> Option<String> {
    let median = median(&usual.quantities).filter(Decimal::is_sign_positive)?;
    let share = bought.checked_div(median)?;
    let number = |amount: Decimal| count(u64::try_from(amount.trunc()).unwrap_or(u64::MAX));
    let (bought, median) = (number(bought), number(median));
    if share.saturating_mul(SLIP) <= Decimal::ONE {
        return Some(format!("{bought} impressions are a thousandth of your usual {median}"));
    }
    let times = limits.qty_jump.normalize();
    (share > limits.qty_jump)
        .then(|| format!("{bought} impressions are over {times} times your usual {median}"))
}

/// Dearer than the seller's own list by more than the band: nobody pays that knowingly.
fn dearer_than_published(state: &State, record: &QuoteRecord, price: Cpm) -> Option<String> {
    let seller = state.sellers.get(&record.quote.seller)?;
    let list = seller.product(&record.quote.product.product_id)?.base_cpm?;
    let most = list.amount().checked_mul(Decimal::ONE.saturating_add(state.setup.limits.band))?;
    let dear = list.currency() == price.currency() && price.amount() > most;
    dear.then(|| format!("{} is far over the seller's own list {}", price.plain(), list.plain()))
}

fn sane(price: Cpm, usual: &Bought) -> Option<Check> {
    let (low, high) = (usual.prices.iter().min()?, usual.prices.iter().max()?);
    median(&usual.prices)?;
    let count = usual.prices.len();
    let (low, high) = (plain(*low), plain(*high));
    let says = format!("{} beside {low} to {high}, your last {count} of its kind", price.plain());
    Some(Check::pass("sane", says))
}

/// Another booking of the same product at the same seller has no outcome yet.
fn another_of_it(state: &State, record: &QuoteRecord) -> Check {
    let other = state.open_bookings().rev().find(|booking| {
        let quote = &booking.intent.quote;
        booking.state.is_awaited()
            && quote.seller == record.quote.seller
            && quote.quote_id != record.quote.quote_id
            && state.quote(quote).is_some_and(|other| {
                other.quote.product.product_id == record.quote.product.product_id
            })
    });
    match other {
        None => Check::pass("same", "no other open booking for this quote or product"),
        Some(booking) => {
            let says = format!(
                "{} of the same product has no known outcome: this may be the second of it",
                booking.intent.quote.quote_id
            );
            Check::warn("same", says, "wait for its evidence, unless you want both")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn bought(prices: &[&str], quantities: &[&str]) -> Bought {
        let all = |texts: &[&str]| texts.iter().map(|text| d(text)).collect();
        Bought { prices: all(prices), quantities: all(quantities) }
    }

    #[test]
    fn the_middle_is_that_of_three_at_least() {
        let of = |texts: &[&str]| median(&bought(texts, &[]).prices);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["10", "20"]), None, "nothing is usual yet");
        assert_eq!(of(&["30", "10", "20"]), Some(d("20")));
        assert_eq!(of(&["40", "10", "20", "30"]), Some(d("25")));
        assert_eq!(of(&["50", "10", "20", "40", "30"]), Some(d("30")));
    }

    #[test]
    fn a_price_is_odd_beyond_the_band_and_surely_a_slip_beyond_ten_times() {
        let limits = Limits { band: d("0.5"), ..Limits::default() };
        let usual = bought(&["19", "20", "21"], &[]);
        let odd = |price: &str| odd_price(price.parse().unwrap(), &usual, &limits);
        let of = "off 20.00, the middle of your last 3 of its kind";
        let times = |price: &str| Some(format!("{price} is more than ten times {of}"));
        let percent = |price: &str| Some(format!("{price} is more than 50% {of}"));
        for (price, says) in [
            ("20", None),
            ("30", None),
            ("30.01", percent("30.01")),
            ("10", None),
            ("9.99", percent("9.99")),
            ("200", percent("200.00")),
            ("200.01", times("200.01")),
            ("2", percent("2.00")),
            ("1.99", times("1.99")),
        ] {
            assert_eq!(odd(price), says, "{price}");
        }
        assert_eq!(odd("20.001").as_deref(), Some("20.001 is not in whole cents"));
        let few = bought(&["20", "20"], &[]);
        assert_eq!(odd_price("900".parse().unwrap(), &few, &limits), None, "nothing is usual yet");
        let free = bought(&["0", "0", "0"], &[]);
        assert_eq!(odd_price("9".parse().unwrap(), &free, &limits), None);
    }

    #[test]
    fn a_quantity_is_odd_over_the_jump_and_at_a_thousandth() {
        let limits = Limits { qty_jump: d("3"), ..Limits::default() };
        let usual = bought(&[], &["500000", "500000", "500000"]);
        let odd = |quantity: &str| odd_quantity(d(quantity), &usual, &limits);
        for (quantity, says) in [
            ("500000", None),
            ("1500000", None),
            ("1500001", Some("1,500,001 impressions are over 3 times your usual 500,000")),
            ("501", None),
            ("500", Some("500 impressions are a thousandth of your usual 500,000")),
        ] {
            assert_eq!(odd(quantity).as_deref(), says, "{quantity}");
        }
        let few = bought(&[], &["500000"]);
        assert_eq!(odd_quantity(d("9000000"), &few, &limits), None, "nothing is usual yet");
    }

    #[test]
    fn what_is_usual_is_said_beside_the_price() {
        let says = |prices: &[&str]| {
            sane("20".parse().unwrap(), &bought(prices, &[])).map(|check| check.says)
        };
        let line = "20.00 beside 18.00 to 22.00, your last 3 of its kind";
        assert_eq!(says(&["22", "18", "20"]).as_deref(), Some(line));
        assert_eq!(says(&["22", "18"]), None);
    }
}
