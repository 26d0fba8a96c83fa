//! From the tree of a request to an operation's typed input.
//!
//! All protocols end in the same tree. The Query protocols and URLs carry text only, so text is read as whatever the input asks for, and
//! a single text where a list is wanted is a list of one (`?embed=methods`).

use std::fmt;

use bytes::Bytes;
use serde::de::value::{BorrowedStrDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// The parameters of a request.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// All members by name: body, URL path labels and query string.
    pub tree: Value,
    /// The body as sent, for operations whose body is a document of the user's own.
    pub body: Bytes,
    /// Header fields in lower case.
    pub headers: http::HeaderMap,
}

impl Input {
    /// The typed input, or what is wrong with it.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, InputError> {
        T::deserialize(Node(&self.tree))
    }
}

/// What is wrong with a request's parameters, before a protocol gives it its own error code.
#[derive(Clone, Debug, PartialEq)]
pub enum InputError {
    /// A parameter that the operation does not have.
    Unknown(String),
    /// A required parameter that is not there.
    Missing(String),
    /// A value that cannot be read.
    Invalid(String),
    /// A value of another type than the one wanted.
    Type {
        /// What was found.
        found: Found,
        /// The type wanted.
        wanted: &'static str,
    },
}

/// What was found where something else was wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found {
    /// A structure or map.
    Structure,
    /// A list.
    List,
    /// A single value of a JSON type.
    Scalar(&'static str),
}

impl InputError {
    fn found(value: &Value, wanted: &'static str) -> Self {
        let found = match value {
            Value::Object(_) => Found::Structure,
            Value::Array(_) => Found::List,
            Value::String(_) => Found::Scalar("STRING_VALUE"),
            Value::Number(_) => Found::Scalar("NUMBER_VALUE"),
            Value::Bool(true) => Found::Scalar("TRUE_VALUE"),
            Value::Bool(false) => Found::Scalar("FALSE_VALUE"),
            Value::Null => return Self::Missing(String::new()),
        };
        Self::Type { found, wanted }
    }

    /// The same, about something that stands in a member or an element.
    fn within(self, place: &str) -> Self {
        match self {
            Self::Missing(name) if name.is_empty() => Self::Missing(place.to_owned()),
            Self::Missing(name) => Self::Missing(format!("{place}.{name}")),
            other => other,
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "The parameter {name} is not recognized"),
            Self::Missing(name) => write!(f, "The request must contain the parameter {name}"),
            Self::Invalid(why) => f.write_str(why),
            Self::Type { wanted, .. } => write!(f, "A value cannot be converted to {wanted}"),
        }
    }
}

impl std::error::Error for InputError {}

impl de::Error for InputError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Invalid(message.to_string())
    }

    fn unknown_field(field: &str, _expected: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field.to_owned())
    }
}

#[derive(Clone, Copy)]
struct Node<'de>(&'de Value);

impl<'de> IntoDeserializer<'de, InputError> for Node<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl Node<'_> {
    fn number<T: std::str::FromStr + TryFrom<i64>>(self, what: &str) -> Result<T, InputError> {
        let bad = || InputError::Invalid(format!("Value ({}) is not a valid {what}", text_of(self.0)));
        match self.0 {
            Value::String(text) => text.parse().map_err(|_| bad()),
            other if !other.is_number() => Err(InputError::found(other, "Integer")),
            other => other.as_i64().and_then(|n| T::try_from(n).ok()).ok_or_else(bad),
        }
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Elements of a list.
struct Elements<'de>(std::iter::Enumerate<std::slice::Iter<'de, Value>>);

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = InputError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, InputError> {
        let Some((at, value)) = self.0.next() else { return Ok(None) };
        seed.deserialize(Node(value)).map(Some).map_err(|error| error.within(&format!("{}.member", at + 1)))
    }
}

