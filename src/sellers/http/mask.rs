//! What must not be shown again of what comes back: our own keys, and the password of a proxy on the way.
//! Whoever echoes one, however it is written, must not put it on a screen, into the log or into the store.
//!
//! The cleaner of outside text drops marks and controls. A key with such marks within it would come out whole,
//! so they are passed over when it is looked for.

use std::{ops::Range, sync::Arc};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use secrecy::{ExposeSecret as _, SecretString};

use super::proxy::Proxy;
use crate::{
    domain::text,
    sellers::{Endpoint, OAuth},
};

/// The shortest secret that is looked for: a shorter one would be found everywhere.
const SECRET_AT_LEAST: usize = 8;

/// What stands where a key was.
const MASK: &str = "(key)";

fn is_long(secret: &SecretString) -> bool {
    secret.expose_secret().len() >= SECRET_AT_LEAST
}

/// The secrets that are looked for.
#[derive(Debug, Default)]
pub(crate) struct Mask {
    secrets: Vec<SecretString>,
    /// Its tokens come and go.
    oauth: Option<Arc<OAuth>>,
}

impl Mask {
    /// Of the keys of `endpoint`, and of what opens the proxy on the way to it.
    pub(super) fn of(endpoint: &Endpoint, proxy: Option<&Proxy>) -> Self {
        let keys = endpoint.auth.secrets().map(|(_, secret)| SecretString::from(secret));
        let mask = Self::new(keys.chain(proxy.into_iter().flat_map(Proxy::secrets)));
        Self { oauth: endpoint.auth.oauth.clone(), ..mask }
    }

    /// Of `secrets`; those that are too short to be told from other words are left out.
    pub(crate) fn new(secrets: impl IntoIterator<Item = SecretString>) -> Self {
        Self { secrets: secrets.into_iter().filter(is_long).collect(), oauth: None }
    }

    /// `text` without the secrets: as they are, escaped as in JSON or a URL, or in base64; in either
    /// case of letters, and with anything between them that is not seen.
    pub(crate) fn text(&self, mut text: String) -> String {
        let mut forms = Vec::new();
        let fetched = self.oauth.iter().flat_map(|oauth| oauth.secrets()).filter(is_long);
        for secret in self.secrets.iter().cloned().chain(fetched) {
            let secret = secret.expose_secret();
            // A secret with a backslash could be taken for an escape: first it is looked for to the letter.
            text = text.replace(secret, MASK);
            forms.push(secret.to_ascii_lowercase());
            for form in (0..3).flat_map(|shift| encoded(secret, shift)) {
                forms.push(form.to_ascii_lowercase());
            }
        }
        forms.retain(|form| form.len() >= SECRET_AT_LEAST);
        // Where nothing can be hidden or escaped, what is not there to the letter is not there.
        let is_plain = |b: u8| b == b' ' || (b.is_ascii_graphic() && b != b'\\' && b != b'%');
        let holds = |text: &str| forms.iter().any(|form| text.contains(form));
        if forms.is_empty() || (text.bytes().all(is_plain) && !holds(&text.to_ascii_lowercase())) {
            return text;
        }
        let letters = Letters::of(&text);
        let mut found: Vec<_> =
            forms.iter().flat_map(|form| letters.find(form.as_bytes())).collect();
        found.sort_unstable_by_key(|range| range.start);
        let (mut out, mut kept) = (String::new(), 0);
        for range in found {
            // One within or across another is covered already, or goes on behind it.
            if range.start >= kept {
                out.push_str(text.get(kept..range.start).unwrap_or_default());
                out.push_str(MASK);
            }
            kept = kept.max(range.end);
        }
        out.push_str(text.get(kept..).unwrap_or_default());
        out
    }

    /// `text` as it may be shown, at most `cells` wide: cleaned, without the secrets, and without what
    /// stands where user names and passwords do, whoever's they are.
    pub(crate) fn shown(&self, text: &str, cells: usize) -> String {
        without_basic(&without_userinfo(self.text(text::clean(text, cells))))
    }
}

