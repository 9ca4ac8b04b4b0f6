//! Which conditions decide whether a step runs.
//!
//! A condition that came out so is a node of the graph. It guards a step when it dominates it (every
//! way to the step went through it, so its latest outcome is that one) and when the other outcome
//! could have kept the step from running. What a loop's end leaves true of its condition is no guard.

use std::cmp::Reverse;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::dominance::WaysOut;
use super::graph::{Graph, Role, Step, StepId};
use super::{Flow, Guard};

/// Of how many guards in a function it is asked which of them together are on every way.
const MOST_TOGETHER: usize = 64;

/// What all questions about guards in one function share.
#[derive(Debug)]
pub(crate) struct Index {
    /// The steps that each step comes right after.
    before: Vec<Vec<StepId>>,
    out: WaysOut,
    /// The nearest dominator of each step at which something is decided.
    deciding: Vec<Option<StepId>>,
}

impl Index {
    pub(crate) fn of(graph: &Graph) -> Self {
        let before = graph.before();
        Self {
            out: WaysOut::of(graph, &before),
            deciding: nearest(&graph.dominators(), |step| decides(&graph.steps[step].role)),
            before,
        }
    }
}

/// Where each condition came out so: by its range, and how.
pub(crate) type Steps = FxHashMap<(usize, usize, bool), StepId>;

/// See [`Steps`].
pub(crate) fn steps(graph: &Graph) -> Steps {
    let mut steps = Steps::default();
    for (step, placed) in graph.steps.iter().enumerate() {
        let Range { start, end } = placed.range;
        let holds = match placed.role {
            Role::Taken { holds, .. } => holds,
            Role::Dispatch { .. } => true,
            _ => continue,
        };
        steps.insert((start, end, holds), step);
    }
    steps
}

/// The guard that a condition which came out so is.
fn taken(step: &Step) -> Option<Guard> {
    let Role::Taken { holds, .. } = step.role else {
        return None;
    };
    Some(Guard {
        condition: step.range.clone(),
        holds,
        cases: Vec::new(),
    })
}

/// The guards of a kind in one function.
#[derive(Debug)]
pub struct Guarding<'f> {
    flow: &'f Flow,
    accepted: Vec<bool>,
    /// The nearest above each step.
    above: Vec<Option<StepId>>,
    /// The steps that a way leads to which goes through none of them.
    missed: Vec<bool>,
}

impl<'f> Guarding<'f> {
    pub(super) fn new(flow: &'f Flow, accepts: &mut dyn FnMut(&Guard) -> bool) -> Self {
        let graph = &flow.graph;
        let accepted: Vec<bool> = graph
            .steps
            .iter()
            .map(|step| match &step.role {
                Role::Taken { holds, .. } => accepts(&Guard {
                    condition: step.range.clone(),
                    holds: *holds,
                    cases: Vec::new(),
                }),
                Role::Dispatch { .. } => accepts(&Guard {
                    condition: step.range.clone(),
                    holds: true,
                    cases: vec![step.range.clone()],
                }),
                _ => false,
            })
            .collect();
        let index = flow.guard_index();
        let above = nearest(&index.deciding, |step| {
            accepted.get(step).copied().unwrap_or_default()
        });
        let is_accepted = |at: StepId| accepted.get(at).copied().unwrap_or_default();
        let missed = graph.reached(graph.entry, is_accepted);
        Self {
            flow,
            accepted,
            above,
            missed,
        }
    }

    /// All of them but what a `switch` says.
    pub fn conditions(&self) -> impl Iterator<Item = Guard> {
        let steps = self.flow.graph.steps.iter().zip(&self.accepted);
        let accepted = steps.filter(|(_, accepted)| **accepted);
        accepted.filter_map(|(step, _)| taken(step))
    }

