//! Only declared files change, and only their text: no mode, no rename, no deletion, nothing binary.

use std::collections::BTreeSet;

use dialect::TreePath;
use schema::model::Spec;
use trees::mail::FileDiff;

use super::Named;
use crate::finding::Finding;

const NAME: &str = "frame/files";

/// Judges every file of every diff.
pub(crate) fn check(spec: &Spec, mails: &[Named<'_>]) -> Vec<Finding> {
    let declared: BTreeSet<&TreePath> = spec
        .patches
        .iter()
        .flat_map(|patch| &patch.changes)
        .flat_map(|change| std::iter::once(&change.body).chain(&change.instead))
        .flat_map(|body| &body.files)
        .collect();
    let mut findings = Vec::new();
    for named in mails {
        for diff in &named.mail.diff {
            findings.extend(faults(diff, &declared).into_iter().map(|message| {
                Finding::violated(NAME, message)
                    .in_file(&named.name)
                    .at_line(diff.line)
            }));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::holds(
            NAME,
            "only declared files change, in their text alone",
        ));
    }
    findings
}

fn faults(diff: &FileDiff, declared: &BTreeSet<&TreePath>) -> Vec<String> {
    let mut found = Vec::new();
    let Some(path) = diff.path() else {
        return vec!["a file without a path is changed".to_owned()];
    };
    if !declared.contains(path) {
        found.push(format!(
            "{path} is changed, which no change of the spec declares"
        ));
    }
    if diff.is_rename || diff.is_copy {
        let from = diff.old_path.as_ref().map_or("", TreePath::as_str);
        found.push(format!("{from} is renamed or copied to {path}"));
    } else if diff.new_path.is_none() {
        found.push(format!("{path} is deleted"));
    } else if diff.old_path.is_none() {
        found.push(format!("{path} is created"));
    }
    if diff.is_binary {
        found.push(format!("the change of {path} is binary and cannot be read"));
    }
    if let (Some(old), Some(new)) = (diff.old_mode, diff.new_mode)
        && old != new
    {
        found.push(format!(
            "the mode of {path} changes from {old:?} to {new:?}"
        ));
    }
    found
}
