//! Dominators: what every path passes.

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

/// Lengauer, Tarjan: "A Fast Algorithm for Finding Dominators in a Flowgraph", with path compression alone. The simpler way,
/// to climb until two steps meet, climbs the whole function at each of a thousand labels.
fn dominators<'g>(
    root: StepId,
    count: usize,
    next: impl Fn(StepId) -> &'g [StepId],
) -> Vec<Option<StepId>> {
    let walk = Walk::of(root, count, &next);
    let reached = walk.order.len();
    let mut forest = Forest::new(reached);
    let mut nearest = vec![0; reached];
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); reached];
    for at in (1..reached).rev() {
        for &before in &walk.before[at] {
            let best = forest.best(before);
            forest.semi[at] = forest.semi[at].min(forest.semi[best]);
        }
        waiting[forest.semi[at]].push(at);
        let parent = walk.parent[at];
        forest.above[at] = Some(parent);
        for step in std::mem::take(&mut waiting[parent]) {
            let best = forest.best(step);
            nearest[step] = match forest.semi[best] < forest.semi[step] {
                true => best,
                false => parent,
            };
        }
    }
    let mut found = vec![None; count];
    found[root] = Some(root);
    for at in 1..reached {
        if nearest[at] != forest.semi[at] {
            nearest[at] = nearest[nearest[at]];
        }
        found[walk.order[at]] = Some(walk.order[nearest[at]]);
    }
    found
}

/// A walk in depth, which numbers the steps that it reaches.
struct Walk {
    /// The step of each number.
    order: Vec<StepId>,
    /// From which it was reached, by number.
    parent: Vec<usize>,
    /// All that lead to it, by number.
    before: Vec<Vec<usize>>,
}

impl Walk {
    fn of<'g>(root: StepId, count: usize, next: &impl Fn(StepId) -> &'g [StepId]) -> Self {
        let mut number = vec![None; count];
        let (mut order, mut parent) = (vec![root], vec![0]);
        number[root] = Some(0);
        let mut stack = vec![(0, 0)];
        while let Some((at, child)) = stack.last_mut() {
            let Some(&after) = next(order[*at]).get(*child) else {
                stack.pop();
                continue;
            };
            *child += 1;
            if number[after].is_none() {
                let new = order.len();
                number[after] = Some(new);
                parent.push(*at);
                order.push(after);
                stack.push((new, 0));
            }
        }
        let mut before = vec![Vec::new(); order.len()];
        for (at, &step) in order.iter().enumerate() {
            for after in next(step).iter().filter_map(|&after| number[after]) {
                before[after].push(at);
            }
        }
        Self {
            order,
            parent,
            before,
        }
    }
}

/// The steps that have been looked at, each below the one that the walk reached it from, with what is best on the way up.
struct Forest {
    /// The number of the semidominator, as far as it is known.
    semi: Vec<usize>,
    above: Vec<Option<usize>>,
    /// Of the steps on the way up that has been shortened, the one with the least semidominator.
    best: Vec<usize>,
}

impl Forest {
    fn new(count: usize) -> Self {
        Self {
            semi: (0..count).collect(),
            above: vec![None; count],
            best: (0..count).collect(),
        }
    }

    /// The step with the least semidominator from `step` up, the root of its tree left out.
    fn best(&mut self, step: usize) -> usize {
        let mut way = Vec::new();
        let mut at = step;
        while let Some(above) = self.above[at] {
            if self.above[above].is_none() {
                break;
            }
            way.push((at, above));
            at = above;
        }
        for (at, above) in way.into_iter().rev() {
            let (own, higher) = (self.best[at], self.best[above]);
            if self.semi[higher] < self.semi[own] {
                self.best[at] = higher;
            }
            self.above[at] = self.above[above];
        }
        self.best[step]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::dominators;

    /// The steps that are reached without passing `left_out`.
    fn reached(graph: &[Vec<usize>], left_out: Option<usize>) -> Vec<bool> {
        let mut seen = vec![false; graph.len()];
        let mut stack: Vec<usize> = (left_out != Some(0)).then_some(0).into_iter().collect();
        while let Some(step) = stack.pop() {
            if !std::mem::replace(&mut seen[step], true) {
                let next = graph[step].iter().copied();
                stack.extend(next.filter(|next| Some(*next) != left_out));
            }
        }
        seen
    }

    proptest! {
        #[test]
        fn a_dominator_is_what_no_path_goes_round(
            graph in (2_usize..14).prop_flat_map(|count| {
                prop::collection::vec(prop::collection::vec(0..count, 0..4), count)
            })
        ) {
            let found = dominators(0, graph.len(), |step| &graph[step]);
            let all = reached(&graph, None);
            let above: Vec<Vec<usize>> = (0..graph.len())
                .map(|step| {
                    let others = (0..graph.len()).filter(|other| *other != step && all[*other]);
                    others.filter(|other| !reached(&graph, Some(*other))[step]).collect()
                })
                .collect();
            prop_assert_eq!(found[0], Some(0));
            for step in 1..graph.len() {
                // The nearest one is below all the others.
                let nearest = above[step].iter().copied().max_by_key(|other| above[*other].len());
                prop_assert_eq!(found[step], nearest.filter(|_| all[step]), "{}", step);
            }
        }
    }
}
