//! The text of a mail: commit message, `---`, notes with the diffstat, and where the diff begins.
//! The places are those of `git mailinfo`.

use std::ops::Range;

use super::body::{Decoded, Line};
use super::diffstat::{self, DiffStat};

/// Which lines of the body are what.
#[derive(Debug)]
pub(super) struct Message {
    /// Without the author's line at the top and a signature at the end.
    text: Range<usize>,
    author: Option<usize>,
    notes: Range<usize>,
    /// Where the notes begin, if there is a `---`.
    pub(super) notes_from: Option<usize>,
    /// Lines of the diffstat and its remarks.
    stat: Range<usize>,
    pub(super) diffstat: Option<DiffStat>,
    /// Where the diff begins; the number of lines, where there is none.
    pub(super) diff_from: usize,
}

impl Message {
    pub(super) fn of(lines: &[Line<'_>]) -> Self {
        let diff_from = (0..lines.len())
            .find(|&at| starts_diff(lines, at))
            .unwrap_or(lines.len());
        let before = lines.get(..diff_from).unwrap_or_default();
        let rule = before
            .iter()
            .position(|line| line.bytes.trim_ascii_end() == b"---");
        let text_end = rule.unwrap_or_else(|| before_signature(before));
        let (author, text_start) = in_body_headers(lines.get(..text_end).unwrap_or_default());
        let notes = rule.map_or(diff_from..diff_from, |rule| rule + 1..diff_from);
        let stat_from = if rule.is_some() {
            notes.start
        } else {
            text_start
        };
        let found = diffstat::find(before.get(stat_from..).unwrap_or_default());
        let (diffstat, stat) = found.map_or((None, 0..0), |(stat, range)| {
            (Some(stat), range.start + stat_from..range.end + stat_from)
        });
        Self {
            text: text_start..text_end,
            author,
            notes_from: rule.map(|_| notes.start).filter(|_| !notes.is_empty()),
            notes,
            stat,
            diffstat,
            diff_from,
        }
    }

    /// The author that the body names.
    pub(super) fn author(&self, body: &Decoded, lines: &[Line<'_>]) -> Option<String> {
        let at = self.author?;
        let line = body.text(lines, at..at + 1).pop()?;
        line.split_once(':')
            .map(|(_, author)| author.trim().to_owned())
    }

    /// The first line of the text.
    pub(super) fn text_from(&self) -> Option<usize> {
        Some(self.text.start).filter(|_| !self.text.is_empty())
    }

    /// The commit message.
    pub(super) fn text(&self, body: &Decoded, lines: &[Line<'_>]) -> String {
        self.joined(body, lines, &self.text)
    }

    /// The notes.
    pub(super) fn notes(&self, body: &Decoded, lines: &[Line<'_>]) -> String {
        self.joined(body, lines, &self.notes)
    }

    fn joined(&self, body: &Decoded, lines: &[Line<'_>], range: &Range<usize>) -> String {
        let numbered = range.clone().zip(body.text(lines, range.clone()));
        let kept = numbered.filter(|(at, _)| !self.stat.contains(at));
        let kept: Vec<String> = kept.map(|(_, line)| line).collect();
        kept.join("\n").trim_matches('\n').trim_end().to_owned()
    }
}

fn starts_diff(lines: &[Line<'_>], at: usize) -> bool {
    let starts = |at: usize, with: &[u8]| {
        lines
            .get(at)
            .is_some_and(|line| line.bytes.starts_with(with))
    };
    starts(at, b"diff -")
        || starts(at, b"Index: ")
        || (starts(at, b"--- ") && starts(at + 1, b"+++ "))
}

/// Where the signature begins that mail programs put after `-- `.
fn before_signature(lines: &[Line<'_>]) -> usize {
    lines
        .iter()
        .rposition(|line| line.bytes == b"-- ")
        .unwrap_or(lines.len())
}

/// A `From:` at the top of the body, and the first line after it and its like.
fn in_body_headers(lines: &[Line<'_>]) -> (Option<usize>, usize) {
    let blank = |line: &Line<'_>| line.bytes.trim_ascii().is_empty();
    let first = lines
        .iter()
        .position(|line| !blank(line))
        .unwrap_or(lines.len());
    let is_header = |line: &Line<'_>| {
        [&b"From: "[..], b"Date: ", b"Subject: "]
            .iter()
            .any(|name| line.bytes.starts_with(name))
    };
    let headers = lines
        .get(first..)
        .unwrap_or_default()
        .iter()
        .take_while(|line| is_header(line))
        .count();
    let after = first + headers;
    if headers == 0 || !lines.get(after).is_none_or(blank) {
        return (None, first);
    }
    let author = (first..after).find(|&at| {
        lines
            .get(at)
            .is_some_and(|line| line.bytes.starts_with(b"From: "))
    });
    (author, after)
}
