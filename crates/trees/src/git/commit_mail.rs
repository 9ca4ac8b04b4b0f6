//! A commit as the mail that would carry it.
//!
//! Why no mail is written and read again: a message may have lines that end one in a mail (`---`, `diff --git`), and what
//! is judged here is the commit as it is.

use git2::{DiffFindOptions, DiffFormat, DiffOptions, Oid, Repository};

use super::source::Source;
use crate::mail::{Author, Mail, parse_mbox};

/// The commit as a mail: its author, its message and the diff against its parent.
///
/// # Errors
/// It has several parents or none, its objects are not there, or its diff has what no patch can be judged by.
pub(super) fn mail(repository: &Repository, source: &Source, id: Oid) -> Result<Mail, String> {
    let said = |error: git2::Error| error.message().to_owned();
    let commit = repository.find_commit(id).map_err(said)?;
    let parent = match commit.parent_count() {
        0 => return Err("it has no parent, and is no patch of anything".to_owned()),
        1 => commit.parent(0).map_err(said)?,
        _ => {
            return Err(format!(
                "it is a merge, and no patch; what it brought is in {id}^1..{id}^2"
            ));
        }
    };
    let (before, after) = (parent.tree().map_err(said)?, commit.tree().map_err(said)?);
    let mut options = DiffOptions::new();
    options
        .context_lines(3)
        .indent_heuristic(true)
        .id_abbrev(40);
    let diff = repository.diff_tree_to_tree(Some(&before), Some(&after), Some(&mut options));
    let mut diff = diff.map_err(said)?;
    for delta in diff.deltas() {
        source.check(delta.old_file().id())?;
        source.check(delta.new_file().id())?;
    }
    diff.find_similar(Some(DiffFindOptions::new().renames(true)))
        .map_err(said)?;
    let mut text = Vec::new();
    diff.print(DiffFormat::Patch, |_, _, line| {
        if let origin @ (' ' | '+' | '-') = line.origin() {
            text.push(origin as u8);
        }
        text.extend_from_slice(line.content());
        true
    })
    .map_err(said)?;
    let mut mail = match text.is_empty() {
        // A commit that changes nothing is a remark.
        true => Mail::default(),
        false => parse_mbox(&text)
            .map_err(|error| format!("its diff cannot be judged: {error}"))?
            .pop()
            .unwrap_or_default(),
    };
    // It is no bare diff: who made it, and why, is known.
    mail.raw = Vec::new();
    let message = String::from_utf8_lossy(commit.message_raw_bytes()).into_owned();
    let message = message.trim_start_matches('\n');
    let (subject, body) = message.split_once("\n\n").unwrap_or((message, ""));
    let author = commit.author();
    let of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let author = Author {
        name: of(author.name_bytes()),
        email: of(author.email_bytes()),
    };
    mail.from = Some(author.to_string());
    mail.author = Some(author);
    mail.title = subject.trim().replace('\n', " ");
    mail.subject = Some(mail.title.clone());
    mail.message = body.trim_end().to_owned();
    Ok(mail)
}
