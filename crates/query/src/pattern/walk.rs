//! Ways through a syntax tree that know what stands around each node.
//!
//! tree-sitter finds a node's parent by going down from the root again; a path costs nothing.

use std::ops::Range;

use tree_sitter::Node;

use super::kinds::kinds;

/// What stands around a node, the nearest first.
pub(super) fn around<'p, 't>(path: &'p [Node<'t>]) -> impl Iterator<Item = Node<'t>> + use<'p, 't> {
    path.iter().rev().skip(1).copied()
}

/// Calls `visit` with the path (from the root, the node itself last) of every node that touches
/// `range`, outermost first. What the grammar could not read, and comments, are not entered; neither is a literal, which is
/// one token whatever words are in it.
pub(super) fn every<'t>(root: Node<'t>, range: &Range<usize>, visit: &mut dyn FnMut(&[Node<'t>])) {
    let mut cursor = root.walk();
    let mut path = vec![root];
    loop {
        let node = cursor.node();
        let touches = node.end_byte() > range.start && node.start_byte() < range.end;
        let enter = touches && !node.is_error() && node.kind_id() != kinds().comment;
        if enter {
            visit(&path);
        }
        if enter && !is_literal(node) && cursor.goto_first_child() {
            path.push(cursor.node());
            continue;
        }
        path.pop();
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
            path.pop();
        }
        path.push(cursor.node());
    }
}

/// Whether the node is a string or a character: one token, whatever the grammar makes of its parts.
fn is_literal(node: Node<'_>) -> bool {
    [kinds().string_literal, kinds().char_literal].contains(&node.kind_id())
}

/// The path to the innermost node that the byte at `offset` stands in; a literal is one.
pub(super) fn path_to(root: Node<'_>, offset: usize) -> Vec<Node<'_>> {
    let mut cursor = root.walk();
    let mut path = vec![root];
    while !is_literal(cursor.node()) && cursor.goto_first_child_for_byte(offset).is_some() {
        let node = cursor.node();
        if node.start_byte() > offset || offset >= node.end_byte() {
            break;
        }
        path.push(node);
    }
    path
}
