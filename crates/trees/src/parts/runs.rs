//! Where a file has a run of lines: in all of it, or in the parts of a name.

use std::ops::Range;

use super::{Part, innermost, named};

/// A line that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The line, without its end.
    pub text: &'a [u8],
    /// Byte for byte. Else white space at an end of it counts where `text` has some there, and as one blank inside: what
    /// puts a value into its column is no part of what a reader names.
    pub is_exact: bool,
}

impl Wanted<'_> {
    /// Whether a line of a file is it. What ends a line does not count.
    #[must_use]
    pub fn is(&self, line: &[u8]) -> bool {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.is_exact {
            return line == self.text;
        }
        let begins = self.text.first().is_some_and(u8::is_ascii_whitespace);
        let ends = self.text.last().is_some_and(u8::is_ascii_whitespace);
        let line = if begins {
            line
        } else {
            line.trim_ascii_start()
        };
        let line = if ends { line } else { line.trim_ascii_end() };
        line == self.text || folded(line).eq(folded(self.text))
    }
}

/// A line with one blank for each run of white space inside; at its ends as it is.
fn folded(line: &[u8]) -> impl Iterator<Item = u8> {
    let inside = line.len() - line.trim_ascii_start().len()..line.trim_ascii_end().len();
    line.iter().enumerate().filter_map(move |(at, &byte)| {
        let is_inside = inside.contains(&at) && byte.is_ascii_whitespace();
        let follows = at
            .checked_sub(1)
            .and_then(|before| line.get(before))
            .is_some_and(u8::is_ascii_whitespace);
        match (is_inside, follows) {
            (true, true) => None,
            (true, false) => Some(b' '),
            (false, _) => Some(byte),
        }
    })
}

/// The lines of a file, without their newlines.
#[must_use]
pub fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let lines = bytes.split_inclusive(|&byte| byte == b'\n');
    lines
        .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
        .collect()
}

/// The first lines, by number from 0, of each place that has just the wanted lines: in the whole file, or wholly in a part
/// of the name `within`. Where the own lines of that part have it, those of the parts in it are not asked.
#[must_use]
pub fn places(
    lines: &[&[u8]],
    wanted: &[Wanted<'_>],
    parts: &[Part],
    within: Option<&str>,
) -> Vec<usize> {
    let Some(name) = within else {
        return starts(lines, wanted, 0..lines.len());
    };
    let mut found: Vec<usize> = named(parts, name)
        .flat_map(|part| starts(lines, wanted, part.lines.clone()))
        .collect();
    found.sort_unstable();
    found.dedup();
    let name = super::one_line(name);
    let is_own = |&start: &usize| innermost(parts, start).is_some_and(|part| part.name == name);
    if found.iter().any(is_own) {
        found.retain(is_own);
    }
    found
}

fn starts(lines: &[&[u8]], wanted: &[Wanted<'_>], range: Range<usize>) -> Vec<usize> {
    let end = (range.end + 1).saturating_sub(wanted.len());
    (range.start..end)
        .filter(|&start| {
            let there = lines.iter().skip(start);
            let mut pairs = wanted.iter().zip(there);
            !wanted.is_empty() && pairs.all(|(wanted, line)| wanted.is(line))
        })
        .collect()
}
