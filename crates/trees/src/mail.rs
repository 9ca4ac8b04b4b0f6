//! Somebody's patch mails: what `git format-patch` writes, a mailbox of them, or a bare diff.
//!
//! All of it is untrusted, and what is judged has to be what git applies: a mail is read by the rules of
//! `git mailsplit`, `git mailinfo` and `git apply`, or it is a [`MailError`] that names the line. A verifier
//! that read a part or an encoding in another way would pass what it never saw.

mod author;
mod charset;
mod diff;
mod diffstat;
mod encoding;
mod file;
mod flowed;
mod head;
mod hunk;
mod info;
mod name;
mod scissors;
mod separate;
mod subject;
mod text;
mod thread;

pub use author::Author;
pub use diff::{FileDiff, Hunk, HunkLine, HunkLineKind};
pub use diffstat::{DiffStat, DiffStatRow};
pub use subject::{Tag, clean_subject};
pub use thread::{Note, Posting, Series, ThreadError, select};

use diff::Found;
use head::{HeaderLine, Source};
use info::Info;
use text::{Line, Text};

/// Why a mail cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct MailError {
    /// 1-based line of the mail file.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl MailError {
    pub(crate) fn new(line: usize, message: impl Into<String>) -> Self {
        Self {
            line,
            message: message.into(),
        }
    }
}

/// Where the parts of a mail begin: 1-based lines of the mail file. A part that is not there has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartLines {
    /// The first line, the `From ` separator where there is one.
    pub mail: usize,
    /// The commit message (or a cover letter's text).
    pub message: Option<usize>,
    /// What follows `---`.
    pub notes: Option<usize>,
    /// The first row of the diffstat.
    pub diffstat: Option<usize>,
    /// The first line of the diff.
    pub diff: Option<usize>,
    /// A scissors line: what is above it is no part of the message.
    pub scissors: Option<usize>,
}

/// One mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Every header in order, decoded and unfolded. A bare diff has none.
    pub headers: Vec<(String, String)>,
    /// `From:`, as decoded.
    pub from: Option<String>,
    /// The author: whom a `From:` line at the top of the body names, or else the header.
    pub author: Option<Author>,
    /// `Date:`, as it is.
    pub date: Option<String>,
    /// `Subject:` whole, with its tag; the one at the top of the body goes before the header's.
    pub subject: Option<String>,
    /// The subject without its tag, as `git am` makes it the commit's.
    pub title: String,
    /// The subject's tag, `[PATCH v2 1/3]`.
    pub tag: Option<Tag>,
    /// `Message-ID:` with its angle brackets.
    pub message_id: Option<String>,
    /// `In-Reply-To:`
    pub in_reply_to: Option<String>,
    /// `References:`, one id each.
    pub references: Vec<String>,
    /// Addresses of `To:`, as written.
    pub to: Vec<String>,
    /// Addresses of `Cc:`, as written.
    pub cc: Vec<String>,
    /// The header's subject begins with `Re:` or the like.
    pub is_answer: bool,
    /// The version of the series that the mail is judged in, where its tag has another: a later one that
    /// was sent without it (a partial reroll).
    pub carried_to: Option<u32>,
    /// Why git cannot read the mail. Only answers come with it: any other is an error by itself.
    pub unread: Option<MailError>,
    /// The commit message without the subject, its trailers included; of a cover letter, its text
    /// without the diffstat and the signature.
    pub message: String,
    /// What stands between `---` and the diff, the diffstat taken out.
    pub notes: String,
    /// The diffstat.
    pub diffstat: Option<DiffStat>,
    /// The diff, file by file; empty for a cover letter.
    pub diff: Vec<FileDiff>,
    /// What git hands to `git apply`: from where the message ends.
    pub patch: Vec<u8>,
    /// The mail as it was, separator included.
    pub raw: Vec<u8>,
    /// Where the parts begin.
    pub lines: PartLines,
}

impl Mail {
    /// Whether the mail changes nothing: a cover letter, or a remark.
    #[must_use]
    pub fn is_cover(&self) -> bool {
        self.diff.is_empty()
    }

    /// The version of the series that the mail belongs to; a mail without a tag does not say.
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        self.carried_to.or(self.tag.as_ref().map(|tag| tag.version))
    }

    /// Its number in the series, 0 being the cover letter's.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        self.tag.as_ref().and_then(|tag| tag.number)
    }

    /// Whether it is a bare diff, without who and why.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        !self.raw.is_empty() && self.patch == self.raw
    }
}

/// White space to git, whatever the locale: no vertical tab, no form feed.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Reads one mail, a mailbox, or a bare diff.
///
/// # Errors
/// The first line that git could read otherwise, or refuses: a hunk with other counts than its header has,
/// a path that leaves the tree, an unknown character set, …; and a file without any mail in it.
pub fn parse_mbox(bytes: &[u8]) -> Result<Vec<Mail>, MailError> {
    match Format::of(bytes)? {
        Format::Bare => Ok(vec![bare(bytes)?]),
        Format::Mailbox => separate::mails(bytes)
            .into_iter()
            .map(|(line, raw)| parse_mail(line, raw))
            .collect(),
    }
}

