//! Edits: bytes replaced at a place.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use dialect::token::{TokenKind, tokens};
use schema::model::Side;

/// Bytes of a file, and what stands there afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Byte range in the file; empty for an insertion.
    pub(crate) range: Range<usize>,
    /// The new text.
    pub(crate) text: String,
    /// It goes behind an anchor: what a later change puts behind the same place goes behind it.
    pub(crate) behind: bool,
    /// Each character of `text` is one byte of the file; else it is UTF-8.
    pub(crate) is_latin_1: bool,
}

impl Edit {
    /// Puts `text` at `at`.
    pub(crate) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self {
            range: at..at,
            text: text.into(),
            behind: false,
            is_latin_1: false,
        }
    }

    /// Puts `text` at `at`, on that side of its anchor.
    pub(crate) fn beside(at: usize, side: Side, text: impl Into<String>) -> Self {
        Self {
            behind: side == Side::After,
            ..Self::insert(at, text)
        }
    }

    /// The bytes that the new text is.
    pub(crate) fn bytes(&self) -> Cow<'_, [u8]> {
        if self.is_latin_1 {
            let bytes = self.text.chars().filter_map(|c| u8::try_from(c).ok());
            return bytes.collect::<Vec<u8>>().into();
        }
        self.text.as_bytes().into()
    }

    /// Puts `text` in the place of `range`.
    pub(crate) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
            behind: false,
            is_latin_1: false,
        }
    }
}

/// What the changes made so far put behind their anchors, by where it is now, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Insertions(Vec<Range<usize>>);

impl Insertions {
    /// `at`, or behind what earlier changes put there: the changes of a patch are made in their order.
    pub(crate) fn past(&self, mut at: usize) -> usize {
        for range in &self.0 {
            if range.start == at {
                at = range.end;
            }
        }
        at
    }

    /// Follows the sorted edits of one more change.
    pub(crate) fn follow(&mut self, edits: &[Edit]) {
        let moved = |at: usize| {
            let before = || edits.iter().filter(|edit| edit.range.end <= at);
            let came: usize = before().map(|edit| edit.bytes().len()).sum();
            let gone: usize = before().map(|edit| edit.range.len()).sum();
            (at + came).saturating_sub(gone)
        };
        let mut all: Vec<Range<usize>> = Vec::new();
        for known in &self.0 {
            let inside = known.start..known.end.max(known.start + 1);
            let is_cut = edits
                .iter()
                .any(|edit| edit.range.start < inside.end && inside.start < edit.range.end);
            if !is_cut {
                // What is put in at its end is not a part of it.
                let start = moved(known.start);
                all.push(start..start + known.len());
            }
        }
        let mut shift = 0_usize;
        let mut cut = 0_usize;
        for edit in edits {
            let start = (edit.range.start + shift).saturating_sub(cut);
            if edit.behind && edit.range.is_empty() {
                all.push(start..start + edit.bytes().len());
            }
            shift += edit.bytes().len();
            cut += edit.range.len();
        }
        all.sort_by_key(|range| range.start);
        self.0 = all;
    }
}

/// Lines that are put behind a last line without a newline: that one gets it.
pub(crate) fn behind_the_last_line(bytes: &[u8], mut edits: Vec<Edit>) -> Vec<Edit> {
    let is_open = !bytes.is_empty() && !bytes.ends_with(b"\n");
    let at_end = |edit: &&mut Edit| {
        let is_line = edit.text.ends_with('\n') && !edit.text.starts_with('\n');
        edit.range == (bytes.len()..bytes.len()) && is_line
    };
    if let Some(first) = edits.iter_mut().find(at_end).filter(|_| is_open) {
        first.text.insert(0, '\n');
    }
    edits
}

/// The white space at the end of a line goes with the line that is written anew.
pub(crate) fn without_trailing_blanks(bytes: &[u8], mut edits: Vec<Edit>) -> Vec<Edit> {
    let mut more: Vec<Edit> = Vec::new();
    for edit in &edits {
        // Whole lines that are put in or taken away leave the next one as it is.
        if edit.text.ends_with('\n') || edit.text.is_empty() {
            continue;
        }
        let rest = bytes.get(edit.range.end..).unwrap_or_default();
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let blanks = line.trim_ascii_end().len();
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let tail = line.get(blanks..).unwrap_or_default();
        if tail.is_empty() || !tail.iter().all(is_blank) {
            continue;
        }
        let range = edit.range.end + blanks..edit.range.end + line.len();
        let is_taken = |other: &Edit| {
            other.range.start < range.end
                && range.start < other.range.end.max(other.range.start + 1)
        };
        if !edits.iter().chain(&more).any(is_taken) {
            more.push(Edit::replace(range, ""));
        }
    }
    edits.extend(more);
    edits
}

