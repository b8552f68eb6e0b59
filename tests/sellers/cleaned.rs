//! Every text of a reply that a person may see is cleaned, each by itself: with what moves a terminal in all of
//! them at once, none of it comes out.

use dealdesk::domain::{Answer, Ask};
use serde_json::{Value, json};

use super::hostile::{every_ask, hear, prose, usable};

/// An escape sequence, a bell, a C1 control, a bidi override and a mark without width.
const DIRTY: &str = "A\u{1b}[31m\u{7}\u{9b}2J\u{202e}\u{200b}Z";

/// A reply that could be any: what money needs is sound, all the words are dirty.
fn body() -> Value {
    let named = json!({ "product_id": "p", "name": DIRTY, "inventory_type": DIRTY });
    let mut body = json!({
        "product": named, "product_id": "p", "package_id": "p",
        "pricing": { "final_cpm": 12.5, "rationale": DIRTY, "pricing_model": DIRTY },
        "terms": { "impressions": 5, "flight_start": DIRTY, "flight_end": DIRTY },
        "activation_instructions": { (DIRTY): DIRTY },
        "openrtb_params": { "id": "d", "bidfloor": 12.5, "at": 1, "wseat": [DIRTY] },
        "metadata": { (DIRTY): DIRTY },
        "provider": { "name": DIRTY },
        "deal_type": "PD", "round_number": 1, "seller_price": 12.5, "buyer_price": 12.5,
    });
    let words = [
        "name",
        "description",
        "version",
        "rationale",
        "message",
        "inventory_type",
        "price_range",
        "status",
        "reason",
        "availsstatus",
        "actor",
        "severity",
        "change_type",
        "requested_by",
        "rejection_reason",
        "field",
        "old_value",
        "new_value",
        "approved_by",
        "from_status",
        "to_status",
        "product_name",
    ];
    for word in words {
        body[word] = DIRTY.into();
    }
    for list in ["ad_formats", "device_types", "tags", "cat", "deal_types", "validation_errors"] {
        body[list] = json!([DIRTY]);
    }
    body["action"] = "counter".into();
    let round = body.clone();
    body["round"] = round;
    usable(body)
}

#[test]
fn every_word_of_a_seller_is_cleaned_wherever_it_stands() {
    let body = body();
    for dialect in ["v1", "v2"] {
        for ask in every_ask() {
            let heard = hear(dialect, ask.clone(), 200, body.to_string().into_bytes());
            let texts = prose(&heard);
            for text in &texts {
                assert!(!text.chars().any(char::is_control), "{dialect} {}: {text:?}", ask.name());
                let marks = ['\u{202e}', '\u{200b}', '\u{9b}'];
                assert!(!text.contains(marks), "{dialect} {}: {text:?}", ask.name());
            }
            // The words themselves are there: what is cleaned away as a whole would prove nothing.
            let wanted = match (&ask, &heard.result) {
                (Ask::GetQuote(_) | Ask::Quote { .. }, Ok(_)) => 3,
                (Ask::Products, Ok(Answer::Products(_)))
                | (
                    Ask::Packages
                    | Ask::GetDeal(_)
                    | Ask::Book { .. }
                    | Ask::Counter { .. }
                    | Ask::History(..),
                    Ok(_),
                ) => 2,
                (
                    Ask::Products | Ask::Packages | Ask::GetQuote(_) | Ask::GetDeal(_),
                    Err(error),
                ) => {
                    panic!("{dialect} {}: {error}", ask.name())
                }
                _ => 0,
            };
            let shown = texts.iter().filter(|text| text.contains('A') && text.contains('Z'));
            assert!(shown.count() >= wanted, "{dialect} {}: {texts:?}", ask.name());
        }
    }
}
