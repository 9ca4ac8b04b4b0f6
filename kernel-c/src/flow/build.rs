//! Statements to steps.
//!
//! The builder keeps one place, `at`, where control is; `None` after a jump, so that dead code gets
//! steps that nothing leads to.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::arms::{Arm, Chain, arm_of, chains};
use super::graph::{Graph, Role, StepId};
use super::names::{self, Block};
use crate::access::word_at;
use crate::source::{SourceFile, Unread};
use crate::token::{TokenKind, tokens};

/// How deep statements and expressions may nest: a bound for our own recursion. Linux 6.12 stays
/// under 60.
pub(super) const MAX_DEPTH: usize = 250;

/// What the graph alone does not say.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) graph: Graph,
    /// Operands of one expression that C may evaluate in any order.
    pub(crate) unsequenced: Vec<Vec<Range<usize>>>,
    /// Left sides of assignments, and the assignments: the write happens when the whole is done.
    pub(crate) assignments: Vec<(Range<usize>, Range<usize>)>,
}

/// Where `break` and `continue` go.
struct Targets {
    leave: StepId,
    again: Option<StepId>,
}

pub(crate) struct Builder<'f> {
    pub(super) file: &'f SourceFile,
    pub(super) graph: Graph,
    pub(super) at: Option<StepId>,
    pub(super) chains: Vec<Chain>,
    pub(super) unsequenced: Vec<Vec<Range<usize>>>,
    /// Joins that stand for a loop's end: a condition that leads there is no guard of what follows.
    pub(super) loop_ends: FxHashSet<StepId>,
    pub(super) depth: usize,
    pub(super) too_deep: Option<Range<usize>>,
    targets: Vec<Targets>,
    switches: Vec<Vec<StepId>>,
    labels: FxHashMap<String, StepId>,
    gotos: Vec<(StepId, String)>,
    /// `goto *p;`: any label.
    computed: Vec<StepId>,
}

/// Builds the graph of the function whose body is `body`.
pub(crate) fn build(file: &SourceFile, body: Node<'_>) -> Result<Built, Unread> {
    let mut builder = Builder::new(file, chains(file, &body.byte_range()));
    builder.at = Some(builder.graph.entry);
    builder.statement(body);
    builder.finish(body)
}

impl<'f> Builder<'f> {
    fn new(file: &'f SourceFile, chains: Vec<Chain>) -> Self {
        Self {
            file,
            graph: Graph::new(),
            at: None,
            chains,
            unsequenced: Vec::new(),
            loop_ends: FxHashSet::default(),
            depth: 0,
            too_deep: None,
            targets: Vec::new(),
            switches: Vec::new(),
            labels: FxHashMap::default(),
            gotos: Vec::new(),
            computed: Vec::new(),
        }
    }

    fn finish(mut self, body: Node<'_>) -> Result<Built, Unread> {
        if let Some(range) = self.too_deep {
            let cause = "code nested too deeply".to_owned();
            return Err(Unread { range, cause });
        }
        if let Some(end) = self.at {
            self.graph.join(end, self.graph.exit);
        }
        for (from, label) in std::mem::take(&mut self.gotos) {
            // A label that is not there is in another arm of `#if`, or the code does not compile.
            let to = self.labels.get(&label).copied().unwrap_or(self.graph.exit);
            self.graph.join(from, to);
        }
        for from in std::mem::take(&mut self.computed) {
            for &to in self.labels.values() {
                self.graph.join(from, to);
            }
        }
        // The labels came out of a hash map.
        for step in &mut self.graph.steps {
            step.next.sort_unstable();
        }
        Ok(Built {
            graph: self.graph,
            unsequenced: self.unsequenced,
            assignments: assignments(body),
        })
    }

    /// Adds a step after the present one and goes there.
    pub(super) fn step(&mut self, range: Range<usize>, role: Role) -> StepId {
        let step = self.graph.add(range, role);
        self.go(step);
        step
    }

