//! Prose that wants to do more than to be read: what a hostile seller, or one that was broken into,
//! could put on a buyer's screen.
//!
//! Only prose is touched. Ids, numbers, times and states are what business is done with; a seller that
//! lies in those is armed with a fault.

use serde_json::Value;

use super::{chance::Chance, exchange::Reply};

/// The fields that are prose, in every body of both dialects. `detail` is prose where it is a text.
const PROSE: [&str; 12] = [
    "name",
    "description",
    "product_name",
    "seller_name",
    "rationale",
    "message",
    "detail",
    "reason",
    "msg",
    "price_range",
    "label",
    "competing_demand",
];

/// The objects whose every text is prose.
const ALL_PROSE: [&str; 1] = ["activation_instructions"];

/// What is put into them, one at a time: control sequences, ways to write to the clipboard and the
/// title, marks that turn or hide text, piles of accents, wide and joined letters, lines of their own.
pub(crate) const TEXTS: [&str; 16] = [
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}[31;7mPAY NOW\u{1b}[0m",
    "\u{1b}]52;c;aGFja2Vk\u{7}",
    "\u{1b}]0;owned\u{1b}\\",
    "\u{1b}]8;;http://evil.example/\u{7}click\u{1b}]8;;\u{7}",
    "\u{9b}2J\u{9d}52;c;aGFja2Vk\u{9c}",
    "\u{1b}P+q544e\u{1b}\\\u{1b}[6n",
    "\u{202e}00.9$ rof\u{202c}",
    "\u{2066}\u{2067}inside\u{2069}",
    "a\u{200b}b\u{200d}c\u{feff}d\u{2060}e\u{ad}f",
    "Z\u{310}\u{34b}\u{301}\u{30d}\u{356}\u{32b}\u{330}\u{317}\u{33b}\u{359}\u{323}a\u{334}\u{35b}\u{307}lgo",
    "\u{5e83}\u{544a}\u{67a0}\u{ff21}\u{ff22}",
    "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}",
    "one\r\ntwo\u{8}\u{8}\u{8}\u{7f}\ttab\u{0}nul\u{2028}line",
    "\u{e0041}\u{e0042}\u{e007f}\u{fff9}x\u{fffb}",
    "\u{5d0}\u{5d1}\u{5d2} \u{645}\u{631}\u{62d}\u{628}\u{627} 1.00",
];

/// The reply with hostile prose; what is no JSON stays as it is.
pub(crate) fn hostile(mut reply: Reply, chance: &Chance, subject: &str) -> Reply {
    let Some(mut body) = reply.json() else { return reply };
    let mut nth = chance.bits(&format!("hostile {subject}"), 0);
    spoil(&mut body, false, &mut nth);
    reply.body = body.to_string().into_bytes();
    reply
}

fn spoil(value: &mut Value, is_prose: bool, nth: &mut u64) {
    match value {
        Value::String(text) if is_prose => {
            *nth = nth.wrapping_add(1);
            let count = u64::try_from(TEXTS.len()).unwrap_or(1);
            let pick = usize::try_from(*nth % count).ok().and_then(|pick| TEXTS.get(pick));
            // In the middle, so that what cuts at an end has to look at the whole.
            let middle = text.chars().count() / 2;
            let at = text.char_indices().nth(middle).map_or(text.len(), |(at, _)| at);
            text.insert_str(at, pick.copied().unwrap_or_default());
        }
        Value::Array(items) => items.iter_mut().for_each(|item| spoil(item, is_prose, nth)),
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.as_str();
                let all = ALL_PROSE.contains(&name);
                let is_text = value.is_string() && PROSE.contains(&name);
                spoil(value, all || is_prose || is_text, nth);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
