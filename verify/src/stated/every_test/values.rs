//! Where a value goes that is read and not tested.

use std::ops::Range;

use query::File;
use query::access::{Access, access_of, word_uses};
use syntax::Node;

use crate::nodes::node_of;

/// What becomes of a value.
pub(super) enum Value {
    /// It is tested at these places: handed to the caller, or through a local that is only tested.
    Tested(Vec<Range<usize>>),
    /// It goes where it is not followed: the place, and in words how.
    Elsewhere(usize, &'static str),
}

/// Follows the value of the expression at `range`.
pub(super) fn value_of(file: &File, range: &Range<usize>) -> Value {
    let elsewhere = |why| Value::Elsewhere(range.start, why);
    let Some(start) = node_of(file, range) else {
        return elsewhere("is used");
    };
    let mut node = start;
    while let Some(parent) = node.parent() {
        match parent.kind() {
            "parenthesized_expression" | "cast_expression" | "binary_expression" => node = parent,
            "conditional_expression" => node = parent,
            // `return d->old;` hands a test to the caller.
            "return_statement" => return Value::Tested(vec![range.clone()]),
            "init_declarator" => {
                let name = parent.child_by_field_name("declarator");
                return name
                    .map_or_else(|| elsewhere("is stored"), |name| local(file, range, name));
            }
            "assignment_expression" if is_plain(file, parent, node) => {
                let name = parent.child_by_field_name("left");
                let stored =
                    name.map_or_else(|| elsewhere("is stored"), |name| local(file, range, name));
                return and_here(file, parent, stored);
            }
            "assignment_expression" | "initializer_pair" | "initializer_list" => {
                return elsewhere("is stored");
            }
            "argument_list" => return elsewhere("is handed to a function"),
            "pointer_expression" => return elsewhere("may be read through its address"),
            "expression_statement" if is_value(parent) => {
                return elsewhere("is that of a statement expression");
            }
            "expression_statement" => return Value::Tested(Vec::new()),
            _ => return elsewhere("is used"),
        }
    }
    elsewhere("is used")
}

/// What becomes of an assignment's value, and of the assignment as a value itself: `if ((v = d->old))`.
fn and_here(file: &File, assignment: Node<'_>, stored: Value) -> Value {
    let range = assignment.byte_range();
    match (stored, access_of(file, &range)) {
        (Value::Tested(mut tests), Access::Test) => {
            tests.push(range);
            Value::Tested(tests)
        }
        (Value::Tested(tests), _) => {
            let mut outer = assignment.parent();
            while let Some(node) = outer.filter(|node| node.kind() == "parenthesized_expression") {
                outer = node.parent();
            }
            let kind = outer.map_or("", |node| node.kind());
            match kind {
                "expression_statement" if outer.is_some_and(is_value) => {
                    Value::Elsewhere(range.start, "is that of a statement expression")
                }
                "expression_statement" | "comma_expression" | "for_statement" => {
                    Value::Tested(tests)
                }
                _ => Value::Elsewhere(range.start, "is stored and used at once"),
            }
        }
        (stored, _) => stored,
    }
}

/// Whether the statement is the last of a statement expression, whose value it gives.
fn is_value(statement: Node<'_>) -> bool {
    let block = statement.parent();
    let is_in_parentheses = |block: &Node<'_>| {
        let around = block.parent();
        around.is_some_and(|around| around.kind() == "parenthesized_expression")
    };
    let block = block.filter(is_in_parentheses);
    block.is_some_and(|block| {
        let mut cursor = block.walk();
        let code = block.named_children(&mut cursor);
        let last = code.filter(|node| node.kind() != "comment").last();
        last.is_some_and(|last| last.id() == statement.id())
    })
}

fn is_plain(file: &File, assignment: Node<'_>, value: Node<'_>) -> bool {
    let operator = assignment.child_by_field_name("operator");
    let right = assignment.child_by_field_name("right");
    operator.is_some_and(|operator| file.slice(operator.byte_range()) == b"=")
        && right.is_some_and(|right| right.id() == value.id())
}

/// The tests of the local that the value is stored in, if tests are all that is done with it.
fn local(file: &File, range: &Range<usize>, name: Node<'_>) -> Value {
    let stored = Value::Elsewhere(range.start, "is stored");
    if name.kind() != "identifier" {
        return stored;
    }
    let Some(function) = file.function_at(range.start) else {
        return stored;
    };
    let text = file.text(name.byte_range()).into_owned();
    let uses = word_uses(file, &text);
    if !uses.unread.is_empty() {
        return stored;
    }
    let mut declared = 0;
    let mut tests = Vec::new();
    for used in uses.found {
        if !function.range.contains(&used.range.start) {
            continue;
        }
        match used.access {
            Access::Declaration => declared += 1,
            Access::Test => tests.push(used.range),
            Access::Write if !used.reads => {}
            Access::Unevaluated => {}
            _ if is_returned(file, &used.range) => tests.push(used.range),
            _ => {
                return Value::Elsewhere(
                    used.range.start,
                    "is stored in a local that is used otherwise",
                );
            }
        }
    }
    if declared == 1 {
        Value::Tested(tests)
    } else {
        stored
    }
}

fn is_returned(file: &File, range: &Range<usize>) -> bool {
    access_of(file, range) == Access::Read
        && node_of(file, range)
            .and_then(|node| node.parent())
            .is_some_and(|parent| parent.kind() == "return_statement")
}
