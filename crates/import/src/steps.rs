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
use sites::block;

use crate::Bench;
use crate::edit::Edit;
use crate::hunks::{self, Op};
use crate::propose::has_code;
use crate::table::Table;

/// More steps than these are no reading.
const MOST_STEPS: usize = 24;

/// A difference, and the ways to say it.
pub(crate) struct Difference {
    /// The ways, the best first: each some changes.
    pub(crate) ways: Vec<Vec<Table>>,
    /// Statements that go and others that come in their place: one of the first and one of the second is a way, too, after
    /// so many of the others.
    pub(crate) replaced: Option<Replaced>,
    /// So many lines differ because of it.
    pub(crate) lines: usize,
    /// The statements that it is in, the outermost first, by their bytes in the file after.
    pub(crate) within: Vec<Range<usize>>,
}

/// The ways to say what goes, and what comes in its place.
pub(crate) struct Replaced {
    pub(crate) deletes: Vec<Table>,
    pub(crate) inserts: Vec<Table>,
    /// Before which of the ways.
    pub(crate) after: usize,
}

/// So many ways to say what goes are tried with each way to say what comes.
const MOST_DELETES: usize = 2;

/// So often a walk begins anew with a statement that it tells as a whole.
const MOST_WHOLE: usize = 12;

/// How finely statements with others in them are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    /// By what is in them.
    Fine,
    /// Small ones as a whole.
    Coarse,
}

/// From where to where the steps lead.
#[derive(Clone, Copy)]
pub(crate) struct Road<'a> {
    pub(crate) path: &'a TreePath,
    pub(crate) function: &'a str,
    pub(crate) edit: &'a Edit,
    /// The function before all of the patch: who judges the series looks for the sites there.
    pub(crate) first: &'a Arc<File>,
    /// The code of the function after all of the patch.
    pub(crate) last: &'a str,
}

/// The steps from an edit's file before to its file after, as text.
pub(crate) fn steps(
    road: &Road<'_>,
    bench: &dyn Bench,
    refused: &BTreeSet<String>,
) -> Option<Vec<String>> {
    let mut grains = [Grain::Fine, Grain::Coarse].into_iter();
    grains.find_map(|grain| walked(road, grain, bench, refused))
}

/// The walk; where it gets stuck in a statement, that is told as a whole, and the walk begins anew.
fn walked(
    road: &Road<'_>,
    grain: Grain,
    bench: &dyn Bench,
    refused: &BTreeSet<String>,
) -> Option<Vec<String>> {
    let mut whole: Vec<Range<usize>> = Vec::new();
    loop {
        let about = About {
            road,
            grain,
            whole: &whole,
        };
        match once(&about, bench, refused) {
            Ok(taken) => return (!taken.is_empty()).then_some(taken),
            Err(Some(stuck)) if whole.len() < MOST_WHOLE && !whole.contains(&stuck) => {
                whole.push(stuck);
            }
            Err(_) => return None,
        }
    }
}

/// What is walked, and how.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) road: &'a Road<'a>,
    pub(crate) grain: Grain,
    /// Statements that are told as a whole, by their bytes in the file after.
    pub(crate) whole: &'a [Range<usize>],
}

/// # Errors
/// No step leads on: the statement that it is in, if any.
fn once(
    about: &About<'_>,
    bench: &dyn Bench,
    refused: &BTreeSet<String>,
) -> Result<Vec<String>, Option<Range<usize>>> {
    let edit = about.road.edit;
    let mut walk = Walk {
        file: Arc::clone(&edit.before),
        left: Left::between(&edit.before, &edit.after),
        taken: Vec::new(),
    };
    while walk.left.lines() > 0 {
        let states = (&*walk.file, &*edit.after);
        let found = differences::between(about, states, &edit.before, &walk.left).ok_or(None)?;
        let next = found
            .iter()
            .find_map(|difference| walk.step(difference, about.road, bench, refused));
        let Some(next) = next else {
            let stuck = found.iter().find_map(|difference| {
                let mut within = difference.within.iter().rev();
                within.find(|range| !about.whole.contains(range))
            });
            return Err(stuck.cloned());
        };
        walk = next;
        if walk.taken.len() > MOST_STEPS {
            return Err(None);
        }
    }
    Ok(walk.taken)
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
        road: &Road<'_>,
        bench: &dyn Bench,
        refused: &BTreeSet<String>,
    ) -> Option<Self> {
        let mut best: Option<Self> = None;
        let mut tried = BTreeSet::new();
        for way in self.ways(difference, road, bench) {
            let mut brought = way.iter().filter_map(Table::brings);
            if !brought.all(|code| has_code(road.last, code)) {
                continue;
            }
            let texts: Vec<String> = way.iter().map(|table| table.text().to_owned()).collect();
            if texts.iter().any(|text| refused.contains(text)) || !tried.insert(texts.concat()) {
                continue;
            }
            let Some(file) = bench.made(&self.file, &texts.concat()) else {
                continue;
            };
            let left = Left::between(&file, &road.edit.after);
            let is_nearer = left.gone <= self.left.gone
                && left.comes <= self.left.comes
                && left.lines()
                    < best
                        .as_ref()
                        .map_or(self.left.lines(), |best| best.left.lines());
            if !is_nearer
                || !way
                    .iter()
                    .all(|table| self.is_there_first(road, table, bench))
            {
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

    /// Whether a change has its site in the function before all of the patch. A label may go when nothing jumps to it any
    /// more, and what is behind it then.
    fn is_there_first(&self, road: &Road<'_>, table: &Table, bench: &dyn Bench) -> bool {
        let is_behind_label = || {
            let has_gone = self.taken.iter().any(|change| is_label(change));
            let code = block::code(road.first.written());
            has_gone && table.takes().is_some_and(|gone| has_code(&code, gone))
        };
        is_label(table.text()) || bench.lands(road.first, table.text()) || is_behind_label()
    }

    /// All ways to say a difference.
    fn ways(&self, difference: &Difference, road: &Road<'_>, bench: &dyn Bench) -> Vec<Vec<Table>> {
        let mut ways = difference.ways.clone();
        let Some(replaced) = &difference.replaced else {
            return ways;
        };
        let lands = |table: &&Table| {
            bench.lands(&self.file, table.text()) && self.is_there_first(road, table, bench)
        };
        let deletes = replaced.deletes.iter().filter(lands).take(MOST_DELETES);
        let deletes: Vec<&Table> = deletes.collect();
        let pairs = replaced.inserts.iter().flat_map(|insert| {
            deletes.iter().flat_map(move |delete| {
                let (insert, delete) = (insert.clone(), (*delete).clone());
                [vec![delete.clone(), insert.clone()], vec![insert, delete]]
            })
        });
        let pairs: Vec<Vec<Table>> = pairs.collect();
        // Blank lines between what goes: the last of the ways, for most have none.
        let tight = replaced.inserts.iter().flat_map(|insert| {
            let deletes = deletes
                .iter()
                .map(|delete| (*delete).clone().with_flag("tight"));
            deletes.map(move |delete| vec![delete, insert.clone()])
        });
        ways.extend(tight.collect::<Vec<_>>());
        let at = replaced.after.min(ways.len());
        ways.splice(at..at, pairs);
        ways
    }
}

/// Whether a change, as text, takes a label away.
pub(crate) fn is_label(text: &str) -> bool {
    text.contains("\nwhat = { label = ")
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
