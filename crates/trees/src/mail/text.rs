//! Text taken out of a mail, whose lines know where in the file they are from.

/// A line of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    /// 1-based line of the mail file that it comes from.
    pub(super) number: usize,
    /// Without its newline.
    pub(super) bytes: &'t [u8],
    /// It has a newline.
    pub(super) ended: bool,
    /// Bytes from its start to the end of the text.
    pub(super) left: usize,
}

impl Line<'_> {
    /// Its length with its newline.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() + usize::from(self.ended)
    }
}

/// Bytes, and the line of the file that each run of them is from.
///
/// What git writes piece by piece is one text to whoever reads it: a part that ends without a newline
/// goes on with the first line of the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    bytes: Vec<u8>,
    /// Where a run starts, and its line of the file.
    runs: Vec<(usize, usize)>,
}

impl Text {
    pub(super) fn push(&mut self, number: usize, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.runs.push((self.bytes.len(), number));
            self.bytes.extend_from_slice(bytes);
        }
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.runs.clear();
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Every line.
    pub(super) fn lines(&self) -> Vec<Line<'_>> {
        let mut runs = self.runs.iter().peekable();
        let (mut at, mut number) = (0, 1);
        let lines = self.bytes.split_inclusive(|&byte| byte == b'\n');
        lines
            .map(|line| {
                while let Some((_, from)) = runs.next_if(|(start, _)| *start <= at) {
                    number = *from;
                }
                let text = line.strip_suffix(b"\n");
                let found = Line {
                    number,
                    bytes: text.unwrap_or(line),
                    ended: text.is_some(),
                    left: self.bytes.len() - at,
                };
                at += line.len();
                found
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn pieces_make_lines() {
        let mut text = Text::default();
        text.push(3, b"a\n");
        text.push(5, b"b");
        text.push(6, b"c\nd");
        let lines: Vec<_> = text
            .lines()
            .iter()
            .map(|line| (line.number, line.bytes, line.ended, line.left))
            .collect();
        assert_eq!(
            lines,
            [
                (3, &b"a"[..], true, 6),
                (5, b"bc", true, 4),
                (6, b"d", false, 1)
            ]
        );
    }
}
