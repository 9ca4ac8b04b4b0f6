//! The mails of a series, in the shape that `git format-patch` gives them.

pub(crate) mod date;
mod head;
mod header;
mod name;

use askama::Template;
use jiff::ZonedDateTime;
use schema::model::{Patch, Spec};
use serde::Serialize;
use templates::{Page, TemplateError, Templates};

use crate::diff::{self, FileDiff};
use crate::failure::FailureKind;
use head::BadHead;
use header::Injection;
use name::Ids;

/// What signs the mails.
pub(crate) const SIGNATURE: &str = concat!("patchwright ", env!("CARGO_PKG_VERSION"));

/// The mails are not cut from commits, so their mbox line names none.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

/// Width of the prose of a cover letter.
const PROSE_WIDTH: usize = 72;

/// Why a series cannot be mailed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailFault {
    #[error(transparent)]
    Injection(#[from] Injection),
    #[error(transparent)]
    Head(#[from] BadHead),
    #[error("the diffstat cannot be made: {0}")]
    Stat(#[from] git2::Error),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("{0}")]
    Unmailable(String),
}

/// What the mails have that is not the spec's.
#[derive(Clone)]
pub struct Mailing<'t> {
    /// The date of the cover letter; each patch is a second later than the mail before it.
    pub date: ZonedDateTime,
    /// What the mails are made by.
    pub templates: &'t Templates,
}

impl MailFault {
    /// Whose fault it is.
    pub(crate) fn kind(&self) -> FailureKind {
        match self {
            Self::Head(_) | Self::Template(_) => FailureKind::Template,
            Self::Injection(_) | Self::Stat(_) | Self::Unmailable(_) => FailureKind::Spec,
        }
    }
}

#[derive(Template, Serialize)]
#[template(path = "mail/cover.mail", escape = "none")]
struct CoverMail<'a> {
    commit: &'a str,
    id: String,
    from: String,
    date: String,
    subject: String,
    recipients: Vec<String>,
    cover: &'a str,
    changelog: Vec<Version>,
    has_links: bool,
    links: &'a [String],
    author: &'a str,
    patches: usize,
    shortlog: Vec<String>,
    stat: String,
    signature: &'a str,
}

templates::page!(CoverMail<'_>, "mail/cover.mail");

/// What changed in a version.
#[derive(Serialize)]
struct Version {
    number: u32,
    points: Vec<String>,
}

#[derive(Template, Serialize)]
#[template(path = "mail/patch.mail", escape = "none")]
struct PatchMail<'a> {
    commit: &'a str,
    id: String,
    cover_id: String,
    from: String,
    date: String,
    subject: String,
    recipients: Vec<String>,
    message: &'a str,
    trailers: Vec<String>,
    has_notes: bool,
    notes: &'a str,
    stat: String,
}

templates::page!(PatchMail<'_>, "mail/patch.mail");

/// The mails: file name and bytes, the cover letter first.
pub(crate) fn mails(
    spec: &Spec,
    diffs: &[Vec<FileDiff>],
    whole: &[FileDiff],
    mailing: &Mailing<'_>,
) -> Result<Vec<(String, Vec<u8>)>, MailFault> {
    let post = Post::new(spec, diffs, mailing)?;
    let mut mails = vec![("0000-cover-letter.patch".to_owned(), post.cover(whole)?)];
    for (index, (patch, diff)) in spec.patches.iter().zip(diffs).enumerate() {
        let number = index + 1;
        mails.push((
            name::file_name(number, &patch.subject),
            post.patch(number, patch, diff)?,
        ));
    }
    Ok(mails)
}

/// What all mails of a series share.
struct Post<'s> {
    spec: &'s Spec,
    ids: Ids,
    date: ZonedDateTime,
    templates: &'s Templates,
    from: String,
    recipients: Vec<String>,
}

impl<'s> Post<'s> {
    fn new(
        spec: &'s Spec,
        diffs: &[Vec<FileDiff>],
        mailing: &Mailing<'s>,
    ) -> Result<Self, MailFault> {
        let series = &spec.series;
        let date = mailing.date.clone();
        let mut recipients = Vec::new();
        if !series.to.is_empty() {
            recipients.push(header::addresses("To", &series.to)?);
        }
        if !series.cc.is_empty() {
            recipients.push(header::addresses("Cc", &series.cc)?);
        }
        header::check("the series' name", &series.name)?;
        Ok(Self {
            spec,
            ids: Ids {
                stamp: date::stamp(&date),
                series: format!("{}-v{}", series.name, series.version),
                digest: digest(spec, diffs)?,
                author: series.author.clone(),
            },
            date,
            templates: mailing.templates,
            from: header::addresses("From", std::slice::from_ref(&series.author))?,
            recipients,
        })
    }

    /// `PATCH v2 1/3`; a first version has no number, as git has it.
    fn tag(&self, number: usize) -> String {
        let series = &self.spec.series;
        let version = if series.version > 1 {
            format!(" v{}", series.version)
        } else {
            String::new()
        };
        let total = self.spec.patches.len();
        let width = total.to_string().len();
        format!("{}{version} {number:0width$}/{total}", series.prefix)
    }