enum Format {
    Mailbox,
    Bare,
}

impl Format {
    /// What kind of file it is, as `git am` tells. What it does not take for mail is a diff or nothing.
    fn of(bytes: &[u8]) -> Result<Self, MailError> {
        let line = |line: &'_ [u8]| -> Vec<u8> {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            line.strip_suffix(b"\r").unwrap_or(line).to_vec()
        };
        let mut lines = bytes.split_inclusive(|&byte| byte == b'\n').map(line);
        let mut blanks = 0;
        let first = loop {
            match lines.next() {
                // No form feed: git takes a line that begins with one for no mail's.
                Some(line) if line.iter().all(|byte| is_space(*byte)) => blanks += 1,
                Some(line) => break line,
                None => return Err(MailError::new(1, "there is no mail in the file")),
            }
        };
        let number = blanks + 1;
        let starts = |with: &[&[u8]]| with.iter().any(|start| first.starts_with(start));
        if starts(&[b"From ", b"From: "]) {
            return Ok(Self::Mailbox);
        }
        if starts(&[
            b"# This series applies on GIT commit",
            b"# HG changeset patch",
        ]) {
            let reason = "a patch of StGit or Mercurial is not read: export it as mail";
            return Err(MailError::new(number, reason));
        }
        if starts(&[b"diff -", b"--- ", b"Index: ", b"commit "]) {
            return Ok(Self::Bare);
        }
        let (second, third) = (lines.next(), lines.next());
        let names_author = third.as_ref().is_some_and(|line| {
            [&b"From:"[..], b"Author:", b"Date:"]
                .iter()
                .any(|start| line.starts_with(start))
        });
        if second.as_ref().is_some_and(Vec::is_empty) && names_author {
            let reason = "git am takes this for a patch of StGit, which is not read";
            return Err(MailError::new(number, reason));
        }
        let head = [first].into_iter().chain(second).chain(third).chain(lines);
        for (index, line) in head.take_while(|line| !line.is_empty()).enumerate() {
            let is_folded = matches!(line.first(), Some(b' ' | b'\t'));
            let name = line
                .iter()
                .take_while(|byte| matches!(byte, b'!'..=b'9' | b';'..=b'~'))
                .count();
            if !is_folded && (name == 0 || line.get(name) != Some(&b':')) {
                let reason = "this is neither a mail nor a diff";
                return Err(MailError::new(number + index, reason));
            }
        }
        Ok(Self::Mailbox)
    }
}

/// A diff without a mail around it, as `git diff` and `git show` print, read as `git apply` does.
fn bare(bytes: &[u8]) -> Result<Mail, MailError> {
    if let Some(at) = memchr::memchr(0, bytes) {
        let before = bytes.get(..at).unwrap_or_default();
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        return Err(MailError::new(line, "the diff has a NUL byte"));
    }
    let mut text = Text::default();
    for (index, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        text.push(index + 1, line);
    }
    let lines = text.lines();
    let found = diff::parse(&lines)?;
    let Some(first) = found.first else {
        return Err(MailError::new(1, "this is neither a mail nor a diff"));
    };
    let mut mail = Mail {
        diff: found.files,
        patch: bytes.to_vec(),
        raw: bytes.to_vec(),
        lines: PartLines {
            mail: 1,
            diff: lines.get(first).map(|line| line.number),
            ..PartLines::default()
        },
        ..Mail::default()
    };
    mail.take_diffstat(lines.get(..first).unwrap_or_default());
    Ok(mail)
}

fn parse_mail(line: usize, raw: &[u8]) -> Result<Mail, MailError> {
    let plain = separate::without_carriage_returns(raw);
    let mut mail = read_mail(line, &plain).or_else(|error| {
        // An answer is no patch, so that nobody has to be able to read it.
        let mut answer = Mail {
            unread: Some(error.clone()),
            ..Mail::default()
        };
        let mut source = Source::new(&plain, line);
        let mut headers = Vec::new();
        while let HeaderLine::Header(number, header) = source.header() {
            headers.push((number, header));
        }
        answer.take_headers(&headers);
        let subject = answer.header("subject");
        answer.is_answer = subject.as_deref().is_some_and(subject::is_answer);
        answer.subject = subject;
        answer.tag = answer.subject.as_deref().and_then(subject::tag);
        if answer.is_answer {
            Ok(answer)
        } else {
            Err(error)
        }
    })?;
    mail.raw = raw.to_vec();
    mail.lines.mail = line;
    Ok(mail)
}

