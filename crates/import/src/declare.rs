//! Which edits of a file are declarations: each is proposed, made, and taken if what is made is the edit.

mod current;
mod tries;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use query::File;
use sites::block;
use sites::lines::with_comment_above;

use crate::edit::Edit;
use crate::everywhere::Everywhere;
use crate::excerpt::Excerpt;
use crate::hunks::{self, Op};
use crate::propose::{Asked, Proposer, comments, file_level};
use crate::runs;
use crate::steps::{self, Road, steps};
use crate::{Bench, FileChange, Telling, units};
use current::Current;
use tries::{Try, Within};

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

/// What is given for a file.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) change: &'a FileChange,
    pub(crate) bench: &'a dyn Bench,
    /// Changes, as text, that are not taken.
    pub(crate) refused: &'a BTreeSet<String>,
    /// How the series is told.
    pub(crate) telling: &'a Telling,
}

/// Declares as many of the file's changes as can be.
pub(crate) fn declare(given: Given<'_>) -> Declared {
    let Given {
        change,
        bench,
        refused,
        telling,
    } = given;
    let after = hunks::lines(change.after.written());
    let runs = runs::ops(&change.before, &change.after);
    let everywhere = Everywhere::of(change, &runs, bench, refused);
    let runs: Vec<Op> = runs
        .into_iter()
        .filter(|run| !everywhere.has(run))
        .collect();
    let mut declared = Declared {
        parts: everywhere.parts,
        rest: Vec::new(),
    };
    let base = everywhere.file;
    let last = block::code(change.after.written());
    let mut current = Current::of(&base);
    let mut rest = runs.as_slice();
    let mut entry: Option<Entry<'_>> = None;
    let is_hunk = |run: &&Op| {
        let place = (change.path.clone(), run.0.start);
        telling.as_hunks.contains(&place)
    };
    while let Some(first) = rest.first() {
        let free = rest.iter().take_while(|run| !is_hunk(run)).count();
        if free == 0 {
            declared.rest.push(first.clone());
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        bench.begin(&change.path);
        let search = Search {
            given,
            base: &base,
            after: &after,
            last: &last,
            current: &current,
            rest: rest.get(..free).unwrap_or_default(),
        };
        let function = search.function_lines().map(|(name, _)| name);
        if function != entry.as_ref().map(|entry| entry.function.clone()) {
            entry = function.clone().map(|function| Entry {
                function,
                current: current.clone(),
                told: (declared.parts.len(), declared.rest.len()),
                rest,
                free,
                is_tried: false,
            });
        }
        let is_whole =
            function.is_some_and(|name| telling.as_whole.contains(&(change.path.clone(), name)));
        let taken = match (bench.is_spent(&change.path), is_whole) {
            (true, _) => None,
            (_, true) => search.function_anew(),
            _ => search.taken(),
        };
        // What cannot be told beside what is told of a function already may be told with it.
        let told = (declared.parts.len(), declared.rest.len());
        let is_stuck = taken.is_none() && !is_whole;
        let before = entry
            .as_mut()
            .filter(|entry| is_stuck && !entry.is_tried && entry.told != told);
        let before = before.map(|entry| {
            entry.is_tried = true;
            entry.clone()
        });
        let again = before.and_then(|entry| {
            let search = Search {
                current: &entry.current,
                rest: entry.rest.get(..entry.free).unwrap_or_default(),
                ..search
            };
            let taken = search.as_one(rest)?;
            Some((entry, taken))
        });
        let taken = match again {
            Some((before, taken)) => {
                declared.parts.truncate(before.told.0);
                declared.rest.truncate(before.told.1);
                current = before.current;
                rest = before.rest;
                Some(taken)
            }
            None => taken,
        };
        let count = match taken {
            Some(taken) => {
                let runs = rest.get(..taken.count).unwrap_or_default();
                current.take(&base, runs, &taken.one);
                declared.parts.push(Part {
                    runs: runs.to_vec(),
                    changes: taken.changes,
                });
                runs.len()
            }
            None => {
                declared.rest.push(first.clone());
                1
            }
        };
        rest = rest.get(count.max(1)..).unwrap_or_default();
    }
    declared
}

/// How far a file is told where the first of a function's runs is looked at.
#[derive(Clone)]
struct Entry<'a> {
    function: String,
    current: Current,
    /// How many parts are declared, and how many runs are not.
    told: (usize, usize),
    /// The runs that are left, and how many of them are to be declared.
    rest: &'a [Op],
    free: usize,
    /// Whether it was told from here on already: once is enough.
    is_tried: bool,
}

