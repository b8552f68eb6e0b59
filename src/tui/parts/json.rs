//! JSON on lines of its own: every value, name and order as it came; only line breaks are ours.

use std::fmt::Write as _;

/// `raw` with a line for every value. What is no JSON comes out in one piece.
pub(crate) fn lines(raw: &str) -> Vec<String> {
    let looks = raw.trim_start().starts_with(['{', '[']);
    if !looks || serde_json::from_str::<serde::de::IgnoredAny>(raw).is_err() {
        return raw.lines().map(str::to_owned).collect();
    }
    let mut out = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut letters = raw.chars().peekable();
    while let Some(letter) = letters.next() {
        if quoted {
            push(&mut out, letter);
            quoted = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            '"' => {
                quoted = true;
                push(&mut out, letter);
            }
            '{' | '[' => {
                push(&mut out, letter);
                while letters.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(end) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    push(&mut out, end);
                } else {
                    depth += 1;
                    out.push("  ".repeat(depth));
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                out.push("  ".repeat(depth));
                push(&mut out, letter);
            }
            ',' => {
                push(&mut out, letter);
                out.push("  ".repeat(depth));
            }
            ':' => {
                push(&mut out, letter);
                push(&mut out, ' ');
            }
            letter if letter.is_ascii_whitespace() => {}
            letter => push(&mut out, letter),
        }
    }
    out
}

/// JSON in which everything that is not printable ASCII stands as `\uXXXX`: the same values, and
/// nothing that a terminal or a clipboard could take for more than text.
pub(crate) fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for letter in json.chars() {
        if letter.is_ascii_graphic() || letter == ' ' || letter == '\n' {
            out.push(letter);
        } else if matches!(letter, '\t' | '\r') {
            // Space between values: inside them JSON allows neither.
            out.push(' ');
        } else {
            for unit in letter.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

fn push(out: &mut [String], letter: char) {
    if let Some(line) = out.last_mut() {
        line.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn escaped_json_holds_the_same_values_and_only_ascii(
            text in "(\\PC|[\u{202e}\u{200d}\u{1f469}\u{9b}]){0,40}",
        ) {
            let json = serde_json::to_string(&vec![text]).unwrap();
            let escaped = escaped(&json);
            prop_assert!(escaped.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            prop_assert_eq!(value(&escaped), value(&json));
        }
    }

    #[test]
    fn names_numbers_and_their_order_stay_as_they_came() {
        let raw = r#"{"id":"D, {1}","bidfloor":25.650,"ext":{},"wseat":["a\"b"]}"#;
        let expect = [
            "{",
            "  \"id\": \"D, {1}\",",
            "  \"bidfloor\": 25.650,",
            "  \"ext\": {},",
            "  \"wseat\": [",
            "    \"a\\\"b\"",
            "  ]",
            "}",
        ];
        assert_eq!(lines(raw), expect);
        assert_eq!(lines("<html>no</html>"), ["<html>no</html>"]);
    }
}
