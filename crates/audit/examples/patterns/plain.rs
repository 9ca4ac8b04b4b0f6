//! The same places by text alone, so that nothing is missed by all readers together.

use crate::case::Case;

/// The file with comments and strings blanked, by a rule of its own: no lexer of ours is asked.
pub(crate) fn without_comments(source: &[u8]) -> Vec<u8> {
    let mut out = source.to_vec();
    let mut at = 0;
    while at < out.len() {
        let rest = &source[at..];
        let until = |end: &[u8], from: usize| {
            let found = rest[from..].windows(end.len()).position(|part| part == end);
            found.map_or(rest.len(), |found| from + found + end.len())
        };
        let length = if rest.starts_with(b"/*") {
            until(b"*/", 2)
        } else if rest.starts_with(b"//") {
            until(b"\n", 2) - 1
        } else if rest.starts_with(b"'\"'") {
            3
        } else if rest[0] == b'"' {
            let mut end = 1;
            while end < rest.len() && !matches!(rest[end], b'"' | b'\n') {
                end += 1 + usize::from(rest[end] == b'\\');
            }
            (end + 1).min(rest.len())
        } else {
            at += 1;
            continue;
        };
        let blanked = &mut out[at..at + length];
        blanked
            .iter_mut()
            .filter(|b| **b != b'\n')
            .for_each(|b| *b = b' ');
        at += length;
    }
    out
}

/// The lines (from 1) where the case's word stands as a member is named, or as a call is; none for a case
/// that asks for more than its word, which no text shows.
pub(crate) fn lines(case: &Case, code: &[u8]) -> Option<Vec<usize>> {
    let words = case.pattern.words();
    let [word] = &words[..] else { return None };
    let text = case.pattern.text();
    let is_member = text.starts_with('$') && text.ends_with(word.as_str());
    if !is_member && !text.starts_with(word.as_str()) {
        return None;
    }
    let mut lines = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < code.len() {
        let length = code[at..].iter().take_while(|byte| is_word(**byte)).count();
        if length == 0 {
            line += usize::from(code[at] == b'\n');
            at += 1;
            continue;
        }
        let before = code[..at].trim_ascii_end();
        let after = code[at + length..].trim_ascii_start();
        let fits = if is_member {
            before.ends_with(b"->")
        } else {
            after.starts_with(b"(")
        };
        if fits && &code[at..at + length] == word.as_bytes() {
            lines.push(line);
        }
        at += length;
    }
    lines.dedup();
    Some(lines)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
