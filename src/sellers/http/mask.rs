//! Our own keys in what a seller sends back. Whoever echoes one, however it is written, must not put it
//! on a screen, into the log or into the store.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

use crate::sellers::Endpoint;

/// The shortest secret that is looked for: a shorter one would be found everywhere.
const SECRET_AT_LEAST: usize = 8;

/// What stands where a key was.
const MASK: &str = "(key)";

/// `text` without the keys of `endpoint`: as they are, escaped as in JSON or a URL, or in base64.
pub(super) fn masked(endpoint: &Endpoint, mut text: String) -> String {
    for (_, secret) in endpoint.auth.secrets().filter(|(_, s)| s.len() >= SECRET_AT_LEAST) {
        text = without(text, secret.as_bytes());
        for form in (0..3).flat_map(|shift| encoded(secret, shift)) {
            if form.len() >= SECRET_AT_LEAST && text.contains(&form) {
                text = text.replace(&form, MASK);
            }
        }
    }
    text
}

/// `text` without `secret`, each letter of which may be escaped in its own way.
fn without(text: String, secret: &[u8]) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut kept, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        if let Some(end) = end_of(bytes, at, secret) {
            out.push_str(text.get(kept..at).unwrap_or_default());
            out.push_str(MASK);
            (kept, at) = (end, end);
        } else {
            at += 1;
        }
    }
    if kept == 0 {
        return text;
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    out
}

/// Where `secret` ends if it begins at `at`.
fn end_of(bytes: &[u8], at: usize, secret: &[u8]) -> Option<usize> {
    secret.iter().try_fold(at, |at, letter| Some(at + spelled(bytes.get(at..)?, *letter)?))
}

/// How many bytes `text` needs to spell `letter` at its start: `"`, `\"`, `\u0022`, `%22`.
fn spelled(text: &[u8], letter: u8) -> Option<usize> {
    let hex = |digits: Option<&[u8]>| {
        let digits = std::str::from_utf8(digits?).ok()?;
        u8::from_str_radix(digits, 16).ok().filter(|found| *found == letter)
    };
    match text {
        [b'%', rest @ ..] if hex(rest.get(..2)).is_some() => Some(3),
        [b'\\', b'u', b'0', b'0', rest @ ..] if hex(rest.get(..2)).is_some() => Some(6),
        [b'\\', next, ..] if *next == letter && b"\"\\/".contains(next) => Some(2),
        [first, ..] => (*first == letter).then_some(1),
        [] => None,
    }
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
            ("?k=sk%2b\\u0053%45NTINEL%2f01%22%5c%3D&".to_owned(), "?k=(key)&"),
            ("sk+SENTINEL/01".to_owned(), "sk+SENTINEL/01"),
            ("日本sk+SENTINEL/01\"\\=語".to_owned(), "日本(key)語"),
            ("/sk%2BSENTINEL/01%22%5C%3D".to_owned(), "/(key)"),
            ("\\\\u0073k is no escape".to_owned(), "\\\\u0073k is no escape"),
            ("caf\\u00e9 \\u0041".to_owned(), "caf\\u00e9 \\u0041"),
        ] {
            assert_eq!(masked(&with_key, text.clone()), expect, "{text}");
        }
        let simple = endpoint("sk-SENTINEL-99");
        let escaped = "sk-SENTINEL-99".bytes().map(|b| format!("\\u{b:04x}"));
        let echo = format!("{{\"a\":\"{}\"}}", escaped.collect::<Vec<_>>().concat());
        assert_eq!(masked(&simple, echo), "{\"a\":\"(key)\"}");
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
    }
}
