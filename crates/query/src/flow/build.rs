//! Statements to steps.
//!
//! The builder keeps one place, `at`, where control is; `None` after a jump, so that dead code gets
//! steps that nothing leads to.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::arms::{Arm, Chain, chains, lasting};
use super::asm::asm_labels;
use super::expression::passed_over;
use super::graph::{Graph, Role, StepId};
use super::names;
use crate::File;
use crate::access::{is_unevaluating, macro_head, word_at};
use crate::walk::walk;
use dialect::token::is_word_byte;
use memchr::memmem;
use syntax::directives::Condition;
use syntax::source::Unread;

/// How deep statements and expressions may nest: a bound for our own recursion. Linux 6.12 stays
/// under 60.
pub(super) const MAX_DEPTH: usize = 250;

/// What the graph alone does not say.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) graph: Graph,
    /// Operands of one expression that C may evaluate in any order.
    pub(crate) unsequenced: Vec<Vec<Range<usize>>>,
    /// Loops without an end of their own: where a round begins, and the statement.
    pub(crate) endless: Vec<(StepId, Range<usize>)>,
    /// Operands that are not evaluated.
    pub(crate) unevaluated: Vec<Range<usize>>,
    /// Conditions that an `#if` in the middle of them parts.
    pub(crate) parted: Vec<Range<usize>>,
}

/// Where `break` and `continue` go.
pub(super) struct Targets {
    pub(super) leave: StepId,
    pub(super) again: Option<StepId>,
}

pub(crate) struct Builder<'f> {
    pub(super) file: &'f File,
    pub(super) graph: Graph,
    pub(super) at: Option<StepId>,
    pub(super) chains: Vec<Chain>,
    pub(super) unsequenced: Vec<Vec<Range<usize>>>,
    pub(super) endless: Vec<(StepId, Range<usize>)>,
    pub(super) parted: Vec<Range<usize>>,
    /// Joins that stand for a loop's end: a condition that leads there is no guard of what follows.
    pub(super) loop_ends: FxHashSet<StepId>,
    pub(super) depth: usize,
    pub(super) too_deep: Option<Range<usize>>,
    /// A function that is defined inside: it runs where it is called, with what is so then.
    inner_function: Option<Range<usize>>,
    /// What is the body of a statement in some configurations, where in others it is what follows.
    pub(super) parted_body: Option<Range<usize>>,
    pub(super) targets: Vec<Targets>,
    /// Functions that the file declares not to return.
    pub(super) noreturn: FxHashSet<String>,
    /// The cases met so far of each `switch` around.
    pub(super) switches: Vec<Vec<StepId>>,
    pub(super) labels: FxHashMap<String, StepId>,
    gotos: Vec<(StepId, String)>,
    /// Names that are labels if the function has such: bare arguments, and what macros jump to.
    pub(super) maybe_gotos: Vec<(StepId, &'f str)>,
    /// `goto *p;`: any label.
    computed: Vec<StepId>,
    /// Where macros hide a label.
    pub(super) entered: Vec<StepId>,
}

/// Builds the graph of the function whose body is `body`, in configurations in which all of `given` is so.
pub(crate) fn build(file: &File, body: Node<'_>, given: &[Condition]) -> Result<Built, Unread> {
    let mut chains = chains(file, &body.byte_range());
    let given = lasting(file, &body.byte_range(), given);
    if !given.is_empty() {
        let chains = chains.iter_mut();
        chains.for_each(|chain| chain.decide(file, &given));
    }
    let mut builder = Builder::new(file, chains);
    builder.at = Some(builder.graph.entry);
    builder.statement(body);
    builder.finish(body)
}

impl<'f> Builder<'f> {
    fn new(file: &'f File, chains: Vec<Chain>) -> Self {
        Self {
            file,
            graph: Graph::new(),
            at: None,
            chains,
            unsequenced: Vec::new(),
            endless: Vec::new(),
            parted: Vec::new(),
            loop_ends: FxHashSet::default(),
            depth: 0,
            too_deep: None,
            inner_function: None,
            parted_body: None,
            targets: Vec::new(),
            noreturn: names::declared_noreturn(file),
            switches: Vec::new(),
            labels: FxHashMap::default(),
            gotos: Vec::new(),
            maybe_gotos: Vec::new(),
            entered: Vec::new(),
            computed: Vec::new(),
        }
    }

