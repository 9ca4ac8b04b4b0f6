//! What a patch does to a function, statement by statement.
//!
//! Lines that go beside lines that come say little: which of them are one statement that changed, and which are another?
//! So the statements of both are laid side by side, and each difference is a step: a change of a spec that is made, and
//! taken if it leaves fewer lines that differ. Only steps that lead all the way are a proposal.

mod align;
mod differences;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;

use crate::Bench;
use crate::excerpt::Excerpt;
use crate::hunks::{self, Op};
use crate::table::Table;

/// More steps than these are no reading.
const MOST_STEPS: usize = 24;

/// A difference, and the ways to say it.
pub(crate) struct Difference {
    /// The ways, the best first: each some changes.
    pub(crate) ways: Vec<Vec<Table>>,
    /// So many lines differ because of it.
    pub(crate) lines: usize,
}

/// How finely statements with others in them are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    /// By what is in them.
    Fine,
    /// Small ones as a whole.
    Coarse,
}

/// The steps from an edit's file before to its file after, as text.
pub(crate) fn steps(
    path: &TreePath,
    function: &str,
    edit: &Excerpt,
    bench: &dyn Bench,
    refused: &BTreeSet<String>,
) -> Option<Vec<String>> {
    let mut grains = [Grain::Fine, Grain::Coarse].into_iter();
    grains.find_map(|grain| walked((path, function, grain), edit, bench, refused))
}

fn walked(
    (path, function, grain): (&TreePath, &str, Grain),
    edit: &Excerpt,
    bench: &dyn Bench,
    refused: &BTreeSet<String>,
) -> Option<Vec<String>> {
    let mut walk = Walk {
        file: Arc::clone(&edit.before),
        left: Left::between(&edit.before, &edit.after),
        taken: Vec::new(),
    };
    while walk.left.lines() > 0 {
        let found =
            differences::between((path, function, grain), &walk.file, &edit.after, &walk.left)?;
        let next = found
            .into_iter()
            .find_map(|difference| walk.step(&difference, edit, bench, refused))?;
        walk = next;
        if walk.taken.len() > MOST_STEPS {
            return None;
        }
    }
    (!walk.taken.is_empty()).then_some(walk.taken)
}

/// How far the steps are.
struct Walk {
    file: Arc<File>,
    left: Left,
    taken: Vec<String>,
}

impl Walk {
    /// The walk with the way that says most of a difference.
    fn step(
        &self,
        difference: &Difference,
        edit: &Excerpt,
        bench: &dyn Bench,
        refused: &BTreeSet<String>,
    ) -> Option<Self> {
        let mut best: Option<Self> = None;
        let mut tried = BTreeSet::new();
        for way in &difference.ways {
            let texts: Vec<String> = way.iter().map(|table| table.text().to_owned()).collect();
            if texts.iter().any(|text| refused.contains(text)) || !tried.insert(texts.concat()) {
                continue;
            }
            let Some(file) = bench.made(&self.file, &texts.concat()) else {
                continue;
            };
            let left = Left::between(&file, &edit.after);
            let is_nearer = left.gone <= self.left.gone
                && left.comes <= self.left.comes
                && left.lines()
                    < best
                        .as_ref()
                        .map_or(self.left.lines(), |best| best.left.lines());
            if !is_nearer {
                continue;
            }
            let is_all = left.lines() + difference.lines <= self.left.lines();
            let taken = self.taken.iter().cloned().chain(texts).collect();
            best = Some(Self { file, left, taken });
            if is_all {
                break;
            }
        }
        best
    }
}

/// The lines in which two states of a file differ.
pub(crate) struct Left {
    ops: Vec<Op>,
    /// How many go.
    gone: usize,
    /// How many come.
    comes: usize,
}

impl Left {
    fn between(file: &File, target: &File) -> Self {
        let ops = hunks::ops(
            &hunks::lines(file.written()),
            &hunks::lines(target.written()),
        );
        Self {
            gone: ops.iter().map(|(old, _)| old.len()).sum(),
            comes: ops.iter().map(|(_, new)| new.len()).sum(),
            ops,
        }
    }

    fn lines(&self) -> usize {
        self.gone + self.comes
    }

    /// How many of some lines, by number from 0, go.
    pub(crate) fn going(&self, lines: &Range<usize>) -> usize {
        self.ops.iter().map(|(old, _)| overlap(old, lines)).sum()
    }

    /// How many of some lines of the target come.
    pub(crate) fn coming(&self, lines: &Range<usize>) -> usize {
        self.ops.iter().map(|(_, new)| overlap(new, lines)).sum()
    }
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> usize {
    let end = one.end.min(other.end);
    end.saturating_sub(one.start.max(other.start))
}
