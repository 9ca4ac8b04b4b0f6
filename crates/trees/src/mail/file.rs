//! One file's part of a diff: git's extended header, or two names, and the hunks below.
//!
//! The header is read as `git apply` reads it; what git takes and no tool writes is refused, since what
//! it does is for nobody to see.

use dialect::TreePath;

use super::diff::{FileDiff, Hunk};
use super::name::{self, Name};
use super::text::Line;
use super::{MailError, hunk};
use crate::tree::FileMode;

/// A file's part while it is being read.
pub(super) struct Part {
    file: FileDiff,
    is_git: bool,
    is_new: bool,
    is_deleted: bool,
    /// The name on the `diff --git` line, where both are the same.
    git_name: Option<TreePath>,
    /// What `---` and `+++` say.
    sides: (Option<Name>, Option<Name>),
    /// The names of rename and copy lines.
    moved: (Option<TreePath>, Option<TreePath>),
}

impl Part {
    /// Reads the part that the first line begins; gives the number of lines that it takes.
    pub(super) fn read(lines: &[Line<'_>], is_git: bool) -> Result<(FileDiff, usize), MailError> {
        let line = lines.first().map_or(1, |line| line.number);
        let mut part = Self {
            file: FileDiff {
                line,
                ..FileDiff::default()
            },
            is_git,
            is_new: false,
            is_deleted: false,
            git_name: None,
            sides: (None, None),
            moved: (None, None),
        };
        let header = if is_git {
            part.git_header(lines)?
        } else {
            part.plain_header(lines)?
        };
        let hunks = part.hunks(lines.get(header..).unwrap_or_default())?;
        Ok((part.finish()?, header + hunks))
    }

    /// `diff --git` and what follows up to the first line that is no part of a header.
    fn git_header(&mut self, lines: &[Line<'_>]) -> Result<usize, MailError> {
        if let Some(line) = lines.first() {
            let names = line.bytes.strip_prefix(b"diff --git ").unwrap_or_default();
            self.git_name = name::of_git_line(line.number, names)?;
        }
        let mut at = 1;
        while let Some(line) = lines.get(at)
            && line.ended
            && self.extended(line)?
        {
            at += 1;
        }
        if at == 1 {
            return Err(MailError::new(
                self.file.line,
                "a file's header without hunks",
            ));
        }
        Ok(at)
    }

    /// `---` and `+++` without a `diff --git` line.
    fn plain_header(&mut self, lines: &[Line<'_>]) -> Result<usize, MailError> {
        let [old, new, ..] = lines else {
            return Ok(lines.len());
        };
        let side = |line: &Line<'_>| {
            name::of_plain_side(line.number, line.bytes.get(4..).unwrap_or_default())
        };
        let (mut old, mut new) = (side(old)?, side(new)?);
        self.is_new = old == Name::Nothing;
        self.is_deleted = new == Name::Nothing;
        if let (Name::File(old_name), Name::File(new_name)) = (&old, &new) {
            let both = name::common(old_name, new_name);
            (old, new) = (Name::File(both.clone()), Name::File(both));
        }
        self.sides = (Some(old), Some(new));
        Ok(2)
    }

    /// Takes a line of git's extended header, if it is one.
    fn extended(&mut self, line: &Line<'_>) -> Result<bool, MailError> {
        let after = |start: &str| line.bytes.strip_prefix(start.as_bytes());
        let mode_of = |text: &[u8]| mode(line.number, text).map(Some);
        let name_of = |text: &[u8]| name::of_extended(line.number, text).map(Some);
        if let Some(text) = after("--- ") {
            let name = name::of_side(line.number, text)?;
            self.side(line, name, self.is_new, |part| &mut part.sides.0)?;
        } else if let Some(text) = after("+++ ") {
            let name = name::of_side(line.number, text)?;
            self.side(line, name, self.is_deleted, |part| &mut part.sides.1)?;
        } else if let Some(text) = after("old mode ") {
            self.file.old_mode = mode_of(text)?;
        } else if let Some(text) = after("new mode ") {
            self.file.new_mode = mode_of(text)?;
        } else if let Some(text) = after("new file mode ") {
            self.is_new = true;
            self.file.new_mode = mode_of(text)?;
        } else if let Some(text) = after("deleted file mode ") {
            self.is_deleted = true;
            self.file.old_mode = mode_of(text)?;
        } else if let Some(text) = after("rename from ").or_else(|| after("rename old ")) {
            self.file.is_rename = true;
            self.moved.0 = name_of(text)?;
        } else if let Some(text) = after("rename to ").or_else(|| after("rename new ")) {
            self.file.is_rename = true;
            self.moved.1 = name_of(text)?;
        } else if let Some(text) = after("copy from ") {
            self.file.is_copy = true;
            self.moved.0 = name_of(text)?;
        } else if let Some(text) = after("copy to ") {
            self.file.is_copy = true;
            self.moved.1 = name_of(text)?;
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

    /// Takes a side's name, which is `/dev/null` just where a line before said that there is no file.
    fn side(
        &mut self,
        line: &Line<'_>,
        name: Name,
        is_nothing: bool,
        slot: fn(&mut Self) -> &mut Option<Name>,
    ) -> Result<(), MailError> {
        let wrong = |what: &str| {
            Err(MailError::new(
                line.number,
                format!("the file's header {what}"),
            ))
        };
        if is_nothing != (name == Name::Nothing) {
            return wrong(if is_nothing {
                "names a file where `/dev/null` has to be"
            } else {
                "says `/dev/null` and not `new file mode` or `deleted file mode` before it"
            });
        }
        let slot = slot(self);
        if slot.as_ref().is_some_and(|known| *known != name) {
            return wrong("says two different names");
        }
        *slot = Some(name);
        Ok(())
    }

    /// `index 0123abc..4567def 100644`: the mode is the file's before.
    fn index(&mut self, line: usize, text: &[u8]) -> Result<(), MailError> {
        let bad = || MailError::new(line, "the `index` line is malformed");
        let text = std::str::from_utf8(text).map_err(|_| bad())?;
        let text = text.strip_suffix('\r').unwrap_or(text);
        let (ids, mode_text) = text.split_once(' ').unwrap_or((text, ""));
        let (old, new) = ids.split_once("..").ok_or_else(bad)?;
        let is_id = |id: &str| id.len() >= 4 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id(old) || !is_id(new) {
            return Err(bad());
        }
        self.file.old_blob = Some(old.to_ascii_lowercase());
        self.file.new_blob = Some(new.to_ascii_lowercase());
        if !mode_text.is_empty() {
            self.file.old_mode = Some(mode(line, mode_text.as_bytes())?);
        }
        Ok(())
    }

    /// The hunks, or a binary patch; gives the number of lines that they take.
    fn hunks(&mut self, lines: &[Line<'_>]) -> Result<usize, MailError> {
        let mut at = 0;
        while let Some(line) = lines.get(at)
            && line.bytes.starts_with(b"@@ -")
        {
            let (hunk, taken) = hunk::read(lines.get(at..).unwrap_or_default())?;
            self.in_order(&hunk)?;
            self.file.hunks.push(hunk);
            at += taken;
        }
        let next = lines.get(at);
        if at == 0 && next.is_some_and(|line| is_binary(line.bytes)) {
            self.file.is_binary = true;
            return Ok(1 + binary_lines(lines));
        }
        if at == 0 && !self.changes_without_hunks() {
            return Err(MailError::new(
                self.file.line,
                "a file's header without hunks",
            ));
        }
        self.file.left_over = next
            .filter(|line| at > 0 && hunk::looks_like_more(line))
            .map(|line| line.number);
        Ok(at)
    }

    /// Whether the header itself says a change. A new mode without the old one says none to git.
    fn changes_without_hunks(&self) -> bool {
        let modes = (self.file.old_mode, self.file.new_mode);
        let is_moved = self.file.is_rename || self.file.is_copy;
        is_moved
            || self.is_new
            || self.is_deleted
            || matches!(modes, (Some(old), Some(new)) if old != new)
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
        let kinds = [
            self.is_new,
            self.is_deleted,
            self.file.is_rename,
            self.file.is_copy,
        ];
        if kinds.into_iter().filter(|&is| is).count() > 1 {
            return disagree("more than one of new, deleted, renamed and copied");
        }
        let is_moved = self.file.is_rename || self.file.is_copy;
        if is_moved != self.moved.0.is_some() || is_moved != self.moved.1.is_some() {
            return disagree("half of a rename or copy");
        }
        if is_moved && self.moved.0 == self.moved.1 {
            return disagree("that it is moved to where it is");
        }
        if self.sides.0.is_some() != self.sides.1.is_some() {
            return disagree("only one of `---` and `+++`");
        }
        if !self.file.hunks.is_empty() && self.sides.0.is_none() {
            return disagree("neither `---` nor `+++`");
        }
        // `/dev/null` is a side without a name.
        let side = |side: Option<Name>| match side {
            Some(Name::File(path)) => Some(path),
            _ => None,
        };
        let has_sides = self.sides.0.is_some();
        let sides = (side(self.sides.0.take()), side(self.sides.1.take()));
        if (self.is_new && sides.0.is_some()) || (self.is_deleted && sides.1.is_some()) {
            return disagree("that there is no file, after it named it");
        }
        let (old, new) = if is_moved {
            self.moved.clone()
        } else if has_sides {
            sides.clone()
        } else if let Some(both) = &self.git_name {
            (Some(both.clone()), Some(both.clone()))
        } else {
            return disagree("no name, or two without a rename");
        };
        for (settled, side) in [(&old, &sides.0), (&new, &sides.1)] {
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

    /// A new file has no old lines, a deleted one no new ones, and any other has both: without git's header,
    /// git would look into the tree to tell.
    fn check_ends(&self) -> Result<(), MailError> {
        let hunks = &self.file.hunks;
        let is_plain = !self.is_git && !self.is_new && !self.is_deleted;
        if let [hunk] = &hunks[..]
            && is_plain
            && (hunk.old_lines == 0 || hunk.new_lines == 0)
        {
            let reason = "the hunk may make the file, or take it away: `/dev/null` or git's header says which";
            return Err(MailError::new(hunk.line, reason));
        }
        let wrong = hunks.iter().find(|hunk| {
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
    match text.strip_suffix(b"\r").unwrap_or(text) {
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
        || ((line.starts_with(b"Binary files ") || line.starts_with(b"Files "))
            && line.ends_with(b" differ"))
}

/// The lines of a binary patch after its first: blocks of `literal` or `delta`, each up to an empty line.
fn binary_lines(lines: &[Line<'_>]) -> usize {
    let next_file = |line: &&Line<'_>| !line.bytes.starts_with(b"diff --git ");
    if lines
        .first()
        .is_some_and(|line| line.bytes.ends_with(b" differ"))
    {
        return 0;
    }
    lines.iter().skip(1).take_while(next_file).count()
}
