//! From a place in a function's code to the step that it is in.
//!
//! Whoever asks about one place asks about many: a search of all steps for each would make the answer
//! for a long function quadratic.

use std::ops::Range;

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use super::build::inside_parentheses;
use super::graph::{Graph, Role, StepId};
use crate::access::written;
use crate::walk::walk;

/// The steps of a graph, by where they stand.
#[derive(Debug)]
pub(super) struct Lookup {
    /// The first step that runs just this code.
    exact: FxHashMap<(usize, usize), StepId>,
    /// The steps that run, by where they start.
    runs: Vec<Placed>,
    /// The farthest end among `runs` up to each.
    farthest: Vec<usize>,
    /// The steps that run or are left, by where they start.
    code: Vec<Placed>,
    /// Assignments by where their left side starts: its end, and the whole.
    assignments: FxHashMap<usize, Vec<(usize, Range<usize>)>>,
}

#[derive(Clone, Copy, Debug)]
struct Placed {
    start: usize,
    end: usize,
    step: StepId,
}

impl Lookup {
    /// `assignments`: left side and whole, of each assignment.
    pub(super) fn new(graph: &Graph, assignments: Vec<(Range<usize>, Range<usize>)>) -> Self {
        let mut exact = FxHashMap::default();
        let (mut runs, mut code) = (Vec::new(), Vec::new());
        for (step, placed) in graph.steps.iter().enumerate() {
            let Range { start, end } = placed.range;
            let place = Placed { start, end, step };
            match placed.role {
                Role::Run => {
                    exact.entry((start, end)).or_insert(step);
                    runs.push(place);
                    code.push(place);
                }
                Role::Leave => code.push(place),
                _ => {}
            }
        }
        runs.sort_by_key(|run: &Placed| run.start);
        code.sort_by_key(|place: &Placed| place.start);
        let farthest = runs.iter().scan(0, |farthest, run| {
            *farthest = run.end.max(*farthest);
            Some(*farthest)
        });
        let mut by_start: FxHashMap<usize, Vec<(usize, Range<usize>)>> = FxHashMap::default();
        for (left, whole) in assignments {
            let same = by_start.entry(left.start).or_default();
            same.push((left.end, whole));
        }
        Self {
            exact,
            farthest: farthest.collect(),
            runs,
            code,
            assignments: by_start,
        }
    }

    /// The write of `x->m = v` happens when the assignment is done: the left side stands for the whole.
    pub(super) fn lift(&self, range: &Range<usize>) -> Range<usize> {
        let same = self.assignments.get(&range.start).into_iter().flatten();
        same.filter(|(left_end, _)| range.end <= *left_end)
            .map(|(_, whole)| whole)
            .min_by_key(|whole| whole.len())
            .unwrap_or(range)
            .clone()
    }

    /// The step that the code at `range` is in, or with which it begins.
    pub(super) fn first(&self, range: &Range<usize>) -> Option<StepId> {
        self.exact(range)
            .or_else(|| self.inside(range).min())
            .or_else(|| self.around(range))
    }

    /// The step that the code at `range` is in, or with which it ends.
    pub(super) fn last(&self, range: &Range<usize>) -> Option<StepId> {
        self.exact(range)
            .or_else(|| self.inside(range).max())
            .or_else(|| self.around(range))
    }

    fn exact(&self, range: &Range<usize>) -> Option<StepId> {
        self.exact.get(&(range.start, range.end)).copied()
    }

    fn inside(&self, range: &Range<usize>) -> impl Iterator<Item = StepId> {
        let from = self.code.partition_point(|place| place.start < range.start);
        let rest = self.code.get(from..).unwrap_or_default().iter();
        let end = range.end;
        rest.take_while(move |place| place.start <= end)
            .filter(move |place| place.end <= end)
            .map(|place| place.step)
    }

    fn around(&self, range: &Range<usize>) -> Option<StepId> {
        let until = self.runs.partition_point(|run| run.start <= range.start);
        let farthest = self.farthest.get(..until)?;
        let before = self.runs.get(..until)?.iter().zip(farthest).rev();
        before
            .take_while(|(_, farthest)| range.end <= **farthest)
            .map(|(run, _)| run)
            .filter(|run| range.end <= run.end)
            .min_by_key(|run| (run.end - run.start, run.step))
            .map(|run| run.step)
    }
}

/// Every assignment in the body, as (left side, whole).
pub(super) fn assignments(body: Node<'_>) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    walk(body, |node| {
        let left = match node.kind() {
            "assignment_expression" | "update_expression" => written(node),
            "init_declarator" => node.child_by_field_name("declarator"),
            _ => None,
        };
        if let Some(left) = left {
            found.push((inside_parentheses(left).byte_range(), node.byte_range()));
        }
        true
    });
    found.sort_by_key(|(left, whole)| (left.start, left.end, whole.end));
    found
}
