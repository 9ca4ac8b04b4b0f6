//! The one assignment that there is: what it says, when it runs, and where it stands.

mod beside;
mod braces;

use super::super::conditions::{Literal, sequence};
use super::super::effect::Tested;
use super::others::set_by_others;
use super::*;
use crate::explained::Explained;
use crate::finding::Verdict;
use crate::nodes::between;
pub(crate) use beside::is_of_assigns;
use dialect::token::{TokenKind, tokens};
use query::flow::{Guard, Validity};
use query::types::declared_at;

/// The assignment, its function and its anchor.
#[derive(Clone)]
pub(super) struct Site<'a> {
    pub(super) ctx: &'a Ctx<'a>,
    pub(super) file: &'a File,
    pub(super) function: &'a Function,
    pub(super) anchor: &'a Range<usize>,
    pub(super) side: Beside,
    pub(super) declared: &'a Declared,
    pub(super) node: Node<'a>,
    /// How many other assignments to the location the function has.
    pub(super) others: usize,
    /// The anchor in the tree before, where patches are judged.
    pub(super) before: Option<(&'a File, Range<usize>)>,
}

impl<'a> Site<'a> {
    /// The same place for another of the assignments.
    pub(super) fn of(&self, node: Node<'a>) -> Self {
        Self {
            node,
            ..self.clone()
        }
    }

    pub(super) fn judge(&self, judged: &mut Judged) {
        let at = self.node.start_byte();
        let from = judged.findings.len();
        self.says_so(judged);
        match Flow::of(self.file, self.function) {
            Ok(flow) => {
                self.runs(&flow, judged);
                if flow.reaches(&self.node.byte_range()) {
                    self.guarded(&flow, judged);
                }
            }
            Err(unread) => {
                let message = "the control flow of the function could not be read";
                judged.put(
                    self.ctx.unknown("guarded", message),
                    self.file,
                    unread.range.start,
                );
            }
        }
        self.conditional(judged);
        self.same_variables(judged);
        if self.before.is_none() {
            self.renamed(judged);
        }
        self.place(judged);
        let path = self.file.path();
        judged
            .explained_tokens
            .push(Explained::inserted(path, self.explained()));
        let comment_scope = self
            .outermost()
            .map_or(at..self.node.end_byte(), |node| node.byte_range());
        // What is somewhere else has its comment somewhere else.
        let mut own = judged.findings.iter().skip(from);
        if own.all(|finding| finding.verdict != Verdict::Violated) {
            crate::implied::words::judge(self.ctx, self.file, &comment_scope, judged);
        }
        judged.comment_scope(path, comment_scope);
    }

    fn name(&self) -> &str {
        &self.function.name
    }

    /// Of several assignments to the location, this is the declared one.
    pub(super) fn is_meant(&self) -> bool {
        self.is_declared() && self.is_next()
    }

    /// The statement is the declared one, operator and value too.
    fn is_declared(&self) -> bool {
        let isomorphisms = &self.ctx.comparison.spec.isomorphisms;
        let is_so = as_written(&self.declared.set, isomorphisms).is_ok_and(|set| {
            let found = self.ctx.is(self.file, &set, self.node.byte_range());
            matches!(found, Ok(Some(_)))
        });
        let have = normal(self.file.slice(self.node.byte_range()));
        is_so || have == normal(self.declared.set.as_bytes())
    }

    fn says_so(&self, judged: &mut Judged) {
        let have = normal(self.file.slice(self.node.byte_range()));
        let finding = if self.is_declared() {
            let (name, location) = (self.name(), &self.declared.location);
            let message = match self.others {
                0 => format!("{name}() assigns `{location}` once"),
                n => format!("{name}() assigns `{location}` so once, beside {n} other assignments"),
            };
            self.ctx.holds("exactly-one", message)
        } else {
            let message = format!(
                "{}(): found `{have}`; the spec says `{}`",
                self.name(),
                self.declared.set
            );
            self.ctx.violated("exactly-one", message)
        };
        judged.put(finding, self.file, self.node.start_byte());
    }

