//! `reads-only-in`: a member that only some functions may read.

use super::member_name::only_in;
use super::{Claim, MemberName};
use crate::compile::Compiler;
use crate::raw::{Alternatives, Text, section};

section! {
    /// In the whole tree the member is read in no other function.
    ReadsOnlyInKeys {
        /// The member, by its struct's tag: `pci_dev.detached_vf`.
        Required member: Text,
        /// The functions that may; a list in the list has alternatives, of which the first that the tree has may.
        Required functions: Alternatives,
    }
}

/// A member that only some functions may read.
#[derive(Clone, Debug)]
pub struct ReadsOnlyIn {
    /// The member.
    pub member: MemberName,
    /// The functions that may: of each entry the first that the tree has.
    pub functions: Vec<Vec<String>>,
}

impl Claim for ReadsOnlyIn {
    type Keys = ReadsOnlyInKeys;

    const EXAMPLE: &'static str = r#"
id = "nobody-reads-it-yet"
member = "pci_dev.detached_vf"
functions = []
"#;

    fn compile(compiler: &mut Compiler<'_>, keys: &ReadsOnlyInKeys) -> Option<Self> {
        let (member, functions) = only_in(compiler, keys.member.as_ref(), keys.functions.as_ref())?;
        Some(Self { member, functions })
    }
}
