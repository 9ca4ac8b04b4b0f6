//! Identifiers: ASCII first, and what C11 allows beyond it (annex D), as UTF-8 or as `\u` names.

/// Letters beyond ASCII that C11 allows in identifiers (D.1), as code points from and to.
const ALLOWED: &[(u32, u32)] = &[
    (0xa8, 0xa8),
    (0xaa, 0xaa),
    (0xad, 0xad),
    (0xaf, 0xaf),
    (0xb2, 0xb5),
    (0xb7, 0xba),
    (0xbc, 0xbe),
    (0xc0, 0xd6),
    (0xd8, 0xf6),
    (0xf8, 0xff),
    (0x100, 0x167f),
    (0x1681, 0x180d),
    (0x180f, 0x1fff),
    (0x200b, 0x200d),
    (0x202a, 0x202e),
    (0x203f, 0x2040),
    (0x2054, 0x2054),
    (0x2060, 0x218f),
    (0x2460, 0x24ff),
    (0x2776, 0x2793),
    (0x2c00, 0x2dff),
    (0x2e80, 0x2fff),
    (0x3004, 0x3007),
    (0x3021, 0x302f),
    (0x3031, 0xd7ff),
    (0xf900, 0xfd3d),
    (0xfd40, 0xfdcf),
    (0xfdf0, 0xfe44),
    (0xfe47, 0xfffd),
];

/// Letters of those that no identifier starts with (D.2).
const NOT_FIRST: &[(u32, u32)] = &[
    (0x300, 0x36f),
    (0x1dc0, 0x1dff),
    (0x20d0, 0x20ff),
    (0xfe20, 0xfe2f),
];

fn has(ranges: &[(u32, u32)], letter: u32) -> bool {
    ranges
        .iter()
        .any(|&(from, to)| (from..=to).contains(&letter))
}

/// Beyond the first plane all letters but the last two of each plane are allowed, up to plane 14.
fn is_allowed(letter: u32) -> bool {
    match letter {
        0x1_0000..=0xe_ffff => letter & 0xffff <= 0xfffd,
        _ => has(ALLOWED, letter),
    }
}

/// The end of the identifier that starts at `at`; `at` where none does.
pub(super) fn end(source: &[u8], at: usize) -> usize {
    match source.get(at) {
        Some(byte) if byte.is_ascii_digit() => at,
        Some(0x80.. | b'\\') => match letter(source, at) {
            Some((first, length)) if is_allowed(first) && !has(NOT_FIRST, first) => {
                rest(source, at + length)
            }
            _ => at,
        },
        _ => rest(source, at),
    }
}

/// The end of the letters and digits at `at`.
pub(super) fn rest(source: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = source.get(at) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' => at += 1,
            0x80.. | b'\\' => match letter(source, at) {
                Some((letter, length)) if is_allowed(letter) => at += length,
                _ => break,
            },
            _ => break,
        }
    }
    at
}

/// The letter at `at` and its length: of UTF-8, or as `\u00e9`.
fn letter(source: &[u8], at: usize) -> Option<(u32, usize)> {
    let rest = source.get(at..)?;
    if let [b'\\', kind @ (b'u' | b'U'), ..] = rest {
        let digits = if *kind == b'u' { 4 } else { 8 };
        let text = std::str::from_utf8(rest.get(2..2 + digits)?).ok()?;
        let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = u32::from_str_radix(text, 16).ok().filter(|_| is_hex)?;
        return Some((code, 2 + digits));
    }
    decode(rest).map(|letter| (u32::from(letter), letter.len_utf8()))
}

/// The letter of UTF-8 that `rest` starts with.
fn decode(rest: &[u8]) -> Option<char> {
    const LONGEST: usize = 4;
    let some = rest.get(..LONGEST.min(rest.len()))?;
    let text = match std::str::from_utf8(some) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(some.get(..error.valid_up_to())?).ok()?,
    };
    text.chars().next()
}

/// The length of the letter that `rest` starts with; 1 where it is no UTF-8.
pub(super) fn letter_length(rest: &[u8]) -> usize {
    decode(rest).map_or(1, char::len_utf8)
}
