//! A walk over the nodes of a syntax tree.

use syntax::Node;

/// Visits `node` and what is in it, outer nodes first, and goes into a node where `visit` says so. One
/// cursor for all: a cursor a node costs more than the visit.
pub(crate) fn walk<'t>(node: Node<'t>, mut visit: impl FnMut(Node<'t>) -> bool) {
    let mut cursor = node.walk();
    loop {
        if visit(cursor.node()) && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}
