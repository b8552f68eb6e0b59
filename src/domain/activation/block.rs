//! The deal block as JSON: what it holds beside the fields that the desk reads.

use serde_json::{Map, Value};

use crate::domain::{Deal, OpenRtb};

/// The three ways to write a floor; a deal has one of them (OpenRTB 2.6, 7.11.2).
pub(super) const FLOORS: [&str; 3] = ["bidfloor", "mincpmpersec", "durfloors"];

/// Fields of a deal object (OpenRTB 2.6, 3.2.12).
const KNOWN: [&str; 10] = [
    "id",
    "bidfloor",
    "bidfloorcur",
    "at",
    "wseat",
    "wadomain",
    "guar",
    "mincpmpersec",
    "durfloors",
    "ext",
];

/// The block as an object: as the seller sent it, else made from what was read.
pub(super) fn object(deal: &Deal) -> Option<Map<String, Value>> {
    let sent = deal.openrtb_raw.as_deref().and_then(|raw| serde_json::from_str(raw).ok());
    match sent {
        Some(Value::Object(object)) => Some(object),
        _ => deal.openrtb.as_ref().map(made),
    }
}

fn made(block: &OpenRtb) -> Map<String, Value> {
    let texts = |texts: &[String]| Value::from(texts.to_vec());
    let mut object = Map::new();
    object.insert("id".into(), block.id.clone().into());
    if let Some(floor) = block.bidfloor {
        object.insert("bidfloor".into(), number(&floor.amount().to_string()));
        object.insert("bidfloorcur".into(), floor.currency().as_str().into());
    }
    let numbers = [("at", block.at), ("guar", block.guar)];
    for (field, value) in numbers.into_iter().filter_map(|(field, value)| Some((field, value?))) {
        object.insert(field.into(), value.into());
    }
    object.insert("wseat".into(), texts(&block.wseat));
    object.insert("wadomain".into(), texts(&block.wadomain));
    object
}

/// A JSON number of exactly these digits.
pub(super) fn number(digits: &str) -> Value {
    digits.parse().map_or(Value::Null, Value::Number)
}

/// The ways to write a floor that the block uses.
pub(super) fn floors(object: &Map<String, Value>) -> Vec<&'static str> {
    let used = |field: &&str| object.get(*field).is_some_and(|value| !value.is_null());
    FLOORS.into_iter().filter(used).collect()
}

/// Names of fields that OpenRTB does not define.
pub(super) fn unknown(object: &Map<String, Value>) -> Vec<&str> {
    let fields = object.keys().map(String::as_str);
    fields.filter(|field| !KNOWN.contains(field)).collect()
}
