//! What makes one text of another, run by run, with as much around each as tells where it is.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A run of changed lines and the lines around it that say where it is, by number from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Lines before, without context.
    pub(crate) old: Range<usize>,
    /// Lines after.
    pub(crate) new: Range<usize>,
    /// Lines of context above and below.
    pub(crate) above: usize,
    pub(crate) below: usize,
    /// The kept lines inside, with a changed one on both sides, are part of `old` and `new`.
    pub(crate) ops: Vec<(Range<usize>, Range<usize>)>,
}

/// The lines of a text, each with its newline.
pub(crate) fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n').collect()
}

/// The runs of lines that differ: what goes and what comes, by number from 0.
pub(crate) fn ops(before: &[&[u8]], after: &[&[u8]]) -> Vec<Op> {
    let ops = capture_diff_slices(Algorithm::Myers, before, after).into_iter();
    ops.filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| (op.old_range(), op.new_range()))
        .collect()
}

/// Lines of context that a hunk has at least, where the file has them.
const LEAST: usize = 1;

/// What goes and what comes, by line from 0.
pub(crate) type Op = (Range<usize>, Range<usize>);

/// What hunks are made of.
pub(crate) struct Hunks<'a> {
    /// The lines before.
    pub(crate) before: &'a [&'a [u8]],
    /// The lines after.
    pub(crate) after: &'a [&'a [u8]],
    /// What they do.
    pub(crate) ops: &'a [Op],
    /// What others do: their lines are no context.
    pub(crate) others: &'a [Op],
    /// Whether all of it is one.
    pub(crate) as_one: bool,
    /// The scope in which some lines have to be there once; none: the file.
    pub(crate) scope: &'a dyn Fn(&Range<usize>) -> Option<Range<usize>>,
    /// The lines of the comment or the directive that some lines are in: who judges a hunk of it reads all of it.
    pub(crate) unit: &'a dyn Fn(&Range<usize>) -> Option<Range<usize>>,
}

