//! A condition negated, an operator swapped for one that it is easily confused with.

use syntax::Node;

use crate::edit::{Edit, Mutation};
use crate::material::{Material, Patched};
use crate::nodes::{brief, is_own, own, text_of, touched};

/// What is written by mistake for what.
const SWAPS: &[(&str, &[&str])] = &[
    ("&&", &["||", "&", "=="]),
    ("||", &["&&", "|", "=="]),
    ("&", &["|", "&&", "^"]),
    ("|", &["&", "||", "^"]),
    ("==", &["!=", "=", ">="]),
    ("!=", &["==", ">", "="]),
    ("<", &["<=", ">", "!="]),
    ("<=", &["<", ">=", "=="]),
    (">", &[">=", "<", "!="]),
    (">=", &[">", "<=", "=="]),
    ("+", &["-", "|"]),
    ("-", &["+"]),
    ("<<", &[">>"]),
    (">>", &["<<"]),
    ("=", &["|=", "&=", "^=", "+=", "-=", "=="]),
    ("|=", &["=", "&=", "^=", "+="]),
    ("&=", &["=", "|=", "^="]),
];

/// Operands that are a truth by themselves.
const TRUTHS: &[&str] = &[
    "field_expression",
    "identifier",
    "call_expression",
    "unary_expression",
];

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for patched in material.c_files() {
        for node in touched(patched, &["binary_expression", "assignment_expression"]) {
            swapped(patched, node, &mut found);
        }
        for node in own(patched, &["parenthesized_expression"]) {
            let is_condition = node.parent().is_some_and(|parent| {
                parent.child_by_field_name("condition").map(|one| one.id()) == Some(node.id())
            });
            if is_condition {
                negated(patched, node, &mut found);
            }
        }
        for node in own(patched, TRUTHS) {
            let is_operand = node.parent().is_some_and(|parent| {
                matches!(
                    parent.kind(),
                    "binary_expression" | "return_statement" | "parenthesized_expression"
                )
            });
            if is_operand {
                negated(patched, node, &mut found);
            }
        }
    }
    found
}

fn swapped(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let Some(operator) = node.child_by_field_name("operator") else {
        return;
    };
    if !is_own(patched, &operator.byte_range()) {
        return;
    }
    let old = text_of(file, operator);
    let others = SWAPS.iter().find(|(from, _)| *from == old);
    for new in others.into_iter().flat_map(|(_, to)| to.iter()) {
        let what = format!("`{new}` for `{old}` in `{}`", brief(&text_of(file, node)));
        let edit = Edit::replace(operator.byte_range(), *new);
        found.push(Mutation::of(file, operator.start_byte(), what, vec![edit]));
    }
}

fn negated(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let text = text_of(file, node);
    let mut push = |what: String, new: String| {
        let edit = Edit::replace(node.byte_range(), new);
        found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
    };
    let shown = brief(&text);
    if let Some(plain) = text.strip_prefix('!') {
        push(format!("drop the `!` of `{shown}`"), plain.to_owned());
        push(format!("`!!` for the `!` of `{shown}`"), format!("!{text}"));
    } else if text.starts_with('(') {
        push(format!("negate `{shown}`"), format!("(!{text})"));
    } else {
        push(format!("negate `{shown}`"), format!("!({text})"));
        push(format!("`~` before `{shown}`"), format!("~{text}"));
    }
}
