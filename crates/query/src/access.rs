//! Uses of a member or a name: read, written, tested, address taken, initialised, declared.
//!
//! Uses are found **by name**: every place where the name stands as a whole word is looked at, and
//! is a use, or is not one (a comment, a string, a variable of the same name), or cannot be told and
//! is reported in [`Uses::unread`]. What never spells the name cannot be found: a structure assigned
//! or cleared as a whole (`*a = *b`, `memset(a, 0, sizeof(*a))`), a name pasted together by `##`.
//! An array member that is passed as `x->m` hands its address on and still counts as
//! [`Access::Read`]: whether a member is an array is a question of types. What a macro does with its
//! arguments is not asked here either, beyond a table of the kernel's common ones: whoever wants to know
//! asks about the file with its macros expanded (see [`crate::expansion`]).

mod chain;
mod classify;
mod search;
mod tables;
mod tokens;

use std::ops::Range;

use tree_sitter::Node;

pub use chain::{chain, written};
pub(crate) use chain::{operator, word_at};
pub(crate) use classify::{MacroHead, classify, macro_head};
pub(crate) use tables::{is_first_argument, is_known_macro, is_unevaluating};

use crate::File;
use search::{Role, Search, Wanted};
use syntax::source::Unread;
use tokens::Define;

/// How code uses a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// Its value is used.
    Read,
    /// Assigned, incremented, or filled by an asm output or a macro that assigns (`WRITE_ONCE()`).
    /// `x->m |= 1` is a write, and so are `x->m.part = 1` and `x->m[i] = 1` (see [`Use::indexed`]).
    Write,
    /// Its value decides: in the condition of `if`, a loop, `?:`, `switch`, an operand of `!`, `&&`, `||`.
    Test,
    /// `&x->m`, `&x->m.part`: may be written by whoever gets the address.
    AddressTaken,
    /// `.m = …` in an initialiser: a write.
    Initializer,
    /// Declared in a record.
    Declaration,
    /// Only its type or place counts: `sizeof(x->m)`, `typeof()`, `offsetof()`, `container_of(…, m)`.
    Unevaluated,
    /// The bare name is an argument of a macro, which may do anything with the member:
    /// `SET_FIELD(x, m, 1)`. Only where no variable in sight has that name.
    Passed,
}

impl Access {
    /// What reports and JSON call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Test => "test",
            Self::AddressTaken => "address",
            Self::Initializer => "initialiser",
            Self::Declaration => "declaration",
            Self::Unevaluated => "unevaluated",
            Self::Passed => "passed",
        }
    }
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
    /// Through an element, `x->m[i]`: where `m` is a pointer, not an array, that only reads it.
    pub indexed: bool,
    /// What it points to is written, or has its address taken: `*x->m = 1`, `*(x->m + 1) = 1`. Where `m` is an array, not a
    /// pointer, that is one of its elements.
    pub through: bool,
    /// A write that reads the old value too: `x->m |= 1`, `x->m++`.
    pub reads: bool,
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
pub fn member_uses(file: &File, member: &str) -> Uses {
    Search::new(file, member, Wanted::Members).run()
}

/// Every use of the plain identifier `word` in the file: a variable, function, macro or enumerator.
/// A definition or declaration of it counts as [`Access::Declaration`], a call as a read, a condition
/// of `#if` as a test. Members and labels of that name are left out.
#[must_use]
pub fn word_uses(file: &File, word: &str) -> Uses {
    Search::new(file, word, Wanted::Words).run()
}

/// How the expression at `range` is used by the code around it.
#[must_use]
pub fn access_of(file: &File, range: &Range<usize>) -> Access {
    let mut way = chain(file, range);
    while let [.., outer, _] = way[..]
        && outer.byte_range() == *range
    {
        way.pop();
    }
    let shown = way.last().is_some_and(|node| node.byte_range() == *range);
    if shown {
        return match Role::of(&way) {
            Role::Declared => Access::Declaration,
            Role::Designator => Access::Initializer,
            _ => classify(file, &way).access,
        };
    }
    access_by_tokens(file, range).unwrap_or(Access::Read)
}

fn access_by_tokens(file: &File, range: &Range<usize>) -> Option<Access> {
    let definition = file.macro_at(range.start)?;
    let define = Define::new(file.bytes(), &definition.range)?;
    let body = define.body();
    let start = body.at(range.start)?;
    let end = body
        .list
        .partition_point(|token| token.range.end <= range.end)
        .checked_sub(1)?;
    Some(body.access(start, end).access)
}

/// Whether the kernel's macro `name` takes its argument `index` of `count` for a condition: `WARN_ON()`. `IS_ERR()` asks for
/// more than its truth.
#[must_use]
pub fn takes_condition(name: &str, index: usize, count: usize) -> bool {
    !name.starts_with("IS_ERR")
        && tables::effect(name, index, count) == Some(tables::Effect::Is(Access::Test))
}

/// A call in a function's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function's name (calls through pointers are left out).
    pub name: String,
    /// The whole call expression.
    pub range: Range<usize>,
}

/// The direct calls in `range` (a function's body, say), in file order. Function-like macros look the
/// same; a loop macro's range ends before the loop's body.
#[must_use]
pub fn calls(file: &File, range: Range<usize>) -> Vec<Call> {
    let mut found = Vec::new();
    let Some(top) = chain(file, &range).pop() else {
        return found;
    };
    let mut pending = vec![top];
    while let Some(node) = pending.pop() {
        if node.end_byte() <= range.start || node.start_byte() >= range.end {
            continue;
        }
        if range.start <= node.start_byte()
            && let Some(call) = call_at(file, node, &range)
        {
            found.push(call);
        }
        let mut cursor = node.walk();
        pending.extend(node.named_children(&mut cursor));
    }
    found.sort_by_key(|call| (call.range.start, call.range.end));
    found
}

fn call_at(file: &File, node: Node<'_>, within: &Range<usize>) -> Option<Call> {
    let (name_at, end) = if let Some(head) = macro_head(file, node) {
        (head.range.start, head.range.end)
    } else if node.kind() == "call_expression" {
        let mut function = node.child_by_field_name("function")?;
        // `(*f)(x)` and `(&f)(x)` call f(): C makes a pointer of a function anyway.
        while matches!(
            function.kind(),
            "parenthesized_expression" | "pointer_expression"
        ) {
            function = match function.child_by_field_name("argument") {
                Some(argument) => argument,
                None => function.named_child(0)?,
            };
        }
        if function.kind() != "identifier" {
            return None;
        }
        (function.start_byte(), node.end_byte())
    } else {
        return None;
    };
    let name = word_at(file, name_at);
    (!name.is_empty() && end <= within.end).then(|| Call {
        name: name.to_owned(),
        range: node.start_byte()..end,
    })
}
