//! Control characters made visible.

/// The text with every character that could move a cursor, hide text or reorder it replaced by a
/// visible escape (`\x1b`, `\u{202e}`). A tab becomes a blank: reports set their own columns.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => shown.push(' '),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            c if u32::from(c) < 0x20 || u32::from(c) == 0x7f => {
                shown.push_str(&format!("\\x{:02x}", u32::from(c)));
            }
            c if is_hidden(c) => shown.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => shown.push(c),
        }
    }
    shown
}

/// C1 controls, zero-width characters, and the marks that turn the reading direction round.
fn is_hidden(c: char) -> bool {
    matches!(u32::from(c),
        0x80..=0x9f | 0xad | 0x061c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x2069 | 0xfeff
        | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn nothing_that_drives_a_terminal_comes_through() {
        assert_eq!(
            visible("a\x1b[31m\u{9b}2J\u{202e}b\tc\r\nd\u{7f}"),
            "a\\x1b[31m\\u{9b}2J\\u{202e}b c\\r\\nd\\x7f"
        );
    }

    #[test]
    fn letters_of_any_script_stay() {
        assert_eq!(visible("größer, 大"), "größer, 大");
    }
}
