//! Where lines of the tree after were in the tree before.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use dialect::TreePath;
use trees::mail::HunkLineKind;

use crate::comparison::{Comparison, Image};
use crate::frame::Named;

/// The files that the patches touch, by their names after.
pub(super) struct Moved {
    files: BTreeMap<String, Was>,
}

/// One file after.
struct Was {
    /// Its name before; none: it is new.
    name: Option<String>,
    /// 1-based lines that are the same, after and before.
    same: Vec<(Range<usize>, usize)>,
}

impl Moved {
    pub(super) fn of(comparison: &Comparison<'_>, mails: &[Named<'_>]) -> Self {
        let mut names: BTreeMap<TreePath, Option<TreePath>> = BTreeMap::new();
        for diff in mails.iter().flat_map(|named| &named.mail.diff) {
            let was = |path: &TreePath| match names.get(path) {
                Some(was) => was.clone(),
                None => Some(path.clone()),
            };
            let old = diff.old_path.as_ref().and_then(was);
            if let (Some(path), true) = (&diff.old_path, diff.is_rename) {
                names.insert(path.clone(), None);
            }
            if let Some(path) = &diff.new_path {
                names.insert(path.clone(), old);
            }
        }
        let shifted = shifted(mails);
        let files = names.into_iter().map(|(path, was)| {
            let read = |side, path| {
                let bytes = comparison.bytes(side, path).ok().flatten();
                bytes.unwrap_or_else(|| Vec::new().into())
            };
            let old = was.as_ref().map(|was| read(Image::Before, was));
            let same = old.and_then(|old| same_lines(&old, &read(Image::After, &path), &shifted));
            let was = Was {
                name: was.map(|was| was.to_string()),
                same: same.unwrap_or_default(),
            };
            (path.to_string(), was)
        });
        Self {
            files: files.collect(),
        }
    }

    /// What the file was called.
    pub(super) fn file<'s>(&'s self, file: &'s str) -> Option<&'s str> {
        match self.files.get(file) {
            Some(was) => was.name.as_deref(),
            None => Some(file),
        }
    }

    /// Where the line was.
    pub(super) fn line(&self, file: &str, line: usize) -> Option<usize> {
        let Some(was) = self.files.get(file) else {
            return Some(line);
        };
        let at = was.same.partition_point(|(now, _)| now.end <= line);
        let (now, was) = was.same.get(at).filter(|(now, _)| now.contains(&line))?;
        Some(was + line - now.start)
    }

    /// A message as it would have been before: a line in it (`line 7`, `lines 7, 9`, `a.c:7`) is one of the tree, and moved.
    pub(super) fn text(&self, message: &str, file: Option<&str>) -> Option<String> {
        let mut told = String::with_capacity(message.len());
        let mut rest = message;
        // The file whose lines the last number was one of, where another may follow.
        let mut list: Option<&str> = None;
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            let (before, behind) = rest.split_at(at);
            let end = behind
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(behind.len());
            let (number, after) = behind.split_at(end);
            told.push_str(before);
            let of = match before {
                ", " | " and " | " or " if list.is_some() => list,
                _ if before.ends_with("line ") || before.ends_with("lines ") => file,
                _ => named_before(message, message.len() - behind.len()),
            };
            list = of;
            match of {
                Some(file) => {
                    let line = self.line(file, number.parse().ok()?)?;
                    told.push_str(&line.to_string());
                }
                None => told.push_str(number),
            }
            rest = after;
        }
        told.push_str(rest);
        Some(told)
    }
}

/// The file of `FILE:` that ends at `at`.
fn named_before(message: &str, at: usize) -> Option<&str> {
    let before = message.get(..at)?.strip_suffix(':')?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-+/,".contains(c);
    let start = before.rfind(|c| !is_part(c)).map_or(0, |at| at + 1);
    before.get(start..).filter(|name| name.contains('.'))
}

