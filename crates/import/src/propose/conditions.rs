//! A condition that gets an operand, or becomes another.

use query::File;
use sites::block;
use syntax::Node;

use super::pairs::{Pair, descend, is_statement, statements};
use super::{Asked, Proposal};
use crate::table::Table;
use crate::words::one_line;

/// `test`
pub(super) fn tested(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let (Some(function), Some(whole)) = (asked.function(), statements(asked)) else {
        return Vec::new();
    };
    let mut pairs = descend(&edit.before, &edit.after, whole);
    // From the whole condition down to the part that differs.
    let Some(at) = pairs.iter().position(|pair| is_condition(pair.old)) else {
        return Vec::new();
    };
    let parts = pairs.split_off(at);
    let table = asked.table("test").with("function", &function);
    said((&edit.before, &edit.after), &parts, &table)
}

/// What changes of a condition, from all of it down to the part that differs.
pub(crate) fn said(
    (before, after): (&File, &File),
    parts: &[Pair<'_>],
    table: &Table,
) -> Vec<Proposal> {
    let mut found = Vec::new();
    for pair in parts.iter().filter(|pair| is_truth(pair.old)) {
        let (Some(old), Some(new)) = (bare(before, pair.old), bare(after, pair.new)) else {
            continue;
        };
        let of = table;
        let table = table.clone().with("where", &old);
        for (key, operator) in [("or", "||"), ("and", "&&")] {
            if let Some(added) = added_operand(after, pair.new, operator, &old) {
                found.push(vec![table.clone().with(key, &added)]);
                // The last operand tells a long condition as well.
                if let Some(last) = last_operand(before, pair.old, operator) {
                    let table = of.clone().with("where", &last);
                    found.push(vec![table.with(key, &added)]);
                }
            }
        }
        found.push(vec![table.with("with", &new)]);
    }
    // The smallest part that is a truth says it best.
    found.reverse();
    found.sort_by_key(|proposal| {
        let text = proposal.first().map_or("", |table| table.text());
        u8::from(text.contains("\nwith = "))
    });
    found
}

/// Whether a statement is the same one with a part of it changed.
pub(super) fn is_edited(asked: &Asked<'_>) -> bool {
    let edit = asked.edit;
    let pairs = statements(asked).map(|whole| descend(&edit.before, &edit.after, whole));
    pairs.is_some_and(|pairs| pairs.last().is_some_and(|pair| !is_statement(pair.old)))
}

/// Text without the parentheses around all of it.
fn bare(file: &File, node: Node<'_>) -> Option<String> {
    let mut node = node;
    while node.kind() == "parenthesized_expression" && node.named_child_count() == 1 {
        node = node.named_child(0)?;
    }
    one_line(file, node.byte_range())
}

/// Whether it is what an `if` or a loop asks.
fn is_condition(node: Node<'_>) -> bool {
    let parent = node.parent();
    parent.is_some_and(|parent| {
        matches!(
            parent.kind(),
            "if_statement" | "while_statement" | "do_statement" | "for_statement"
        ) && parent.child_by_field_name("condition") == Some(node)
    })
}

/// Whether it is asked for its truth alone, given that what it is in is.
fn is_truth(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    is_condition(node)
        || match parent.kind() {
            "parenthesized_expression" => is_truth(parent),
            "binary_expression" => {
                let operator = parent.child_by_field_name("operator");
                operator.is_some_and(|operator| matches!(operator.kind(), "&&" | "||"))
                    && is_truth(parent)
            }
            "unary_expression" => {
                let operator = parent.child_by_field_name("operator");
                operator.is_some_and(|operator| operator.kind() == "!") && is_truth(parent)
            }
            _ => false,
        }
}

/// The last of several operands.
fn last_operand(file: &File, node: Node<'_>, operator: &str) -> Option<String> {
    let mut node = node;
    while node.kind() == "parenthesized_expression" {
        node = node.named_child(0)?;
    }
    let is_it = node.kind() == "binary_expression"
        && node.child_by_field_name("operator")?.kind() == operator;
    is_it.then(|| bare(file, node.child_by_field_name("right")?))?
}

/// What the new condition has behind the old one.
fn added_operand(file: &File, new: Node<'_>, operator: &str, old: &str) -> Option<String> {
    let mut node = new;
    while node.kind() == "parenthesized_expression" {
        node = node.named_child(0)?;
    }
    let is_it = node.kind() == "binary_expression"
        && node.child_by_field_name("operator")?.kind() == operator;
    let (left, right) = is_it.then(|| {
        Some((
            node.child_by_field_name("left")?,
            node.child_by_field_name("right")?,
        ))
    })??;
    let same = |node: Node<'_>| {
        bare(file, node)
            .is_some_and(|text| block::code(text.as_bytes()) == block::code(old.as_bytes()))
    };
    if same(left) {
        return one_line(file, right.byte_range());
    }
    // `(a && b) && c` with `a` the old one.
    let inner = added_operand(file, left, operator, old)?;
    Some(format!(
        "{inner} {operator} {}",
        one_line(file, right.byte_range())?
    ))
}
