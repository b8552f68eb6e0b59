//! Whether what the desk read is what the seller wrote, in either dialect: read here a second time,
//! by nothing that the desk reads with.

use dealdesk::domain::{
    Answer, Avails, ChangeRequest, Cpm, Deal, DealId, Order, OrderAnswer, Package, Product,
    ProductId, Quote, Tier,
    ask::{History, Moved},
    order::{Diff, Given},
};
use rust_decimal::Decimal;
use serde_json::Value;

use super::support::{at, number};

/// An amount: a number, or micros.
pub(crate) fn amount(value: &Value) -> Option<Decimal> {
    match value.get("amount_micros") {
        Some(micros) => Some(number(micros)? / Decimal::from(1_000_000)),
        None => number(value),
    }
}

fn bare(cpm: Option<Cpm>) -> Option<Decimal> {
    cpm.map(|cpm| cpm.amount())
}

/// What is in an envelope, or what came bare.
fn opened<'a>(body: &'a Value, key: &str) -> &'a Value {
    body.get(key).unwrap_or(body)
}

pub(crate) fn agrees(name: &str, answer: &Answer, body: &Value) {
    match answer {
        Answer::Alive(card) => {
            assert_eq!(card.name, body["name"].as_str().unwrap_or_default(), "{name}");
        }
        Answer::Packages(packages) => {
            let list = body["packages"].as_array().or(body["results"].as_array()).unwrap();
            assert_eq!(packages.len(), list.len(), "{name}");
            let pairs = packages.iter().zip(list);
            pairs.for_each(|(package, wire)| package_agrees(name, package, wire));
        }
        Answer::Package(package) => package_agrees(name, package, body),
        Answer::Products(products) => {
            let list = body["products"].as_array().unwrap();
            assert_eq!(products.len(), list.len(), "{name}");
            let pairs = products.iter().zip(list);
            pairs.for_each(|(product, wire)| product_agrees(name, product, wire));
        }
        Answer::Quote(quote) => quote_agrees(name, quote, opened(body, "quote")),
        Answer::Moved(moved) => moved_agrees(name, moved, body),
        Answer::History(history) => history_agrees(name, history, body),
        Answer::Waiting(_) => panic!("{name}: no recording waits"),
        Answer::Deal(deal) => deal_agrees(name, deal, opened(body, "deal")),
        Answer::Avails(list) => {
            let wire = body["avails"].as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
            assert_eq!(list.len(), wire.len(), "{name}");
            list.iter().zip(&wire).for_each(|(avails, wire)| avails_agrees(name, avails, wire));
        }
        Answer::Orders(answer) => orders_agree(name, answer, body),
        Answer::Key(key) => {
            let percent = number(&body["tier_discount"]).unwrap() * Decimal::ONE_HUNDRED;
            assert_eq!(key.tier.map(Tier::discount_pct), Some(percent.normalize()), "{name}");
            assert!(key.says.contains(&percent.normalize().to_string()), "{name}: {}", key.says);
        }
    }
}

fn package_agrees(name: &str, package: &Package, wire: &Value) {
    assert_eq!(package.package_id.as_str(), wire["package_id"], "{name}");
    assert_eq!(package.name, wire["name"], "{name}");
    assert_eq!(package.price_range.as_deref(), wire["price_range"].as_str(), "{name}");
    assert_eq!(bare(package.exact_price), number(&wire["exact_price"]), "{name}");
    assert_eq!(bare(package.floor_price), number(&wire["floor_price"]), "{name}");
    assert_eq!(package.negotiation_enabled, wire["negotiation_enabled"].as_bool(), "{name}");
    let placements = wire["placements"].as_array().map_or(0, Vec::len);
    assert_eq!(package.placements.len(), placements, "{name}");
    assert_eq!(package.device_types.len(), wire["device_types"].as_array().unwrap().len());
}

