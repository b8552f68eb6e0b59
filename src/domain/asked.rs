//! What a seller quoted beside what it was asked for. What is booked is what was asked: a quote for ten
//! times the impressions, for another product or for other days is another purchase.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Currency, Quote, QuoteAsk, day, money::count};

/// Where a quote is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which term.
    pub field: String,
    /// What was asked.
    pub asked: String,
    /// What was quoted.
    pub quoted: String,
    /// Whether it is another kind of purchase (product, type of deal, guarantee), which no answer makes
    /// right: it has to be asked for.
    pub blocks: bool,
}

impl std::fmt::Display for Difference {
    /// `impressions: asked 500,000, quoted 5,000,000`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: asked {}, quoted {}", self.field, self.asked, self.quoted)
    }
}

/// What stands for a term that a quote leaves out.
const NOTHING: &str = "nothing";

/// Every term of a quote that is not what was asked for. `currency` is the one the product was offered in,
/// as far as that is known. What was not asked for is no difference. What the quote leaves out is one: nobody
/// knows then what is bought.
pub fn differences(quote: &Quote, ask: &QuoteAsk, currency: Option<Currency>) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut put = |field: &str, asked: String, quoted: String, blocks: bool| {
        found.push(Difference { field: field.to_owned(), asked, quoted, blocks });
    };
    let terms = &quote.terms;
    if quote.product.product_id != ask.product_id {
        let (asked, quoted) = (&ask.product_id, &quote.product.product_id);
        put("product", asked.to_string(), quoted.to_string(), true);
    }
    if quote.deal_type != ask.deal_type {
        put("deal type", ask.deal_type.to_string(), quote.deal_type.to_string(), true);
    }
    if terms.guaranteed != ask.deal_type.is_guaranteed() {
        let word = |is: bool| if is { "yes" } else { "no" }.to_owned();
        put("guaranteed", word(ask.deal_type.is_guaranteed()), word(terms.guaranteed), true);
    }
    if let Some(asked) = ask.impressions.filter(|asked| terms.impressions != Some(*asked)) {
        let quoted = terms.impressions.map_or_else(|| NOTHING.to_owned(), count);
        // A guarantee of an amount that nobody named is none.
        let blocks = terms.impressions.is_none() && ask.deal_type.is_guaranteed();
        put("impressions", count(asked), quoted, blocks);
    }
    let first = terms.flight_start.as_deref().map(|quoted| (quoted, day::read(quoted)));
    let last = terms.flight_end.as_deref().map(|quoted| (quoted, day::last(quoted)));
    let days = [("first day", ask.flight_start, first), ("last day", ask.flight_end, last)];
    for (field, asked, quoted) in days {
        match quoted {
            Some((_, day)) if day == Some(asked) => {}
            Some((quoted, _)) => put(field, asked.to_string(), quoted.to_owned(), false),
            None => put(field, asked.to_string(), NOTHING.to_owned(), false),
        }
    }
    let quoted = quote.pricing.final_cpm.map(|cpm| cpm.currency());
    if let (Some(asked), Some(quoted)) = (currency, quoted)
        && asked != quoted
    {
        put("currency", asked.to_string(), quoted.to_string(), false);
    }
    found
}

/// What is odd about the flight of a quote on `today`, which a person should look at. A flight that ends
/// before it begins is none at all.
pub fn odd_flight(quote: &Quote, today: Date) -> Option<(String, bool)> {
    /// Longer ahead, or longer in all, than media is bought.
    const LONGEST_DAYS: i32 = 2 * 366;
    let (start, end) = (quote.terms.flight_start.as_deref()?, quote.terms.flight_end.as_deref()?);
    let (Some(first), Some(last)) = (day::read(start), day::last(end)) else {
        return Some((format!("its days cannot be read: {start} to {end}"), false));
    };
    let days = |from: Date, to: Date| from.until(to).map_or(i32::MAX, |span| span.get_days());
    if last < first {
        return Some((format!("it ends ({last}) before it begins ({first})"), true));
    }
    if last < today {
        return Some((format!("its last day, {last}, is over"), false));
    }
    if days(today, first) > LONGEST_DAYS {
        return Some((format!("it begins only on {first}"), false));
    }
    if days(first, last) > LONGEST_DAYS {
        return Some((format!("it takes more than two years: {first} to {last}"), false));
    }
    None
}
