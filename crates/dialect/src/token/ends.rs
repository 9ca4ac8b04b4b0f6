//! Where a token ends that starts at a place.

use super::identifier;

/// Length of a line splice (backslash, newline) at `at`; 0 where there is none.
pub(super) fn splice_length(source: &[u8], at: usize) -> usize {
    match source.get(at..) {
        Some([b'\\', b'\n', ..]) => 2,
        Some([b'\\', b'\r', b'\n', ..]) => 3,
        _ => 0,
    }
}

/// The end of the word that starts at `at`; `at` where none does.
#[must_use]
pub fn word_end(source: &[u8], at: usize) -> usize {
    identifier::rest(source, at)
}

/// The end of the comment that starts at `at`.
pub(super) fn comment_end(source: &[u8], at: usize) -> usize {
    let rest = source.get(at + 2..).unwrap_or_default();
    if source.get(at + 1) == Some(&b'*') {
        return memchr::memmem::find(rest, b"*/").map_or(source.len(), |found| at + found + 4);
    }
    logical_line_end(source, at)
}

/// The newline that ends the logical line which goes through `at`, or the file's end.
pub(crate) fn logical_line_end(source: &[u8], at: usize) -> usize {
    let rest = source.get(at..).unwrap_or_default();
    for newline in memchr::memchr_iter(b'\n', rest) {
        let line = rest.get(..newline).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.last() != Some(&b'\\') {
            return at + newline;
        }
    }
    source.len()
}

/// The newline that ends the directive at `start`, or the file's end. A block comment that a
/// directive opens carries it over to further lines, and so does a raw string.
pub(super) fn directive_end(source: &[u8], start: usize) -> usize {
    let mut line_from = after_header_name(source, start);
    loop {
        let end = logical_line_end(source, line_from);
        let line = source.get(line_from..end).unwrap_or_default();
        if memchr::memchr2(b'/', b'R', line).is_none() {
            return end;
        }
        match carried_over(source, line_from, end) {
            Some(closed) if closed > end => line_from = closed,
            _ => return end,
        }
    }
}

/// Past the `<…>` of an `#include`, in which `//` and `/*` are part of a name; else `start`.
fn after_header_name(source: &[u8], start: usize) -> usize {
    let blanks = |mut at: usize| {
        loop {
            match source.get(at) {
                Some(b' ' | b'\t') => at += 1,
                Some(b'\\') if splice_length(source, at) > 0 => at += splice_length(source, at),
                _ => return at,
            }
        }
    };
    let keyword = blanks(start + 1);
    let rest = word_end(source, keyword);
    let includes = matches!(
        source.get(keyword..rest),
        Some(b"include" | b"include_next" | b"import")
    );
    let open = blanks(rest);
    if !includes || source.get(open) != Some(&b'<') {
        return start;
    }
    let name = source.get(open..).unwrap_or_default();
    match memchr::memchr2(b'>', b'\n', name) {
        Some(length) if name.get(length) == Some(&b'>') => open + length + 1,
        _ => start,
    }
}

