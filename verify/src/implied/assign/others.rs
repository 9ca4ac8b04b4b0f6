//! The other assignments to the location: those that were there before, and those that other changes declare.

use query::File;
use query::pattern::Pattern;
use schema::model::{Change, ChangeKind};
use syntax::Node;
use syntax::items::Function;

use super::{Declared, as_written, assignments, is_evaluated};
use crate::finding::Finding;
use crate::implied::Ctx;
use crate::nodes::{code_sibling, normal};

/// What else the function assigns to the location: what it did before the series, and what other changes of the spec
/// declare.
pub(super) struct Others<'a> {
    pub(super) ctx: &'a Ctx<'a>,
    pub(super) file: &'a File,
    pub(super) function: &'a Function,
    pub(super) declared: &'a Declared,
    /// How many places the function has for this change.
    pub(super) sites: usize,
    /// The tree before, and where in it the anchor is.
    pub(super) before: Option<(&'a File, usize)>,
}

impl Others<'_> {
    pub(super) fn too_many(&self, count: usize) -> Finding {
        self.ctx.violated(
            "exactly-one",
            format!(
                "{}(): `{}` is assigned {count} times; the spec declares one assignment",
                self.function.name, self.declared.location
            ),
        )
    }

    /// What is wrong with the others, if anything is.
    pub(super) fn fault(&self, own: Node<'_>, all: &[Node<'_>]) -> Option<Finding> {
        let text = |file: &File, node: Node<'_>| normal(file.slice(node.byte_range()));
        let declared = set_by_others(self.ctx);
        let is_declared = |node: Node<'_>| {
            declared.iter().any(|set| {
                let found = self.ctx.is(self.file, set, node.byte_range());
                matches!(found, Ok(Some(_)))
            })
        };
        let own_text = text(self.file, own);
        let mut siblings = self.sites.saturating_sub(1);
        let mut left: Vec<Node<'_>> = Vec::new();
        for node in all.iter().filter(|node| node.id() != own.id()) {
            if siblings > 0 && text(self.file, *node) == own_text {
                siblings -= 1;
            } else if !is_declared(*node) {
                left.push(*node);
            }
        }
        match self.before {
            Some((before, at)) => {
                let mut had: Vec<String> = self.had(before, at);
                left.retain(|node| {
                    let text = text(self.file, *node);
                    let known = had.iter().position(|had| *had == text);
                    known.map(|known| had.swap_remove(known)).is_none()
                });
                (!left.is_empty()).then(|| self.too_many(all.len()))
            }
            None => self.landed(own, &own_text, &left, all.len()),
        }
    }

    /// What the function of the tree before assigns to the location.
    fn had(&self, before: &File, at: usize) -> Vec<String> {
        let Some(function) = before.function_at(at) else {
            return Vec::new();
        };
        let all = assignments(self.ctx, before, &function.body, &self.declared.location);
        all.into_iter()
            .filter(|node| !before.is_dead(node.start_byte()) && is_evaluated(before, *node))
            .map(|node| normal(before.slice(node.byte_range())))
            .collect()
    }

    /// Without a tree before it cannot be told what the function assigned then: to set what was something else is ordinary,
    /// to set it twice, or to undo it at once, is not.
    fn landed(
        &self,
        own: Node<'_>,
        own_text: &str,
        left: &[Node<'_>],
        count: usize,
    ) -> Option<Finding> {
        let is_same = |node: &&Node<'_>| normal(self.file.slice(node.byte_range())) == own_text;
        let next = own
            .parent()
            .and_then(|statement| code_sibling(statement, true));
        let undone = left
            .iter()
            .any(|node| node.parent() == next && next.is_some());
        let outer = self.outer_next(own);
        let undone = undone
            || left
                .iter()
                .any(|node| node.parent() == outer && outer.is_some());
        if undone || left.iter().any(|node| is_same(&node)) {
            return Some(self.too_many(count));
        }
        let later = left
            .iter()
            .find(|node| node.start_byte() > own.start_byte())?;
        let line = self.file.line_of(later.start_byte());
        let message = format!(
            "{}(): `{}` is assigned again in line {line}; whether it was so before cannot be told from the tree",
            self.function.name, self.declared.location
        );
        Some(self.ctx.unknown("exactly-one", message))
    }

    /// What follows the `if` that the assignment is under.
    fn outer_next<'n>(&self, own: Node<'n>) -> Option<Node<'n>> {
        let mut node = own.parent()?;
        while node.parent()?.kind() != "compound_statement" || node.kind() != "if_statement" {
            node = node.parent()?;
            if node.kind() == "function_definition" {
                return None;
            }
        }
        code_sibling(node, true)
    }
}

/// What the other `assign`s of the spec set.
pub(super) fn set_by_others(ctx: &Ctx<'_>) -> Vec<Pattern> {
    let spec = ctx.comparison.spec;
    spec.changes()
        .filter(|change| change.id != ctx.change.id)
        .flat_map(Change::forms)
        .filter_map(|body| match &body.kind {
            ChangeKind::Assign(other) => as_written(other.set.text(), &spec.isomorphisms).ok(),
            _ => None,
        })
        .collect()
}
