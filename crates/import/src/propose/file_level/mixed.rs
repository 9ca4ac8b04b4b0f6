//! Things at file level in a row of which some come, some go, some are others afterwards and some stay: a list of flags
//! that gets one in its middle, prototypes of which one gets a parameter.

use std::ops::Range;

use query::File;

use super::{Thing, What, fits, only_comments, redefinition, table, things};
use crate::propose::pairs::LONGEST;
use crate::propose::{Asked, Proposal, with_tight};
use crate::runs::rising;
use crate::table::Table;
use crate::words::{one_line, trimmed};

/// What each of the things becomes.
pub(super) fn mixed(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let (old, new) = (
        Row::of(&edit.before, &edit.old),
        Row::of(&edit.after, &edit.new),
    );
    let (Some(old), Some(new)) = (old, new) else {
        return Vec::new();
    };
    let pairs = pairs(old.own(), new.own());
    let Some(changed) = changed(asked, &old, &new, &pairs) else {
        return Vec::new();
    };
    let gone: Option<Proposal> = (0..old.own().len())
        .filter(|at| !pairs.iter().any(|(was, _)| was == at))
        .map(|at| old.own().get(at)?.gone(asked))
        .collect();
    let Some(gone) = gone else {
        return Vec::new();
    };
    let came: Vec<usize> = (0..new.own().len())
        .filter(|at| !pairs.iter().any(|(_, is)| is == at))
        .collect();
    let ways = came_ways(asked, &new, &came);
    let mut found = Vec::new();
    for came in &ways {
        for gone in with_tight(gone.clone()) {
            for changed in &changed {
                let parts = [gone.as_slice(), changed, came];
                found.push(parts.concat());
                if !gone.is_empty() && !came.is_empty() {
                    found.push([changed, came.as_slice(), gone.as_slice()].concat());
                }
            }
            if gone.is_empty() {
                break;
            }
        }
    }
    found
}

/// All things of a file, and which of them the edit is about.
struct Row {
    all: Vec<Thing>,
    range: Range<usize>,
}

impl Row {
    /// None where the edit is about something that has no name.
    fn of(file: &File, lines: &Range<usize>) -> Option<Self> {
        let all = things(file);
        let is_own =
            |thing: &&Thing| thing.range.start < lines.end && lines.start < thing.range.end;
        let first = all.iter().position(|thing| is_own(&thing));
        let range = match first {
            Some(first) => first..first + all.iter().skip(first).take_while(is_own).count(),
            None => {
                let at = all.partition_point(|thing| thing.range.end <= lines.start);
                at..at
            }
        };
        let row = Self { all, range };
        let mut at = lines.start;
        for thing in row.own() {
            let is_named =
                !thing.name.is_empty() && !matches!(thing.what, What::Export | What::Other);
            if !is_named || at < thing.range.start && !only_comments(file, at..thing.range.start) {
                return None;
            }
            at = at.max(thing.range.end);
        }
        only_comments(file, at.min(lines.end)..lines.end).then_some(row)
    }

    fn own(&self) -> &[Thing] {
        self.all.get(self.range.clone()).unwrap_or_default()
    }
}

impl Thing {
    fn gone(&self, asked: &Asked<'_>) -> Option<Table> {
        let key = self.what.key()?;
        Some(asked.table("delete").with_one("what", key, &self.name))
    }
}

/// The things that are there before and after, in an order that both have.
fn pairs(old: &[Thing], new: &[Thing]) -> Vec<(usize, usize)> {
    let place = |thing: &Thing| {
        let mut new = new.iter();
        new.position(|other| other.what == thing.what && other.name == thing.name)
    };
    let both: Vec<(usize, usize)> = old
        .iter()
        .enumerate()
        .filter_map(|(at, thing)| Some((at, place(thing)?)))
        .collect();
    let order: Vec<usize> = both.iter().map(|(_, is)| *is).collect();
    let kept = rising(&order).into_iter();
    kept.filter_map(|at| both.get(at).copied()).collect()
}