fn read_mail(first_line: usize, plain: &[u8]) -> Result<Mail, MailError> {
    let mut info = Info::of(first_line, plain, false)?;
    let found = diff::parse(&info.patch.lines());
    if let Some(line) = info.flowed_in(found.as_ref().ok()) {
        let reason =
            "the mail is format=flowed, which loses white space of a patch: send it as plain text";
        return Err(MailError::new(line, reason));
    }
    let found = found?;
    if let Some(line) = info.scissors
        && !found.files.is_empty()
    {
        let below = Info::of(first_line, plain, true)?;
        if diff::parse(&below.patch.lines())?.files != found.files {
            let reason = "above the scissors is a part of the diff: git am applies it, git am --scissors does not";
            return Err(MailError::new(line, reason));
        }
        info = below;
    }
    Ok(Mail::of(&info, found))
}

impl Mail {
    fn of(info: &Info, found: Found) -> Self {
        let text = |bytes: Option<&[u8]>| {
            bytes.map(|bytes| String::from_utf8_lossy(bytes).trim_end().to_owned())
        };
        let mut mail = Self {
            from: text(info.outer_from()),
            author: info.from().map(Author::of),
            date: text(info.date()),
            subject: text(info.subject()),
            is_answer: text(info.outer_subject())
                .as_deref()
                .is_some_and(subject::is_answer),
            diff: found.files,
            patch: info.patch.bytes().to_vec(),
            ..Self::default()
        };
        mail.take_headers(&info.headers);
        mail.tag = mail.subject.as_deref().and_then(subject::tag);
        mail.title = clean_subject(mail.subject.as_deref().unwrap_or_default());
        mail.take_text(&info.message.lines(), &info.patch.lines(), found.first);
        mail.lines.scissors = info.scissors;
        mail
    }

    /// Message, notes and diffstat. A cover letter's signature is no part of it.
    fn take_text(&mut self, message: &[Line<'_>], patch: &[Line<'_>], diff: Option<usize>) {
        let diff_from = diff.unwrap_or(patch.len());
        let has_rule = patch
            .first()
            .is_some_and(|line| line.bytes.trim_ascii_end() == b"---");
        let (mut message, mut notes) = (
            message,
            patch
                .get(usize::from(has_rule)..diff_from)
                .unwrap_or_default(),
        );
        if self.is_cover() {
            message = before_signature(message);
            notes = before_signature(notes);
        }
        self.lines.diff = patch.get(diff_from).map(|line| line.number);
        self.lines.message = message.first().map(|line| line.number);
        self.lines.notes = notes.first().filter(|_| has_rule).map(|line| line.number);
        let searched = if has_rule { notes } else { message };
        let stat = self.take_diffstat(searched);
        let (in_message, in_notes) = if has_rule { (0..0, stat) } else { (stat, 0..0) };
        self.message = joined(message, &in_message);
        self.notes = joined(notes, &in_notes);
    }

    /// Finds the diffstat among lines; gives those that it takes.
    fn take_diffstat(&mut self, lines: &[Line<'_>]) -> std::ops::Range<usize> {
        let Some((stat, range)) = diffstat::find(lines) else {
            return 0..0;
        };
        self.lines.diffstat = Some(stat.line);
        self.diffstat = Some(stat);
        range
    }

    /// The first header of this name.
    fn header(&self, name: &str) -> Option<String> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone())
    }

    fn take_headers(&mut self, headers: &[(usize, Vec<u8>)]) {
        self.headers = headers
            .iter()
            .filter_map(|(_, line)| {
                let colon = memchr::memchr(b':', line)?;
                let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?);
                let decoded = encoding::header(value);
                let value = decoded.as_deref().unwrap_or(value);
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
                (!name.contains(&b' ')).then(|| (text(name), text(value)))
            })
            .collect();
        self.message_id = self.header("message-id");
        self.in_reply_to = self.header("in-reply-to");
        let all = |name: &'static str| {
            let named = self
                .headers
                .iter()
                .filter(move |(key, _)| key.eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.clone())
        };
        self.references = all("references")
            .flat_map(|ids| {
                ids.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect();
        let (to, cc) = (all("to").collect::<Vec<_>>(), all("cc").collect::<Vec<_>>());
        self.to = to
            .iter()
            .flat_map(|list| subject::addresses(list))
            .collect();
        self.cc = cc
            .iter()
            .flat_map(|list| subject::addresses(list))
            .collect();
    }
}

/// The lines before the signature that mail programs put after `-- `.
fn before_signature<'l, 't>(lines: &'l [Line<'t>]) -> &'l [Line<'t>] {
    let end = lines
        .iter()
        .rposition(|line| line.bytes == b"-- ")
        .unwrap_or(lines.len());
    lines.get(..end).unwrap_or_default()
}

/// Lines as a text, without those of a range and without blank lines at its ends.
fn joined(lines: &[Line<'_>], without: &std::ops::Range<usize>) -> String {
    let kept = lines
        .iter()
        .enumerate()
        .filter(|(at, _)| !without.contains(at));
    let kept: Vec<_> = kept
        .map(|(_, line)| String::from_utf8_lossy(line.bytes))
        .collect();
    kept.join("\n").trim_matches('\n').trim_end().to_owned()
}
