//! An mbox taken apart at its `From ` lines, by the rules of `git mailsplit`.

/// Every mail with the number of its first line. Without a separator, all is one mail.
pub(super) fn mails(bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut start_line = 1;
    let mut at = 0;
    for (index, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        if at > start && is_separator(line) {
            push(&mut found, start_line, bytes.get(start..at));
            (start, start_line) = (at, index + 1);
        }
        at += line.len();
    }
    push(&mut found, start_line, bytes.get(start..));
    found
}

fn push<'b>(found: &mut Vec<(usize, &'b [u8])>, line: usize, mail: Option<&'b [u8]>) {
    found.extend(
        mail.filter(|mail| !mail.trim_ascii().is_empty())
            .map(|mail| (line, mail)),
    );
}

/// `From ` and a date: `From 0123… Mon Sep 17 00:00:00 2001`. A sentence that starts with "From" has none.
pub(super) fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let Some(colon) = memchr::memrchr(b':', rest) else {
        return false;
    };
    let digits = |from: Option<usize>, to: usize| {
        from.and_then(|from| rest.get(from..to))
            .is_some_and(|text| text.iter().all(u8::is_ascii_digit))
    };
    let year = rest.get(colon + 3..).unwrap_or_default().trim_ascii_start();
    let year: Vec<u8> = year
        .iter()
        .copied()
        .take_while(u8::is_ascii_digit)
        .collect();
    digits(colon.checked_sub(1), colon)
        && digits(Some(colon + 1), colon + 3)
        && matches!(year.len(), 2..=4)
}

#[cfg(test)]
mod tests {
    use super::{is_separator, mails};

    #[test]
    fn a_separator_has_a_time_and_a_year() {
        assert!(is_separator(
            b"From 0123456789abcdef Mon Sep 17 00:00:00 2001\n"
        ));
        assert!(is_separator(b"From a@b.org Thu Jan  1 00:00:00 1970\r\n"));
        assert!(!is_separator(b"From: A <a@b.org>\n"));
        assert!(!is_separator(b"From here on: the bit is set.\n"));
        assert!(!is_separator(b"From there, at 12:30 we go.\n"));
    }

    #[test]
    fn mails_know_their_first_lines() {
        let mbox = b"From a Mon Sep 17 00:00:00 2001\nx: y\n\nFrom a Mon Sep 17 00:00:00 2001\nz\n";
        let lines: Vec<_> = mails(mbox).iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 4]);
        assert_eq!(mails(b"diff\n").len(), 1);
    }
}
