//! Code that is one step, and what macros and functions in it do to control flow.

use dialect::words;
use rustc_hash::FxHashSet;
use tree_sitter::Node;

use super::build::{Builder, children};
use super::graph::{Role, StepId};
use super::hidden::Hidden;
use super::names;
use crate::walk::walk;

/// What the calls in a step do to control flow.
#[derive(Default)]
struct Uses<'f> {
    /// One of them never returns.
    ends: bool,
    hidden: Vec<&'f Hidden>,
    /// Bare arguments: `unsafe_get_user(x, p, efault)` jumps to one of them.
    names: Vec<&'f str>,
}

impl<'f> Builder<'f> {
    /// Code that is one step; the path ends there if it calls what never returns.
    pub(super) fn leaf(&mut self, node: Node<'_>) {
        let uses = self.uses(node);
        let stranded = self.at.is_none() && !self.switches.is_empty() && self.is_call_alone(node);
        if stranded || uses.hidden.iter().any(|hidden| hidden.enters) {
            self.enter();
        }
        let step = self.step(node.byte_range(), Role::Run);
        self.maybe_gotos
            .extend(uses.names.into_iter().map(|name| (step, name)));
        for hidden in uses.hidden {
            self.maybe_gotos
                .extend(hidden.gotos.iter().map(|label| (step, label.as_str())));
            self.hidden_leaves(hidden.returns, hidden.breaks);
        }
        if stranded {
            self.hidden_leaves(true, true);
        }
        if uses.ends {
            self.jump(self.graph.exit);
        }
    }

    /// Leads to where a macro may go from here.
    fn hidden_leaves(&mut self, returns: bool, breaks: bool) {
        if returns {
            self.lead(self.graph.exit);
        }
        if let Some(targets) = self.targets.last().filter(|_| breaks) {
            let leave = targets.leave;
            let again = targets.again;
            self.lead(leave);
            again.into_iter().for_each(|again| self.lead(again));
        }
    }

    /// Whether the statement is a call and no more: in a `switch`, where nothing else leads, it must be
    /// a macro that hides a `case` (`IL_CMD(N_SCAN_START);`, from a header). A function's name has small letters, and what it
    /// is called for there is never done.
    fn is_call_alone(&self, node: Node<'_>) -> bool {
        let inner = children(node).into_iter().next();
        let inner = inner.filter(|_| node.kind() == "expression_statement");
        inner.is_some_and(|inner| {
            let called = matches!(inner.kind(), "call_expression" | "identifier");
            let name = self.word(inner.start_byte());
            let is_loud = !name.contains(|c: char| c.is_ascii_lowercase());
            called && (is_loud || name.contains("case"))
        })
    }

    /// A `case` or label that a macro hides.
    fn enter(&mut self) {
        let label = self.join();
        self.go(label);
        self.entered.push(label);
        if let Some(cases) = self.switches.last_mut() {
            cases.push(label);
        }
    }

    /// What the calls in a leaf do to control flow.
    fn uses(&self, node: Node<'_>) -> Uses<'f> {
        let mut uses = Uses {
            ends: self.never_returns(node),
            ..Uses::default()
        };
        walk(node, |node| {
            match node.kind() {
                "call_expression" => {
                    uses.hidden.extend(self.hidden(node));
                }
                "argument_list" => {
                    let arguments = children(node).into_iter();
                    let names = arguments.filter(|argument| argument.kind() == "identifier");
                    uses.names
                        .extend(names.map(|name| self.word(name.start_byte())));
                }
                "expression_statement" => uses.hidden.extend(self.hidden(node)),
                _ => {}
            }
            true
        });
        uses
    }

    /// What the macro hides that the node begins with.
    fn hidden(&self, node: Node<'_>) -> Option<&'f Hidden> {
        self.file.hidden_macros().get(self.word(node.start_byte()))
    }

    /// Whether what is evaluated last never returns. Not so a call in the arguments of another: only a
    /// macro has those, `D1(if (bad) BUG())`, and it may not run them.
    fn never_returns(&self, node: Node<'_>) -> bool {
        match node.kind() {
            "expression_statement"
            | "parenthesized_expression"
            | "cast_expression"
            | "assignment_expression" => children(node)
                .last()
                .is_some_and(|inner| self.never_returns(*inner)),
            _ => self.is_last_call(node),
        }
    }

    /// Whether the node is a call of what never returns.
    pub(super) fn is_last_call(&self, node: Node<'_>) -> bool {
        let name = || self.word(node.start_byte());
        node.kind() == "call_expression"
            && (names::never_returns(name())
                || self
                    .file
                    .words()
                    .has(words::Role::Noreturn, name().as_bytes())
                || self.noreturn.contains(name()))
    }

    /// Joins the steps with a bare argument that is a label's name to that label, unless a variable of
    /// the function has the name too: `err` in `dev_err(dev, "…", err)` is no jump to `err:`.
    pub(super) fn join_maybe_gotos(&mut self, body: Node<'_>) {
        let mut jumps: Vec<(StepId, &str, StepId)> = Vec::new();
        for (from, name) in std::mem::take(&mut self.maybe_gotos) {
            jumps.extend(self.labels.get(name).map(|to| (from, name, *to)));
        }
        if jumps.is_empty() {
            return;
        }
        let variables = self.variables(body.parent().unwrap_or(body));
        for (from, name, to) in jumps {
            if !variables.contains(name) {
                self.graph.join(from, to);
            }
        }
    }

    /// The names of the function's parameters and local variables.
    fn variables(&self, function: Node<'_>) -> FxHashSet<&'f str> {
        let mut names = FxHashSet::default();
        walk(function, |node| {
            let declares = matches!(
                node.kind(),
                "declaration"
                    | "parameter_declaration"
                    | "init_declarator"
                    | "pointer_declarator"
                    | "array_declarator"
            );
            if declares {
                let mut cursor = node.walk();
                let declared = node.children_by_field_name("declarator", &mut cursor);
                let named = declared.filter(|declarator| declarator.kind() == "identifier");
                names.extend(named.map(|name| self.word(name.start_byte())));
            }
            true
        });
        names
    }
}
