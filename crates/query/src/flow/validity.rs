//! Whether what a guard said is still so where the code is that it guards.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use rustc_hash::FxHashMap;

use super::changes::{Change, Changes, Rests, rests_on};
use super::graph::StepId;
use super::{Flow, Guard};
use crate::File;

/// Whether a guard still says of the present what it said of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// Nothing that it rests on changes in between.
    Valid,
    /// Something may change it in between, by the byte offset of the code that may.
    Doubtful(usize),
    /// It is changed in between, at this byte offset; or the variables are others, at the same offset as the
    /// guard.
    Stale(usize),
}

/// A change that touches what a guard rests on, its step, and whether it surely does.
type Touching<'c> = (StepId, &'c Change, bool);

/// The nearest change after a guard, for each step: whether it is a sure one, and where.
type Reached = Vec<Option<(bool, usize)>>;

/// How many guards are looked at together.
const MOST_TOGETHER: usize = 16;

/// How many guards are remembered: each knows of every step of the function.
const MOST_GUARDS: usize = 8;

/// What a guard rests on, and what changes that.
#[derive(Debug)]
pub(super) struct Known {
    guard: Guard,
    rests: Rests,
    /// By the step that they happen in, the sure ones first.
    touching: FxHashMap<StepId, Vec<Change>>,
    reached: Reached,
}

impl Flow {
    /// Whether `guard`, one of those at `range`, is still so there.
    #[must_use]
    pub fn validity(&self, file: &File, guard: &Guard, range: &Range<usize>) -> Validity {
        let Some((taken, at)) = self.step_of(guard).zip(self.first_step(range)) else {
            return Validity::Doubtful(guard.condition.start);
        };
        let (changes, _) = self.changes.get_or_init(|| self.placed_changes(file));
        let known = self.known_of(file, guard, taken);
        if !changes.are_same_at(file, &known.rests, range.start) {
            return Validity::Stale(guard.condition.start);
        }
        let mut beside = known.touching.get(&at).into_iter().flatten();
        match known.reached.get(at).copied().flatten() {
            Some((true, offset)) => Validity::Stale(offset),
            Some((false, offset)) => Validity::Doubtful(offset),
            None => {
                let beside = beside.find(|change| self.is_beside(change, range));
                beside.map_or(Validity::Valid, |change| {
                    Validity::Doubtful(change.range.start)
                })
            }
        }
    }

    /// Whether every way to the code at `range` comes by one of the guards, and nothing that the last of them rests on may change behind
    /// it: one before a loop and one at its end, which the loop's own step is between.
    ///
    /// Of more than a few guards that is not asked, and the answer is no.
    #[must_use]
    pub fn is_guarded_on_every_way(
        &self,
        file: &File,
        guards: &[Guard],
        range: &Range<usize>,
    ) -> bool {
        let Some(at) = self.first_step(range) else {
            return false;
        };
        if guards.len() > MOST_TOGETHER || !self.reachable[at] {
            return false;
        }
        let (changes, _) = self.changes.get_or_init(|| self.placed_changes(file));
        let of_guard = |guard: &Guard| {
            let step = self.step_of(guard)?;
            let known = self.known_of(file, guard, step);
            let is_same = changes.are_same_at(file, &known.rests, range.start);
            is_same.then_some((step, known))
        };
        let known: Vec<(StepId, Arc<Known>)> = guards.iter().filter_map(of_guard).collect();
        let is_changed = |known: &Known, step: StepId| known.touching.contains_key(&step);
        let mut seen: Vec<Vec<bool>> = vec![Vec::new(); self.graph.steps.len()];
        let mut pending = vec![(self.graph.entry, None)];
        while let Some((step, mut last)) = pending.pop() {
            let seen = &mut seen[step];
            seen.resize(known.len() + 1, false);
            if std::mem::replace(&mut seen[last.map_or(0, |last: usize| last + 1)], true) {
                continue;
            }
            let is_stale = last.is_none_or(|last| is_changed(&known[last].1, step));
            if step == at && is_stale {
                return false;
            }
            last = match known.iter().position(|(guard, _)| *guard == step) {
                Some(here) => Some(here),
                None => last.filter(|_| !is_stale),
            };
            pending.extend(self.graph.steps[step].next.iter().map(|next| (*next, last)));
        }
        true
    }

