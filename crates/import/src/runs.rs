//! The runs of lines in which two states of a file differ, function by function.
//!
//! A diff of the lines alone takes a function that is split in two for one whose head moved: its runs are in one
//! function before and in another after, and no change of a spec is. So what has one name before and after is laid side
//! by side first, and the lines of each pair are compared by themselves.

use std::collections::BTreeMap;
use std::ops::Range;

use query::File;
use sites::lines::with_comment_above;

use crate::hunks::{self, Op};

/// The runs of lines that differ, by number from 0; of a C file, none goes over the edge of a function that both have.
pub(crate) fn ops(before: &File, after: &File) -> Vec<Op> {
    let (old, new) = (
        hunks::lines(before.written()),
        hunks::lines(after.written()),
    );
    if !before.path().is_c() {
        return hunks::ops(&old, &new);
    }
    let mut found = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    let ends = (old.len()..old.len(), new.len()..new.len());
    for (own, other) in pairs(before, after).into_iter().chain([ends]) {
        let parts = [
            (old_at..own.start, new_at..other.start),
            (own.clone(), other.clone()),
        ];
        for (gone, came) in parts {
            let own = (old.get(gone.clone()), new.get(came.clone()));
            let (Some(was), Some(is)) = own else {
                return hunks::ops(&old, &new);
            };
            if was == is {
                continue;
            }
            let moved = |(one, two): Op| {
                (
                    one.start + gone.start..one.end + gone.start,
                    two.start + came.start..two.end + came.start,
                )
            };
            let ops = at_comments(hunks::ops(was, is), was, is);
            found.extend(ops.into_iter().map(moved));
        }
        (old_at, new_at) = (own.end, other.end);
    }
    found
}

/// The same runs, where one that only comes or only goes begins inside of a comment told from where the comment begins:
/// the same lines may be the end of the one comment and the head of the next, or all of one.
fn at_comments(mut ops: Vec<Op>, was: &[&[u8]], is: &[&[u8]]) -> Vec<Op> {
    let mut end = (0, 0);
    for (old, new) in &mut ops {
        let (lines, run, first) = match (old.len(), new.len()) {
            (1.., 0) => (was, old.clone(), end.0),
            (0, 1..) => (is, new.clone(), end.1),
            _ => {
                end = (old.end, new.end);
                continue;
            }
        };
        let shift = to_comment(lines, &run, first);
        // The lines between two runs are the same on both sides.
        *old = old.start - shift..old.end - shift;
        *new = new.start - shift..new.end - shift;
        end = (old.end, new.end);
    }
    ops
}

/// How many lines further up a run of lines that begins inside of a comment is the whole comment, and not above the first
/// of the lines; 0 where it is nowhere.
fn to_comment(lines: &[&[u8]], run: &Range<usize>, first: usize) -> usize {
    let text = |at: usize| lines.get(at).map(|line| line.trim_ascii_start());
    let begins = |at: usize| text(at).is_some_and(|line| line.starts_with(b"/*"));
    let goes_on = |at: usize| text(at).is_some_and(|line| line.starts_with(b"*"));
    if !goes_on(run.start) {
        return 0;
    }
    let is_alike = |shift: &usize| {
        let above = run.start - shift;
        lines.get(above) == lines.get(run.end - shift)
    };
    let shifts = (1..=run.start - first).take_while(is_alike);
    let mut shifts = shifts.take_while(|shift| {
        let at = run.start - shift;
        begins(at) || goes_on(at)
    });
    shifts.find(|shift| begins(run.start - shift)).unwrap_or(0)
}

/// The lines of the functions that both files define once, before and after, in an order that both have.
fn pairs(before: &File, after: &File) -> Vec<Op> {
    let new = functions(after);
    let places: BTreeMap<&str, usize> = new
        .iter()
        .enumerate()
        .map(|(at, (name, _))| (name.as_str(), at))
        .collect();
    let old = functions(before);
    let both = old.into_iter().filter_map(|(name, lines)| {
        let at = *places.get(name.as_str())?;
        Some((lines, at))
    });
    let both: Vec<(Range<usize>, usize)> = both.collect();
    let order: Vec<usize> = both.iter().map(|(_, at)| *at).collect();
    let kept = rising(&order).into_iter();
    kept.filter_map(|index| {
        let (lines, at) = both.get(index)?;
        Some((lines.clone(), new.get(*at)?.1.clone()))
    })
    .collect()
}

/// The functions that a file defines once, each with the comment above it, by its lines from 0.
fn functions(file: &File) -> Vec<(String, Range<usize>)> {
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    let index = file.lines();
    for function in file.functions() {
        let is_once = file.functions_named(&function.name).len() == 1;
        if function.name.is_empty() || !is_once || file.is_dead(function.name_range.start) {
            continue;
        }
        let start = with_comment_above(file, function.range.start);
        let first = index.line_of(start) - 1;
        let last = index.line_of(function.range.end.saturating_sub(1));
        let is_behind = found.last().is_none_or(|(_, known)| known.end <= first);
        if is_behind && first < last {
            found.push((function.name.clone(), first..last));
        }
    }
    found
}

/// The indices of the longest row of numbers that rise.
pub(crate) fn rising(numbers: &[usize]) -> Vec<usize> {
    // For each length, the index of the least number that a row of it ends with.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; numbers.len()];
    let number = |at: usize| numbers.get(at).copied().unwrap_or(usize::MAX);
    for (index, own) in numbers.iter().enumerate() {
        let length = ends.partition_point(|&end| number(end) < *own);
        if let (Some(place), Some(last)) = (before.get_mut(index), length.checked_sub(1)) {
            *place = ends.get(last).copied();
        }
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut found = Vec::new();
    let mut at = ends.last().copied();
    while let Some(index) = at {
        found.push(index);
        at = before.get(index).copied().flatten();
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::{at_comments, rising};
    use crate::hunks::{lines, ops};

    #[test]
    fn a_comment_comes_or_goes_as_a_whole() {
        let before = "/*\n * one\n */\nint one;\n\n/*\n * two\n */\nint two;\n";
        let after = "/*\n * two\n */\nint two;\n";
        let (before, after) = (lines(before.as_bytes()), lines(after.as_bytes()));
        let gone = at_comments(ops(&before, &after), &before, &after);
        assert_eq!(gone, [(0..5, 0..0)]);
        let came = at_comments(ops(&after, &before), &after, &before);
        assert_eq!(came, [(0..0, 0..5)]);
    }

    #[test]
    fn the_longest_row_that_rises() {
        assert_eq!(rising(&[]), Vec::<usize>::new());
        assert_eq!(rising(&[3, 0, 1, 2]), [1, 2, 3]);
        assert_eq!(rising(&[0, 2, 1, 3]).len(), 3);
    }
}
