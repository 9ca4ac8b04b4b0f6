//! The keys of stated invariants, by kind.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::kinds::{Kinded, kinds};
use super::value::wrong_type;
use super::{Int, Text, Texts, Value, section};
use crate::mistakes::Mistakes;

/// An `[[invariant]]`.
pub(crate) type RawInvariant = Kinded<InvariantCommon, InvariantKeys>;

kinds! {
    /// What an invariant says, with the keys of its kind.
    InvariantKeys {
        "writes-only-in" => WritesOnlyIn(OnlyInKeys),
        "reads-only-in" => ReadsOnlyIn(ReadsOnlyInKeys),
        "every-test" => EveryTest(EveryTestKeys),
        "order" => Order(OrderKeys),
        "guarded" => Guarded(GuardedKeys),
        "present" => Present(PresentKeys),
        "absent" => Absent(AbsentKeys),
        "count" => Count(CountKeys),
        "calls" => Calls(CallsKeys),
        "config" => Config(ConfigKeys),
    }
}

section! {
    /// A property of the patched tree. The kind says which further keys it has.
    InvariantCommon {
        /// A name for reports, unique in the spec.
        Required id: Text,
        /// Why it has to hold; shown in the report.
        Optional reason: Text,
    }
}

section! {
    /// In the whole tree the member is written in no other function.
    OnlyInKeys {
        /// The member, by its struct's tag: `pci_dev.detached_vf`.
        Required member: Text,
        /// The functions that may.
        Required functions: Texts,
    }
}

section! {
    /// In the whole tree the member is read in no other function.
    ReadsOnlyInKeys {
        /// The member, by its struct's tag: `pci_dev.detached_vf`.
        Required member: Text,
        /// The functions that may.
        Required functions: Texts,
    }
}

section! {
    /// In the scope every test of one thing also tests another, but for exceptions that each carry a reason.
    EveryTestKeys {
        /// The test: a pattern, or several; each place where one of them stands counts.
        Required test: Texts,
        /// What has to accompany it in the same condition: `old || also`.
        Required also: Text,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
        /// Places that are right without.
        Optional except: Vec<RawException>,
    }
}

section! {
    /// On every control-flow path of a function that reaches the second event, the first comes before.
    OrderKeys {
        /// The file that defines the function, or alternatives; without it, looked for in the tree.
        Optional file: Texts,
        /// The function whose paths are meant.
        Required function: Text,
        /// What comes first: a pattern, `{ writes = "pci_dev.detached_vf" }` or `{ reads = "…" }`.
        Required first: RawEvent,
        /// What comes after it, written the same way.
        Required then: RawEvent,
        /// Through how many calls `writes` and `reads` may come about (3); 0 is in the function itself.
        Optional steps: Int,
    }
}

section! {
    /// Every match of a pattern in the scope runs only where a condition is true.
    GuardedKeys {
        /// The code: a pattern.
        Required pattern: Text,
        /// The condition: a pattern.
        Required by: Text,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
    }
}

section! {
    /// A pattern matches at least once in the scope.
    PresentKeys {
        /// The pattern, or several, whose matches are counted together.
        Required pattern: Texts,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
    }
}

section! {
    /// A pattern matches nowhere in the scope.
    AbsentKeys {
        /// The pattern, or several; none of them may match.
        Required pattern: Texts,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
    }
}

section! {
    /// A pattern matches this often in the scope.
    CountKeys {
        /// The pattern, or several, whose matches are counted together.
        Required pattern: Texts,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
        /// How often, exactly.
        Required count: Int,
    }
}

section! {
    /// A function is reached from another through the call graph.
    CallsKeys {
        /// The caller.
        Required from: Text,
        /// The function reached.
        Required to: Text,
        /// Through how many calls at most (3); 1 is a direct call.
        Optional steps: Int,
    }
}

section! {
    /// Matches of a pattern stand under a CONFIG condition, or under none.
    ConfigKeys {
        /// The code: a pattern.
        Required pattern: Text,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
        /// `CONFIG_PCI` or `!CONFIG_PCI`; without it, under no condition at all.
        Optional under: Text,
    }
}

section! {
    /// Where an invariant looks.
    RawScope {
        /// Files and folders; without it, the whole tree.
        Optional files: Texts,
        /// Functions in them; without it, everywhere.
        Optional functions: Texts,
    }
}

section! {
    /// A place that an `every-test` invariant lets be.
    RawException {
        /// The function.
        Required function: Text,
        /// How many such tests it has; without it, any number.
        Optional count: Int,
        /// Why it is right there.
        Required reason: Text,
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
    /// `"device_attach($$$ARGS)"`
    Pattern(Text),
    /// `{ writes = "pci_dev.detached_vf" }`
    Access(RawAccessEvent),
}

impl Value for RawEvent {
    fn what() -> String {
        "a pattern, or a table with `writes` or `reads`".to_owned()
    }
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(_) => Text::read(value, key, mistakes).map(Self::Pattern),
            DeValue::Table(_) => RawAccessEvent::read(value, key, mistakes).map(Self::Access),
            _ => {
                wrong_type::<Self>(value, key, mistakes);
                None
            }
        }
    }
}

impl JsonSchema for RawEvent {
    fn schema_name() -> Cow<'static, str> {
        "Event".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<RawAccessEvent>();
        json_schema!({ "anyOf": [{ "type": "string" }, table] })
    }
}
