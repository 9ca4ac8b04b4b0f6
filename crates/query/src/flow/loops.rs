//! Loops, and macros with a block, to steps.

use std::ops::Range;

use tree_sitter::Node;

use super::build::{Builder, Targets, children, inside_parentheses};
use super::graph::{Role, StepId};
use super::names::{self, Block};
use crate::access::MacroHead;

impl Builder<'_> {
    pub(super) fn while_statement(&mut self, node: Node<'_>) {
        let (again, body, after) = (self.join(), self.join(), self.join());
        self.loop_ends.insert(after);
        self.go(again);
        self.note_endless(node, again);
        match node.child_by_field_name("condition") {
            Some(condition) => self.condition(condition, body, after),
            None => self.lead(body),
        }
        self.body(node, body, after, Some(again));
        self.lead(again);
        self.leave(node, &[after]);
    }

    /// A macro with its block, `list_for_each_entry(…) { … }` or `scoped_guard(…) { … }`.
    pub(super) fn macro_block(&mut self, node: Node<'_>, head: MacroHead<'_>) {
        let argument = self.word(head.range.start + head.name.len() + 1);
        let kind = names::block(head.name, argument, self.file.words());
        let (body, after) = (self.join(), self.join());
        if kind == Block::Loop {
            self.loop_ends.insert(after);
            let again = self.join();
            self.go(again);
            self.opaque(head.range, body, after);
            self.body(node, body, after, Some(again));
            self.lead(again);
        } else {
            self.block_head(head.range, kind, body, after);
            self.body(node, body, after, None);
            self.lead(after);
        }
        self.leave(node, &[after]);
    }

    /// Notes a loop whose condition never ends it.
    fn note_endless(&mut self, node: Node<'_>, round: StepId) {
        let ends = node
            .child_by_field_name("condition")
            .is_some_and(|condition| self.truth_of(inside_parentheses(condition)) != Some(true));
        if !ends {
            self.endless.push((round, node.byte_range()));
        }
    }

    /// The head of a block that is no loop: `scoped_guard(…)`.
    fn block_head(&mut self, head: Range<usize>, kind: Block, body: StepId, after: StepId) {
        if kind == Block::Once {
            self.step(head, Role::Run);
            return self.lead(body);
        }
        let otherwise = self.join();
        self.opaque(head, body, otherwise);
        self.graph.join(otherwise, after);
        if kind == Block::OnceOrFails {
            self.graph.join(otherwise, self.graph.exit);
        }
    }

    /// The body of a loop or block.
    fn body(&mut self, node: Node<'_>, from: StepId, leave: StepId, again: Option<StepId>) {
        let again = again.or(Some(leave));
        self.targets.push(Targets { leave, again });
        self.at = Some(from);
        // A short macro is shown as `if`: there was no room for `while`.
        let block = node
            .child_by_field_name("body")
            .or_else(|| node.child_by_field_name("consequence"));
        if let Some(block) = block {
            self.note_body(node, block);
            if self.is_split(node, block) {
                self.note_parted(block);
            }
            self.statement(block);
        }
        self.targets.pop();
    }

    pub(super) fn do_statement(&mut self, node: Node<'_>) {
        let (body, again, after) = (self.join(), self.join(), self.join());
        self.loop_ends.insert(after);
        self.go(body);
        self.note_endless(node, body);
        self.body(node, body, after, Some(again));
        self.lead(again);
        self.at = Some(again);
        if let Some(condition) = node.child_by_field_name("condition") {
            self.condition(condition, body, after);
        }
        self.leave(node, &[after]);
    }

    pub(super) fn for_statement(&mut self, node: Node<'_>) {
        if let Some(first) = node.child_by_field_name("initializer") {
            if first.kind() == "declaration" {
                self.statement(first);
            } else {
                self.value(first);
            }
        }
        let (head, body, update, after) = (self.join(), self.join(), self.join(), self.join());
        self.loop_ends.insert(after);
        self.go(head);
        self.note_endless(node, head);
        match node.child_by_field_name("condition") {
            Some(condition) => self.condition(condition, body, after),
            None => self.lead(body),
        }
        self.body(node, body, after, Some(update));
        self.lead(update);
        self.at = Some(update);
        if let Some(expression) = node.child_by_field_name("update") {
            self.value(expression);
        }
        self.lead(head);
        self.leave(node, &[after]);
    }

    /// A block that may run any number of times.
    pub(super) fn unknown_block(&mut self, node: Node<'_>) {
        let body = node.child_by_field_name("body").unwrap_or(node);
        let (again, after) = (self.join(), self.join());
        self.go(again);
        self.lead(after);
        self.targets.push(Targets {
            leave: after,
            again: Some(again),
        });
        self.list(&children(body));
        self.targets.pop();
        self.lead(again);
        self.at = Some(after);
    }
}
