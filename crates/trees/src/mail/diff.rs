//! A unified diff, file by file, found in a mail's text as `git apply` finds it.

use dialect::TreePath;

use super::file::Part;
use super::text::Line;
use super::{MailError, hunk};
use crate::tree::FileMode;

/// What a diff does to one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileDiff {
    /// The file before; none where it is new.
    pub old_path: Option<TreePath>,
    /// The file after; none where it is deleted.
    pub new_path: Option<TreePath>,
    /// The mode before, where the diff says it.
    pub old_mode: Option<FileMode>,
    /// The mode after, where the diff says it (the `index` line does not: it says what the file had).
    pub new_mode: Option<FileMode>,
    /// The blob id before, whole or abbreviated, as the `index` line has it.
    pub old_blob: Option<String>,
    /// The blob id after.
    pub new_blob: Option<String>,
    /// The hunks, in order.
    pub hunks: Vec<Hunk>,
    /// `GIT binary patch` or `Binary files … differ`: what it does cannot be read here.
    pub is_binary: bool,
    /// The file was renamed.
    pub is_rename: bool,
    /// The file was copied.
    pub is_copy: bool,
    /// 1-based line in the mail file where the file's part begins.
    pub line: usize,
    /// 1-based line in the mail file that comes after a hunk, looks as if it went on with it, and is none of it.
    pub left_over: Option<usize>,
}

impl FileDiff {
    /// The file's path, the new one where it has two.
    #[must_use]
    pub fn path(&self) -> Option<&TreePath> {
        self.new_path.as_ref().or(self.old_path.as_ref())
    }

    /// Added and removed lines.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let count = |kind| {
            let lines = self.hunks.iter().flat_map(|hunk| &hunk.lines);
            lines.filter(|line| line.kind == kind).count()
        };
        (count(HunkLineKind::Add), count(HunkLineKind::Remove))
    }
}

/// A run of changed lines with their context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// 1-based first line before; without old lines, the line that the new ones come after.
    pub old_start: u32,
    /// Lines before.
    pub old_lines: u32,
    /// 1-based first line after; without new lines, the line that the old ones came after.
    pub new_start: u32,
    /// Lines after.
    pub new_lines: u32,
    /// What stands after `@@`: a function's first line, mostly.
    pub section: Vec<u8>,
    /// The lines.
    pub lines: Vec<HunkLine>,
    /// 1-based line of the hunk's header in the mail file.
    pub line: usize,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HunkLine {
    /// What happens to it.
    pub kind: HunkLineKind,
    /// The line, without the sign and the newline.
    pub bytes: Vec<u8>,
    /// It is the last of its file and has no newline.
    pub no_newline: bool,
    /// 1-based line in the mail file.
    pub line: usize,
}

/// What happens to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HunkLineKind {
    /// It stays.
    Context,
    /// It comes.
    Add,
    /// It goes.
    Remove,
}

/// A diff, and the index of the first line that is part of it.
pub(super) struct Found {
    pub(super) files: Vec<FileDiff>,
    pub(super) first: Option<usize>,
}

/// git does not look for a header in a shorter line.
const SHORTEST_LINE: usize = 6;
/// Nor where less follows than the shortest hunk header has.
const SHORTEST_HEADER: usize = 14;

/// Reads every file's part. Text between the parts is passed over, as git does.
pub(super) fn parse(lines: &[Line<'_>]) -> Result<Found, MailError> {
    let mut found = Found {
        files: Vec::new(),
        first: None,
    };
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        if line.len() < SHORTEST_LINE {
            at += 1;
            continue;
        }
        if hunk::is_header(line) {
            return Err(MailError::new(line.number, "a hunk without a file"));
        }
        let is_git = line.bytes.starts_with(b"diff --git ");
        if is_git && line.left < line.len() + SHORTEST_LINE {
            return Err(MailError::new(line.number, "a file's header without hunks"));
        }
        if line.bytes.starts_with(b"diff --c") {
            let reason = "a combined diff of a merge is not read";
            return Err(MailError::new(line.number, reason));
        }
        if !is_git && !starts_sides(rest) {
            at += 1;
            continue;
        }
        let (file, taken) = Part::read(rest, is_git)?;
        found.first.get_or_insert(at);
        found.files.push(file);
        at += taken;
    }
    Ok(found)
}

/// `--- a/x`, `+++ b/x` and a hunk: without one, it is text to git.
fn starts_sides(lines: &[Line<'_>]) -> bool {
    let [old, new, hunk, ..] = lines else {
        return false;
    };
    old.bytes.starts_with(b"--- ")
        && new.bytes.starts_with(b"+++ ")
        && hunk.bytes.starts_with(b"@@ -")
        && old.left >= new.len() + SHORTEST_HEADER
}
