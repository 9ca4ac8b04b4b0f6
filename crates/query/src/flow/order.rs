//! Whether one event always comes before another.

use std::ops::Range;

use super::graph::{Role, StepId};
use super::{Flow, Precedence};

/// Something that happens: in a step, by code at a range.
struct Event {
    step: StepId,
    range: Range<usize>,
    /// The code is (part of) the step, rather than a statement of several steps.
    within: bool,
}

pub(crate) fn precedes(flow: &Flow, first: &[Range<usize>], second: &[Range<usize>]) -> Precedence {
    let firsts: Vec<Event> = first
        .iter()
        .filter(|range| !flow.is_unevaluated(range))
        .filter_map(|range| event(flow, range, false))
        .collect();
    let mut reached = false;
    for range in second {
        if flow.is_unevaluated(range) {
            continue;
        }
        let Some(second) = event(flow, range, true) else {
            continue;
        };
        if !flow.reachable[second.step] {
            continue;
        }
        reached = true;
        if firsts
            .iter()
            .any(|first| comes_first_inside(first, &second))
        {
            continue;
        }
        let blocked: Vec<StepId> = firsts
            .iter()
            .filter(|first| !in_any_order(flow, first, &second))
            .map(|first| first.step)
            .collect();
        if let Some(path) = path_avoiding(flow, &blocked, second.step) {
            return Precedence::Not(offsets(flow, &path, second.range.start));
        }
    }
    if reached {
        Precedence::Always
    } else {
        Precedence::Unreachable
    }
}

/// A shortest path from behind `from` to one of `to` that passes none of `avoiding` in between: byte offsets, `from` first.
pub(crate) fn leads(
    flow: &Flow,
    from: &Range<usize>,
    to: &Range<usize>,
    avoiding: &[Range<usize>],
) -> Option<Vec<usize>> {
    let start = happening(flow, from, false)?;
    let target = happening(flow, to, true)?;
    let blocked: Vec<StepId> = avoiding
        .iter()
        .filter_map(|range| happening(flow, range, false))
        .filter(|step| *step != target)
        .collect();
    let path = path_between(flow, start, &blocked, |step| step == target)?;
    let mut passed = offsets(flow, &path, to.start);
    passed.insert(0, from.start);
    passed.dedup();
    Some(passed)
}

/// Whether every path from behind `from` comes to one of `to`, and to none of `avoiding` before it.
pub(crate) fn always_leads(
    flow: &Flow,
    from: &Range<usize>,
    to: &[Range<usize>],
    avoiding: &[Range<usize>],
) -> bool {
    let Some(start) = happening(flow, from, false) else {
        return false;
    };
    let steps = |ranges: &[Range<usize>], enter| -> Vec<StepId> {
        let steps = ranges
            .iter()
            .filter_map(|range| happening(flow, range, enter));
        steps.collect()
    };
    let ends = steps(to, true);
    let bad = steps(avoiding, false);
    let exit = flow.graph.exit;
    let misses = |step| step == exit || bad.contains(&step) && !ends.contains(&step);
    !ends.is_empty() && path_between(flow, start, &ends, misses).is_none()
}

/// The step of code that runs, if control gets there.
fn happening(flow: &Flow, range: &Range<usize>, enter: bool) -> Option<StepId> {
    if flow.is_unevaluated(range) {
        return None;
    }
    let step = event(flow, range, enter)?.step;
    flow.reachable[step].then_some(step)
}

/// A shortest path to a step that `ends` it, from behind `start`: it goes on from no step of `blocked`.
fn path_between(
    flow: &Flow,
    start: StepId,
    blocked: &[StepId],
    ends: impl Fn(StepId) -> bool,
) -> Option<Vec<StepId>> {
    let graph = &flow.graph;
    let mut from: Vec<Option<StepId>> = vec![None; graph.steps.len()];
    let mut pending = std::collections::VecDeque::from([start]);
    let mut is_start = true;
    while let Some(step) = pending.pop_front() {
        if !is_start && blocked.contains(&step) {
            continue;
        }
        is_start = false;
        for &next in &graph.steps[step].next {
            if ends(next) {
                let mut path = vec![next, step];
                let mut at = step;
                while let Some(before) = from[at].filter(|_| at != start) {
                    path.push(before);
                    at = before;
                }
                path.reverse();
                return Some(path);
            }
            if from[next].is_none() {
                from[next] = Some(step);
                pending.push_back(next);
            }
        }
    }
    None
}

fn event(flow: &Flow, range: &Range<usize>, enter: bool) -> Option<Event> {
    let range = flow.lookup.lift(range);
    let step = if enter {
        flow.lookup.first(&range)?
    } else {
        flow.lookup.last(&range)?
    };
    let own = &flow.graph.steps[step].range;
    Some(Event {
        step,
        within: own.start <= range.start && range.end <= own.end,
        range,
    })
}

/// In one step, what is inside an expression is evaluated before the expression is.
fn comes_first_inside(first: &Event, second: &Event) -> bool {
    first.step == second.step
        && first.within
        && second.within
        && first.range != second.range
        && second.range.start <= first.range.start
        && first.range.end <= second.range.end
}

/// Whether the two are in operands of one expression that C evaluates in any order.
fn in_any_order(flow: &Flow, first: &Event, second: &Event) -> bool {
    let operand = |operands: &[Range<usize>], event: &Event| {
        operands
            .iter()
            .position(|range| range.start <= event.range.start && event.range.end <= range.end)
    };
    flow.unsequenced.iter().any(|operands| {
        match (operand(operands, first), operand(operands, second)) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        }
    })
}

/// A shortest path from the entry to `target` that passes none of `blocked` before it.
fn path_avoiding(flow: &Flow, blocked: &[StepId], target: StepId) -> Option<Vec<StepId>> {
    let graph = &flow.graph;
    let mut is_blocked = vec![false; graph.steps.len()];
    for &step in blocked {
        is_blocked[step] = true;
    }
    let mut from: Vec<Option<StepId>> = vec![None; graph.steps.len()];
    let mut pending = std::collections::VecDeque::from([graph.entry]);
    from[graph.entry] = Some(graph.entry);
    while let Some(step) = pending.pop_front() {
        if step == target {
            return Some(way_back(&from, target));
        }
        if is_blocked[step] {
            continue;
        }
        for &next in &graph.steps[step].next {
            if from[next].is_none() {
                from[next] = Some(step);
                pending.push_back(next);
            }
        }
    }
    None
}

fn way_back(from: &[Option<StepId>], target: StepId) -> Vec<StepId> {
    let mut path = vec![target];
    let mut at = target;
    while let Some(before) = from[at].filter(|before| *before != at) {
        path.push(before);
        at = before;
    }
    path.reverse();
    path
}

fn offsets(flow: &Flow, path: &[StepId], last: usize) -> Vec<usize> {
    let before = path.len().saturating_sub(1);
    let mut offsets: Vec<usize> = path[..before]
        .iter()
        .map(|step| &flow.graph.steps[*step])
        .filter(|step| step.role == Role::Run)
        .map(|step| step.range.start)
        .collect();
    offsets.push(last);
    offsets.dedup();
    offsets
}
