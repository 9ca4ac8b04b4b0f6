//! Tokens of a stretch of source, one at a time.
//!
//! The matcher looks at a few tokens around each node it compares; a list of all tokens of the file
//! would cost more than the match.

use std::ops::Range;

use dialect::token::{Lexer, TokenKind};

pub(super) use dialect::token::is_word_byte as is_word;

/// Yields the tokens that start in a range; white space, comments and line splices are passed over. A
/// word that goes on after the range is yielded whole: the dialect may have put a shorter one there.
pub(super) struct Scanner<'a> {
    lexer: Lexer<'a>,
    end: usize,
}

/// One token of the source, by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scanned {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

/// Where the word that `at` stands inside of ends: `at` itself where none does.
pub(super) fn word_end(bytes: &[u8], at: usize) -> usize {
    let inside = at > 0 && bytes.get(at - 1).copied().is_some_and(is_word);
    if inside {
        dialect::token::word_end(bytes, at)
    } else {
        at
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8], range: Range<usize>) -> Self {
        let end = range.end.min(bytes.len());
        let source = bytes.get(..word_end(bytes, end)).unwrap_or(bytes);
        Self {
            lexer: Lexer::starting_at(source, range.start.min(source.len())),
            end,
        }
    }
}

impl Iterator for Scanner<'_> {
    type Item = Scanned;

    fn next(&mut self) -> Option<Scanned> {
        loop {
            let lexeme = self.lexer.next_lexeme()?;
            if lexeme.start >= self.end {
                return None;
            }
            if lexeme.kind != TokenKind::Comment {
                return Some(Scanned {
                    kind: lexeme.kind,
                    range: lexeme.start..lexeme.end,
                });
            }
        }
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

/// The range without white space and comments at its ends.
pub(super) fn trimmed(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let mut tokens = Scanner::new(bytes, range.clone());
    let Some(first) = tokens.next() else {
        return range.start..range.start;
    };
    let end = tokens.last().map_or(first.range.end, |last| last.range.end);
    first.range.start..end
}

/// The range without the parentheses around all of it.
pub(super) fn stripped(bytes: &[u8], mut range: Range<usize>) -> Range<usize> {
    loop {
        let mut depth = 0_usize;
        let mut tokens = Scanner::new(bytes, range.clone()).peekable();
        let Some(first) = tokens.peek().map(|t| t.range.clone()) else {
            return range;
        };
        if bytes.get(first.clone()) != Some(b"(") {
            return range;
        }
        let mut close = None;
        while let Some(token) = tokens.next() {
            match bytes.get(token.range.clone()) {
                Some(b"(") => depth += 1,
                Some(b")") => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                close = tokens.peek().is_none().then_some(token.range.start);
                break;
            }
        }
        match close {
            Some(close) if Scanner::new(bytes, first.end..close).next().is_some() => {
                range = first.end..close;
            }
            _ => return range,
        }
    }
}

/// Where `word` stands in `text` as a whole word.
pub(super) fn word_offsets(text: &[u8], word: &[u8]) -> Vec<usize> {
    memchr::memmem::find_iter(text, word)
        .filter(|&at| {
            let before = at.checked_sub(1).and_then(|at| text.get(at));
            let after = text.get(at + word.len());
            !before.copied().is_some_and(is_word) && !after.copied().is_some_and(is_word)
        })
        .collect()
}
