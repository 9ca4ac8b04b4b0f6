//! How deep a file nests, seen before it is parsed.
//!
//! The TOML parser has a limit of its own, but goes on to the end of the file and reports every bracket
//! beyond it: seconds for a few megabytes of them. A spec never nests deeper than its tables.

/// Deeper than any spec, and far from what a stack holds.
const DEEPEST: usize = 32;

/// Where brackets and braces, outside strings and comments, open deeper than any spec.
pub(crate) fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b'"' | b'\'' => string_length(&bytes[at..]),
            b'#' => line_length(&bytes[at..]),
            b'[' | b'{' if depth == DEEPEST => return Some(at),
            b'[' | b'{' => {
                depth += 1;
                1
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                1
            }
            _ => 1,
        };
    }
    None
}

fn line_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|&byte| byte == b'\n')
        .unwrap_or(bytes.len())
}

/// Bytes of the string that `bytes` start with, quotes included; an unfinished one ends with its line,
/// one of several lines with the file.
fn string_length(bytes: &[u8]) -> usize {
    let quote = bytes.first().copied().unwrap_or_default();
    let delimiter = [quote; 3];
    let long = bytes.starts_with(&delimiter);
    let mut at = if long { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !long => return at,
            _ if long && bytes[at..].starts_with(&delimiter) => return at + 3,
            _ if !long && byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, too_deep};

    #[test]
    fn brackets_in_strings_and_comments_do_not_nest() {
        let many = "[".repeat(100);
        for text in [
            format!("a = \"{many}\"\n"),
            format!("a = '{many}'\n"),
            format!("a = \"\"\"\n{many}\n\"{many}\"\"\"\n"),
            format!("a = \"\\\"{many}\"\n"),
            format!("# {many}\n"),
            "a = []\n".repeat(100),
        ] {
            assert_eq!(too_deep(&text), None, "{text}");
        }
    }

    #[test]
    fn the_bracket_too_many_is_found() {
        assert_eq!(too_deep(&"[".repeat(DEEPEST)), None);
        assert_eq!(too_deep(&"[".repeat(DEEPEST + 1)), Some(DEEPEST));
        assert_eq!(too_deep(&"'a".repeat(9)), None);
    }
}
