//! Expressions to steps: an expression without `&&`, `||`, `?:`, `,` or statements in it is one step.

use std::ops::Range;

use tree_sitter::Node;

use super::arms::arm_of;
use super::build::{Builder, children, inside_parentheses};
use super::constant::truth_of;
use super::graph::{Role, StepId};
use super::names;
use crate::File;
use crate::access::{operator, word_at};
use crate::walk::walk;

impl Builder<'_> {
    /// Evaluates an expression and goes on after it.
    pub(super) fn value(&mut self, node: Node<'_>) {
        if !self.deeper(node) {
            return;
        }
        self.value_of_kind(node);
        self.depth -= 1;
    }

    fn value_of_kind(&mut self, node: Node<'_>) {
        if node.kind() == "call_expression"
            && names::ends_where_true(self.word(node.start_byte()))
            && let Some(argument) = first_argument(node)
            // `BUG_ON(1)` is no promise of who is called behind it: people go on there, for kernels without it.
            && self.truth_of(argument).is_none()
        {
            return self.ends_where_true(node, argument);
        }
        if !self.is_split_up(node) {
            return self.leaf(node);
        }
        match node.kind() {
            "binary_expression" if is_logical(node) => self.truth(node),
            "unary_expression" if operator(node) == "!" => self.truth(node),
            "conditional_expression" => self.choice(node),
            "comma_expression" => {
                for operand in children(node) {
                    self.value(operand);
                }
            }
            "parenthesized_expression" => {
                for inner in children(node) {
                    if inner.kind() == "compound_statement" {
                        self.statement(inner);
                    } else {
                        self.value(inner);
                    }
                }
                self.step(node.byte_range(), Role::Run);
            }
            "compound_statement" => self.unknown_block(node),
            "call_expression" if self.is_choice(node) => self.chosen(node),
            _ => self.operands(node),
        }
    }

    /// `__builtin_choose_expr()` and `_Generic()`: one of the operands is evaluated, and not what decides.
    fn chosen(&mut self, call: Node<'_>) {
        let operands: Vec<Node<'_>> = arguments(call).into_iter().skip(1).collect();
        let passed_over = passed_over(self.file, call);
        let is_taken = |operand: &Node<'_>| !passed_over.contains(&operand.byte_range());
        let taken: Vec<Node<'_>> = operands.into_iter().filter(is_taken).collect();
        self.one_of(call, &taken);
    }

    /// `BUG_ON(c)`
    fn ends_where_true(&mut self, call: Node<'_>, argument: Node<'_>) {
        let (ends, goes_on) = (self.join(), self.join());
        self.condition(argument, ends, goes_on);
        self.at = Some(ends);
        self.jump(self.graph.exit);
        self.at = Some(goes_on);
        self.step(call.byte_range(), Role::Run);
    }

    /// Evaluates one of the operands; which is known only to the compiler.
    fn one_of(&mut self, node: Node<'_>, operands: &[Node<'_>]) {
        let starts: Vec<StepId> = operands.iter().map(|_| self.join()).collect();
        for start in &starts {
            self.lead(*start);
        }
        let mut ends = Vec::new();
        for (start, operand) in starts.into_iter().zip(operands) {
            self.at = Some(start);
            self.value(*operand);
            ends.extend(self.at);
        }
        if !operands.is_empty() {
            self.meet(&ends);
        }
        self.step(node.byte_range(), Role::Run);
    }

    fn is_choice(&self, call: Node<'_>) -> bool {
        is_choice(self.word(call.start_byte()))
    }

    /// Evaluates the operands, in some order, then the whole.
    fn operands(&mut self, node: Node<'_>) {
        let mut operands = Vec::new();
        let mut pending = children(node);
        pending.reverse();
        while let Some(child) = pending.pop() {
            if is_container(child) {
                let mut inner = children(child);
                inner.reverse();
                pending.extend(inner);
            } else if is_evaluated(child) {
                operands.push(child);
            }
        }
        for operand in &operands {
            self.value(*operand);
        }
        if operands.len() > 1 {
            self.unsequenced
                .push(operands.iter().map(Node::byte_range).collect());
        }
        self.step(node.byte_range(), Role::Run);
        if self.is_last_call(node) {
            self.jump(self.graph.exit);
        }
    }

    /// The value of `a && b`, `a || b`, `!(a && b)`: 0 or 1.
    fn truth(&mut self, node: Node<'_>) {
        let (yes, no) = (self.join(), self.join());
        self.condition(node, yes, no);
        let done = self.graph.add(node.byte_range(), Role::Run);
        self.graph.join(yes, done);
        self.graph.join(no, done);
        self.at = Some(done);
    }

    fn choice(&mut self, node: Node<'_>) {
        let Some(condition) = node.child_by_field_name("condition") else {
            return;
        };
        let (yes, no) = (self.join(), self.join());
        self.condition(condition, yes, no);
        let mut ends = Vec::new();
        for (from, field) in [(yes, "consequence"), (no, "alternative")] {
            self.at = Some(from);
            if let Some(operand) = node.child_by_field_name(field) {
                self.value(operand);
            }
            ends.extend(self.at);
        }
        self.meet(&ends);
        self.step(node.byte_range(), Role::Run);
    }

    /// Evaluates a condition: control goes on at `yes` or at `no`, and `at` is nowhere.
    pub(super) fn condition(&mut self, node: Node<'_>, yes: StepId, no: StepId) {
        if !self.deeper(node) {
            return;
        }
        self.condition_of_kind(inside_parentheses(node), yes, no);
        self.depth -= 1;
    }

    fn condition_of_kind(&mut self, node: Node<'_>, yes: StepId, no: StepId) {
        match node.kind() {
            "unary_expression" if operator(node) == "!" => {
                let (taken, passed) = self.outcomes(node.byte_range(), yes, no);
                match node.child_by_field_name("argument") {
                    Some(argument) => self.condition(argument, passed, taken),
                    None => self.lead(passed),
                }
            }
            "binary_expression" if is_logical(node) => self.logical(node, yes, no),
            "conditional_expression" => self.conditional(node, yes, no),
            "comma_expression" => {
                if let Some(left) = node.child_by_field_name("left") {
                    self.value(left);
                }
                if let Some(right) = node.child_by_field_name("right") {
                    self.condition(right, yes, no);
                }
            }
            "call_expression" if self.is_transparent(node) => {
                let (taken, passed) = self.outcomes(node.byte_range(), yes, no);
                match first_argument(node) {
                    Some(argument) => self.condition(argument, taken, passed),
                    None => self.lead(passed),
                }
            }
            _ if self.truth_of(node).is_some() => self.constant(node, yes, no),
            _ => {
                self.value(node);
                self.decide(node.byte_range(), yes, no);
            }
        }
    }

    fn logical(&mut self, node: Node<'_>, yes: StepId, no: StepId) {
        let (taken, passed) = self.outcomes(node.byte_range(), yes, no);
        let is_and = operator(node) == "&&";
        // `a && b && c` leans to the left, deeply: no recursion on the left.
        let mut operands = Vec::new();
        let mut left = node;
        while left.kind() == "binary_expression"
            && (operator(left) == "&&") == is_and
            && is_logical(left)
        {
            operands.extend(left.child_by_field_name("right"));
            let Some(next) = left.child_by_field_name("left") else {
                break;
            };
            left = next;
        }
        operands.push(left);
        operands.reverse();
        let last = operands.len() - 1;
        for (index, operand) in operands.iter().enumerate() {
            let next = if index == last {
                if is_and { taken } else { passed }
            } else {
                self.join()
            };
            if self.may_be_left_out(node, *operand) {
                self.parted.push(node.byte_range());
                self.lead(next);
            }
            if is_and {
                self.condition(*operand, next, passed);
            } else {
                self.condition(*operand, taken, next);
            }
            self.at = Some(next);
        }
        self.at = None;
    }

    /// Whether an arm of `#if` that the whole condition is not in holds the operand: it may not be compiled.
    fn may_be_left_out(&self, whole: Node<'_>, operand: Node<'_>) -> bool {
        arm_of(&self.chains, operand.start_byte()).is_some_and(|arm| {
            !(arm.range.contains(&whole.start_byte()) && whole.end_byte() <= arm.range.end)
        })
    }

    fn conditional(&mut self, node: Node<'_>, yes: StepId, no: StepId) {
        let (taken, passed) = self.outcomes(node.byte_range(), yes, no);
        let (then, otherwise) = (self.join(), self.join());
        if let Some(condition) = node.child_by_field_name("condition") {
            let then = match node.child_by_field_name("consequence") {
                Some(_) => then,
                None => taken,
            };
            self.condition(condition, then, otherwise);
        }
        for (from, field) in [(then, "consequence"), (otherwise, "alternative")] {
            if let Some(operand) = node.child_by_field_name(field) {
                self.at = Some(from);
                self.condition(operand, taken, passed);
            }
        }
        self.at = None;
    }

    fn constant(&mut self, node: Node<'_>, yes: StepId, no: StepId) {
        let is_false = self.truth_of(node) == Some(false);
        self.step(node.byte_range(), Role::Run);
        self.lead(if is_false { no } else { yes });
        self.at = None;
    }

    /// Whether a constant is true; none: it is none that is told.
    pub(super) fn truth_of(&self, node: Node<'_>) -> Option<bool> {
        truth_of(self.file, node)
    }

    /// A condition that the grammar does not see: the head of a macro.
    pub(super) fn opaque(&mut self, head: Range<usize>, yes: StepId, no: StepId) {
        self.step(head.clone(), Role::Run);
        self.decide(head, yes, no);
    }

    /// Control goes from the present step to `yes` where the condition is true, else to `no`.
    fn decide(&mut self, condition: Range<usize>, yes: StepId, no: StepId) {
        let (taken, passed) = self.outcomes(condition, yes, no);
        self.lead(taken);
        self.lead(passed);
        self.at = None;
    }

    /// The two outcomes of a condition, each leading on.
    fn outcomes(&mut self, condition: Range<usize>, yes: StepId, no: StepId) -> (StepId, StepId) {
        let taken = self.join();
        let passed = self.join();
        for (step, opposite, target, holds) in
            [(taken, passed, yes, true), (passed, taken, no, false)]
        {
            let ends_loop = self.loop_ends.contains(&target);
            if ends_loop {
                self.loop_ends.insert(step);
            }
            self.graph.steps[step].role = Role::Taken {
                holds,
                opposite,
                ends_loop,
            };
            self.graph.steps[step].range = condition.clone();
            self.graph.join(step, target);
        }
        (taken, passed)
    }

    fn is_transparent(&self, call: Node<'_>) -> bool {
        names::is_transparent(self.word(call.start_byte()))
    }

    /// Whether an expression is more than one step.
    pub(super) fn is_split_up(&self, node: Node<'_>) -> bool {
        let mut found = false;
        walk(node, |node| {
            found |= match node.kind() {
                "conditional_expression" | "comma_expression" | "compound_statement" => true,
                "call_expression" => {
                    self.is_choice(node) || names::ends_where_true(self.word(node.start_byte()))
                }
                "binary_expression" => is_logical(node),
                _ => false,
            };
            !found && is_evaluated(node)
        });
        found
    }

    fn deeper(&mut self, node: Node<'_>) -> bool {
        if self.depth >= super::build::MAX_DEPTH {
            self.too_deep.get_or_insert(node.byte_range());
            return false;
        }
        self.depth += 1;
        true
    }
}

