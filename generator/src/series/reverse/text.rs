//! Cutting lines out of a text, and finding them in one.

use std::ops::Range;

/// The text without `range`; the text itself where that leaves it.
pub(super) fn without(text: &[u8], range: &Range<usize>) -> Vec<u8> {
    replaced(text, range, b"")
}

/// The text with `new` in the place of `range`; the text itself where that leaves it.
pub(super) fn replaced(text: &[u8], range: &Range<usize>, new: &[u8]) -> Vec<u8> {
    match (text.get(..range.start), text.get(range.end..)) {
        (Some(head), Some(tail)) if range.start <= range.end => [head, new, tail].concat(),
        _ => text.to_vec(),
    }
}

/// Its lines, each with its newline.
pub(super) fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

/// Where a run of lines is among others; the place nearest to `near` first.
pub(super) fn places_of(run: &[&[u8]], among: &[&[u8]], near: usize) -> Vec<usize> {
    if run.is_empty() {
        return Vec::new();
    }
    let windows = among.windows(run.len()).enumerate();
    let mut found: Vec<usize> = windows
        .filter(|(_, window)| *window == run)
        .map(|(at, _)| at)
        .collect();
    found.sort_by_key(|at| at.abs_diff(near));
    found
}