fn product_agrees(name: &str, product: &Product, wire: &Value) {
    let (base, floor) = (wire.get("base_price"), wire["ext"].get("floor_cpm"));
    let types = wire["ext"].get("deal_types").unwrap_or(&wire["deal_types"]);
    assert_eq!(product.product_id.as_str(), wire["product_id"], "{name}");
    assert_eq!(product.name, wire["name"], "{name}");
    assert_eq!(bare(product.base_cpm), amount(base.unwrap_or(&wire["base_cpm"])), "{name}");
    assert_eq!(bare(product.floor_cpm), number(floor.unwrap_or(&wire["floor_cpm"])), "{name}");
    assert_eq!(product.deal_types.len(), types.as_array().unwrap().len(), "{name}");
    assert_eq!(product.available_impressions, wire["available_impressions"].as_u64(), "{name}");
    assert!(!product.inventory_type.is_empty(), "{name}");
}

fn quote_agrees(name: &str, quote: &Quote, body: &Value) {
    let (pricing, terms) = (&body["pricing"], &body["terms"]);
    assert_eq!(quote.quote_id.as_str(), body["quote_id"], "{name}");
    assert_eq!(quote.raw_status, body["status"], "{name}");
    assert_eq!(quote.deal_type.to_string(), body["deal_type"].as_str().unwrap(), "{name}");
    assert_eq!(quote.product.product_id.as_str(), body["product"]["product_id"], "{name}");
    pricing_agrees(name, &quote.pricing, pricing);
    assert_eq!(quote.terms.impressions, terms["impressions"].as_u64(), "{name}");
    assert_eq!(quote.terms.flight_start.as_deref(), terms["flight_start"].as_str(), "{name}");
    assert_eq!(quote.terms.flight_end.as_deref(), terms["flight_end"].as_str(), "{name}");
    assert_eq!(quote.terms.guaranteed, terms["guaranteed"], "{name}");
    let told = quote.availability.as_ref().and_then(|told| told.inventory_available);
    assert_eq!(told, body["availability"]["inventory_available"].as_bool(), "{name}");
    assert_eq!(quote.buyer_tier.unwrap().to_string(), body["buyer_tier"].as_str().unwrap());
    assert_eq!(quote.expires_at, at(body["expires_at"].as_str().unwrap()), "{name}");
    assert_eq!(quote.created_at, body["created_at"].as_str().map(at), "{name}");
    assert_eq!(quote.calls_itself.as_deref(), body["seller_id"].as_str(), "{name}");
    assert_eq!(quote.deal_id.as_ref().map(DealId::as_str), body["deal_id"].as_str(), "{name}");
}

fn pricing_agrees(name: &str, pricing: &dealdesk::domain::Pricing, wire: &Value) {
    assert_eq!(bare(pricing.final_cpm), amount(&wire["final_cpm"]), "{name}");
    assert_eq!(bare(pricing.base_cpm), amount(&wire["base_cpm"]), "{name}");
    assert_eq!(pricing.tier_discount_pct, number(&wire["tier_discount_pct"]), "{name}");
    assert_eq!(pricing.volume_discount_pct, number(&wire["volume_discount_pct"]), "{name}");
    assert_eq!(pricing.rationale, wire["rationale"].as_str().unwrap(), "{name}");
}

fn moved_agrees(name: &str, moved: &Moved, body: &Value) {
    let round = opened(body, "round");
    assert_eq!(moved.negotiation_id.as_deref(), body["negotiation_id"].as_str(), "{name}");
    assert_eq!(moved.action.to_string(), round["action"].as_str().unwrap(), "{name}");
    assert_eq!(u64::from(moved.round), round["round_number"].as_u64().unwrap(), "{name}");
    assert_eq!(moved.status, body["status"], "{name}");
    assert_eq!(moved.rounds_left, body["rounds_remaining"].as_i64(), "{name}");
    assert_eq!(bare(moved.seller_cpm), amount(&round["seller_price"]), "{name}");
    assert_eq!(bare(moved.buyer_cpm), amount(&round["buyer_price"]), "{name}");
    assert_eq!(moved.rationale, round["rationale"].as_str().unwrap(), "{name}");
}

