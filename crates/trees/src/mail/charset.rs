//! Texts of other character sets as UTF-8, where that is what `iconv` makes of them for git.
//!
//! By hand, and not by a library for the web: there `iso-8859-1` and `us-ascii` are other names of
//! `windows-1252`, and a text that git refuses would be read.

mod sets;

use sets::{SETS, Set};

/// Why a text cannot be turned into UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The character set is not one of those read here.
    Unknown,
    /// The text has bytes that the character set does not have, or whose meaning is not known here.
    Malformed,
}

/// Sets that have ASCII in its place, and whose other characters are not read here: they take more than one byte.
const ASCII_AND_MORE: [&str; 22] = [
    "gb2312",
    "euc-cn",
    "gbk",
    "cp936",
    "ms936",
    "gb18030",
    "big5",
    "cp950",
    "big5-hkscs",
    "euc-jp",
    "eucjp",
    "euc-kr",
    "euckr",
    "cp949",
    "uhc",
    "euc-tw",
    "cp1255",
    "windows-1255",
    "cp1258",
    "windows-1258",
    "armscii-8",
    "iso-2022-jp",
];

/// Names of ASCII.
const ASCII: [&str; 10] = [
    "us-ascii",
    "ascii",
    "us",
    "iso646-us",
    "ansi_x3.4-1968",
    "ansi_x3.4-1986",
    "iso_646.irv:1991",
    "iso-ir-6",
    "cp367",
    "ibm367",
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
    let is_set = |(names, _): &&Set| named(names);
    let Some((_, upper)) = SETS.iter().find(is_set) else {
        // An escape begins other characters.
        let is_plain = text.is_ascii() && !text.contains(&0x1b);
        return match named(&ASCII) || named(&ASCII_AND_MORE) {
            true if is_plain => Ok(None),
            true => Err(Trouble::Malformed),
            false => Err(Trouble::Unknown),
        };
    };
    let upper: Vec<char> = upper.chars().collect();
    let character = |&byte: &u8| match byte.checked_sub(0x80) {
        None => Some(char::from(byte)),
        Some(at) => {
            let found = upper.get(usize::from(at)).copied();
            found.filter(|found| *found != char::REPLACEMENT_CHARACTER)
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
        assert_eq!(text("l1", b"\xe4"), Ok(Some("ä".to_owned())));
        assert_eq!(text("Latin2", b"\xb1"), Ok(Some("ą".to_owned())));
        assert_eq!(text("KOI8-R", b"\xf0"), Ok(Some("П".to_owned())));
        assert_eq!(text("cp1251", b"\xcf"), Ok(Some("П".to_owned())));
        assert_eq!(text("iso-8859-8", b"\xa1"), Err(Trouble::Malformed));
        for same in ["", "utf8", "UTF-8", "us-ascii", "GB2312"] {
            assert_eq!(text(same, b"x"), Ok(None), "{same}");
        }
    }

    #[test]
    fn what_git_might_read_otherwise_is_refused() {
        assert_eq!(text("us-ascii", b"\xe4"), Err(Trouble::Malformed));
        assert_eq!(text("gb2312", b"\xb0\xa1"), Err(Trouble::Malformed));
        assert_eq!(text("iso-2022-jp", b"\x1b$B"), Err(Trouble::Malformed));
        for unknown in [
            "utf-16",
            "unknown-8bit",
            "utf-8 ",
            "ebcdic-us",
            "shift_jis",
            "viscii",
        ] {
            assert_eq!(text(unknown, b"x"), Err(Trouble::Unknown), "{unknown}");
        }
    }
}
