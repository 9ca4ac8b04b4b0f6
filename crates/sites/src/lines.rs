//! Lines around a place: where whole lines start and end, and what belongs together.

use std::ops::Range;

use dialect::token::{Lexer, TokenKind};
use query::File;

/// The start of the line that holds `offset`.
#[must_use]
pub fn line_start(file: &File, offset: usize) -> usize {
    file.lines().range_of(file.line_of(offset)).start
}

/// The end of the line that holds `offset`, its newline included.
#[must_use]
pub fn line_end(file: &File, offset: usize) -> usize {
    file.lines().range_of(file.line_of(offset)).end
}

/// A 1-based line's text without its newline; empty outside the file.
#[must_use]
pub fn line_text(file: &File, line: usize) -> String {
    let text = file.text(file.lines().range_of(line));
    text.trim_end_matches(['\n', '\r']).to_owned()
}

/// Whole lines around a range.
#[must_use]
pub fn whole_lines(file: &File, range: &Range<usize>) -> Range<usize> {
    line_start(file, range.start)..line_end(file, range.end.saturating_sub(1).max(range.start))
}

/// The line start of what stands at `offset` together with the comment directly above it.
#[must_use]
pub fn with_comment_above(file: &File, offset: usize) -> usize {
    let mut line = file.line_of(offset);
    let Some(end) = closing_line(file, line) else {
        return line_start(file, offset);
    };
    // A block comment: up to the line that opens it.
    let mut opening = end;
    while opening > 0 {
        let text = line_text(file, opening);
        let text = text.trim_start();
        if text.starts_with("/*") || text.starts_with("//") {
            line = opening;
            break;
        }
        if !text.starts_with('*') {
            break;
        }
        opening -= 1;
    }
    // Line comments come in runs.
    while line > 1 && line_text(file, line - 1).trim_start().starts_with("//") {
        line -= 1;
    }
    file.lines().range_of(line).start
}

/// The line directly above that ends a comment and holds nothing else.
fn closing_line(file: &File, line: usize) -> Option<usize> {
    let above = line.checked_sub(1).filter(|&above| above > 0)?;
    let text = line_text(file, above);
    let text = text.trim();
    let comment = text.starts_with("//")
        || (text.ends_with("*/") && (text.starts_with('*') || text.starts_with("/*")));
    comment.then_some(above)
}

/// The end, newline included, of the lines that the code before `end` and the comments behind it take.
#[must_use]
pub fn end_with_trailing_comment(file: &File, end: usize) -> usize {
    line_end(file, behind(file, end).0.saturating_sub(1))
}

/// Whether other code follows on the line that the code before `end`, or a comment behind it, ends on.
#[must_use]
pub fn shares_its_end(file: &File, end: usize) -> bool {
    behind(file, end).1
}

/// The end of the code before `end` and of the comments behind it on its lines.
#[must_use]
pub fn end_of_comments(file: &File, end: usize) -> usize {
    behind(file, end).0
}

/// The end of the block comments directly behind `end` on its line: they are about what ends there. `end` itself where
/// there is none.
#[must_use]
pub fn past_own_comments(file: &File, end: usize) -> usize {
    let rest = file.bytes().get(end..).unwrap_or_default();
    let mut lexer = Lexer::new(rest);
    let mut past = end;
    while let Some(next) = lexer.next_lexeme() {
        let range = end + next.start..end + next.end;
        let is_block =
            next.kind == TokenKind::Comment && !file.slice(range.clone()).starts_with(b"//");
        if !is_block || file.line_of(range.start) != file.line_of(end) {
            break;
        }
        past = range.end;
    }
    past
}

/// The end of the code before `end` with the comments behind it on its lines, and whether other code follows there. A
/// comment may go on over a line's end: a block, and what begins with `//` behind a backslash.
fn behind(file: &File, end: usize) -> (usize, bool) {
    let rest = file.bytes().get(end..).unwrap_or_default();
    let mut lexer = Lexer::new(rest);
    let mut last = end;
    while let Some(next) = lexer.next_lexeme() {
        if file.line_of(end + next.start) != file.line_of(last.saturating_sub(1)) {
            break;
        }
        if next.kind != TokenKind::Comment {
            return (last, true);
        }
        last = end + next.end;
    }
    (last, false)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dialect::TreePath;
    use query::File;
    use syntax::Reader;

    use super::{end_with_trailing_comment, shares_its_end, with_comment_above};

    fn file(text: &str) -> File {
        let path = TreePath::new("a.c").unwrap();
        File::from(Reader::standalone().read(&path, Arc::from(text.as_bytes())))
    }

    #[test]
    fn a_comment_directly_above_belongs_to_the_code() {
        let text = "int a;\n\n/*\n * why\n */\nint b;\n";
        assert_eq!(
            with_comment_above(&file(text), text.find("int b").unwrap()),
            8
        );
        let apart = "int a;\n/* why */\n\nint b;\n";
        let at = apart.find("int b").unwrap();
        assert_eq!(with_comment_above(&file(apart), at), at);
    }

    #[test]
    fn a_comment_behind_may_have_several_lines() {
        let text = "int a; /* one\n\t * two */\nint b;\n";
        assert_eq!(
            end_with_trailing_comment(&file(text), 6),
            text.find("int b").unwrap()
        );
        assert_eq!(end_with_trailing_comment(&file("int a;\nint b;\n"), 6), 7);
        let spliced = "int a; // one \\\n\t\ttwo\nint b;\n";
        assert_eq!(
            end_with_trailing_comment(&file(spliced), 6),
            spliced.find("int b").unwrap()
        );
    }

    #[test]
    fn other_code_on_the_line_is_seen_behind_a_comment() {
        assert!(shares_its_end(&file("a(1); /* one */ b(2);\n"), 5));
        assert!(shares_its_end(&file("a(1); /* one\n * two */ b(2);\n"), 5));
        assert!(!shares_its_end(
            &file("a(1); /* one */ /* two */\nb(2);\n"),
            5
        ));
    }
}
