//! The braces that come with an assignment next to the only statement of an `if`, an `else` or a loop.

use std::ops::Range;

use sites::statement;
use syntax::Node;

use super::Site;
use crate::nodes::between;

impl<'a> Site<'a> {
    /// The new braces: those around the anchor and its assignment, where the anchor was alone before, and those that its
    /// other branch gets with them, as the coding style wants it.
    pub(super) fn new_braces(&self) -> Vec<Range<usize>> {
        self.braces().unwrap_or_default()
    }

    fn braces(&self) -> Option<Vec<Range<usize>>> {
        let (before, anchor) = self.before.as_ref()?;
        let old = statement::of(before, anchor)?.first;
        let new = self
            .block()
            .filter(|block| block.kind() == "compound_statement")?;
        let (old_owner, new_owner) = (old.parent()?, new.parent()?);
        let was_alone = is_owner(old_owner) && old_owner.kind() == new_owner.kind();
        if !was_alone || !self.holds_just_them(new) {
            return None;
        }
        let mut braces = around(new);
        if let (Some(old), Some(new)) = (other_branch(old), other_branch(new)) {
            let was_bare = old.kind() != "compound_statement" && old.kind() != "if_statement";
            if was_bare && new.kind() == "compound_statement" && statements(new).len() == 1 {
                braces.extend(around(new));
            }
        }
        Some(braces)
    }

    /// Nothing but the anchor, its assignment, and what else the spec puts between them.
    fn holds_just_them(&self, block: Node<'a>) -> bool {
        let (Some(anchor), Some(own)) = (self.anchor_statement(), self.outermost()) else {
            return false;
        };
        let (first, second) = if anchor.start_byte() < own.start_byte() {
            (anchor, own)
        } else {
            (own, anchor)
        };
        let others = between(first, second)
            .into_iter()
            .filter(|node| self.is_of_other_change(*node));
        statements(block).len() == others.count() + 2
    }
}

fn is_owner(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "if_statement" | "else_clause" | "while_statement" | "for_statement" | "do_statement"
    )
}

fn around(block: Node<'_>) -> Vec<Range<usize>> {
    vec![
        block.start_byte()..block.start_byte() + 1,
        block.end_byte() - 1..block.end_byte(),
    ]
}

fn statements(block: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = block.walk();
    block
        .named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

/// What is done where the condition is the other way round.
fn other_branch(branch: Node<'_>) -> Option<Node<'_>> {
    let owner = branch.parent()?;
    match owner.kind() {
        "if_statement" => {
            let clause = owner.child_by_field_name("alternative")?;
            statements(clause).into_iter().next()
        }
        "else_clause" => owner.parent()?.child_by_field_name("consequence"),
        _ => None,
    }
}
