//! The way from a file's root down to a place: what a place is *in* decides how it is used.
//!
//! `Node::parent` walks down from the root each time it is asked, so whoever climbs asks for the
//! whole way once.

use std::ops::Range;

use tree_sitter::Node;

use crate::File;

/// Every node that spans the bytes `range`, the root first, the smallest last. `Node::parent` walks down from the root
/// each time, so whoever climbs asks for the whole way once.
#[must_use]
pub fn chain<'t>(file: &'t File, range: &Range<usize>) -> Vec<Node<'t>> {
    let mut cursor = file.root().walk();
    let mut way = vec![cursor.node()];
    while cursor.goto_first_child_for_byte(range.start).is_some() {
        // A MISSING node has no width: the child that holds the byte is a later sibling.
        while cursor.node().end_byte() <= range.start && cursor.goto_next_sibling() {}
        let node = cursor.node();
        if node.start_byte() > range.start || node.end_byte() < range.end {
            break;
        }
        way.push(node);
    }
    way
}

/// Whether `child` is what `parent` holds under the field `name`.
pub(crate) fn is_field(parent: Node<'_>, name: &str, child: Node<'_>) -> bool {
    parent
        .child_by_field_name(name)
        .is_some_and(|found| found.id() == child.id())
}

/// The operator's spelling, of an expression that has one.
pub(crate) fn operator<'t>(node: Node<'t>) -> &'t str {
    node.child_by_field_name("operator")
        .map_or("", |operator| operator.kind())
}

/// What an assignment, an increment or a decrement writes; none of other nodes.
///
/// A postfix operator binds more tightly than a prefix one (C11 6.5.2, 6.5.3); the grammar has it the other way for `!`, `-`,
/// `~` and `+`, and reads `!d->users++` as `(!d->users)++`.
#[must_use]
pub fn written(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "assignment_expression" => node.child_by_field_name("left"),
        "update_expression" => {
            let mut target = node.child_by_field_name("argument")?;
            let is_postfix = target.start_byte() == node.start_byte();
            while is_postfix && target.kind() == "unary_expression" {
                target = target.child_by_field_name("argument")?;
            }
            Some(target)
        }
        _ => None,
    }
}

/// The word that starts at `offset` of the original bytes; empty where there is none.
pub(crate) fn word_at(file: &File, offset: usize) -> &str {
    let rest = file.bytes().get(offset..).unwrap_or_default();
    let len = rest.iter().take_while(|byte| is_word(**byte)).count();
    std::str::from_utf8(rest.get(..len).unwrap_or_default()).unwrap_or_default()
}

/// Whether a byte can stand in a word.
pub(crate) fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// The starts of `word` as a whole word in `bytes`, wherever it stands.
pub(crate) fn occurrences(bytes: &[u8], word: &str) -> Vec<usize> {
    let finder = memchr::memmem::Finder::new(word);
    finder
        .find_iter(bytes)
        .filter(|&at| {
            let before = at.checked_sub(1).and_then(|i| bytes.get(i));
            let after = bytes.get(at + word.len());
            !before.is_some_and(|b| is_word(*b)) && !after.is_some_and(|b| is_word(*b))
        })
        .collect()
}
