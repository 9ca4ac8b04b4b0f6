//! Which conditions decide whether a step runs.
//!
//! A condition that came out so is a node of the graph. It guards a step when it dominates it (every
//! way to the step went through it, so its latest outcome is that one) and when the other outcome
//! could have kept the step from running. What a loop's end leaves true of its condition is no guard.

use std::cmp::Reverse;
use std::ops::Range;

use super::Guard;
use super::graph::{Graph, Role, StepId};

/// Finds guards in one function.
pub(crate) struct Guards<'g> {
    pub(crate) graph: &'g Graph,
    pub(crate) dominators: &'g [Option<StepId>],
    /// Loops without an end of their own: where a round begins, and the statement.
    pub(crate) endless: &'g [(StepId, Range<usize>)],
}

impl Guards<'_> {
    /// The guards of `step`, in the order of the source, a whole condition before its operands.
    pub(crate) fn of(&self, step: StepId) -> Vec<Guard> {
        let mut found = Vec::new();
        let mut at = step;
        while let Some(above) = self.dominators.get(at).copied().flatten() {
            if above == at {
                break;
            }
            found.extend(self.guard_at(above, step));
            at = above;
        }
        found.sort_by_key(|guard| (guard.condition.start, Reverse(guard.condition.end)));
        found
    }

    fn guard_at(&self, above: StepId, step: StepId) -> Option<Guard> {
        match &self.graph.steps[above].role {
            Role::Taken { holds, opposite } => self.may_miss(*opposite, step).then(|| Guard {
                condition: self.graph.steps[above].range.clone(),
                holds: *holds,
                cases: Vec::new(),
            }),
            Role::Dispatch { cases } => switch_guard(self.graph, above, cases, step),
            _ => None,
        }
    }

    /// Whether control that is at `from` can end without coming to `step`, or never comes there. A
    /// round of an endless loop around the step ends where the next begins.
    fn may_miss(&self, from: StepId, step: StepId) -> bool {
        let avoiding = self.graph.reached(from, |next| next == step);
        let inside = &self.graph.steps[step].range;
        let round_ends = self.endless.iter().any(|(round, whole)| {
            avoiding[*round] && whole.start <= inside.start && inside.end <= whole.end
        });
        round_ends || avoiding[self.graph.exit] || !self.graph.reached(from, |_| false)[step]
    }
}

/// The cases of a `switch` that lead to `step`, where not all do.
fn switch_guard(graph: &Graph, dispatch: StepId, cases: &[StepId], step: StepId) -> Option<Guard> {
    let (leading, others): (Vec<StepId>, Vec<StepId>) = cases
        .iter()
        .partition(|case| graph.reached(**case, |next| next == dispatch)[step]);
    if others.is_empty() {
        return None;
    }
    let values = |cases: &[StepId]| -> Option<Vec<Range<usize>>> {
        cases
            .iter()
            .map(|case| match &graph.steps[*case].role {
                Role::Case { value } => value.clone(),
                _ => None,
            })
            .collect()
    };
    let (holds, cases) = match values(&leading) {
        Some(cases) => (true, cases),
        // By `default`: by none of the others.
        None => (false, values(&others)?),
    };
    Some(Guard {
        condition: graph.steps[dispatch].range.clone(),
        holds,
        cases,
    })
}
