//! Prices, costs and currencies as sellers write them. What is about money must be readable: an amount
//! that nobody can mean, a currency that is no code or two that contradict each other are no price.

use super::{
    map::{Read, garbled, told},
    wire,
};
use crate::{
    domain::{
        Cost, Cpm, Currency, SellerError,
        money::{MOST_COST, MOST_CPM, RateType, exact},
        text, twice,
    },
    sellers::{http::Reply, lenient::Field},
};

/// So many micros are one unit of a currency.
pub(super) const MICROS: u32 = 1_000_000;

/// A currency; a v1 seller that names none means US dollars.
pub(super) fn currency(field: &str, written: &Field) -> Read<Currency> {
    currency_or(field, written, Currency::USD)
}

/// A currency, or `otherwise` where none is named. What is there and is no code is unreadable.
pub(super) fn currency_or(field: &str, written: &Field, otherwise: Currency) -> Read<Currency> {
    if written.is_blank() {
        return Ok(otherwise);
    }
    let code = written.verbatim().map(|code| code.trim().to_ascii_uppercase());
    let code = code.and_then(|code| code.parse().ok());
    code.map_or_else(|| garbled(field, &written.json()), Ok)
}

/// An amount as a number in `otherwise`, or as Money: whole micros with a currency of their own.
pub(super) fn money(field: &str, written: &Field, otherwise: Currency) -> Read<Option<Cpm>> {
    if written.object().is_none() {
        let amount = told(field, written.amount())?;
        return Ok(amount.map(|amount| Cpm::new(amount, otherwise)));
    }
    let Ok(money) = serde_json::from_str::<wire::Money>(&written.json()) else {
        return garbled(field, &written.json());
    };
    let currency = currency_or(field, &money.currency, otherwise)?;
    match told(field, money.amount_micros.amount())? {
        Some(micros) if micros.is_integer() => {
            Ok(Some(Cpm::new(exact::part(micros, MICROS).normalize(), currency)))
        }
        Some(_) | None => garbled(field, &written.json()),
    }
}

/// A price per thousand that must not be misread. A negative one is no price, nor is one that nobody
/// can mean.
pub(super) fn price(field: &str, written: &Field, currency: Currency) -> Read<Option<Cpm>> {
    let price = money(field, written, currency)?;
    match price {
        Some(cpm) if cpm.amount() < 0.into() || cpm.amount() > MOST_CPM => {
            garbled(field, &cpm.amount().to_string())
        }
        Some(_) | None => Ok(price),
    }
}

/// An amount to pay, under the same rules.
pub(super) fn cost(field: &str, written: &Field, currency: Currency) -> Read<Option<Cost>> {
    let cost = money(field, written, currency)?.map(|it| Cost::new(it.amount(), it.currency()));
    match cost {
        Some(cost) if cost.amount() < 0.into() || cost.amount() > MOST_COST => {
            garbled(field, &cost.amount().to_string())
        }
        Some(_) | None => Ok(cost),
    }
}

/// The currency of a bare number beside `prices`: the one that is `named`, else that of the Money among
/// them. Where that cannot be read, or two of them contradict each other, nobody knows it.
pub(super) fn beside(named: &Field, prices: &[&Field]) -> Read<Currency> {
    beside_or(named, prices, Currency::USD)
}

/// The same, or `otherwise` where none is named.
pub(super) fn beside_or(named: &Field, prices: &[&Field], otherwise: Currency) -> Read<Currency> {
    if !named.is_blank() {
        return currency("currency", named);
    }
    let own = prices.iter().filter_map(|written| own_currency(written));
    let own = own.collect::<Read<Vec<_>>>()?;
    let first = own.first().copied().unwrap_or(otherwise);
    match own.iter().find(|other| **other != first) {
        Some(other) => garbled("currency", &format!("{first} and {other}")),
        None => Ok(first),
    }
}

/// The currency that Money names; `None` for a bare number, and for Money that names none.
fn own_currency(written: &Field) -> Option<Read<Currency>> {
    written.object()?;
    let money: wire::Money = serde_json::from_str(&written.json()).ok()?;
    (!money.currency.is_blank()).then(|| currency("currency", &money.currency))
}

/// A price that is only shown: unreadable is not told, and so is one in a currency that cannot be read
/// or for something else than a thousand impressions. `bare` is the currency of a bare number.
pub(super) fn shown(written: &Field, bare: &Read<Currency>, model: &Field) -> Option<Cpm> {
    let own = own_currency(written);
    let currency = own.as_ref().unwrap_or(bare).as_ref().ok()?;
    let price = price("", written, *currency).ok().flatten();
    let unit = RateType::parse(&model.written().unwrap_or_default());
    price.filter(|_| unit.is_some_and(RateType::is_per_thousand))
}

/// What is about money in a quote or a move.
const ABOUT_MONEY: [&str; 21] = [
    "actual_price_cpm",
    "amount_micros",
    "base_cpm",
    "buyer_price",
    "currency",
    "deal_type",
    "expires_at",
    "final_cpm",
    "flight_end",
    "flight_start",
    "guaranteed",
    "impressions",
    "pricing",
    "pricing_model",
    "pricing_type",
    "product_id",
    "quote_id",
    "round_number",
    "seller_price",
    "status",
    "terms",
];

/// Nothing that is about money is told twice: which of the two is meant nobody can say.
pub(super) fn once(reply: &Reply) -> Result<(), SellerError> {
    let twice = twice::told(&reply.body);
    let about_money = |path: &&String| ABOUT_MONEY.contains(&twice::name(path));
    match twice.iter().find(about_money) {
        None => Ok(()),
        Some(path) => {
            let says =
                format!("the seller tells {} twice, and not the same", text::clean(path, 60));
            Err(reply.nonsense("unreadable_reply", says))
        }
    }
}
