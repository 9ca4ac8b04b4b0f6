//! What else is true where a condition is: `(n = d->x)` says `d->x`, `(bool)x` says `x`, and `({ int r = !!x; r; })` says `x`.
//!
//! Only what holds of every value: a cast and an assignment may cut bits off, so that what they leave says of the whole
//! only that it is not 0.

use std::ops::Range;

use dialect::token::integer;
use tree_sitter::Node;

use super::build::{children, inside_parentheses};
use super::names::is_transparent;
use crate::File;
use crate::access::{operator, word_at, written};
use crate::walk::walk;

/// How deep conditions are gone into.
const MOST_DEEP: usize = 32;

/// What a condition says of other expressions: those at the byte ranges are true, or (`false`) false, where the one at `range` came
/// out so. It is not among them itself.
#[must_use]
pub fn same_truth(file: &File, range: &Range<usize>, holds: bool) -> Vec<(Range<usize>, bool)> {
    let Some(node) = file.node_at(range.clone()) else {
        return Vec::new();
    };
    let is_it = range.start <= node.start_byte() && node.end_byte() <= range.end;
    let mut found = Found {
        file,
        declared: None,
        all: Vec::new(),
    };
    if is_it {
        found.inside(node, holds, MOST_DEEP);
    }
    found.all
}

struct Found<'a> {
    file: &'a File,
    /// What a variable was declared with, in which nothing is written. The operands of any other condition are steps of their own, which
    /// a write may be between.
    declared: Option<Range<usize>>,
    all: Vec<(Range<usize>, bool)>,
}

impl Found<'_> {
    fn put(&mut self, node: Node<'_>, holds: bool, depth: usize) {
        self.all.push((node.byte_range(), holds));
        self.inside(node, holds, depth);
    }

    fn field(&mut self, node: Node<'_>, name: &str, holds: bool, depth: usize) {
        if let Some(inner) = node.child_by_field_name(name) {
            self.put(inner, holds, depth);
        }
    }

    fn inside(&mut self, node: Node<'_>, holds: bool, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match node.kind() {
            "parenthesized_expression" => {
                for inner in children(node) {
                    self.put(inner, holds, depth);
                }
            }
            "compound_statement" => self.last_value(node, holds, depth),
            "unary_expression" if operator(node) == "!" => {
                self.field(node, "argument", !holds, depth);
            }
            "call_expression" if is_transparent(word_at(self.file, node.start_byte())) => {
                let arguments = node.child_by_field_name("arguments").map(children);
                if let Some(first) = arguments.unwrap_or_default().first() {
                    self.put(*first, holds, depth);
                }
            }
            "assignment_expression" if operator(node) == "=" => self.assigned(node, holds, depth),
            "cast_expression" => {
                let is_truth = node.child_by_field_name("type").is_some_and(|named| {
                    let text = self.file.slice(named.byte_range());
                    matches!(text.trim_ascii(), b"bool" | b"_Bool")
                });
                if holds || is_truth {
                    self.field(node, "value", holds, depth);
                }
            }
            "pointer_expression" if operator(node) == "*" => {
                let pointed = node.child_by_field_name("argument");
                if let Some(of) = pointed.and_then(|it| addressed(self.file, it)) {
                    self.put(of, holds, depth);
                }
            }
            "identifier" => {
                let value = self.only_value(node);
                if let Some(value) = value.filter(|value| holds || is_truth_value(*value)) {
                    self.declared = Some(value.byte_range());
                    self.put(value, holds, depth);
                }
            }
            "binary_expression" => self.compared(node, holds, depth),
            _ => {}
        }
    }

    /// `a == 1` that is true; in one step `a && b` that is true and `a || b` that is false.
    fn compared(&mut self, node: Node<'_>, holds: bool, depth: usize) {
        let operator = operator(node);
        let is_one_step = self.declared.as_ref().is_some_and(|value| {
            let is_inside = value.start <= node.start_byte() && node.end_byte() <= value.end;
            is_inside && !self.file.slice(value.clone()).contains(&b'#')
        });
        if is_one_step && ((operator == "&&" && holds) || (operator == "||" && !holds)) {
            self.field(node, "left", holds, depth);
            self.field(node, "right", holds, depth);
        }
        let number = |name: &str| {
            let side = node.child_by_field_name(name)?;
            integer(self.file.slice(side.byte_range()).trim_ascii())
        };
        let is_some = |value: Option<_>| value.is_some_and(|value| value != 0);
        let is_zero = |value: Option<_>| value.is_some_and(|value| value == 0);
        let (is_left, is_right) = (number("left"), number("right"));
        // Each of these has what the other side is not compared as, for a number is there.
        for (side, other) in [("left", is_right), ("right", is_left)] {
            let turned = side == "right";
            match (operator, turned) {
                ("==", _) if holds && is_some(other) => self.field(node, side, true, depth),
                ("==", _) if is_zero(other) => self.field(node, side, !holds, depth),
                ("!=", _) if is_zero(other) => self.field(node, side, holds, depth),
                // What is above 0, or has a bit, is not 0.
                (">", false) | ("<", true) if holds && is_zero(other) => {
                    self.field(node, side, true, depth);
                }
                (">=", false) | ("<=", true) | ("&", _) if holds && is_some(other) => {
                    self.field(node, side, true, depth);
                }
                _ => {}
            }
        }
    }

    /// What an assignment gives, unless that is read with what it wrote.
    fn assigned(&mut self, node: Node<'_>, holds: bool, depth: usize) {
        let (left, right) = (
            node.child_by_field_name("left"),
            node.child_by_field_name("right"),
        );
        let (Some(left), Some(right)) = (left, right) else {
            return;
        };
        self.put(left, holds, depth);
        let written = names_in(self.file, left);
        let read = names_in(self.file, right);
        if holds && !written.iter().any(|name| read.contains(name)) {
            self.put(right, true, depth);
        }
    }

    /// The value of `({ …; value; })`.
    fn last_value(&mut self, block: Node<'_>, holds: bool, depth: usize) {
        let last = children(block).pop();
        let last = last.filter(|last| last.kind() == "expression_statement");
        if let Some(value) = last.and_then(|last| children(last).pop()) {
            self.put(value, holds, depth);
        }
    }

    /// What a variable of a statement expression was declared with, where nothing else is done to it, nor to what that is of.
    fn only_value<'t>(&self, name: Node<'t>) -> Option<Node<'t>> {
        let text = word_at(self.file, name.start_byte());
        let mut at = name;
        let block = loop {
            at = at.parent()?;
            match at.kind() {
                "compound_statement" => break at,
                "function_definition" => return None,
                _ => {}
            }
        };
        block
            .parent()
            .filter(|outer| outer.kind() == "parenthesized_expression")?;
        let mut cursor = block.walk();
        let statements: Vec<Node<'t>> = block.named_children(&mut cursor).collect();
        let declarators = statements.iter().filter(|it| it.kind() == "declaration");
        let declarators = declarators.filter_map(|it| it.child_by_field_name("declarator"));
        let mut declarators = declarators.filter(|it| it.kind() == "init_declarator");
        let declared = declarators.find(|it| {
            let name = it.child_by_field_name("declarator");
            name.is_some_and(|name| self.file.slice(name.byte_range()) == text.as_bytes())
        })?;
        let value = declared.child_by_field_name("value")?;
        let mut rests = names_in(self.file, value);
        rests.push(text.to_owned());
        let is_other = |target: Node<'_>| {
            let name = word_at(self.file, target.start_byte()).to_owned();
            target.kind() == "identifier" && !rests.contains(&name)
        };
        let mut is_sure = true;
        walk(block, |node| {
            let target = match node.kind() {
                "assignment_expression" | "update_expression" => written(node),
                "pointer_expression" if operator(node) == "&" => {
                    node.child_by_field_name("argument")
                }
                "gnu_asm_output_operand" => node.child_by_field_name("value"),
                _ => None,
            };
            // What is written through a pointer may be any of it.
            is_sure &= target.is_none_or(is_other);
            if node.kind() == "call_expression" {
                let written = self.file.written_by(word_at(self.file, node.start_byte()));
                is_sure &= !rests.iter().any(|name| written.contains(name));
            }
            is_sure
        });
        is_sure.then_some(value)
    }
}

