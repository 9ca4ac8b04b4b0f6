//! The tokens of a file's original bytes.
//!
//! One lexer serves the public token list and the dialect. It knows C as gcc's preprocessor sees it in
//! the kernel's mode, gnu11 (preprocessing numbers, digraphs, raw strings, directives as wholes; no
//! trigraphs, which that mode ignores), and nothing of its grammar. It never fails: an unterminated
//! literal ends at its line, an unterminated comment at the file's end, and a byte that C has no use
//! for is a punctuation mark of its own.
//!
//! A compiler joins spliced lines before it looks for tokens. Here that is a step of its own,
//! [`joined`], which most files do not need: it moves the few splices that are inside of a token to
//! its end, so that nothing after it has to know of them. The lexer takes splices *between* tokens,
//! and in literals and comments, as they come.

mod bidi;
mod ends;
mod fixed;
mod identifier;
mod join;
mod number;
mod text;

use std::ops::Range;

pub use bidi::{BIDI_CONTROLS, BidiControl, first_bidi_control};
pub(crate) use ends::logical_line_end;
pub use ends::word_end;
pub use fixed::{fixed_truth, fixed_value};
pub use join::{Joined, joined, split_words};
pub use number::integer;
pub use text::{exact_text, shown_text};

use ends::{
    comment_end, directive_end, literal_end, literal_prefix, number_end, operator_length,
    raw_string_end, splice_length,
};

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

impl TokenKind {
    /// Whether it is a string or a character.
    #[must_use]
    pub fn is_literal(self) -> bool {
        matches!(self, Self::String | Self::Char)
    }
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
    let mut all = Vec::with_capacity(source.len() / 5);
    let mut lexer = Lexer::new(source);
    while let Some(lexeme) = lexer.next_lexeme() {
        all.push(Token {
            kind: lexeme.kind,
            range: lexeme.start..lexeme.end,
        });
    }
    all
}

/// One token as the lexer hands it out.
#[derive(Clone, Copy, Debug)]
pub struct Lexeme {
    /// What it is.
    pub kind: TokenKind,
    /// Byte offset of its first byte.
    pub start: usize,
    /// Byte offset after its last byte.
    pub end: usize,
    /// Whether there is a newline between it and the token before it.
    pub fresh: bool,
}

/// Reads one token after the other.
#[derive(Clone, Debug)]
pub struct Lexer<'s> {
    source: &'s [u8],
    at: usize,
    /// Nothing but white space and comments since the last newline: `#` opens a directive here.
    line_start: bool,
    /// A newline since the last token.
    fresh: bool,
}

/// Whether `byte` can be part of a word. Bytes above ASCII count: the kernel has none in words, and
/// a UTF-8 sequence stays in one piece.
#[must_use]
pub fn is_word_byte(byte: u8) -> bool {
    WORD_BYTES[usize::from(byte)]
}

static WORD_BYTES: [bool; 256] = word_bytes();

const fn word_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let it = byte as u8;
        table[byte] = it.is_ascii_alphanumeric() || it == b'_' || it == b'$' || it >= 0x80;
        byte += 1;
    }
    table
}

impl<'s> Lexer<'s> {
    /// A lexer of a whole file.
    #[must_use]
    pub fn new(source: &'s [u8]) -> Self {
        Self {
            source,
            at: 0,
            line_start: true,
            fresh: true,
        }
    }

    /// A lexer of what follows `at`, which must not be inside a token.
    #[must_use]
    pub fn starting_at(source: &'s [u8], at: usize) -> Self {
        let before = source.get(..at).unwrap_or_default();
        let last = before.iter().rev().find(|b| !is_blank(**b));
        Self {
            source,
            at,
            line_start: last.is_none_or(|&byte| byte == b'\n'),
            fresh: true,
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.source.get(at).copied().unwrap_or(0)
    }

    /// The next token, or `None` at the end. No iterator: who reads a file token by token asks for more
    /// in between.
    pub fn next_lexeme(&mut self) -> Option<Lexeme> {
        self.skip_white_space();
        let start = self.at;
        if self.line_start && starts_directive(self.source, start) {
            let fresh = self.fresh;
            self.at = directive_end(self.source, start);
            self.fresh = true;
            return Some(Lexeme {
                kind: TokenKind::Directive,
                start,
                end: self.at,
                fresh,
            });
        }
        self.next_code_or_comment()
    }

    /// The next token, where none is a directive.
    fn next_code_or_comment(&mut self) -> Option<Lexeme> {
        self.skip_white_space();
        let start = self.at;
        let first = *self.source.get(start)?;
        let fresh = self.fresh;
        let kind = if first == b'/' && matches!(self.byte(start + 1), b'*' | b'/') {
            self.at = comment_end(self.source, start);
            TokenKind::Comment
        } else {
            self.line_start = false;
            self.fresh = false;
            self.code_token(first)
        };
        Some(Lexeme {
            kind,
            start,
            end: self.at,
            fresh,
        })
    }

    fn skip_white_space(&mut self) {
        while let Some(&byte) = self.source.get(self.at) {
            match byte {
                b'\n' => {
                    self.line_start = true;
                    self.fresh = true;
                }
                byte if is_blank(byte) => {}
                b'\\' if splice_length(self.source, self.at) > 0 => {
                    self.at += splice_length(self.source, self.at) - 1;
                }
                _ => break,
            }
            self.at += 1;
        }
    }

    fn code_token(&mut self, first: u8) -> TokenKind {
        // Most tokens are names and marks: they are not asked twice.
        let may_be_literal = matches!(first, b'"' | b'\'' | b'L' | b'u' | b'U' | b'R');
        if may_be_literal && let Some(quote_at) = literal_prefix(self.source, self.at) {
            let is_raw = quote_at > self.at && self.byte(quote_at - 1) == b'R';
            let raw_end = is_raw.then(|| raw_string_end(self.source, quote_at));
            self.at = raw_end
                .flatten()
                .unwrap_or_else(|| literal_end(self.source, quote_at));
            return if self.byte(quote_at) == b'"' {
                TokenKind::String
            } else {
                TokenKind::Char
            };
        }
        if first.is_ascii_digit() || (first == b'.' && self.byte(self.at + 1).is_ascii_digit()) {
            self.at = number_end(self.source, self.at);
            return TokenKind::Number;
        }
        let end = identifier::end(self.source, self.at);
        if end > self.at {
            self.at = end;
            return TokenKind::Word;
        }
        self.at += operator_length(self.source.get(self.at..).unwrap_or_default());
        TokenKind::Punctuation
    }
}

/// White space inside of a line, as gcc has it. A carriage return before its newline is taken for one.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c | 0)
}

