//! The deal block to take away: as it came, or normalised with every change named.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::block::{number, object};
use crate::domain::{Deal, DealType};

/// The order in which OpenRTB lists the fields; others follow.
const ORDER: [&str; 9] = [
    "id",
    "bidfloor",
    "bidfloorcur",
    "at",
    "guar",
    "wseat",
    "wadomain",
    "mincpmpersec",
    "durfloors",
];

/// A block as OpenRTB writes it for this kind of deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    /// The block, as JSON.
    pub json: String,
    /// What is not as the seller sent it; empty where nothing had to be changed.
    pub changes: Vec<Change>,
}

/// One field that is not as the seller sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub field: &'static str,
    /// As sent, as JSON; `None` where it was absent.
    pub from: Option<String>,
    /// As it is now, as JSON.
    pub to: String,
    /// Why.
    pub why: &'static str,
}

/// The block byte for byte as the seller sent it; `None` where it sent none.
pub fn as_received(deal: &Deal) -> Option<&str> {
    deal.openrtb_raw.as_deref()
}

/// The block with the auction type and the guarantee that OpenRTB has for the deal that was bought
/// (PG: `at` 3 and `guar` 1, PD: `at` 3, PA: `at` 1), and the floor as a number with its currency.
/// The floor itself, the id, seats and domains stay as they came, right or wrong. `None` where the
/// seller sent no block.
pub fn normalised(deal: &Deal) -> Option<Normalised> {
    let mut block = object(deal)?;
    let mut changes = Vec::new();
    let mut set = |block: &mut Map<String, Value>, field: &'static str, to: Value, why| {
        let from = block.get(field).filter(|value| !value.is_null());
        if from == Some(&to) {
            return;
        }
        let from = from.map(Value::to_string);
        changes.push(Change { field, from, to: to.to_string(), why });
        block.insert(field.to_owned(), to);
    };
    if let Some(floor) = deal.openrtb.as_ref().and_then(|read| read.bidfloor) {
        if block.get("bidfloor").is_some_and(|sent| !sent.is_number()) {
            let amount = number(&floor.amount().normalize().to_string());
            set(&mut block, "bidfloor", amount, "OpenRTB's floor is a number");
        }
        let currency = floor.currency().as_str().into();
        set(&mut block, "bidfloorcur", currency, "a floor is safest with its currency beside it");
    }
    let (at, guar) = match deal.deal_type {
        Some(DealType::Guaranteed) => (Some(3), Some(1)),
        Some(DealType::Preferred) => (Some(3), None),
        Some(DealType::Auction | DealType::Curated) => (Some(1), None),
        None => (None, None),
    };
    if let Some(at) = at {
        let why = if at == 3 {
            "a fixed price: OpenRTB's 3, the floor is the agreed price"
        } else {
            "an auction above a floor: OpenRTB's 1, first price"
        };
        set(&mut block, "at", at.into(), why);
    }
    if let Some(guar) = guar {
        set(&mut block, "guar", guar.into(), "a guaranteed deal: OpenRTB 2.6 marks it with 1");
    }
    let json = serde_json::to_string_pretty(&Ordered(&block)).ok()?;
    Some(Normalised { json, changes })
}

/// An object with its fields in [`ORDER`].
struct Ordered<'a>(&'a Map<String, Value>);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for field in ORDER {
            if let Some(value) = self.0.get(field) {
                map.serialize_entry(field, value)?;
            }
        }
        for (field, value) in self.0.iter().filter(|(field, _)| !ORDER.contains(&field.as_str())) {
            map.serialize_entry(field, value)?;
        }
        map.end()
    }
}
