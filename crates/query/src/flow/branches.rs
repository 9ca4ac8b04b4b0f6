//! `if` and `switch` to steps.

use std::ops::Range;

use dialect::token::integer;
use tree_sitter::Node;

use super::arms::arm_of;
use super::build::{Builder, Targets, children, inside_parentheses};
use super::graph::{Role, StepId};

impl Builder<'_> {
    pub(super) fn if_statement(&mut self, node: Node<'_>) {
        let mut ends = Vec::new();
        let mut present = Some(node);
        // `else if` chains are long: no recursion.
        while let Some(statement) = present.take() {
            let before = self.at;
            let (then, otherwise) = (self.join(), self.join());
            self.head(statement, "if", then, otherwise);
            self.branch(statement, "consequence", then, before);
            ends.extend(self.at);
            let alternative = statement.child_by_field_name("alternative");
            self.at = Some(otherwise);
            let Some((clause, alternative)) =
                alternative.and_then(|clause| Some((clause, first_statement(clause)?)))
            else {
                ends.extend(self.at);
                break;
            };
            self.note_body(clause, alternative);
            if self.is_lone_else(statement, clause, alternative) {
                // Without the `else` it is the statement behind the `if`.
                let ends = ends.iter().copied();
                ends.for_each(|end| self.graph.join(end, otherwise));
            }
            if self.is_split(statement, alternative) {
                self.at = Some(otherwise);
                before
                    .into_iter()
                    .for_each(|from| self.graph.join(from, otherwise));
            }
            if alternative.kind() == "if_statement" && self.word(alternative.start_byte()) == "if" {
                present = Some(alternative);
            } else {
                self.statement(alternative);
                ends.extend(self.at);
            }
        }
        self.leave(node, &ends);
    }

    /// One branch of an `if`, from its join.
    fn branch(&mut self, statement: Node<'_>, field: &str, from: StepId, before: Option<StepId>) {
        self.at = Some(from);
        let Some(branch) = statement.child_by_field_name(field) else {
            return;
        };
        self.note_body(statement, branch);
        if self.is_split(statement, branch) {
            self.at = Some(from);
            before
                .into_iter()
                .for_each(|before| self.graph.join(before, from));
        }
        self.statement(branch);
    }

    /// Whether an arm of `#if` holds the head of `statement` and not its `part`: the part may then run
    /// whatever the head says.
    pub(super) fn is_split(&self, statement: Node<'_>, part: Node<'_>) -> bool {
        arm_of(&self.chains, statement.start_byte())
            .is_some_and(|arm| !arm.range.contains(&part.start_byte()))
    }

    /// Whether an arm of `#if` holds the `else`, and neither its `if` nor its statement.
    fn is_lone_else(&self, statement: Node<'_>, clause: Node<'_>, part: Node<'_>) -> bool {
        let arm = arm_of(&self.chains, clause.start_byte());
        arm.is_some_and(|arm| {
            let has = |node: Node<'_>| arm.range.contains(&node.start_byte());
            !arm.dead && !has(statement) && !has(part)
        })
    }

    /// Notes a body that an arm of `#if` holds and the head of its statement not: in other configurations the next statement
    /// is the body.
    pub(super) fn note_body(&mut self, statement: Node<'_>, body: Node<'_>) {
        let arm = arm_of(&self.chains, body.start_byte());
        if arm.is_some_and(|arm| !arm.dead && !arm.range.contains(&statement.start_byte())) {
            self.note_parted(body);
        }
    }

    /// Notes a body that is none in some configurations.
    pub(super) fn note_parted(&mut self, body: Node<'_>) {
        self.parted_body.get_or_insert(body.byte_range());
    }

    /// The condition of a statement that begins with `keyword`, or with a macro that stands for it.
    pub(super) fn head(
        &mut self,
        statement: Node<'_>,
        keyword: &str,
        then: StepId,
        otherwise: StepId,
    ) {
        let Some(condition) = statement.child_by_field_name("condition") else {
            return self.lead(then);
        };
        if self.word(statement.start_byte()) == keyword {
            self.condition(condition, then, otherwise);
        } else {
            let head = statement.start_byte()..condition.end_byte();
            self.opaque(head, then, otherwise);
        }
    }

    pub(super) fn switch_statement(&mut self, node: Node<'_>) {
        let Some(condition) = node.child_by_field_name("condition") else {
            return;
        };
        let scrutinee = inside_parentheses(condition);
        self.value(scrutinee);
        let dispatch = self.step(scrutinee.byte_range(), Role::Dispatch { cases: Vec::new() });
        let after = self.join();
        let again = self.targets.last().and_then(|targets| targets.again);
        self.targets.push(Targets {
            leave: after,
            again,
        });
        self.switches.push(Vec::new());
        self.at = None;
        if let Some(body) = node.child_by_field_name("body") {
            self.statement(body);
        }
        self.lead(after);
        self.targets.pop();
        let mut cases = self.switches.pop().unwrap_or_default();
        let has_default = cases
            .iter()
            .any(|&case| matches!(self.graph.steps[case].role, Role::Case { value: None }));
        if !has_default {
            let default = self.graph.add(0..0, Role::Case { value: None });
            self.graph.join(default, after);
            cases.push(default);
        }
        let only = self.case_of_constant(scrutinee, &cases);
        for &case in cases
            .iter()
            .filter(|&&case| only.is_none_or(|only| only == case))
        {
            self.graph.join(dispatch, case);
        }
        self.graph.steps[dispatch].role = Role::Dispatch { cases };
        self.leave(node, &[after]);
    }

    /// The case that a `switch` over a plain number goes to, where the cases are plain numbers as well.
    fn case_of_constant(&self, scrutinee: Node<'_>, cases: &[StepId]) -> Option<StepId> {
        let number = |range: Range<usize>| integer(self.file.slice(range).trim_ascii());
        let value = number(scrutinee.byte_range())?;
        let mut chosen = None;
        for &case in cases {
            match &self.graph.steps[case].role {
                Role::Case { value: None } => chosen = chosen.or(Some(case)),
                Role::Case { value: Some(range) } => {
                    if number(range.clone())? == value {
                        chosen = Some(case);
                        break;
                    }
                }
                _ => return None,
            }
        }
        chosen
    }

    pub(super) fn case_statement(&mut self, node: Node<'_>) {
        let value = node.child_by_field_name("value");
        let label = self.join();
        self.go(label);
        let case = self.graph.add(
            node.byte_range(),
            Role::Case {
                value: value.map(|value| self.case_value(node, value)),
            },
        );
        self.graph.join(case, label);
        if let Some(cases) = self.switches.last_mut() {
            cases.push(case);
        }
        let statements: Vec<Node<'_>> = children(node)
            .into_iter()
            .filter(|child| Some(child.id()) != value.map(|value| value.id()))
            .collect();
        self.list(&statements);
    }

    /// The value before the colon, in the file: the view shows only the start of `A ... B`.
    fn case_value(&self, node: Node<'_>, value: Node<'_>) -> Range<usize> {
        let mut cursor = node.walk();
        let colon = node
            .children(&mut cursor)
            .find(|child| child.kind() == ":" && child.start_byte() >= value.end_byte());
        let end = colon.map_or(value.end_byte(), |colon| colon.start_byte());
        let len = self
            .file
            .slice(value.start_byte()..end)
            .trim_ascii_end()
            .len();
        value.start_byte()..value.start_byte() + len
    }
}

fn first_statement(clause: Node<'_>) -> Option<Node<'_>> {
    children(clause).into_iter().next()
}
