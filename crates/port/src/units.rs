//! A file as units: whole lines that are compared, moved and put in together.

use std::collections::HashMap;
use std::ops::Range;

use dialect::lines::LineIndex;
use dialect::token::{Token, TokenKind, tokens};
use query::File;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Lines of code, mostly one.
    Code,
    /// A whole function, at the level of the file.
    Function,
    /// A comment, all its lines.
    Comment,
    /// A line without anything.
    Blank,
}

impl Kind {
    /// Whether a compiler sees it.
    pub(crate) fn is_code(self) -> bool {
        matches!(self, Self::Code | Self::Function)
    }
}

/// Whole lines of a file.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) kind: Kind,
    /// What is compared: the tokens of code without its comments, the words of a comment, the name of a function.
    pub(crate) key: String,
    /// The text in one line, for messages.
    pub(crate) shown: String,
    /// Byte range, the last newline included.
    pub(crate) range: Range<usize>,
}

impl Unit {
    /// Whether two are of one kind and the same to a reader.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.key == other.key
    }
}

/// The units of some whole lines of a file that is C.
pub(crate) fn of_code(bytes: &[u8], lines: &LineIndex, part: &Range<usize>) -> Vec<Unit> {
    let text = bytes.get(part.clone()).unwrap_or_default();
    let shifted = tokens(text).into_iter().map(|token| Token {
        range: token.range.start + part.start..token.range.end + part.start,
        ..token
    });
    let first = lines.line_of(part.start);
    let count = text.split_inclusive(|&byte| byte == b'\n').count();
    let mut rows = vec![Row::default(); count];
    for token in shifted {
        let from = lines.line_of(token.range.start) - first;
        let to = lines.line_of(token.range.end.saturating_sub(1)) - first;
        if token.kind == TokenKind::Comment {
            for row in rows.iter_mut().take(to + 1).skip(from) {
                row.has_comment = true;
            }
            for row in rows.iter_mut().take(to).skip(from) {
                row.goes_on = true;
            }
            continue;
        }
        // A directive has lines of its own, each to be compared; of a literal with splices the first has all.
        let is_cut = token.kind == TokenKind::Directive;
        for (row, number) in rows.iter_mut().zip(0..).take(to + 1).skip(from) {
            if is_cut || number == from {
                let line = lines.range_of(number + first);
                let own = token.range.start.max(line.start)..token.range.end.min(line.end);
                let own = if is_cut { own } else { token.range.clone() };
                row.push(bytes.get(own).unwrap_or_default());
            }
        }
    }
    let mut units = Vec::new();
    let mut open: Option<(usize, Row)> = None;
    for (number, row) in rows.into_iter().enumerate() {
        let (start, all) = match open.take() {
            Some((start, all)) => (start, all.and(row)),
            None => (number, row),
        };
        if all.goes_on {
            open = Some((start, all));
        } else {
            units.push(all.unit(bytes, lines, start + first..number + first));
        }
    }
    if let Some((start, all)) = open {
        let last = first + count.saturating_sub(1);
        units.push(all.unit(bytes, lines, start + first..last));
    }
    units
}

/// What a line has.
#[derive(Clone, Debug, Default)]
struct Row {
    key: String,
    has_comment: bool,
    /// The last comment in it ends on a later line.
    goes_on: bool,
}

impl Row {
    fn push(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        let words = text.split_whitespace();
        for word in words {
            if !self.key.is_empty() {
                self.key.push(' ');
            }
            self.key.push_str(word);
        }
    }

    fn and(mut self, next: Self) -> Self {
        self.push(next.key.as_bytes());
        self.goes_on = next.goes_on;
        self
    }

    fn unit(self, bytes: &[u8], lines: &LineIndex, rows: Range<usize>) -> Unit {
        let range = lines.range_of(rows.start).start..lines.range_of(rows.end).end;
        let shown = folded(bytes.get(range.clone()).unwrap_or_default());
        let (kind, key) = if !self.key.is_empty() {
            (Kind::Code, self.key)
        } else if self.has_comment {
            (Kind::Comment, shown.clone())
        } else {
            (Kind::Blank, String::new())
        };
        Unit {
            kind,
            key,
            shown,
            range,
        }
    }
}

fn folded(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines of a file that is not C: each is what it says, white space at its ends apart.
pub(crate) fn of_text(bytes: &[u8]) -> Vec<Unit> {
    let mut start = 0;
    let lines = bytes.split_inclusive(|&byte| byte == b'\n').map(|line| {
        let range = start..start + line.len();
        start = range.end;
        let key = String::from_utf8_lossy(line).trim().to_owned();
        let kind = if key.is_empty() {
            Kind::Blank
        } else {
            Kind::Code
        };
        let shown = key.clone();
        Unit {
            kind,
            key,
            shown,
            range,
        }
    });
    lines.collect()
}

/// A function of a file: its name, numbered where the file defines it again, and its whole lines.
pub(crate) type Function = (String, Range<usize>);

/// The functions of a file in their order. Those that share a line with another are left out: they are not cut apart.
pub(crate) fn functions(file: &File) -> Vec<Function> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut found: Vec<Function> = Vec::new();
    for function in file.functions() {
        let count = seen.entry(&function.name).or_default();
        *count += 1;
        let name = match *count {
            1 => function.name.clone(),
            count => format!("{}#{count}", function.name),
        };
        let lines = sites_lines(file, &function.range);
        if found.last().is_none_or(|(_, last)| last.end <= lines.start) {
            found.push((name, lines));
        }
    }
    found
}

fn sites_lines(file: &File, range: &Range<usize>) -> Range<usize> {
    let lines = file.lines();
    let last = range.end.saturating_sub(1).max(range.start);
    lines.range_of(lines.line_of(range.start)).start..lines.range_of(lines.line_of(last)).end
}

/// The file with each of these functions as one unit.
pub(crate) fn around(file: &File, functions: &[Function]) -> Vec<Unit> {
    let bytes = file.written();
    let lines = file.lines();
    let mut units = Vec::new();
    let mut at = 0;
    for (name, range) in functions {
        if at < range.start {
            units.extend(of_code(bytes, lines, &(at..range.start)));
        }
        units.push(Unit {
            kind: Kind::Function,
            key: name.clone(),
            shown: format!("{name}()"),
            range: range.clone(),
        });
        at = range.end;
    }
    if at < bytes.len() {
        units.extend(of_code(bytes, lines, &(at..bytes.len())));
    }
    units
}
