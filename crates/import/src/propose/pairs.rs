//! What an edit changes of a statement: from all of it down to the smallest part that differs.

use std::ops::Range;

use query::File;
use sites::block;
use syntax::Node;

use super::Asked;

/// Longer code is no pattern that a person would write.
pub(crate) const LONGEST: usize = 320;

/// The smallest nodes that differ between two trees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'f> {
    pub(crate) old: Node<'f>,
    pub(crate) new: Node<'f>,
}

/// The statement, or the declaration, that the edit is in.
pub(crate) fn statements<'f>(asked: &Asked<'f>) -> Option<Pair<'f>> {
    let edit = asked.edit;
    let mut new = text_range(&edit.after, &edit.new);
    let mut old = text_range(&edit.before, &edit.old);
    // A comment behind both is no part of what changes.
    let comments = (
        comment_behind(&edit.before, &old),
        comment_behind(&edit.after, &new),
    );
    if let (Some(was), Some(is)) = comments
        && edit.before.slice(was..old.end) == edit.after.slice(is..new.end)
    {
        old = text_range(&edit.before, &(old.start..was));
        new = text_range(&edit.after, &(new.start..is));
    }
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
pub(crate) fn outermost(pair: Pair<'_>) -> Pair<'_> {
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

pub(crate) fn is_statement(node: Node<'_>) -> bool {
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

/// Where the comment begins that is the last of some bytes, and not the first.
pub(crate) fn comment_behind(file: &File, range: &Range<usize>) -> Option<usize> {
    let node = file.node_at(range.end.checked_sub(1)?..range.end)?;
    let start = node.start_byte();
    let is_last = node.kind() == "comment" && node.end_byte() == range.end;
    (is_last && range.start < start).then_some(start)
}

/// The bytes without the white space at both ends.
pub(crate) fn text_range(file: &File, range: &Range<usize>) -> Range<usize> {
    let text = file.slice(range.clone());
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace());
    let end = text.iter().rposition(|byte| !byte.is_ascii_whitespace());
    match (start, end) {
        (Some(start), Some(end)) => range.start + start..range.start + end + 1,
        _ => range.clone(),
    }
}

/// From two nodes down to the smallest that differ, as long as all else is the same.
pub(crate) fn descend<'f>(before: &File, after: &File, whole: Pair<'f>) -> Vec<Pair<'f>> {
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
