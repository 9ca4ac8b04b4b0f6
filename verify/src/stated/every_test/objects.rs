//! Objects that are tested by their own names, and are what a pointer points to, or a copy of that.

use query::File;
use syntax::Node;

use crate::nodes::{condition_or_statement, normal, operator};

/// Whether an object is an element of what a pointer points to, has its address taken right there, or is a local that is
/// given the whole of what a pointer points to.
pub(super) fn may_be_meant(file: &File, object: Node<'_>) -> bool {
    match object.kind() {
        "subscript_expression" => true,
        "pointer_expression" => operator(file, object) == Some(b"&"),
        "identifier" => is_copy(file, object),
        _ => false,
    }
}

/// Whether the function assigns `*p` or `p[i]` to the local of that name, or declares it with that value.
fn is_copy(file: &File, object: Node<'_>) -> bool {
    let Some(function) = file.function_at(object.start_byte()) else {
        return false;
    };
    let name = file.slice(object.byte_range());
    let mut pending: Vec<Node<'_>> = file.node_at(function.body.clone()).into_iter().collect();
    while let Some(node) = pending.pop() {
        let fields = match node.kind() {
            "assignment_expression" => Some(("left", "right")),
            "init_declarator" => Some(("declarator", "value")),
            _ => None,
        };
        if let Some((left, right)) = fields {
            let left = node.child_by_field_name(left);
            let is_it = left.is_some_and(|left| file.slice(left.byte_range()) == name);
            let value = node.child_by_field_name(right);
            let is_through = value.is_some_and(|value| {
                value.kind() == "subscript_expression"
                    || value.kind() == "pointer_expression" && operator(file, value) == Some(b"*")
            });
            if is_it && is_through {
                return true;
            }
        }
        let mut cursor = node.walk();
        pending.extend(node.children(&mut cursor));
    }
    false
}

/// Whether the condition, or the statement, that a test is in has the text as well.
pub(super) fn is_beside(file: &File, test: Node<'_>, text: &str) -> bool {
    condition_or_statement(test).is_some_and(|around| {
        let around = normal(file.slice(around.byte_range()));
        let wanted = normal(text.as_bytes());
        format!(" {around} ").contains(&format!(" {wanted} "))
    })
}
