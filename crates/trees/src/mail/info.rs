//! A mail taken apart as `git mailinfo` does it: who, what about, the message, and the patch's text.
//!
//! git's rules are looser than MIME's, and what counts is what git applies, so its rules are followed
//! step by step: every part is read whatever its type, a boundary is any line that begins with it, the
//! line after a part's headers is dropped even where it is not empty. What git refuses is refused, and
//! so is a NUL byte, after which git reads some things and not others.

use std::borrow::Cow;

use super::charset::{self, Trouble};
use super::diff::Found;
use super::encoding::{self, Transfer};
use super::flowed::{Flowed, flowed_in};
use super::head::{self, HeaderLine, Source};
use super::scissors::is_scissors;
use super::text::Text;
use super::{MailError, is_space};

/// How many boundaries may be open at once; git gives up on the next.
const BOUNDARIES: usize = 4;
/// The headers that the body may begin with, too.
const IN_BODY: [&str; 3] = ["From", "Subject", "Date"];
const SUBJECT: usize = 1;

/// A mail as git reads it.
#[derive(Debug, Default)]
pub(super) struct Info {
    /// Every header before the body, unfolded, not decoded, with its line.
    pub(super) headers: Vec<(usize, Vec<u8>)>,
    /// From, subject and date of the header, decoded.
    outer: [Option<Vec<u8>>; 3],
    /// From, subject and date at the top of the body.
    inner: [Option<Vec<u8>>; 3],
    /// The message, as UTF-8 where the mail says truly what it is in.
    pub(super) message: Text,
    /// From where the message ends: notes, diffstat, diff and whatever else.
    pub(super) patch: Text,
    /// The parts that are `format=flowed`.
    flowed: Vec<Flowed>,
    /// The line of a scissors line in the message, the last where there are several.
    pub(super) scissors: Option<usize>,
}

impl Info {
    /// The line of the header that says that the part with the diff, or a part of it, is `format=flowed`.
    pub(super) fn flowed_in(&self, found: Option<&Found>) -> Option<usize> {
        flowed_in(&self.flowed, found)
    }

    /// Reads a mail whose first line has this number. With `cut`, what is above a scissors line is no part
    /// of the message.
    pub(super) fn of(first_line: usize, mail: &[u8], cut: bool) -> Result<Self, MailError> {
        if let Some(at) = memchr::memchr(0, mail) {
            let before = mail.get(..at).unwrap_or_default();
            let line = first_line + memchr::memchr_iter(b'\n', before).count();
            return Err(MailError::new(
                line,
                "the mail has a NUL byte, which git am refuses",
            ));
        }
        let mut reader = Reader {
            source: Source::new(mail, first_line),
            cut,
            info: Self::default(),
            boundaries: Vec::new(),
            charset: Vec::new(),
            transfer: Transfer::Plain,
            is_flowed: false,
            drops_blank: false,
            stage: Stage::Headers,
            header: (0, Vec::new()),
            partial: (0, Vec::new()),
        };
        reader.read()?;
        Ok(reader.info)
    }

    /// The author, as the header or else the body says.
    pub(super) fn from(&self) -> Option<&[u8]> {
        self.chosen(0)
    }

    /// The subject that git gives the commit, before it is cleaned.
    pub(super) fn subject(&self) -> Option<&[u8]> {
        self.chosen(SUBJECT)
    }

    /// The header's own, whatever the body says.
    pub(super) fn outer_subject(&self) -> Option<&[u8]> {
        self.outer.get(SUBJECT)?.as_deref()
    }

    /// The header's own, whatever the body says.
    pub(super) fn outer_from(&self) -> Option<&[u8]> {
        self.outer.first()?.as_deref()
    }

    /// The date.
    pub(super) fn date(&self) -> Option<&[u8]> {
        self.chosen(2)
    }