/// The search for what the first of the runs that are left may be called.
#[derive(Clone, Copy)]
struct Search<'a> {
    given: Given<'a>,
    /// The file before, with what is told of it as a whole.
    base: &'a Arc<File>,
    /// The lines of the file after.
    after: &'a [&'a [u8]],
    /// Its code.
    last: &'a str,
    current: &'a Current,
    rest: &'a [Op],
}

/// How many runs are declared, as one edit, and by which changes.
struct Taken {
    count: usize,
    one: Try,
    changes: Vec<String>,
}

/// A function of more lines, before and after, is told as another only where most of it is.
const LARGE: usize = 80;

/// So many changes that make an edit of a function by itself are tried in its file.
const MOST_WHOLE: usize = 6;

impl Search<'_> {
    fn taken(&self) -> Option<Taken> {
        let most = group(self.rest);
        let known: Vec<OnceCell<Option<Try>>> = (0..most).map(|_| OnceCell::new()).collect();
        let try_each = |found: &dyn Fn(&Try) -> Option<Taken>| {
            let mut each = known.iter().enumerate();
            each.find_map(|(at, cell)| found(cell.get_or_init(|| self.edit(at + 1)).as_ref()?))
        };
        let path = &self.given.change.path;
        if let Some(count) = self.runs_in_comment().filter(|count| *count > 1) {
            return self.comment(count);
        }
        let by = |proposers| move |one: &Try| self.chosen(one, proposers);
        self.renamed_function()
            .or_else(|| try_each(&by(Asked::proposers(path))))
            .or_else(|| try_each(&|one| self.stepwise(one)))
            .or_else(|| self.all_of_function())
            .or_else(|| self.function_anew())
            .or_else(|| try_each(&by(Asked::last_proposers(path))))
    }

    /// The function that the first run is in after the patch, and its lines, by number from 0.
    fn function_lines(&self) -> Option<(String, Range<usize>)> {
        let (_, new) = self.rest.first()?;
        let file = &self.given.change.after;
        let index = file.lines();
        let functions = file.functions().iter();
        let mut functions = functions.map(|function| {
            let start = with_comment_above(file, function.range.start);
            let first = index.line_of(start) - 1;
            let last = index.line_of(function.range.end.saturating_sub(1));
            (function.name.clone(), first..last)
        });
        functions.find(|(_, lines)| lines.start <= new.start && new.end <= lines.end)
    }

    /// How many of the runs are in the same function as the first.
    fn runs_in(&self, lines: &Range<usize>) -> usize {
        let runs = self.rest.iter();
        runs.take_while(|(_, new)| lines.start <= new.start && new.end <= lines.end)
            .count()
    }

    /// How many of the runs are in the same comment as the first: none where that is in none, before or after.
    fn runs_in_comment(&self) -> Option<usize> {
        let (old, new) = self.rest.first()?;
        let change = self.given.change;
        let was = units::comment(&change.before, old)?;
        let is = units::comment(&change.after, new)?;
        let within = |lines: &Range<usize>, unit: &Range<usize>| {
            unit.start <= lines.start && lines.end <= unit.end
        };
        let runs = self.rest.iter();
        let own = runs.take_while(|(old, new)| within(old, &was) && within(new, &is));
        Some(own.count())
    }

    /// A comment that becomes another in several places is one change.
    fn comment(&self, count: usize) -> Option<Taken> {
        self.chosen(&self.edit(count)?, &[comments::comments])
    }

    /// The steps that lead to all that is left to do in the function.
    fn all_of_function(&self) -> Option<Taken> {
        let (_, lines) = self.function_lines()?;
        let count = self.runs_in(&lines);
        if count <= group(self.rest) {
            return None;
        }
        self.stepwise(&self.inside(count)?)
    }

    /// The steps that lead to all that is to do in the function, or to as much of it as comes before and with the first of
    /// the runs that are left.
    fn as_one(&self, left: &[Op]) -> Option<Taken> {
        let (_, lines) = self.function_lines()?;
        let first = left.first()?;
        let upto = self.rest.iter().position(|run| run == first)? + 1;
        let all = self.runs_in(&lines);
        let mut counts = vec![all, upto];
        counts.dedup();
        let mut counts = counts.into_iter().filter(|count| upto <= *count);
        counts.find_map(|count| self.stepwise(&self.inside(count)?))
    }

    /// That the function goes, and another one comes in its place: where it gets another name, or most of it is another.
    fn function_anew(&self) -> Option<Taken> {
        let (name, lines) = self.function_lines()?;
        let count = self.runs_in(&lines);
        let was = self.name_before(&name, count)?;
        let mut one = self.whole(count)?;
        let runs = self.rest.get(..count)?.iter();
        let changed: usize = runs.map(|(old, new)| old.len() + new.len()).sum();
        one.edit = one.edit.of_function((&was, &name))?;
        let of = |file: &File, range: &Range<usize>| hunks::lines(file.slice(range.clone())).len();
        let all = of(&one.edit.before, &one.edit.old) + of(&one.edit.after, &one.edit.new);
        let share = if all > LARGE { 2 } else { 3 };
        if was == name && share * changed < all {
            return None;
        }
        self.chosen(&one, &[file_level::anew])
    }

    /// The name, before the patch, of the function that is `name` after it, of which so many of the runs are.
    fn name_before(&self, name: &str, count: usize) -> Option<String> {
        let file = &self.given.change.before;
        if !file.functions_named(name).is_empty() {
            return Some(name.to_owned());
        }
        let mut runs = self.rest.get(..count)?.iter();
        runs.find_map(|(old, _)| {
            let last = file.lines().range_of(old.end.max(old.start + 1)).start;
            let function = file.function_at(last)?;
            let after = &self.given.change.after;
            let is_gone = after.functions_named(&function.name).is_empty();
            is_gone.then(|| function.name.clone())
        })
    }

    /// The same, tried first where the function gets another name, and more than its head is another.
    fn renamed_function(&self) -> Option<Taken> {
        let (name, lines) = self.function_lines()?;
        let is_new = self.given.change.before.functions_named(&name).is_empty();
        (is_new && self.runs_in(&lines) > 1).then(|| self.function_anew())?
    }

    /// The steps that lead to the edit, statement by statement.
    fn stepwise(&self, one: &Try) -> Option<Taken> {
        let Within::Function { first, .. } = &one.within else {
            return None;
        };
        let function = self.asked(&one.edit).function()?;
        let last = Excerpt::of(&self.given.change.after, &function)?;
        let road = Road {
            path: &self.given.change.path,
            function: &function,
            edit: &one.edit,
            first,
            last: &block::code(&last.text),
        };
        let changes = steps(&road, self.given.bench, self.given.refused)?;
        self.in_file(one, changes)
    }

    fn asked<'e>(&'e self, edit: &'e Edit) -> Asked<'e> {
        Asked {
            path: &self.given.change.path,
            edit,
            last: self.last,
        }
    }

    /// The first of the proposals that makes the edit.
    fn chosen(&self, one: &Try, proposers: &[Proposer]) -> Option<Taken> {
        let mut tried: BTreeSet<String> = BTreeSet::new();
        let slides = one.edit.slides();
        let mut failed = 0;
        for propose in proposers {
            for edit in &slides {
                let asked = self.asked(edit);
                let proposals = propose(&asked).into_iter();
                for proposal in proposals.filter(|proposal| asked.lasts(proposal)) {
                    let texts = proposal.iter().map(|table| table.text().to_owned());
                    let changes: Vec<String> = texts.collect();
                    let text = changes.concat();
                    let is_refused = changes
                        .iter()
                        .any(|change| self.given.refused.contains(change));
                    if is_refused || !tried.insert(text.clone()) || failed > MOST_WHOLE {
                        continue;
                    }
                    let wanted = edit.after.written();
                    if one.is_of_part() && !self.given.bench.makes(&edit.before, &text, wanted) {
                        continue;
                    }
                    if let Some(taken) = self.in_file(one, changes) {
                        return Some(taken);
                    }
                    failed += usize::from(one.is_of_part());
                }
            }
        }
        None
    }

    /// Changes that make the edit in the function alone, or might make it in the file: taken where they do.
    fn in_file(&self, one: &Try, changes: Vec<String>) -> Option<Taken> {
        let Given {
            change,
            bench,
            telling,
            ..
        } = self.given;
        let text = changes.concat();
        // Who judges the series looks for the sites in the file as it was before all of it.
        let first = match &one.within {
            Within::Function { first, .. } => first,
            Within::Outline | Within::File => &change.before,
        };
        let is_careful = !one.is_of_part() || telling.careful.contains(&change.path);
        // A label goes when nothing jumps to it any more, which other changes see to: the steps have looked.
        let has_label = changes.iter().any(|change| steps::is_label(change));
        let is_it = (has_label || bench.lands(first, &text))
            && (!is_careful
                || bench.makes(self.current.file(self.base, bench), &text, &one.wanted));
        is_it.then(|| Taken {
            count: one.count,
            one: one.clone(),
            changes,
        })
    }
}

/// Lines that came and went above.
#[derive(Clone, Default)]
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
