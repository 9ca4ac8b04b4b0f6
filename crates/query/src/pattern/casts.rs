//! `(gsize) * q`: a product to the grammar, and to C, where `gsize` is a type, a cast of `*q` (C11 6.5.4). Only what the
//! name means tells them apart, so this is asked when the syntax has matched.

use std::ops::Range;

use syntax::Node;

use super::{Form, Match};
use crate::File;
use crate::types::{DefinitionSource, names_type};
use dialect::token::texts;
use dialect::words::looks_like_type;

/// Drops the matches that are by a product, a sum or a mask that is none.
pub(super) fn without_casts(
    pattern: &Form,
    file: &File,
    mut found: Vec<Match>,
    definitions: &dyn DefinitionSource,
) -> Vec<Match> {
    let asks = || texts(pattern.text.as_bytes()).any(|text| matches!(text, "*" | "&" | "+" | "-"));
    if !found.is_empty() && asks() {
        found.retain(|one| !has_cast(file, one, definitions));
    }
    found
}

/// Whether what matched, metavariables apart, has such a cast.
fn has_cast(file: &File, found: &Match, definitions: &dyn DefinitionSource) -> bool {
    let Some(node) = file.node_at(found.range.clone()) else {
        return false;
    };
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        let range = node.byte_range();
        let is_apart = range.end <= found.range.start || found.range.end <= range.start;
        let is_bound = |range: &Range<usize>| {
            let mut bound = found.bindings.values();
            bound.any(|b| b.range.start <= range.start && range.end <= b.range.end)
        };
        if is_apart || is_bound(&range) {
            continue;
        }
        // A pattern with the name itself reads as the code does.
        let cast = type_of_cast(file, node).filter(|name| is_bound(&name.byte_range()));
        if cast.is_some_and(|name| is_type(file, name, definitions)) {
            return true;
        }
        let mut cursor = node.walk();
        pending.extend(node.named_children(&mut cursor));
    }
    false
}

/// The name in parentheses before an operator that is a prefix as well.
fn type_of_cast<'t>(file: &File, node: Node<'t>) -> Option<Node<'t>> {
    if node.kind() != "binary_expression" {
        return None;
    }
    let operator = node.child_by_field_name("operator")?;
    let is_prefix = matches!(file.slice(operator.byte_range()), b"*" | b"&" | b"+" | b"-");
    let left = node.child_by_field_name("left")?;
    let is_parenthesized =
        left.kind() == "parenthesized_expression" && left.named_child_count() == 1;
    let name = left.named_child(0)?;
    (is_prefix && is_parenthesized && name.kind() == "identifier").then_some(name)
}

pub(super) fn is_type(file: &File, name: Node<'_>, definitions: &dyn DefinitionSource) -> bool {
    let text = file.slice(name.byte_range());
    let is_constant = !text.iter().any(u8::is_ascii_lowercase);
    let is_variable = || {
        let mut variables = file.variables().iter();
        variables.any(|variable| variable.name.as_bytes() == text)
    };
    let mut typedefs = file.typedefs().iter();
    if looks_like_type(text) || typedefs.any(|typedef| typedef.name.as_bytes() == text) {
        return true;
    }
    !is_constant && !is_variable() && names_type(file, &name.byte_range(), definitions)
}
