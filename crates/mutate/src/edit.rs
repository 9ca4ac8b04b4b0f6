//! Bytes replaced in a file, and what came of it.

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use generator::Snapshot;
use query::File;

/// A range of a file with another text in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

impl Edit {
    pub(crate) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
        }
    }

    pub(crate) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::replace(at..at, text)
    }

    pub(crate) fn delete(range: Range<usize>) -> Self {
        Self::replace(range, "")
    }
}

/// The bytes with the edits made; none where two overlap or one leaves the file.
pub(crate) fn apply(bytes: &[u8], edits: &[Edit]) -> Option<Arc<[u8]>> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut made = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for edit in sorted {
        made.extend_from_slice(bytes.get(at..edit.range.start)?);
        made.extend_from_slice(edit.text.as_bytes());
        at = edit.range.end;
    }
    made.extend_from_slice(bytes.get(at..)?);
    Some(made.into())
}

/// What is done to the patched tree or to the mails.
#[derive(Clone, Debug)]
pub(crate) enum Doing {
    /// A file of the patched tree with other text.
    Edits(TreePath, Vec<Edit>),
    /// What each patch leaves, where a mutant is made by another series.
    Snapshots(Vec<Snapshot>),
    /// Mails with other text: names and bytes.
    Mails(Vec<(String, Vec<u8>)>),
}

/// One thing to do, before anybody has tried it.
#[derive(Clone, Debug)]
pub(crate) struct Mutation {
    /// What is done, in the imperative: "drop the operand `zdev->vfn`".
    pub(crate) what: String,
    /// The file of the tree, or the mail.
    pub(crate) file: String,
    /// 1-based line there.
    pub(crate) line: usize,
    pub(crate) doing: Doing,
}

impl Mutation {
    /// Edits of one file, for a place in it.
    pub(crate) fn of(file: &File, at: usize, what: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self {
            what: what.into(),
            file: file.path().to_string(),
            line: file.line_of(at),
            doing: Doing::Edits(file.path().clone(), edits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Edit, apply};

    #[test]
    fn edits_are_made_in_the_order_of_the_file() {
        let edits = [
            Edit::replace(4..7, "two"),
            Edit::insert(0, "> "),
            Edit::delete(7..8),
        ];
        assert_eq!(
            apply(b"one 2nd.", &edits).as_deref(),
            Some(&b"> one two"[..])
        );
    }

    #[test]
    fn edits_that_overlap_are_none() {
        let edits = [Edit::delete(0..3), Edit::delete(2..4)];
        assert_eq!(apply(b"abcdef", &edits), None);
        assert_eq!(apply(b"abc", &[Edit::delete(2..9)]), None);
    }
}
