//! A file's lines, and hunks held against them.

use dialect::TreePath;
use memchr::memmem::Finder;

use super::{ApplyFault, ApplyFaultKind};
use crate::mail::{FileDiff, Hunk, HunkLine, HunkLineKind};

/// Hunks of a file for which another place is looked for. Each is a search through the file, and a file
/// that does not fit at all would have thousands.
const PLACES_LOOKED_FOR: usize = 16;
/// Bytes of a line that a message shows.
const SHOWN: usize = 120;

/// A file by its lines.
pub(super) struct Image<'b> {
    bytes: &'b [u8],
    /// Start of every line, and the end of the file.
    starts: Vec<usize>,
}

impl<'b> Image<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1));
        if starts.last() != Some(&bytes.len()) {
            starts.push(bytes.len());
        }
        Self { bytes, starts }
    }

    fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The lines from `from` to before `to`, 0-based, with their newlines.
    fn lines(&self, from: usize, to: usize) -> &'b [u8] {
        let start = self.starts.get(from).copied().unwrap_or(self.bytes.len());
        let end = self.starts.get(to).copied().unwrap_or(self.bytes.len());
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn line(&self, at: usize) -> Option<&'b [u8]> {
        (at < self.count()).then(|| self.lines(at, at + 1))
    }

    /// Where `block` stands as whole lines, nearest to line `near`: how many lines away.
    fn nearest(&self, block: &[u8], near: usize) -> Option<i64> {
        if block.is_empty() {
            return None;
        }
        let places = Finder::new(block).find_iter(self.bytes).collect::<Vec<_>>();
        let whole_lines = places
            .iter()
            .filter_map(|at| self.starts.binary_search(at).ok());
        let distance = |line: usize| Some(i64::try_from(line).ok()? - i64::try_from(near).ok()?);
        whole_lines
            .filter_map(distance)
            .min_by_key(|lines| (lines.abs(), *lines))
    }
}

/// The file after the diff's hunks.
pub(super) fn patched(
    image: &Image<'_>,
    diff: &FileDiff,
    path: &TreePath,
) -> Result<Vec<u8>, Vec<ApplyFault>> {
    let mut after = Vec::with_capacity(image.bytes.len() + 1024);
    let mut faults = Vec::new();
    let mut taken = 0;
    let mut written = 0;
    for (index, hunk) in diff.hunks.iter().enumerate() {
        let place = Place::of(hunk);
        let look_around = faults.len() < PLACES_LOOKED_FOR;
        if let Err(wrong) = place.check(image, taken, written, look_around) {
            faults.push(wrong.into_fault(path, index + 1));
        }
        after.extend_from_slice(image.lines(taken, place.at.max(taken)));
        after.extend(side(hunk, HunkLineKind::Remove).flat_map(terminated));
        written += place.at.saturating_sub(taken) + hunk.new_lines as usize;
        taken = place.at + hunk.old_lines as usize;
    }
    after.extend_from_slice(image.lines(taken, image.count().max(taken)));
    if faults.is_empty() {
        Ok(after)
    } else {
        Err(faults)
    }
}

/// A hunk's lines without those of one kind.
fn side(hunk: &Hunk, without: HunkLineKind) -> impl Iterator<Item = &HunkLine> {
    hunk.lines.iter().filter(move |line| line.kind != without)
}

/// A line's bytes with its newline, if it has one.
fn terminated(line: &HunkLine) -> impl Iterator<Item = u8> {
    let newline = (!line.no_newline).then_some(b'\n');
    line.bytes.iter().copied().chain(newline)
}

/// Where a hunk says that it goes.
struct Place<'h> {
    hunk: &'h Hunk,
    /// 0-based line of the file before.
    at: usize,
}

/// What is wrong with a hunk.
struct Wrong {
    kind: ApplyFaultKind,
    line: usize,
    file_line: Option<usize>,
    would_fit: Option<i64>,
    message: String,
}

impl Wrong {
    fn into_fault(self, path: &TreePath, hunk: usize) -> ApplyFault {
        ApplyFault {
            path: path.clone(),
            kind: self.kind,
            hunk: Some(hunk),
            line: self.line,
            file_line: self.file_line,
            would_fit: self.would_fit,
            message: self.message,
        }
    }
}

