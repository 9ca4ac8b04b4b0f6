//! Dominators: what every path passes.

use std::collections::BinaryHeap;

use super::graph::{Graph, StepId};

impl Graph {
    /// The immediate dominator of each reachable step; of the entry, itself.
    pub(crate) fn dominators(&self) -> Vec<Option<StepId>> {
        let next = |step: StepId| &self.steps[step].next[..];
        dominators(self.entry, self.steps.len(), next)
    }

    /// The steps that each step comes right after.
    pub(crate) fn before(&self) -> Vec<Vec<StepId>> {
        let mut before: Vec<Vec<StepId>> = vec![Vec::new(); self.steps.len()];
        for (step, from) in self.steps.iter().enumerate() {
            for &next in &from.next {
                before[next].push(step);
            }
        }
        before
    }
}

/// What every path to the exit passes, answered without a walk.
#[derive(Debug)]
pub(crate) struct WaysOut {
    /// Of each step in the tree of what comes last: when a walk of the tree enters it and leaves it.
    /// None: it never comes to the exit.
    visits: Vec<Option<(usize, usize)>>,
}

impl WaysOut {
    pub(crate) fn of(graph: &Graph, before: &[Vec<StepId>]) -> Self {
        let count = graph.steps.len();
        let dominators = dominators(graph.exit, count, |step| &before[step]);
        let mut below: Vec<Vec<StepId>> = vec![Vec::new(); count];
        for (step, above) in dominators.iter().enumerate() {
            if let Some(above) = above.filter(|above| *above != step) {
                below[above].push(step);
            }
        }
        let mut visits = vec![None; count];
        let mut clock = 0;
        let mut stack = vec![(graph.exit, 0)];
        while let Some((step, child)) = stack.last_mut() {
            if *child == 0 {
                visits[*step] = Some((clock, usize::MAX));
                clock += 1;
            }
            if let Some(&next) = below[*step].get(*child) {
                *child += 1;
                stack.push((next, 0));
            } else {
                if let Some((_, left)) = &mut visits[*step] {
                    *left = clock;
                }
                stack.pop();
            }
        }
        Self { visits }
    }

    /// Whether a path leads from `from` to the exit that does not pass `step`; none: no path does at all.
    pub(crate) fn avoid(&self, from: StepId, step: StepId) -> Option<bool> {
        let (at, _) = self.visits[from]?;
        let passes = self.visits[step].is_some_and(|(enter, leave)| enter <= at && at < leave);
        Some(!passes)
    }
}

/// Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm".
fn dominators<'g>(
    root: StepId,
    count: usize,
    next: impl Fn(StepId) -> &'g [StepId],
) -> Vec<Option<StepId>> {
    let order = reverse_postorder(root, count, &next);
    let mut rank = vec![usize::MAX; count];
    for (position, &step) in order.iter().enumerate() {
        rank[step] = position;
    }
    let mut before: Vec<Vec<StepId>> = vec![Vec::new(); count];
    for &step in &order {
        for &after in next(step) {
            before[after].push(step);
        }
    }
    let mut found = vec![None; count];
    found[root] = Some(root);
    let mut changed = true;
    while changed {
        changed = false;
        for &step in order.iter().skip(1) {
            let known = before[step].iter().copied();
            let known = known.filter(|&from| found[from].is_some());
            let new = meet(&found, &rank, known);
            if found[step] != new {
                found[step] = new;
                changed = true;
            }
        }
    }
    found
}

/// What can be reached, each step before what comes after it, loops apart.
fn reverse_postorder<'g>(
    root: StepId,
    count: usize,
    next: &impl Fn(StepId) -> &'g [StepId],
) -> Vec<StepId> {
    let mut order = Vec::new();
    let mut seen = vec![false; count];
    let mut stack = vec![(root, 0)];
    seen[root] = true;
    while let Some((step, child)) = stack.last_mut() {
        if let Some(&after) = next(*step).get(*child) {
            *child += 1;
            if !seen[after] {
                seen[after] = true;
                stack.push((after, 0));
            }
        } else {
            order.push(*step);
            stack.pop();
        }
    }
    order.reverse();
    order
}

/// What all of the steps have above them, the nearest. They go up together, the last of them first: two by two, each of the
/// thousand ways to an exit would go up the whole function.
fn meet(
    found: &[Option<StepId>],
    rank: &[usize],
    steps: impl Iterator<Item = StepId>,
) -> Option<StepId> {
    let mut pending: BinaryHeap<(usize, StepId)> = steps.map(|step| (rank[step], step)).collect();
    loop {
        let last = pending.pop()?;
        while pending.peek() == Some(&last) {
            pending.pop();
        }
        let (_, step) = last;
        if pending.is_empty() {
            return Some(step);
        }
        let above = found[step]?;
        pending.push((rank[above], above));
    }
}
