//! JSON as it leaves the desk: the same values, with everything that a terminal could act on or hide escaped.
//!
//! Ids are kept as a seller wrote them, so they may hold controls and marks that turn text round. JSON may write any
//! letter as `\uXXXX`, and its reader gets the same id.

use std::{fmt::Write as _, io};

use serde::Serialize;

use super::text::is_hidden;

/// `value` as JSON on one line.
///
/// # Errors
/// Where it cannot be written as JSON: a map whose keys are no texts.
pub fn text<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    serde_json::to_string(value).map(escaped)
}

/// Writes `value` as JSON on one line, without the line's end.
///
/// # Errors
/// As for [`text`], and where `out` cannot be written.
pub fn write<T: Serialize + ?Sized>(out: &mut impl io::Write, value: &T) -> io::Result<()> {
    out.write_all(text(value)?.as_bytes())
}

/// A letter of JSON is within a text, where it may be escaped. Accents stay as they are.
fn escaped(json: String) -> String {
    let acts = |c: char| !c.is_ascii_graphic() && c != ' ' && is_hidden(c) && c != '\u{fffd}';
    let is_accent = |c: char| super::letters::is_mark(c);
    if !json.contains(acts) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        if acts(letter) && !is_accent(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // Writing to a text does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_a_terminal_could_act_on_is_escaped_and_nothing_else() {
        for (id, json) in [
            ("D-1", r#""D-1""#),
            ("D\u{9b}31m\u{9d}52;c;\u{7f}", r#""D\u009b31m\u009d52;c;\u007f""#),
            ("\u{202e}1-D\u{200b}\u{2066}\u{feff}", r#""\u202e1-D\u200b\u2066\ufeff""#),
            ("\u{85}\u{2028}\u{e0041}", r#""\u0085\u2028\udb40\udc41""#),
            ("\u{1b}\n\"", r#""\u001b\n\"""#),
            (
                "Prime — Zürich, Zu\u{308}rich, 日本 🧑",
                "\"Prime — Zürich, Zu\u{308}rich, 日本 🧑\"",
            ),
        ] {
            assert_eq!(text(id).unwrap(), json);
        }
        let mut out = Vec::new();
        write(&mut out, &["\u{9b}"]).unwrap();
        assert_eq!(out, br#"["\u009b"]"#);
    }

    proptest! {
        #[test]
        fn the_values_stay_the_same_and_nothing_acts(
            name in "(\\PC|[\\x00-\\x1f\\x7f-\\x9f\u{202a}-\u{202e}\u{200b}\u{e0041}\u{301}]){0,40}",
        ) {
            let value = serde_json::json!({ name.clone(): [name, 12.50] });
            let json = text(&value).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
            let acts = ['\u{202e}', '\u{200b}', '\u{e0041}'];
            let is_bad = json.chars().any(|c| c.is_control() || acts.contains(&c));
            prop_assert!(!is_bad, "{}", json);
        }
    }
}
