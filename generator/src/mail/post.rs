//! The mails of one series, made from what they share: the addresses, the ids, the date.

use askama::Template;
use jiff::ZonedDateTime;
use schema::model::{Patch, Spec};
use serde::Serialize;
use templates::Page;

use super::answers::Answers;
use super::name::Ids;
use super::prose::{Version, changelog, shortlog_line};
use super::{MailFault, Mailing, SIGNATURE, below, date, head, header, message, stat, survives};
use crate::commit::{Branch, CommitError, Draft};
use crate::diff::{self, FileDiff};

/// The mails are not cut from commits, so their mbox line names none.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

#[derive(Template, Serialize)]
#[template(path = "mail/cover.mail", escape = "none")]
struct CoverMail<'a> {
    commit: &'a str,
    id: String,
    is_reply: bool,
    in_reply_to: String,
    references: String,
    from: String,
    date: String,
    subject: String,
    is_8bit: bool,
    recipients: Vec<String>,
    cover: &'a str,
    changelog: Vec<Version>,
    has_links: bool,
    links: &'a [String],
    author: &'a str,
    patches: usize,
    shortlog: Vec<String>,
    stat: String,
    base: String,
    signature: &'a str,
}

templates::page!(CoverMail<'_>, "mail/cover.mail");

#[derive(Template, Serialize)]
#[template(path = "mail/patch.mail", escape = "none")]
struct PatchMail<'a> {
    commit: &'a str,
    id: String,
    is_reply: bool,
    in_reply_to: String,
    references: String,
    from: String,
    date: String,
    subject: String,
    is_8bit: bool,
    recipients: Vec<String>,
    message: &'a str,
    has_notes: bool,
    notes: &'a str,
    stat: String,
}

templates::page!(PatchMail<'_>, "mail/patch.mail");

/// What all mails of a series share.
pub(super) struct Post<'s> {
    spec: &'s Spec,
    mailing: &'s Mailing<'s>,
    ids: Ids,
    date: ZonedDateTime,
    from: String,
    recipients: Vec<String>,
    /// Ids, one a patch; none where no branch is made.
    pub(super) commits: Vec<String>,
}

impl<'s> Post<'s> {
    /// What all mails say, checked.
    pub(super) fn new(
        spec: &'s Spec,
        diffs: &[Vec<FileDiff>],
        mailing: &'s Mailing<'s>,
    ) -> Result<Self, MailFault> {
        let series = &spec.series;
        let date = mailing.date.clone();
        let mut recipients = Vec::new();
        if !series.to.is_empty() {
            recipients.push(header::recipients("To", &series.to)?);
        }
        if !series.cc.is_empty() {
            recipients.push(header::recipients("Cc", &series.cc)?);
        }
        header::check("the series' name", &series.name)?;
        if mailing.is_bare && spec.patches.len() != 1 {
            let count = spec.patches.len();
            let message = format!(
                "a series of {count} patches needs its cover letter: only one of a single patch goes without"
            );
            return Err(MailFault::Unmailable(message));
        }
        Ok(Self {
            spec,
            mailing,
            ids: Ids {
                stamp: date::stamp(&date),
                series: format!("{}-v{}", series.name, series.version),
                digest: digest(spec, diffs, mailing)?,
                author: series.author.clone(),
            },
            date,
            from: header::from(&series.author)?,
            recipients,
            commits: Vec::new(),
        })
    }

    /// Whether there is a cover letter.
    pub(super) fn has_cover(&self) -> bool {
        !self.mailing.is_bare
    }

    /// `PATCH v2 1/3`; a first version has no number, as git has it, and neither has a patch without a cover letter.
    fn tag(&self, number: usize) -> String {
        let series = &self.spec.series;
        let version = if series.version > 1 {
            format!(" v{}", series.version)
        } else {
            String::new()
        };
        let prefix = &series.prefix;
        if !self.has_cover() {
            return format!("{prefix}{version}");
        }
        let total = self.spec.patches.len();
        let width = total.to_string().len();
        format!("{prefix}{version} {number:0width$}/{total}")
    }

    /// The commit message without its subject. git drops blanks at the ends of its lines.
    pub(super) fn message(&self, patch: &Patch) -> Result<String, MailFault> {
        check_body("the commit message", &patch.message)?;
        check_notes(&patch.notes)?;
        let message = message::with_trailers(&patch.message, &self.trailers(patch)?);
        let lines: Vec<&str> = message.lines().map(str::trim_end).collect();
        Ok(lines.join("\n"))
    }

