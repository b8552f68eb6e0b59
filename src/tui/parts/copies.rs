//! What can be copied of a quote or a deal.

use serde::Serialize;

use super::{facts, json, money};
use crate::{
    desk::{DealRecord, QuoteRecord},
    domain::{
        Package, Product,
        ids::{is_plain, shown},
        text,
    },
    tui::parts::screen::Copyable,
};

fn copy(key: char, what: &'static str, text: impl Into<String>) -> Copyable {
    Copyable { key, what, text: text.into() }
}

/// A value as JSON on lines of its own, all in ASCII.
pub(crate) fn json(value: &impl Serialize) -> String {
    json::escaped(&serde_json::to_string_pretty(value).unwrap_or_default())
}

/// An id as the seller wrote it where it is printable ASCII; else escaped, and called so.
pub(crate) fn id(id: &str) -> Copyable {
    let what = if is_plain(id) { "id" } else { "id, escaped" };
    copy('i', what, shown(id))
}

/// A command line about an id: whatever a shell could take for more than a word is quoted.
fn command(words: &str, id: &str) -> Copyable {
    let id = shown(id);
    let is_word = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    let id = if is_word && !id.starts_with('-') {
        id.into_owned()
    } else {
        format!("'{}'", id.replace('\'', "'\\''"))
    };
    copy('d', "command line", format!("dealdesk {words} {id}"))
}

/// What can be copied of a package.
pub(crate) fn of_package(package: &Package) -> Vec<Copyable> {
    vec![id(package.package_id.as_str()), copy('j', "JSON", json(package))]
}

/// What can be copied of a product.
pub(crate) fn of_product(product: &Product) -> Vec<Copyable> {
    vec![id(product.product_id.as_str()), copy('j', "JSON", json(product))]
}

/// What can be copied of a quote.
pub(crate) fn of_quote(record: &QuoteRecord) -> Vec<Copyable> {
    let quote = &record.quote;
    let row = [
        record.stage().words().to_owned(),
        quote.quote_id.to_string(),
        quote.seller.to_string(),
        quote.product.name.clone(),
        quote.deal_type.to_string(),
        money::impressions(quote.terms.impressions),
        money::cpm(facts::standing(record), Some(quote.deal_type)),
        money::cost(facts::standing_cost(record), quote.terms.guaranteed),
    ];
    vec![
        id(quote.quote_id.as_str()),
        copy('r', "row", row.join("\t")),
        copy('j', "JSON", json(quote)),
        command("quote show", quote.quote_id.as_str()),
    ]
}

/// A block byte for byte as it came, where nothing in it can be taken for more than text; else escaped.
pub(crate) fn as_received(raw: &str) -> String {
    let is_ascii = |byte: u8| byte.is_ascii_graphic() || b" \n\r\t".contains(&byte);
    if raw.bytes().all(is_ascii) { raw.to_owned() } else { json::escaped(raw) }
}

/// What can be copied of a deal.
pub(crate) fn of_deal(record: &DealRecord) -> Vec<Copyable> {
    let deal = &record.deal;
    let row = [
        record.stage().words().to_owned(),
        deal.deal_id.to_string(),
        deal.seller.to_string(),
        deal.product.name.clone(),
        text::clean(&deal.raw_deal_type, 20),
        money::impressions(deal.terms.impressions),
        money::cpm(deal.pricing.cpm(), deal.deal_type),
        money::cost(deal.cost(), deal.terms.guaranteed),
    ];
    let mut copies = vec![
        id(deal.deal_id.as_str()),
        copy('r', "row", row.join("\t")),
        copy('j', "JSON", json(deal)),
    ];
    if let Some(raw) = &deal.openrtb_raw {
        copies.push(copy('o', "OpenRTB", as_received(raw)));
    }
    copies.push(command("deals show", deal.deal_id.as_str()));
    copies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_never_becomes_more_than_a_word_of_a_command() {
        for (id, line) in [
            ("HSN-2026.0612", "dealdesk deals show HSN-2026.0612"),
            ("a;rm", "dealdesk deals show 'a;rm'"),
            ("$(x)'y", "dealdesk deals show '$(x)'\\''y'"),
            ("--help", "dealdesk deals show '--help'"),
            ("A\u{202e}B", "dealdesk deals show 'A\\u{202e}B'"),
        ] {
            assert_eq!(command("deals show", id).text, line);
        }
    }

    #[test]
    fn a_block_is_copied_byte_for_byte_unless_it_hides_something() {
        let plain = "{ \"id\":\"D-1\",\r\n\t\"bidfloor\":25.650 }";
        assert_eq!(as_received(plain), plain);
        assert_eq!(as_received("{\"id\":\"D\u{202e}1\"}"), "{\"id\":\"D\\u202e1\"}");
    }
}