fn history_agrees(name: &str, history: &History, body: &Value) {
    let rounds = body["rounds"].as_array().unwrap();
    assert_eq!(history.rounds.len(), rounds.len(), "{name}");
    assert_eq!(history.status, body["status"], "{name}");
    assert_eq!(history.max_rounds.map(u64::from), body["max_rounds"].as_u64(), "{name}");
    for (round, wire) in history.rounds.iter().zip(rounds) {
        assert_eq!(round.action.to_string(), wire["action"].as_str().unwrap(), "{name}");
        assert_eq!(bare(round.seller_cpm), number(&wire["seller_price"]), "{name}");
        assert_eq!(bare(round.buyer_cpm), number(&wire["buyer_price"]), "{name}");
        assert!(round.raw.contains("seller_price"), "{name}: {}", round.raw);
    }
}

fn deal_agrees(name: &str, deal: &Deal, body: &Value) {
    let (flat, block) = (body.get("actual_price_cpm"), &body["openrtb_params"]);
    assert_eq!(deal.deal_id.as_str(), body["deal_id"], "{name}");
    assert_eq!(deal.raw_status, body["status"], "{name}");
    assert_eq!(deal.deal_type.unwrap().to_string(), body["deal_type"].as_str().unwrap(), "{name}");
    let quote = deal.quote_id.as_ref().map(dealdesk::domain::QuoteId::as_str);
    assert_eq!(quote, body["quote_id"].as_str(), "{name}");
    match flat {
        Some(flat) => assert_eq!(bare(deal.pricing.final_cpm), number(flat), "{name}"),
        None => pricing_agrees(name, &deal.pricing, &body["pricing"]),
    }
    let flight = body.get("flight_end").unwrap_or(&body["terms"]["flight_end"]);
    assert_eq!(deal.terms.flight_end.as_deref(), flight.as_str(), "{name}");
    let impressions = body.get("impressions").unwrap_or(&body["terms"]["impressions"]);
    assert_eq!(deal.terms.impressions, impressions.as_u64(), "{name}");
    assert_eq!(deal.expires_at, body["expires_at"].as_str().map(at), "{name}");
    let instructions = body["activation_instructions"].as_object().unwrap();
    assert_eq!(deal.activation_instructions.len(), instructions.len(), "{name}");
    assert_eq!(deal.openrtb.is_some(), block.is_object(), "{name}");
    let Some(openrtb) = &deal.openrtb else { return };
    assert_eq!(openrtb.id, block["id"], "{name}");
    assert_eq!(openrtb.at.map(u64::from), block["at"].as_u64(), "{name}");
    assert_eq!(bare(openrtb.bidfloor), amount(&block["bidfloor"]), "{name}");
    let currency = block.get("bidfloorcur").unwrap_or(&block["bidfloor"]["currency"]);
    assert_eq!(openrtb.bidfloor.unwrap().currency().as_str(), currency, "{name}");
    assert_eq!(deal.openrtb_raw.as_deref(), Some(block.to_string().as_str()), "{name}");
}

fn avails_agrees(name: &str, avails: &Avails, wire: &Value) {
    let or = |legacy: &str, spec: &str| wire.get(legacy).unwrap_or(&wire[spec]).clone();
    assert_eq!(avails.product_id, ProductId(wire["productid"].as_str().unwrap().into()), "{name}");
    assert_eq!(avails.available, or("availableImpressions", "availability").as_u64(), "{name}");
    assert_eq!(avails.guaranteed, wire["guaranteedImpressions"].as_u64(), "{name}");
    assert_eq!(bare(avails.estimated_cpm), number(&or("estimatedCpm", "price")), "{name}");
    let cost = avails.total_cost.map(|cost| cost.amount());
    assert_eq!(cost, number(&wire["totalCost"]), "{name}");
    let status = wire["availsstatus"]["status"].as_str().unwrap_or_default();
    assert_eq!(avails.raw_status, status, "{name}");
    assert_eq!(avails.flight_end.as_deref(), wire["enddate"].as_str(), "{name}");
    let targeting = wire["availableTargeting"].as_array().map_or(0, Vec::len);
    assert_eq!(avails.targeting.len(), targeting, "{name}");
}

