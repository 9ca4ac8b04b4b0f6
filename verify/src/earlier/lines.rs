//! Where lines of the tree after were in the tree before.

use std::collections::BTreeMap;
use std::ops::Range;

use dialect::TreePath;
use similar::{Algorithm, DiffOp, capture_diff_slices};

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
        let files = names.into_iter().map(|(path, was)| {
            let read = |side, path| {
                let bytes = comparison.bytes(side, path).ok().flatten();
                bytes.unwrap_or_else(|| Vec::new().into())
            };
            let old = was.as_ref().map(|was| read(Image::Before, was));
            let same = old.map(|old| same_lines(&old, &read(Image::After, &path)));
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
        let mut same = was.same.iter();
        let (now, was) = same.find(|(now, _)| now.contains(&line))?;
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

fn same_lines(old: &[u8], new: &[u8]) -> Vec<(Range<usize>, usize)> {
    let old: Vec<&[u8]> = old.split_inclusive(|&byte| byte == b'\n').collect();
    let new: Vec<&[u8]> = new.split_inclusive(|&byte| byte == b'\n').collect();
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new).into_iter();
    let same = ops.filter_map(|op| match op {
        DiffOp::Equal {
            old_index,
            new_index,
            len,
        } => Some((new_index + 1..new_index + 1 + len, old_index + 1)),
        _ => None,
    });
    same.collect()
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
    fn a_file_that_is_not_touched_is_as_it_was() {
        assert_eq!(moved().line("c.h", 7), Some(7));
        assert_eq!(moved().file("c.h"), Some("c.h"));
        assert_eq!(moved().file("b.c"), Some("a.c"));
    }
}
