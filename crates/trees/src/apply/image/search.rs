//! Looking for the place of a hunk that is not where its header says.

use memchr::memmem;

use super::{Found, Piece, State, Wanted};

/// Bytes that may be searched for the hunks of one file: about a second's worth. A real patch has some hunks
/// that are some lines off; only a made-up one comes near this.
const MOST: usize = 1 << 30;

/// How many bytes were searched.
#[derive(Default)]
pub(super) struct Searched(usize);

impl Searched {
    pub(super) fn is_used_up(&self) -> bool {
        self.0 > MOST
    }
}

/// The place nearest to where the hunk should be, the later of two equally near.
///
/// A hunk that has to begin or to end the file has one place alone, which was looked at before.
pub(super) fn nearest(
    state: &State<'_, '_>,
    wanted: &Wanted<'_>,
    searched: &mut Searched,
) -> Option<Found> {
    if wanted.lines == 0 || wanted.at_beginning || wanted.at_end {
        return None;
    }
    if !wanted.is_terminated() {
        return at_end(state, wanted);
    }
    // Only whole lines fit: what comes before them is a newline.
    let needle = [b"\n", wanted.block].concat();
    let mut best: Option<Found> = None;
    let mut first_line = 0;
    for (index, piece) in state.pieces.iter().enumerate() {
        if let Piece::Old(from, to) = piece {
            let near = from + wanted.start.saturating_sub(first_line).min(to - from);
            for old in around(state, &needle, (*from, near, *to), searched) {
                let new = first_line + old - from;
                best = nearer(best, state.fits(wanted, index, old, *to, new), wanted.start);
            }
            if searched.is_used_up() {
                return None;
            }
        }
        first_line += piece.count();
    }
    best
}

/// The end of the file, for lines that say that they end it, where they are nowhere else: git does not ask what
/// comes after them.
fn at_end(state: &State<'_, '_>, wanted: &Wanted<'_>) -> Option<Found> {
    let image = state.image;
    let old = image.count().checked_sub(wanted.lines)?;
    let new = state.lines.checked_sub(wanted.lines)?;
    let Some(Piece::Old(from, to)) = state.pieces.last() else {
        return None;
    };
    let is_only = memmem::find_iter(image.bytes, wanted.block).take(2).count() == 1;
    let found = state.fits(wanted, state.pieces.len() - 1, old, *to, new);
    found.filter(|found| is_only && found.is_exact && old >= *from)
}

/// The last line before `near` and the first from it on, of those from `from` to before `to`, where the needle's
/// lines begin.
fn around(
    state: &State<'_, '_>,
    needle: &[u8],
    (from, near, to): (usize, usize, usize),
    searched: &mut Searched,
) -> impl Iterator<Item = usize> {
    let image = state.image;
    let start_of = |line: usize| image.starts.get(line).copied().unwrap_or(image.bytes.len());
    let line_of = |newline: usize| image.starts.binary_search(&(newline + 1)).ok();
    let (first, middle, end) = (start_of(from), start_of(near), start_of(to));
    let block = needle.get(1..).unwrap_or_default();
    let is_at_top = from == 0 && image.bytes.starts_with(block);
    searched.0 += end - first;

    let (top_before, top_after) = (is_at_top && near > 0, is_at_top && near == 0);
    // From the newline before a line on, so that it is found at its line.
    let before = first.saturating_sub(1)..(middle + needle.len()).saturating_sub(2).min(end);
    let before = image
        .bytes
        .get(before.clone())
        .and_then(|bytes| memmem::rfind(bytes, needle))
        .and_then(|at| line_of(before.start + at));
    let after = middle.saturating_sub(1)..end;
    let after = image
        .bytes
        .get(after.clone())
        .and_then(|bytes| memmem::find(bytes, needle))
        .and_then(|at| line_of(after.start + at));
    let top_before = top_before.then_some(0);
    let top_after = top_after.then_some(0);
    [before.or(top_before), top_after.or(after)]
        .into_iter()
        .flatten()
}

fn nearer(best: Option<Found>, found: Option<Found>, start: usize) -> Option<Found> {
    let key = |found: &Found| (found.new.abs_diff(start), found.new < start);
    match (best, found) {
        (Some(best), Some(found)) if key(&found) >= key(&best) => Some(best),
        (best, None) => best,
        (_, found) => found,
    }
}
