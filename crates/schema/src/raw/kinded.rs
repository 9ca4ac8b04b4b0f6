//! Tables whose `kind` says which further keys they have: changes, their alternatives, invariants.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::{Key, Need, Section, Span, Table, Text, Value, table_schema, value};
use crate::diagnostics::Diagnostic;
use crate::mistakes::{Mistakes, any_of, nearest};

/// One kind and its own keys.
#[derive(Clone, Copy)]
pub(crate) struct KindInfo {
    /// `member`
    pub(crate) name: &'static str,
    /// What it declares.
    pub(crate) about: &'static str,
    /// The keys that this kind alone has.
    pub(crate) keys: &'static [Key],
    /// A table of it without its header and `kind`.
    pub(crate) example: &'static str,
}

/// A set of kinds: the table behind `kind = "…"`.
pub(crate) trait Kinds: Sized {
    /// All of them, in the order of the reference.
    const ALL: &'static [KindInfo];
    /// Reads the keys of the kind called `kind`.
    fn read_kind(kind: &str, table: &Table<'_>, mistakes: &mut Mistakes) -> Option<Self>;
}

/// A table with a `kind`: the keys that all kinds share, and those of its own.
#[derive(Clone, Debug)]
pub(crate) struct Kinded<Common, Own> {
    /// Where the table stands.
    pub(crate) span: Span,
    /// The keys that every kind has.
    pub(crate) common: Common,
    /// The kind's own; none where the kind is missing or unknown, which is reported.
    pub(crate) own: Option<Own>,
    marker: PhantomData<Own>,
}

/// The `kind` key itself.
pub(crate) const KIND: Key = Key::new::<Text>("kind", Need::Required, "What the table declares.");

impl<Common: Section, Own: Kinds> Kinded<Common, Own> {
    fn read_own(table: &Table<'_>, mistakes: &mut Mistakes) -> Option<(Text, Own)> {
        let names = || Own::ALL.iter().map(|info| info.name);
        if table.get("kind").is_none() {
            mistakes.push(
                Diagnostic::new(
                    format!("{} lacks the key `kind`", table.name),
                    table.span.clone(),
                )
                .label("`kind` is missing here")
                .help(format!("there are {}", any_of(names()))),
            );
        }
        let optional_kind = Key {
            need: Need::Optional,
            ..KIND
        };
        let kind: Text = table.read(&optional_kind, mistakes)?;
        if let Some(own) = Own::read_kind(&kind.value, table, mistakes) {
            return Some((kind, own));
        }
        let help = nearest(&kind.value, names()).map_or_else(
            || format!("there are {}", any_of(names())),
            |near| format!("did you mean `{near}`?"),
        );
        mistakes.push(
            Diagnostic::new(format!("there is no kind `{}`", kind.value), kind.span)
                .label("unknown kind")
                .help(help),
        );
        None
    }
}

impl<Common: Section, Own: Kinds> Value for Kinded<Common, Own> {
    fn what() -> String {
        "a table with a `kind`".to_owned()
    }

    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        let mut table = value::table::<Self>(value, key, mistakes)?;
        let own = Self::read_own(&table, mistakes);
        if let Some((kind, _)) = &own {
            table.name = format!("{} `{}` {}", article(&kind.value), kind.value, noun(key));
            let own_keys = keys_of::<Own>(&kind.value);
            table.report_unknown(
                &[std::slice::from_ref(&KIND), Common::KEYS, own_keys],
                &|word| belongs_to::<Own>(word),
                mistakes,
            );
        }
        Some(Self {
            span: table.span.clone(),
            common: Common::read_keys(&table, mistakes),
            own: own.map(|(_, own)| own),
            marker: PhantomData,
        })
    }
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}

fn noun(key: &str) -> &str {
    match key {
        "instead" => "change",
        other => other,
    }
}

/// The own keys of a kind.
pub(crate) fn keys_of<Own: Kinds>(kind: &str) -> &'static [Key] {
    Own::ALL
        .iter()
        .find(|info| info.name == kind)
        .map_or(&[], |info| info.keys)
}

fn belongs_to<Own: Kinds>(word: &str) -> Option<String> {
    let kinds: Vec<&str> = Own::ALL
        .iter()
        .filter(|info| info.keys.iter().any(|key| key.name() == word))
        .map(|info| info.name)
        .collect();
    (!kinds.is_empty()).then(|| format!("`{word}` is a key of kind {}", any_of(kinds)))
}

impl<Common: Section, Own: Kinds> JsonSchema for Kinded<Common, Own> {
    fn schema_name() -> Cow<'static, str> {
        let name = std::any::type_name::<Common>();
        name.rsplit("::")
            .next()
            .unwrap_or(name)
            .replace("Common", "")
            .into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let kinds: Vec<serde_json::Value> = Own::ALL
            .iter()
            .map(|info| {
                let keys = [std::slice::from_ref(&KIND), Common::KEYS, info.keys];
                let mut schema = table_schema(info.about, &keys, generator).to_value();
                if let Some(kind) = schema.pointer_mut("/properties/kind") {
                    *kind = serde_json::json!({ "const": info.name });
                }
                schema
            })
            .collect();
        json_schema!({ "description": Common::ABOUT.trim(), "oneOf": kinds })
    }
}
