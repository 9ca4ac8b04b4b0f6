//! Texts of other character sets as UTF-8, where that is what `iconv` makes of them for git.
//!
//! By hand, and not by a library for the web: there `iso-8859-1` and `us-ascii` are other names of
//! `windows-1252`, and a text that git refuses would be read.

/// Why a text cannot be turned into UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The character set is not one of those read here.
    Unknown,
    /// The text has bytes that the character set does not have, or whose meaning is not known here.
    Malformed,
}

/// Characters of a set from 0x80 on that are not those of ISO 8859-1; `\0` where it has none.
type Upper = &'static [(u8, char)];

const LATIN_9: Upper = &[
    (0xa4, '€'),
    (0xa6, 'Š'),
    (0xa8, 'š'),
    (0xb4, 'Ž'),
    (0xb8, 'ž'),
    (0xbc, 'Œ'),
    (0xbd, 'œ'),
    (0xbe, 'Ÿ'),
];

const WINDOWS_1252: Upper = &[
    (0x80, '€'),
    (0x81, '\0'),
    (0x82, '‚'),
    (0x83, 'ƒ'),
    (0x84, '„'),
    (0x85, '…'),
    (0x86, '†'),
    (0x87, '‡'),
    (0x88, 'ˆ'),
    (0x89, '‰'),
    (0x8a, 'Š'),
    (0x8b, '‹'),
    (0x8c, 'Œ'),
    (0x8d, '\0'),
    (0x8e, 'Ž'),
    (0x8f, '\0'),
    (0x90, '\0'),
    (0x91, '‘'),
    (0x92, '’'),
    (0x93, '“'),
    (0x94, '”'),
    (0x95, '•'),
    (0x96, '–'),
    (0x97, '—'),
    (0x98, '˜'),
    (0x99, '™'),
    (0x9a, 'š'),
    (0x9b, '›'),
    (0x9c, 'œ'),
    (0x9d, '\0'),
    (0x9e, 'ž'),
    (0x9f, 'Ÿ'),
];

/// Sets that have ASCII in its place, and whose other characters are not read here.
const ASCII_AND_MORE: [&str; 22] = [
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-7",
    "iso-8859-9",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1257",
    "koi8-r",
    "koi8-u",
    "gb2312",
    "gbk",
    "gb18030",
    "big5",
    "euc-jp",
    "euc-kr",
];

/// The text as UTF-8; none where it is used as it is: git does not look at what says that it is UTF-8.
///
/// # Errors
/// Where git could not convert it, or might make something else of it.
pub(super) fn to_utf8(charset: &[u8], text: &[u8]) -> Result<Option<Vec<u8>>, Trouble> {
    if charset.is_empty() || is_utf8(charset) {
        return Ok(None);
    }
    let named = |names: &[&str]| {
        names
            .iter()
            .any(|name| charset.eq_ignore_ascii_case(name.as_bytes()))
    };
    let upper: Upper = if named(&["iso-8859-1", "iso8859-1", "latin1", "latin-1"]) {
        &[]
    } else if named(&["iso-8859-15", "latin-9"]) {
        LATIN_9
    } else if named(&["windows-1252", "cp1252"]) {
        WINDOWS_1252
    } else if named(&["us-ascii", "ascii"]) || named(&ASCII_AND_MORE) {
        return if text.is_ascii() {
            Ok(None)
        } else {
            Err(Trouble::Malformed)
        };
    } else {
        return Err(Trouble::Unknown);
    };
    let character = |&byte: &u8| {
        let other = upper.iter().find(|(from, _)| *from == byte);
        match other.map_or(char::from(byte), |(_, character)| *character) {
            '\0' => None,
            character => Some(character),
        }
    };
    let text: Option<String> = text.iter().map(character).collect();
    text.map(|text| Some(text.into_bytes()))
        .ok_or(Trouble::Malformed)
}

/// `utf8`, `UTF-8`, as git compares them.
fn is_utf8(charset: &[u8]) -> bool {
    let rest = charset
        .get(..3)
        .filter(|start| start.eq_ignore_ascii_case(b"utf"))
        .and_then(|_| charset.get(3..));
    rest.is_some_and(|rest| rest.strip_prefix(b"-").unwrap_or(rest) == b"8")
}

#[cfg(test)]
mod tests {
    use super::{Trouble, to_utf8};

    fn text(charset: &str, bytes: &[u8]) -> Result<Option<String>, Trouble> {
        let converted = to_utf8(charset.as_bytes(), bytes)?;
        Ok(converted.map(|bytes| String::from_utf8(bytes).unwrap()))
    }

    #[test]
    fn latin_and_its_kin_are_converted() {
        assert_eq!(
            text("ISO-8859-1", b"\xe4\x80"),
            Ok(Some("ä\u{80}".to_owned()))
        );
        assert_eq!(text("iso-8859-15", b"\xe4\xa4"), Ok(Some("ä€".to_owned())));
        assert_eq!(text("Windows-1252", b"\x93x"), Ok(Some("“x".to_owned())));
        assert_eq!(text("windows-1252", b"\x81"), Err(Trouble::Malformed));
        for same in ["", "utf8", "UTF-8", "us-ascii", "GB2312"] {
            assert_eq!(text(same, b"x"), Ok(None), "{same}");
        }
    }

    #[test]
    fn what_git_might_read_otherwise_is_refused() {
        assert_eq!(text("us-ascii", b"\xe4"), Err(Trouble::Malformed));
        assert_eq!(text("gb2312", b"\xb0\xa1"), Err(Trouble::Malformed));
        for unknown in ["utf-16", "unknown-8bit", "utf-8 ", "ebcdic-us"] {
            assert_eq!(text(unknown, b"x"), Err(Trouble::Unknown), "{unknown}");
        }
    }
}
