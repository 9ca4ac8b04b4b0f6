//! A mailbox taken apart at its `From ` lines, by the rules of `git mailsplit`.

use std::borrow::Cow;

use super::is_space;

/// Every mail with the number of its first line.
///
/// A file that does not begin with a `From ` line is one mail, whatever comes later in it: git splits
/// nothing there. White space at the beginning of the file is dropped.
pub(super) fn mails(bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let blanks = bytes.iter().take_while(|&&byte| is_space(byte)).count();
    let text = bytes.get(blanks..).unwrap_or_default();
    let skipped = bytes.get(..blanks).unwrap_or_default();
    let first_line = 1 + memchr::memchr_iter(b'\n', skipped).count();
    let mut found = Vec::new();
    let (mut start, mut start_line, mut at) = (0, first_line, 0);
    let is_mbox = is_separator(text.split_inclusive(is_newline).next().unwrap_or_default());
    for (index, line) in text.split_inclusive(is_newline).enumerate() {
        if at > 0 && is_mbox && is_separator(line) {
            found.extend(text.get(start..at).map(|mail| (start_line, mail)));
            (start, start_line) = (at, first_line + index);
        }
        at += line.len();
    }
    found.extend(
        text.get(start..)
            .filter(|mail| !mail.is_empty())
            .map(|mail| (start_line, mail)),
    );
    found
}

/// A mail with CR LF turned into LF, as git does when it splits a mailbox.
pub(super) fn without_carriage_returns(mail: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(mail, b"\r\n").is_none() {
        return Cow::Borrowed(mail);
    }
    let mut plain = Vec::with_capacity(mail.len());
    for line in mail.split_inclusive(is_newline) {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                plain.extend_from_slice(text);
                plain.push(b'\n');
            }
            None => plain.extend_from_slice(line),
        }
    }
    Cow::Owned(plain)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that `split` asks for"
)]
fn is_newline(byte: &u8) -> bool {
    *byte == b'\n'
}

/// `From `, a time and a year: `From 0123… Mon Sep 17 00:00:00 2001`.
///
/// git looks at the last colon but for the line's last two bytes, asks for digits around it and for a
/// number over 90 after it, and for nothing else.
pub(super) fn is_separator(line: &[u8]) -> bool {
    if line.len() < 20 || !line.starts_with(b"From ") {
        return false;
    }
    let looked_at = line.get(5..line.len() - 2).unwrap_or_default();
    let Some(colon) = memchr::memrchr(b':', looked_at).map(|at| at + 5) else {
        return false;
    };
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| line.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let digits_around = is_digit(colon.checked_sub(4))
        && is_digit(colon.checked_sub(2))
        && is_digit(Some(colon - 1))
        && is_digit(Some(colon + 1))
        && is_digit(Some(colon + 2));
    digits_around && year(line.get(colon + 3..).unwrap_or_default()) > 90
}

/// What C's `strtol` reads; a number that is too large stays large.
fn year(text: &[u8]) -> u32 {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let blanks = text.iter().take_while(|byte| blank(byte)).count();
    let text = text.get(blanks..).unwrap_or_default();
    let text = text.strip_prefix(b"+").unwrap_or(text);
    text.iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0_u32, |year, byte| {
            year.saturating_mul(10)
                .saturating_add(u32::from(byte - b'0'))
        })
}

#[cfg(test)]
mod tests {
    use super::{is_separator, mails};

    #[test]
    fn a_separator_has_a_time_and_a_year() {
        for line in [
            &b"From 0123456789abcdef Mon Sep 17 00:00:00 2001\n"[..],
            b"From a@b.org Thu Jan  1 00:00:00 1970\r\n",
            b"From a Mon Sep 17 00:00:00 20011\n",
            b"From a Mon Sep 17 00:00:00 2001:\n",
            b"From a Mon Sep 17 00:00:00 +99",
        ] {
            assert!(is_separator(line), "{}", line.escape_ascii());
        }
        for line in [
            &b"From: A <a@b.org>          \n"[..],
            b"From here on: the bit is set.\n",
            b"From there, at 12:30 we go.\n",
            b"From a Mon Sep 00:00 2001\n",
            b"From a Mon Sep 17 00:00:00 90\n",
            b"From a 00:00:00 99\n",
            b">From a Mon Sep 17 00:00:00 2001\n",
        ] {
            assert!(!is_separator(line), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn mails_know_their_first_lines() {
        let mbox =
            b"\n From a Mon Sep 17 00:00:00 2001\nx: y\n\nFrom a Mon Sep 17 00:00:00 2001\nz\n";
        let lines: Vec<_> = mails(mbox).iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 5]);
        assert_eq!(mails(b"diff\n").len(), 1);
        assert_eq!(mails(b" \n"), []);
    }

    #[test]
    fn without_a_separator_at_the_beginning_nothing_is_split() {
        let mail = b"Subject: x\n\nFrom a Mon Sep 17 00:00:00 2001\nSubject: y\n";
        assert_eq!(mails(mail).len(), 1);
    }
}
