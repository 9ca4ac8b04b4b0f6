//! Text of a tree, a patch or a spec on its way to a terminal.

use std::borrow::Cow;

/// Makes control characters visible (`\x1b`, `\n`), so that nothing from a tree or a patch can move the cursor, colour the
/// report or make a line of its own. A tab becomes a blank.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// As [`escape`], of a text of several lines.
pub(crate) fn escape_lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c == '\n')
}

fn escaped(text: &str, is_kept: fn(char) -> bool) -> Cow<'_, str> {
    let harmless = |c: char| is_kept(c) || !(c.is_control() || is_bidi(c));
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\t' => safe.push(' '),
            c if harmless(c) => safe.push(c),
            c => safe.extend(c.escape_default()),
        }
    }
    Cow::Owned(safe)
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// Characters that reorder the text around them ("Trojan Source", CVE-2021-42574).
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_lines};

    #[test]
    fn control_characters_are_shown_not_obeyed() {
        assert_eq!(escape("a\x1b[31mb"), "a\\u{1b}[31mb");
        assert_eq!(escape("a\tb\nc"), "a b\\nc");
        assert_eq!(escape_lines("a\tb\nc"), "a b\nc");
        assert_eq!(escape("x\u{202e}y"), "x\\u{202e}y");
    }
}
