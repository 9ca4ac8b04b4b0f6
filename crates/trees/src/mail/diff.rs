//! A unified diff, file by file, with git's extended headers.

use dialect::TreePath;

use super::body::Line;
use super::name::{self, Name};
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
    /// The mode after, where the diff says it.
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

/// Reads every file's part. Text between the parts is passed over, as git and patch do.
pub(super) fn parse(lines: &[Line<'_>]) -> Result<Vec<FileDiff>, MailError> {
    let mut files = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        if line.bytes.starts_with(b"diff --git ") || starts_sides(rest) {
            let mut part = Part::new(line.number);
            at += part.read(rest)?;
            files.push(part.finish()?);
        } else if line.bytes.starts_with(b"@@ -") {
            return Err(MailError::new(line.number, "a hunk without a file"));
        } else if line.bytes.starts_with(b"diff --c") {
            let reason = "a combined diff of a merge is not read";
            return Err(MailError::new(line.number, reason));
        } else {
            at += 1;
        }
    }
    Ok(files)
}

/// `--- a/x`, `+++ b/x`
fn starts_sides(lines: &[Line<'_>]) -> bool {
    let starts = |at: usize, with: &[u8]| {
        lines
            .get(at)
            .is_some_and(|line| line.bytes.starts_with(with))
    };
    starts(0, b"--- ") && starts(1, b"+++ ")
}

/// A file's part while it is being read.
struct Part {
    file: FileDiff,
    is_git: bool,
    is_new: bool,
    is_deleted: bool,
    has_sides: bool,
    /// The name on the `diff --git` line, where both are the same.
    git_name: Option<TreePath>,
    /// The names of rename and copy lines.
    moved: (Option<TreePath>, Option<TreePath>),
}

impl Part {
    fn new(line: usize) -> Self {
        Self {
            file: FileDiff {
                line,
                ..FileDiff::default()
            },
            is_git: false,
            is_new: false,
            is_deleted: false,
            has_sides: false,
            git_name: None,
            moved: (None, None),
        }
    }

    /// Reads the part; gives the number of lines that it takes.
    fn read(&mut self, lines: &[Line<'_>]) -> Result<usize, MailError> {
        let mut at = 0;
        if let Some(line) = lines.first()
            && let Some(names) = line.bytes.strip_prefix(b"diff --git ")
        {
            self.is_git = true;
            self.git_name = name::of_git_line(line.number, names)?;
            at = 1;
        }
        while let Some(line) = lines.get(at)
            && self.is_git
            && self.extended(line)?
        {
            at += 1;
        }
        let rest = lines.get(at..).unwrap_or_default();
        if starts_sides(rest) {
            self.sides(rest)?;
            at += 2;
        } else if rest.first().is_some_and(|line| is_binary(line.bytes)) {
            self.file.is_binary = true;
            return Ok(at + 1 + binary_lines(rest));
        }
        while let Some(line) = lines.get(at)
            && line.bytes.starts_with(b"@@ -")
        {
            if !self.has_sides {
                return Err(MailError::new(
                    line.number,
                    "a hunk without `---` and `+++`",
                ));
            }
            let (hunk, taken) = hunk::read(lines.get(at..).unwrap_or_default())?;
            self.in_order(&hunk)?;
            self.file.hunks.push(hunk);
            at += taken;
        }
        Ok(at)
    }

    /// Takes a line of git's extended header, if it is one.
    fn extended(&mut self, line: &Line<'_>) -> Result<bool, MailError> {
        let after = |start: &str| line.bytes.strip_prefix(start.as_bytes());
        let mode_of = |text: &[u8]| mode(line.number, text).map(Some);
        if let Some(text) = after("old mode ") {
            self.file.old_mode = mode_of(text)?;
        } else if let Some(text) = after("new mode ") {
            self.file.new_mode = mode_of(text)?;
        } else if let Some(text) = after("new file mode ") {
            self.is_new = true;
            self.file.new_mode = mode_of(text)?;
        } else if let Some(text) = after("deleted file mode ") {
            self.is_deleted = true;
            self.file.old_mode = mode_of(text)?;
        } else if let Some(text) = after("rename from ").or_else(|| after("copy from ")) {
            self.moved.0 = Some(name::of_extended(line.number, text)?);
        } else if let Some(text) = after("rename to ") {
            self.file.is_rename = true;
            self.moved.1 = Some(name::of_extended(line.number, text)?);
        } else if let Some(text) = after("copy to ") {
            self.file.is_copy = true;
            self.moved.1 = Some(name::of_extended(line.number, text)?);
        } else if let Some(text) = after("index ") {
            self.index(line.number, text)?;
        } else if after("similarity index ")
            .or_else(|| after("dissimilarity index "))
            .is_none()
        {
            return Ok(false);
        }
        Ok(true)
    }

    /// `index 0123abc..4567def 100644`
    fn index(&mut self, line: usize, text: &[u8]) -> Result<(), MailError> {
        let bad = || MailError::new(line, "the `index` line is malformed");
        let text = std::str::from_utf8(text).map_err(|_| bad())?.trim_end();
        let (ids, mode_text) = text.split_once(' ').unwrap_or((text, ""));
        let (old, new) = ids.split_once("..").ok_or_else(bad)?;
        let is_id = |id: &str| id.len() >= 4 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id(old) || !is_id(new) {
            return Err(bad());
        }
        self.file.old_blob = Some(old.to_ascii_lowercase());
        self.file.new_blob = Some(new.to_ascii_lowercase());
        if !mode_text.is_empty() {
            let mode = mode(line, mode_text.as_bytes())?;
            self.file.old_mode.get_or_insert(mode);
            self.file.new_mode.get_or_insert(mode);
        }
        Ok(())
    }

    fn sides(&mut self, lines: &[Line<'_>]) -> Result<(), MailError> {
        let [old, new, ..] = lines else { return Ok(()) };
        self.has_sides = true;
        let side =
            |line: &Line<'_>| name::of_side(line.number, line.bytes.get(4..).unwrap_or_default());
        match side(old)? {
            Name::File(path) => self.file.old_path = Some(path),
            Name::Nothing => self.is_new = true,
        }
        match side(new)? {
            Name::File(path) => self.file.new_path = Some(path),
            Name::Nothing => self.is_deleted = true,
        }
        Ok(())
    }

    fn in_order(&self, hunk: &Hunk) -> Result<(), MailError> {
        let Some(last) = self.file.hunks.last() else {
            return Ok(());
        };
        let end = u64::from(last.old_start) + u64::from(last.old_lines);
        if u64::from(hunk.old_start) + u64::from(hunk.old_lines == 0) < end {
            let reason = "the hunk overlaps the one before it, or is out of order";
            return Err(MailError::new(hunk.line, reason));
        }
        Ok(())
    }

    /// Settles the names and checks that the parts of the header agree.
    fn finish(mut self) -> Result<FileDiff, MailError> {
        let line = self.file.line;
        let disagree = |what: &str| {
            Err(MailError::new(
                line,
                format!("the file's header says {what}"),
            ))
        };
        if self.is_new && self.is_deleted {
            return disagree("that it is both new and deleted");
        }
        let is_moved = self.file.is_rename || self.file.is_copy;
        if is_moved != self.moved.0.is_some() || is_moved != self.moved.1.is_some() {
            return disagree("half of a rename or copy");
        }
        if is_moved && (self.is_new || self.is_deleted) {
            return disagree("that it is moved, and new or deleted");
        }
        let (old, new) = if is_moved {
            self.moved.clone()
        } else if self.has_sides {
            (self.file.old_path.clone(), self.file.new_path.clone())
        } else if let Some(both) = &self.git_name {
            (Some(both.clone()), Some(both.clone()))
        } else {
            return disagree("no name, or two without a rename");
        };
        for (settled, side) in [(&old, &self.file.old_path), (&new, &self.file.new_path)] {
            if side.is_some() && side != settled {
                return disagree("two different names");
            }
        }
        if !is_moved && !self.is_new && !self.is_deleted && old != new {
            return disagree("two names without a rename");
        }
        if let (Some(git), Some(either)) = (&self.git_name, new.as_ref().or(old.as_ref()))
            && git != either
        {
            return disagree("two different names");
        }
        self.file.old_path = old.filter(|_| !self.is_new);
        self.file.new_path = new.filter(|_| !self.is_deleted);
        self.check_ends()?;
        Ok(self.file)
    }

    /// A new file has no old lines, a deleted one no new ones.
    fn check_ends(&self) -> Result<(), MailError> {
        let wrong = self.file.hunks.iter().find(|hunk| {
            (self.is_new && hunk.old_lines > 0) || (self.is_deleted && hunk.new_lines > 0)
        });
        match wrong {
            Some(hunk) if self.is_new => Err(MailError::new(
                hunk.line,
                "a new file cannot have old lines",
            )),
            Some(hunk) => Err(MailError::new(
                hunk.line,
                "a deleted file cannot keep lines",
            )),
            None => Ok(()),
        }
    }
}

fn mode(line: usize, text: &[u8]) -> Result<FileMode, MailError> {
    match text.trim_ascii_end() {
        b"100644" => Ok(FileMode::Regular),
        b"100755" => Ok(FileMode::Executable),
        b"120000" => Ok(FileMode::Symlink),
        other => Err(MailError::new(
            line,
            format!(
                "a file cannot have the mode `{}`",
                String::from_utf8_lossy(other).escape_debug()
            ),
        )),
    }
}

fn is_binary(line: &[u8]) -> bool {
    line == b"GIT binary patch"
        || (line.starts_with(b"Binary files ") && line.ends_with(b" differ"))
}

/// The lines of a binary patch after its first: blocks of `literal` or `delta`, each up to an empty line.
fn binary_lines(lines: &[Line<'_>]) -> usize {
    let next_file = |line: &&Line<'_>| !line.bytes.starts_with(b"diff --git ");
    if lines
        .first()
        .is_some_and(|line| line.bytes.starts_with(b"Binary"))
    {
        return 0;
    }
    lines.iter().skip(1).take_while(next_file).count()
}
