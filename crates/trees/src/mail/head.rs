//! Header lines: unfolding, names, attributes.

use super::is_space;

/// Raw lines of a mail that are yet to be read.
#[derive(Clone, Debug)]
pub(super) struct Source<'m> {
    rest: &'m [u8],
    /// The line of the file that comes next.
    next: usize,
}

impl<'m> Source<'m> {
    pub(super) fn new(mail: &'m [u8], first_line: usize) -> Self {
        let blanks = mail.iter().take_while(|&&byte| is_space(byte)).count();
        let skipped = mail.get(..blanks).unwrap_or_default();
        Self {
            rest: mail.get(blanks..).unwrap_or_default(),
            next: first_line + memchr::memchr_iter(b'\n', skipped).count(),
        }
    }

    /// The next line with its newline, if it has one, and its number.
    pub(super) fn line(&mut self) -> Option<(usize, &'m [u8])> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest).map_or(self.rest.len(), |newline| newline + 1);
        let (line, rest) = self.rest.split_at(end);
        let number = self.next;
        self.rest = rest;
        self.next += 1;
        Some((number, line))
    }

    /// As [`Self::line`], always with a newline.
    pub(super) fn terminated(&mut self) -> Option<(usize, Vec<u8>)> {
        let (number, line) = self.line()?;
        let mut line = line.to_vec();
        if !line.ends_with(b"\n") {
            line.push(b'\n');
        }
        Some((number, line))
    }

    /// A header with its continuation lines, or else the first line after the headers, white space at its
    /// end cut off and a newline put there.
    pub(super) fn header(&mut self) -> HeaderLine {
        let Some((number, line)) = self.line() else {
            return HeaderLine::Other(self.next, Vec::new());
        };
        let mut text = trimmed_end(line).to_vec();
        if text.is_empty() || !is_header(&text) {
            text.push(b'\n');
            return HeaderLine::Other(number, text);
        }
        while matches!(self.rest.first(), Some(b' ' | b'\t')) {
            let Some((_, more)) = self.line() else { break };
            // The blank that folds the line is one blank.
            let more = trimmed_end(more).get(1..).map(|more| [b" ", more].concat());
            text.extend(more.unwrap_or_default());
        }
        HeaderLine::Header(number, text)
    }
}

/// What [`Source::header`] found.
pub(super) enum HeaderLine {
    /// A header, unfolded, and the number of its first line.
    Header(usize, Vec<u8>),
    /// The line after the headers.
    Other(usize, Vec<u8>),
}

fn trimmed_end(line: &[u8]) -> &[u8] {
    let blanks = line.iter().rev().take_while(|&&byte| is_space(byte));
    let end = line.len() - blanks.count();
    line.get(..end).unwrap_or_default()
}

/// A name and a colon (RFC 2822, 3.6.8), or the line of a mailbox before a mail.
fn is_header(line: &[u8]) -> bool {
    if line.starts_with(b"From ") || line.starts_with(b">From ") {
        return true;
    }
    let name = line
        .iter()
        .take_while(|byte| matches!(byte, 33..=57 | 59..=126));
    line.get(name.count()) == Some(&b':')
}

/// The value of a header of this name, blanks before it cut off.
pub(super) fn value<'l>(line: &'l [u8], name: &str) -> Option<&'l [u8]> {
    let start = line.get(..name.len())?;
    let rest = line.get(name.len()..)?.strip_prefix(b":")?;
    if !start.eq_ignore_ascii_case(name.as_bytes()) {
        return None;
    }
    let blanks = rest.iter().take_while(|&&byte| is_space(byte)).count();
    rest.get(blanks..)
}

/// `boundary="x"` in a header: git takes the first place where the name occurs, whatever is before it.
pub(super) fn attribute<'l>(header: &'l [u8], name: &str) -> Option<&'l [u8]> {
    let lower = header.to_ascii_lowercase();
    let at = memchr::memmem::find(&lower, name.as_bytes())? + name.len();
    let rest = header.get(at..)?;
    let (rest, ends): (_, fn(&u8) -> bool) = match rest.strip_prefix(b"\"") {
        Some(quoted) => (quoted, |byte| *byte == b'"'),
        None => (rest, |byte| matches!(byte, b';' | b' ' | b'\t')),
    };
    let end = rest.iter().position(ends).unwrap_or(rest.len());
    rest.get(..end)
}

#[cfg(test)]
mod tests {
    use super::{HeaderLine, Source, attribute, value};

    #[test]
    fn headers_are_unfolded() {
        let mut source = Source::new(b"\n\nA: b \n\t c\n  \nd\n", 7);
        let HeaderLine::Header(number, text) = source.header() else {
            panic!()
        };
        assert_eq!((number, &text[..]), (9, &b"A: b  c"[..]));
        let HeaderLine::Other(number, text) = source.header() else {
            panic!()
        };
        assert_eq!((number, &text[..]), (12, &b"d\n"[..]));
    }

    #[test]
    fn names_and_attributes_are_found_as_git_finds_them() {
        assert_eq!(value(b"SUBJECT:  x", "Subject"), Some(&b"x"[..]));
        assert_eq!(value(b"Subject : x", "Subject"), None);
        let header = b"a/b; xBoundary=c; boundary=\"d e\"; charset=X y";
        assert_eq!(attribute(header, "boundary="), Some(&b"c"[..]));
        assert_eq!(attribute(header, "charset="), Some(&b"X"[..]));
        assert_eq!(
            attribute(b"boundary=\"d e\"", "boundary="),
            Some(&b"d e"[..])
        );
    }
}
