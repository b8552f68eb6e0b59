//! A record in few bytes. Of a hundred thousand deals that are done the desk needs each one seldom,
//! and all of them at once never: they are kept packed and unpacked when somebody looks. In memory alone:
//! the store has every record as JSON.
//!
//! What is packed describes itself, as JSON does: names of fields and words that come often are
//! numbers, moments are numbers, and what is not there takes no place. A record that gains or loses
//! a field is still read.

mod hash;
mod read;
mod words;
mod write;

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

pub(crate) use hash::Quick;
pub(crate) use words::Words;

/// What stands before a value.
mod tag {
    pub(super) const NOTHING: u8 = 0;
    pub(super) const FALSE: u8 = 1;
    pub(super) const TRUE: u8 = 2;
    /// A number from zero up.
    pub(super) const UP: u8 = 3;
    /// A number below zero, less one, without its sign.
    pub(super) const DOWN: u8 = 4;
    pub(super) const FRACTION: u8 = 5;
    pub(super) const TEXT: u8 = 6;
    /// The number of a word.
    pub(super) const WORD: u8 = 7;
    /// A moment: its second, then its nanosecond.
    pub(super) const MOMENT: u8 = 8;
    /// A text in pieces between quotation marks.
    pub(super) const PIECES: u8 = 9;
    pub(super) const LIST: u8 = 10;
    /// Names and values, up to the end.
    pub(super) const FIELDS: u8 = 11;
    pub(super) const END: u8 = 12;
    /// The name of a variant, then what it holds.
    pub(super) const VARIANT: u8 = 13;
    /// A value of a kind that has but one.
    pub(super) const UNIT: u8 = 14;
    /// From here on the words that were learnt first, each in one byte: names of fields are among them.
    pub(super) const WORDS: u8 = 15;
}

/// Something that cannot be packed, or that is not what was packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackError(String);

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PackError {}

impl serde::ser::Error for PackError {
    fn custom<T: fmt::Display>(says: T) -> Self {
        Self(says.to_string())
    }
}

impl serde::de::Error for PackError {
    fn custom<T: fmt::Display>(says: T) -> Self {
        Self(says.to_string())
    }
}

/// Packs a value. What it says often is learnt as words.
pub(crate) fn pack(value: &impl Serialize, words: &mut Words) -> Result<Box<[u8]>, PackError> {
    let mut writer = write::Writer { out: Vec::with_capacity(512), words };
    value.serialize(&mut writer)?;
    // A place of its own size: what was too large would leave a hole behind each.
    Ok(writer.out.as_slice().into())
}

