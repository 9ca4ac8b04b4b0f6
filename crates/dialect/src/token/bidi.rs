//! Characters that turn the direction of text: a reader sees other code than the compiler
//! (CVE-2021-42574).

/// A character that changes the direction of what is shown after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BidiControl {
    /// The character.
    pub letter: char,
    /// Its name in Unicode.
    pub name: &'static str,
}

/// The characters that gcc's `-Wbidi-chars=any` names.
pub const BIDI_CONTROLS: [BidiControl; 12] = [
    control('\u{202a}', "LEFT-TO-RIGHT EMBEDDING"),
    control('\u{202b}', "RIGHT-TO-LEFT EMBEDDING"),
    control('\u{202c}', "POP DIRECTIONAL FORMATTING"),
    control('\u{202d}', "LEFT-TO-RIGHT OVERRIDE"),
    control('\u{202e}', "RIGHT-TO-LEFT OVERRIDE"),
    control('\u{2066}', "LEFT-TO-RIGHT ISOLATE"),
    control('\u{2067}', "RIGHT-TO-LEFT ISOLATE"),
    control('\u{2068}', "FIRST STRONG ISOLATE"),
    control('\u{2069}', "POP DIRECTIONAL ISOLATE"),
    control('\u{200e}', "LEFT-TO-RIGHT MARK"),
    control('\u{200f}', "RIGHT-TO-LEFT MARK"),
    control('\u{061c}', "ARABIC LETTER MARK"),
];

const fn control(letter: char, name: &'static str) -> BidiControl {
    BidiControl { letter, name }
}

/// The first such character in `bytes`, written out or as a `\u202e` of C.
#[must_use]
pub fn first_bidi_control(bytes: &[u8]) -> Option<BidiControl> {
    let written = |control: &BidiControl| {
        let mut buffer = [0; 4];
        let letter = control.letter.encode_utf8(&mut buffer).as_bytes();
        memchr::memmem::find(bytes, letter).or_else(|| as_escape(bytes, control.letter))
    };
    BIDI_CONTROLS
        .into_iter()
        .filter_map(|control| Some((written(&control)?, control)))
        .min_by_key(|(at, _)| *at)
        .map(|(_, control)| control)
}

/// Where the letter is as `\u202e`, `\U0000202e`; gcc warns of these too.
fn as_escape(bytes: &[u8], letter: char) -> Option<usize> {
    memchr::memchr_iter(b'\\', bytes).find(|&at| {
        let digits = match bytes.get(at + 1) {
            Some(b'u') => 4,
            Some(b'U') => 8,
            _ => return false,
        };
        bytes
            .get(at + 2..at + 2 + digits)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            == Some(u32::from(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::first_bidi_control;

    #[test]
    fn the_first_one_is_named_in_any_spelling() {
        let found = |text: &str| first_bidi_control(text.as_bytes()).map(|found| found.name);
        assert_eq!(
            found("/* \u{2066} \u{202e} */"),
            Some("LEFT-TO-RIGHT ISOLATE")
        );
        assert_eq!(found("\"\\u202E\""), Some("RIGHT-TO-LEFT OVERRIDE"));
        assert_eq!(found("\"\\U0000200f\""), Some("RIGHT-TO-LEFT MARK"));
        assert_eq!(found("/* caf\u{e9} \\u20 */"), None);
    }
}
