//! Why two readers disagree about a function.

use std::collections::BTreeSet;

use kernel_c::SourceFile;

use crate::ctags::Function;

/// Who has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The oracle alone.
    Theirs,
    /// We alone.
    Ours,
}

/// A cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// In a region that the grammar could not read.
    Unread,
    /// No rule here explains it.
    Unexplained,
    /// The definition's head is a macro.
    MacroHead,
    /// In a directive.
    Directive,
    /// Inside another function.
    Nested,
}

impl Cause {
    /// Whether it is ours to mend.
    pub fn is_ours(self) -> bool {
        matches!(self, Self::Unread | Self::Unexplained)
    }

    /// For people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Unread => "in a region that we do not read",
            Self::Unexplained => "not explained",
            Self::MacroHead => "a macro heads the definition: ctags takes the macro's name",
            Self::Directive => "in a macro's body",
            Self::Nested => "inside another function",
        }
    }
}

/// Why `name` at `line` is found by `side` alone.
pub fn cause(
    file: &SourceFile,
    side: Side,
    line: usize,
    name: &str,
    ours: &BTreeSet<Function>,
    theirs: &BTreeSet<Function>,
) -> Cause {
    let _ = (side, name, ours, theirs);
    let at = file.lines().range_of(line);
    if file.unread_in(&at).is_some() {
        return Cause::Unread;
    }
    Cause::Unexplained
}