/// Where a `//` comment of a new text takes in code that was behind the place of its edit.
pub(crate) fn taken_into_comment(before: &[u8], after: &[u8], edits: &[Edit]) -> Option<usize> {
    let brings = |edit: &Edit| edit.text.contains("//");
    if !edits.iter().any(brings) {
        return None;
    }
    let comments = |bytes: &[u8]| {
        let all = tokens(bytes).into_iter();
        let lines = all.filter(|token| {
            let text = bytes.get(token.range.clone()).unwrap_or_default();
            token.kind == TokenKind::Comment && text.starts_with(b"//")
        });
        lines.map(|token| token.range).collect::<Vec<_>>()
    };
    let (old, new) = (comments(before), comments(after));
    let holds = |all: &[Range<usize>], at: usize| {
        all.iter().any(|range| range.start < at && at <= range.end)
    };
    let (mut came, mut gone) = (0_usize, 0_usize);
    for edit in edits {
        came += edit.bytes().len();
        gone += edit.range.len();
        let end = (edit.range.end + came).saturating_sub(gone);
        let rest = after.get(end..).unwrap_or_default();
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if brings(edit)
            && !line.trim_ascii().is_empty()
            && holds(&new, end)
            && !holds(&old, edit.range.end)
        {
            return Some(edit.range.start);
        }
    }
    None
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
        out.extend_from_slice(&edit.bytes());
        at = edit.range.end;
    }
    out.extend_from_slice(bytes.get(at..)?);
    Some(out.into())
}

#[cfg(test)]
mod tests {
    use schema::model::Side;

    use super::{Edit, Insertions, apply, sorted, taken_into_comment, without_trailing_blanks};

    #[test]
    fn white_space_at_the_end_goes_with_its_line() {
        let made = |edits: Vec<Edit>| {
            let bytes = b"one;  \ntwo; \t\n";
            let edits = sorted(without_trailing_blanks(bytes, edits)).unwrap();
            String::from_utf8(apply(bytes, &edits).unwrap().to_vec()).unwrap()
        };
        assert_eq!(made(vec![Edit::replace(0..3, "1")]), "1;\ntwo; \t\n");
        let both = vec![Edit::replace(0..3, "1"), Edit::replace(7..10, "2")];
        assert_eq!(made(both), "1;\n2;\n");
        let line = vec![Edit::insert(7, "new;\n")];
        assert_eq!(made(line), "one;  \nnew;\ntwo; \t\n");
        let other = vec![Edit::replace(0..7, "new;\n")];
        assert_eq!(made(other), "new;\ntwo; \t\n");
        let twice = vec![Edit::replace(0..1, "O"), Edit::replace(2..3, "E")];
        assert_eq!(made(twice), "OnE;\ntwo; \t\n");
    }

    #[test]
    fn a_comment_of_a_line_takes_in_nothing_behind_it() {
        let taken = |before: &[u8], edit: Edit| {
            let edits = [edit];
            let after = apply(before, &edits).unwrap();
            taken_into_comment(before, &after, &edits)
        };
        assert_eq!(taken(b"x = f(a);", Edit::replace(4..8, "a // b")), Some(4));
        assert_eq!(taken(b"x = f(a)\n;", Edit::replace(4..8, "a // b")), None);
        assert_eq!(taken(b"x = \"f(a)\";", Edit::replace(5..9, "a // b")), None);
        assert_eq!(taken(b"// f(a) b", Edit::replace(3..7, "a // b")), None);
    }

    #[test]
    fn what_goes_behind_one_place_goes_there_in_order() {
        let mut known = Insertions::default();
        assert_eq!(known.past(3), 3);
        known.follow(&[Edit::beside(3, Side::After, "one")]);
        assert_eq!(known.past(3), 6);
        known.follow(&[Edit::insert(0, "//"), Edit::beside(6, Side::After, "two")]);
        assert_eq!(known.past(5), 11);
        known.follow(&[Edit::insert(11, "x")]);
        assert_eq!(known.past(5), 11);
        known.follow(&[Edit::replace(9..10, "x")]);
        assert_eq!(known.past(5), 8);
    }

    #[test]
    fn edits_are_made_in_place_order_and_never_overlap() {
        let edits = sorted(vec![Edit::insert(3, "!"), Edit::replace(0..1, "A")]).unwrap();
        assert_eq!(&apply(b"abc", &edits).unwrap()[..], b"Abc!");
        assert!(sorted(vec![Edit::replace(0..2, ""), Edit::replace(1..3, "")]).is_none());
        assert!(apply(b"abc", &[Edit::insert(4, "x")]).is_none());
    }
}