    /// Whether every way to the code at `range` goes through one of those that `counts`: each of two arms of an `#if`, or of
    /// two branches, may have its own.
    #[must_use]
    pub fn on_every_way(&self, range: &Range<usize>, counts: &dyn Fn(&Guard) -> bool) -> bool {
        let graph = &self.flow.graph;
        let Some(step) = self.flow.first_step(range) else {
            return false;
        };
        // None of them needs to be looked at, where a way goes past them all.
        if self.missed[step] || !self.flow.reachable[step] {
            return false;
        }
        let is_accepted = |at: &StepId| self.accepted.get(*at).copied().unwrap_or_default();
        // The last ones of each way are enough, and of thousands the only ones that are asked.
        let last = self.last_before(step);
        if !last.is_empty() && last.iter().all(|at| self.counts(*at, counts)) {
            return true;
        }
        if self.accepted.iter().filter(|accepted| **accepted).count() > MOST_TOGETHER {
            return false;
        }
        let passed: FxHashSet<StepId> = (0..graph.steps.len())
            .filter(is_accepted)
            .filter(|at| self.counts(*at, counts))
            .collect();
        let is_passed = |at: StepId| passed.contains(&at);
        !passed.is_empty()
            && self.flow.reachable[step]
            && !graph.reached(graph.entry, is_passed)[step]
    }

    /// Whether what is decided at a step is a condition that `counts`.
    fn counts(&self, at: StepId, counts: &dyn Fn(&Guard) -> bool) -> bool {
        taken(&self.flow.graph.steps[at]).is_some_and(|guard| counts(&guard))
    }

    /// Those of them that a way to the step goes through last.
    fn last_before(&self, step: StepId) -> Vec<StepId> {
        let before = &self.flow.guard_index().before;
        let mut seen: FxHashSet<StepId> = FxHashSet::default();
        let mut found = Vec::new();
        let mut pending = vec![step];
        while let Some(at) = pending.pop() {
            for &from in before.get(at).into_iter().flatten() {
                if !seen.insert(from) {
                    continue;
                }
                match self.accepted.get(from).copied().unwrap_or_default() {
                    true => found.push(from),
                    false => pending.push(from),
                }
            }
        }
        found
    }

    /// Those of the code at `range`, the nearest first; none for code that is not reached. A `switch` is one where a
    /// single value leads to the code. What the end of a loop says of its condition is one here: whether the code is kept
    /// from running is not asked, but what is true where it runs.
    pub fn at(&self, range: &Range<usize>) -> impl Iterator<Item = Guard> {
        let step = self.flow.first_step(range);
        let step = step.filter(|step| self.flow.reachable[*step]);
        let first = step.and_then(|step| self.above[step]);
        let guards = self.flow.guard_finder();
        std::iter::successors(first, |above| self.above[*above]).filter_map(move |above| {
            match &guards.graph.steps[above].role {
                Role::Dispatch { cases } => guards.sole_case(above, cases, step?),
                _ => taken(&guards.graph.steps[above]),
            }
        })
    }
}

/// Of each step, the nearest of those above it that is `wanted`; `above` leads to the root.
fn nearest(above: &[Option<StepId>], wanted: impl Fn(StepId) -> bool) -> Vec<Option<StepId>> {
    let mut known: Vec<Option<Option<StepId>>> = vec![None; above.len()];
    for step in 0..above.len() {
        let mut way = Vec::new();
        let mut at = step;
        let answer = loop {
            if let Some(answer) = known[at] {
                break answer;
            }
            way.push(at);
            match above[at] {
                Some(above) if above == at => break None,
                Some(above) if wanted(above) => break Some(above),
                Some(above) => at = above,
                None => break None,
            }
        };
        for step in way {
            known[step] = Some(answer);
        }
    }
    known.into_iter().map(Option::flatten).collect()
}

fn decides(role: &Role) -> bool {
    matches!(role, Role::Taken { .. } | Role::Dispatch { .. })
}

/// Finds guards in one function.
pub(crate) struct Guards<'g> {
    pub(crate) graph: &'g Graph,
    pub(crate) index: &'g Index,
    /// Loops without an end of their own: where a round begins, and the statement.
    pub(crate) endless: &'g [(StepId, Range<usize>)],
}

