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

/// Lines of context that a hunk has at least, where the file has them.
const LEAST: usize = 1;

/// The runs between two texts, each with just so much context that its old lines are in the text before once, or once in
/// the scope that `scope` gives for some lines. With `as_one`, all of them are one run.
pub(crate) fn runs(
    before: &[&[u8]],
    after: &[&[u8]],
    as_one: bool,
    scope: &dyn Fn(&Range<usize>) -> Option<Range<usize>>,
) -> Vec<Run> {
    let ops = capture_diff_slices(Algorithm::Myers, before, after);
    let mut runs: Vec<Run> = Vec::new();
    for op in ops {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let next = Run {
            old: op.old_range(),
            new: op.new_range(),
            above: 0,
            below: 0,
            ops: vec![(op.old_range(), op.new_range())],
        };
        match runs.last_mut() {
            Some(last) if as_one || next.old.start - last.old.end <= 2 * LEAST => join(last, next),
            _ => runs.push(next),
        }
    }
    // A run that cannot be told by the lines between it and the next is one with it.
    let mut index = 0;
    while index < runs.len() {
        let room = room(&runs, index, before.len());
        let Some(run) = runs.get(index) else { break };
        let scope = scope(&run.old).unwrap_or(0..before.len());
        let wanted = context((before, after), run, room, &scope, &moved(&runs, &scope));
        match wanted {
            Some((above, below)) => {
                if let Some(run) = runs.get_mut(index) {
                    (run.above, run.below) = (above, below);
                }
                index += 1;
            }
            None if runs.len() > 1 => {
                let first = index.saturating_sub(usize::from(index + 1 == runs.len()));
                let second = runs.remove(first + 1);
                if let Some(first) = runs.get_mut(first) {
                    join(first, second);
                }
                index = first;
            }
            // All there is.
            None => {
                if let Some(run) = runs.get_mut(index) {
                    (run.above, run.below) = room;
                }
                index += 1;
            }
        }
    }
    runs
}

fn join(first: &mut Run, second: Run) {
    first.old.end = second.old.end;
    first.new.end = second.new.end;
    first.ops.extend(second.ops);
}

/// How many lines above and below a run no other run changes.
fn room(runs: &[Run], index: usize, lines: usize) -> (usize, usize) {
    let run = runs.get(index);
    let (start, end) = run.map_or((0, 0), |run| (run.old.start, run.old.end));
    let above = index.checked_sub(1).and_then(|at| runs.get(at));
    let below = runs.get(index + 1);
    (
        start - above.map_or(0, |run| run.old.end),
        below.map_or(lines, |run| run.old.start) - end,
    )
}

/// Where lines are after all the runs.
fn moved(runs: &[Run], lines: &Range<usize>) -> Range<usize> {
    let shift = |at: usize, is_end: bool| {
        let earlier = runs
            .iter()
            .take_while(|run| run.old.end < at || is_end && run.old.end == at);
        let (came, gone) = earlier.fold((0, 0), |(came, gone), run| {
            (came + run.new.len(), gone + run.old.len())
        });
        (at + came).saturating_sub(gone)
    };
    shift(lines.start, false)..shift(lines.end, true)
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
    use super::{lines, runs};

    fn contexts(before: &str, after: &str) -> Vec<(usize, usize)> {
        let (before, after) = (lines(before.as_bytes()), lines(after.as_bytes()));
        let found = runs(&before, &after, false, &|_| None);
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
    fn what_cannot_be_told_apart_is_one() {
        let before = "x\nx\nx\nx\nx\nx\nx\nx\n";
        let after = "x\nx\n1\nx\nx\nx\nx\n2\nx\nx\n";
        assert_eq!(contexts(before, after).len(), 1);
    }
}
