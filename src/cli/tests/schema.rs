//! Checks a document against its schema in `assets/schema/`, for tests.
//!
//! Readers must live with fields that are added later, so the schemas allow them; here a field that no
//! schema names is an error.

use std::path::PathBuf;

use serde_json::{Value, json};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/schema")
}

fn read(name: &str) -> Value {
    let path = folder().join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// Parts of `common.json` that stand beside others in one object: what is left over is judged there.
const MIXED: [&str; 7] = ["envelope", "source", "quote", "deal", "order", "package", "fact"];

/// Closes every object that names its fields.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.contains_key("properties") && !map.contains_key("allOf") {
                map.insert("additionalProperties".into(), json!(false));
            }
            map.values_mut().for_each(close);
        }
        Value::Array(list) => list.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The document, if it is what its schema says; otherwise the test fails with every reason.
pub(crate) fn check(name: &str, document: &str) -> Value {
    let document: Value = serde_json::from_str(document).unwrap();
    let mut common = read("common");
    for (part, schema) in common["$defs"].as_object_mut().unwrap() {
        if !MIXED.contains(&part.as_str()) {
            close(schema);
        }
    }
    let mut schema = read(name);
    let base = schema["$id"].as_str().unwrap().to_owned();
    schema["unevaluatedProperties"] = json!(false);
    let id = common["$id"].as_str().unwrap().to_owned();
    let registry = jsonschema::Registry::new().add(id, &common).unwrap().prepare().unwrap();
    let validator = jsonschema::options()
        .with_registry(&registry)
        .with_base_uri(base)
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&document)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {}\n{document:#}", errors.join("\n"));
    document
}

#[test]
fn every_schema_is_itself_sound() {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
        let schema = read(&name);
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        assert!(schema["$id"].as_str().unwrap().ends_with(&format!("/{name}.json")), "{name}");
        seen += 1;
    }
    assert!(seen >= 34, "only {seen} schemas");
}