/// The letters of a text as a reader sees them: escapes are read, what is hidden is passed over.
#[derive(Debug, Default)]
struct Letters {
    /// In small letters; what is not ASCII is 0.
    read: Vec<u8>,
    /// Where each begins in the text, and how many bytes it takes there.
    places: Vec<(u32, u8)>,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters = Self::default();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let Some((letter, length)) = read(rest) else { break };
            if !text::is_hidden(letter) {
                let letter = u8::try_from(letter).ok().filter(u8::is_ascii).unwrap_or(0);
                letters.read.push(letter.to_ascii_lowercase());
                let place = (u32::try_from(at), u8::try_from(length));
                letters.places.push((place.0.unwrap_or(u32::MAX), place.1.unwrap_or(u8::MAX)));
            }
            at += length;
        }
        letters
    }

    /// Where in the text `form` is spelled.
    fn find(&self, form: &[u8]) -> Vec<Range<usize>> {
        let place = |nth: usize| {
            let (start, length) = self.places.get(nth)?;
            let start = usize::try_from(*start).ok()?;
            Some(start..start + usize::from(*length))
        };
        let at = |(nth, window): (usize, &[u8])| (window == form).then_some(nth);
        let spelled = self.read.windows(form.len()).enumerate().filter_map(at);
        let range = |nth: usize| Some(place(nth)?.start..place(nth + form.len() - 1)?.end);
        spelled.filter_map(range).collect()
    }
}

/// The letter at the start of a text, and how many bytes it takes: what an escape stands for (`\"`,
/// `\u0022`, `%22`), or itself.
fn read(text: &str) -> Option<(char, usize)> {
    let itself = || text.chars().next().map(|letter| (letter, letter.len_utf8()));
    let slash = || text.starts_with("\\\\").then_some(('\\', 2));
    in_json(text).or_else(|| in_url(text)).or_else(slash).or_else(itself)
}

/// How often a text within JSON within JSON is escaped at most.
const MOST_SLASHES: usize = 8;

/// An escape of JSON other than that of a backslash, however often it was escaped itself.
fn in_json(text: &str) -> Option<(char, usize)> {
    let slashes = text.bytes().take(MOST_SLASHES).take_while(|byte| *byte == b'\\').count();
    let rest = text.get(slashes..).filter(|_| slashes > 0)?;
    let unit = |text: &str| u16::from_str_radix(text.strip_prefix('u')?.get(..4)?, 16).ok();
    if let Some(first) = unit(rest) {
        let second = rest.get(5 + slashes..).and_then(unit).unwrap_or(0);
        let letter = char::decode_utf16([first, second]).next()?.ok()?;
        return Some((letter, letter.len_utf16() * (slashes + 5)));
    }
    match rest.chars().next()? {
        'n' | 't' | 'r' | 'b' | 'f' => Some(('\n', slashes + 1)),
        letter @ ('"' | '/') => Some((letter, slashes + 1)),
        _ => None,
    }
}