impl<'h> Place<'h> {
    fn of(hunk: &'h Hunk) -> Self {
        Self {
            hunk,
            at: first_line(hunk.old_start, hunk.old_lines),
        }
    }

    /// Checks that the hunk fits just here, after `taken` lines of the file were turned into `written`.
    fn check(
        &self,
        image: &Image<'_>,
        taken: usize,
        written: usize,
        look_around: bool,
    ) -> Result<(), Wrong> {
        let mut at = self.at;
        for line in &self.hunk.lines {
            if line.kind == HunkLineKind::Add {
                continue;
            }
            let expected: Vec<u8> = terminated(line).collect();
            if image.line(at) != Some(&expected[..]) {
                return Err(self.mismatch(image, line, at, look_around));
            }
            at += 1;
        }
        self.check_end(image, at)?;
        let lands = written + self.at.saturating_sub(taken);
        let says = first_line(self.hunk.new_start, self.hunk.new_lines);
        if lands != says {
            return Err(self.wrong(
                ApplyFaultKind::Shifted,
                Some(self.at + 1),
                format!(
                    "its header says +{}, after the hunks before it it lands at +{}",
                    self.hunk.new_start,
                    lands + usize::from(self.hunk.new_lines > 0)
                ),
            ));
        }
        Ok(())
    }

    /// Without context after it a hunk must end the file: that is how git reads one.
    fn check_end(&self, image: &Image<'_>, end: usize) -> Result<(), Wrong> {
        let last = self.hunk.lines.last();
        let has_context = last.is_some_and(|line| line.kind == HunkLineKind::Context);
        if has_context || end == image.count() {
            return Ok(());
        }
        let message = "it has no context after its last change, and does not end the file";
        Err(self.wrong(ApplyFaultKind::NotAtEnd, Some(end), message.to_owned()))
    }

    fn mismatch(&self, image: &Image<'_>, line: &HunkLine, at: usize, look_around: bool) -> Wrong {
        let expected = shown(&line.bytes);
        let found = match image.line(at) {
            None => format!("the file ends at line {}", image.count()),
            Some(found) if found.strip_suffix(b"\n").unwrap_or(found) == line.bytes => {
                "the file's line differs in the newline at its end".to_owned()
            }
            Some(found) => format!("the file has `{}`", shown(found)),
        };
        let block: Vec<u8> = side(self.hunk, HunkLineKind::Add)
            .flat_map(terminated)
            .collect();
        let would_fit = look_around
            .then(|| image.nearest(&block, self.at))
            .flatten();
        let elsewhere = would_fit.map_or_else(String::new, |lines| {
            let direction = if lines > 0 { "down" } else { "up" };
            let plural = if lines.abs() == 1 { "" } else { "s" };
            format!(
                "; it would fit {} line{plural} further {direction}",
                lines.abs()
            )
        });
        Wrong {
            would_fit,
            line: line.line,
            ..self.wrong(
                ApplyFaultKind::Mismatch,
                Some(at + 1),
                format!("line {} should be `{expected}`, {found}{elsewhere}", at + 1),
            )
        }
    }

    fn wrong(&self, kind: ApplyFaultKind, file_line: Option<usize>, message: String) -> Wrong {
        Wrong {
            kind,
            line: self.hunk.line,
            file_line,
            would_fit: None,
            message,
        }
    }
}

/// 0-based line where a side of a hunk begins. Without lines, its number is of the line before.
fn first_line(start: u32, lines: u32) -> usize {
    let start = start as usize;
    if lines == 0 {
        start
    } else {
        start.saturating_sub(1)
    }
}

/// A line for a message: what is not printable escaped, and not all of a megabyte.
fn shown(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let cut = line.get(..SHOWN);
    let text = String::from_utf8_lossy(cut.unwrap_or(line));
    let escaped: String = text
        .chars()
        .flat_map(|character| {
            let keep = character == '\t' || !character.is_control();
            let escaped = (!keep).then(|| character.escape_debug());
            keep.then_some(character)
                .into_iter()
                .chain(escaped.into_iter().flatten())
        })
        .collect();
    if cut.is_some() {
        escaped + "…"
    } else {
        escaped
    }
}