    fn cover(&self, whole: &[FileDiff]) -> Result<Vec<u8>, MailFault> {
        let series = &self.spec.series;
        let mail = CoverMail {
            commit: NO_COMMIT,
            id: self.ids.id(0),
            from: self.from.clone(),
            date: date::header(&self.date),
            subject: header::subject(&self.tag(0), &series.subject)?,
            recipients: self.recipients.clone(),
            cover: series.cover.trim_matches('\n'),
            changelog: changelog(&series.changelog),
            has_links: !series.links.is_empty(),
            links: &series.links,
            author: &series.author.name,
            patches: self.spec.patches.len(),
            shortlog: self
                .spec
                .patches
                .iter()
                .map(|patch| shortlog_line(&patch.subject))
                .collect(),
            stat: diff::stat(&joined(whole))?,
            signature: SIGNATURE,
        };
        let head = [&mail.from, &mail.subject];
        let text = self.page(
            &mail,
            &head,
            &[("Message-ID", &mail.id), ("Date", &mail.date)],
        )?;
        Ok(text.into_bytes())
    }

    fn patch(&self, number: usize, patch: &Patch, diff: &[FileDiff]) -> Result<Vec<u8>, MailFault> {
        check_body("the commit message", &patch.message)?;
        check_body("the notes", &patch.notes)?;
        let diff = joined(diff);
        let notes = patch.notes.trim_matches('\n').trim_end();
        let mail = PatchMail {
            commit: NO_COMMIT,
            id: self.ids.id(number),
            cover_id: self.ids.id(0),
            from: self.from.clone(),
            date: date::header(&date::mail_date(&self.date, number)),
            subject: header::subject(&self.tag(number), &patch.subject)?,
            recipients: self.recipients.clone(),
            message: patch.message.trim_matches('\n').trim_end(),
            trailers: self.trailers(patch)?,
            has_notes: !notes.is_empty(),
            notes,
            stat: diff::stat(&diff)?,
        };
        let head = [&mail.from, &mail.subject];
        let ids = [
            ("Message-ID", &mail.id),
            ("In-Reply-To", &mail.cover_id),
            ("References", &mail.cover_id),
            ("Date", &mail.date),
        ];
        let mut bytes = self.page(&mail, &head, &ids)?.into_bytes();
        bytes.extend_from_slice(&diff);
        bytes.extend_from_slice(format!("-- \n{SIGNATURE}\n\n").as_bytes());
        Ok(bytes)
    }

    /// A mail by its template, whose head has to be what the spec says, in whatever order: `lines` are whole header
    /// lines, `fields` names and values.
    fn page(
        &self,
        page: &impl Page,
        lines: &[&String],
        fields: &[(&str, &String)],
    ) -> Result<String, MailFault> {
        let text = self.templates.render(page)?;
        let flat = self.templates.render_flat(page)?;
        let mut declared: Vec<String> = lines.iter().map(|&line| line.clone()).collect();
        declared.extend(self.recipients.iter().cloned());
        declared.extend(
            fields
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        head::check(&text, &flat, &declared)?;
        Ok(text)
    }

    /// `Fixes:` first, the author's `Signed-off-by:` last.
    fn trailers(&self, patch: &Patch) -> Result<Vec<String>, MailFault> {
        let author = &self.spec.series.author;
        let mut trailers: Vec<String> = patch
            .fixes
            .iter()
            .map(|fix| {
                let commit: String = fix.commit.chars().take(12).collect();
                format!("Fixes: {commit} (\"{}\")", fix.subject)
            })
            .collect();
        trailers.extend(patch.trailers.iter().map(|t| t.trim().to_owned()));
        let sign_off = format!("Signed-off-by: {} <{}>", author.name, author.email);
        if !trailers.contains(&sign_off) && !patch.message.contains(&sign_off) {
            trailers.push(sign_off);
        }
        for trailer in &trailers {
            header::check("a trailer", trailer)?;
        }
        Ok(trailers)
    }
}

/// Refuses prose that whoever applies the mail would take for the end of the message.
fn check_body(what: &str, text: &str) -> Result<(), MailFault> {
    let ends = |line: &&str| {
        *line == "---"
            || line.starts_with("--- ")
            || line.starts_with("diff -")
            || line.starts_with("Index: ")
            || line.starts_with("From ") && line.contains(':')
    };
    match text.lines().find(ends) {
        Some(line) => Err(MailFault::Unmailable(format!(
            "{what} has a line that `git am` would take for the start of the patch: {}",
            line.escape_default()
        ))),
        None => Ok(()),
    }
}

/// Newest first, every point wrapped.
fn changelog(log: &[(u32, Vec<String>)]) -> Vec<Version> {
    let mut log = log.to_vec();
    log.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    for (_, points) in &mut log {
        for point in points {
            let options = textwrap::Options::new(PROSE_WIDTH)
                .word_splitter(textwrap::WordSplitter::NoHyphenation)
                .word_separator(textwrap::WordSeparator::AsciiSpace)
                .break_words(false)
                .initial_indent("- ")
                .subsequent_indent("  ");
            *point = textwrap::fill(point.trim(), options);
        }
    }
    let versions = log.into_iter();
    versions
        .map(|(number, points)| Version { number, points })
        .collect()
}

/// As `git shortlog` wraps: two blanks, and four in the lines after.
fn shortlog_line(subject: &str) -> String {
    let options = textwrap::Options::new(76)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .break_words(false)
        .initial_indent("  ")
        .subsequent_indent("    ");
    textwrap::fill(subject, options)
}

fn joined(diffs: &[FileDiff]) -> Vec<u8> {
    diffs.iter().flat_map(|diff| diff.text.clone()).collect()
}

/// Twelve digits that stand for all that the mails say.
fn digest(spec: &Spec, diffs: &[Vec<FileDiff>]) -> Result<String, git2::Error> {
    let mut bytes = spec.text.clone().into_bytes();
    for diff in diffs.iter().flatten() {
        bytes.extend_from_slice(&diff.text);
    }
    Ok(diff::blob_id(&bytes)?.chars().take(12).collect())
}
