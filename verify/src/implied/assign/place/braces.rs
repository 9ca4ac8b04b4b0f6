//! The braces that come with an assignment next to the only statement of an `if`, an `else` or a loop.

use std::ops::Range;

use sites::statement;
use syntax::Node;

use super::Site;
use crate::implied::braces::{around, is_owner, of_other_branch, statements};
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
        braces.extend(of_other_branch(old, new));
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
