//! `member`: a struct or union member, bit-field or not.

mod declaration;

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::place::places;
use crate::raw::{Text, Texts, section};

section! {
    /// A struct or union member, bit-field or not.
    MemberKeys at span {
        /// The struct's tag (or `union`).
        Optional r#struct: Text,
        /// The union's tag (or `struct`).
        Optional union: Text,
        /// The member to come after, or alternatives.
        Optional after: Texts,
        /// The member to come before, or alternatives. Without either: the end of the struct.
        Optional before: Texts,
        /// The declaration without its semicolon: `unsigned int detached_vf:1`.
        Required declare: Text,
    }
}

/// A struct or union member.
#[derive(Clone, Debug)]
pub struct Member {
    /// `struct = "pci_dev"` or `union = "…"`.
    pub record_kind: RecordKind,
    /// Its tag.
    pub record: String,
    /// The neighbouring member, by name. None: the end of the record.
    pub beside: Option<Beside<String>>,
    /// `unsigned int detached_vf:1` (no semicolon).
    pub declare: String,
    /// The member's name, read from `declare`.
    pub name: String,
}

/// `struct` or `union`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// `struct`
    Struct,
    /// `union`
    Union,
}

impl Kind for Member {
    type Keys = MemberKeys;

    const EXAMPLE: &'static str = r#"
file = "include/linux/pci.h"
struct = "pci_dev"
after = ["no_vf_scan", "link_active_reporting"]
declare = "unsigned int detached_vf:1"
comment = "VF whose PF cannot be seen"
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(_: &MemberKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &MemberKeys, _: &Given<'_>) -> Option<Self> {
        let record = record(compiler, keys);
        let beside = compiler.beside_name(places!(keys), "member");
        let declare = keys.declare.as_ref();
        let name = declare.and_then(|text| declaration::name_of(compiler, text, record.as_ref()));
        let (record_kind, record) = record?;
        Some(Self {
            record_kind,
            record,
            beside: beside?,
            declare: declare?.value.trim().to_owned(),
            name: name?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Member(self)
    }
}

fn record(compiler: &mut Compiler<'_>, keys: &MemberKeys) -> Option<(RecordKind, String)> {
    let (kind, tag) = match (&keys.r#struct, &keys.union) {
        (Some(tag), None) => (RecordKind::Struct, tag),
        (None, Some(tag)) => (RecordKind::Union, tag),
        (first, _) => {
            let message = if first.is_some() {
                "both `struct` and `union` are given"
            } else {
                "neither `struct` nor `union` is given"
            };
            let help = "`struct = \"pci_dev\"`";
            compiler
                .mistakes
                .report(&keys.span, message, "which record?", help);
            return None;
        }
    };
    Some((kind, compiler.identifier(tag, "struct or union")?))
}
