//! A member's name in a spec.

use crate::compile::Compiler;
use crate::compile::place::is_identifier;
use crate::compile::words::all;
use crate::raw::{Alternatives, Text};

/// A member, by its record's tag: `pci_dev.detached_vf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberName {
    /// `pci_dev`
    pub record: String,
    /// `detached_vf`
    pub member: String,
}

impl MemberName {
    /// `pci_dev.detached_vf`
    pub(crate) fn compile(compiler: &mut Compiler<'_>, text: &Text) -> Option<Self> {
        let parts = text.value.split_once('.');
        let parts = parts.filter(|(record, member)| is_identifier(record) && is_identifier(member));
        if let Some((record, member)) = parts {
            return Some(Self {
                record: record.to_owned(),
                member: member.to_owned(),
            });
        }
        let message = format!("`{}` does not name a member", text.value.escape_debug());
        let help = "write the struct's tag, a dot and the member: `pci_dev.detached_vf`";
        compiler
            .mistakes
            .report(&text.span, message, "not a member", help);
        None
    }
}

/// A member, and the functions that may do something with it, each with its alternatives. An empty list is a statement here:
/// nobody at all.
pub(super) fn only_in(
    compiler: &mut Compiler<'_>,
    member: Option<&Text>,
    functions: Option<&Alternatives>,
) -> Option<(MemberName, Vec<Vec<String>>)> {
    let member = member.and_then(|text| MemberName::compile(compiler, text));
    let functions = functions.and_then(|entries| {
        let entries = entries.items.iter();
        all(entries.map(|texts| {
            let names = compiler.some(texts, "functions")?.iter();
            all(names.map(|text| compiler.function_or_one_in(text)))
        }))
    });
    Some((member?, functions?))
}
