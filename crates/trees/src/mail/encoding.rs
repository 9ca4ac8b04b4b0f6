//! Transfer encodings and encoded words of headers, undone as `git mailinfo` undoes them: leniently,
//! so that both make the same of what is malformed.

use super::charset::{self, Trouble};
use super::is_space;

/// How a part's lines are encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Transfer {
    /// Not at all.
    #[default]
    Plain,
    /// `base64`
    Base64,
    /// `quoted-printable`
    Quoted,
}

impl Transfer {
    /// git looks for the words anywhere in the header, so that `x-base64 (a comment)` is base64 too.
    pub(super) fn of_header(value: &[u8]) -> Self {
        let value = value.to_ascii_lowercase();
        let says = |word: &str| memchr::memmem::find(&value, word.as_bytes()).is_some();
        if says("base64") {
            Self::Base64
        } else if says("quoted-printable") {
            Self::Quoted
        } else {
            Self::Plain
        }
    }

    /// One line of the mail, decoded. Base64 starts anew on each.
    pub(super) fn decode(self, line: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => line.to_vec(),
            Self::Base64 => base64(line),
            Self::Quoted => quoted_printable(line, false),
        }
    }
}

fn base64(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len() / 4 * 3 + 3);
    let (mut have, mut bits) = (0_u32, 0_u32);
    for byte in line {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push((bits >> have & 0xff) as u8);
            bits &= (1 << have) - 1;
        }
    }
    out
}

fn quoted_printable(line: &[u8], is_word: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        at += 1;
        if byte == b'=' {
            if matches!(line.get(at), None | Some(b'\n')) {
                break;
            }
            if let Some(value) = hex(line.get(at..at + 2)) {
                out.push(value);
                at += 2;
                continue;
            }
        }
        out.push(if is_word && byte == b'_' { b' ' } else { byte });
    }
    out
}

fn hex(digits: Option<&[u8]>) -> Option<u8> {
    let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// A header's value with its encoded words (RFC 2047) decoded, as UTF-8.
///
/// # Errors
/// Where git gives up on the mail: an encoded word without end, a character set that it does not know.
pub(super) fn header(value: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(value.len());
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(value.get(at..).unwrap_or_default(), b"=?") {
        let start = at + found;
        let between = value.get(at..start).unwrap_or_default();
        // White space between two encoded words is none.
        if at == 0 || !between.iter().all(|&byte| is_space(byte)) {
            out.extend_from_slice(between);
        }
        let word = value.get(start + 2..).unwrap_or_default();
        let (decoded, len) = encoded_word(word)?;
        out.extend(decoded);
        at = start + 2 + len;
    }
    out.extend_from_slice(value.get(at..).unwrap_or_default());
    if out.contains(&0) {
        return Err("a header has a NUL byte".to_owned());
    }
    Ok(out)
}

/// `UTF-8?q?J=C3=B6rg?=` after its `=?`: the text, and how long the word is.
fn encoded_word(word: &[u8]) -> Result<(Vec<u8>, usize), String> {
    let malformed = || "a header has a malformed encoded word (`=?`)".to_owned();
    let mark = memchr::memchr(b'?', word).ok_or_else(malformed)?;
    let charset = word.get(..mark).unwrap_or_default();
    let encoding = word.get(mark + 1).ok_or_else(malformed)?;
    if word.get(mark + 2) != Some(&b'?') {
        return Err(malformed());
    }
    let text = word.get(mark + 3..).ok_or_else(malformed)?;
    let end = memchr::memmem::find(text, b"?=").ok_or_else(malformed)?;
    let text = text.get(..end).unwrap_or_default();
    let decoded = match encoding.to_ascii_lowercase() {
        b'q' => quoted_printable(text, true),
        b'b' => base64(text),
        _ => return Err(malformed()),
    };
    let converted = charset::to_utf8(charset, &decoded).map_err(|trouble| {
        let shown = charset.escape_ascii();
        match trouble {
            Trouble::Unknown => {
                format!("a header is in the character set `{shown}`, which is not read here")
            }
            Trouble::Malformed => format!("a header is not valid `{shown}`"),
        }
    })?;
    Ok((converted.unwrap_or(decoded), mark + 3 + end + 2))
}

#[cfg(test)]
mod tests {
    use super::{Transfer, header};

    #[test]
    fn an_encoding_is_found_anywhere_in_its_header() {
        assert_eq!(Transfer::of_header(b"x-Base64 (so)"), Transfer::Base64);
        assert_eq!(Transfer::of_header(b" Quoted-Printable;"), Transfer::Quoted);
        assert_eq!(Transfer::of_header(b"8bit"), Transfer::Plain);
    }

    #[test]
    fn lines_are_decoded_as_git_decodes_them() {
        assert_eq!(Transfer::Quoted.decode(b"a=3Db=\n"), b"a=b");
        assert_eq!(Transfer::Quoted.decode(b"a=3 = \n"), b"a=3 = \n");
        assert_eq!(Transfer::Base64.decode(b"eHk=eA\n"), b"xy\x1e");
        assert_eq!(Transfer::Base64.decode(b"eA==\n"), b"x");
    }

    #[test]
    fn a_header_is_decoded_word_by_word() {
        let read =
            |text: &str| header(text.as_bytes()).map(|text| String::from_utf8(text).unwrap());
        assert_eq!(
            read("=?UTF-8?q?J=C3=B6rg_X?= =?iso-8859-1?Q?=E4?= <x>").unwrap(),
            "Jörg Xä <x>"
        );
        assert_eq!(read("=?utf-8?b?w7Y=?=x").unwrap(), "öx");
        for bad in [
            "=?x",
            "=?utf-8?q?x",
            "=?utf-8?z?x?=",
            "=?utf-16?q?x?=",
            "=?utf-8?q?=00?=",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