    /// Leads from the present step to `to`, and goes there.
    pub(super) fn go(&mut self, to: StepId) {
        self.lead(to);
        self.at = Some(to);
    }

    /// Leads from the present step to `to`.
    pub(super) fn lead(&mut self, to: StepId) {
        if let Some(from) = self.at {
            self.graph.join(from, to);
        }
    }

    pub(super) fn join(&mut self) -> StepId {
        self.graph.add(0..0, Role::Join)
    }

    /// Jumps: what follows is not reached from here.
    pub(super) fn jump(&mut self, to: StepId) {
        self.lead(to);
        self.at = None;
    }

    pub(super) fn word(&self, offset: usize) -> &'f str {
        word_at(self.file, offset)
    }

    pub(super) fn statement(&mut self, node: Node<'_>) {
        if self.depth >= MAX_DEPTH {
            self.too_deep.get_or_insert(node.byte_range());
            return;
        }
        self.depth += 1;
        self.statement_of_kind(node);
        self.depth -= 1;
    }

    fn statement_of_kind(&mut self, node: Node<'_>) {
        match node.kind() {
            "compound_statement" => self.list(&children(node)),
            "if_statement" => self.if_statement(node),
            "while_statement" => self.while_statement(node),
            "do_statement" => self.do_statement(node),
            "for_statement" => self.for_statement(node),
            "switch_statement" => self.switch_statement(node),
            "case_statement" => self.case_statement(node),
            "labeled_statement" => self.labeled_statement(node),
            "return_statement" => self.return_statement(node),
            "goto_statement" => self.goto_statement(node),
            "break_statement" => self.break_or_continue(node, true),
            "continue_statement" => self.break_or_continue(node, false),
            "expression_statement" => self.expression_statement(node),
            "declaration" => self.declaration(node),
            "attributed_statement" | "else_clause" => self.list(&children(node)),
            "comment" => {}
            // A nested function: a macro with a block that is not known. It may run, again and again.
            "function_definition" => self.unknown_block(node),
            kind if kind.starts_with("preproc_if") => self.preproc(node),
            _ => {
                self.step(node.byte_range(), Role::Run);
            }
        }
    }

    /// Statements in order; those in the arms of an `#if` as alternatives.
    fn list(&mut self, nodes: &[Node<'_>]) {
        let mut rest = nodes;
        while let Some((node, tail)) = rest.split_first() {
            let range = node.byte_range();
            if let Some(chain) = self.chain_around(&range) {
                let span = chain.span();
                let inside = rest
                    .iter()
                    .take_while(|node| node.end_byte() <= span.end)
                    .count();
                self.arms(&chain, &rest[..inside]);
                rest = &rest[inside..];
            } else {
                self.statement(*node);
                rest = tail;
            }
        }
    }

    /// The outermost chain not met yet that has an arm around `range`, taken out of those to be met.
    fn chain_around(&mut self, range: &Range<usize>) -> Option<Chain> {
        let holds = |arm: &Arm| arm.range.start <= range.start && range.end <= arm.range.end;
        let index = self
            .chains
            .iter()
            .position(|chain| chain.arms.iter().any(holds))?;
        Some(self.chains.remove(index))
    }

    fn arms(&mut self, chain: &Chain, nodes: &[Node<'_>]) {
        let start = self.at;
        let mut ends = Vec::new();
        for arm in &chain.arms {
            self.at = if arm.dead { None } else { start };
            let mine: Vec<Node<'_>> = nodes
                .iter()
                .copied()
                .filter(|node| arm.range.contains(&node.start_byte()))
                .collect();
            self.list(&mine);
            ends.extend(self.at);
        }
        if !chain.complete {
            ends.extend(start);
        }
        self.meet(&ends);
    }

    /// Goes to a join after all `ends`; to dead code where there are none.
    pub(super) fn meet(&mut self, ends: &[StepId]) {
        self.at = None;
        if let [only] = ends {
            self.at = Some(*only);
        } else if !ends.is_empty() {
            let after = self.join();
            for &end in ends {
                self.graph.join(end, after);
            }
            self.at = Some(after);
        }
    }

    /// Goes on after the compound statement `node`, from all `ends`.
    fn leave(&mut self, node: Node<'_>, ends: &[StepId]) {
        let after = self.graph.add(node.byte_range(), Role::Leave);
        for &end in ends {
            self.graph.join(end, after);
        }
        self.at = (!ends.is_empty()).then_some(after);
    }

    fn if_statement(&mut self, node: Node<'_>) {
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
            let Some(alternative) = alternative.and_then(|clause| first_statement(clause)) else {
                ends.extend(self.at);
                break;
            };
            if self.is_split(statement, alternative) {
                self.at = Some(otherwise);
                before
                    .into_iter()
                    .for_each(|from| self.graph.join(from, otherwise));
            }
            if alternative.kind() == "if_statement" {
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
    fn is_split(&self, statement: Node<'_>, part: Node<'_>) -> bool {
        arm_of(&self.chains, statement.start_byte())
            .is_some_and(|arm| !arm.range.contains(&part.start_byte()))
    }

    /// The condition of a statement that begins with `keyword`, or with a macro that stands for it.
    fn head(&mut self, statement: Node<'_>, keyword: &str, then: StepId, otherwise: StepId) {
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

    fn while_statement(&mut self, node: Node<'_>) {
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

    fn do_statement(&mut self, node: Node<'_>) {
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

    fn for_statement(&mut self, node: Node<'_>) {
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

    fn switch_statement(&mut self, node: Node<'_>) {
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
        for &case in &cases {
            self.graph.join(dispatch, case);
        }
        self.graph.steps[dispatch].role = Role::Dispatch { cases };
        self.leave(node, &[after]);
    }

    fn case_statement(&mut self, node: Node<'_>) {
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

    fn labeled_statement(&mut self, node: Node<'_>) {
        let label = self.join();
        self.go(label);
        let named = node.child_by_field_name("label");
        if let Some(name) = named {
            self.labels
                .insert(self.word(name.start_byte()).to_owned(), label);
        }
        let statements: Vec<Node<'_>> = children(node)
            .into_iter()
            .filter(|child| Some(child.id()) != named.map(|name| name.id()))
            .collect();
        self.list(&statements);
    }

    fn return_statement(&mut self, node: Node<'_>) {
        if let Some(value) = node.named_child(0).filter(|value| self.is_split_up(*value)) {
            self.value(value);
        }
        self.step(node.byte_range(), Role::Run);
        self.jump(self.graph.exit);
    }

    fn goto_statement(&mut self, node: Node<'_>) {
        let step = self.step(node.byte_range(), Role::Run);
        self.at = None;
        let text = self.file.slice(node.byte_range());
        let target = text.strip_prefix(b"goto").unwrap_or_default();
        if target.trim_ascii_start().starts_with(b"*") {
            self.computed.push(step);
        } else if let Some(label) = node.child_by_field_name("label") {
            self.gotos
                .push((step, self.word(label.start_byte()).to_owned()));
        }
    }

    fn break_or_continue(&mut self, node: Node<'_>, is_break: bool) {
        self.step(node.byte_range(), Role::Run);
        let target = self.targets.last().and_then(|targets| {
            if is_break {
                Some(targets.leave)
            } else {
                targets.again
            }
        });
        self.jump(target.unwrap_or(self.graph.exit));
    }

    fn expression_statement(&mut self, node: Node<'_>) {
        let labels = asm_labels(self.file, node);
        match children(node).first() {
            Some(value) if labels.is_empty() && self.is_split_up(*value) => self.value(*value),
            _ => self.leaf(node),
        }
        if let Some(at) = self.at {
            self.gotos
                .extend(labels.into_iter().map(|label| (at, label)));
        }
    }

    fn declaration(&mut self, node: Node<'_>) {
        for child in children(node) {
            if let Some(value) = child.child_by_field_name("value")
                && self.is_split_up(value)
            {
                self.value(value);
            }
        }
        if self.is_split_up(node) {
            self.step(node.byte_range(), Role::Run);
        } else {
            self.leaf(node);
        }
    }

    /// Code that is one step; the path ends there if it calls what never returns.
    pub(super) fn leaf(&mut self, node: Node<'_>) {
        self.step(node.byte_range(), Role::Run);
        if self.never_returns(node) {
            self.jump(self.graph.exit);
        }
    }

    fn never_returns(&self, node: Node<'_>) -> bool {
        let mut pending = vec![node];
        while let Some(node) = pending.pop() {
            if self.is_last_call(node) {
                return true;
            }
            pending.extend(children(node));
        }
        false
    }

    /// Whether the node is a call of what never returns.
    pub(super) fn is_last_call(&self, node: Node<'_>) -> bool {
        node.kind() == "call_expression" && names::never_returns(self.word(node.start_byte()))
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

    /// `#if` that the view kept as a node: each part may be compiled or not.
    fn preproc(&mut self, node: Node<'_>) {
        let start = self.at;
        let mut ends: Vec<StepId> = start.into_iter().collect();
        let mut present = Some(node);
        while let Some(part) = present {
            self.at = start;
            let next = part.child_by_field_name("alternative");
            let head = part
                .child_by_field_name("condition")
                .or(part.child_by_field_name("name"));
            let inside: Vec<Node<'_>> = children(part)
                .into_iter()
                .filter(|child| Some(child.id()) != next.map(|next| next.id()))
                .filter(|child| Some(child.id()) != head.map(|head| head.id()))
                .collect();
            self.list(&inside);
            ends.extend(self.at);
            present = next;
        }
        self.meet(&ends);
    }
}

/// The named children, comments left out.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

fn first_statement(clause: Node<'_>) -> Option<Node<'_>> {
    children(clause).into_iter().next()
}

/// What stands in the parentheses of a condition.
pub(super) fn inside_parentheses(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while node.kind() == "parenthesized_expression"
        && let Some(inner) = children(node).into_iter().next()
        && inner.kind() != "compound_statement"
    {
        node = inner;
    }
    node
}

/// The labels that an `asm goto` statement may jump to: the words after its fourth colon.
fn asm_labels(file: &SourceFile, statement: Node<'_>) -> Vec<String> {
    let name = word_at(file, statement.start_byte());
    if !name.contains("asm") {
        return Vec::new();
    }
    let source = file.slice(statement.byte_range());
    let mut labels = Vec::new();
    let (mut depth, mut colons, mut jumps) = (0_usize, 0, name.contains("goto"));
    for token in tokens(source) {
        let text = source.get(token.range).unwrap_or_default();
        match text {
            b"(" | b"[" => depth += 1,
            b")" | b"]" => depth = depth.saturating_sub(1),
            b"goto" if depth == 0 => jumps = true,
            b":" if depth == 1 => colons += 1,
            b"::" if depth == 1 => colons += 2,
            _ if token.kind == TokenKind::Word && depth == 1 && colons >= 4 => {
                labels.push(String::from_utf8_lossy(text).into_owned());
            }
            _ => {}
        }
    }
    if jumps { labels } else { Vec::new() }
}

/// Every assignment in the body, as (left side, whole).
fn assignments(body: Node<'_>) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let mut pending = vec![body];
    while let Some(node) = pending.pop() {
        let left = match node.kind() {
            "assignment_expression" => node.child_by_field_name("left"),
            "update_expression" => node.child_by_field_name("argument"),
            "init_declarator" => node.child_by_field_name("declarator"),
            _ => None,
        };
        if let Some(left) = left {
            found.push((inside_parentheses(left).byte_range(), node.byte_range()));
        }
        pending.extend(children(node));
    }
    found.sort_by_key(|(left, whole)| (left.start, left.end, whole.end));
    found
}
