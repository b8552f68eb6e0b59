//! Unpacking: bytes as what serde asks for.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{
    de::{self, IntoDeserializer as _, Visitor},
    forward_to_deserialize_any,
};

use super::{PackError, Words, tag};

type Read<T> = Result<T, PackError>;

/// What is not read yet.
pub(super) struct Reader<'de> {
    pub(super) rest: &'de [u8],
    pub(super) words: &'de Words,
}

fn damaged() -> PackError {
    PackError("what is packed is damaged".to_owned())
}

impl<'de> Reader<'de> {
    fn byte(&mut self) -> Read<u8> {
        let (first, rest) = self.rest.split_first().ok_or_else(damaged)?;
        self.rest = rest;
        Ok(*first)
    }

    fn bytes(&mut self, many: usize) -> Read<&'de [u8]> {
        let (taken, rest) = self.rest.split_at_checked(many).ok_or_else(damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Read<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(damaged())
    }

    fn length(&mut self) -> Read<usize> {
        usize::try_from(self.number()?).map_err(|_| damaged())
    }

    fn down(&mut self) -> Read<i64> {
        let number = i64::try_from(self.number()?).map_err(|_| damaged())?;
        Ok(-number - 1)
    }

    fn signed(&mut self) -> Read<i64> {
        match self.byte()? {
            tag::UP => i64::try_from(self.number()?).map_err(|_| damaged()),
            tag::DOWN => self.down(),
            _ => Err(damaged()),
        }
    }

    fn moment(&mut self) -> Read<Timestamp> {
        let second = self.signed()?;
        let nano = i32::try_from(self.signed()?).map_err(|_| damaged())?;
        Timestamp::new(second, nano).map_err(|_| damaged())
    }

    fn plain(&mut self) -> Read<&'de str> {
        let length = self.length()?;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| damaged())
    }

    fn word(&mut self) -> Read<&'de str> {
        let number = self.number()?;
        self.words.word(number).ok_or_else(damaged)
    }

    /// A text after its tag.
    fn text(&mut self, tag: u8) -> Read<Cow<'de, str>> {
        match tag {
            tag::TEXT => self.plain().map(Cow::Borrowed),
            tag::WORD => self.word().map(Cow::Borrowed),
            tag::MOMENT => Ok(Cow::Owned(self.moment()?.to_string())),
            tag::PIECES => {
                let (many, mut text) = (self.length()?, String::new());
                for nth in 0..many {
                    if nth > 0 {
                        text.push('"');
                    }
                    let tag = self.byte()?;
                    if tag == tag::PIECES {
                        return Err(damaged());
                    }
                    text.push_str(&self.text(tag)?);
                }
                Ok(Cow::Owned(text))
            }
            word if word >= tag::WORDS => {
                let word = self.words.word(u64::from(word - tag::WORDS));
                word.map(Cow::Borrowed).ok_or_else(damaged)
            }
            _ => Err(damaged()),
        }
    }
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = PackError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.byte()? {
            tag::NOTHING | tag::UNIT => visitor.visit_unit(),
            tag::FALSE => visitor.visit_bool(false),
            tag::TRUE => visitor.visit_bool(true),
            tag::UP => visitor.visit_u64(self.number()?),
            tag::DOWN => visitor.visit_i64(self.down()?),
            tag::FRACTION => {
                let bytes = self.bytes(8)?.try_into().map_err(|_| damaged())?;
                visitor.visit_f64(f64::from_le_bytes(bytes))
            }
            tag::LIST => {
                let left = self.length()?;
                visitor.visit_seq(Items { reader: self, left })
            }
            tag::FIELDS => visitor.visit_map(Fields { reader: self }),
            tag::VARIANT => visitor.visit_enum(Variant { reader: self }),
            other => match self.text(other)? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.rest.first() == Some(&tag::NOTHING) {
            self.byte()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        match self.byte()? {
            tag::VARIANT => visitor.visit_enum(Variant { reader: self }),
            other => visitor.visit_enum(self.text(other)?.as_ref().into_deserializer()),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    left: usize,
}

impl<'de> de::SeqAccess<'de> for Items<'_, 'de> {
    type Error = PackError;

    fn next_element_seed<T: de::DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Read<Option<T::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        // What is damaged may name any length.
        Some(self.left.min(self.reader.rest.len()))
    }
}

struct Fields<'a, 'de> {
    reader: &'a mut Reader<'de>,
}

impl<'de> de::MapAccess<'de> for Fields<'_, 'de> {
    type Error = PackError;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if self.reader.rest.first() == Some(&tag::END) {
            self.reader.byte()?;
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        seed.deserialize(&mut *self.reader)
    }
}

struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
}

impl<'de> de::EnumAccess<'de> for Variant<'_, 'de> {
    type Error = PackError;
    type Variant = Self;

    fn variant_seed<V: de::DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let name = seed.deserialize(&mut *self.reader)?;
        Ok((name, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = PackError;

    fn unit_variant(self) -> Read<()> {
        Err(damaged())
    }

    fn newtype_variant_seed<T: de::DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        de::Deserializer::deserialize_any(self.reader, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        de::Deserializer::deserialize_any(self.reader, visitor)
    }
}
