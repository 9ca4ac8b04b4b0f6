//! What a flow graph needs to know of a file or a body before it is built.

use std::ops::Range;

use memchr::memmem;
use rustc_hash::FxHashSet;
use tree_sitter::Node;

use super::build::inside_parentheses;
use super::expression::passed_over;
use crate::File;
use crate::access::{is_unevaluating, word_at};
use crate::walk::walk;
use dialect::token::texts;

/// The functions that the file declares with the attribute `noreturn`, in one of its spellings.
pub(super) fn declared_noreturn(file: &File) -> FxHashSet<String> {
    if memmem::find(file.bytes(), b"oreturn").is_none() {
        return FxHashSet::default();
    }
    let says = |range: Range<usize>| {
        let mut words = texts(file.slice(range));
        words.any(|word| {
            matches!(
                word,
                "noreturn" | "__noreturn" | "__noreturn__" | "_Noreturn"
            )
        })
    };
    let prototypes = file.prototypes().iter();
    let prototypes = prototypes.map(|known| (&known.name, known.range.clone()));
    let functions = file.functions().iter();
    let functions = functions.map(|known| (&known.name, known.range.start..known.body.start));
    let all = prototypes.chain(functions);
    let found = all.filter(|(_, range)| says(range.clone()));
    found.map(|(name, _)| name.clone()).collect()
}

/// The operands in the body that are not evaluated, outermost ones first.
pub(super) fn unevaluated(file: &File, body: Node<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    walk(body, |node| {
        let is_one = match node.kind() {
            "sizeof_expression" => node.child_by_field_name("type").is_none(),
            "alignof_expression" | "offsetof_expression" => true,
            "call_expression" => is_unevaluating(word_at(file, node.start_byte())),
            _ => false,
        };
        if is_one {
            found.push(node.byte_range());
        } else if node.kind() == "call_expression" {
            found.extend(passed_over(file, node));
        }
        !is_one
    });
    found
}

/// Every assignment in the body, as (left side, whole).
pub(super) fn assignments(body: Node<'_>) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    walk(body, |node| {
        let left = match node.kind() {
            "assignment_expression" => node.child_by_field_name("left"),
            "update_expression" => node.child_by_field_name("argument"),
            "init_declarator" => node.child_by_field_name("declarator"),
            _ => None,
        };
        if let Some(left) = left {
            found.push((inside_parentheses(left).byte_range(), node.byte_range()));
        }
        true
    });
    found.sort_by_key(|(left, whole)| (left.start, left.end, whole.end));
    found
}
