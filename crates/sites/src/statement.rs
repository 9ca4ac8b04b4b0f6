//! Statements as anchors: which one a match means.

use std::ops::Range;

use query::File;
use syntax::Node;

use crate::unresolved::Unresolved;

/// What statements stand in: one with such a parent is one of a list.
const LISTS: &[&str] = &[
    "compound_statement",
    "case_statement",
    "labeled_statement",
    "preproc_if",
    "preproc_ifdef",
    "preproc_elif",
    "preproc_elifdef",
    "preproc_else",
];

/// The statements or declarations that an anchor is: mostly one, of which the first is the last.
#[derive(Clone, Copy, Debug)]
pub struct Anchor<'f> {
    /// The first of them.
    pub first: Node<'f>,
    /// The last of them.
    pub last: Node<'f>,
}

/// The statement that the code at `range` is, or is all of but for what is made of its value; none where
/// it is a part of something else: a condition, an argument.
#[must_use]
pub fn of<'f>(file: &'f File, range: &Range<usize>) -> Option<Anchor<'f>> {
    let node = whole_node(file, range)?;
    if node.byte_range() == *range || is_statement(node) && node.end_byte() <= range.end + 1 {
        let statement = statement_around(node)?;
        return Some(Anchor {
            first: statement,
            last: statement,
        });
    }
    // A run of statements: the smallest node around it is the block.
    let mut cursor = node.walk();
    let children: Vec<Node<'f>> = node.named_children(&mut cursor).collect();
    let first = children
        .iter()
        .find(|child| child.start_byte() == range.start)?;
    let last = children
        .iter()
        .find(|child| child.end_byte() == range.end)?;
    (is_statement(*first) && is_statement(*last)).then_some(Anchor {
        first: *first,
        last: *last,
    })
}

fn is_statement(node: Node<'_>) -> bool {
    node.kind().ends_with("_statement") || node.kind() == "declaration"
}

/// The statement that computes the value of an expression, and nothing that decides by it.
fn statement_around(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    loop {
        if is_statement(at) {
            return Some(at);
        }
        let parent = at.parent()?;
        let passes = matches!(
            parent.kind(),
            "expression_statement"
                | "declaration"
                | "return_statement"
                | "init_declarator"
                | "assignment_expression"
                | "parenthesized_expression"
                | "cast_expression"
        );
        if !passes {
            return None;
        }
        at = parent;
    }
}

/// Whether another statement can stand beside this one without ending what it is the body of.
///
/// # Errors
/// It is the only statement of an `if`, `else` or loop without braces.
pub fn in_list(file: &File, node: Node<'_>) -> Result<(), Unresolved> {
    match node.parent() {
        Some(parent) if LISTS.contains(&parent.kind()) => Ok(()),
        _ => Err(Unresolved::unfit(
            "the statement is all that an `if`, `else` or loop without braces has; nothing can stand beside it",
        )
        .at(file, node.start_byte())),
    }
}

/// The largest node that spans just `range`, parentheses around it left out.
#[must_use]
pub fn whole_node<'f>(file: &'f File, range: &Range<usize>) -> Option<Node<'f>> {
    let mut node = file.node_at(range.clone())?;
    while let Some(parent) = node.parent().filter(|parent| parent.byte_range() == *range) {
        node = parent;
    }
    Some(node)
}