    /// Guarded by exactly the declared condition, apart from what guards the anchor, and what it guards: behind
    /// `if (!dev) return;` all depends on `dev`.
    fn guarded(&self, flow: &Flow, judged: &mut Judged) {
        let around_anchor = flow.guards(self.anchor);
        let is_behind = self.anchor.end <= self.node.start_byte();
        let is_anchors = |guard: &Guard| is_behind && self.anchor.contains(&guard.condition.start);
        let own: Vec<_> = flow
            .guards(&self.node.byte_range())
            .into_iter()
            .filter(|guard| !around_anchor.contains(guard) && !is_anchors(guard))
            .collect();
        if let Some(finding) = self.left_out(&own) {
            return judged.put(finding, self.file, self.node.start_byte());
        }
        let actual = literals(self.file, &own);
        let wanted = match &self.declared.when {
            None => Vec::new(),
            Some(when) => match demanded(when) {
                Some(wanted) => wanted,
                None => {
                    let message = format!("`{when}` could not be read as a condition");
                    return judged.findings.push(self.ctx.unknown("guarded", message));
                }
            },
        };
        let difference = compare(
            self.file,
            &actual,
            &wanted,
            &self.ctx.comparison.spec.isomorphisms,
        );
        let difference = match difference {
            Ok(difference) => difference,
            Err(doubt) => {
                let message = format!("a condition could not be read: {}", doubt.reason());
                let finding = self.ctx.unknown("guarded", message);
                return judged.put(finding, self.file, doubt.range().start);
            }
        };
        let finding = if let Some(finding) = self.stale(flow, &own) {
            finding
        } else if let Some(finding) = self.turned_round(&actual, &wanted) {
            finding
        } else if difference.is_empty() {
            let message = match &self.declared.when {
                Some(when) => format!("runs only if `{when}`"),
                None => "runs always".to_owned(),
            };
            self.ctx.holds("guarded", message)
        } else {
            self.ctx.violated("guarded", self.wrong_guard(&difference))
        };
        judged.put(finding, self.file, self.node.start_byte());
    }

    /// A part of the condition that is evaluated before what the spec has before it.
    fn turned_round(&self, actual: &[Literal], wanted: &[Literal]) -> Option<Finding> {
        let texts = |all: &[Literal]| -> Vec<String> {
            let operands = |literal: &Literal| match literal.is_case {
                true => vec![literal.text.clone()],
                false => sequence::operands_of_text(&literal.text),
            };
            all.iter().flat_map(operands).collect()
        };
        let (early, late) = sequence::turned_round(&texts(actual), &texts(wanted))?;
        let message = format!(
            "{}(): the condition of `{}` evaluates `{early}` before `{late}`; the spec has it after",
            self.name(),
            self.declared.set
        );
        Some(self.ctx.violated("guarded", message))
    }

    /// A part of the condition that some configurations do not have, where they have the assignment.
    fn left_out(&self, guards: &[Guard]) -> Option<Finding> {
        let allowed = [self.node.start_byte(), self.anchor.start];
        let allowed = allowed.map(|at| self.file.conditions_at(at)).concat();
        for guard in guards {
            let code = self.file.slice(guard.condition.clone());
            let code = tokens(code).into_iter();
            for token in code.filter(|token| token.kind != TokenKind::Directive) {
                let at = guard.condition.start + token.range.start;
                let own = self.file.conditions_at(at);
                let Some(extra) = own.iter().find(|known| !allowed.contains(known)) else {
                    continue;
                };
                let not = if extra.negated { "!" } else { "" };
                let message = format!(
                    "{}(): `{}` depends on a part of its condition only under `#if {not}{}`",
                    self.name(),
                    self.declared.set,
                    extra.expression
                );
                return Some(self.ctx.violated("guarded", message));
            }
        }
        None
    }

    /// What comes between its condition and the assignment, and changes what one of them is about.
    fn stale(&self, flow: &Flow, guards: &[Guard]) -> Option<Finding> {
        let line = |at: usize| self.file.line_of(at);
        let set = &self.declared.set;
        let changed = |at: usize| {
            let message = format!(
                "{}(): line {} changes what `{set}` or its condition is about, after the condition",
                self.name(),
                line(at)
            );
            self.ctx.violated("guarded", message)
        };
        if let Some(at) = self.other_object() {
            return Some(changed(at));
        }
        let is_first = self.is_first_in_block();
        guards.iter().find_map(|guard| {
            match flow.validity(self.file, guard, &self.node.byte_range()) {
                Validity::Valid => None,
                Validity::Stale(at) => Some(changed(at)),
                Validity::Doubtful(_) if is_first => None,
                Validity::Doubtful(at) => {
                    let message = format!(
                        "{}(): line {} may change what `{set}` depends on, after the condition",
                        self.name(),
                        line(at)
                    );
                    Some(self.ctx.unknown("guarded", message))
                }
            }
        })
    }

