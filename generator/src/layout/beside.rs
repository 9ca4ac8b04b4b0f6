//! Where the neighbours have their comments: above them or behind them, and in which column.

use std::collections::BTreeMap;
use std::ops::Range;

use query::File;
use sites::lines;

use super::{HARD_WIDTH, PREFERRED_WIDTH, columns};

/// The comments of what is around a new line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Comments {
    /// The columns of those that are behind, the nearest first.
    columns: Vec<usize>,
    /// How wide the widest line with one is.
    widest: usize,
    /// How many are above.
    above: usize,
    /// How many of these have a blank line above them, and how many have other code there.
    blank: usize,
    tight: usize,
}

impl Comments {
    /// Those of the declarations or directives at `ranges`, the nearest first.
    pub(crate) fn of(file: &File, ranges: &[Range<usize>]) -> Self {
        let mut found = Self::default();
        for range in ranges {
            let line = file.line_of(range.end.saturating_sub(1));
            let text = lines::line_text(file, line);
            let end = range.end - lines::line_start(file, range.end.saturating_sub(1));
            let behind = text.get(end.min(text.len())..).unwrap_or_default();
            // The directive of a macro goes on to its line's end.
            let own = file.text(range.clone());
            let inside = own.rfind("/*").filter(|_| own.starts_with('#'));
            let inside = inside.map(|at| range.start + at - lines::line_start(file, range.start));
            let column = behind.find("/*").map(|at| end + at).or(inside);
            if let Some(before) = column.and_then(|column| text.get(..column)) {
                found.columns.push(columns::width(before));
                found.widest = found.widest.max(columns::width(&text));
            } else {
                found.note_above(file, range.start);
            }
        }
        found
    }

    #[cfg(test)]
    pub(crate) fn behind(columns: &[usize], widest: usize) -> Self {
        Self {
            columns: columns.to_vec(),
            widest,
            ..Self::default()
        }
    }

    fn note_above(&mut self, file: &File, start: usize) {
        let first = lines::with_comment_above(file, start);
        if first == lines::line_start(file, start) {
            return;
        }
        self.above += 1;
        let before = file.line_of(first).checked_sub(1).filter(|&line| line > 0);
        let text = before.map_or_else(String::new, |line| lines::line_text(file, line));
        let text = text.trim();
        if text.is_empty() {
            self.blank += 1;
        } else if !text.ends_with('{') && !text.starts_with('#') {
            self.tight += 1;
        }
    }

    /// More of them are above than behind.
    pub(crate) fn are_above(&self) -> bool {
        self.above > self.columns.len()
    }

    /// Each has a blank line above it.
    pub(crate) fn are_apart(&self) -> bool {
        self.are_above() && self.blank > self.tight
    }

    /// The column that most are in which are behind, the nearest where they are even.
    pub(crate) fn column(&self) -> Option<usize> {
        most(&self.columns)
    }

    /// Where those behind stick out, so may another.
    pub(crate) fn width_limit(&self) -> usize {
        self.widest.clamp(PREFERRED_WIDTH, HARD_WIDTH)
    }
}

/// The commonest; of those that are equally common the first.
pub(crate) fn most(columns: &[usize]) -> Option<usize> {
    let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
    for column in columns {
        *votes.entry(*column).or_default() += 1;
    }
    let most = votes.values().copied().max()?;
    let mut columns = columns.iter().copied();
    columns.find(|column| votes.get(column) == Some(&most))
}
