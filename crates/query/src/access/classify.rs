//! How the code around an expression uses it, read off the nodes that it is in.

use std::ops::Range;

use dialect::words::looks_like_type;
use tree_sitter::Node;

use super::chain::{is_field, operator, word_at, written};
use super::tables::{Effect, effect, reads_what_it_writes};
use crate::File;
use crate::access::Access;

/// How an expression is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Manner {
    pub(crate) access: Access,
    /// Through an element of it (`m[i]`).
    pub(crate) indexed: bool,
    /// A write that reads it too.
    pub(crate) reads: bool,
    /// See [`super::Use::through`].
    pub(crate) through: bool,
}

impl Manner {
    pub(crate) fn plain(access: Access) -> Self {
        Self {
            access,
            indexed: false,
            reads: false,
            through: false,
        }
    }
}

/// How the last node of `way` is used.
pub(crate) fn classify(file: &File, way: &[Node<'_>]) -> Manner {
    let mut climb = Climb {
        file,
        place: true,
        address: false,
        indexed: false,
        reads: false,
        through: false,
    };
    let climbed = (1..way.len())
        .rev()
        .find_map(|at| match climb.step(way, at) {
            Climbed::Done(access) => Some(access),
            Climbed::Out => None,
        });
    let last = match climb.address {
        true => Access::AddressTaken,
        false => Access::Read,
    };
    let access = match climbed.unwrap_or(last) {
        // Whatever is done to it there, it is not done.
        _ if is_unevaluated(file, way) => Access::Unevaluated,
        access => access,
    };
    let through = climb.through && matches!(access, Access::Write | Access::AddressTaken);
    Manner {
        // What it points to is used; itself it is only read.
        access: if climb.through && access != Access::Unevaluated {
            Access::Read
        } else {
            access
        },
        indexed: climb.indexed,
        reads: climb.reads && access == Access::Write && !through,
        through,
    }
}

/// Whether the last node of `way` is in an operand that is not evaluated, however deep: of `sizeof`,
/// `typeof()`. The length of an array in such an operand is computed.
fn is_unevaluated(file: &File, way: &[Node<'_>]) -> bool {
    (1..way.len()).rev().any(|at| {
        let (node, parent) = (way[at], way[at - 1]);
        match parent.kind() {
            "sizeof_expression" => node.kind() != "type_descriptor",
            "alignof_expression" | "offsetof_expression" => true,
            "argument_list" => at.checked_sub(2).is_some_and(|call| {
                let (index, count) = argument_index(parent, node);
                let name = word_at(file, way[call].start_byte());
                effect(name, index, count) == Some(Effect::Is(Access::Unevaluated))
            }),
            _ => false,
        }
    })
}

enum Climbed {
    /// The parent's value is the expression's: look at what uses the parent.
    Out,
    Done(Access),
}

struct Climb<'f> {
    file: &'f File,
    /// Still the object itself, or a part of it, rather than a value computed from it.
    place: bool,
    /// Its address, which may be followed at once.
    address: bool,
    indexed: bool,
    reads: bool,
    /// What it points to, or is the first element of, rather than itself.
    through: bool,
}

/// Whether what `way[at]`, a prefix operator, is before is stepped: `!m++`.
fn is_stepped(way: &[Node<'_>], at: usize) -> bool {
    let mut above = way.get(..at).unwrap_or_default().iter().rev();
    let outer = above.find(|outer| outer.kind() != "unary_expression");
    let operand = way
        .get(at)
        .and_then(|node| node.child_by_field_name("argument"));
    let target = outer.filter(|outer| outer.kind() == "update_expression");
    target.and_then(|outer| written(*outer)) == operand && target.is_some()
}

impl Climb<'_> {
    fn step(&mut self, way: &[Node<'_>], at: usize) -> Climbed {
        let (node, parent) = (way[at], way[at - 1]);
        if self.address {
            return self.pointed(parent, node);
        }
        match parent.kind() {
            "parenthesized_expression" | "extension_expression" => self.decides(way, at - 1),
            // Only the type of what it chooses by counts; what it chooses is what it is.
            "generic_expression" if is_first(parent, node) => Climbed::Done(Access::Unevaluated),
            "generic_expression" => Climbed::Out,
            "cast_expression" => Climbed::Out,
            "field_expression" if operator(parent) == "." => Climbed::Out,
            "subscript_expression" if is_array(parent, node) => {
                self.indexed |= self.place;
                Climbed::Out
            }
            "pointer_expression" => self.pointer(parent),
            "assignment_expression" => {
                self.reads |= operator(parent) != "=";
                self.assigned(is_field(parent, "left", node))
            }
            "update_expression" => {
                self.reads = true;
                self.assigned(true)
            }
            "gnu_asm_output_operand" => {
                self.reads |= self.file.slice(parent.byte_range()).contains(&b'+');
                self.assigned(is_field(parent, "value", node))
            }
            "unary_expression" if is_stepped(way, at - 1) => {
                self.reads = true;
                self.assigned(true)
            }
            "unary_expression" => self.value(operator(parent) == "!"),
            "binary_expression" if self.place && self.is_cast_address(parent, node) => {
                self.address = true;
                Climbed::Out
            }
            // `*(m + 1)` is `m[1]` (C11 6.5.2.1p2).
            "binary_expression" if self.place && is_followed_sum(way, at - 1) => Climbed::Out,
            "binary_expression" => self.value(matches!(operator(parent), "&&" | "||")),
            "conditional_expression" => self.value(is_field(parent, "condition", node)),
            "comma_expression" => self.comma(way, at),
            "for_statement" => Climbed::Done(test_if(is_field(parent, "condition", node))),
            "sizeof_expression" | "alignof_expression" | "offsetof_expression" => {
                Climbed::Done(Access::Unevaluated)
            }
            "argument_list" => self.argument(way, at),
            // Through the arguments of a transparent macro; what is called is read.
            "call_expression" if node.kind() == "argument_list" => Climbed::Out,
            _ => Climbed::Done(Access::Read),
        }
    }

    /// `way[at]` is in parentheses: those of a condition?
    fn decides(&mut self, way: &[Node<'_>], at: usize) -> Climbed {
        let Some(outer) = at.checked_sub(1).and_then(|i| way.get(i)) else {
            return Climbed::Out;
        };
        match outer.kind() {
            "while_statement" | "if_statement" if macro_head(self.file, *outer).is_some() => {
                self.macro_argument(word_at(self.file, outer.start_byte()), 0, 1)
            }
            "if_statement" | "while_statement" | "do_statement" | "switch_statement" => {
                Climbed::Done(Access::Test)
            }
            _ => Climbed::Out,
        }
    }

    /// `(ulong_t)&m`: a mask to the grammar, and to C, where the name is a type, a cast of the address (C11 6.5.4).
    fn is_cast_address(&self, parent: Node<'_>, node: Node<'_>) -> bool {
        let left = parent.child_by_field_name("left");
        let left = left.filter(|left| left.kind() == "parenthesized_expression");
        let name = left.and_then(|left| left.named_child(0));
        let Some(name) = name.filter(|name| name.kind() == "identifier") else {
            return false;
        };
        let name = self.file.slice(name.byte_range());
        let mut own = self.file.typedefs().iter();
        operator(parent) == "&"
            && is_field(parent, "right", node)
            && (looks_like_type(name) || own.any(|known| known.name.as_bytes() == name))
    }

    fn pointer(&mut self, parent: Node<'_>) -> Climbed {
        match operator(parent) {
            "&" if self.place => {
                self.address = true;
                Climbed::Out
            }
            _ => {
                self.through |= self.place;
                match self.through {
                    true => Climbed::Out,
                    false => Climbed::Done(Access::Read),
                }
            }
        }
    }

    /// `*&m`, `*(volatile int *)&m`, `(&m)[0]`, `(&m)->part`: it is used itself. Anything else may keep its address.
    fn pointed(&mut self, parent: Node<'_>, node: Node<'_>) -> Climbed {
        let is_followed = match parent.kind() {
            "parenthesized_expression" | "cast_expression" => return Climbed::Out,
            "pointer_expression" => operator(parent) == "*",
            "field_expression" => operator(parent) == "->",
            "subscript_expression" => {
                let index = parent.child_by_field_name("index");
                let index = index.map(|index| self.file.slice(index.byte_range()));
                is_field(parent, "argument", node) && index == Some(b"0")
            }
            _ => false,
        };
        self.address = false;
        match is_followed {
            true => Climbed::Out,
            false => Climbed::Done(Access::AddressTaken),
        }
    }

    fn assigned(&self, left: bool) -> Climbed {
        Climbed::Done(if left && self.place {
            Access::Write
        } else {
            Access::Read
        })
    }

    fn value(&mut self, decides: bool) -> Climbed {
        self.place = false;
        if decides {
            Climbed::Done(Access::Test)
        } else {
            Climbed::Out
        }
    }

    fn comma(&mut self, way: &[Node<'_>], at: usize) -> Climbed {
        if let Some((name, index, count)) = loop_argument(self.file, way, at) {
            return self.macro_argument(name, index, count);
        }
        if is_field(way[at - 1], "right", way[at]) {
            self.place = false;
            Climbed::Out
        } else {
            Climbed::Done(Access::Read)
        }
    }

    fn argument(&mut self, way: &[Node<'_>], at: usize) -> Climbed {
        let Some(call) = at.checked_sub(2).and_then(|i| way.get(i)) else {
            return Climbed::Done(Access::Read);
        };
        let (index, count) = argument_index(way[at - 1], way[at]);
        self.macro_argument(word_at(self.file, call.start_byte()), index, count)
    }

    fn macro_argument(&mut self, name: &str, index: usize, count: usize) -> Climbed {
        // It is what it chooses, by a type alone.
        match (name, index) {
            ("_Generic", 0) => return Climbed::Done(Access::Unevaluated),
            ("_Generic", _) => return Climbed::Out,
            _ => {}
        }
        self.reads |= reads_what_it_writes(name);
        match effect(name, index, count) {
            Some(Effect::Transparent) => Climbed::Out,
            Some(Effect::Is(Access::Write)) if !self.place => Climbed::Done(Access::Read),
            Some(Effect::Is(access)) => Climbed::Done(access),
            None => Climbed::Done(Access::Read),
        }
    }
}

/// Whether `way[at]` is a sum that is followed at once.
fn is_followed_sum(way: &[Node<'_>], at: usize) -> bool {
    let mut above = way.get(..at).unwrap_or_default().iter().rev();
    let outer = above.find(|outer| outer.kind() != "parenthesized_expression");
    let is_sum = way
        .get(at)
        .is_some_and(|sum| matches!(operator(*sum), "+" | "-"));
    is_sum && outer.is_some_and(|it| it.kind() == "pointer_expression" && operator(*it) == "*")
}

/// Whether `node` is the array of a subscript: `a` of `a[i]`, and of `2[a]`.
fn is_array(subscript: Node<'_>, node: Node<'_>) -> bool {
    let first = subscript.child_by_field_name("argument");
    let is_number = first.is_some_and(|first| first.kind() == "number_literal");
    is_field(subscript, "argument", node) || (is_number && is_field(subscript, "index", node))
}

fn is_first(parent: Node<'_>, node: Node<'_>) -> bool {
    parent
        .named_child(0)
        .is_some_and(|first| first.id() == node.id())
}

fn test_if(decides: bool) -> Access {
    if decides { Access::Test } else { Access::Read }
}

/// A macro that stands before a block, which the dialect shows to the grammar as a keyword.
pub(crate) struct MacroHead<'f> {
    pub(crate) name: &'f str,
    /// From the name to its closing parenthesis.
    pub(crate) range: Range<usize>,
}

/// The macro that a statement begins with in the file, where the view has `if`, `while` or `for`.
pub(crate) fn macro_head<'f>(file: &'f File, statement: Node<'_>) -> Option<MacroHead<'f>> {
    let keyword = match statement.kind() {
        "while_statement" => "while",
        "if_statement" => "if",
        "for_statement" => "for",
        _ => return None,
    };
    let start = statement.start_byte();
    let name = word_at(file, start);
    if name == keyword || name.is_empty() {
        return None;
    }
    let body = statement
        .child_by_field_name("body")
        .or_else(|| statement.child_by_field_name("consequence"))?;
    let condition = statement
        .child_by_field_name("condition")
        .filter(|_| keyword != "for");
    // `NAME()` has no condition that the grammar could see: the head ends where the body begins.
    let end = condition.map_or_else(
        || start + file.slice(start..body.start_byte()).trim_ascii_end().len(),
        |condition| condition.end_byte(),
    );
    Some(MacroHead {
        name,
        range: start..end,
    })
}

/// The loop macro that `way[at]` is an argument of, and which argument of how many: the dialect shows
/// a loop macro to the grammar as `while (its arguments)`.
pub(crate) fn loop_argument<'f>(
    file: &'f File,
    way: &[Node<'_>],
    at: usize,
) -> Option<(&'f str, usize, usize)> {
    let mut top = at.checked_sub(1)?;
    if way[top].kind() != "comma_expression" {
        return None;
    }
    let mut index = usize::from(is_field(way[top], "right", way[at]));
    while top > 0 && way[top - 1].kind() == "comma_expression" {
        top -= 1;
        index += 1;
    }
    let outer = way.get(top.checked_sub(2)?)?;
    let head = macro_head(file, *outer)?;
    Some((head.name, index, comma_count(way[top])))
}

/// Which argument of how many `argument` is.
pub(crate) fn argument_index(list: Node<'_>, argument: Node<'_>) -> (usize, usize) {
    let mut cursor = list.walk();
    let mut index = 0;
    let mut count = 0;
    for child in list.named_children(&mut cursor) {
        if child.kind() == "comment" {
            continue;
        }
        if child.id() == argument.id() {
            index = count;
        }
        count += 1;
    }
    (index, count)
}

fn comma_count(top: Node<'_>) -> usize {
    let mut count = 2;
    let mut node = top;
    while let Some(right) = node.child_by_field_name("right")
        && right.kind() == "comma_expression"
    {
        count += 1;
        node = right;
    }
    count
}
