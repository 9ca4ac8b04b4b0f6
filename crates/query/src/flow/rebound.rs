//! Whether a variable is still the one that something was done to: of `lock(d); d = next(d); use(d);` it is not.

use std::collections::VecDeque;
use std::ops::Range;

use super::changes::{Rests, rests_on};
use super::graph::StepId;
use super::{Flow, Validity};
use crate::File;

impl Flow {
    /// Whether the variables that the code at `thing` names are the same ones at `offset`: not hidden there by inner ones,
    /// not of another block.
    #[must_use]
    pub fn means_same(&self, file: &File, thing: &Range<usize>, offset: usize) -> bool {
        let (changes, _) = self.changes.get_or_init(|| self.placed_changes(file));
        changes.are_same_at(file, &rests_on(file, thing), offset)
    }

    /// Whether what one of `things` names is changed on a way to one of `to` that passes none of `firsts` after the change.
    /// A change inside one of `firsts` is what that does.
    #[must_use]
    pub fn changed_since(
        &self,
        file: &File,
        things: &[Range<usize>],
        firsts: &[Range<usize>],
        to: &[Range<usize>],
    ) -> Validity {
        let (changes, steps) = self.changes.get_or_init(|| self.placed_changes(file));
        let rests: Vec<Rests> = things.iter().map(|thing| rests_on(file, thing)).collect();
        let is_in = |outer: &Range<usize>, inner: &Range<usize>| {
            outer.start <= inner.start && inner.end <= outer.end
        };
        let mut sure = Vec::new();
        let mut perhaps = Vec::new();
        for (change, step) in changes.all.iter().zip(steps) {
            let Some(step) = step.filter(|step| self.reachable[*step]) else {
                continue;
            };
            if firsts.iter().any(|first| is_in(first, &change.range)) {
                continue;
            }
            let mut touched = rests
                .iter()
                .filter_map(|rests| changes.touches(file, change, rests));
            match touched.next() {
                Some(first) if first || touched.any(|is_sure| is_sure) => {
                    sure.push((step, change.range.start));
                }
                Some(_) => perhaps.push((step, change.range.start)),
                None => {}
            }
        }
        if sure.is_empty() && perhaps.is_empty() {
            return Validity::Valid;
        }
        let blocked = self.marked(firsts, |range| self.lookup.last(range));
        let ends = self.marked(to, |range| self.lookup.first(range));
        if let Some(at) = self.led_from(&sure, &blocked, &ends) {
            return Validity::Stale(at);
        }
        let at = self.led_from(&perhaps, &blocked, &ends);
        at.map_or(Validity::Valid, Validity::Doubtful)
    }

    /// Which steps are those of the ranges.
    fn marked(
        &self,
        ranges: &[Range<usize>],
        step: impl Fn(&Range<usize>) -> Option<StepId>,
    ) -> Vec<bool> {
        let mut marked = vec![false; self.graph.steps.len()];
        let evaluated = ranges.iter().filter(|range| !self.is_unevaluated(range));
        for step in evaluated.filter_map(|range| step(&self.lookup.lift(range))) {
            marked[step] = true;
        }
        marked
    }

    /// The offset of a start from behind which a way leads to an end, past no step that is blocked.
    fn led_from(
        &self,
        starts: &[(StepId, usize)],
        blocked: &[bool],
        ends: &[bool],
    ) -> Option<usize> {
        let mut from: Vec<bool> = vec![false; self.graph.steps.len()];
        for (start, at) in starts {
            let mut pending = VecDeque::from([*start]);
            while let Some(step) = pending.pop_front() {
                for &next in &self.graph.steps[step].next {
                    if ends[next] {
                        return Some(*at);
                    }
                    if !from[next] && !blocked[next] {
                        from[next] = true;
                        pending.push_back(next);
                    }
                }
            }
        }
        None
    }
}