impl Hunks<'_> {
    /// The hunks, each with just so much context that its old lines are in the text before once, or once in the scope.
    ///
    /// # Errors
    /// One cannot be told by the lines up to what another does: which of the others.
    pub(crate) fn runs(&self) -> Result<Vec<Run>, usize> {
        let mut runs: Vec<Run> = Vec::new();
        for (old, new) in self.ops {
            let next = Run {
                old: old.clone(),
                new: new.clone(),
                above: 0,
                below: 0,
                ops: vec![(old.clone(), new.clone())],
            };
            let unit = (self.unit)(old);
            if let Some(other) = unit.as_ref().and_then(|unit| self.is_shared(unit)) {
                return Err(other);
            }
            match runs.last_mut() {
                Some(last)
                    if self.as_one
                        || unit.is_some() && unit == (self.unit)(&last.old)
                        || next.old.start.saturating_sub(last.old.end) <= 2 * LEAST
                            && self.between(&last.old, &next.old).is_none() =>
                {
                    join(last, next);
                }
                _ => runs.push(next),
            }
        }
        // A run that cannot be told by the lines between it and the next is one with it.
        let mut index = 0;
        while let Some(run) = runs.get(index) {
            let room = self.room(&runs, index);
            let scope = (self.scope)(&run.old).unwrap_or(0..self.before.len());
            let moved = self.moved(&scope);
            let wanted = context((self.before, self.after), run, room, &scope, &moved);
            if let Some((above, below)) = wanted {
                if let Some(run) = runs.get_mut(index) {
                    (run.above, run.below) = (above, below);
                }
                index += 1;
                continue;
            }
            if let Some(other) = self.nearest(&run.old) {
                return Err(other);
            }
            if runs.len() > 1 {
                let first = index.saturating_sub(usize::from(index + 1 == runs.len()));
                let second = runs.remove(first + 1);
                if let Some(first) = runs.get_mut(first) {
                    join(first, second);
                }
                index = first;
            } else {
                // All there is.
                if let Some(run) = runs.get_mut(index) {
                    (run.above, run.below) = room;
                }
                index += 1;
            }
        }
        Ok(runs)
    }

    /// Which of the others is in a comment or a directive, too.
    fn is_shared(&self, unit: &Range<usize>) -> Option<usize> {
        let is_in = |(old, _): &Op| match old.is_empty() {
            true => unit.start < old.start && old.start < unit.end,
            false => unit.start < old.end && old.start < unit.end,
        };
        self.others.iter().position(is_in)
    }

    /// Which of the others is between two places.
    fn between(&self, first: &Range<usize>, second: &Range<usize>) -> Option<usize> {
        let is_it = |(old, _): &Op| first.end <= old.start && old.end <= second.start;
        self.others.iter().position(is_it)
    }

    /// The nearest of the others.
    fn nearest(&self, run: &Range<usize>) -> Option<usize> {
        let distance = |(old, _): &Op| old.start.abs_diff(run.end).min(run.start.abs_diff(old.end));
        let all = self.others.iter().enumerate();
        all.min_by_key(|(_, op)| distance(op))
            .map(|(index, _)| index)
    }

    /// How many lines above and below a run nothing else changes.
    fn room(&self, runs: &[Run], index: usize) -> (usize, usize) {
        let own = runs.get(index).map_or(0..0, |run| run.old.clone());
        let runs = runs.iter().enumerate().filter(|(at, _)| *at != index);
        let all = runs
            .map(|(_, run)| run.old.clone())
            .chain(self.others.iter().map(|(old, _)| old.clone()));
        let (mut above, mut below) = (own.start, self.before.len() - own.end);
        for other in all {
            if other.end <= own.start {
                above = above.min(own.start - other.end);
            } else {
                below = below.min(other.start.saturating_sub(own.end));
            }
        }
        (above, below)
    }

    /// Where lines are after all of it.
    fn moved(&self, lines: &Range<usize>) -> Range<usize> {
        let shift = |at: usize, is_end: bool| {
            let all = self.ops.iter().chain(self.others);
            let earlier = all.filter(|(old, _)| old.end < at || is_end && old.end == at);
            let (came, gone) = earlier.fold((0, 0), |(came, gone), (old, new)| {
                (came + new.len(), gone + old.len())
            });
            (at + came).saturating_sub(gone)
        };
        shift(lines.start, false)..shift(lines.end, true)
    }
}

fn join(first: &mut Run, second: Run) {
    first.old.end = second.old.end;
    first.new.end = second.new.end;
    first.ops.extend(second.ops);
}

/// The least context that makes the old lines occur once before, and after the change not any more: who judges it looks
/// for them. None where no context in the room does.
fn context(
    (before, after): (&[&[u8]], &[&[u8]]),
    run: &Run,
    room: (usize, usize),
    scope: &Range<usize>,
    scope_after: &Range<usize>,
) -> Option<(usize, usize)> {
    let most = room.0.max(room.1).max(LEAST);
    let mut candidates: Vec<usize> = places(before, &run.old, scope);
    for size in LEAST..=most {
        let (above, below) = (size.min(room.0), size.min(room.1));
        let wanted = before.get(run.old.start - above..run.old.end + below)?;
        // Of lines without anything in them a reader learns nothing.
        let says = wanted.iter().any(|line| !line.trim_ascii().is_empty());
        candidates.retain(|&start| {
            let place = start
                .checked_sub(above)
                .and_then(|start| before.get(start..start + wanted.len()));
            place == Some(wanted)
        });
        if says
            && candidates.len() == 1
            && !is_left(after, run, wanted, (above, below), scope_after)
        {
            return Some((above, below));
        }
    }
    None
}