    /// The body goes before the header, but only in a mail that has a patch.
    fn chosen(&self, which: usize) -> Option<&[u8]> {
        let inner = self.inner.get(which).filter(|_| !self.patch.is_empty());
        let outer = self.outer.get(which);
        inner
            .and_then(Option::as_deref)
            .or_else(|| outer.and_then(Option::as_deref))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// At the top of the body, where headers may be.
    Headers,
    Message,
    Patch,
}

/// A line and its number in the file.
type Numbered = (usize, Vec<u8>);

struct Reader<'m> {
    source: Source<'m>,
    cut: bool,
    info: Info,
    /// The open ones, each with its `--`.
    boundaries: Vec<Vec<u8>>,
    charset: Vec<u8>,
    transfer: Transfer,
    is_flowed: bool,
    /// `delsp=yes`
    drops_blank: bool,
    stage: Stage,
    /// A header at the top of the body that may go on.
    header: Numbered,
    /// A line that is not complete yet: encoded lines need not end where lines end.
    partial: Numbered,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), MailError> {
        let first = loop {
            match self.source.header() {
                HeaderLine::Header(number, line) => {
                    self.mail_header(number, &line)?;
                    self.info.headers.push((number, line));
                }
                // Where the mail ends with its headers, git takes the last for the body, too.
                HeaderLine::Other(_, line) if line.is_empty() && !self.info.headers.is_empty() => {
                    break self.info.headers.last().cloned().unwrap_or_default();
                }
                HeaderLine::Other(number, line) => break (number, line),
            }
        };
        let Some(mut line) = (if self.boundaries.is_empty() {
            Some(first)
        } else {
            self.next_boundary()
        }) else {
            return Ok(());
        };
        loop {
            if self.at_boundary(&line.1) {
                self.flush_partial()?;
                match self.part(line)? {
                    Some(next) => line = next,
                    None => return Ok(()),
                }
            }
            self.encoded(line.0, &line.1)?;
            match self.source.line() {
                Some((number, text)) => line = (number, text.to_vec()),
                None => break,
            }
        }
        self.flush_partial()?;
        self.flush_header()
    }

    fn mail_header(&mut self, number: usize, line: &[u8]) -> Result<(), MailError> {
        for (which, name) in IN_BODY.into_iter().enumerate() {
            if let Some(value) = head::value(line, name) {
                let decoded = decoded(number, value)?;
                if let Some(slot) = self.info.outer.get_mut(which) {
                    *slot = Some(decoded);
                }
                return Ok(());
            }
        }
        self.content_header(number, line)
    }

    /// A header of a part says from whom the mail is only where the mail itself does not.
    fn part_header(&mut self, number: usize, line: &[u8]) -> Result<(), MailError> {
        for (which, name) in IN_BODY.into_iter().enumerate() {
            if let Some(slot) = self.info.outer.get_mut(which)
                && slot.is_none()
                && let Some(value) = head::value(line, name)
            {
                *slot = Some(decoded(number, value)?);
                return Ok(());
            }
        }
        self.content_header(number, line)
    }

    fn content_header(&mut self, number: usize, line: &[u8]) -> Result<(), MailError> {
        if let Some(value) = head::value(line, "Content-Type") {
            return self.content_type(number, &decoded(number, value)?);
        }
        if let Some(value) = head::value(line, "Content-Transfer-Encoding") {
            self.transfer = Transfer::of_header(&decoded(number, value)?);
        } else if let Some(value) = head::value(line, "Message-ID") {
            decoded(number, value)?;
        }
        Ok(())
    }

    fn content_type(&mut self, number: usize, value: &[u8]) -> Result<(), MailError> {
        let says = |name: &str, word: &str| {
            head::attribute(value, name)
                .is_some_and(|value| value.eq_ignore_ascii_case(word.as_bytes()))
        };
        self.is_flowed = says("format=", "flowed");
        self.drops_blank = says("delsp=", "yes");
        if self.is_flowed {
            self.info.flowed.push(Flowed {
                header: number,
                lines: None,
            });
        }
        if let Some(boundary) = head::attribute(value, "boundary=") {
            if self.boundaries.len() == BOUNDARIES {
                let reason = "more parts within parts than git am reads";
                return Err(MailError::new(number, reason));
            }
            self.boundaries.push([b"--", boundary].concat());
        }
        self.charset = head::attribute(value, "charset=")
            .unwrap_or_default()
            .to_vec();
        Ok(())
    }

    fn at_boundary(&self, line: &[u8]) -> bool {
        self.boundaries
            .last()
            .is_some_and(|boundary| line.starts_with(boundary))
    }

    /// Passes over everything up to a line with the innermost boundary.
    fn next_boundary(&mut self) -> Option<Numbered> {
        // Without one, git reads on to the end of the mail and finds none.
        self.boundaries.last()?;
        loop {
            let (number, line) = self.source.line()?;
            if self.at_boundary(line) {
                return Some((number, line.strip_suffix(b"\n").unwrap_or(line).to_vec()));
            }
        }
    }

    /// From a boundary to the first line of the next part; none where the mail ends.
    fn part(&mut self, mut line: Numbered) -> Result<Option<Numbered>, MailError> {
        let mut newline = b"\n".to_vec();
        while let Some(boundary) = self.boundaries.last()
            && line
                .1
                .get(boundary.len()..)
                .is_some_and(|rest| rest.starts_with(b"--"))
        {
            self.boundaries.pop();
            // Of several ends in a row, git writes the newline of the first alone.
            self.line(line.0, std::mem::take(&mut newline))?;
            match self.next_boundary() {
                Some(next) => line = next,
                None => return Ok(None),
            }
        }
        self.transfer = Transfer::Plain;
        self.charset.clear();
        while let HeaderLine::Header(number, header) = self.source.header() {
            self.part_header(number, &header)?;
        }
        Ok(self.source.terminated())
    }

    /// A raw line of the body.
    fn encoded(&mut self, number: usize, raw: &[u8]) -> Result<(), MailError> {
        if self.transfer == Transfer::Plain {
            return self.flowed(number, raw.to_vec());
        }
        let decoded = self.transfer.decode(raw);
        if decoded.contains(&0) {
            let reason = "the mail has an encoded NUL byte, which git am refuses";
            return Err(MailError::new(number, reason));
        }
        // A line that goes on for ever is not looked through again with each piece of it.
        let mut rest = &decoded[..];
        while let Some(at) = memchr::memchr(b'\n', rest) {
            let (piece, after) = rest.split_at(at + 1);
            let (from, mut line) = std::mem::take(&mut self.partial);
            let first = if line.is_empty() { number } else { from };
            line.extend_from_slice(piece);
            self.flowed(first, line)?;
            rest = after;
        }
        if !rest.is_empty() {
            if self.partial.1.is_empty() {
                self.partial.0 = number;
            }
            self.partial.1.extend_from_slice(rest);
        }
        Ok(())
    }

    /// Undoes `format=flowed` (RFC 3676).
    fn flowed(&mut self, number: usize, mut line: Vec<u8>) -> Result<(), MailError> {
        if !self.is_flowed {
            return self.line(number, line);
        }
        if let Some(part) = self.info.flowed.last_mut() {
            part.lines = Some((part.lines.map_or(number, |(first, _)| first), number));
        }
        let text_end = |line: &[u8]| {
            let text = line
                .strip_suffix(b"\n")
                .map(|text| text.strip_suffix(b"\r").unwrap_or(text));
            text.unwrap_or(line).len()
        };
        if line.get(..text_end(&line)) == Some(b"-- ") {
            self.flush_partial()?;
            return self.line(number, line);
        }
        if line.first() == Some(&b' ') && text_end(&line) > 0 {
            line.remove(0);
        }
        let end = text_end(&line);
        if end > 0 && line.get(end - 1) == Some(&b' ') {
            line.truncate(end - usize::from(self.drops_blank));
            if self.partial.1.is_empty() {
                self.partial.0 = number;
            }
            self.partial.1.extend(line);
            return Ok(());
        }
        let (from, mut whole) = std::mem::take(&mut self.partial);
        let first = if whole.is_empty() { number } else { from };
        whole.extend(line);
        self.line(first, whole)
    }

    fn flush_partial(&mut self) -> Result<(), MailError> {
        let (number, text) = std::mem::take(&mut self.partial);
        if text.is_empty() {
            return Ok(());
        }
        self.line(number, text)
    }

    /// A line of the body, its encodings undone.
    fn line(&mut self, number: usize, line: Vec<u8>) -> Result<(), MailError> {
        if self.stage == Stage::Patch {
            self.info.patch.push(number, &line);
        } else if let Some(first) = self.message_line(number, &line)? {
            self.stage = Stage::Patch;
            self.info.patch.push(number, &first);
        }
        Ok(())
    }

    /// Takes a line of the message; gives it back, as UTF-8, where the message is over and it is the first
    /// after it.
    fn message_line<'l>(
        &mut self,
        number: usize,
        line: &'l [u8],
    ) -> Result<Option<Cow<'l, [u8]>>, MailError> {
        if self.stage == Stage::Headers {
            if matches!(line, b"" | b"\n") {
                if !self.header.1.is_empty() {
                    self.flush_header()?;
                    self.stage = Stage::Message;
                }
                return Ok(None);
            }
            if self.in_body_header(number, line)? {
                return Ok(None);
            }
            self.stage = Stage::Message;
        }
        let converted = charset::to_utf8(&self.charset, line).map_err(|trouble| {
            let shown = self.charset.escape_ascii();
            let reason = match trouble {
                Trouble::Unknown => format!("the character set `{shown}` is not read here"),
                Trouble::Malformed => format!("the text is not valid `{shown}`"),
            };
            MailError::new(number, reason)
        })?;
        let line = converted.map_or(Cow::Borrowed(line), Cow::Owned);
        if is_scissors(&line) {
            self.info.scissors = Some(number);
            if self.cut {
                self.info.message.clear();
                self.info.inner = Default::default();
                self.stage = Stage::Headers;
                return Ok(None);
            }
        }
        if ends_message(&line) {
            return Ok(Some(line));
        }
        self.info.message.push(number, &line);
        Ok(None)
    }

    fn in_body_header(&mut self, number: usize, line: &[u8]) -> Result<bool, MailError> {
        if !self.header.1.is_empty() && matches!(line.first(), Some(b' ' | b'\t')) {
            if self.cut && is_scissors(line) {
                self.flush_header()?;
                return Ok(false);
            }
            let text = &mut self.header.1;
            if text.ends_with(b"\n") {
                text.pop();
            }
            text.extend_from_slice(line);
            return Ok(true);
        }
        self.flush_header()?;
        if line.starts_with(b">From") && line.get(5).is_some_and(|&byte| is_space(byte)) {
            return Ok(is_format_patch(line.get(1..).unwrap_or_default()));
        }
        if line.starts_with(b"[PATCH]") && line.get(7).is_some_and(|&byte| is_space(byte)) {
            if let Some(slot) = self.info.inner.get_mut(SUBJECT) {
                *slot = Some(line.to_vec());
            }
            return Ok(true);
        }
        let is_header = IN_BODY
            .iter()
            .zip(&self.info.inner)
            .any(|(name, known)| known.is_none() && head::value(line, name).is_some());
        if is_header {
            self.header = (number, line.to_vec());
        }
        Ok(is_header)
    }

    fn flush_header(&mut self) -> Result<(), MailError> {
        let (number, line) = std::mem::take(&mut self.header);
        for (which, name) in IN_BODY.into_iter().enumerate() {
            if let Some(slot) = self.info.inner.get_mut(which)
                && slot.is_none()
                && let Some(value) = head::value(&line, name)
            {
                *slot = Some(decoded(number, value)?);
                break;
            }
        }
        Ok(())
    }
}

fn decoded(number: usize, value: &[u8]) -> Result<Vec<u8>, MailError> {
    encoding::header(value).map_err(|reason| MailError::new(number, reason))
}

/// Where the message is over: `---` alone, or the beginning of a diff.
fn ends_message(line: &[u8]) -> bool {
    if line.starts_with(b"diff -") || line.starts_with(b"Index: ") {
        return true;
    }
    let Some(rest) = line.strip_prefix(b"---").filter(|rest| !rest.is_empty()) else {
        return false;
    };
    let is_name = rest.first() == Some(&b' ') && rest.get(1).is_none_or(|&byte| !is_space(byte));
    let blanks = rest
        .iter()
        .take_while(|&&byte| is_space(byte) && byte != b'\n')
        .count();
    is_name || rest.get(blanks) == Some(&b'\n')
}

/// `From `, a commit and the date that git writes in every patch mail.
fn is_format_patch(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let digits = rest
        .iter()
        .take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        .count();
    digits == 40 && rest.get(40..) == Some(b" Mon Sep 17 00:00:00 2001\n")
}
