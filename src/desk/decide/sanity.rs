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
