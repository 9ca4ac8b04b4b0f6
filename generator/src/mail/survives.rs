//! What a spec says has to come out of `git am` as it went in.
//!
//! A mail is read back by git's own rules, and what git would take for something else, change or drop is an
//! error: a subject with `Re:`, a message with a scissors line or a header on top, notes with a hunk's head,
//! a cover letter with a line that starts another mail.

use schema::model::Address;
use trees::mail::{Mail, parse_mbox};

use super::MailFault;

/// What git has to make of a patch mail.
pub(super) struct Expected<'a> {
    /// `patch 2`
    pub(super) what: String,
    pub(super) subject: &'a str,
    /// The whole message, with its trailers.
    pub(super) message: &'a str,
    pub(super) author: &'a Address,
    /// How many files the diff changes.
    pub(super) files: usize,
}

/// Reads a patch mail back.
pub(super) fn check(mail: &[u8], expected: &Expected<'_>) -> Result<(), MailFault> {
    let what = &expected.what;
    let lost = |message: String| Err(MailFault::Unmailable(format!("{what}: {message}")));
    let mail = one(mail, what)?;
    if !is_same_subject(&mail, expected.subject) {
        return lost(format!(
            "`git am` would make the subject “{}” of “{}”",
            mail.title, expected.subject
        ));
    }
    if mail.lines.scissors.is_some() {
        return lost(
            "the message has a scissors line: `git am --scissors` and b4 drop what is above it"
                .to_owned(),
        );
    }
    if let Some(line) = first_difference(&mail.message, expected.message) {
        return lost(format!(
            "`git am` would change or drop a line of the message: {}",
            line.escape_default()
        ));
    }
    let author = mail.author.as_ref();
    let name = match &expected.author.name {
        name if name.is_empty() => &expected.author.email,
        name => name,
    };
    if author.is_none_or(|author| author.name != *name || author.email != expected.author.email) {
        let read = author.map_or_else(|| "nobody".to_owned(), ToString::to_string);
        return lost(format!(
            "`git am` would make the author {read} of {name} <{}>",
            expected.author.email
        ));
    }
    if mail.diff.len() != expected.files {
        return lost(
            "`git am` would find another patch in the mail: the notes look like a diff".to_owned(),
        );
    }
    Ok(())
}

/// Reads a cover letter back: one mail, and nothing in it that git could apply.
pub(super) fn check_cover(mail: &[u8]) -> Result<(), MailFault> {
    let what = "the cover letter";
    if one(mail, what)?.is_cover() {
        return Ok(());
    }
    let message = format!("{what}: `git am` would apply a diff that is in it: indent it");
    Err(MailFault::Unmailable(message))
}

fn one(mail: &[u8], what: &str) -> Result<Mail, MailFault> {
    let mut mails = parse_mbox(mail).map_err(|error| {
        MailFault::Unmailable(format!("{what}: `git am` would not read the mail: {error}"))
    })?;
    match (mails.pop(), mails.is_empty()) {
        (Some(mail), true) => Ok(mail),
        _ => Err(MailFault::Unmailable(format!(
            "{what}: a line that begins with `From ` and has a time and a year would start another mail"
        ))),
    }
}

/// Words in brackets before the subject survive `git am -b` (and `-k`), as long as they do not say PATCH.
fn is_same_subject(mail: &Mail, subject: &str) -> bool {
    let mut rest = subject;
    while let Some((tag, after)) = rest
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "))
    {
        if tag.contains("PATCH") || tag.contains("  ") || tag.contains(['\t', ']']) {
            return false;
        }
        rest = after;
    }
    mail.title == rest
}

/// The first line of `wanted` that is not in `read` at its place.
fn first_difference<'a>(read: &'a str, wanted: &'a str) -> Option<&'a str> {
    let (mut read, mut wanted) = (read.lines(), wanted.lines());
    loop {
        match (read.next(), wanted.next()) {
            (None, None) => return None,
            (Some(read), Some(wanted)) if read == wanted => {}
            (read, wanted) => return wanted.or(read),
        }
    }
}