    /// Writes the commits, where there is a branch to be made.
    pub(super) fn written(
        &self,
        messages: &[String],
        diffs: &[Vec<FileDiff>],
    ) -> Result<Vec<String>, CommitError> {
        let Some(branch) = self.mailing.branch else {
            return Ok(Vec::new());
        };
        let patches = self.spec.patches.iter().zip(messages).zip(diffs);
        let drafts: Vec<Draft<'_>> = patches
            .enumerate()
            .map(|(index, ((patch, message), diff))| Draft {
                author: &self.spec.series.author,
                date: date::mail_date(&self.date, index + 1),
                subject: &patch.subject,
                message,
                diff,
            })
            .collect();
        branch.commits(&drafts)
    }

    /// What is below the diffstat of a cover letter, or the diff of a patch without one.
    fn base(&self) -> String {
        let change = self.spec.series.change_id.as_deref();
        below::below(self.mailing, change)
    }

    /// The mails that a mail answers.
    fn answers(&self, number: usize) -> Answers {
        let cover = (number > 0 && self.has_cover()).then(|| self.ids.id(0));
        Answers::new(self.spec.series.in_reply_to.as_deref(), cover)
    }

    /// Whether git declares the cover letter's letters: it asks the commits whether they have any beyond ASCII, and
    /// we its text too.
    fn is_cover_8bit(&self, messages: &[String]) -> bool {
        let Spec {
            series, patches, ..
        } = self.spec;
        let subjects = patches.iter().map(|patch| &patch.subject);
        let points = series.changelog.iter().flat_map(|(_, points)| points);
        let own = [&series.author.name, &series.cover];
        let mut texts = own
            .into_iter()
            .chain(&series.links)
            .chain(points)
            .chain(subjects)
            .chain(messages);
        let range_diff = self.mailing.range_diff.as_ref();
        texts.any(|text| !text.is_ascii())
            || range_diff.is_some_and(|it| !it.text.is_ascii())
            || self.mailing.branch.is_some_and(Branch::is_wide)
    }

    /// The cover letter.
    pub(super) fn cover(
        &self,
        messages: &[String],
        whole: &[FileDiff],
    ) -> Result<Vec<u8>, MailFault> {
        let series = &self.spec.series;
        let answers = self.answers(0);
        let mail = CoverMail {
            commit: self.commits.last().map_or(NO_COMMIT, String::as_str),
            id: self.ids.id(0),
            is_reply: answers.is_some(),
            in_reply_to: answers.nearest(),
            references: answers.all(),
            from: self.from.clone(),
            date: date::header(&self.date),
            subject: header::subject(&self.tag(0), &series.subject)?,
            is_8bit: self.is_cover_8bit(messages),
            recipients: self.recipients.clone(),
            cover: series.cover.trim_matches('\n'),
            changelog: changelog(series),
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
            stat: stat::stat(whole),
            base: self.base(),
            signature: SIGNATURE,
        };
        let head = [&mail.from, &mail.subject];
        let mut ids = vec![("Message-ID", &mail.id), ("Date", &mail.date)];
        if mail.is_reply {
            ids.extend([
                ("In-Reply-To", &mail.in_reply_to),
                ("References", &mail.references),
            ]);
        }
        let text = self.page(&mail, mail.commit, &head, &ids)?;
        let bytes = text.into_bytes();
        survives::check_cover(&bytes).map_err(|fault| self.blamed(&mail, fault))?;
        Ok(bytes)
    }

    /// The mail of a patch.
    pub(super) fn patch(
        &self,
        number: usize,
        patch: &Patch,
        message: &str,
        diff: &[FileDiff],
    ) -> Result<Vec<u8>, MailFault> {
        let notes = self.notes(patch);
        let commit = self.commits.get(number - 1);
        let answers = self.answers(number);
        let below = match self.has_cover() {
            true => String::new(),
            false => self.base(),
        };
        let mail = PatchMail {
            commit: commit.map_or(NO_COMMIT, String::as_str),
            id: self.ids.id(number),
            is_reply: answers.is_some(),
            in_reply_to: answers.nearest(),
            references: answers.all(),
            from: self.from.clone(),
            date: date::header(&date::mail_date(&self.date, number)),
            subject: header::subject(&self.tag(number), &patch.subject)?,
            // git asks its message alone: notes are none of a commit.
            is_8bit: [message, &patch.subject, &notes, &below]
                .iter()
                .any(|text| !text.is_ascii()),
            recipients: self.recipients.clone(),
            message,
            has_notes: !notes.is_empty(),
            notes: &notes,
            stat: stat::stat(diff),
        };
        let head = [&mail.from, &mail.subject];
        let mut ids = vec![("Message-ID", &mail.id), ("Date", &mail.date)];
        if mail.is_reply {
            ids.extend([
                ("In-Reply-To", &mail.in_reply_to),
                ("References", &mail.references),
            ]);
        }
        let mut bytes = self.page(&mail, mail.commit, &head, &ids)?.into_bytes();
        bytes.extend(joined(diff));
        bytes.extend(below.into_bytes());
        bytes.extend_from_slice(format!("-- \n{SIGNATURE}\n\n").as_bytes());
        let expected = survives::Expected {
            what: format!("patch {number}"),
            subject: &patch.subject,
            message,
            author: &self.spec.series.author,
            files: diff.len(),
        };
        survives::check(&bytes, &expected).map_err(|fault| self.blamed(&mail, fault))?;
        Ok(bytes)
    }