/// Members of a structure; one that is null is not there (Smithy, "AWS JSON 1.1 protocol").
struct Members<'de> {
    rest: serde_json::map::Iter<'de>,
    value: Option<(&'de str, &'de Value)>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = InputError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, InputError> {
        let Some((name, value)) = self.rest.find(|(_, value)| !value.is_null()) else { return Ok(None) };
        self.value = Some((name, value));
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, InputError> {
        let (name, value) = self.value.take().unwrap_or(("", &Value::Null));
        seed.deserialize(Node(value)).map_err(|error| error.within(name))
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
            visitor.$visit(self.number::<$type>("integer")?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Node<'de> {
    type Error = InputError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), _, _) => visitor.visit_u64(value),
                (_, Some(value), _) => visitor.visit_i64(value),
                (_, _, value) => visitor.visit_f64(value.unwrap_or_default()),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::String(text) if text.eq_ignore_ascii_case("true") => visitor.visit_bool(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => visitor.visit_bool(false),
            Value::String(text) => Err(InputError::Invalid(format!("Invalid value ({text}) for Boolean"))),
            other => Err(InputError::found(other, "Boolean")),
        }
    }

    integers!(deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64);

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        let value = self.0.as_f64().or_else(|| self.0.as_str().and_then(|text| text.parse().ok()));
        visitor.visit_f64(
            value.ok_or_else(|| InputError::Invalid(format!("Value ({}) is not a number", text_of(self.0))))?,
        )
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self.0 {
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Number(_) | Value::Bool(_) => visitor.visit_string(self.0.to_string()),
            other => Err(InputError::found(other, "String")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(Elements(items.iter().enumerate())),
            Value::String(text) if text.is_empty() => {
                visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<Node<'de>>()))
            }
            // One text where a list is wanted (URLs), one structure (XML, where repeated elements make a list).
            Value::String(_) | Value::Object(_) => visitor.visit_seq(SeqDeserializer::new(std::iter::once(self))),
            other => Err(InputError::found(other, "List")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        let Value::Object(members) = self.0 else {
            return Err(InputError::found(self.0, "Structure"));
        };
        visitor.visit_map(Members { rest: members.iter(), value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        StrDeserializer::new(self.0.as_str().unwrap_or_default()).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        char bytes byte_buf i128 u128 unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Sample {
        name: String,
        #[serde(default)]
        port: Option<u16>,
        #[serde(default)]
        values: Vec<String>,
        #[serde(default)]
        enabled: bool,
    }

    fn parse(tree: Value) -> Result<Sample, InputError> {
        Input { tree, ..Input::default() }.parse()
    }

    #[test]
    fn text_becomes_what_the_input_asks_for() {
        let sample = parse(json!({"Name": "a", "Port": "443", "Values": "x", "Enabled": "true"}));
        assert_eq!(sample, Ok(Sample { name: "a".into(), port: Some(443), values: vec!["x".into()], enabled: true }));
    }

    #[test]
    fn null_is_absent_and_what_lacks_is_named_with_its_place() {
        #[derive(Debug, Deserialize)]
        struct Outer {
            #[expect(dead_code, reason = "only read")]
            samples: Vec<Sample>,
        }
        let outer = |tree: Value| Input { tree, ..Input::default() }.parse::<Outer>().unwrap_err();
        assert_eq!(parse(json!({"Name": null})), Err(InputError::Missing("Name".into())));
        assert_eq!(parse(json!({"Name": "a", "Port": null, "Values": null})).unwrap().port, None);
        let lacks = |place: &str| InputError::Missing(place.into());
        assert_eq!(outer(json!({"samples": [{"Name": "a"}, {"Name": null}]})), lacks("samples.2.member.Name"));
        assert_eq!(outer(json!({"samples": [null]})), lacks("samples.1.member"));
        let structure = InputError::Type { found: Found::Structure, wanted: "String" };
        assert_eq!(outer(json!({"samples": [{"Name": {}}]})), structure);
    }

    #[test]
    fn complaints_name_the_parameter() {
        assert_eq!(parse(json!({"Port": 1})), Err(InputError::Missing("Name".into())));
        assert_eq!(parse(json!({"Name": "a", "Nme": "b"})), Err(InputError::Unknown("Nme".into())));
        assert!(matches!(parse(json!({"Name": "a", "Port": "70000"})), Err(InputError::Invalid(_))));
    }
}
