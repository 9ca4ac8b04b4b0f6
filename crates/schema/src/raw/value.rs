//! The values that keys have: read from a spanned TOML tree, a wrong type being a diagnostic.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::{Key, Table};
use crate::diagnostics::Diagnostic;
pub(crate) use crate::diagnostics::Span;
use crate::mistakes::Mistakes;

/// What a key's value can be read as.
pub(crate) trait Value: Sized + JsonSchema {
    /// What it is, for people: "a string".
    fn what() -> String;
    /// Reads it, or reports why it cannot be read. `key` is the key it stands at.
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self>;
    /// The table that it is, or that each item of it is, for a key of that name.
    fn table(_: &'static str) -> Option<SubTable> {
        None
    }
}

/// A table inside another one, as the reference has it.
#[derive(Clone, Copy)]
pub(crate) struct SubTable {
    /// What the reference calls it.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) about: &'static str,
    /// Its keys.
    pub(crate) keys: &'static [Key],
}

/// A string and where it stands, quotes included.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) span: Span,
}

/// A string, or a list of them.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    pub(crate) items: Vec<Text>,
    pub(crate) span: Span,
}

/// Several things, each a string, or a list of alternatives of which a tree has one.
#[derive(Clone, Debug)]
pub(crate) struct Alternatives {
    pub(crate) items: Vec<Texts>,
}

/// A whole number.
#[derive(Clone, Debug)]
pub(crate) struct Int {
    pub(crate) value: i64,
    pub(crate) span: Span,
}

/// `true` or `false`.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    pub(crate) value: bool,
    pub(crate) span: Span,
}

/// A date and time: a string, or a TOML date.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) value: String,
    pub(crate) span: Span,
}

/// Reports that a value is of another type.
pub(crate) fn wrong_type<T: Value>(
    value: &Spanned<DeValue<'_>>,
    key: &str,
    mistakes: &mut Mistakes,
) {
    let what = T::what();
    let mut diagnostic = Diagnostic::new(format!("`{key}` has to be {what}"), value.span()).label(
        format!("this is {}", with_article(value.get_ref().type_str())),
    );
    if value.get_ref().is_table() && what.starts_with("a list") {
        diagnostic = diagnostic.help(format!(
            "double the brackets, `[[…{key}]]`: one table is one item"
        ));
    }
    mistakes.push(diagnostic);
}

fn with_article(type_name: &str) -> String {
    match type_name {
        "integer" | "array" | "offset datetime" => format!("an {type_name}"),
        _ => format!("a {type_name}"),
    }
}

/// The value as a table.
pub(crate) fn table<'a, T: Value>(
    value: &'a Spanned<DeValue<'a>>,
    key: &str,
    mistakes: &mut Mistakes,
) -> Option<Table<'a>> {
    match value.get_ref() {
        DeValue::Table(entries) => Some(Table {
            entries,
            span: value.span(),
            name: format!("`{key}`"),
        }),
        _ => {
            wrong_type::<T>(value, key, mistakes);
            None
        }
    }
}

impl Value for Text {
    fn what() -> String {
        "a string".to_owned()
    }
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(text) => Some(Self {
                value: text.clone().into_owned(),
                span: value.span(),
            }),
            _ => {
                wrong_type::<Self>(value, key, mistakes);
                None
            }
        }
    }
}

impl Value for Texts {
    fn what() -> String {
        "a string or a list of strings".to_owned()
    }
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        let items = match value.get_ref() {
            DeValue::String(_) => vec![Text::read(value, key, mistakes)?],
            DeValue::Array(list) => list
                .iter()
                .filter_map(|item| Text::read(item, key, mistakes))
                .collect(),
            _ => {
                wrong_type::<Self>(value, key, mistakes);
                return None;
            }
        };
        Some(Self {
            items,
            span: value.span(),
        })
    }
}

impl Value for Alternatives {
    fn what() -> String {
        "a string, or a list of strings and of lists of alternatives".to_owned()
    }
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        let items = match value.get_ref() {
            DeValue::String(_) => vec![Texts::read(value, key, mistakes)?],
            DeValue::Array(list) => list
                .iter()
                .filter_map(|item| Texts::read(item, key, mistakes))
                .collect(),
            _ => {
                wrong_type::<Self>(value, key, mistakes);
                return None;
            }
        };
        Some(Self { items })
    }
}

impl Value for Int {
    fn what() -> String {
        "a whole number".to_owned()
    }
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        let DeValue::Integer(number) = value.get_ref() else {
            wrong_type::<Self>(value, key, mistakes);
            return None;
        };
        match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Some(Self {
                value: number,
                span: value.span(),
            }),
            Err(_) => {
                mistakes.push(
                    Diagnostic::new(format!("`{key}` is too large a number"), value.span())
                        .label("does not fit 64 bits"),
                );
                None
            }
        }
    }
}

impl Value for Flag {
    fn what() -> String {
        "true or false".to_owned()
    }
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(Self {
                value: *flag,
                span: value.span(),
            }),
            _ => {
                wrong_type::<Self>(value, key, mistakes);
                None
            }
        }
    }
}

impl Value for Moment {
    fn what() -> String {
        "a date with time and offset".to_owned()
    }
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.clone().into_owned(),
            DeValue::Datetime(moment) => moment.to_string(),
            _ => {
                wrong_type::<Self>(value, key, mistakes);
                return None;
            }
        };
        Some(Self {
            value: text,
            span: value.span(),
        })
    }
}

impl<T: Value> Value for Vec<T> {
    fn what() -> String {
        format!("a list, each item {}", T::what())
    }
    fn table(name: &'static str) -> Option<SubTable> {
        T::table(name)
    }
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        match value.get_ref() {
            DeValue::Array(list) => Some(
                list.iter()
                    .filter_map(|item| T::read(item, key, mistakes))
                    .collect(),
            ),
            _ => {
                wrong_type::<Self>(value, key, mistakes);
                None
            }
        }
    }
}

macro_rules! plain_schema {
    ($type:ty, $schema:tt) => {
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

plain_schema!(Text, { "type": "string" });
plain_schema!(Int, { "type": "integer" });
plain_schema!(Flag, { "type": "boolean" });
plain_schema!(Moment, { "type": "string" });
plain_schema!(Alternatives, {
    "anyOf": [
        { "type": "string" },
        {
            "type": "array",
            "items": {
                "anyOf": [
                    { "type": "string" },
                    { "type": "array", "items": { "type": "string" }, "minItems": 1 },
                ]
            }
        },
    ]
});
plain_schema!(Texts, {
    "anyOf": [
        { "type": "string" },
        { "type": "array", "items": { "type": "string" } },
    ]
});
