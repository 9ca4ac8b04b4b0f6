//! Line starts of a file: byte offset to line, and back.

use std::ops::Range;

/// Where each line of a file starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<usize>,
    len: usize,
}

impl LineIndex {
    /// Indexes the lines of `bytes`. A file always has a line 1, even an empty one.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1));
        if starts.len() > 1 && starts.last() == Some(&bytes.len()) {
            starts.pop();
        }
        Self {
            starts,
            len: bytes.len(),
        }
    }

    /// 1-based line that holds the byte at `offset` (the last line for an offset past the end).
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).max(1)
    }

    /// 0-based byte column of `offset` in its line.
    #[must_use]
    pub fn column_of(&self, offset: usize) -> usize {
        offset
            - self
                .starts
                .get(self.line_of(offset) - 1)
                .copied()
                .unwrap_or(0)
    }

    /// Byte range of the 1-based `line`, its newline included; empty past the end.
    #[must_use]
    pub fn range_of(&self, line: usize) -> Range<usize> {
        let start = line
            .checked_sub(1)
            .and_then(|index| self.starts.get(index).copied())
            .unwrap_or(self.len);
        let end = self.starts.get(line).copied().unwrap_or(self.len);
        start..end
    }

    /// How many lines there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::LineIndex;

    #[test]
    fn a_trailing_newline_opens_no_line() {
        let lines = LineIndex::new(b"a\nbc\n");
        assert_eq!(lines.count(), 2);
        assert_eq!(lines.line_of(0), 1);
        assert_eq!(lines.line_of(2), 2);
        assert_eq!(lines.range_of(2), 2..5);
        assert_eq!(lines.range_of(3), 5..5);
        assert_eq!(lines.column_of(3), 1);
    }

    #[test]
    fn an_empty_file_has_one_line() {
        assert_eq!(LineIndex::new(b"").count(), 1);
    }
}