    /// What becomes of the guard, wherever it is asked for: many places have the same one, and are asked one by one.
    fn known_of(&self, file: &File, guard: &Guard, taken: StepId) -> Arc<Known> {
        let last = || {
            let last = self.last_guards.lock();
            last.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = last().iter().find(|known| known.guard == *guard) {
            return Arc::clone(known);
        }
        let (changes, steps) = self.changes.get_or_init(|| self.placed_changes(file));
        let rests = rests_on(file, &guard.condition);
        let all = changes.all.iter().zip(steps);
        let mut touching: Vec<Touching<'_>> = all
            .filter_map(|(change, step)| {
                let is_sure = changes.touches(file, change, &rests)?;
                Some(((*step)?, change, is_sure))
            })
            .collect();
        // What is sure is said before what may be.
        touching.sort_by_key(|(_, change, is_sure)| (!is_sure, change.range.start));
        let reached = match touching.is_empty() {
            true => Vec::new(),
            false => {
                let after = self.graph.reached(taken, |_| false);
                self.reached_by(&touching, &after, taken)
            }
        };
        let mut by_step: FxHashMap<StepId, Vec<Change>> = FxHashMap::default();
        for (step, change, _) in touching {
            by_step.entry(step).or_default().push(change.clone());
        }
        let known = Arc::new(Known {
            guard: guard.clone(),
            rests,
            touching: by_step,
            reached,
        });
        let mut last = last();
        if last.len() >= MOST_GUARDS {
            last.remove(0);
        }
        last.push(Arc::clone(&known));
        known
    }

    /// The steps that come after a change which comes after the guard, the guard not passed again.
    fn reached_by(&self, touching: &[Touching<'_>], after: &[bool], guard: StepId) -> Reached {
        let mut reached: Reached = vec![None; self.graph.steps.len()];
        for (step, change, is_sure) in touching.iter().filter(|(step, ..)| after[*step]) {
            let mut pending = vec![*step];
            while let Some(step) = pending.pop() {
                for &next in &self.graph.steps[step].next {
                    if next != guard && reached[next].is_none() {
                        reached[next] = Some((*is_sure, change.range.start));
                        pending.push(next);
                    }
                }
            }
        }
        reached
    }

    /// Whether the change is in the same step as the code, and not of what comes of the code.
    fn is_beside(&self, change: &Change, range: &Range<usize>) -> bool {
        let whole = self.lookup.lift(&change.range);
        let holds = whole.start <= range.start && range.end <= whole.end;
        let is_inside = range.start <= change.range.start && change.range.end <= range.end;
        // An address that is handed to the code itself is not used before it runs.
        let is_before = !(is_inside && change.by_address);
        !holds && is_before
    }

    /// The changes of the function, each with the step in which it happens.
    pub(super) fn placed_changes(&self, file: &File) -> (Changes, Vec<Option<StepId>>) {
        let changes = Changes::of(file, &self.body);
        let places = changes.all.iter().map(|change| {
            let whole = self.lookup.lift(&change.range);
            self.lookup.last(&whole)
        });
        let places = places.collect();
        (changes, places)
    }

    /// The step at which the guard's condition has come out so.
    fn step_of(&self, guard: &Guard) -> Option<StepId> {
        let key = (guard.condition.start, guard.condition.end, guard.holds);
        let steps = self
            .guard_steps
            .get_or_init(|| super::guards::steps(&self.graph));
        let switched = (key.0, key.1, true);
        let key = if guard.cases.is_empty() {
            key
        } else {
            switched
        };
        steps.get(&key).copied()
    }
}