/// The ways to say what becomes of the things that are others afterwards; none where one of them cannot be said.
fn changed(
    asked: &Asked<'_>,
    old: &Row,
    new: &Row,
    pairs: &[(usize, usize)],
) -> Option<Vec<Proposal>> {
    let (before, after) = (&asked.edit.before, &asked.edit.after);
    let differing: Vec<(&Thing, &Thing)> = pairs
        .iter()
        .filter_map(|(was, is)| Some((old.own().get(*was)?, new.own().get(*is)?)))
        .filter(|(was, is)| before.slice(was.range.clone()) != after.slice(is.range.clone()))
        .collect();
    let way = |as_at_column_0: bool| -> Option<Proposal> {
        let tables = differing.iter().map(|(was, is)| match was.what {
            What::Macro => redefinition(asked, was, is, as_at_column_0),
            What::Declaration => rewritten(asked, was, is),
            _ => None,
        });
        tables.collect()
    };
    let first = way(false)?;
    let second = way(true).filter(|second| *second != first);
    Some(std::iter::once(first).chain(second).collect())
}

/// A declaration for another.
fn rewritten(asked: &Asked<'_>, was: &Thing, is: &Thing) -> Option<Table> {
    let (before, after) = (&asked.edit.before, &asked.edit.after);
    let old = one_line(before, was.range.clone()).filter(|old| old.len() <= LONGEST)?;
    let new = trimmed(&after.text(is.range.clone()));
    let new = match new.lines().count() {
        1 => new.trim_end().to_owned(),
        _ => new,
    };
    let is_whole = |text: &str| text.trim_end().ends_with(';');
    let table = asked.table("rewrite").with("pattern", &old);
    (is_whole(&old) && is_whole(&new)).then(|| table.with("to", &new))
}

/// The ways to say what comes: each behind the thing before it, or before the next that stays.
fn came_ways(asked: &Asked<'_>, new: &Row, came: &[usize]) -> Vec<Proposal> {
    if came.is_empty() {
        return vec![Vec::new()];
    }
    let blanks = [(false, false), (true, false), (false, true), (true, true)];
    let has_declaration = came.iter().any(|at| {
        let own = new.own().get(*at);
        own.is_some_and(|own| matches!(own.what, What::Declaration | What::Forward))
    });
    let blanks = blanks.into_iter().take(if has_declaration { 4 } else { 1 });
    let mut found = Vec::new();
    for blank in blanks {
        for side in ["after", "before"] {
            let tables = came.iter().map(|at| {
                let index = new.range.start + at;
                let thing = with_comment(asked, new, index)?;
                let is_new = |other: usize| came.contains(&(other.wrapping_sub(new.range.start)));
                let mut nearest: Box<dyn Iterator<Item = usize>> = match side {
                    "after" => Box::new((0..index).rev()),
                    _ => Box::new((index + 1..new.all.len()).filter(|other| !is_new(*other))),
                };
                let beside = nearest.find_map(|other| {
                    let other = new.all.get(other)?;
                    let is_named = !other.name.is_empty() && other.what != What::Other;
                    (is_named && fits(thing.what, other.what)).then_some(other)
                });
                let name = beside?.name.trim_matches(['<', '>', '"']);
                Some(table(asked, &thing, blank)?.with(side, name))
            });
            found.extend(tables.collect::<Option<Proposal>>());
        }
    }
    found
}

/// A thing with the comment above it, where that comes too.
fn with_comment(asked: &Asked<'_>, new: &Row, index: usize) -> Option<Thing> {
    let (file, lines) = (&asked.edit.after, &asked.edit.new);
    let thing = new.all.get(index)?;
    let above = index.checked_sub(1).and_then(|above| new.all.get(above));
    let from = above.map_or(0, |above| above.range.end).max(lines.start);
    let mut own = thing.clone();
    if from < thing.range.start {
        let between = file.text(from..thing.range.start);
        let comment = between.find("/*").or_else(|| between.find("//"));
        own.range.start = comment.map_or(thing.range.start, |at| from + at);
    }
    Some(own)
}
