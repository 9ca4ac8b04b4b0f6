//! `i/n` is complete and consistent, the version is the spec's, the subjects are the spec's.

use schema::model::Spec;
use trees::mail::{Tag, clean_subject};

use super::{NAME, violated};
use crate::finding::Finding;
use crate::frame::Named;

pub(super) fn check(spec: &Spec, mails: &[Named<'_>], findings: &mut Vec<Finding>) {
    let tagged: Vec<(&Named<'_>, &Tag)> = mails
        .iter()
        .filter_map(|named| Some((named, named.mail.tag.as_ref()?)))
        .collect();
    numbers(mails, &tagged, findings);
    // Claims are about anybody's mails.
    if spec.is_of_claims() {
        return;
    }
    for (named, tag) in &tagged {
        // A patch that goes on in a later version was judged to be of that.
        let version = named.mail.carried_to.unwrap_or(tag.version);
        if version != spec.series.version {
            let message = format!(
                "the mail says version {version}; the spec is version {}",
                spec.series.version
            );
            findings.push(violated(named, named.mail.lines.mail.max(1), message));
        }
    }
    subjects(spec, mails, findings);
}

fn numbers(mails: &[Named<'_>], tagged: &[(&Named<'_>, &Tag)], findings: &mut Vec<Finding>) {
    let patches = mails.iter().filter(|named| named.has_diff()).count();
    let numbered = tagged.iter().any(|(_, tag)| tag.number.is_some());
    if !numbered {
        return;
    }
    let mut next = 1;
    for (named, tag) in tagged {
        let line = named.mail.lines.mail.max(1);
        let (Some(number), Some(total)) = (tag.number, tag.total) else {
            findings.push(violated(
                named,
                line,
                "the mail has no number; others of the series have".to_owned(),
            ));
            continue;
        };
        if total as usize != patches {
            let message =
                format!("the mail says that it is one of {total}; the series has {patches}");
            findings.push(violated(named, line, message));
        }
        let wanted = if named.has_diff() { next } else { 0 };
        if number != wanted {
            let message = format!("the mail is numbered {number}/{total}; it is number {wanted}");
            findings.push(violated(named, line, message));
        }
        next += u32::from(named.has_diff());
    }
}

/// Another subject than the spec's is worth a note, no more: a maintainer may reword it.
fn subjects(spec: &Spec, mails: &[Named<'_>], findings: &mut Vec<Finding>) {
    let patches: Vec<&Named<'_>> = mails.iter().filter(|named| named.has_diff()).collect();
    if patches.len() != spec.patches.len() {
        let message = format!(
            "{} found; the spec has {}",
            crate::nodes::counted(patches.len(), "patch", "patches"),
            spec.patches.len()
        );
        findings.push(Finding::holds(NAME, format!("note: {message}")));
        return;
    }
    for (named, patch) in patches.iter().zip(&spec.patches) {
        if named.mail.subject.is_some() && named.mail.title != clean_subject(&patch.subject) {
            let message = format!("note: the subject is not the spec's “{}”", patch.subject);
            findings.push(Finding::holds(NAME, message).in_file(&named.name));
        }
    }
}