/// The value that was packed with these words.
pub(crate) fn unpack<T: DeserializeOwned>(bytes: &[u8], words: &Words) -> Result<T, PackError> {
    let mut reader = read::Reader { rest: bytes, words };
    let value = T::deserialize(&mut reader)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(PackError("more than was packed".into())) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Plain,
        One(i64),
        Two(u8, Option<String>),
        Named { price: Option<rust_decimal::Decimal>, of: Vec<Kind> },
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Whole {
        id: String,
        raw: Option<String>,
        at: Timestamp,
        pair: (i64, u64),
        share: f64,
        is_open: bool,
        kinds: Vec<Kind>,
        by_name: BTreeMap<String, String>,
        by_number: BTreeMap<u32, bool>,
        boxed: Option<Box<Whole>>,
        unit: (),
        letter: char,
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z]{0,12}",
            any::<String>(),
            Just("available".to_owned()),
            Just("2027-01-01T00:00:00Z".to_owned()),
            Just("2027-01-01T00:00:00.5Z".to_owned()),
            Just("2027-01-01T24:00:00Z".to_owned()),
            Just("2027-01-01T00:00:00+00:00".to_owned()),
            Just("-009999-01-02T01:59:59Z".to_owned()),
            Just(format!(r#"{{"id":"x","wseat":["","a"],"n":{}"#, "1".repeat(90))),
            Just(format!("\"{}\"\"", "ü".repeat(70))),
        ]
    }

    fn kind() -> impl Strategy<Value = Kind> {
        let leaf = prop_oneof![
            Just(Kind::Plain),
            any::<i64>().prop_map(Kind::One),
            (any::<u8>(), prop::option::of(text())).prop_map(|(a, b)| Kind::Two(a, b)),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let price = prop::option::of((any::<i64>(), 0u32..20));
            (price, prop::collection::vec(inner, 0..3)).prop_map(|(price, of)| Kind::Named {
                price: price.map(|(n, scale)| rust_decimal::Decimal::new(n, scale)),
                of,
            })
        })
    }

    fn whole() -> impl Strategy<Value = Whole> {
        let moment = (-377_705_023_201_i64..=253_402_207_200, 0i32..1_000_000_000)
            .prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap_or(Timestamp::MAX));
        let maps = (
            prop::collection::btree_map(text(), text(), 0..4),
            prop::collection::btree_map(any::<u32>(), any::<bool>(), 0..4),
        );
        let numbers = (any::<(i64, u64)>(), -1e300_f64..1e300, any::<bool>(), any::<char>());
        (
            text(),
            prop::option::of(text()),
            moment,
            numbers,
            prop::collection::vec(kind(), 0..4),
            maps,
        )
            .prop_map(|(id, raw, at, (pair, share, is_open, letter), kinds, maps)| {
                let (by_name, by_number) = maps;
                let boxed = None;
                let unit = ();
                Whole {
                    id,
                    raw,
                    at,
                    pair,
                    share,
                    is_open,
                    kinds,
                    by_name,
                    by_number,
                    boxed,
                    unit,
                    letter,
                }
            })
    }

    proptest! {
        #[test]
        fn what_was_packed_comes_out_again(all in prop::collection::vec(whole(), 1..12)) {
            let mut words = Words::default();
            let mut packed = Vec::new();
            for value in &all {
                let boxed = Whole { boxed: Some(Box::new(value.clone())), ..value.clone() };
                packed.push((pack(&boxed, &mut words).unwrap(), boxed));
            }
            // Words that were learnt later change nothing about what was packed before.
            for (bytes, value) in &packed {
                prop_assert_eq!(&unpack::<Whole>(bytes, &words).unwrap(), value);
            }
        }

        #[test]
        fn what_is_damaged_is_an_error_or_another_value_and_never_a_panic(
            value in whole(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
        ) {
            let mut words = Words::default();
            let mut bytes = pack(&value, &mut words).unwrap().into_vec();
            let place = at.index(bytes.len());
            bytes[place] = byte;
            let _ = unpack::<Whole>(&bytes, &words);
            bytes.truncate(cut.index(bytes.len()));
            let _ = unpack::<Whole>(&bytes, &words);
        }
    }

    #[test]
    fn a_field_that_is_gone_or_new_is_no_error() {
        #[derive(Serialize)]
        struct Older {
            id: &'static str,
            gone: Vec<u8>,
        }
        #[derive(Debug, PartialEq, Deserialize)]
        struct Newer {
            id: String,
            #[serde(default)]
            new: u32,
            maybe: Option<String>,
        }
        let mut words = Words::default();
        let bytes = pack(&Older { id: "a", gone: vec![1, 2] }, &mut words).unwrap();
        let newer = unpack::<Newer>(&bytes, &words).unwrap();
        assert_eq!(newer, Newer { id: "a".into(), new: 0, maybe: None });
    }

    #[test]
    fn what_is_said_often_takes_little_place() {
        let mut words = Words::default();
        let said = || ("programmatic guaranteed", "a private auction, the price is a floor");
        let first = pack(&said(), &mut words).unwrap().len();
        let last = (0..20).map(|_| pack(&said(), &mut words).unwrap().len()).last();
        assert!(first > 60, "{first}");
        assert_eq!(last, Some(4), "a list of two: each the number of a word");
    }
}
