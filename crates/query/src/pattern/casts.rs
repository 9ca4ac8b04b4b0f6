//! `(gsize) * q`: a product to the grammar, and to C, where `gsize` is a type, a cast of `*q` (C11 6.5.4). Only what the
//! name means tells them apart, so this is asked when the syntax has matched.

use std::ops::Range;

use syntax::Node;

use super::{Form, Match};
use crate::File;
use crate::types::{DefinitionSource, names_type};
use dialect::token::{Pieces, texts};
use dialect::words::{is_qualifier, is_type_word, is_typeof, looks_like_type};

/// Drops the matches that are by a product, a sum or a mask that is none.
pub(super) fn without_casts(
    pattern: &Form,
    file: &File,
    mut found: Vec<Match>,
    definitions: &dyn DefinitionSource,
) -> Vec<Match> {
    let words: Vec<&str> = texts(pattern.text.as_bytes()).collect();
    let operates = words
        .iter()
        .any(|text| matches!(*text, "*" | "&" | "+" | "-"));
    let mut pairs = words.windows(2);
    let calls =
        pairs.any(|pair| matches!(pair, [name, "("] if name.starts_with('$') && name.len() > 1));
    if !found.is_empty() && (operates || calls) {
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

/// The name in parentheses, or the `typeof()`, before an operator that is a prefix as well, or before parentheses.
pub(super) fn type_of_cast<'t>(file: &File, node: Node<'t>) -> Option<Node<'t>> {
    let left = match node.kind() {
        "binary_expression" => {
            let operator = node.child_by_field_name("operator")?;
            let operator = file.slice(operator.byte_range());
            let is_prefix = matches!(operator, b"*" | b"&" | b"+" | b"-");
            node.child_by_field_name("left").filter(|_| is_prefix)?
        }
        "call_expression" => node.child_by_field_name("function")?,
        _ => return None,
    };
    let is_parenthesized =
        left.kind() == "parenthesized_expression" && left.named_child_count() == 1;
    let name = left.named_child(0).filter(|_| is_parenthesized)?;
    let is_it = name.kind() == "identifier" || asks_for_type(file, name);
    is_it.then_some(name)
}

/// Whether it is `typeof(…)`, which the grammar takes for a call here.
fn asks_for_type(file: &File, node: Node<'_>) -> bool {
    let called = node.child_by_field_name("function");
    called.is_some_and(|called| is_typeof(file.slice(called.byte_range())))
}

/// Whether a `typedef` of the function around declares the name.
fn is_local_type(file: &File, name: &Node<'_>) -> bool {
    let Some(function) = file.function_at(name.start_byte()) else {
        return false;
    };
    let own = file.slice(name.byte_range());
    let before = function.body.start..name.start_byte();
    let mut in_typedef = false;
    let mut last: &[u8] = b"";
    let code = file.slice(before);
    for word in Pieces::new(code).filter_map(|(_, range)| code.get(range)) {
        match word {
            b"typedef" => in_typedef = true,
            b";" if in_typedef && last == own => return true,
            b";" => in_typedef = false,
            _ => {}
        }
        last = word;
    }
    false
}

/// Whether a macro of the file stands for words of a type alone: `#define GS unsigned long`.
fn is_type_by_macro(file: &File, name: &[u8]) -> bool {
    let mut macros = file.macros().iter();
    macros.any(|known| {
        let body = file.slice(known.body.clone());
        let mut words = Pieces::new(body).filter_map(|(_, range)| body.get(range));
        known.name.as_bytes() == name
            && known.params.is_none()
            && !body.trim_ascii().is_empty()
            && words.all(|word| is_type_word(word) || is_qualifier(word))
    })
}

/// Whether the name is a type's by how it is spelled, or by what the file itself says: no other file is opened for it.
pub(super) fn is_type_here(file: &File, name: Node<'_>) -> bool {
    let text = file.slice(name.byte_range());
    let mut typedefs = file.typedefs().iter();
    asks_for_type(file, name)
        || is_local_type(file, &name)
        || is_type_by_macro(file, text)
        || looks_like_type(text)
        || typedefs.any(|typedef| typedef.name.as_bytes() == text)
}

pub(super) fn is_type(file: &File, name: Node<'_>, definitions: &dyn DefinitionSource) -> bool {
    if is_type_here(file, name) {
        return true;
    }
    let text = file.slice(name.byte_range());
    let is_constant = !text.iter().any(u8::is_ascii_lowercase);
    let is_variable = || {
        let mut variables = file.variables().iter();
        variables.any(|variable| variable.name.as_bytes() == text)
    };
    !is_constant && !is_variable() && names_type(file, &name.byte_range(), definitions)
}
