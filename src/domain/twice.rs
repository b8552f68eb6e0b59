//! Names that stand twice in one JSON object with two values (RFC 8259, section 4). Programs differ in which
//! of the two they take, so that a price told twice is no price: the seller means one, a DSP may read
//! the other.

use std::collections::BTreeMap;

/// What stands under one name of an open object.
type Values<'t> = BTreeMap<String, &'t str>;

/// An object or list that is open.
struct Open<'t> {
    /// The names so far, with what stands under each; `None` for a list.
    values: Option<Values<'t>>,
    /// The name whose value comes next, and where that begins.
    name: Option<(String, usize)>,
}

/// The path of every name that stands twice in its object with two different values: `pricing.final_cpm`.
/// The text must be JSON; of any other nothing is promised but an answer.
pub fn told(json: &str) -> Vec<String> {
    let (mut open, mut found): (Vec<Open<'_>>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut at, mut text_from) = (0, None);
    let bytes = json.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match (byte, text_from) {
            (b'\\', Some(_)) => at += 1,
            (b'"', Some(from)) => {
                text_from = None;
                let is_name =
                    open.last().is_some_and(|it| it.values.is_some() && it.name.is_none());
                if let Some(written) = json.get(from..=at).filter(|_| is_name) {
                    let name = serde_json::from_str(written).unwrap_or_else(|_| written.to_owned());
                    let begins = bytes.iter().skip(at).position(|byte| *byte == b':');
                    let begins = begins.map_or(at, |colon| at + colon) + 1;
                    if let Some(last) = open.last_mut() {
                        last.name = Some((name, begins));
                    }
                }
            }
            (b'"', None) => text_from = Some(at),
            (b'{', None) => open.push(Open { values: Some(Values::new()), name: None }),
            (b'[', None) => open.push(Open { values: None, name: None }),
            (b',', None) => ended(json, at, &mut open, &mut found),
            (b'}' | b']', None) => {
                ended(json, at, &mut open, &mut found);
                open.pop();
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The value before `at` is over.
fn ended<'t>(json: &'t str, at: usize, open: &mut [Open<'t>], found: &mut Vec<String>) {
    let Some((last, above)) = open.split_last_mut() else { return };
    let (Some(values), Some((name, begins))) = (&mut last.values, last.name.take()) else { return };
    let value = json.get(begins..at).unwrap_or_default().trim();
    let before = values.insert(name.clone(), value);
    if before.is_some_and(|before| before != value) {
        let above = above.iter().filter_map(|open| open.name.as_ref());
        let path: Vec<_> = above.map(|(name, _)| name.as_str()).chain([name.as_str()]).collect();
        let path = path.join(".");
        if !found.contains(&path) {
            found.push(path);
        }
    }
}

/// The last name of a path.
pub fn name(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_that_stands_twice_is_found_where_it_stands() {
        for (json, paths) in [
            (r#"{"final_cpm":27.0,"final_cpm":17.0}"#, &["final_cpm"][..]),
            (r#"{"a":{"final_cpm" : 27.0, "final_cpm":17.0},"b":1}"#, &["a.final_cpm"]),
            (r#"{"pricing":{"x":1},"pricing":{"x":2}}"#, &["pricing"]),
            (r#"{"list":[{"p":1},{"p":2}],"p":3}"#, &[]),
            (r#"{"list":[{"p":1,"p":2}]}"#, &["list.p"]),
            (r#"{"p":1,"p":1, "q":"a,b}","q":"a,b}"}"#, &[]),
            (r#"{"p":"\"p\":2","p":"\"p\":2"}"#, &[]),
            (r#"{"p":1,"\u0070":2}"#, &["p"]),
            (r#"{"p":"}{","q":1,"p":2}"#, &["p"]),
            (r#"{"p":[1,2],"p":[1,3]}"#, &["p"]),
            ("{}", &[]),
            ("", &[]),
        ] {
            assert_eq!(told(json), paths, "{json}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[\\[\\]{}\":,a\\\\0-9é ]{0,60}") {
            let _ = told(&text);
        }
    }
}
