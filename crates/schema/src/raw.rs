//! The raw layer: a spec as its TOML shapes it, typed by key and not yet judged.
//!
//! Why not `serde::Deserialize`: it stops at the first mistake, and a spec shall show all of them in one
//! run. So [`section!`](section) declares a table once, key by key, and makes of it the struct, the
//! reader that collects diagnostics, and the JSON Schema: the three cannot disagree.

mod kinded;
pub(crate) mod value;

pub(crate) use kinded::{KIND, KindInfo, Kinded, Kinds};
pub(crate) use value::{
    Alternatives, Flag, Int, Moment, Span, SubTable, Text, Texts, Value, wrong_type,
};

use schemars::{Schema, SchemaGenerator};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::Diagnostic;
use crate::mistakes::{Mistakes, any_of, nearest};

/// Whether a key may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The spec must have it.
    Required,
    /// It may be left out.
    Optional,
}

/// One key that a table may have.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    raw_name: &'static str,
    /// Whether it may be left out.
    pub(crate) need: Need,
    /// What its value is, for people: "a string".
    pub(crate) what: fn() -> String,
    /// What it means: the doc comment of the field.
    pub(crate) about: &'static str,
    /// Its part of the JSON Schema.
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
    table: fn(&'static str) -> Option<SubTable>,
}

impl Key {
    pub(crate) const fn new<T: Value>(
        raw_name: &'static str,
        need: Need,
        about: &'static str,
    ) -> Self {
        Self {
            raw_name,
            need,
            what: T::what,
            about,
            schema: SchemaGenerator::subschema_for::<T>,
            table: T::table,
        }
    }

    /// The key as it is in TOML.
    pub(crate) fn name(&self) -> &'static str {
        self.raw_name.strip_prefix("r#").unwrap_or(self.raw_name)
    }

    /// The table that its value is, or that each item of it is.
    pub(crate) fn table(&self) -> Option<SubTable> {
        (self.table)(self.name())
    }
}

/// A table in the text.
#[derive(Clone, Debug)]
pub(crate) struct Table<'a> {
    /// Its entries.
    pub(crate) entries: &'a DeTable<'a>,
    /// Where it stands: the header `[series]`, or the inline table.
    pub(crate) span: Span,
    /// What to call it: "`[series]`".
    pub(crate) name: String,
}

impl<'a> Table<'a> {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }

    /// Reads a key's value, and reports a required one that is missing.
    pub(crate) fn read<T: Value>(&self, key: &Key, mistakes: &mut Mistakes) -> Option<T> {
        match self.get(key.name()) {
            Some(value) => T::read(value, key.name(), mistakes),
            None if key.need == Need::Required => {
                mistakes.push(lacks(&self.name, &self.span, key));
                None
            }
            None => None,
        }
    }

    /// Reports every key that none of `known` lists. `elsewhere` may say where such a key belongs.
    pub(crate) fn report_unknown(
        &self,
        known: &[&[Key]],
        elsewhere: &dyn Fn(&str) -> Option<String>,
        mistakes: &mut Mistakes,
    ) {
        let names: Vec<&str> = known
            .iter()
            .flat_map(|keys| keys.iter().map(Key::name))
            .collect();
        for key in self.entries.keys() {
            let word = key.get_ref().as_ref();
            if names.contains(&word) {
                continue;
            }
            let help = if let Some(near) = nearest(word, names.iter().copied()) {
                format!("did you mean `{near}`?")
            } else if let Some(place) = elsewhere(word) {
                place
            } else {
                format!("known here: {}", any_of(names.iter().copied()))
            };
            mistakes.push(
                Diagnostic::new(format!("{} has no key `{word}`", self.name), key.span())
                    .label("unknown key")
                    .help(help),
            );
        }
    }
}

/// That the table `name` at `span` has no such key, and needs one.
pub(crate) fn lacks(name: &str, span: &Span, key: &Key) -> Diagnostic {
    Diagnostic::new(
        format!("{name} lacks the key `{}`", key.name()),
        span.clone(),
    )
    .label(format!("`{}` is missing here", key.name()))
    .help(format!("{}: {}", (key.what)(), key.about.trim()))
}

/// A table whose keys are known.
pub(crate) trait Section: Sized {
    /// Its keys, in the order in which people write them.
    const KEYS: &'static [Key];
    /// What the table is.
    const ABOUT: &'static str;
    /// Reads the keys; says nothing about others.
    fn read_keys(table: &Table<'_>, mistakes: &mut Mistakes) -> Self;
}

/// The JSON Schema of a table with these keys.
pub(crate) fn table_schema(
    about: &str,
    keys: &[&[Key]],
    generator: &mut SchemaGenerator,
) -> Schema {
    let mut properties = serde_json::Map::new();
    let mut required = Vec::new();
    for key in keys.iter().copied().flatten() {
        let mut schema = (key.schema)(generator);
        schema.insert("description".to_owned(), key.about.trim().into());
        properties.insert(key.name().to_owned(), schema.to_value());
        if key.need == Need::Required {
            required.push(key.name());
        }
    }
    schemars::json_schema!({
        "type": "object",
        "description": about.trim(),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// How a key is spelled: as its field, but for one of several words (`may_be_missing as "may-be-missing"`).
pub(crate) const fn spelled(field: &'static str, otherwise: &[&'static str]) -> &'static str {
    match otherwise {
        [spelled, ..] => spelled,
        [] => field,
    }
}

/// Declares a table: struct, reader and JSON Schema of one list of keys. With `at span` the struct also
/// says where the table stands.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $name:ident $(at $span:ident)? {
            $( $(#[doc = $doc:literal])+ $need:ident $field:ident $(as $spelled:literal)? : $type:ty, )*
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub(crate) struct $name {
            $( /// Where the table stands.
            pub(crate) $span: $crate::raw::Span, )?
            $( $(#[doc = $doc])+ pub(crate) $field: Option<$type>, )*
        }

        impl $crate::raw::Section for $name {
            const KEYS: &'static [$crate::raw::Key] = &[
                $( $crate::raw::Key::new::<$type>(
                    $crate::raw::spelled(stringify!($field), &[$($spelled)?]),
                    $crate::raw::Need::$need,
                    concat!($($doc),+),
                ), )*
            ];
            const ABOUT: &'static str = concat!($($about),+);

            fn read_keys(table: &$crate::raw::Table<'_>, mistakes: &mut $crate::mistakes::Mistakes) -> Self {
                let mut keys = Self::KEYS.iter();
                Self {
                    $( $span: table.span.clone(), )?
                    $( $field: keys.next().and_then(|key| table.read::<$type>(key, mistakes)), )*
                }
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                use $crate::raw::Section as _;
                $crate::raw::table_schema(Self::ABOUT, &[Self::KEYS], generator)
            }
        }

        impl $crate::raw::Value for $name {
            fn what() -> String {
                "a table".to_owned()
            }
            fn read(
                value: &toml::Spanned<toml::de::DeValue<'_>>,
                key: &str,
                mistakes: &mut $crate::mistakes::Mistakes,
            ) -> Option<Self> {
                use $crate::raw::Section as _;
                let table = $crate::raw::value::table::<Self>(value, key, mistakes)?;
                table.report_unknown(&[Self::KEYS], &|_| None, mistakes);
                Some(Self::read_keys(&table, mistakes))
            }
            fn table(name: &'static str) -> Option<$crate::raw::SubTable> {
                use $crate::raw::Section as _;
                Some($crate::raw::SubTable {
                    name,
                    about: Self::ABOUT,
                    keys: Self::KEYS,
                })
            }
        }
    };
}
pub(crate) use section;