/// Whether the old lines are there after the change: elsewhere than in what it makes of them.
fn is_left(
    after: &[&[u8]],
    run: &Run,
    wanted: &[&[u8]],
    (above, below): (usize, usize),
    scope: &Range<usize>,
) -> bool {
    let own = run.new.start.saturating_sub(above)..run.new.end + below;
    let first = scope.start.saturating_sub(wanted.len());
    (first..scope.end.min(after.len())).any(|start| {
        let end = start + wanted.len();
        let is_own = own.start <= start && end <= own.end;
        !is_own && after.get(start..end) == Some(wanted)
    })
}

/// Where the text has the lines of a run; of a run that only brings lines, every place between two in the scope.
fn places(before: &[&[u8]], old: &Range<usize>, scope: &Range<usize>) -> Vec<usize> {
    let wanted = before.get(old.clone()).unwrap_or_default();
    let starts = scope.start.saturating_sub(1)..(scope.end + 1).min(before.len() + 1);
    let is_at = |start: &usize| before.get(*start..*start + wanted.len()) == Some(wanted);
    starts.filter(is_at).collect()
}

#[cfg(test)]
mod tests {
    use super::{Hunks, Op, lines, ops};

    /// `others` are these of the ops, by number.
    fn hunks(before: &str, after: &str, others: &[usize]) -> Result<Vec<super::Run>, usize> {
        let (before, after) = (lines(before.as_bytes()), lines(after.as_bytes()));
        let all = ops(&before, &after).into_iter().enumerate();
        let (others, own): (Vec<_>, Vec<_>) = all.partition(|(index, _)| others.contains(index));
        let of = |ops: Vec<(usize, Op)>| ops.into_iter().map(|(_, op)| op).collect::<Vec<Op>>();
        let (others, own) = (of(others), of(own));
        let hunks = Hunks {
            before: &before,
            after: &after,
            ops: &own,
            others: &others,
            as_one: false,
            scope: &|_| None,
            unit: &|_| None,
        };
        hunks.runs()
    }

    fn contexts(before: &str, after: &str) -> Vec<(usize, usize)> {
        let found = hunks(before, after, &[]).unwrap_or_default();
        found.iter().map(|run| (run.above, run.below)).collect()
    }

    #[test]
    fn context_is_as_short_as_tells_the_place() {
        assert_eq!(contexts("a\nb\nc\nd\n", "a\nb\nx\nc\nd\n"), [(1, 1)]);
        // The same two lines are there before.
        assert_eq!(
            contexts("b\nc\na\nb\nc\nd\n", "b\nc\na\nb\nx\nc\nd\n"),
            [(2, 2)]
        );
        assert_eq!(contexts("a\n", "b\n"), [(0, 0)]);
        assert_eq!(contexts("", "b\n"), [(0, 0)]);
    }

    #[test]
    fn what_others_change_is_no_context() {
        // `a` becomes `1` by another change: only `c` below tells which `b` gets an `x`.
        let found = hunks("a\nb\nc\nb\nd\n", "1\nb\nx\nc\nb\nd\n", &[0]).unwrap_or_default();
        let context: Vec<(usize, usize)> = found.iter().map(|run| (run.above, run.below)).collect();
        assert_eq!(context, [(1, 1)]);
        // Nothing between the two tells which `b`: the other change has to be in the hunk.
        assert_eq!(hunks("a\nb\nb\n", "1\nb\nx\nb\n", &[0]).err(), None);
        assert_eq!(hunks("a\nb\na\nb\n", "1\nb\nx\na\nb\n", &[0]).err(), None);
        assert_eq!(
            hunks("a\nb\nc\nb\n", "1\nb\nx\n2\nb\n", &[0]).map(|runs| runs.len()),
            Ok(1)
        );
    }

    #[test]
    fn what_cannot_be_told_apart_is_one() {
        let before = "x\nx\nx\nx\nx\nx\nx\nx\n";
        let after = "x\nx\n1\nx\nx\nx\nx\n2\nx\nx\n";
        assert_eq!(contexts(before, after).len(), 1);
    }
}
