//! Parts of a mail that are `format=flowed` (RFC 3676): white space of a patch in one is lost.

use super::diff::Found;

/// A part that a header says is `format=flowed`.
#[derive(Debug)]
pub(super) struct Flowed {
    /// The line of that header.
    pub(super) header: usize,
    /// Its first line and its last; none where it has none.
    pub(super) lines: Option<(usize, usize)>,
}

/// The line of the header that says so of the part with the diff, or of a part of it. A list's footer may be flowed.
/// `found`: the diff; none where it could not be read.
pub(super) fn flowed_in(parts: &[Flowed], found: Option<&Found>) -> Option<usize> {
    let Some(found) = found else {
        return parts.first().map(|part| part.header);
    };
    let first = found.files.first()?.line;
    let lines = found.files.iter().flat_map(|file| &file.hunks);
    let lines = lines.flat_map(|hunk| &hunk.lines).map(|line| line.line);
    let last = lines.max().unwrap_or(first).max(found.files.last()?.line);
    let has_diff = |part: &&Flowed| {
        part.lines
            .is_some_and(|(from, to)| from <= last && first <= to)
    };
    parts.iter().find(has_diff).map(|part| part.header)
}
