//! JSON of a DSP: a list of deals, or OpenRTB bid requests. Several documents may follow each other.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::{
    Cell, Export, Listed, MOST_DEALS, Place, SHOWN, Shape, Trouble, read,
    table::{Field, key, split},
};
use crate::domain::{Currency, text};

pub(super) fn parse(given: &str) -> Result<Export, Trouble> {
    let mut found = Found { shape: Shape::Json, deals: Vec::new(), unused: Vec::new() };
    let mut documents = 0;
    for document in serde_json::Deserializer::from_str(given).into_iter::<Value>() {
        let document = document.map_err(|error| {
            Trouble::at(error.line(), error.column(), format!("no JSON: {error}"))
        })?;
        documents += 1;
        let path = if documents == 1 { String::new() } else { format!("document {documents}: ") };
        found.document(&document, &path);
        if found.deals.len() > MOST_DEALS {
            break;
        }
    }
    Ok(Export { shape: found.shape, deals: found.deals, unused: found.unused })
}

struct Found {
    shape: Shape,
    deals: Vec<Listed>,
    unused: Vec<String>,
}

impl Found {
    fn document(&mut self, document: &Value, path: &str) {
        match document {
            Value::Array(items) => {
                for (nth, item) in items.iter().enumerate() {
                    self.document(item, &format!("{path}[{nth}]"));
                }
            }
            Value::Object(object) => self.object(object, path),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn object(&mut self, object: &Map<String, Value>, path: &str) {
        let path = |name: &str| match path {
            "" => name.to_owned(),
            path if path.ends_with(' ') => format!("{path}{name}"),
            path => format!("{path}.{name}"),
        };
        if let Some(Value::Array(imps)) = object.get("imp") {
            self.shape = Shape::BidRequest;
            for (nth, imp) in imps.iter().enumerate() {
                let deals = imp.get("pmp").and_then(|pmp| pmp.get("deals"));
                self.list(deals, &path(&format!("imp[{nth}].pmp.deals")));
            }
        } else if let Some(pmp) = object.get("pmp") {
            self.shape = Shape::BidRequest;
            self.list(pmp.get("deals"), &path("pmp.deals"));
        } else if let Some((name, list)) = ["deals", "items", "data", "results"]
            .iter()
            .find_map(|name| Some((name, object.get(*name).filter(|list| list.is_array())?)))
        {
            self.list(Some(list), &path(name));
        } else {
            let place = path("").trim_end_matches(['.', ' ']).to_owned();
            let deal = self.deal(object, &place);
            self.deals.extend(deal);
        }
    }

    fn list(&mut self, list: Option<&Value>, path: &str) {
        let items = list.and_then(Value::as_array).into_iter().flatten().enumerate();
        for (nth, item) in items {
            if let Value::Object(object) = item {
                let deal = self.deal(object, &format!("{path}[{nth}]"));
                self.deals.extend(deal);
            }
        }
    }

    /// A deal with the fields that tables have too; none without an id.
    fn deal(&mut self, object: &Map<String, Value>, path: &str) -> Option<Listed> {
        let names: Vec<&String> = object.keys().collect();
        let keys: Vec<String> = names.iter().map(|name| key(name)).collect();
        let value = |field: Field| {
            let name = names.get(field.of(&keys)?)?;
            let path = if path.is_empty() { (*name).clone() } else { format!("{path}.{name}") };
            Some((object.get(*name)?, Place::Path(path)))
        };
        let place = Place::Path(if path.is_empty() { "the deal".into() } else { path.to_owned() });
        let mut deal = Listed::new(place, plain(value(Field::DealId)?.0)?);
        let mut beside = None;
        if let Some((sent, place)) = value(Field::Floor) {
            (deal.floor, beside) = split(floor(sent, place));
        }
        fill(value(Field::Currency), &mut deal.currency, read::currency);
        if deal.currency == Cell::Absent {
            // OpenRTB's floors are in dollars where no currency is named.
            let default = (self.shape == Shape::BidRequest).then_some(Currency::USD);
            if let Some(currency) = beside.or(default) {
                deal.currency = Cell::Read(currency);
            }
        }
        fill(value(Field::DealType), &mut deal.deal_type, read::deal_type);
        fill(value(Field::At), &mut deal.at, read::auction_type);
        fill(value(Field::Guaranteed), &mut deal.guaranteed, read::flag);
        fill(value(Field::Start), &mut deal.start, read::day);
        fill(value(Field::End), &mut deal.end, read::day);
        fill(value(Field::Impressions), &mut deal.impressions, read::count);
        for (field, into) in [(Field::Seats, &mut deal.seats), (Field::Domains, &mut deal.domains)]
        {
            if let Some((sent, _)) = value(field) {
                let names = match sent.as_array() {
                    Some(items) => items.iter().filter_map(plain).collect(),
                    None => plain(sent).map(|text| read::names(&text)).unwrap_or_default(),
                };
                *into = Cell::Read(names);
            }
        }
        self.note_unused(&names, &keys);
        Some(deal)
    }

    fn note_unused(&mut self, names: &[&String], keys: &[String]) {
        use strum::IntoEnumIterator as _;
        let used: Vec<_> = Field::iter().filter_map(|field| field.of(keys)).collect();
        for (at, name) in names.iter().enumerate() {
            let name = text::clean(name, SHOWN);
            if !used.contains(&at) && self.unused.len() < 50 && !self.unused.contains(&name) {
                self.unused.push(name);
            }
        }
    }
}

/// A text or number as text; `None` for anything else.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn fill<T>(
    sent: Option<(&Value, Place)>,
    into: &mut Cell<T>,
    read: impl FnOnce(&str) -> Result<T, String>,
) {
    let Some((value, place)) = sent else { return };
    if !value.is_null() {
        let raw = plain(value).unwrap_or_else(|| value.to_string());
        *into = Cell::of(&raw, place, read);
    }
}

/// A floor as a number, as text, or as an object of micros with a currency.
fn floor(value: &Value, place: Place) -> Cell<(Decimal, Option<Currency>)> {
    let raw = plain(value).unwrap_or_else(|| value.to_string());
    match value {
        Value::Null => Cell::Absent,
        Value::Object(money) => Cell::of(&raw, place, |_| {
            let micros = money.get("amount_micros").and_then(Value::as_i64);
            let code = money.get("currency").and_then(Value::as_str);
            match (micros, code.map(read::currency)) {
                (Some(micros), Some(Ok(code))) if micros >= 0 => {
                    Ok((Decimal::new(micros, 6), Some(code)))
                }
                _ => Err("it is no amount of money".to_owned()),
            }
        }),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Cell::of(&raw, place, |raw| read::amount(raw, read::Numbers::Point))
        }
    }
}
