//! Edits: bytes replaced at a place.

use std::ops::Range;
use std::sync::Arc;

/// Bytes of a file, and what stands there afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Byte range in the file; empty for an insertion.
    pub(crate) range: Range<usize>,
    /// The new text.
    pub(crate) text: String,
}

impl Edit {
    /// Puts `text` at `at`.
    pub(crate) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self {
            range: at..at,
            text: text.into(),
        }
    }

    /// Puts `text` in the place of `range`.
    pub(crate) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
        }
    }
}

/// Sorts edits by place. Those at one place keep their order; none where two overlap.
pub(crate) fn sorted(mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let overlap = edits.windows(2).any(|pair| match pair {
        [first, second] => second.range.start < first.range.end,
        _ => false,
    });
    (!overlap).then_some(edits)
}

/// The bytes with the sorted edits made; none where an edit leaves the file or two overlap.
pub(crate) fn apply(bytes: &[u8], edits: &[Edit]) -> Option<Arc<[u8]>> {
    let mut out = Vec::with_capacity(bytes.len() + 256);
    let mut at = 0;
    for edit in edits {
        out.extend_from_slice(bytes.get(at..edit.range.start)?);
        out.extend_from_slice(edit.text.as_bytes());
        at = edit.range.end;
    }
    out.extend_from_slice(bytes.get(at..)?);
    Some(out.into())
}

#[cfg(test)]
mod tests {
    use super::{Edit, apply, sorted};

    #[test]
    fn edits_are_made_in_place_order_and_never_overlap() {
        let edits = sorted(vec![Edit::insert(3, "!"), Edit::replace(0..1, "A")]).unwrap();
        assert_eq!(&apply(b"abc", &edits).unwrap()[..], b"Abc!");
        assert!(sorted(vec![Edit::replace(0..2, ""), Edit::replace(1..3, "")]).is_none());
        assert!(apply(b"abc", &[Edit::insert(4, "x")]).is_none());
    }
}
