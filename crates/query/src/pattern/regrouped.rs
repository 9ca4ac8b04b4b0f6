//! What the grammar groups otherwise than C: `!n++` is `!(n++)`, not `(!n)++` (C11 6.5.2 and 6.5.3), and `(u8)-1` is a cast of
//! `-1` where `u8` is a type, not a difference (6.5.4).

use std::ops::Range;

use syntax::Node;

use super::casts::{is_type_here, type_of_cast};
use super::constraint::Asked;
use crate::File;
use crate::access::{operator, written};

/// The range of the expression in the last node of `path` that is one to C and none to the grammar.
pub(super) fn expression(asked: Asked<'_>, node: Node<'_>) -> Option<Range<usize>> {
    match node.kind() {
        "update_expression" => stepped(node),
        "binary_expression" => cast_operand(asked.file, node),
        _ => None,
    }
}

/// `n++` of `!n++`.
fn stepped(node: Node<'_>) -> Option<Range<usize>> {
    let inner = node.child_by_field_name("argument")?;
    let is_postfix = inner.start_byte() == node.start_byte();
    if !is_postfix || inner.kind() != "unary_expression" {
        return None;
    }
    Some(written(node)?.start_byte()..node.end_byte())
}

/// `-1` of `(u8)-1`.
fn cast_operand(file: &File, node: Node<'_>) -> Option<Range<usize>> {
    if !matches!(operator(node), "-" | "+" | "*" | "&") {
        return None;
    }
    let name = type_of_cast(file, node)?;
    let sign = node.child_by_field_name("operator")?;
    is_type_here(file, name).then(|| sign.start_byte()..node.end_byte())
}