/// Lines that the patches take away and put in: which of them went, and which stayed, a comparison of the files cannot tell.
fn shifted(mails: &[Named<'_>]) -> BTreeSet<Vec<u8>> {
    let lines = |kind: HunkLineKind| -> BTreeSet<Vec<u8>> {
        let diffs = mails.iter().flat_map(|named| &named.mail.diff);
        let lines = diffs
            .flat_map(|diff| &diff.hunks)
            .flat_map(|hunk| &hunk.lines);
        let lines = lines.filter(|line| line.kind == kind);
        lines.map(|line| line.bytes.clone()).collect()
    };
    let added = lines(HunkLineKind::Add);
    let removed = lines(HunkLineKind::Remove);
    added.intersection(&removed).cloned().collect()
}

/// Lines that are the same in both, after and before, as git compares them.
fn same_lines(
    old: &[u8],
    new: &[u8],
    shifted: &BTreeSet<Vec<u8>>,
) -> Option<Vec<(Range<usize>, usize)>> {
    let mut options = git2::DiffOptions::new();
    options.context_lines(0).interhunk_lines(0).force_text(true);
    let patch = git2::Patch::from_buffers(old, None, new, None, Some(&mut options)).ok()?;
    let lines: Vec<&[u8]> = new.split_inclusive(|&byte| byte == b'\n').collect();
    let stays = |line: usize| {
        let text = lines.get(line - 1).copied().unwrap_or_default();
        !shifted.contains(text.strip_suffix(b"\n").unwrap_or(text))
    };
    let mut same = Vec::new();
    // The first lines, after and before, that no hunk so far has.
    let (mut now, mut was) = (1, 1);
    for index in 0..=patch.num_hunks() {
        let (until, next) = match patch.hunk(index) {
            Ok((hunk, _)) if index < patch.num_hunks() => hunk_lines(&hunk),
            _ => (lines.len() + 1, (lines.len() + 1, 0)),
        };
        let first = now;
        let kept = (first..until).map(|line| (line..line + 1, was + line - first));
        same.extend(kept.filter(|(line, _)| stays(line.start)));
        (now, was) = next;
    }
    Some(same)
}

/// Where a hunk begins after, and the lines behind it, after and before. One that only adds or takes away is named by the line
/// that it comes behind.
fn hunk_lines(hunk: &git2::DiffHunk<'_>) -> (usize, (usize, usize)) {
    let side = |start: u32, count: u32| {
        let first = start as usize + usize::from(count == 0);
        (first, first + count as usize)
    };
    let (begins, now) = side(hunk.new_start(), hunk.new_lines());
    let (_, was) = side(hunk.old_start(), hunk.old_lines());
    (begins, (now, was))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved() -> Moved {
        let was = Was {
            name: Some("a.c".to_owned()),
            same: vec![(1..3, 1), (5..9, 3)],
        };
        Moved {
            files: BTreeMap::from([("b.c".to_owned(), was)]),
        }
    }

    #[test]
    fn lines_of_a_message_move_with_the_file() {
        for (now, was) in [
            ("line 6 could not be read", Some("line 4 could not be read")),
            ("in lines 1, 5 and 8", Some("in lines 1, 3 and 6")),
            ("line 3 could not be read", None),
            ("found 6 of 7 (c.h:6)", Some("found 6 of 7 (c.h:6)")),
            ("written in f() (b.c:8)", Some("written in f() (b.c:6)")),
            ("no number", Some("no number")),
        ] {
            assert_eq!(moved().text(now, Some("b.c")).as_deref(), was, "{now}");
        }
    }

    #[test]
    fn lines_are_followed_through_hunks() {
        let old = b"a\nb\nc\nd\ne\n";
        let none = BTreeSet::new();
        for (new, expected) in [
            (
                &b"a\nb\nc\nd\ne\n"[..],
                vec![(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)],
            ),
            (
                b"x\na\nb\nc\nd\ne\n",
                vec![(2, 1), (3, 2), (4, 3), (5, 4), (6, 5)],
            ),
            (b"a\nc\nd\nX\ny\n", vec![(1, 1), (2, 3), (3, 4)]),
            (b"b\nc\nx\nd\ne\nf\n", vec![(1, 2), (2, 3), (4, 4), (5, 5)]),
            (b"", vec![]),
        ] {
            let same = same_lines(old, new, &none).unwrap_or_default();
            let same: Vec<_> = same
                .into_iter()
                .map(|(now, was)| (now.start, was))
                .collect();
            assert_eq!(same, expected, "{}", String::from_utf8_lossy(new));
        }
        let shifted = BTreeSet::from([b"c".to_vec()]);
        let same = same_lines(old, old, &shifted).unwrap_or_default();
        assert_eq!(same.len(), 4);
    }

    #[test]
    fn a_file_that_is_not_touched_is_as_it_was() {
        assert_eq!(moved().line("c.h", 7), Some(7));
        assert_eq!(moved().file("c.h"), Some("c.h"));
        assert_eq!(moved().file("b.c"), Some("a.c"));
    }
}