/// Where the block comment or raw string that is open at `end` closes, if one is.
fn carried_over(source: &[u8], from: usize, end: usize) -> Option<usize> {
    let mut at = from;
    while at < end {
        match source.get(at..) {
            Some([b'/', b'*', ..]) => {
                at = comment_end(source, at);
                if at > end {
                    return Some(at);
                }
            }
            Some([b'/', b'/', ..]) => return None,
            // An apostrophe without partner takes the rest of its line, in `#error don't` too.
            Some([b'"' | b'\'', ..]) => {
                let closed = literal_end(source, at);
                at = closed.min(end).max(at + 1);
            }
            Some([byte, ..]) if is_word_start(*byte) => match literal_prefix(source, at) {
                Some(quote) if source.get(quote.wrapping_sub(1)) == Some(&b'R') => {
                    at = raw_string_end(source, quote).unwrap_or(quote);
                    if at > end {
                        return Some(at);
                    }
                }
                Some(quote) => at = quote,
                None => at = identifier::rest(source, at).max(at + 1),
            },
            _ => at += 1,
        }
    }
    None
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Where the quote of a literal that starts at `at` is, its prefix skipped. `u8` is a prefix of strings
/// alone in this mode of C, and so is `R`.
pub(super) fn literal_prefix(source: &[u8], at: usize) -> Option<usize> {
    Some(match source.get(at..)? {
        [b'"' | b'\'', ..] => at,
        [b'L' | b'u' | b'U', b'"' | b'\'', ..] | [b'R', b'"', ..] => at + 1,
        [b'u', b'8', b'"', ..] | [b'L' | b'u' | b'U', b'R', b'"', ..] => at + 2,
        [b'u', b'8', b'R', b'"', ..] => at + 3,
        _ => return None,
    })
}

/// The end of the literal whose opening quote is at `quote_at`.
pub(super) fn literal_end(source: &[u8], quote_at: usize) -> usize {
    let Some(&quote) = source.get(quote_at) else {
        return source.len();
    };
    let mut at = quote_at + 1;
    while let Some(&byte) = source.get(at) {
        match byte {
            b'\\' => at += splice_length(source, at).max(2),
            b'\n' if source.get(at - 1) == Some(&b'\r') && at > quote_at + 1 => return at - 1,
            b'\n' => return at,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    source.len()
}

/// The longest delimiter that a raw string may have.
const LONGEST_DELIMITER: usize = 16;

/// The end of the raw string `"delimiter(…)delimiter"` whose opening quote is at `quote_at`; `None`
/// where it is none, or does not end.
pub(super) fn raw_string_end(source: &[u8], quote_at: usize) -> Option<usize> {
    let rest = source.get(quote_at + 1..)?;
    let length = rest
        .iter()
        .take(LONGEST_DELIMITER + 1)
        .position(|&byte| byte == b'(')?;
    let delimiter = rest.get(..length)?;
    if delimiter
        .iter()
        .any(|byte| byte.is_ascii_whitespace() || b"\\)\"\x0b".contains(byte))
    {
        return None;
    }
    let mut closing = Vec::with_capacity(length + 2);
    closing.push(b')');
    closing.extend_from_slice(delimiter);
    closing.push(b'"');
    let inside = rest.get(length + 1..)?;
    let found = memchr::memmem::find(inside, &closing)?;
    Some(quote_at + 1 + length + 1 + found + closing.len())
}

/// The end of the preprocessing number that starts at `start`. It knows no hexadecimal: `0xe+1` is one,
/// and so is `0...9`, as for every compiler.
pub(super) fn number_end(source: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        at = identifier::rest(source, at);
        match source.get(at) {
            Some(b'.') => at += 1,
            Some(b'+' | b'-') if matches!(source.get(at - 1), Some(b'e' | b'E' | b'p' | b'P')) => {
                at += 1;
            }
            _ => return at,
        }
    }
}

/// How many bytes the operator at the start of `rest` has. A letter that C has no use for is one.
pub(super) fn operator_length(rest: &[u8]) -> usize {
    match rest {
        [b'%', b':', b'%', b':', ..] => 4,
        [b'.', b'.', b'.', ..] | [b'<', b'<', b'=', ..] | [b'>', b'>', b'=', ..] => 3,
        [b'-', b'>' | b'-' | b'=', ..]
        | [b'+', b'+' | b'=', ..]
        | [b'<', b'<' | b'=' | b':' | b'%', ..]
        | [b'>', b'>' | b'=', ..]
        | [b'&', b'&' | b'=', ..]
        | [b'|', b'|' | b'=', ..]
        | [b'%', b'=' | b'>' | b':', ..]
        | [b'=' | b'!' | b'*' | b'/' | b'^', b'=', ..]
        | [b':', b'>', ..]
        | [b'#', b'#', ..] => 2,
        [0x80..=0xff, ..] => identifier::letter_length(rest),
        _ => 1,
    }
}

/// The mark that a digraph is another spelling of.
pub(super) fn digraph(text: &[u8]) -> Option<&'static [u8]> {
    Some(match text {
        b"<:" => b"[",
        b":>" => b"]",
        b"<%" => b"{",
        b"%>" => b"}",
        b"%:" => b"#",
        b"%:%:" => b"##",
        _ => return None,
    })
}