impl Guards<'_> {
    /// The guards of `step`, in the order of the source, a whole condition before its operands.
    pub(crate) fn of(&self, step: StepId) -> Vec<Guard> {
        let mut found = Vec::new();
        let mut at = step;
        while let Some(above) = self.index.deciding.get(at).copied().flatten() {
            found.extend(self.guard_at(above, step));
            at = above;
        }
        found.sort_by_key(|guard| (guard.condition.start, Reverse(guard.condition.end)));
        found
    }

    fn guard_at(&self, above: StepId, step: StepId) -> Option<Guard> {
        match &self.graph.steps[above].role {
            Role::Taken {
                ends_loop: true, ..
            } => None,
            Role::Taken {
                holds, opposite, ..
            } => self.may_miss(*opposite, step).then(|| Guard {
                condition: self.graph.steps[above].range.clone(),
                holds: *holds,
                cases: Vec::new(),
            }),
            Role::Dispatch { cases } => self.switch_guard(above, cases, step),
            _ => None,
        }
    }

    /// Whether control that is at `from` can end without coming to `step`, or never comes there. A
    /// round of an endless loop around the step ends where the next begins.
    fn may_miss(&self, from: StepId, step: StepId) -> bool {
        match self.index.out.avoid(from, step) {
            Some(true) => return true,
            // It comes to the exit, and there by the step alone.
            Some(false) => {}
            None if !self.graph.reached(from, |_| false)[step] => return true,
            None => {}
        }
        let inside = &self.graph.steps[step].range;
        let mut rounds = self
            .endless
            .iter()
            .filter(|(_, whole)| whole.start <= inside.start && inside.end <= whole.end)
            .peekable();
        if rounds.peek().is_none() {
            return false;
        }
        let avoiding = self.graph.reached(from, |next| next == step);
        rounds.any(|(round, _)| avoiding[*round])
    }

    /// The cases of a `switch` that lead to `step`, where not all do.
    fn switch_guard(&self, dispatch: StepId, cases: &[StepId], step: StepId) -> Option<Guard> {
        let leads = self.leading_to(step, dispatch);
        let (leading, others): (Vec<StepId>, Vec<StepId>) =
            cases.iter().partition(|case| leads[**case]);
        if others.is_empty() {
            return None;
        }
        switch_condition(self.graph, dispatch, &leading, &others)
    }

    /// The only case of a `switch` that leads to `step`, where there are others.
    fn sole_case(&self, dispatch: StepId, cases: &[StepId], step: StepId) -> Option<Guard> {
        let mut seen = FxHashSet::default();
        let mut pending = vec![step];
        let mut sole = None;
        seen.insert(step);
        while let Some(at) = pending.pop() {
            let is_own = self.index.before[at].contains(&dispatch);
            if is_own && sole.replace(at).is_some() {
                return None;
            }
            for &from in &self.index.before[at] {
                if from != dispatch && seen.insert(from) {
                    pending.push(from);
                }
            }
        }
        let sole = sole?;
        let Role::Case { value } = &self.graph.steps[sole].role else {
            return None;
        };
        let value_of = |case: &StepId| match &self.graph.steps[*case].role {
            Role::Case { value } => value.clone(),
            _ => None,
        };
        // By `default`: by none of the others.
        let others = || cases.iter().filter(|case| **case != sole).map(value_of);
        let values = match value {
            Some(value) => vec![value.clone()],
            None => others().collect::<Option<_>>()?,
        };
        (cases.len() > 1).then(|| Guard {
            condition: self.graph.steps[dispatch].range.clone(),
            holds: value.is_some(),
            cases: values,
        })
    }

    /// The steps from which a path leads to `step` that does not pass `avoided`.
    fn leading_to(&self, step: StepId, avoided: StepId) -> Vec<bool> {
        let mut leads = vec![false; self.index.before.len()];
        let mut pending = vec![step];
        leads[step] = true;
        while let Some(at) = pending.pop() {
            for &from in &self.index.before[at] {
                if from != avoided && !leads[from] {
                    leads[from] = true;
                    pending.push(from);
                }
            }
        }
        leads
    }
}

/// The guard that says which cases of a `switch` lead on.
fn switch_condition(
    graph: &Graph,
    dispatch: StepId,
    leading: &[StepId],
    others: &[StepId],
) -> Option<Guard> {
    let values = |cases: &[StepId]| -> Option<Vec<Range<usize>>> {
        cases
            .iter()
            .map(|case| match &graph.steps[*case].role {
                Role::Case { value } => value.clone(),
                _ => None,
            })
            .collect()
    };
    let (holds, cases) = match values(leading) {
        Some(cases) => (true, cases),
        // By `default`: by none of the others.
        None => (false, values(others)?),
    };
    Some(Guard {
        condition: graph.steps[dispatch].range.clone(),
        holds,
        cases,
    })
}