/// The letter that `%XX`, `%XX%XX`, … stand for.
fn in_url(text: &str) -> Option<(char, usize)> {
    let byte = |text: &str| u8::from_str_radix(text.strip_prefix('%')?.get(..2)?, 16).ok();
    let pieces = (0..4).map_while(|nth| text.get(nth * 3..).and_then(byte));
    let bytes: Vec<u8> = pieces.collect();
    (1..=bytes.len()).find_map(|length| {
        let letter = std::str::from_utf8(bytes.get(..length)?).ok()?.chars().next()?;
        Some((letter, length * 3))
    })
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

/// An address without what stands before its host: `http://me:secret@host/` is `http://(key)@host/`.
fn without_userinfo(text: String) -> String {
    if !text.contains('@') {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = ["//", "\\/\\/"].iter().filter_map(|s| Some(rest.find(s)? + s.len())).min()
    {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let ends = |c: char| c.is_whitespace() || "/?#\"'<>\\".contains(c);
        let authority = after.split(ends).next().unwrap_or_default();
        rest = match authority.rfind('@') {
            Some(end) => {
                out.push_str(MASK);
                &after[end..]
            }
            None => after,
        };
    }
    out.push_str(rest);
    out
}

/// What follows the word `Basic` where it is a user name and a password in base64.
fn without_basic(text: &str) -> String {
    const WORD: &str = "basic ";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.to_ascii_lowercase().find(WORD) {
        let (before, after) = rest.split_at(at + WORD.len());
        out.push_str(before);
        let is_letter = |c: char| c.is_ascii_alphanumeric() || "+/=-_".contains(c);
        let end = after.find(|c| !is_letter(c)).unwrap_or(after.len());
        let (word, left) = after.split_at(end);
        let decoded = STANDARD.decode(word).or_else(|_| URL_SAFE_NO_PAD.decode(word));
        let is_pair = decoded.is_ok_and(|bytes| bytes.contains(&b':'));
        out.push_str(if is_pair { MASK } else { word });
        rest = left;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(secret: &str, text: String) -> String {
        Mask::new([SecretString::from(secret)]).text(text)
    }

    #[test]
    fn a_key_is_found_however_it_is_written() {
        let key = "sk+SENTINEL/01\"\\=";
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
            assert_eq!(masked(key, text.clone()), expect, "{text}");
        }
        let escaped = "sk-SENTINEL-99".bytes().map(|b| format!("\\u{b:04x}"));
        let echo = format!("{{\"a\":\"{}\"}}", escaped.collect::<Vec<_>>().concat());
        assert_eq!(masked("sk-SENTINEL-99", echo), "{\"a\":\"(key)\"}");
    }

    /// Everything that the cleaner drops, one or more of each kind.
    const MARKS: &str = "[\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180b}\u{200b}\u{200d}\u{202e}\
        \u{2060}\u{2066}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{fff9}\u{1bca0}\u{1d173}\u{e0041}\u{e0100}\
        \u{20e3}\u{1f3fb}\u{301}\u{1b}\u{9b}\u{7f}\u{85}\u{2028}\n\t]{1,3}";

    #[test]
    fn what_stands_before_a_host_and_after_basic_is_never_shown() {
        for (text, shown) in [
            ("it sends us to http://me:secret@host/x?y", "it sends us to http://(key)@host/x?y"),
            ("http:\\/\\/me:secret@host\\/x", "http:\\/\\/(key)@host\\/x"),
            ("//me@host and https://host/a@b", "//(key)@host and https://host/a@b"),
            ("ana@agency.example", "ana@agency.example"),
            ("Proxy-Authorization: Basic bWU6aHVudGVyMjI=.", "Proxy-Authorization: Basic (key)."),
            ("the basic kit, Basic YWJj", "the basic kit, Basic YWJj"),
        ] {
            assert_eq!(Mask::default().shown(text, 200), shown);
        }
    }

    proptest! {
        #[test]
        fn a_key_is_found_with_whatever_the_cleaner_drops_within_it(
            marks in prop::collection::vec(MARKS, 1..6), form in 0..5, base64 in any::<bool>(),
        ) {
            let key = "ask_live-SENTINEL/0123\"x";
            let spoken = if base64 { STANDARD_NO_PAD.encode(key) } else { key.to_owned() };
            let mut text = String::new();
            for (nth, letter) in spoken.chars().enumerate() {
                text.push(letter);
                text.push_str(&marks[nth % marks.len()]);
            }
            let json = serde_json::to_string(&text).unwrap();
            let escaped = |text: &str| {
                let units = text.encode_utf16();
                units.fold(String::new(), |all, unit| all + &format!("\\u{unit:04x}"))
            };
            let percent = |byte: u8| format!("%{byte:02x}");
            let told = match form {
                0 => text,
                1 => json,
                2 => serde_json::to_string(&json).unwrap(),
                3 => escaped(&text),
                _ => text.bytes().map(percent).collect(),
            };
            let masked = masked(key, told.clone());
            prop_assert!(masked.contains(MASK), "{told:?} {masked:?}");
            let seen = text::clean(&masked, 4_000).to_lowercase();
            prop_assert!(!seen.contains("sentinel") && !seen.contains("u0vovelor"), "{}", seen);
        }

        #[test]
        fn a_key_in_base64_is_found_wherever_it_stands(
            key in "[!-~]{12,40}", before in "[ -~]{0,5}", after in "[ -~]{0,5}",
        ) {
            let text = STANDARD.encode(format!("{before}{key}{after}"));
            let masked = masked(&key, text.clone());
            prop_assert!(masked.contains(MASK), "{} of {} {}{}{}", text, masked, before, key, after);
        }
    }
}
