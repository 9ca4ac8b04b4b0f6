//! A file's lines, and hunks put where `git apply` puts them: exactly, or some lines off, never with fuzz.
//!
//! Where a hunk fits in several places, git takes the nearest to where its header says, counted in the file
//! as the hunks before it left it, and of two equally near ones the later. Lines that a hunk has taken or
//! written fit no other. The same is done here, so that what is judged is what git makes of the file.

mod search;

use dialect::TreePath;

use super::{ApplyFault, ApplyFaultKind, ApplyNote, ApplyNoteKind};
use crate::mail::{FileDiff, Hunk, HunkLine, HunkLineKind};
use search::Searched;

/// Hunks of a file for which another place is looked for once one fits nowhere. Each is a search through the
/// file, and a file that does not fit at all would have thousands.
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
}

/// The file after the diff's hunks; hunks that were found some lines off are noted.
pub(super) fn patched(
    image: &Image<'_>,
    diff: &FileDiff,
    path: &TreePath,
    notes: &mut Vec<ApplyNote>,
) -> Result<Vec<u8>, Vec<ApplyFault>> {
    let mut state = State::of(image);
    let mut searched = Searched::default();
    let mut faults = Vec::new();
    for (index, hunk) in diff.hunks.iter().enumerate() {
        let looks_around = faults.len() < PLACES_LOOKED_FOR;
        match state.put(hunk, &mut searched, looks_around) {
            Ok(place) => notes.extend(offset(hunk, &place).map(|message| ApplyNote {
                path: path.clone(),
                kind: ApplyNoteKind::Offset,
                line: hunk.line,
                message: format!("hunk {} {message}", index + 1),
            })),
            Err(wrong) => faults.push(wrong.into_fault(path, index + 1)),
        }
    }
    if faults.is_empty() {
        Ok(state.bytes())
    } else {
        Err(faults)
    }
}

/// A run of the file's lines as they were, or lines that hunks have put there.
enum Piece {
    /// Lines of the file before, from and to before, 0-based.
    Old(usize, usize),
    /// A hunk's lines after, and how many they are.
    New(Vec<u8>, usize),
}

impl Piece {
    fn count(&self) -> usize {
        match self {
            Self::Old(from, to) => to - from,
            Self::New(_, lines) => *lines,
        }
    }
}

/// Where a hunk was put.
struct Place {
    /// 0-based line in the file as it was.
    old: usize,
    /// 0-based line in the file as the hunks before left it.
    new: usize,
}

/// A file while hunks are being put into it.
struct State<'i, 'b> {
    image: &'i Image<'b>,
    pieces: Vec<Piece>,
    lines: usize,
}

impl<'i, 'b> State<'i, 'b> {
    fn of(image: &'i Image<'b>) -> Self {
        let lines = image.count();
        let whole = Piece::Old(0, lines);
        Self {
            image,
            pieces: vec![whole],
            lines,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.image.bytes.len() + 1024);
        for piece in &self.pieces {
            match piece {
                Piece::Old(from, to) => bytes.extend_from_slice(self.image.lines(*from, *to)),
                Piece::New(text, _) => bytes.extend_from_slice(text),
            }
        }
        bytes
    }

