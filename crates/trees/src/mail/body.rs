//! A mail's headers and the lines of its body, transfer encodings undone.
//!
//! `mailparse` does the decoding. Lines keep the number that they have in the file, so that an error
//! can be found there: decoded quoted-printable too, since a soft line break ends its raw line with `=`.

use std::borrow::Cow;
use std::ops::Range;

use dialect::lines::LineIndex;
use mailparse::body::Body;
use mailparse::{DispositionType, ParsedMail};

use super::{MailError, separate};

/// A line of the body, without its line end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'b> {
    /// 1-based line of the mail file that it comes from.
    pub(super) number: usize,
    pub(super) bytes: &'b [u8],
}

/// What a mail says, taken out of its wrapping.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) headers: Vec<(String, String)>,
    bytes: Vec<u8>,
    /// The file's line of each line of `bytes`.
    numbers: Vec<usize>,
    /// The body as text, where it is in another character set than UTF-8.
    text: Option<String>,
}

impl Decoded {
    /// Takes a mail apart that starts at `first_line` of its file.
    pub(super) fn of(first_line: usize, raw: &[u8]) -> Result<Self, MailError> {
        let raw = without_carriage_returns(raw);
        let separator = first_line_of(&raw);
        let (line, mail) = if separate::is_separator(separator) {
            (
                first_line + 1,
                raw.get(separator.len()..).unwrap_or_default(),
            )
        } else {
            (first_line, &raw[..])
        };
        let mut decoded = Self::default();
        if is_bare(mail) {
            decoded.add(line, mail.into(), Numbering::Plain, mail);
            return Ok(decoded);
        }
        let parsed = mailparse::parse_mail(mail)
            .map_err(|error| MailError::new(line, format!("not a mail: {error}")))?;
        decoded.headers = parsed
            .headers
            .iter()
            .map(|header| (header.get_key(), header.get_value()))
            .collect();
        let source = Source {
            line,
            mail,
            lines: LineIndex::new(mail),
        };
        decoded.take_parts(&source, &parsed)?;
        Ok(decoded)
    }

    /// The body's lines.
    pub(super) fn lines(&self) -> Vec<Line<'_>> {
        self.bytes
            .split_inclusive(|&byte| byte == b'\n')
            .zip(&self.numbers)
            .map(|(line, &number)| Line {
                number,
                bytes: line.strip_suffix(b"\n").unwrap_or(line),
            })
            .collect()
    }

    /// Some lines of the body as text.
    pub(super) fn text(&self, lines: &[Line<'_>], range: Range<usize>) -> Vec<String> {
        if let Some(text) = &self.text {
            let lines = text.lines().skip(range.start).take(range.len());
            return lines.map(str::to_owned).collect();
        }
        let lines = lines.get(range).unwrap_or_default();
        lines
            .iter()
            .map(|line| String::from_utf8_lossy(line.bytes).into_owned())
            .collect()
    }

    fn take_parts(&mut self, source: &Source<'_>, part: &ParsedMail<'_>) -> Result<(), MailError> {
        let line = source.line_of(part.raw_bytes);
        if part.ctype.mimetype.starts_with("multipart/") {
            return part
                .subparts
                .iter()
                .try_for_each(|inner| self.take_parts(source, inner));
        }
        let disposition = part.get_content_disposition();
        let name = disposition
            .params
            .get("filename")
            .cloned()
            .unwrap_or_default();
        let is_text = part.ctype.mimetype.starts_with("text/");
        if disposition.disposition == DispositionType::Attachment {
            if is_text || name.ends_with(".patch") || name.ends_with(".diff") {
                let reason = "a patch in an attachment is not read: send it in the mail's text";
                return Err(MailError::new(line, reason));
            }
            return Ok(());
        }
        // Signatures and the HTML twin of a text are no part of what is judged.
        if !is_text || part.ctype.mimetype == "text/html" {
            return Ok(());
        }
        let bad = |error| MailError::new(line, format!("the body cannot be decoded: {error}"));
        let bytes = part.get_body_raw().map_err(bad)?;
        let (numbering, encoded) = match part.get_body_encoded() {
            Body::Base64(body) => (Numbering::Lost, body.get_raw()),
            Body::QuotedPrintable(body) => (Numbering::Soft, body.get_raw()),
            Body::SevenBit(body) | Body::EightBit(body) => (Numbering::Plain, body.get_raw()),
            Body::Binary(body) => (Numbering::Plain, body.get_raw()),
        };
        let bytes = without_carriage_returns(&bytes).into_owned();
        if self.bytes.is_empty() && !is_utf8(&part.ctype.charset) {
            self.text = part.get_body().ok();
        }
        self.add(source.line_of(encoded), bytes, numbering, encoded);
        Ok(())
    }

    fn add(&mut self, first_line: usize, bytes: Vec<u8>, numbering: Numbering, encoded: &[u8]) {
        if !self.bytes.is_empty() && !self.bytes.ends_with(b"\n") {
            self.bytes.push(b'\n');
        }
        let count = bytes.split_inclusive(|&byte| byte == b'\n').count();
        let numbers = &mut self.numbers;
        match numbering {
            Numbering::Plain => numbers.extend(first_line..first_line + count),
            Numbering::Lost => numbers.extend(std::iter::repeat_n(first_line, count)),
            Numbering::Soft => {
                let before = numbers.len();
                numbers.extend(
                    hard_lines(encoded)
                        .take(count)
                        .map(|line| first_line + line),
                );
                let last = numbers.last().copied().unwrap_or(first_line);
                numbers.resize(before + count, last);
            }
        }
        self.bytes.extend(bytes);
    }
}