fn orders_agree(name: &str, answer: &OrderAnswer, body: &Value) {
    match answer {
        OrderAnswer::Orders(orders) => {
            let list = body["orders"].as_array().unwrap();
            assert_eq!(orders.len(), list.len(), "{name}");
            let pairs = orders.iter().zip(list);
            pairs.for_each(|(order, wire)| order_agrees(name, order, wire));
        }
        OrderAnswer::Order(order) => order_agrees(name, order, body),
        OrderAnswer::History { status, steps } => {
            assert_eq!(status, body["current_status"].as_str().unwrap(), "{name}");
            steps_agree(name, steps, &body["transitions"]);
        }
        OrderAnswer::Changes(changes) => {
            let list = body["change_requests"].as_array().unwrap();
            assert_eq!(changes.len(), list.len(), "{name}");
            let pairs = changes.iter().zip(list);
            pairs.for_each(|(change, wire)| change_agrees(name, change, wire));
        }
        OrderAnswer::Change(change) => change_agrees(name, change, body),
    }
}

fn order_agrees(name: &str, order: &Order, wire: &Value) {
    assert_eq!(order.order_id.as_str(), wire["order_id"], "{name}");
    assert_eq!(order.raw_status, wire["status"], "{name}");
    assert_eq!(order.status.to_string(), wire["status"].as_str().unwrap(), "{name}");
    assert_eq!(order.deal_id.as_ref().map(DealId::as_str), wire["deal_id"].as_str(), "{name}");
    assert_eq!(order.created_at, wire["created_at"].as_str().map(at), "{name}");
    assert_eq!(order.metadata.len(), wire["metadata"].as_object().unwrap().len(), "{name}");
    for (field, value) in &order.metadata {
        given_agrees(name, Some(value), &wire["metadata"][field]);
    }
    steps_agree(name, &order.steps, &wire["audit_log"]["transitions"]);
}

fn steps_agree(name: &str, steps: &[dealdesk::domain::order::OrderStep], wire: &Value) {
    let list = wire.as_array().unwrap();
    assert_eq!(steps.len(), list.len(), "{name}");
    for (step, wire) in steps.iter().zip(list) {
        assert_eq!(
            (&step.from, &step.to),
            (&text(&wire["from_status"]), &text(&wire["to_status"]))
        );
        assert_eq!((&step.actor, &step.reason), (&text(&wire["actor"]), &text(&wire["reason"])));
        assert_eq!(step.at, Some(at(&format!("{}Z", text(&wire["timestamp"])))), "{name}");
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn change_agrees(name: &str, change: &ChangeRequest, wire: &Value) {
    assert_eq!(change.change_id.as_str(), wire["change_request_id"], "{name}");
    assert_eq!(change.order_id.as_str(), wire["order_id"], "{name}");
    assert_eq!(change.deal_id.as_ref().map(DealId::as_str), wire["deal_id"].as_str(), "{name}");
    for (ours, field) in [
        (&change.status, "status"),
        (&change.change_type, "change_type"),
        (&change.severity, "severity"),
        (&change.requested_by, "requested_by"),
        (&change.reason, "reason"),
        (&change.approved_by, "approved_by"),
        (&change.rejection_reason, "rejection_reason"),
    ] {
        assert_eq!(ours, &text(&wire[field]), "{name}: {field}");
    }
    assert_eq!(change.requested_at, Some(at(&format!("{}Z", text(&wire["requested_at"])))));
    let diffs = wire["diffs"].as_array().unwrap();
    assert_eq!(change.diffs.len(), diffs.len(), "{name}");
    for (Diff { field, old, new }, wire) in change.diffs.iter().zip(diffs) {
        assert_eq!(field, &text(&wire["field"]), "{name}");
        given_agrees(name, old.as_ref(), &wire["old_value"]);
        given_agrees(name, new.as_ref(), &wire["new_value"]);
    }
    for (field, value) in &change.proposed {
        given_agrees(name, Some(value), &wire["proposed_values"][field]);
    }
}

fn given_agrees(name: &str, given: Option<&Given>, wire: &Value) {
    match given {
        None => assert!(wire.is_null(), "{name}: {wire}"),
        Some(Given::Number(ours)) => assert_eq!(Some(*ours), number(wire), "{name}"),
        Some(Given::Text(ours)) => assert_eq!(ours, &text(wire), "{name}"),
    }
}
