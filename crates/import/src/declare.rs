//! Which edits of a file are declarations: each is proposed, made, and taken if what is made is the edit.

use std::collections::BTreeSet;
use std::sync::Arc;

use query::File;

use crate::edit::Edit;
use crate::everywhere::Everywhere;
use crate::excerpt::Excerpt;
use crate::hunks::{self, Op};
use crate::propose::{Asked, Proposer};
use crate::steps::steps;
use crate::{Bench, FileChange};

/// What is declared of a file's changes.
pub(crate) struct Declared {
    /// What is, in the order of the file.
    pub(crate) parts: Vec<Part>,
    /// What is not.
    pub(crate) rest: Vec<Op>,
}

/// Runs of changed lines, and the changes that they are.
pub(crate) struct Part {
    /// The runs.
    pub(crate) runs: Vec<Op>,
    /// The changes, as text.
    pub(crate) changes: Vec<String>,
}

/// Runs of changed lines that are one change are not further apart than this many lines, nor more.
const MOST_APART: usize = 12;
const MOST_RUNS: usize = 4;

/// A file with more bytes takes its time to be read.
const LARGE: usize = 40_000;

/// Declares as many of the file's changes as can be. Changes whose text is in `refused` are not taken.
pub(crate) fn declare(
    change: &FileChange,
    bench: &dyn Bench,
    refused: &BTreeSet<String>,
) -> Declared {
    let after = hunks::lines(change.after.written());
    let runs = hunks::ops(&hunks::lines(change.before.written()), &after);
    let mut declared = Declared {
        parts: Vec::new(),
        rest: Vec::new(),
    };
    let everywhere = Everywhere::of(change, &runs, bench, refused);
    let runs: Vec<Op> = runs
        .into_iter()
        .filter(|run| !everywhere.has(run))
        .collect();
    declared.parts = everywhere.parts;
    let mut file = everywhere.file;
    // How many lines further down the file's lines are, for what was declared above them.
    let mut moved = Moved::default();
    let mut rest = runs.as_slice();
    while let Some(first) = rest.first() {
        let edits: Vec<(&[Op], Edit)> = (1..=group(rest))
            .filter_map(|count| {
                let runs = rest.get(..count)?;
                Some((runs, edit(&file, bench, &after, runs, &moved)?))
            })
            .collect();
        let try_each = |found: &dyn Fn(&Edit) -> Option<Vec<String>>| {
            edits.iter().find_map(|(runs, edit)| {
                let changes = found(edit)?;
                Some((runs.to_vec(), edit.clone(), changes))
            })
        };
        let by = |proposers| move |edit: &Edit| chosen(change, edit, proposers, bench, refused);
        let taken = try_each(&by(Asked::proposers(&change.path)))
            .or_else(|| try_each(&|edit| stepwise(change, edit, bench, refused)))
            .or_else(|| try_each(&by(Asked::last_proposers(&change.path))));
        let count = match taken {
            Some((runs, edit, changes)) => {
                file = edit.after;
                runs.iter().for_each(|run| moved.add(run));
                let count = runs.len();
                declared.parts.push(Part { runs, changes });
                count
            }
            None => {
                declared.rest.push(first.clone());
                1
            }
        };
        rest = rest.get(count..).unwrap_or_default();
    }
    declared
}

/// Lines that came and went above.
#[derive(Default)]
struct Moved {
    came: usize,
    gone: usize,
}

impl Moved {
    fn add(&mut self, (old, new): &Op) {
        self.came += new.len();
        self.gone += old.len();
    }

    fn line(&self, line: usize) -> usize {
        (line + self.came).saturating_sub(self.gone)
    }
}

/// How many of the first runs might be one change.
fn group(runs: &[Op]) -> usize {
    let pairs = runs.iter().zip(runs.iter().skip(1));
    let near = pairs.take_while(|(one, next)| next.0.start - one.0.end <= MOST_APART);
    (near.count() + 1).min(MOST_RUNS)
}

/// The edit that some runs are.
fn edit(
    file: &Arc<File>,
    bench: &dyn Bench,
    after: &[&[u8]],
    runs: &[Op],
    moved: &Moved,
) -> Option<Edit> {
    let (first, last) = (runs.first()?, runs.last()?);
    let old = moved.line(first.0.start)..moved.line(last.0.end);
    let new = after.get(first.1.start..last.1.end)?.concat();
    let at = |line: usize| {
        let bytes = file.written();
        let lines = bytes.split_inclusive(|&byte| byte == b'\n').take(line);
        lines.map(<[u8]>::len).sum::<usize>()
    };
    let old = at(old.start)..at(old.end);
    let bytes = file.written();
    let made = [bytes.get(..old.start)?, &new, bytes.get(old.end..)?].concat();
    Some(Edit {
        before: Arc::clone(file),
        after: bench.read(file.path(), made.into()),
        new: old.start..old.start + new.len(),
        old,
    })
}

/// The steps that lead to the edit, statement by statement.
fn stepwise(
    change: &FileChange,
    edit: &Edit,
    bench: &dyn Bench,
    refused: &BTreeSet<String>,
) -> Option<Vec<String>> {
    let asked = Asked {
        path: &change.path,
        edit,
        last: &change.after,
    };
    let function = asked.function()?;
    let excerpt = Excerpt::of(edit, &function, bench)?;
    let changes = steps(&change.path, &function, &excerpt, bench, refused)?;
    let text = changes.concat();
    let is_it = bench.makes(&edit.before, &text, edit.after.written());
    (is_it && bench.lands(&change.before, &text)).then_some(changes)
}

/// The function that an edit is in.
fn excerpt(change: &FileChange, edit: &Edit, bench: &dyn Bench) -> Option<Excerpt> {
    let asked = Asked {
        path: &change.path,
        edit,
        last: &change.after,
    };
    Excerpt::of(edit, &asked.function()?, bench)
}

/// The first of the proposals that makes the edit.
fn chosen(
    change: &FileChange,
    edit: &Edit,
    proposers: &[Proposer],
    bench: &dyn Bench,
    refused: &BTreeSet<String>,
) -> Option<Vec<String>> {
    let mut tried: BTreeSet<String> = BTreeSet::new();
    let slides = edit.slides();
    // In a large file, what fails in the function alone is not tried in all of it.
    let excerpt = (edit.before.written().len() > LARGE)
        .then(|| excerpt(change, edit, bench))
        .flatten();
    let could_be = |text: &str| {
        excerpt
            .as_ref()
            .is_none_or(|excerpt| bench.makes(&excerpt.before, text, excerpt.after.written()))
    };
    for propose in proposers {
        for edit in &slides {
            let asked = Asked {
                path: &change.path,
                edit,
                last: &change.after,
            };
            for proposal in propose(&asked) {
                let changes: Vec<String> = proposal
                    .iter()
                    .map(|table| table.text().to_owned())
                    .collect();
                let text = changes.concat();
                if changes.iter().any(|change| refused.contains(change))
                    || !tried.insert(text.clone())
                {
                    continue;
                }
                // Who judges the series looks for the sites in the file as it was before all of it.
                if could_be(&text)
                    && bench.makes(&edit.before, &text, edit.after.written())
                    && bench.lands(&change.before, &text)
                {
                    return Some(changes);
                }
            }
        }
    }
    None
}
