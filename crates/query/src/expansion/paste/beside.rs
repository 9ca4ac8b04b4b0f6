//! What is beside a word or a `##` in a file's bytes: blanks, splices and comments between say nothing.

use std::ops::Range;

/// Whether `##` is before or behind the part, blanks, splices and comments between.
pub(super) fn is_beside_paste(text: &[u8], part: &Range<usize>) -> bool {
    let behind = behind_blanks(text.get(part.end..).unwrap_or_default());
    let before = before_blanks(text.get(..part.start).unwrap_or_default());
    // `%:` is a `#` that is spelled otherwise.
    behind.starts_with(b"##")
        || before.ends_with(b"##")
        || behind.starts_with(b"%:")
        || before.ends_with(b"%:")
        || behind.starts_with(b"//")
        || may_end_comment(before)
}

/// Whether the text's last line, with those that are spliced to it, may be a comment to its end.
pub(super) fn may_end_comment(text: &[u8]) -> bool {
    let mut lines = text.rsplit(|byte| *byte == b'\n');
    let has_comment = |line: &[u8]| memchr::memmem::find(line, b"//").is_some();
    if lines.next().is_some_and(has_comment) {
        return true;
    }
    let spliced = lines.take_while(|line| line.trim_ascii_end().ends_with(b"\\"));
    spliced.into_iter().any(has_comment)
}

/// What is behind the blanks, splices and comments that the text begins with.
pub(super) fn behind_blanks(mut text: &[u8]) -> &[u8] {
    loop {
        let blanks = text.iter().take_while(|byte| is_blank(**byte)).count();
        text = text.get(blanks..).unwrap_or_default();
        let Some(comment) = text.strip_prefix(b"/*") else {
            return text;
        };
        let end = memchr::memmem::find(comment, b"*/").map_or(comment.len(), |end| end + 2);
        text = comment.get(end..).unwrap_or_default();
    }
}

/// What is before the blanks, splices and comments that the text ends with.
pub(super) fn before_blanks(mut text: &[u8]) -> &[u8] {
    loop {
        let blanks = text.iter().rev().take_while(|byte| is_blank(**byte));
        text = &text[..text.len() - blanks.count()];
        let Some(comment) = text.strip_suffix(b"*/") else {
            return text;
        };
        // A comment begins at the first `/*` behind the end of the last one.
        let last = memchr::memmem::rfind(comment, b"*/").map_or(0, |end| end + 2);
        let start = memchr::memmem::find(&comment[last..], b"/*");
        text = &comment[..start.map_or(0, |start| last + start)];
    }
}

/// Whether the byte is white space, or begins a splice.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'\\'
}

pub(super) fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
