//! Loops, and macros with a block, to steps.

use tree_sitter::Node;

use super::build::{Builder, Targets, children};
use super::graph::{Role, StepId};
use super::names::{self, Block};

impl Builder<'_> {
    pub(super) fn while_statement(&mut self, node: Node<'_>) {
        let name = self.word(node.start_byte());
        let argument = node
            .child_by_field_name("condition")
            .map_or("", |condition| self.word(condition.start_byte() + 1));
        let kind = if name == "while" {
            Block::Loop
        } else {
            names::block(name, argument)
        };
        let (body, after) = (self.join(), self.join());
        if kind == Block::Loop {
            self.loop_ends.insert(after);
            let again = self.join();
            self.go(again);
            self.head(node, "while", body, after);
            self.body(node, body, after, Some(again));
            self.lead(again);
        } else {
            self.block_head(node, kind, body, after);
            self.body(node, body, after, None);
            self.lead(after);
        }
        self.leave(node, &[after]);
    }

    /// The head of a block that is no loop: `scoped_guard(…)`.
    fn block_head(&mut self, node: Node<'_>, kind: Block, body: StepId, after: StepId) {
        let end = node
            .child_by_field_name("condition")
            .map_or(node.start_byte(), |condition| condition.end_byte());
        let head = node.start_byte()..end;
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
        if let Some(body) = node.child_by_field_name("body") {
            self.statement(body);
        }
        self.targets.pop();
    }

    pub(super) fn do_statement(&mut self, node: Node<'_>) {
        let (body, again, after) = (self.join(), self.join(), self.join());
        self.loop_ends.insert(after);
        self.go(body);
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
