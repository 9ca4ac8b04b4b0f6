//! Hunks, counted as `git apply` counts them: a hunk ends when it has the lines that its header says, and
//! what comes then is no part of it.

use super::MailError;
use super::diff::{Hunk, HunkLine, HunkLineKind};
use super::text::Line;

/// A shorter line than this (with its newline) does not say that the file has no newline at its end.
const SHORTEST_MARKER: usize = 12;

/// Reads the hunk that starts at the first line; gives the number of lines that it takes.
pub(super) fn read(lines: &[Line<'_>]) -> Result<(Hunk, usize), MailError> {
    let Some(head) = lines.first() else {
        return Err(MailError::new(0, "there is no hunk"));
    };
    let mut hunk = header(head)?;
    let (mut old, mut new) = (hunk.old_lines, hunk.new_lines);
    let mut taken = 1;
    while old > 0 || new > 0 {
        let Some(line) = lines.get(taken).filter(|line| line.ended) else {
            let last = lines.get(taken - 1).unwrap_or(head);
            return Err(cut_off(last.number, old, new));
        };
        let kind = match line.bytes.first() {
            // Mail programs strip the blank of an empty context line.
            Some(b' ') | None => HunkLineKind::Context,
            Some(b'-') => HunkLineKind::Remove,
            Some(b'+') => HunkLineKind::Add,
            Some(b'\\') => return Err(MailError::new(line.number, "a stray `\\` in a hunk")),
            Some(_) => return Err(cut_off(line.number, old, new)),
        };
        let counts = [
            (&mut old, kind != HunkLineKind::Add),
            (&mut new, kind != HunkLineKind::Remove),
        ];
        for (left, counted) in counts {
            if counted {
                *left = left.checked_sub(1).ok_or_else(|| {
                    MailError::new(line.number, "the hunk has more lines than its header says")
                })?;
            }
        }
        taken += 1;
        let no_newline = is_unterminated(line, lines.get(taken))?;
        taken += usize::from(no_newline);
        hunk.lines.push(HunkLine {
            kind,
            bytes: line.bytes.get(1..).unwrap_or_default().to_vec(),
            no_newline,
            line: line.number,
        });
    }
    if !hunk
        .lines
        .iter()
        .any(|line| line.kind != HunkLineKind::Context)
    {
        return Err(MailError::new(hunk.line, "the hunk changes nothing"));
    }
    only_last_unterminated(&hunk)?;
    Ok((hunk, taken))
}

fn cut_off(line: usize, old: u32, new: u32) -> MailError {
    MailError::new(
        line,
        format!("the hunk is cut off: {old} old and {new} new lines are missing"),
    )
}

/// Whether a line looks as if it went on with a hunk that is complete: somebody's miscount, most likely.
///
/// Signatures and footers begin with two dashes, and the next file's part with three.
pub(super) fn looks_like_more(line: &Line<'_>) -> bool {
    match line.bytes {
        [b'+', rest @ ..] => !rest.starts_with(b"++ "),
        [b'-', rest @ ..] => !rest.starts_with(b"-"),
        [b' ', ..] => !line.bytes.trim_ascii().is_empty(),
        _ => false,
    }
}

/// Whether the line after says `\ No newline at end of file`, in whatever language.
fn is_unterminated(line: &Line<'_>, next: Option<&Line<'_>>) -> Result<bool, MailError> {
    let Some(marker) = next.filter(|next| next.bytes.starts_with(b"\\")) else {
        return Ok(false);
    };
    let is_whole = marker.bytes.starts_with(b"\\ ") && marker.len() >= SHORTEST_MARKER;
    // A file has no empty line without a newline.
    if is_whole && line.bytes.len() > 1 {
        Ok(true)
    } else {
        Err(MailError::new(marker.number, "a stray `\\` in a hunk"))
    }
}

/// A line without a newline must be the last of its side.
fn only_last_unterminated(hunk: &Hunk) -> Result<(), MailError> {
    for other_side in [HunkLineKind::Add, HunkLineKind::Remove] {
        let side = hunk.lines.iter().filter(|line| line.kind != other_side);
        if side.rev().skip(1).any(|line| line.no_newline) {
            let reason = "a line in the middle of the hunk has no newline";
            return Err(MailError::new(hunk.line, reason));
        }
    }
    Ok(())
}

/// Whether git takes the line for a hunk's header. What does not quite look like one is text to it.
pub(super) fn is_header(line: &Line<'_>) -> bool {
    let Some(mut text) = line.bytes.strip_prefix(b"@@ -") else {
        return false;
    };
    line.ended && takes_range(&mut text, b" +") && takes_range(&mut text, b" @@")
}

/// `1,7` and what has to come after it.
fn takes_range(text: &mut &[u8], end: &[u8]) -> bool {
    if !takes_number(text) {
        return false;
    }
    if let Some(rest) = text.strip_prefix(b",") {
        *text = rest;
        if !takes_number(text) {
            return false;
        }
    }
    let rest = text.strip_prefix(end);
    *text = rest.unwrap_or_default();
    rest.is_some()
}

fn takes_number(text: &mut &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    *text = text.get(digits..).unwrap_or_default();
    digits > 0
}

/// `@@ -1,7 +1,8 @@ section`
fn header(line: &Line<'_>) -> Result<Hunk, MailError> {
    let bad = || MailError::new(line.number, "the hunk header is malformed");
    let rest = line.bytes.strip_prefix(b"@@ -").filter(|_| line.ended);
    let rest = rest.ok_or_else(bad)?;
    let end = memchr::memmem::find(rest, b" @@").ok_or_else(bad)?;
    let ranges = std::str::from_utf8(rest.get(..end).unwrap_or_default()).map_err(|_| bad())?;
    let section = rest.get(end + 3..).unwrap_or_default();
    let (old, new) = ranges.split_once(" +").ok_or_else(bad)?;
    let (old_start, old_lines) = range(old).ok_or_else(bad)?;
    let (new_start, new_lines) = range(new).ok_or_else(bad)?;
    if (old_start == 0 && old_lines > 0) || (new_start == 0 && new_lines > 0) {
        return Err(MailError::new(line.number, "a hunk cannot start at line 0"));
    }
    if old_lines == 0 && new_lines == 0 {
        return Err(MailError::new(line.number, "the hunk is empty"));
    }
    Ok(Hunk {
        old_start,
        old_lines,
        new_start,
        new_lines,
        section: section.strip_prefix(b" ").unwrap_or(section).to_vec(),
        lines: Vec::new(),
        line: line.number,
    })
}

fn range(text: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    match text.split_once(',') {
        Some((start, count)) => Some((number(start)?, number(count)?)),
        None => Some((number(text)?, 1)),
    }
}
