//! Packing: what serde tells of a value, as bytes.

use jiff::Timestamp;
use serde::{Serialize, ser};

use super::{PackError, Words, tag};

/// A text that is longer than this and holds quotation marks is written in pieces: what sellers send
/// is JSON, and says the same names over and over.
const LONG: usize = 64;

type Done = Result<(), PackError>;

/// What is packed so far.
pub(super) struct Writer<'w> {
    pub(super) out: Vec<u8>,
    pub(super) words: &'w mut Words,
}

impl Writer<'_> {
    /// Seven bits a byte, the lowest first; all but the last byte have the eighth.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
            number >>= 7;
        }
        self.out.push(u8::try_from(number).unwrap_or(0));
    }

    fn up(&mut self, number: u64) {
        self.out.push(tag::UP);
        self.number(number);
    }

    fn signed(&mut self, number: i64) {
        if let Ok(number) = u64::try_from(number) {
            return self.up(number);
        }
        self.out.push(tag::DOWN);
        self.number(number.unsigned_abs() - 1);
    }

    fn length(&mut self, length: usize) {
        self.number(u64::try_from(length).unwrap_or(u64::MAX));
    }

    fn word(&mut self, number: u32) {
        let short = u8::try_from(number).ok().and_then(|number| tag::WORDS.checked_add(number));
        if let Some(word) = short {
            return self.out.push(word);
        }
        self.out.push(tag::WORD);
        self.number(number.into());
    }

    fn plain(&mut self, text: &str) {
        self.out.push(tag::TEXT);
        self.length(text.len());
        self.out.extend_from_slice(text.as_bytes());
    }

    fn name(&mut self, name: &'static str) {
        match self.words.name(name) {
            Some(number) => self.word(number),
            None => self.plain(name),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(number) = self.words.number(text) {
            return self.word(number);
        }
        if let Some(moment) = moment(text) {
            self.out.push(tag::MOMENT);
            self.signed(moment.as_second());
            return self.signed(moment.subsec_nanosecond().into());
        }
        if text.len() <= LONG || !text.contains('"') {
            return self.plain(text);
        }
        self.out.push(tag::PIECES);
        self.length(text.split('"').count());
        for piece in text.split('"') {
            match self.words.number(piece) {
                Some(number) => self.word(number),
                None => self.plain(piece),
            }
        }
    }

    /// A field, unless there is nothing in it: what is missing is read as nothing.
    fn field(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Done {
        let before = self.out.len();
        self.name(name);
        let at = self.out.len();
        value.serialize(&mut *self)?;
        if self.out.get(at..) == Some(&[tag::NOTHING]) {
            self.out.truncate(before);
        }
        Ok(())
    }

    fn variant(&mut self, name: &'static str) {
        self.out.push(tag::VARIANT);
        self.name(name);
    }
}

/// A text that is a moment as the desk writes it: what is written otherwise stays text.
fn moment(text: &str) -> Option<Timestamp> {
    is_written_so(text.as_bytes()).then(|| text.parse().ok()).flatten()
}

/// Whether a moment, if it is one, is written as it would be written again: with no more of a fraction than
/// it has, and with no hour or second that is called otherwise, too.
fn is_written_so(text: &[u8]) -> bool {
    const SHAPE: &[u8; 19] = b"0000-00-00T00:00:00";
    let Some((head, rest)) = text.split_at_checked(SHAPE.len()) else { return false };
    let fits =
        |(is, shape): (&u8, &u8)| if *shape == b'0' { is.is_ascii_digit() } else { is == shape };
    let fraction = match rest {
        [b'Z'] => &[][..],
        [b'.', digits @ .., b'Z'] if !digits.is_empty() && digits.len() <= 9 => digits,
        _ => return false,
    };
    head.iter().zip(SHAPE).all(fits)
        && head.get(11..13) <= Some(b"23")
        && head.get(17..19) <= Some(b"59")
        && fraction.iter().all(u8::is_ascii_digit)
        && fraction.last() != Some(&b'0')
}

impl<'a, 'w> ser::Serializer for &'a mut Writer<'w> {
    type Ok = ();
    type Error = PackError;
    type SerializeSeq = Open<'a, 'w>;
    type SerializeTuple = Open<'a, 'w>;
    type SerializeTupleStruct = Open<'a, 'w>;
    type SerializeTupleVariant = Open<'a, 'w>;
    type SerializeMap = Open<'a, 'w>;
    type SerializeStruct = Open<'a, 'w>;
    type SerializeStructVariant = Open<'a, 'w>;

    fn serialize_bool(self, value: bool) -> Done {
        self.out.push(if value { tag::TRUE } else { tag::FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Done {
        self.signed(value);
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Done {
        self.up(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.out.push(tag::FRACTION);
        self.out.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Done {
        self.plain(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Done {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, _value: &[u8]) -> Done {
        Err(ser::Error::custom("bytes are not packed"))
    }

    fn serialize_none(self) -> Done {
        self.out.push(tag::NOTHING);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.out.push(tag::UNIT);
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.name(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.variant(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Open<'a, 'w>, PackError> {
        let length = length.ok_or_else(|| PackError("a list of unknown length".to_owned()))?;
        self.out.push(tag::LIST);
        self.length(length);
        Ok(Open { writer: self, ends: false })
    }

    fn serialize_tuple(self, length: usize) -> Result<Open<'a, 'w>, PackError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Open<'a, 'w>, PackError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Open<'a, 'w>, PackError> {
        self.variant(variant);
        self.serialize_seq(Some(length))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a, 'w>, PackError> {
        self.out.push(tag::FIELDS);
        Ok(Open { writer: self, ends: true })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'a, 'w>, PackError> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a, 'w>, PackError> {
        self.variant(variant);
        self.serialize_map(None)
    }
}

/// A list or fields that are being written.
pub(super) struct Open<'a, 'w> {
    writer: &'a mut Writer<'w>,
    /// Whether an end is written behind it.
    ends: bool,
}

impl Open<'_, '_> {
    fn item(&mut self, value: &(impl Serialize + ?Sized)) -> Done {
        value.serialize(&mut *self.writer)
    }

    fn done(self) {
        if self.ends {
            self.writer.out.push(tag::END);
        }
    }
}

macro_rules! items {
    ($( $of:ident :: $item:ident )+) => { $(
        impl ser::$of for Open<'_, '_> {
            type Ok = ();
            type Error = PackError;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.item(value)
            }

            fn end(self) -> Done {
                self.done();
                Ok(())
            }
        }
    )+ };
}

items! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

macro_rules! fields {
    ($( $of:ident )+) => { $(
        impl ser::$of for Open<'_, '_> {
            type Ok = ();
            type Error = PackError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Done {
                self.writer.field(name, value)
            }

            fn end(self) -> Done {
                self.done();
                Ok(())
            }
        }
    )+ };
}

fields! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Open<'_, '_> {
    type Ok = ();
    type Error = PackError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.item(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.item(value)
    }

    fn end(self) -> Done {
        self.done();
        Ok(())
    }
}
