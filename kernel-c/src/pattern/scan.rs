//! Tokens of a stretch of source, one at a time.
//!
//! The matcher looks at a few tokens around each node it compares; a list of all tokens of the file
//! would cost more than the match.

use std::ops::Range;

use crate::token::TokenKind;

/// Yields the tokens that start before `end`; white space, comments and line splices are passed over.
/// A token that starts before `end` is yielded whole even if it goes on after it.
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    line_start: bool,
}

/// One token of the source, by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scanned {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Where the word that `at` stands inside of ends: `at` itself where none does.
pub(super) fn word_end(bytes: &[u8], mut at: usize) -> usize {
    let inside = at > 0 && bytes.get(at - 1).copied().is_some_and(is_word);
    while inside && bytes.get(at).copied().is_some_and(is_word) {
        at += 1;
    }
    at
}

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8], range: Range<usize>) -> Self {
        let before = bytes.get(..range.start).unwrap_or_default();
        let line_start = before
            .iter()
            .rev()
            .find(|b| !matches!(b, b' ' | b'\t' | b'\r'))
            .is_none_or(|&b| b == b'\n');
        Self {
            bytes,
            at: range.start,
            end: range.end.min(bytes.len()),
            line_start,
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Passes white space, line splices and comments.
    fn skip_blank(&mut self) {
        while self.at < self.end {
            match self.peek(0) {
                b'\n' => {
                    self.line_start = true;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'\\' if matches!(self.peek(1), b'\n' | b'\r') => self.at += 2,
                b'/' if self.peek(1) == b'*' => {
                    let body = self.bytes.get(self.at + 2..).unwrap_or_default();
                    self.at = memchr::memmem::find(body, b"*/")
                        .map_or(self.bytes.len(), |close| self.at + 4 + close);
                }
                b'/' if self.peek(1) == b'/' => self.at = self.line_end(self.at),
                _ => return,
            }
        }
    }

    /// The newline that ends the logical line at `from`, spliced lines included.
    fn line_end(&self, from: usize) -> usize {
        let mut at = from;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let Some(newline) = memchr::memchr(b'\n', rest) else {
                return self.bytes.len();
            };
            at += newline;
            let line = self.bytes.get(from..at).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if !line.ends_with(b"\\") {
                return at;
            }
            at += 1;
        }
    }

    fn quoted(&self, quote: u8, prefix: usize) -> usize {
        let mut at = self.at + prefix + 1;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 2,
                b'\n' => return at,
                byte if byte == quote => return at + 1,
                _ => at += 1,
            }
        }
        self.bytes.len()
    }

    fn number_end(&self) -> usize {
        let mut at = self.at + 1;
        while let Some(&byte) = self.bytes.get(at) {
            let last = self.bytes.get(at - 1).copied().unwrap_or(0);
            let hex = self.rest().starts_with(b"0x") || self.rest().starts_with(b"0X");
            let exponent = matches!(last, b'e' | b'E') && !hex || matches!(last, b'p' | b'P');
            let dots = byte == b'.'
                && self
                    .bytes
                    .get(at..)
                    .is_some_and(|rest| rest.starts_with(b"..."));
            if !(is_word(byte) || byte == b'.' && !dots || matches!(byte, b'+' | b'-') && exponent)
            {
                break;
            }
            at += 1;
        }
        at
    }
}

/// How many bytes the longest operator at the start of `rest` has.
fn operator_len(rest: &[u8]) -> usize {
    const THREE: [&[u8]; 3] = [b"...", b"<<=", b">>="];
    const TWO: [&[u8]; 20] = [
        b"->", b"++", b"--", b"<<", b">>", b"<=", b">=", b"==", b"!=", b"&&", b"||", b"+=", b"-=",
        b"*=", b"/=", b"%=", b"&=", b"|=", b"^=", b"##",
    ];
    if THREE.iter().any(|op| rest.starts_with(op)) {
        3
    } else if TWO.iter().any(|op| rest.starts_with(op)) {
        2
    } else {
        1
    }
}

impl Iterator for Scanner<'_> {
    type Item = Scanned;

    fn next(&mut self) -> Option<Scanned> {
        self.skip_blank();
        if self.at >= self.end {
            return None;
        }
        let start = self.at;
        let first = self.peek(0);
        let prefix = match first {
            b'L' | b'u' | b'U' if matches!(self.peek(1), b'"' | b'\'') => 1,
            b'u' if self.peek(1) == b'8' && self.peek(2) == b'"' => 2,
            _ => 0,
        };
        let (kind, end) = match self.peek(prefix) {
            b'#' if self.line_start => (TokenKind::Directive, self.line_end(start)),
            b'"' => (TokenKind::String, self.quoted(b'"', prefix)),
            b'\'' => (TokenKind::Char, self.quoted(b'\'', prefix)),
            b'0'..=b'9' => (TokenKind::Number, self.number_end()),
            b'.' if self.peek(1).is_ascii_digit() => (TokenKind::Number, self.number_end()),
            byte if is_word(byte) => (TokenKind::Word, word_end(self.bytes, start + 1)),
            _ => (TokenKind::Punctuation, start + operator_len(self.rest())),
        };
        self.line_start = false;
        self.at = end.clamp(start + 1, self.bytes.len());
        Some(Scanned {
            kind,
            range: start..self.at,
        })
    }
}

/// Whether two stretches of source are the same but for white space and comments.
pub(super) fn same_tokens(a: (&[u8], Range<usize>), b: (&[u8], Range<usize>)) -> bool {
    let mut left = Scanner::new(a.0, a.1);
    let mut right = Scanner::new(b.0, b.1);
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(x), Some(y)) if a.0.get(x.range.clone()) == b.0.get(y.range.clone()) => {}
            _ => return false,
        }
    }
}

/// Keywords of C and of GNU C: words that name nothing.
pub(super) const KEYWORDS: &[&str] = &[
    "_Alignas",
    "_Alignof",
    "_Atomic",
    "_Bool",
    "_Complex",
    "_Generic",
    "_Noreturn",
    "_Static_assert",
    "_Thread_local",
    "__alignof__",
    "__asm",
    "__asm__",
    "__const",
    "__extension__",
    "__inline",
    "__inline__",
    "__restrict",
    "__restrict__",
    "__signed__",
    "__typeof",
    "__typeof__",
    "__volatile__",
    "alignof",
    "asm",
    "auto",
    "bool",
    "break",
    "case",
    "char",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extern",
    "false",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "true",
    "typedef",
    "typeof",
    "union",
    "unsigned",
    "void",
    "volatile",
    "while",
];

pub(super) fn is_keyword(word: &[u8]) -> bool {
    KEYWORDS
        .binary_search_by(|keyword| keyword.as_bytes().cmp(word))
        .is_ok()
}

/// The range without white space and comments at its ends.
pub(super) fn trimmed(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let mut tokens = Scanner::new(bytes, range.clone());
    let Some(first) = tokens.next() else {
        return range.start..range.start;
    };
    let end = tokens.last().map_or(first.range.end, |last| last.range.end);
    first.range.start..end
}
