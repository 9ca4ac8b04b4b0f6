//! What is written anew where lines are joined: each token in one piece, its splices behind it.
//!
//! The indexing is by places that the file of [`Logical`] has counted.

use std::ops::Range;

use super::super::ends::digraph;
use super::{Logical, Unit, UnitKind, backslashes, splice};

/// What has to be written anew: units whose bytes are apart, and digraphs.
#[derive(Default)]
pub(super) struct Moves(Vec<Unit>);

impl Moves {
    pub(super) fn take(&mut self, logical: &Logical<'_>, unit: Unit) {
        let places = logical.places.get(unit.start..unit.end).unwrap_or_default();
        let (Some(first), Some(last)) = (places.first(), places.last()) else {
            return;
        };
        let is_apart = last - first != unit.end - unit.start - 1;
        let text = logical.bytes.get(unit.start..unit.end);
        let is_digraph = unit.kind == UnitKind::Mark && text.and_then(digraph).is_some();
        if is_apart || is_digraph {
            self.0.push(unit);
        }
    }

    /// Writes the units over `bytes`, each before the splices that it had inside.
    pub(super) fn make(&self, logical: &Logical<'_>, bytes: &mut [u8]) {
        let mut from = 0;
        for unit in &self.0 {
            let start = logical.places[unit.start];
            write(bytes, from, &plain_splices(logical, from..start));
            if unit.kind == UnitKind::Raw {
                from = logical.places[unit.end - 1] + 1;
                continue;
            }
            // With the splices right behind it: the white space in them is part of a literal that nothing closes.
            let end = logical.places[unit.end];
            from = end;
            let mut written = logical.bytes[unit.start..unit.end].to_vec();
            if let Some(mark) = digraph(&written).filter(|_| unit.kind == UnitKind::Mark) {
                // Beside another `#` it would be one operator with it.
                let is_hash = mark.starts_with(b"#");
                let behind = usize::from(is_hash && start > 0 && bytes[start - 1] == b'#');
                written.fill(b' ');
                written[behind..behind + mark.len()].copy_from_slice(mark);
            }
            written.extend(plain(logical, &splices(logical, start..end)));
            write(bytes, start, &written);
        }
        let rest = from..logical.source.len();
        write(bytes, from, &plain_splices(logical, rest));
    }
}

fn write(bytes: &mut [u8], at: usize, new: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + new.len()) {
        place.copy_from_slice(new);
    }
}

/// The splices in a range of the file.
fn splices(logical: &Logical<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let text = logical.source.get(range.clone()).unwrap_or_default();
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in backslashes(text).map(|at| at + range.start) {
        if let Some(end) = splice(logical.source, at) {
            found.push(at..end);
        }
    }
    found
}

/// The bytes of a range of the file, each run of splices in it plain.
fn plain_splices(logical: &Logical<'_>, range: Range<usize>) -> Vec<u8> {
    let mut bytes = logical.source[range.clone()].to_vec();
    let splices = splices(logical, range.clone());
    for run in splices.chunk_by(|one, next| one.end == next.start) {
        if let Some(first) = run.first() {
            write(&mut bytes, first.start - range.start, &plain(logical, run));
        }
    }
    bytes
}

/// Splices with their white space before the first backslash: between two of them it would be part of the line.
fn plain(logical: &Logical<'_>, splices: &[Range<usize>]) -> Vec<u8> {
    let mut blanks = Vec::new();
    let mut plain = Vec::new();
    for splice in splices {
        let splice = &logical.source[splice.clone()];
        let line_end = if splice.ends_with(b"\r\n") { 2 } else { 1 };
        let end = splice.len() - line_end;
        blanks.extend_from_slice(&splice[1..end]);
        plain.push(b'\\');
        plain.extend_from_slice(&splice[end..]);
    }
    blanks.extend(plain);
    blanks
}
