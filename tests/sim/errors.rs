//! Every way to say no, nested and flat.

use dealdesk::{domain::Tier, sim::Request};
use serde_json::{Value, json};

use crate::support::{Buyer, answer};

fn nested(code: &str, message: &str) -> Value {
    json!({"detail": {"error": code, "message": message}})
}

#[test]
fn the_reference_nests_its_errors() {
    let mut buyer = Buyer::at("reference", Tier::Agency);
    let quote = |more: Value| {
        let mut body = json!({"product_id": "prod-c919ef73", "deal_type": "PD"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (body, status, error) in [
        (
            quote(json!({"deal_type": "XX"})),
            400,
            nested("invalid_deal_type", "Invalid deal_type 'XX'. Must be one of: PG, PD, PA."),
        ),
        (
            quote(json!({"product_id": "nope"})),
            404,
            nested("product_not_found", "Product 'nope' not found in catalog."),
        ),
        (
            quote(json!({"deal_type": "PG"})),
            400,
            nested(
                "pg_requires_impressions",
                "Programmatic Guaranteed deals require an impressions count.",
            ),
        ),
        (
            quote(json!({"impressions": 9_999})),
            400,
            nested("below_minimum_impressions", "Minimum impressions for this product: 10000."),
        ),
    ] {
        assert_eq!(buyer.post("/api/v1/quotes", &body), (status, error), "{body}");
    }
    for (target, error) in [
        ("/api/v1/quotes/qt-1", nested("quote_not_found", "Quote 'qt-1' not found.")),
        ("/api/v1/deals/D", nested("deal_not_found", "Deal 'D' not found.")),
        ("/packages/x", json!({"detail": "Package not found"})),
        ("/products/x", json!({"detail": "Product not found"})),
        ("/auth/api-keys/x", json!({"detail": "API key not found"})),
        ("/nowhere", json!({"detail": "Not Found"})),
    ] {
        assert_eq!(buyer.get(target), (404, error), "{target}");
    }
}

#[test]
fn harbor_is_flat_as_the_guide_has_it() {
    let mut buyer = Buyer::at("harbor", Tier::Agency);
    let (quote_id, _) = buyer.quote("prod-har-prime", "PD");
    buyer.done("/api/v1/deals", &json!({"quote_id": quote_id}));
    let (late, _) = buyer.quote("prod-har-late", "PD");
    buyer.wait(3600);
    for (target, body, status, code) in [
        ("/api/v1/quotes", json!({"product_id": "x", "deal_type": "PD"}), 404, "not_found"),
        ("/api/v1/deals", json!({"quote_id": quote_id}), 409, "quote_already_booked"),
        ("/api/v1/deals", json!({"quote_id": late}), 409, "quote_expired"),
        ("/pricing", json!({"product_id": "x"}), 404, "not_found"),
    ] {
        let (got, error) = buyer.post(target, &body);
        assert_eq!((got, &error["error"]), (status, &json!(code)), "{body}: {error}");
        assert!(error["detail"].is_string(), "{error}");
    }
    buyer.key = Some("ask_live_nonsense".to_owned());
    let body = json!({"product_id": "prod-har-prime", "deal_type": "PD"});
    let says = json!({"error": "unauthorized", "detail": "Invalid API key"});
    assert_eq!(buyer.post("/api/v1/quotes", &body), (401, says));
}

#[test]
fn keys_are_read_from_both_headers_and_one_goes_first() {
    let mut buyer = Buyer::at("reference", Tier::Public);
    let [seat, agency] = [Tier::Seat, Tier::Agency].map(|tier| buyer.engine.key(tier).unwrap());
    let ask = json!({"product_id": "prod-c919ef73", "deal_type": "PD"});
    for (headers, tier) in [
        (vec![("Authorization", format!("Bearer {agency}"))], "agency"),
        (vec![("X-Api-Key", seat.clone()), ("Authorization", format!("Bearer {agency}"))], "seat"),
        (vec![("Authorization", agency.clone())], "public"),
        (vec![], "public"),
    ] {
        let mut request = Request::post("/api/v1/quotes", &ask);
        for (name, value) in &headers {
            request = request.with_header(name, value);
        }
        let (status, quote) = answer(&buyer.engine.handle(&request, buyer.now));
        assert_eq!((status, &quote["buyer_tier"]), (200, &json!(tier)), "{headers:?}");
    }
    buyer.engine.revoke_key(&seat);
    let reply =
        buyer.engine.handle(&Request::post("/api/v1/quotes", &ask).with_key(&seat), buyer.now);
    assert_eq!(reply.status, 401);
    assert_eq!(reply.headers["www-authenticate"], "Bearer");
    let says = reply.json().unwrap()["detail"].as_str().unwrap().to_owned();
    assert!(says.starts_with("API key key-") && says.ends_with(" has been revoked"), "{says}");
}

#[test]
fn a_made_key_works_until_its_days_are_over() {
    let mut buyer = Buyer::at("reference", Tier::Public);
    let made = buyer
        .done("/auth/api-keys", &json!({"agency_id": "a", "label": "desk", "expires_in_days": 2}));
    buyer.key = Some(made["api_key"].as_str().unwrap().to_owned());
    assert_eq!(buyer.quote("prod-c919ef73", "PD").1["buyer_tier"], "agency");
    let (_, listed) = buyer.get("/auth/api-keys");
    assert_eq!(listed["total"], 4);
    assert_eq!(listed["keys"][3]["use_count"], 1);
    buyer.wait(2 * 24 * 3600);
    let (status, error) = buyer.get("/packages");
    let says = format!("API key {} has expired", made["key_id"].as_str().unwrap());
    assert_eq!((status, error), (401, json!({"detail": says})));
}

#[test]
fn a_body_that_is_wrong_is_told_field_by_field() {
    let mut buyer = Buyer::at("reference", Tier::Agency);
    let mut kinds = |target: &str, body: &str, content_type: Option<&str>| {
        let mut request = Request::new("POST", target);
        if let Some(kind) = content_type {
            request = request.with_header("content-type", kind);
        }
        request.body = body.as_bytes().to_vec();
        let (status, error) = answer(&buyer.engine.handle(&request, buyer.now));
        assert_eq!(status, 422, "{body}: {error}");
        let list = error["detail"].as_array().unwrap().clone();
        list.iter()
            .map(|problem| {
                let place = problem["loc"].as_array().unwrap().last().unwrap();
                format!("{} {place}", problem["type"].as_str().unwrap())
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    let json = Some("application/json");
    for (body, content_type, problems) in [
        ("{}", json, r#"missing "product_id", missing "deal_type""#),
        ("[]", json, r#"model_attributes_type "body""#),
        ("", json, r#"missing "body""#),
        ("{\"product_id\": ", json, "json_invalid 15"),
        (r#"{"product_id":1,"deal_type":"PD"}"#, json, r#"string_type "product_id""#),
        (
            r#"{"product_id":"p","deal_type":"PD","impressions":20000.5,"target_cpm":"x"}"#,
            json,
            r#"int_from_float "impressions", float_parsing "target_cpm""#,
        ),
        (
            r#"{"product_id":"p","deal_type":"PD","target_cpm":1e999}"#,
            json,
            r#"finite_number "target_cpm""#,
        ),
        (r#"{"product_id":"p","deal_type":"PD"}"#, None, r#"model_attributes_type "body""#),
    ] {
        assert_eq!(kinds("/api/v1/quotes", body, content_type), problems, "{body}");
    }
}

#[test]
fn what_is_not_served_is_405_and_a_slash_is_moved() {
    let mut buyer = Buyer::at("reference", Tier::Agency);
    for (method, target, allow) in [
        ("POST", "/products/search", "GET"),
        ("GET", "/api/v1/quotes", "POST"),
        ("DELETE", "/auth/api-keys", "GET, POST"),
        ("HEAD", "/products", "GET"),
    ] {
        let reply = buyer.send(Request::new(method, target));
        assert_eq!(
            (reply.status, reply.headers["allow"].as_str()),
            (405, allow),
            "{method} {target}"
        );
        assert_eq!(reply.body.is_empty(), method == "HEAD");
    }
    let reply = buyer.send(Request::get("/products/").with_header("Host", "seller:1"));
    assert_eq!(
        (reply.status, reply.headers["location"].as_str()),
        (307, "http://seller:1/products")
    );
}