    /// Puts a hunk where git would.
    fn put(
        &mut self,
        hunk: &Hunk,
        searched: &mut Searched,
        looks_around: bool,
    ) -> Result<Place, Wrong> {
        let block: Vec<u8> = side(hunk, HunkLineKind::Add).flat_map(terminated).collect();
        let wanted = Wanted::of(hunk, &block, self.lines);
        let found = self.at(&wanted).or_else(|| {
            looks_around
                .then(|| search::nearest(self, &wanted, searched))
                .flatten()
        });
        let Some(found) = found else {
            if searched.is_used_up() {
                let message =
                    "too many hunks are far from where their headers say to look for their places";
                return Err(wrong(
                    hunk,
                    ApplyFaultKind::Unreadable,
                    None,
                    message.to_owned(),
                ));
            }
            let mut fault = self.mismatch(hunk, &wanted);
            if wanted.lines > 0 && !wanted.is_terminated() {
                // git asks less of a last line without a newline than of others: where it fits is not known here.
                fault.kind = ApplyFaultKind::Newline;
            }
            return Err(fault);
        };
        if !found.is_exact {
            let message = "the patch says that the file has no newline at its end, and the file goes on; git am takes that and joins lines";
            let line = found.old + wanted.lines;
            return Err(wrong(
                hunk,
                ApplyFaultKind::Newline,
                Some(line),
                message.to_owned(),
            ));
        }
        let text: Vec<u8> = side(hunk, HunkLineKind::Remove)
            .flat_map(terminated)
            .collect();
        let place = Place {
            old: found.old,
            new: found.new,
        };
        self.replace(
            &found,
            wanted.lines,
            Piece::New(text, hunk.new_lines as usize),
        );
        self.lines = self.lines - wanted.lines + hunk.new_lines as usize;
        Ok(place)
    }

    fn replace(&mut self, found: &Found, lines: usize, new: Piece) {
        let Some(Piece::Old(from, to)) = self.pieces.get(found.piece) else {
            // Only what takes no line has no piece to take it from.
            self.pieces.push(new);
            return;
        };
        let (from, to) = (*from, *to);
        let before = (found.old > from).then_some(Piece::Old(from, found.old));
        let after = (found.old + lines < to).then_some(Piece::Old(found.old + lines, to));
        let parts = before.into_iter().chain([new]).chain(after);
        self.pieces.splice(found.piece..=found.piece, parts);
    }

    /// Whether the lines fit just where they should be.
    fn at(&self, wanted: &Wanted<'_>) -> Option<Found> {
        if wanted.lines == 0 {
            // Without any line it has neither beginning nor context: it goes to the end.
            let fits = self.lines == 0 || !wanted.at_beginning;
            return fits.then(|| Found {
                piece: self.pieces.len(),
                old: self.image.count(),
                new: self.lines,
                is_exact: true,
            });
        }
        let mut end = self.lines;
        for (index, piece) in self.pieces.iter().enumerate().rev() {
            let start = end - piece.count();
            if let Piece::Old(from, to) = piece
                && (start..end).contains(&wanted.start)
            {
                let old = from + wanted.start - start;
                return self.fits(wanted, index, old, *to, wanted.start);
            }
            if start <= wanted.start {
                return None;
            }
            end = start;
        }
        None
    }

    /// Whether the lines fit at a line of a piece that ends before `to`.
    fn fits(
        &self,
        wanted: &Wanted<'_>,
        piece: usize,
        old: usize,
        to: usize,
        new: usize,
    ) -> Option<Found> {
        let end = old + wanted.lines;
        let is_allowed = end <= to
            && (!wanted.at_beginning || new == 0)
            && (!wanted.at_end || new + wanted.lines == self.lines);
        let rest = self.image.lines(old, end).strip_prefix(wanted.block)?;
        // git compares the bytes of a last line without a newline, and does not ask what comes after it.
        let fits = rest.is_empty() || (!wanted.is_terminated() && !wanted.at_end && is_blank(rest));
        (is_allowed && fits).then_some(Found {
            piece,
            old,
            new,
            is_exact: rest.is_empty() && (wanted.is_terminated() || end == self.image.count()),
        })
    }

    fn mismatch(&self, hunk: &Hunk, wanted: &Wanted<'_>) -> Wrong {
        let at = first_line(hunk.old_start, hunk.old_lines);
        let image = self.image;
        let mut line_at = at;
        for line in side(hunk, HunkLineKind::Add) {
            let expected: Vec<u8> = terminated(line).collect();
            let found = image.line(line_at);
            if found != Some(&expected[..]) {
                let (kind, message) = differs(line, line_at, found, image.count());
                return Wrong {
                    line: line.line,
                    ..wrong(hunk, kind, Some(line_at + 1), message)
                };
            }
            line_at += 1;
        }
        if wanted.at_end && line_at != image.count() {
            let message = "it has no context after its last change, and does not end the file";
            return wrong(
                hunk,
                ApplyFaultKind::NotAtEnd,
                Some(line_at),
                message.to_owned(),
            );
        }
        let message = "its header says that it begins the file, and it does not; or hunks before it have taken its lines";
        wrong(
            hunk,
            ApplyFaultKind::Mismatch,
            Some(at + 1),
            message.to_owned(),
        )
    }
}

