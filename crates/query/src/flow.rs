//! Control flow of one function.
//!
//! The grain is the statement, and within statements the operands of `&&`, `||`, `?:` and `,`: what
//! one of these operators can skip is a step of its own. `#if` arms are alternatives. A macro that
//! only its block tells from a call is a loop unless a table says otherwise.

mod arms;
mod asm;
mod branches;
mod build;
mod changes;
mod constant;
mod dominance;
mod expression;
mod graph;
mod guards;
mod hidden;
mod implied;
mod leaf;
mod lookup;
mod loops;
mod names;
mod order;
mod path;
mod rebound;
mod same_truth;
mod text;
mod validity;

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use crate::File;
use crate::access::chain;
use changes::Changes;
use graph::{Graph, Role, StepId};
use lookup::Lookup;
use syntax::directives::Condition;
use syntax::items::Function;
use syntax::source::Unread;

pub(crate) use changes::{Writes, written_by, written_itself};
pub use constant::truth_of;
pub use guards::Guarding;
pub(crate) use hidden::{HiddenMacros, hidden_macros};
pub use implied::implied_by;
pub use names::is_transparent as has_truth_of_argument;
pub use path::{Around, PathMatch, PathPattern};
pub use same_truth::{addressed, same_truth};
pub use text::guard_text;
pub use validity::Validity;

/// The control-flow graph of a function, at the grain of statements and the operands of `&&`, `||`, `?:`.
#[derive(Debug)]
pub struct Flow {
    graph: Graph,
    reachable: Vec<bool>,
    cyclic: Vec<bool>,
    /// Made when a guard is first asked for.
    guards: OnceLock<guards::Index>,
    guard_steps: OnceLock<guards::Steps>,
    /// With the step of each.
    changes: OnceLock<(Changes, Vec<Option<StepId>>)>,
    /// The guards asked about last, see [`Flow::validity`].
    last_guards: Mutex<Vec<Arc<validity::Known>>>,
    /// Operands that are not evaluated: what is in them never happens.
    unevaluated: Vec<Range<usize>>,
    /// Conditions with operands that an `#if` in the middle of them may leave out.
    parted: Vec<Range<usize>>,
    body: Range<usize>,
    unsequenced: Vec<Vec<Range<usize>>>,
    endless: Vec<(StepId, Range<usize>)>,
    lookup: Lookup,
}

/// A condition that decides whether code runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The condition expression, without its parentheses; what a `switch` looks at; of a macro that
    /// stands for `if` or a loop, the macro with its arguments.
    pub condition: Range<usize>,
    /// Whether the code runs where it is true (`then`, `&&`) or false (`else`, `||`, after `if (c) return;`).
    pub holds: bool,
    /// In a `switch`: the values (`A`, `A ... B`) that lead to the code, or, where `holds` is false,
    /// those that do not. Empty for any other condition.
    pub cases: Vec<Range<usize>>,
}

/// Whether one thing always comes before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// On every path that reaches the second, a first comes before.
    Always,
    /// On this path it does not: byte offsets of the statements passed, the second's last.
    Not(Vec<usize>),
    /// No path reaches the second.
    Unreachable,
}

impl Flow {
    /// Builds the graph.
    ///
    /// # Errors
    /// The unread region inside the function, where there is one; or an arm of `#if` that the view
    /// leaves out because it does not fit beside the others (a few functions in ten thousand).
    pub fn of(file: &File, function: &Function) -> Result<Self, Unread> {
        Self::of_body(file, &function.range, &function.body)
    }

    /// Builds the graph of a function as the configurations have it in which all of `given` is so.
    ///
    /// # Errors
    /// As [`Flow::of`].
    pub fn of_under(file: &File, function: &Function, given: &[Condition]) -> Result<Self, Unread> {
        Self::built(file, &function.range, &function.body, given)
    }

    /// Builds the graph of a function that spans `range` and has its body at `body`.
    ///
    /// # Errors
    /// As [`Flow::of`].
    pub fn of_body(file: &File, range: &Range<usize>, body: &Range<usize>) -> Result<Self, Unread> {
        Self::built(file, range, body, &[])
    }

    fn built(
        file: &File,
        range: &Range<usize>,
        body: &Range<usize>,
        given: &[Condition],
    ) -> Result<Self, Unread> {
        if let Some(unread) = file.unread_in(range) {
            return Err(unread.clone());
        }
        if let Some(unread) = dropped_in(file, range).or_else(|| included_in(file, body)) {
            return Err(unread);
        }
        let node = chain(file, body)
            .into_iter()
            .find(|node| node.byte_range() == *body && node.kind() == "compound_statement");
        let Some(node) = node else {
            return Err(Unread {
                range: body.clone(),
                cause: "a body that is no block".to_owned(),
            });
        };
        let built = build::build(file, node, given)?;
        let graph = built.graph;
        Ok(Self {
            reachable: graph.reached(graph.entry, |_| false),
            cyclic: graph.cyclic(),
            guards: OnceLock::new(),
            guard_steps: OnceLock::new(),
            changes: OnceLock::new(),
            last_guards: Mutex::default(),
            unevaluated: built.unevaluated,
            parted: built.parted,
            body: body.clone(),
            unsequenced: built.unsequenced,
            endless: built.endless,
            lookup: Lookup::new(&graph, lookup::assignments(node)),
            graph,
        })
    }

    /// Whether control can get to the statement or expression at `range`.
    #[must_use]
    pub fn reaches(&self, range: &Range<usize>) -> bool {
        self.first_step(range)
            .is_some_and(|step| self.reachable[step])
    }