/// `#`, or its digraph `%:`.
fn starts_directive(source: &[u8], at: usize) -> bool {
    match source.get(at) {
        Some(b'#') => true,
        Some(b'%') => source.get(at + 1) == Some(&b':'),
        _ => false,
    }
}

/// Where the keyword of a directive is, whose text begins with `#` or `%:`: behind that may be blanks, comments and splices.
/// Empty where none is.
#[must_use]
pub fn directive_keyword(directive: &[u8]) -> Range<usize> {
    let from = if directive.starts_with(b"%:") { 2 } else { 1 };
    let rest = directive.get(from..).unwrap_or_default();
    match Pieces::new(rest).next() {
        Some((TokenKind::Word, word)) => from + word.start..from + word.end,
        _ => from..from,
    }
}

/// The code tokens of a short piece of C, which is no whole file: an expression, a declaration, what
/// follows the `#` of a directive. Comments are left out, and `#` is a punctuation mark.
///
/// There are hundreds of thousands of such pieces in a tree; nothing is allocated for one.
#[derive(Clone, Debug)]
pub struct Pieces<'s>(Lexer<'s>);

impl<'s> Pieces<'s> {
    /// The tokens of `source`; ranges are relative to it.
    #[must_use]
    pub fn new(source: &'s [u8]) -> Self {
        Self(Lexer::new(source))
    }
}

impl Iterator for Pieces<'_> {
    type Item = (TokenKind, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.0.line_start = false;
            let lexeme = self.0.next_code_or_comment()?;
            if lexeme.kind != TokenKind::Comment {
                return Some((lexeme.kind, lexeme.start..lexeme.end));
            }
        }
    }
}

/// The tokens of a short piece of C as texts.
pub fn texts(source: &[u8]) -> impl Iterator<Item = &str> {
    Pieces::new(source).map(|(_, range)| {
        let text = source.get(range).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or("\u{fffd}")
    })
}

#[cfg(test)]
mod tests {
    use super::{TokenKind, tokens};

    fn kinds(source: &str) -> Vec<(TokenKind, &str)> {
        tokens(source.as_bytes())
            .into_iter()
            .map(|token| (token.kind, source.get(token.range).unwrap_or("?")))
            .collect()
    }

    fn texts(source: &str) -> Vec<&str> {
        kinds(source).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn the_longest_operator_wins() {
        assert_eq!(
            texts("a<<=b->c++ + ++d...e>>f"),
            [
                "a", "<<=", "b", "->", "c", "++", "+", "++", "d", "...", "e", ">>", "f"
            ]
        );
        assert_eq!(texts("0 ... 9"), ["0", "...", "9"]);
        // One preprocessing number, for gcc too: `case 0...9:` is an error there.
        assert_eq!(texts("0...9"), ["0...9"]);
    }

    #[test]
    fn numbers_are_preprocessing_numbers() {
        assert_eq!(texts("0x1fULL+1"), ["0x1fULL", "+", "1"]);
        assert_eq!(texts("1e+5 .5f 0xe+1"), ["1e+5", ".5f", "0xe+1"]);
    }

    #[test]
    fn comments_and_quotes_in_each_other_stay_whole() {
        assert_eq!(
            texts(r#"a "/*" b /* " */ c '"' // ' x"#),
            ["a", "\"/*\"", "b", "/* \" */", "c", "'\"'", "// ' x"]
        );
    }

    #[test]
    fn a_directive_is_one_token_with_its_continuations_and_comments() {
        let source = "#define A(x) \\\n  (x) /* more\n   text */ + 1\nint b;";
        let found = kinds(source);
        assert_eq!(found[0].0, TokenKind::Directive);
        assert!(found[0].1.ends_with("+ 1"));
        assert_eq!(found[1].1, "int");
    }

    #[test]
    fn an_apostrophe_in_an_error_directive_opens_nothing() {
        assert_eq!(texts("#error don't /* x */\nint a;")[1], "int");
    }

    #[test]
    fn a_hash_inside_a_line_is_punctuation() {
        assert_eq!(texts("a # b ## c"), ["a", "#", "b", "##", "c"]);
    }

    #[test]
    fn unterminated_things_end_where_the_page_says() {
        assert_eq!(texts("\"abc\nint"), ["\"abc", "int"]);
        assert_eq!(texts("int /* abc\nint"), ["int", "/* abc\nint"]);
        assert_eq!(texts("'"), ["'"]);
    }

    #[test]
    fn splices_between_tokens_are_white_space() {
        assert_eq!(texts("a \\\n b \\\r\n c \\ d"), ["a", "b", "c", "\\", "d"]);
    }
}
