//! Our own keys in what a seller sends back. Whoever echoes one, however it is written, must not put it
//! on a screen, into the log or into the store.

use std::borrow::Cow;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

use super::guard::segment;
use crate::sellers::Endpoint;

/// The shortest secret that is looked for: a shorter one would be found everywhere.
const SECRET_AT_LEAST: usize = 8;

/// What stands where a key was.
const MASK: &str = "(key)";

/// `text` without the keys of `endpoint`: as they are, escaped as in JSON or a URL, or in base64.
pub(super) fn masked(endpoint: &Endpoint, mut text: String) -> String {
    for (_, secret) in endpoint.auth.secrets() {
        if secret.len() < SECRET_AT_LEAST {
            continue;
        }
        let forms = forms(secret);
        let found = |text: &str| forms.iter().any(|form| text.contains(form));
        if let Cow::Owned(plain) = unescaped(&text)
            && found(&plain)
        {
            text = plain;
        }
        for form in &forms {
            if text.contains(form) {
                text = text.replace(form, MASK);
            }
        }
    }
    text
}

/// Every way a secret is looked for, the longest first: one may hold another.
fn forms(secret: &str) -> Vec<String> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json.trim_start_matches('"');
    let json = json.strip_suffix('"').unwrap_or(json).to_owned();
    let percent = segment(secret).unwrap_or_default();
    let mut forms = vec![
        secret.to_owned(),
        json.replace('/', "\\/"),
        json,
        percent.replace("%2F", "/"),
        percent.to_lowercase(),
        percent,
    ];
    forms.extend((0..3).flat_map(|shift| encoded(secret, shift)));
    forms.retain(|form| form.len() >= SECRET_AT_LEAST);
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    forms
}

/// A secret in base64 behind `shift` other bytes: the letters that are its alone.
fn encoded(secret: &str, shift: usize) -> [String; 2] {
    let mut bytes = vec![0; shift];
    bytes.extend_from_slice(secret.as_bytes());
    let mixed_before = (shift * 8).div_ceil(6);
    // Letters that hold six whole bits of it.
    let whole = bytes.len() * 8 / 6;
    [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)]
        .map(|text| text.get(mixed_before..whole).unwrap_or_default().to_owned())
}

/// JSON text whose printable ASCII is not written as `\u00..`: the same JSON.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u00") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let digits = after.strip_prefix("u00").and_then(|digits| digits.get(..2));
        let letter = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = letter.filter(|b| b.is_ascii_graphic() && !b"\"\\".contains(b)) {
            out.push(char::from(byte));
            rest = after.get(5..).unwrap_or_default();
        } else {
            // What follows a backslash belongs to it, another backslash above all.
            let next = after.chars().next().map_or(0, char::len_utf8);
            out.push('\\');
            out.push_str(after.get(..next).unwrap_or_default());
            rest = after.get(next..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;
    use secrecy::SecretString;

    use super::*;
    use crate::sellers::Auth;

    fn endpoint(secret: &str) -> Endpoint {
        let auth = Auth { api_key: Some(SecretString::from(secret)), bearer: None };
        Endpoint { auth, ..Endpoint::new("a", "https://a.example".parse().unwrap()) }
    }

    #[test]
    fn a_key_is_found_however_it_is_written() {
        let key = "sk+SENTINEL/01\"\\=";
        let with_key = endpoint(key);
        for (text, expect) in [
            (format!("no {key} here"), "no (key) here"),
            ("sk+SENTINEL/01\\\"\\\\=".to_owned(), "(key)"),
            ("sk+SENTINEL\\/01\\\"\\\\=".to_owned(), "(key)"),
            ("?k=sk%2BSENTINEL%2F01%22%5C%3D&".to_owned(), "?k=(key)&"),
            ("?k=sk%2bsentinel%2f01%22%5c%3d&".to_owned(), "?k=(key)&"),
            ("/sk%2BSENTINEL/01%22%5C%3D".to_owned(), "/(key)"),
            ("\\\\u0073k is no escape".to_owned(), "\\\\u0073k is no escape"),
            ("caf\\u00e9 \\u0041".to_owned(), "caf\\u00e9 \\u0041"),
        ] {
            assert_eq!(masked(&with_key, text.clone()), expect, "{text}");
        }
        let simple = endpoint("sk-SENTINEL-99");
        let escaped: String = "sk-SENTINEL-99".bytes().map(|b| format!("\\u{b:04x}")).collect();
        assert_eq!(masked(&simple, format!("{{\"a\":\"{escaped}\"}}")), "{\"a\":\"(key)\"}");
    }

    proptest! {
        #[test]
        fn a_key_in_base64_is_found_wherever_it_stands(
            key in "[!-~]{12,40}", before in "[ -~]{0,5}", after in "[ -~]{0,5}",
        ) {
            let text = STANDARD.encode(format!("{before}{key}{after}"));
            let masked = masked(&endpoint(&key), text.clone());
            prop_assert!(masked.contains(MASK), "{} of {} {}{}{}", text, masked, before, key, after);
        }

        #[test]
        fn what_is_escaped_stays_the_same_json(text in "\\PC{0,20}") {
            let json = serde_json::to_string(&text).unwrap();
            let all: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            for json in [json, format!("\"{all}\"")] {
                let read: String = serde_json::from_str(&unescaped(&json)).unwrap();
                prop_assert_eq!(&read, &text);
            }
        }
    }
}