    /// The statements that come before it in the blocks that came with it.
    fn before_in_block(&self) -> Vec<Node<'a>> {
        let mut found = Vec::new();
        let outermost = self.outermost().map(|node| node.id());
        let mut node = self.node;
        while Some(node.id()) != outermost {
            let mut before = code_sibling(node, false);
            while let Some(other) = before.filter(|_| node.kind().ends_with("statement")) {
                found.push(other);
                before = code_sibling(other, false);
            }
            match node.parent() {
                Some(parent) => node = parent,
                None => break,
            }
        }
        found
    }

    fn is_first_in_block(&self) -> bool {
        self.before_in_block().is_empty()
    }

    /// Where a variable that the assignment names becomes another object, in the block that it is in.
    fn other_object(&self) -> Option<usize> {
        let set = normal(self.declared.set.as_bytes());
        let written = |node: Node<'a>| {
            ["assignment_expression", "update_expression"]
                .into_iter()
                .flat_map(|kind| nodes_of_kind(self.file, &node.byte_range(), kind))
                .filter_map(written)
                .filter(|target| target.kind() == "identifier")
                .find(|target| {
                    let name = self.file.text(target.byte_range());
                    set.split(' ').any(|word| word == name)
                })
                .map(|target| target.start_byte())
        };
        self.before_in_block().into_iter().find_map(written)
    }

    fn wrong_guard(&self, difference: &super::super::conditions::Difference) -> String {
        let quoted = |texts: &[String]| {
            let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
            crate::nodes::listed(&texts, "and")
        };
        let mut faults = Vec::new();
        if !difference.missing.is_empty() {
            faults.push(format!(
                "does not depend on {}",
                quoted(&difference.missing)
            ));
        }
        if !difference.extra.is_empty() {
            faults.push(format!("depends on {}", quoted(&difference.extra)));
        }
        let wanted = match &self.declared.when {
            Some(when) => format!("`{when}`"),
            None => "no condition".to_owned(),
        };
        format!(
            "{}(): `{}` {}; the spec's condition is {wanted}",
            self.name(),
            self.declared.set,
            faults.join(" and ")
        )
    }

    /// Reachable, and once a call.
    fn runs(&self, flow: &Flow, judged: &mut Judged) {
        let range = self.node.byte_range();
        let reachable = if flow.reaches(&range) {
            self.ctx
                .holds("reachable", "control reaches the assignment")
        } else {
            let message = format!(
                "{}(): control never reaches `{}`",
                self.name(),
                self.declared.set
            );
            self.ctx.violated("reachable", message)
        };
        judged.put(reachable, self.file, range.start);
        let once = if self.in_loop_of_its_own(flow) {
            let message = format!("{}(): `{}` is in a loop", self.name(), self.declared.set);
            self.ctx.violated("not-in-loop", message)
        } else if flow.in_loop(&range) {
            let message = "the assignment is in no loop but that of the statement next to it";
            self.ctx.holds("not-in-loop", message)
        } else {
            self.ctx
                .holds("not-in-loop", "the assignment is in no loop")
        };
        judged.put(once, self.file, range.start);
    }

    /// Under the same `#if` conditions as the anchor.
    fn conditional(&self, judged: &mut Judged) {
        let at = self.node.start_byte();
        let own = self.file.conditions_at(at);
        let anchor = self.file.conditions_at(self.anchor.start);
        if own == anchor {
            return;
        }
        let extra: Vec<String> = own
            .iter()
            .filter(|condition| !anchor.contains(condition))
            .map(|condition| {
                let not = if condition.negated { "!" } else { "" };
                format!("`#if {not}{}`", condition.expression)
            })
            .collect();
        let message = format!(
            "{}(): `{}` is under {}, the statement next to it does not",
            self.name(),
            self.declared.set,
            crate::nodes::listed(&extra, "and")
        );
        judged.put(self.ctx.violated("placed", message), self.file, at);
    }

    /// A loop that the anchor is not in.
    fn in_loop_of_its_own(&self, flow: &Flow) -> bool {
        if flow.in_loop(&self.node.byte_range()) && !flow.in_loop(self.anchor) {
            return true;
        }
        let mut node = self.node;
        while let Some(parent) = node.parent() {
            let range = parent.byte_range();
            if range.start <= self.anchor.start && self.anchor.end <= range.end {
                return false;
            }
            let body = parent.child_by_field_name("body") == Some(node);
            if body
                && matches!(
                    parent.kind(),
                    "while_statement" | "for_statement" | "do_statement"
                )
            {
                return true;
            }
            node = parent;
        }
        false
    }

    /// The names in the assignment and in its condition mean what they mean next to it: an inner variable of the same
    /// name is another one.
    fn same_variables(&self, judged: &mut Judged) {
        let reference = match self.side {
            Beside::After => self.anchor.end,
            Beside::Before => self.anchor.start,
        };
        let named = |range: &Range<usize>| nodes_of_kind(self.file, range, "identifier");
        let known: Vec<_> = named(self.anchor)
            .into_iter()
            .map(|name| self.file.text(name.byte_range()))
            .collect();
        let whole = self.outermost().unwrap_or(self.node).byte_range();
        let declared = format!(
            "{} {}",
            self.declared.set,
            self.declared.when.as_deref().unwrap_or_default()
        );
        let declared = normal(declared.as_bytes());
        let other = named(&whole).into_iter().find(|node| {
            let name = self.file.text(node.byte_range());
            let (here, there) = (
                declared_at(self.file, node.start_byte(), &name),
                declared_at(self.file, reference, &name),
            );
            let is_meant = declared.split(' ').any(|word| word == name);
            is_meant && here != there && (there.is_some() || known.contains(&name))
        });
        if let Some(other) = other {
            let message = format!(
                "{}(): `{}` is another variable here than in `{}`",
                self.name(),
                self.file.text(other.byte_range()),
                sites::brief(&self.file.text(self.anchor.clone()), 60)
            );
            let finding = self.ctx.violated("guarded", message);
            judged.put(finding, self.file, other.start_byte());
        }
    }

    /// In a tree as it is, a macro may make another member of one that is named.
    fn renamed(&self, judged: &mut Judged) {
        let range = self.outermost().unwrap_or(self.node).byte_range();
        let definitions = self.ctx.resolver(self.file).definitions;
        let finding = match Tested::code(self.file, range).renamed(&definitions) {
            Some((Verdict::Unknown, fault)) => self.ctx.unknown("exactly-one", fault),
            Some((_, fault)) => self.ctx.violated("exactly-one", fault),
            None => return,
        };
        judged.put(finding, self.file, self.node.start_byte());
    }

    /// The tokens that came with it: the statement, and the `if` around it as far as the declared
    /// condition asks for one.
    fn explained(&self) -> Vec<Range<usize>> {
        let mut pieces = self.new_braces();
        let Some(statement) = self
            .node
            .parent()
            .filter(|n| n.kind() == "expression_statement")
        else {
            pieces.push(self.node.byte_range());
            return pieces;
        };
        pieces.push(statement.byte_range());
        if self.declared.when.is_none() {
            return pieces;
        }
        let mut node = statement;
        while let (Some(parent), true) = (node.parent(), node.parent() != self.block()) {
            match parent.kind() {
                "compound_statement" => {
                    pieces.push(parent.start_byte()..parent.start_byte() + 1);
                    pieces.push(parent.end_byte() - 1..parent.end_byte());
                }
                "if_statement" => {
                    pieces.push(parent.start_byte()..parent.start_byte() + 2);
                    if let Some(condition) = parent.child_by_field_name("condition") {
                        pieces.push(condition.byte_range());
                    }
                }
                _ => break,
            }
            node = parent;
        }
        pieces
    }

    fn block(&self) -> Option<Node<'a>> {
        self.anchor_statement()?.parent()
    }
}
