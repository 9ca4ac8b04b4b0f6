//! The words and marks of a short piece of original C, one by one.
//!
//! [`crate::token::tokens`] splits a whole file and keeps comments. Declarations, `#if` expressions and
//! receivers are a few tokens each, and there are hundreds of thousands of them in a tree: this lexer
//! allocates nothing, and leaves out white space, comments and line splices.

use std::ops::Range;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lexeme {
    Word,
    Number,
    /// A string or character literal with its quotes.
    Literal,
    Mark,
}

/// Iterates over the pieces of `bytes`; ranges are relative to it.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Marks of more than one character, longest first.
const LONG_MARKS: &[&[u8]] = &[
    b"<<=", b">>=", b"...", b"->", b"++", b"--", b"<<", b">>", b"<=", b">=", b"==", b"!=", b"&&",
    b"||", b"+=", b"-=", b"*=", b"/=", b"%=", b"&=", b"|=", b"^=", b"##",
];

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn skip_blanks(&mut self) {
        loop {
            match (self.byte(0), self.byte(1)) {
                (b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c, _) => self.at += 1,
                (b'\\', b'\n' | b'\r') => self.at += 2,
                (b'/', b'*') => self.at = block_comment_end(self.bytes, self.at),
                (b'/', b'/') => self.at = line_comment_end(self.bytes, self.at),
                _ => return,
            }
        }
    }

    fn literal_end(&self) -> usize {
        literal_end(self.bytes, self.at)
    }
}

impl Iterator for Lexer<'_> {
    type Item = (Lexeme, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_blanks();
        let start = self.at;
        let first = *self.bytes.get(start)?;
        let kind = if is_word(first) && !first.is_ascii_digit() {
            self.at += run(&self.bytes[start..], is_word);
            Lexeme::Word
        } else if first.is_ascii_digit() {
            self.at += run(&self.bytes[start..], |b| is_word(b) || b == b'.');
            Lexeme::Number
        } else if first == b'"' || first == b'\'' {
            self.at = self.literal_end();
            Lexeme::Literal
        } else {
            let rest = &self.bytes[start..];
            let long = LONG_MARKS.iter().find(|mark| rest.starts_with(mark));
            self.at += long.map_or(1, |mark| mark.len());
            Lexeme::Mark
        };
        Some((kind, start..self.at))
    }
}

fn run(bytes: &[u8], accepts: impl Fn(u8) -> bool) -> usize {
    bytes
        .iter()
        .position(|&byte| !accepts(byte))
        .unwrap_or(bytes.len())
}

/// Whether the byte can stand in an identifier.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Where the block comment that starts at `at` ends, its `*/` included.
pub(crate) fn block_comment_end(bytes: &[u8], at: usize) -> usize {
    let from = (at + 2).min(bytes.len());
    memchr::memmem::find(&bytes[from..], b"*/").map_or(bytes.len(), |end| from + end + 2)
}

/// Where the line comment that starts at `at` ends: at its newline, splices honoured.
pub(crate) fn line_comment_end(bytes: &[u8], at: usize) -> usize {
    let mut from = at;
    while let Some(newline) = memchr::memchr(b'\n', &bytes[from..]).map(|n| from + n) {
        if !ends_in_splice(&bytes[at..newline]) {
            return newline;
        }
        from = newline + 1;
    }
    bytes.len()
}

/// Where the literal that starts at `at` ends, its quote included; at its newline when it is not closed.
pub(crate) fn literal_end(bytes: &[u8], at: usize) -> usize {
    let quote = bytes.get(at).copied().unwrap_or(0);
    let mut here = at + 1;
    while let Some(&byte) = bytes.get(here) {
        match byte {
            b'\\' => here += 2,
            b'\n' => return here,
            _ if byte == quote => return here + 1,
            _ => here += 1,
        }
    }
    bytes.len()
}

/// Whether a line (without its newline) goes on in the next one.
pub(crate) fn ends_in_splice(line: &[u8]) -> bool {
    line.strip_suffix(b"\r").unwrap_or(line).last() == Some(&b'\\')
}

/// The pieces of `bytes` as texts.
pub(crate) fn texts(bytes: &[u8]) -> impl Iterator<Item = &str> {
    Lexer::new(bytes).map(|(_, range)| std::str::from_utf8(&bytes[range]).unwrap_or("\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::texts;

    #[test]
    fn comments_splices_and_blanks_are_left_out() {
        let all: Vec<_> = texts(b"a->b /* c */ << \\\n 0x1fUL // d\n'\\'' \"x\\\"y\"").collect();
        assert_eq!(all, ["a", "->", "b", "<<", "0x1fUL", "'\\''", "\"x\\\"y\""]);
    }

    #[test]
    fn unclosed_literals_and_comments_end_without_a_panic() {
        assert_eq!(texts(b"'a\nb").collect::<Vec<_>>(), ["'a", "b"]);
        assert_eq!(texts(b"a /* b").collect::<Vec<_>>(), ["a"]);
        assert_eq!(texts(b"\"a\\").collect::<Vec<_>>(), ["\"a\\"]);
    }
}
