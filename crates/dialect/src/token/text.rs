//! Bytes as text that differs wherever the bytes differ.

use std::borrow::Cow;

/// Where the letters begin that a byte which is no UTF-8 turns into: at the end of the last plane for
/// private use.
const FIRST: u32 = 0x10_ff00;

/// The bytes as text; those that are no UTF-8 as letters of their own, one for each, so that two texts
/// are equal just where the bytes are. Two Latin-1 strings are not the same string to a compiler
/// because neither is UTF-8.
#[must_use]
pub fn exact_text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.chars().any(is_own)
    {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            if is_own(letter) {
                let mut buffer = [0; 4];
                text.extend(letter.encode_utf8(&mut buffer).bytes().map(own));
            } else {
                text.push(letter);
            }
        }
        text.extend(chunk.invalid().iter().copied().map(own));
    }
    Cow::Owned(text)
}

/// What [`exact_text`] gives, for people: `\xf8` for a byte that is no UTF-8.
#[must_use]
pub fn shown_text(exact: &str) -> String {
    let mut text = String::with_capacity(exact.len());
    for letter in exact.chars() {
        if is_own(letter) {
            text.push_str(&format!("\\x{:02x}", u32::from(letter) - FIRST));
        } else {
            text.push(letter);
        }
    }
    text
}

fn own(byte: u8) -> char {
    char::from_u32(FIRST + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn is_own(letter: char) -> bool {
    u32::from(letter) >= FIRST
}

#[cfg(test)]
mod tests {
    use super::{exact_text, shown_text};

    #[test]
    fn texts_are_equal_just_where_the_bytes_are() {
        let texts: [&[u8]; 5] = [b"\xf8", b"\xe6", b"\xc3\xb8", "\u{10fff8}".as_bytes(), b"a"];
        for (at, one) in texts.iter().enumerate() {
            for (other_at, other) in texts.iter().enumerate() {
                assert_eq!(exact_text(one) == exact_text(other), at == other_at);
            }
        }
        assert_eq!(shown_text(&exact_text(b"\"b\xf8\"")), "\"b\\xf8\"");
    }
}
