//! Preprocessor directives, found in a file's original bytes.
//!
//! The syntax tree cannot serve: the dialect blanks directives before the grammar sees the file. So this
//! takes the directives that the lexer found, each as a whole, and splits them.

use std::ops::Range;

use dialect::token::{Lexer, Pieces, TokenKind, directive_keyword};

/// One directive, its continuation lines included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directive {
    /// From `#` to the end of its last line, without the newline.
    pub(crate) range: Range<usize>,
    /// `ifdef`, `define`, …; empty for `#` alone.
    pub(crate) keyword: Range<usize>,
    /// What follows the keyword: from its first to after its last byte that is neither blank, comment
    /// nor splice; empty at `range.end` where there is nothing.
    pub(crate) rest: Range<usize>,
    /// Whether any code (a token that is no directive) stands between it and the directive before.
    pub(crate) after_code: bool,
}

/// Every directive of a file in order, and whether code follows the last one.
pub(crate) fn scan(bytes: &[u8]) -> (Vec<Directive>, bool) {
    let mut found = Vec::new();
    let mut code = false;
    let mut lexer = Lexer::new(bytes);
    while let Some(lexeme) = lexer.next_lexeme() {
        match lexeme.kind {
            TokenKind::Directive => {
                found.push(read(bytes, lexeme.start..lexeme.end, code));
                code = false;
            }
            TokenKind::Comment => {}
            _ => code = true,
        }
    }
    (found, code)
}

/// Splits the directive at `range`, which begins with its `#`.
fn read(bytes: &[u8], range: Range<usize>, after_code: bool) -> Directive {
    let text = bytes.get(range.clone()).unwrap_or_default();
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let range = range.start..range.start + text.len();
    let own = directive_keyword(text);
    let keyword = range.start + own.start..(range.start + own.end).min(range.end);
    let behind = bytes.get(keyword.end..range.end).unwrap_or_default();
    let mut pieces =
        Pieces::new(behind).map(|(_, at)| at.start + keyword.end..at.end + keyword.end);
    let rest = match pieces.next() {
        Some(first) => first.start..pieces.last().map_or(first.end, |last| last.end),
        None => range.end..range.end,
    };
    Directive {
        range,
        keyword,
        rest,
        after_code,
    }
}

#[cfg(test)]
mod tests {
    use super::scan;

    fn texts(source: &str) -> Vec<(&str, &str)> {
        scan(source.as_bytes())
            .0
            .iter()
            .map(|d| (&source[d.keyword.clone()], &source[d.rest.clone()]))
            .collect()
    }

    #[test]
    fn a_hash_in_a_comment_a_string_or_a_line_is_no_directive() {
        assert_eq!(
            texts("/*\n#if A\n*/\nchar *s = \"\\\n#if B\";\nx # y\n // \\\n#if C\n # if D\n"),
            [("if", "D")]
        );
    }

    #[test]
    fn continuation_lines_and_comments_over_lines_belong_to_a_directive() {
        assert_eq!(
            texts("#define A \\\n  1 /* x\n y */ + 2 // z\n#define B\n"),
            [("define", "A \\\n  1 /* x\n y */ + 2"), ("define", "B")]
        );
    }

    #[test]
    fn an_apostrophe_in_an_error_text_opens_no_literal() {
        assert_eq!(
            texts("#error don't\n#endif /* that's */\n"),
            [("error", "don't"), ("endif", "")]
        );
    }

    #[test]
    fn carriage_returns_end_no_directive_late() {
        assert_eq!(
            texts("#define A \\\r\n 1\r\n#undef A\r\n"),
            [("define", "A \\\r\n 1"), ("undef", "A")]
        );
    }

    #[test]
    fn directives_without_words_and_at_the_end_are_read() {
        assert_eq!(texts("#\n#if"), [("", ""), ("if", "")]);
    }
}
