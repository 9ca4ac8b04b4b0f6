//! Integer constants (C11 6.4.4.1, with the `0b` and the `'` of C23).

/// The value of an integer constant. None: the text is no such constant, or one that no type holds.
#[must_use]
pub fn integer(text: &[u8]) -> Option<u128> {
    let text = std::str::from_utf8(text).ok()?.to_ascii_lowercase();
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x', ..] => (text.get(2..)?, 16),
        [b'0', b'b', ..] => (text.get(2..)?, 2),
        [b'0', b'0'..=b'9', ..] => (text.get(1..)?, 8),
        [b'0'..=b'9', ..] => (&*text, 10),
        _ => return None,
    };
    let digits = digits.trim_end_matches(['u', 'l']);
    u128::from_str_radix(&digits.replace('\'', ""), radix).ok()
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn constants_have_their_values() {
        for (text, value) in [
            ("0", 0),
            ("7", 7),
            ("010", 8),
            ("0x1F", 31),
            ("0XfUL", 15),
            ("0b101", 5),
            ("12ull", 12),
            ("1'000", 1000),
        ] {
            assert_eq!(integer(text.as_bytes()), Some(value), "{text}");
        }
    }

    #[test]
    fn other_text_has_none() {
        for text in [
            "", "x", "-1", "08", "1.5", "1e3", "0x", "1 + 1", "(1)", "'a'",
        ] {
            assert_eq!(integer(text.as_bytes()), None, "{text}");
        }
    }
}
