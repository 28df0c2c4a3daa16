//! The fields of a form as browsers send them, read into a struct.
//!
//! Everything in a form is text. So a number is parsed, a checkbox is true when it was sent, an `Option` is `None` when the
//! field is empty, and a `Vec` takes a field that was sent several times. Lines end as on this machine, not as on the wire. The
//! character 0, which no browser sends and PostgreSQL doesn't store, is left out.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Name and value of every field, in the order of the form.
pub type Fields = Vec<(String, String)>;

/// Reads the fields into a struct. Name it `#[serde(default)]`, so that a field that is absent is empty.
///
/// # Errors
/// When a field can't be what the struct says, such as a number with letters.
pub fn read<T: DeserializeOwned>(fields: &Fields) -> Result<T, Unreadable> {
    let mut grouped: Vec<(&str, Sent)> = Vec::new();
    for (name, value) in fields {
        let value = value.replace("\r\n", "\n").replace('\0', "");
        match grouped.iter_mut().find(|(known, _)| known == name) {
            Some((_, sent)) => sent.0.push(value),
            None => grouped.push((name, Sent(vec![value]))),
        }
    }
    T::deserialize(MapDeserializer::new(grouped.into_iter()))
}

/// What was sent under one name, at least once.
struct Sent(Vec<String>);

/// A form that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("the form can't be read: {0}")]
pub struct Unreadable(String);

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl IntoDeserializer<'_, Unreadable> for Sent {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl Sent {
    /// The last one counts, as when a checkbox follows a hidden field of its name.
    fn last(mut self) -> String {
        self.0.pop().unwrap_or_default()
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            match self.last().trim().parse() {
                Ok(number) => visitor.$visit(number),
                Err(error) => Err(de::Error::custom(error)),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Sent {
    type Error = Unreadable;

    numbers! {
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32 deserialize_i64 visit_i64
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32 deserialize_u64 visit_u64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.last())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(!matches!(self.last().as_str(), "" | "0" | "false"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.iter().all(|value| value.trim().is_empty()) {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.last().into_deserializer())
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(SeqDeserializer::new(self.0.into_iter().map(|value| Self(vec![value]))))
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MediaId;
    use crate::policy::Joining;
    use serde::Deserialize;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Example {
        title: String,
        colour: i64,
        mail: bool,
        tell: bool,
        until: Option<u32>,
        joining: Option<Joining>,
        media: Vec<MediaId>,
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_becomes_a_struct() {
        let id = MediaId::fresh();
        let sent = fields(&[
            ("title", "Één\r\ntwee"),
            ("colour", " 3 "),
            ("mail", "1"),
            ("until", ""),
            ("joining", "approval"),
            ("media", &id.to_string()),
            ("media", &id.to_string()),
            ("csrf", "unknown names are passed over"),
        ]);
        let read: Example = read(&sent).unwrap();
        let title = "Één\ntwee".to_owned();
        let joining = Some(Joining::Approval);
        let expected =
            Example { title, colour: 3, mail: true, tell: false, until: None, joining, media: vec![id, id] };
        assert_eq!(read, expected);
    }

    #[test]
    fn what_is_absent_is_empty_and_what_is_nonsense_is_refused() {
        assert_eq!(read::<Example>(&Fields::new()).unwrap(), Example::default());
        for (name, value) in [("colour", "x"), ("joining", "x"), ("media", "x"), ("until", "-1")] {
            assert!(read::<Example>(&fields(&[(name, value)])).is_err(), "{name}");
        }
    }
}
