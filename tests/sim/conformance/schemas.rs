//! The v2 seller's own OpenAPI document: what its answers must be.

use std::{cell::RefCell, collections::HashMap, path::Path, rc::Rc};

use dealdesk::sim::{Reply, Request};
use jsonschema::Validator;
use serde_json::{Value, json};

/// The document, with a way to find the schema of an answer.
pub(crate) struct Contract {
    document: Value,
    /// What was compiled, by schema.
    known: RefCell<HashMap<String, Rc<Validator>>>,
}

impl Contract {
    /// Reads it from beside the recordings in `folder`.
    pub(crate) fn load(folder: &Path) -> Self {
        let path = folder.with_file_name("openapi-v2.json");
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { document: serde_json::from_str(&text).unwrap(), known: RefCell::default() }
    }

    /// In what an answer breaks its schema; `None` where there is no schema for it.
    pub(crate) fn judge(&self, request: &Request, reply: &Reply) -> Option<Vec<String>> {
        let paths = self.document["paths"].as_object()?;
        // A path that is written out goes before one with a parameter.
        let path = paths
            .keys()
            .filter(|path| fits(path, &request.path))
            .min_by_key(|path| path.matches('{').count())?;
        let answers = &paths[path][request.method.to_lowercase()]["responses"];
        let schema = &answers[reply.status.to_string()]["content"]["application/json"]["schema"];
        if schema.as_object().is_none_or(serde_json::Map::is_empty) {
            return None;
        }
        // Words alone are what this seller also answers with 422, whatever its document says.
        if reply.status == 422 && !reply.json()?["detail"].is_array() {
            return None;
        }
        let whole = json!({
            "$ref": "#/schema",
            "schema": schema,
            "components": self.document["components"],
        });
        let compile = || Rc::new(jsonschema::validator_for(&whole).unwrap());
        let mut known = self.known.borrow_mut();
        let validator = Rc::clone(known.entry(schema.to_string()).or_insert_with(compile));
        let body = reply.json().unwrap_or_default();
        Some(validator.iter_errors(&body).map(|error| error.to_string()).collect())
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(&path).all(|(wanted, got)| wanted.starts_with('{') || wanted == got)
}
