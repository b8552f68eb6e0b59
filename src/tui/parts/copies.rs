//! What can be copied of a quote or a deal.

use serde::Serialize;

use super::{facts, money};
use crate::{
    desk::{DealRecord, QuoteRecord, RowRef},
    tui::screen::Copyable,
};

fn copy(key: char, what: &'static str, text: impl Into<String>) -> Copyable {
    Copyable { key, what, text: text.into() }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// What can be copied of a row of the board.
pub(crate) fn of_row(row: RowRef<'_>) -> Vec<Copyable> {
    match row {
        RowRef::Quote(record) => of_quote(record),
        RowRef::Deal(record) => of_deal(record),
    }
}

/// What can be copied of a quote. Ids leave as the seller wrote them.
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
        copy('i', "id", quote.quote_id.as_str()),
        copy('r', "row", row.join("\t")),
        copy('j', "JSON", json(quote)),
        copy('d', "command line", format!("dealdesk quote show {}", quote.quote_id)),
    ]
}

/// What can be copied of a deal.
pub(crate) fn of_deal(record: &DealRecord) -> Vec<Copyable> {
    let deal = &record.deal;
    let row = [
        record.stage().words().to_owned(),
        deal.deal_id.to_string(),
        deal.seller.to_string(),
        deal.product.name.clone(),
        deal.raw_deal_type.clone(),
        money::impressions(deal.terms.impressions),
        money::cpm(deal.pricing.final_cpm, deal.deal_type),
        money::cost(deal.cost(), deal.terms.guaranteed),
    ];
    let mut copies = vec![
        copy('i', "id", deal.deal_id.as_str()),
        copy('r', "row", row.join("\t")),
        copy('j', "JSON", json(deal)),
    ];
    if let Some(raw) = &deal.openrtb_raw {
        copies.push(copy('o', "OpenRTB", raw.as_str()));
    }
    copies.push(copy('d', "command line", format!("dealdesk deals show {}", deal.deal_id)));
    copies
}