fn is_logical(node: Node<'_>) -> bool {
    matches!(operator(node), "&&" | "||")
}

fn first_argument(call: Node<'_>) -> Option<Node<'_>> {
    arguments(call).into_iter().next()
}

fn arguments<'t>(call: Node<'t>) -> Vec<Node<'t>> {
    let arguments = call.child_by_field_name("arguments").map(children);
    arguments.unwrap_or_default()
}

fn is_choice(callee: &str) -> bool {
    matches!(callee, "__builtin_choose_expr" | "_Generic")
}

/// What a call of which the compiler chooses one operand surely does not evaluate.
pub(super) fn passed_over(file: &File, call: Node<'_>) -> Vec<Range<usize>> {
    let callee = word_at(file, call.start_byte());
    if !is_choice(callee) {
        return Vec::new();
    }
    let arguments = arguments(call);
    let mut found: Vec<Range<usize>> = arguments.iter().take(1).map(Node::byte_range).collect();
    let constant = arguments.first().map(|first| inside_parentheses(*first));
    let is_true = constant.and_then(|constant| truth_of(file, constant));
    if callee != "_Generic"
        && let Some(is_true) = is_true
    {
        let other = if is_true { 2 } else { 1 };
        found.extend(arguments.get(other).map(Node::byte_range));
    }
    found
}

/// Nodes that hold operands and are none.
fn is_container(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "argument_list"
            | "initializer_list"
            | "initializer_pair"
            | "gnu_asm_output_operand_list"
            | "gnu_asm_input_operand_list"
            | "gnu_asm_output_operand"
            | "gnu_asm_input_operand"
    )
}

/// Whether a node is code that runs, rather than a type, a name or an operand that is not evaluated.
fn is_evaluated(node: Node<'_>) -> bool {
    !matches!(
        node.kind(),
        "sizeof_expression"
            | "alignof_expression"
            | "offsetof_expression"
            | "type_descriptor"
            | "field_identifier"
            | "field_designator"
            | "subscript_designator"
            | "subscript_range_designator"
            | "gnu_asm_qualifier"
            | "gnu_asm_clobber_list"
            | "gnu_asm_goto_list"
            | "comment"
    )
}
