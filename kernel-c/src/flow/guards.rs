//! Which conditions decide whether a step runs.
//!
//! A condition that came out so is a node of the graph. It guards a step when it dominates it (every
//! way to the step went through it, so its latest outcome is that one) and when the other outcome
//! could have kept the step from running. What a loop's end leaves true of its condition is no guard.

use std::cmp::Reverse;
use std::ops::Range;

use super::Guard;
use super::graph::{Graph, Role, StepId};

/// The guards of `step`, in the order of the source, a whole condition before its operands.
pub(crate) fn guards(graph: &Graph, dominators: &[Option<StepId>], step: StepId) -> Vec<Guard> {
    let mut found = Vec::new();
    let mut at = step;
    while let Some(above) = dominators.get(at).copied().flatten() {
        if above == at {
            break;
        }
        found.extend(guard_at(graph, above, step));
        at = above;
    }
    found.sort_by_key(|guard| (guard.condition.start, Reverse(guard.condition.end)));
    found
}

fn guard_at(graph: &Graph, above: StepId, step: StepId) -> Option<Guard> {
    match &graph.steps[above].role {
        Role::Taken { holds, opposite } => may_miss(graph, *opposite, step).then(|| Guard {
            condition: graph.steps[above].range.clone(),
            holds: *holds,
            cases: Vec::new(),
        }),
        Role::Dispatch { cases } => switch_guard(graph, above, cases, step),
        _ => None,
    }
}

/// Whether control that is at `from` can end without coming to `step`, or never comes there.
fn may_miss(graph: &Graph, from: StepId, step: StepId) -> bool {
    let avoiding = graph.reached(from, |next| next == step);
    avoiding[graph.exit] || !graph.reached(from, |_| false)[step]
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
