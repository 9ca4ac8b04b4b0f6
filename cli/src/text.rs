//! Text of a tree, a patch or a spec on its way to a terminal.

use std::borrow::Cow;

/// Makes control characters visible (`\x1b`), so that nothing from a tree or a patch can move the cursor or
/// colour the report. A tab becomes a blank; newlines are kept.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    let harmless = |c: char| c == '\n' || !(c.is_control() || is_bidi(c));
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
    use super::escape;

    #[test]
    fn control_characters_are_shown_not_obeyed() {
        assert_eq!(escape("a\x1b[31mb"), "a\\u{1b}[31mb");
        assert_eq!(escape("a\tb\nc"), "a b\nc");
        assert_eq!(escape("x\u{202e}y"), "x\\u{202e}y");
    }
}