/// What `&x` is the address of; cast to a pointer to another type, which may be a wider one, it says nothing of `x`.
#[must_use]
pub fn addressed<'t>(file: &File, pointer: Node<'t>) -> Option<Node<'t>> {
    let mut at = pointer;
    let mut cast = None;
    for _ in 0..MOST_DEEP {
        match at.kind() {
            "parenthesized_expression" => at = children(at).pop()?,
            "cast_expression" if cast.is_none() => {
                cast = Some(at.child_by_field_name("type")?);
                at = at.child_by_field_name("value")?;
            }
            "pointer_expression" if operator(at) == "&" => {
                let of = inside_parentheses(at.child_by_field_name("argument")?);
                let own = file.slice(of.byte_range());
                let is_its = |cast: Node<'_>| {
                    let named = file.slice(cast.byte_range());
                    let has = |text: &[u8]| memchr::memmem::find(named, text).is_some();
                    has(b"typeof") && has(own)
                };
                return cast.is_none_or(is_its).then_some(of);
            }
            _ => return None,
        }
    }
    None
}

/// Whether a value is 0 or 1, whatever it is of: a variable of any type holds it.
fn is_truth_value(value: Node<'_>) -> bool {
    match value.kind() {
        "parenthesized_expression" => children(value).pop().is_some_and(is_truth_value),
        "unary_expression" => operator(value) == "!",
        "binary_expression" => {
            matches!(
                operator(value),
                "&&" | "||" | "==" | "!=" | "<" | ">" | "<=" | ">="
            )
        }
        _ => false,
    }
}

/// The variables, and the members, that an expression names.
fn names_in(file: &File, node: Node<'_>) -> Vec<String> {
    let mut names = Vec::new();
    walk(node, |node| {
        if matches!(node.kind(), "identifier" | "field_identifier") {
            names.push(word_at(file, node.start_byte()).to_owned());
        }
        true
    });
    names
}