/// What a line that does not fit should be, and what is there.
fn differs(
    line: &HunkLine,
    at: usize,
    found: Option<&[u8]>,
    count: usize,
) -> (ApplyFaultKind, String) {
    let mut kind = ApplyFaultKind::Mismatch;
    let is = match found {
        None => format!("the file ends at line {count}"),
        Some(found) if found.strip_suffix(b"\n").unwrap_or(found) == line.bytes => {
            kind = ApplyFaultKind::Newline;
            if line.no_newline {
                "the file has a newline there, the patch has none".to_owned()
            } else {
                "the file has no newline there, the patch has one".to_owned()
            }
        }
        Some(found) if found.strip_suffix(b"\n") == line.bytes.strip_suffix(b"\r") => {
            "the file has no carriage return there, the patch has one".to_owned()
        }
        Some(found) => format!("the file has `{}`", shown(found)),
    };
    let message = format!("line {} should be `{}`, {is}", at + 1, shown(&line.bytes));
    (kind, message)
}

/// What a hunk needs to be put.
struct Wanted<'h> {
    /// Its lines before.
    block: &'h [u8],
    /// How many they are.
    lines: usize,
    /// 0-based line in the file as it is, where it should be.
    start: usize,
    /// Nothing may come before it.
    at_beginning: bool,
    /// Nothing may come after it.
    at_end: bool,
}

impl<'h> Wanted<'h> {
    /// By git's rules: without context after it, a hunk ends the file; the header's new line says where to look,
    /// its old line only whether that is the beginning.
    fn of(hunk: &Hunk, block: &'h [u8], count: usize) -> Self {
        let lines = hunk.old_lines as usize;
        let last = hunk.lines.last();
        let at_end = last.is_none_or(|line| line.kind != HunkLineKind::Context);
        let at_beginning = hunk.old_start <= 1;
        let start = if at_beginning {
            0
        } else if at_end {
            count.checked_sub(lines).unwrap_or(count)
        } else {
            (hunk.new_start as usize).saturating_sub(1).min(count)
        };
        Self {
            block,
            lines,
            start,
            at_beginning,
            at_end,
        }
    }

    fn is_terminated(&self) -> bool {
        self.block.ends_with(b"\n")
    }
}

/// A place where a hunk fits.
struct Found {
    /// Index of the piece.
    piece: usize,
    /// 0-based line in the file as it was.
    old: usize,
    /// 0-based line in the file as it is.
    new: usize,
    /// To the last byte: the file ends where the patch says that it does.
    is_exact: bool,
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
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

/// How far from where its header says a hunk was put; none where it is just there.
fn offset(hunk: &Hunk, place: &Place) -> Option<String> {
    let difference = |is: usize, said: usize| {
        i64::try_from(is).unwrap_or(i64::MAX) - i64::try_from(said).unwrap_or(i64::MAX)
    };
    let new = difference(place.new, first_line(hunk.new_start, hunk.new_lines));
    let old = difference(place.old, first_line(hunk.old_start, hunk.old_lines));
    let lines = if new == 0 { old } else { new };
    let plural = if lines.abs() == 1 { "" } else { "s" };
    (lines != 0).then(|| {
        format!(
            "applies at line {}, {lines:+} line{plural} from where its header says, without fuzz",
            place.old + 1
        )
    })
}

/// What is wrong with a hunk.
struct Wrong {
    kind: ApplyFaultKind,
    line: usize,
    file_line: Option<usize>,
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
            message: self.message,
        }
    }
}

fn wrong(hunk: &Hunk, kind: ApplyFaultKind, file_line: Option<usize>, message: String) -> Wrong {
    Wrong {
        kind,
        line: hunk.line,
        file_line,
        message,
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
