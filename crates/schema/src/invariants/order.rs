//! `order`: on every path, one thing comes before another.

use std::borrow::Cow;

use dialect::TreePath;
use query::pattern::{Fragment, Pattern};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::steps::steps;
use super::{Claim, MemberName};
use crate::compile::Compiler;
use crate::compile::words::optional;
use crate::mistakes::Mistakes;
use crate::raw::{Int, SubTable, Text, Texts, Value, section, wrong_type};

section! {
    /// On every control-flow path of a function that reaches the second event, the first comes before.
    OrderKeys {
        /// The file that defines the function, or alternatives; without it, looked for in the tree.
        Optional file: Texts,
        /// The function whose paths are meant.
        Required function: Text,
        /// What comes first: a pattern (or several, any of which it is), `{ writes = "pci_dev.detached_vf" }` or `{ reads = "…" }`.
        Required first: RawEvent,
        /// What comes after it, written the same way.
        Required then: RawEvent,
        /// Through how many calls `writes` and `reads` may come about (3); 0 is in the function itself.
        Optional steps: Int,
    }
}

section! {
    /// An event that a function call may bring about.
    RawAccessEvent at span {
        /// The member is written, here or by a function called from here.
        Optional writes: Text,
        /// The member is read, here or by a function called from here.
        Optional reads: Text,
    }
}

/// Something that happens on a path: a pattern, or an access to a member.
#[derive(Clone, Debug)]
pub(crate) enum RawEvent {
    /// `"device_attach($$$ARGS)"`, or a list of them
    Pattern(Texts),
    /// `{ writes = "pci_dev.detached_vf" }`
    Access(RawAccessEvent),
}

/// What an `order` invariant says.
#[derive(Clone, Debug)]
pub struct Order {
    /// The files the function can be in: the first that the tree has. Empty: looked for in the tree.
    pub files: Vec<TreePath>,
    /// The function whose paths are meant.
    pub function: String,
    /// What comes first.
    pub first: Event,
    /// What comes after it.
    pub then: Event,
    /// Through how many calls an event may come about; 0: in the function itself only.
    pub steps: usize,
}

/// Something that happens on a control-flow path.
#[derive(Clone, Debug)]
pub enum Event {
    /// Code that one of the patterns matches: what is called otherwise in another tree is one event.
    Pattern(Vec<Pattern>),
    /// The member is written, here or by a function called from here.
    Writes(MemberName),
    /// The member is read, here or by a function called from here.
    Reads(MemberName),
}

impl Claim for Order {
    type Keys = OrderKeys;

    const EXAMPLE: &'static str = r#"
id = "set-before-drivers-look"
file = "drivers/pci/bus.c"
function = "pci_bus_add_device"
first = { writes = "pci_dev.detached_vf" }
then = "device_attach($$$ARGS)"
"#;

    fn compile(compiler: &mut Compiler<'_>, keys: &OrderKeys) -> Option<Self> {
        let files = optional(keys.file.as_ref(), |texts| compiler.paths(texts, "file"));
        let function = keys.function.as_ref();
        let function = function.and_then(|text| compiler.identifier(text, "function"));
        let first = keys.first.as_ref();
        let first = first.and_then(|event| Event::compile(compiler, event));
        let then = keys.then.as_ref();
        let then = then.and_then(|event| Event::compile(compiler, event));
        let steps = steps(compiler, keys.steps.as_ref());
        Some(Self {
            files: files?.unwrap_or_default(),
            function: function?,
            first: first?,
            then: then?,
            steps: steps?,
        })
    }
}

impl Event {
    fn compile(compiler: &mut Compiler<'_>, raw: &RawEvent) -> Option<Self> {
        match raw {
            RawEvent::Pattern(texts) => {
                let patterns = compiler.patterns(texts, "event", Fragment::Any);
                patterns.map(Self::Pattern)
            }
            RawEvent::Access(access) => Self::access(compiler, access),
        }
    }

    fn access(compiler: &mut Compiler<'_>, raw: &RawAccessEvent) -> Option<Self> {
        match (&raw.writes, &raw.reads) {
            (Some(text), None) => MemberName::compile(compiler, text).map(Self::Writes),
            (None, Some(text)) => MemberName::compile(compiler, text).map(Self::Reads),
            (writes, _) => {
                let message = if writes.is_some() {
                    "both `writes` and `reads` are given"
                } else {
                    "neither `writes` nor `reads` is given"
                };
                let help = "an event is one thing: `{ writes = \"pci_dev.detached_vf\" }`";
                compiler
                    .mistakes
                    .report(&raw.span, message, "which event?", help);
                None
            }
        }
    }
}

impl Value for RawEvent {
    fn what() -> String {
        "a pattern, a list of them, or a table with `writes` or `reads`".to_owned()
    }
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(_) | DeValue::Array(_) => {
                Texts::read(value, key, mistakes).map(Self::Pattern)
            }
            DeValue::Table(_) => RawAccessEvent::read(value, key, mistakes).map(Self::Access),
            _ => {
                wrong_type::<Self>(value, key, mistakes);
                None
            }
        }
    }
    /// One table for all the keys that have an event.
    fn table(_: &'static str) -> Option<SubTable> {
        RawAccessEvent::table("event")
    }
}

impl JsonSchema for RawEvent {
    fn schema_name() -> Cow<'static, str> {
        "Event".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<RawAccessEvent>();
        let patterns = generator.subschema_for::<Texts>();
        json_schema!({ "anyOf": [patterns, table] })
    }
}
