//! A quote that is not what was asked for says so in every list, not only in the ticket.

use dealdesk::{
    desk::{Fact, QuoteRecord},
    domain::{Availability, DealType, Quote},
};
use serde_json::Value;

use crate::{
    Seller,
    awaited::{append, record},
    halting::quoted,
};

type Change = fn(&mut Quote);

fn received(like: &QuoteRecord, id: &str, change: Change) -> Fact {
    let mut quote = like.quote.clone();
    quote.quote_id = id.into();
    change(&mut quote);
    Fact::QuoteReceived {
        quote,
        ask: like.ask.clone(),
        requote_of: None,
        agreed: None,
        rfq: None,
        idempotency_key: None,
        listed_as: None,
    }
}

#[test]
fn what_a_ticket_would_stop_at_or_ask_about_is_in_the_list() {
    let changes: [(&str, Change, &str, bool); 5] = [
        ("more", |quote| quote.terms.impressions = Some(5_000_000), "asked", false),
        ("type", |quote| quote.deal_type = DealType::Auction, "asked", true),
        ("product", |quote| quote.product.product_id = "other".into(), "asked", true),
        ("days", |quote| quote.terms.flight_end = Some("2020-01-01".into()), "flight", true),
        (
            "none",
            |quote| {
                quote.availability = Some(Availability {
                    inventory_available: Some(false),
                    estimated_fill_rate: None,
                    competing_demand: None,
                });
            },
            "avails",
            false,
        ),
    ];
    for dialect in ["v1", "v2"] {
        let seller = Seller::speaking(dialect);
        let home = seller.home();
        let (plain, _) = quoted(&home);
        let like = record(&home, &plain);
        append(&home, changes.map(|(id, change, ..)| received(&like, id, change)).to_vec());
        let listed = home.run(&["quote", "list", "--json"]).json("quotes");
        let rows = home.run(&["quote", "list"]).stdout;
        let of = |id: &str| -> &Value {
            let items = listed["items"].as_array().unwrap();
            items.iter().find(|item| item["quote_id"] == id).unwrap()
        };
        let row = |id: &str| rows.lines().find(|row| row.starts_with(&format!("{id}\t"))).unwrap();
        assert_eq!(of(&plain)["checks"], Value::Array(vec![]), "{dialect}");
        assert!(row(&plain).ends_with("\t–"), "{}", row(&plain));
        for (id, _, name, stops) in changes {
            let checks = of(id)["checks"].as_array().unwrap();
            let check = checks.iter().find(|check| check["name"] == name);
            let check = check.unwrap_or_else(|| panic!("{dialect} {id}: {checks:?}"));
            assert_eq!(check["ok"] == false && check["asks"].is_null(), stops, "{id}: {check}");
            let mark = if stops { "✗" } else { "!" };
            assert!(row(id).contains(&format!("{mark} {name}: ")), "{id}: {}", row(id));
            let shown = home.run(&["quote", "show", id, "--offline"]).stdout;
            assert!(shown.contains(&format!("{mark} {name}: ")), "{id}: {shown}");
        }
        assert!(row("more").contains("asked 500,000, quoted 5,000,000"), "{}", row("more"));
    }
}
