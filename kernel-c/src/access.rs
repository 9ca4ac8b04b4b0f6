//! Uses of a member or a name: read, written, tested, address taken, initialised, declared.

use std::ops::Range;

use crate::source::{SourceFile, Unread};

/// How code uses a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// Its value is used.
    Read,
    /// Assigned, incremented, or filled by an asm output. `x |= 1` is a write.
    Write,
    /// Its value decides: in the condition of `if`, a loop, `?:`, `switch`, an operand of `!`, `&&`, `||`.
    Test,
    /// `&x->m`: may be written by whoever gets the address.
    AddressTaken,
    /// `.m = …` in an initialiser: a write.
    Initializer,
    /// Declared in a record.
    Declaration,
}

/// One use of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The whole expression, `pdev->is_virtfn`, or the designator, or the declaration's name.
    pub range: Range<usize>,
    /// The receiver expression (`pdev` of `pdev->m`), where there is one.
    pub receiver: Option<Range<usize>>,
    /// How.
    pub access: Access,
    /// In a macro's body, which the grammar does not read: found by tokens.
    pub in_macro: bool,
}

/// The uses in a file, and the unread regions that contain the member's name and could hide one.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// In file order.
    pub found: Vec<Use>,
    /// What could hide one.
    pub unread: Vec<Unread>,
}

/// Every use of a member called `member` in the file, whatever its record (see [`crate::types`]).
#[must_use]
pub fn member_uses(file: &SourceFile, member: &str) -> Uses {
    let _ = (file, member);
    Uses::default()
}

/// How the expression at `range` is used by the code around it.
#[must_use]
pub fn access_of(file: &SourceFile, range: &Range<usize>) -> Access {
    let _ = (file, range);
    Access::Read
}

/// A call in a function's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function's name (calls through pointers are left out).
    pub name: String,
    /// The whole call expression.
    pub range: Range<usize>,
}

/// The direct calls in `range` (a function's body, say), in file order. Function-like macros look the same.
#[must_use]
pub fn calls(file: &SourceFile, range: Range<usize>) -> Vec<Call> {
    let _ = (file, range);
    Vec::new()
}
