//! Hunks, counted strictly: a hunk that is shorter or longer than its header says is no hunk.

use super::MailError;
use super::body::Line;
use super::diff::{Hunk, HunkLine, HunkLineKind};

/// Reads the hunk that starts at the first line; gives the number of lines that it takes.
pub(super) fn read(lines: &[Line<'_>]) -> Result<(Hunk, usize), MailError> {
    let Some(head) = lines.first() else {
        return Err(MailError::new(0, "there is no hunk"));
    };
    let mut hunk = header(head)?;
    let (mut old, mut new) = (hunk.old_lines, hunk.new_lines);
    let mut taken = 1;
    while old > 0 || new > 0 {
        let Some(line) = lines.get(taken) else {
            let last = lines.get(taken - 1).unwrap_or(head);
            return Err(cut_off(last.number, old, new));
        };
        let kind = match line.bytes.first() {
            // Mail programs strip the blank of an empty context line.
            Some(b' ') | None => HunkLineKind::Context,
            Some(b'-') => HunkLineKind::Remove,
            Some(b'+') => HunkLineKind::Add,
            Some(b'\\') => {
                mark_unterminated(&mut hunk, line)?;
                taken += 1;
                continue;
            }
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
        hunk.lines.push(HunkLine {
            kind,
            bytes: line.bytes.get(1..).unwrap_or_default().to_vec(),
            no_newline: false,
            line: line.number,
        });
        taken += 1;
    }
    if let Some(line) = lines
        .get(taken)
        .filter(|line| line.bytes.starts_with(b"\\"))
    {
        mark_unterminated(&mut hunk, line)?;
        taken += 1;
    }
    ends_here(lines.get(taken), lines.get(taken + 1))?;
    only_last_unterminated(&hunk)?;
    Ok((hunk, taken))
}

fn cut_off(line: usize, old: u32, new: u32) -> MailError {
    MailError::new(
        line,
        format!("the hunk is cut off: {old} old and {new} new lines are missing"),
    )
}

/// After its last line a hunk must not go on.
fn ends_here(line: Option<&Line<'_>>, next: Option<&Line<'_>>) -> Result<(), MailError> {
    let Some(line) = line else { return Ok(()) };
    let is_signature = line.bytes == b"-- " || line.bytes == b"--";
    let is_next_file =
        line.bytes.starts_with(b"--- ") && next.is_some_and(|next| next.bytes.starts_with(b"+++ "));
    match line.bytes.first() {
        Some(b'+' | b'-' | b' ' | b'\\') if !is_signature && !is_next_file => Err(MailError::new(
            line.number,
            "the hunk has more lines than its header says",
        )),
        _ => Ok(()),
    }
}

/// `\ No newline at end of file`, in whatever language.
fn mark_unterminated(hunk: &mut Hunk, line: &Line<'_>) -> Result<(), MailError> {
    match hunk.lines.last_mut() {
        Some(last) if line.bytes.starts_with(b"\\ ") && !last.no_newline => {
            last.no_newline = true;
            Ok(())
        }
        _ => Err(MailError::new(line.number, "a stray `\\` in a hunk")),
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

/// `@@ -1,7 +1,8 @@ section`
fn header(line: &Line<'_>) -> Result<Hunk, MailError> {
    let bad = || MailError::new(line.number, "the hunk header is malformed");
    let rest = line.bytes.strip_prefix(b"@@ -").ok_or_else(bad)?;
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