/// How the lines of a decoded body are those of the file.
enum Numbering {
    /// One to one.
    Plain,
    /// Quoted-printable: a raw line that ends with `=` goes on.
    Soft,
    /// Base64: nobody can tell.
    Lost,
}

/// A mail and the line where it starts.
struct Source<'m> {
    line: usize,
    mail: &'m [u8],
    lines: LineIndex,
}

impl Source<'_> {
    /// The line of the file where a slice of the mail begins.
    fn line_of(&self, part: &[u8]) -> usize {
        let at = part
            .as_ptr()
            .addr()
            .saturating_sub(self.mail.as_ptr().addr());
        self.line + self.lines.line_of(at) - 1
    }
}

/// 0-based raw lines that start a decoded line.
fn hard_lines(encoded: &[u8]) -> impl Iterator<Item = usize> {
    let mut goes_on = false;
    encoded
        .split(|&byte| byte == b'\n')
        .enumerate()
        .filter_map(move |(index, line)| {
            let starts = !goes_on;
            goes_on = line.trim_ascii_end().ends_with(b"=");
            starts.then_some(index)
        })
}

fn is_utf8(charset: &str) -> bool {
    ["utf-8", "us-ascii", ""]
        .iter()
        .any(|known| charset.eq_ignore_ascii_case(known))
}

/// A diff without a mail around it, as `git diff` and `git show` print.
fn is_bare(mail: &[u8]) -> bool {
    let first = first_line_of(mail.trim_ascii_start());
    [&b"diff --git "[..], b"--- ", b"Index: ", b"commit "]
        .iter()
        .any(|start| first.starts_with(start))
}

fn first_line_of(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |newline| newline + 1);
    bytes.get(..end).unwrap_or_default()
}

/// A mail that was stored with CRLF has them at all line ends, and means none of them.
fn without_carriage_returns(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !first_line_of(bytes).ends_with(b"\r\n") {
        return Cow::Borrowed(bytes);
    }
    let mut stripped = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                stripped.extend_from_slice(text);
                stripped.push(b'\n');
            }
            None => stripped.extend_from_slice(line),
        }
    }
    Cow::Owned(stripped)
}