    fn finish(mut self, body: Node<'_>) -> Result<Built, Unread> {
        if let Some(range) = self.too_deep {
            let cause = "code nested too deeply".to_owned();
            return Err(Unread { range, cause });
        }
        if let Some(range) = self.inner_function {
            let cause = "a function inside a function".to_owned();
            return Err(Unread { range, cause });
        }
        if let Some(range) = self.parted_body {
            let cause = "an `#if` between a statement and its body".to_owned();
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
        self.join_maybe_gotos(body);
        for from in std::mem::take(&mut self.computed) {
            for &to in self.labels.values().chain(&self.entered) {
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
            endless: self.endless,
            unevaluated: unevaluated(self.file, body),
            parted: self.parted,
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
        if let Some(head) = macro_head(self.file, node)
            && !is_condition_macro(node, head.name)
        {
            return self.macro_block(node, head);
        }
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
            "function_definition" if is_function(node) => {
                self.inner_function.get_or_insert(node.byte_range());
            }
            // A macro with a block that is not known. It may run, again and again.
            "function_definition" => self.unknown_block(node),
            kind if kind.starts_with("preproc_if") => self.preproc(node),
            _ => {
                self.step(node.byte_range(), Role::Run);
            }
        }
    }

    /// Statements in order; those in the arms of an `#if` as alternatives.
    pub(super) fn list(&mut self, nodes: &[Node<'_>]) {
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
        if self.depth >= MAX_DEPTH {
            self.too_deep.get_or_insert(chain.span());
            return;
        }
        self.depth += 1;
        self.arms_of(chain, nodes);
        self.depth -= 1;
    }

    fn arms_of(&mut self, chain: &Chain, nodes: &[Node<'_>]) {
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
    pub(super) fn leave(&mut self, node: Node<'_>, ends: &[StepId]) {
        let after = self.graph.add(node.byte_range(), Role::Leave);
        for &end in ends {
            self.graph.join(end, after);
        }
        self.at = (!ends.is_empty()).then_some(after);
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
        if let Some(label) = node.child_by_field_name("label") {
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
            // The dialect shows the expression of `goto *p;` alone.
            if is_behind_goto(self.file, node.start_byte()) {
                self.computed.push(at);
                self.at = None;
            }
        }
    }

    fn declaration(&mut self, node: Node<'_>) {
        let declarators = children(node);
        let valued = |child: &&Node<'_>| child.child_by_field_name("value").is_some();
        // Each initialiser is done before the next one begins.
        let is_list = declarators.iter().filter(valued).count() > 1;
        for child in declarators {
            match child.child_by_field_name("value") {
                Some(value) if self.is_split_up(value) => self.value(value),
                Some(value) if is_list => self.leaf(value),
                _ => {}
            }
        }
        if is_list || self.is_split_up(node) {
            self.step(node.byte_range(), Role::Run);
        } else {
            self.leaf(node);
        }
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

/// Whether a macro with a block is shown as the `if` that it is: the dialect writes `while` for a loop
/// wherever it fits.
fn is_condition_macro(node: Node<'_>, name: &str) -> bool {
    let has_else = node.child_by_field_name("alternative").is_some();
    node.kind() == "if_statement" && (has_else || name.len() >= "while".len())
}

/// Whether `goto` is before `offset`, comments apart.
fn is_behind_goto(file: &File, offset: usize) -> bool {
    let mut before = file.slice(0..offset).trim_ascii_end();
    while let Some(comment) = before.strip_suffix(b"*/") {
        let open = memmem::rfind(comment, b"/*").unwrap_or_default();
        before = comment.get(..open).unwrap_or_default().trim_ascii_end();
    }
    let Some(rest) = before.strip_suffix(b"goto") else {
        return false;
    };
    !rest.last().is_some_and(|byte| is_word_byte(*byte))
}

/// The named children, comments left out.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
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

/// Whether it is a function, by its type, rather than a macro with a block.
fn is_function(node: Node<'_>) -> bool {
    let declarator = node.child_by_field_name("declarator");
    node.child_by_field_name("type").is_some()
        && declarator.is_some_and(|declarator| declarator.kind().ends_with("declarator"))
}

/// The operands in the body that are not evaluated, outermost ones first.
fn unevaluated(file: &File, body: Node<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    walk(body, |node| {
        let is_one = match node.kind() {
            "sizeof_expression" => node.child_by_field_name("type").is_none(),
            "alignof_expression" | "offsetof_expression" => true,
            "call_expression" => is_unevaluating(word_at(file, node.start_byte())),
            _ => false,
        };
        if is_one {
            found.push(node.byte_range());
        } else if node.kind() == "call_expression" {
            found.extend(passed_over(file, node));
        }
        !is_one
    });
    found
}