    /// What is below the `---`: the patch's notes, and before them what a cover letter would say of the versions.
    fn notes(&self, patch: &Patch) -> String {
        let mut parts = Vec::new();
        if !self.has_cover() {
            let series = &self.spec.series;
            let versions = changelog(series).into_iter();
            parts.extend(versions.map(|version| {
                format!(
                    "Changes in v{}:\n{}",
                    version.number,
                    version.points.join("\n")
                )
            }));
            let links: Vec<String> = series.links.iter().map(|l| format!("Link: {l}")).collect();
            parts.extend((!links.is_empty()).then(|| links.join("\n")));
        }
        let own = patch.notes.trim_matches('\n').trim_end();
        parts.extend((!own.is_empty()).then(|| own.to_owned()));
        parts.join("\n\n")
    }

    /// A mail by its template, whose head has to be what the spec says, in whatever order: `lines` are whole header
    /// lines, `fields` names and values.
    fn page(
        &self,
        page: &impl Page,
        commit: &str,
        lines: &[&String],
        fields: &[(&str, &String)],
    ) -> Result<String, MailFault> {
        let templates = self.mailing.templates;
        let text = templates.render(page)?;
        let flat = templates.render_flat(page)?;
        let mut declared: Vec<String> = lines.iter().map(|&line| line.clone()).collect();
        declared.extend(self.recipients.iter().cloned());
        declared.extend(
            fields
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        head::check(&text, &flat, commit, &declared)?;
        Ok(text)
    }

    /// What git would lose of a mail is the spec's fault, unless the user words the mail.
    fn blamed<P: Page>(&self, _: &P, fault: MailFault) -> MailFault {
        match fault {
            MailFault::Unmailable(reason) if self.mailing.templates.has_own::<P>() => {
                MailFault::Worded {
                    template: P::PATH,
                    reason,
                }
            }
            fault => fault,
        }
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
        if !trailers.contains(&sign_off) {
            trailers.push(sign_off);
        }
        // What the message ends with is there already; a sign-off amid it is quoted.
        let there = message::trailer_block(&patch.message);
        trailers.retain(|trailer| !there.contains(&trailer.as_str()));
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

/// The same of notes, which are behind the end of the message.
fn check_notes(text: &str) -> Result<(), MailFault> {
    let begins = |line: &&str| {
        line.starts_with("--- ")
            || line.starts_with("diff -")
            || line.starts_with("From ") && line.contains(':')
    };
    match text.lines().find(begins) {
        Some(line) => Err(MailFault::Unmailable(format!(
            "the notes have a line that `git am` would take for the start of the patch: {}",
            line.escape_default()
        ))),
        None => Ok(()),
    }
}

fn joined(diffs: &[FileDiff]) -> Vec<u8> {
    diffs.iter().flat_map(|diff| diff.text.clone()).collect()
}

/// Twelve digits that stand for all that the mails say.
fn digest(
    spec: &Spec,
    diffs: &[Vec<FileDiff>],
    mailing: &Mailing<'_>,
) -> Result<String, git2::Error> {
    let mut bytes = spec.text.clone().into_bytes();
    bytes.extend(mailing.base.iter().flat_map(|base| base.bytes()));
    bytes.extend(mailing.is_bare.then_some(0));
    let range_diff = mailing.range_diff.as_ref();
    bytes.extend(range_diff.iter().flat_map(|it| it.text.bytes()));
    for diff in diffs.iter().flatten() {
        bytes.extend_from_slice(&diff.text);
    }
    Ok(diff::blob_id(&bytes)?.chars().take(12).collect())
}
