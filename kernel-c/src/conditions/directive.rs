//! Preprocessor directives, found in a file's original bytes.
//!
//! The syntax tree cannot serve: the dialect blanks directives before the grammar sees the file. So this
//! is one pass over the bytes that knows comments, literals and line splices, and nothing else of C.

use std::ops::Range;

use crate::items::lexer::{block_comment_end, is_word, line_comment_end, literal_end};

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
    let mut at = 0;
    let mut line_is_blank = true;
    let mut code = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' => {
                line_is_blank = true;
                at += 1;
            }
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => at += 1,
            b'/' if bytes.get(at + 1) == Some(&b'*') => at = block_comment_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = line_comment_end(bytes, at),
            b'#' if line_is_blank => {
                let directive = read(bytes, at, code);
                at = directive.range.end;
                found.push(directive);
                code = false;
            }
            b'"' | b'\'' => {
                at = literal_end(bytes, at);
                (line_is_blank, code) = (false, true);
            }
            b'\\' if matches!(bytes.get(at + 1), Some(b'\n')) => at += 2,
            _ => {
                at += 1;
                (line_is_blank, code) = (false, true);
            }
        }
    }
    (found, code)
}

fn read(bytes: &[u8], hash: usize, after_code: bool) -> Directive {
    let line = logical_line(bytes, hash + 1);
    let start = first_code(bytes, hash + 1, line.end);
    let keyword_end = start
        + bytes[start..line.end]
            .iter()
            .position(|&byte| !is_word(byte))
            .unwrap_or(line.end - start);
    let rest_start = first_code(bytes, keyword_end, line.end);
    let rest = if rest_start < line.code_end {
        rest_start..line.code_end
    } else {
        line.end..line.end
    };
    Directive {
        range: hash..line.end,
        keyword: start..keyword_end,
        rest,
        after_code,
    }
}

struct LogicalLine {
    /// Before the newline that ends it.
    end: usize,
    /// After its last byte that is neither blank, comment nor splice.
    code_end: usize,
}

fn logical_line(bytes: &[u8], from: usize) -> LogicalLine {
    let mut at = from;
    let mut code_end = from;
    while let Some(&byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1).copied().unwrap_or(b'\n')) {
            (b'\n', _) | (b'\r', b'\n') => break,
            (b'\\', b'\n') => at += 2,
            (b'\\', b'\r') if bytes.get(at + 2) == Some(&b'\n') => at += 3,
            (b'/', b'*') => at = block_comment_end(bytes, at),
            (b'/', b'/') => at = line_comment_end(bytes, at),
            (b' ' | b'\t' | 0x0b | 0x0c, _) => at += 1,
            (b'"' | b'\'', _) => {
                at = literal_or_mark(bytes, at);
                code_end = at;
            }
            _ => {
                at += 1;
                code_end = at;
            }
        }
    }
    LogicalLine {
        end: at.min(bytes.len()),
        code_end: code_end.min(bytes.len()),
    }
}

/// An apostrophe in `#error don't` opens no literal: one that does not close on its line is a mark.
fn literal_or_mark(bytes: &[u8], at: usize) -> usize {
    let end = literal_end(bytes, at);
    let closed = end > at + 1 && bytes.get(end - 1) == bytes.get(at);
    if closed { end } else { at + 1 }
}

/// The first byte of `from..end` that is neither blank, comment nor splice.
fn first_code(bytes: &[u8], from: usize, end: usize) -> usize {
    let mut at = from;
    while at < end {
        match (bytes[at], bytes.get(at + 1).copied().unwrap_or(0)) {
            (b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c, _) => at += 1,
            (b'\\', b'\n' | b'\r') => at += 1,
            (b'/', b'*') => at = block_comment_end(bytes, at),
            (b'/', b'/') => at = line_comment_end(bytes, at),
            _ => return at,
        }
    }
    end
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