    /// Whether the code at `range` can run more than once in one call: it stands in a loop, of
    /// `goto` too.
    #[must_use]
    pub fn in_loop(&self, range: &Range<usize>) -> bool {
        self.first_step(range)
            .is_some_and(|step| self.reachable[step] && self.cyclic[step])
    }

    /// The conditions that decide whether the code at `range` runs, in the order of the source, which
    /// is outermost first, and a whole condition before those of its operands that decide too: of
    /// `if (a && !b)`, the guards are `a && !b`, `a`, `!b` and (false) `b`. Enclosing `if`s and loops,
    /// short-circuit operands before it, `case`s, and earlier `if (c) return;`. None for code that is
    /// not reached.
    #[must_use]
    pub fn guards(&self, range: &Range<usize>) -> Vec<Guard> {
        let guards = self.guard_finder();
        match self.first_step(range) {
            Some(step) if self.reachable[step] => guards.of(step),
            _ => Vec::new(),
        }
    }

    /// Which of the guards, everywhere in the function, are of a kind: `accepts` is asked once a condition
    /// (of a `switch`, with what it looks at for its only case).
    #[must_use]
    pub fn guarding(&self, accepts: &mut dyn FnMut(&Guard) -> bool) -> Guarding<'_> {
        Guarding::new(self, accepts)
    }

    /// Whether the code at `range` is in an operand that is not evaluated: of `sizeof`, say.
    #[must_use]
    pub fn is_unevaluated(&self, range: &Range<usize>) -> bool {
        let holds =
            |operand: &Range<usize>| operand.start <= range.start && range.end <= operand.end;
        self.unevaluated.iter().any(holds)
    }

    /// Whether an `#if` in the middle of the condition at `range` may leave out a part of it.
    #[must_use]
    pub fn is_parted(&self, range: &Range<usize>) -> bool {
        self.parted.contains(range)
    }

    /// Whether any condition is so parted.
    #[must_use]
    pub fn has_parted(&self) -> bool {
        !self.parted.is_empty()
    }

    /// The guards of `range` that are no part of another: as people would say it.
    #[must_use]
    pub fn outermost_guards(&self, range: &Range<usize>) -> Vec<Guard> {
        let mut kept: Vec<Guard> = Vec::new();
        // They come in the order of the source, so that none starts before one that is kept.
        let mut farthest = None;
        for guard in self.guards(range) {
            let end = guard.condition.end;
            if farthest.is_none_or(|farthest| end > farthest) {
                farthest = Some(end);
                kept.push(guard);
            }
        }
        kept
    }

    /// Whether on every path from the function's start to any of `second`, one of `first` has been
    /// passed. Inside one expression an operand comes before what it is an operand of, and the value
    /// before the assignment; operands that C may evaluate in any order do not precede each other.
    #[must_use]
    pub fn precedes(&self, first: &[Range<usize>], second: &[Range<usize>]) -> Precedence {
        order::precedes(self, first, second)
    }

    /// A way from behind the code at `from` to the code at `to` that passes none of `avoiding` in between, round a loop too:
    /// byte offsets of what it passes, `from` first and `to` last.
    #[must_use]
    pub fn leads(
        &self,
        from: &Range<usize>,
        to: &Range<usize>,
        avoiding: &[Range<usize>],
    ) -> Option<Vec<usize>> {
        order::leads(self, from, to, avoiding)
    }

    /// Whether every way from behind the code at `from` to the function's end passes one of `to`, and none of `avoiding`
    /// before it.
    #[must_use]
    pub fn always_leads(
        &self,
        from: &Range<usize>,
        to: &[Range<usize>],
        avoiding: &[Range<usize>],
    ) -> bool {
        order::always_leads(self, from, to, avoiding)
    }

    /// Statements and operands that control never gets to, in the order of the source.
    #[must_use]
    pub fn dead(&self) -> Vec<Range<usize>> {
        let mut dead: Vec<Range<usize>> = self
            .graph
            .steps
            .iter()
            .zip(&self.reachable)
            .filter(|(step, reachable)| step.role == Role::Run && !**reachable)
            .map(|(step, _)| step.range.clone())
            .collect();
        dead.sort_by_key(|range| (range.start, range.end));
        dead
    }

    fn guard_index(&self) -> &guards::Index {
        self.guards.get_or_init(|| guards::Index::of(&self.graph))
    }

    fn guard_finder(&self) -> guards::Guards<'_> {
        guards::Guards {
            graph: &self.graph,
            index: self.guard_index(),
            endless: &self.endless,
        }
    }

    /// The step that the code at `range` is in, or with which it begins.
    fn first_step(&self, range: &Range<usize>) -> Option<StepId> {
        self.lookup.first(&self.lookup.lift(range))
    }
}

/// An `#include` in a body: what the file has is done there.
fn included_in(file: &File, body: &Range<usize>) -> Option<Unread> {
    let mut own = file.includes().iter();
    own.find(|own| body.contains(&own.range.start) && !file.is_dead(own.range.start))
        .map(|own| Unread {
            range: own.range.clone(),
            cause: format!("what `#include` of {} does there is not known", own.header),
        })
}

/// Code in `range` that a compiler may see and the syntax tree does not.
fn dropped_in(file: &File, range: &Range<usize>) -> Option<Unread> {
    let mut dropped = file.dropped().iter().filter(|dropped| !dropped.dead);
    dropped
        .find(|dropped| dropped.range.start < range.end && range.start < dropped.range.end)
        .map(|dropped| Unread {
            range: dropped.range.clone(),
            cause: "an arm of #if that does not fit beside the others".to_owned(),
        })
}
