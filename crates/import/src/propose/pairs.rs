//! What an edit changes of a statement: from all of it down to the smallest part that differs.

use std::ops::Range;

use query::File;
use sites::block;
use syntax::Node;

use super::Asked;

/// Longer code is no pattern that a person would write.
pub(super) const LONGEST: usize = 320;

/// The smallest nodes that differ between two trees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'f> {
    pub(super) old: Node<'f>,
    pub(super) new: Node<'f>,
}

/// The statement, or the declaration, that the edit is in.
pub(super) fn statements<'f>(asked: &Asked<'f>) -> Option<Pair<'f>> {
    let edit = asked.edit;
    let new = text_range(&edit.after, &edit.new);
    let old = text_range(&edit.before, &edit.old);
    let mut node = edit.after.node_at(new)?;
    loop {
        let starts_there = node.start_byte();
        let is_whole = is_statement(node) && {
            let first = if starts_there < edit.new.start {
                starts_there
            } else {
                old.start
            };
            let other = edit.before.root().descendant_for_byte_range(first, first)?;
            let mut other = Some(other);
            while let Some(at) = other {
                if at.start_byte() != first {
                    break;
                }
                if at.kind() == node.kind() && at.end_byte() >= old.end {
                    return Some(outermost(Pair { old: at, new: node }));
                }
                other = at.parent();
            }
            false
        };
        if is_whole {
            return None;
        }
        node = node.parent()?;
        if matches!(node.kind(), "function_definition" | "translation_unit") {
            return None;
        }
    }
}

/// The largest statement around that is still short: the `if` that a `return` is all of.
fn outermost(pair: Pair<'_>) -> Pair<'_> {
    let mut widest = pair;
    let mut at = pair;
    while let (Some(old), Some(new)) = (at.old.parent(), at.new.parent()) {
        let is_short = old.byte_range().len() <= LONGEST && old.kind() == new.kind();
        if !is_short || old.kind() == "function_definition" {
            break;
        }
        at = Pair { old, new };
        if is_statement(old) {
            widest = at;
        }
    }
    widest
}

pub(super) fn is_statement(node: Node<'_>) -> bool {
    node.kind().ends_with("_statement") && node.kind() != "compound_statement"
        || matches!(
            node.kind(),
            "declaration"
                | "field_declaration"
                | "type_definition"
                | "initializer_pair"
                | "enumerator"
        )
}

/// The bytes without the white space at both ends.
fn text_range(file: &File, range: &Range<usize>) -> Range<usize> {
    let text = file.slice(range.clone());
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace());
    let end = text.iter().rposition(|byte| !byte.is_ascii_whitespace());
    match (start, end) {
        (Some(start), Some(end)) => range.start + start..range.start + end + 1,
        _ => range.clone(),
    }
}

/// From two nodes down to the smallest that differ, as long as all else is the same.
pub(super) fn descend<'f>(before: &File, after: &File, whole: Pair<'f>) -> Vec<Pair<'f>> {
    let code = |file: &File, node: Node<'_>| block::code(file.slice(node.byte_range()));
    let mut pairs = vec![whole];
    let mut at = whole;
    loop {
        if at.old.kind() != at.new.kind() || at.old.child_count() != at.new.child_count() {
            return pairs;
        }
        let (mut left, mut right) = (at.old.walk(), at.new.walk());
        let children = at.old.children(&mut left).zip(at.new.children(&mut right));
        let mut differing = children.filter(|(old, new)| code(before, *old) != code(after, *new));
        let Some((old, new)) = differing.next() else {
            return pairs;
        };
        if differing.next().is_some() {
            return pairs;
        }
        at = Pair { old, new };
        pairs.push(at);
    }
}
