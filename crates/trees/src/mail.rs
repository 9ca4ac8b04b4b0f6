//! Somebody's patch mails: what `git format-patch` writes, or an mbox of them, or a bare diff.
//!
//! All of it is untrusted. What cannot be taken at its word is a [`MailError`] that names the line: a
//! verifier that skipped a hunk it did not understand would pass what it never read.

mod body;
mod diff;
mod diffstat;
mod hunk;
mod message;
mod name;
mod separate;
mod subject;

pub use diff::{FileDiff, Hunk, HunkLine, HunkLineKind};
pub use diffstat::{DiffStat, DiffStatRow};
pub use subject::Tag;

use body::Decoded;
use message::Message;

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
}

/// One mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Every header in order, decoded and unfolded. A bare diff has none.
    pub headers: Vec<(String, String)>,
    /// `From:`, as decoded.
    pub from: Option<String>,
    /// The author: a `From:` line at the top of the body, or else the header's.
    pub author: Option<String>,
    /// `Date:`, as it stands.
    pub date: Option<String>,
    /// `Subject:` whole, with its tag.
    pub subject: Option<String>,
    /// The subject without its tag.
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
    /// The commit message without the subject, its trailers included; of a cover letter, its text
    /// without the diffstat and the signature.
    pub message: String,
    /// What stands between `---` and the diff, the diffstat taken out.
    pub notes: String,
    /// The diffstat.
    pub diffstat: Option<DiffStat>,
    /// The diff, file by file; empty for a cover letter.
    pub diff: Vec<FileDiff>,
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
}

/// Reads one mail, an mbox, or a bare diff.
///
/// # Errors
/// The first line that cannot be taken at its word: a hunk with other counts than its header has, a
/// path that leaves the tree, a patch in an attachment, …; and a file without any mail in it.
pub fn parse_mbox(bytes: &[u8]) -> Result<Vec<Mail>, MailError> {
    if bytes.trim_ascii().is_empty() {
        return Err(MailError::new(1, "there is no mail in the file"));
    }
    separate::mails(bytes)
        .into_iter()
        .map(|(line, raw)| parse_mail(line, raw))
        .collect()
}

fn parse_mail(line: usize, raw: &[u8]) -> Result<Mail, MailError> {
    let body = Decoded::of(line, raw)?;
    let lines = body.lines();
    let message = Message::of(&lines);
    let diff = diff::parse(lines.get(message.diff_from..).unwrap_or_default())?;
    let line_at = |at: usize| lines.get(at).map(|line| line.number);
    let mut mail = Mail {
        message: message.text(&body, &lines),
        notes: message.notes(&body, &lines),
        author: message.author(&body, &lines),
        lines: PartLines {
            mail: line,
            message: message.text_from().and_then(line_at),
            notes: message.notes_from.and_then(line_at),
            diffstat: message.diffstat.as_ref().map(|found| found.line),
            diff: diff.first().map(|first| first.line),
        },
        diffstat: message.diffstat,
        diff,
        raw: raw.to_vec(),
        ..Mail::default()
    };
    mail.take_headers(body.headers);
    if mail.diff.is_empty() && mail.from.is_none() && mail.subject.is_none() {
        return Err(MailError::new(line, "this is neither a mail nor a diff"));
    }
    Ok(mail)
}

impl Mail {
    fn take_headers(&mut self, headers: Vec<(String, String)>) {
        let all = |name: &'static str| {
            headers
                .iter()
                .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_str())
        };
        let first = |name| all(name).next().map(str::to_owned);
        let addresses = |name| all(name).flat_map(subject::addresses).collect();
        self.from = first("from");
        self.author = self.author.take().or_else(|| self.from.clone());
        self.date = first("date");
        self.message_id = first("message-id");
        self.in_reply_to = first("in-reply-to");
        self.references = all("references")
            .flat_map(str::split_whitespace)
            .map(str::to_owned)
            .collect();
        self.to = addresses("to");
        self.cc = addresses("cc");
        self.subject = first("subject");
        (self.tag, self.title) = subject::split(self.subject.as_deref().unwrap_or_default());
        self.headers = headers;
    }
}
