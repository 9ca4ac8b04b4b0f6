//! Statements as anchors: which one a pattern means, and where another can stand beside it.

use std::ops::Range;

use query::File;
use schema::model::Side;
use syntax::Node;

use crate::inline;
use crate::place;
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
pub(crate) struct Anchor<'f> {
    /// The first of them.
    pub(crate) first: Node<'f>,
    /// The last of them.
    pub(crate) last: Node<'f>,
}

/// The statement that the code at `range` is, or is all of but for what is made of its value; none where
/// it is a part of something else: a condition, an argument.
pub(crate) fn of<'f>(file: &'f File, range: &Range<usize>) -> Option<Anchor<'f>> {
    let node = inline::expression(file, range)?;
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
pub(crate) fn in_list(file: &File, node: Node<'_>) -> Result<(), Unresolved> {
    match node.parent() {
        Some(parent) if LISTS.contains(&parent.kind()) => Ok(()),
        _ => Err(Unresolved::unfit(
            "the statement is all that an `if`, `else` or loop without braces has; nothing can stand beside it",
        )
        .at(file, node.start_byte())),
    }
}

/// The line start at which a statement beside the anchor is put in.
///
/// # Errors
/// Nothing can stand there: see the message.
pub(crate) fn beside(file: &File, anchor: Anchor<'_>, side: Side) -> Result<usize, Unresolved> {
    match side {
        Side::Before => before(file, anchor.first),
        Side::After => after(file, anchor.last),
    }
}

fn before(file: &File, node: Node<'_>) -> Result<usize, Unresolved> {
    in_list(file, node)?;
    if node.kind() == "declaration" {
        return Err(Unresolved::unfit(
            "a statement before this declaration would mix code and declarations",
        )
        .at(file, node.start_byte()));
    }
    let start = node.start_byte();
    if !file
        .text(place::line_start(file, start)..start)
        .trim()
        .is_empty()
    {
        return Err(
            Unresolved::unfit("other code stands before the statement on its line").at(file, start),
        );
    }
    Ok(place::with_comment_above(file, start))
}

/// After a declaration means after the last of those that it is among: C90's order, which gcc and
/// checkpatch hold the kernel to.
fn after(file: &File, node: Node<'_>) -> Result<usize, Unresolved> {
    in_list(file, node)?;
    let mut last = node;
    let mut next = node
        .next_named_sibling()
        .filter(|_| node.kind() == "declaration");
    while let Some(sibling) = next {
        match sibling.kind() {
            "declaration" => last = sibling,
            "comment" => {}
            _ => break,
        }
        next = sibling.next_named_sibling();
    }
    let end = last.end_byte();
    let rest = file
        .text(end..place::line_end(file, end.saturating_sub(1)))
        .trim()
        .to_owned();
    if !rest.is_empty() && !rest.starts_with("/*") && !rest.starts_with("//") {
        return Err(
            Unresolved::unfit("other code stands behind the statement on its line").at(file, end),
        );
    }
    Ok(place::end_with_trailing_comment(file, end))
}
