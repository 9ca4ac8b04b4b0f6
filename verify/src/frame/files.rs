//! Only declared files change, and only their text: no mode, nothing binary, and no file comes, goes or moves that is not
//! declared to.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use schema::model::Spec;
use trees::Tree;
use trees::mail::FileDiff;

use super::Named;
use crate::finding::Finding;
use crate::implied::{WholeFiles, wide_names};

const NAME: &str = "frame/files";

/// Judges every file of every diff; `states` are the trees before each mail with a diff, and the last, where
/// the diffs apply.
pub(crate) fn check(
    spec: &Spec,
    mails: &[Named<'_>],
    states: Option<&[Arc<dyn Tree>]>,
) -> Vec<Finding> {
    let whole = WholeFiles::of(spec);
    let from = whole.moved.iter().flat_map(|(_, from)| from.iter());
    let declared: BTreeSet<&TreePath> = spec
        .forms()
        .flat_map(|body| &body.files)
        .chain(from)
        .collect();
    let names = wide_names(spec);
    // What such a change does in a file that has the name, its own judge accounts for.
    let is_reached = |path: &TreePath| {
        let mut states = states.unwrap_or_default().iter();
        !names.is_empty() && states.any(|tree| has_word(tree, path, &names))
    };
    let is_declared = |path: &TreePath| declared.contains(path) || is_reached(path);
    let mut findings = Vec::new();
    for named in mails {
        for diff in &named.mail.diff {
            findings.extend(
                faults(diff, &is_declared, &whole)
                    .into_iter()
                    .map(|message| {
                        Finding::violated(NAME, message)
                            .in_file(&named.name)
                            .at_line(diff.line)
                    }),
            );
        }
    }
    findings.extend(modes(mails, states.unwrap_or_default()));
    if findings.is_empty() {
        findings.push(Finding::holds(
            NAME,
            "only declared files change, in their text alone",
        ));
    }
    findings
}

/// Whether a file has one of the words.
fn has_word(tree: &Arc<dyn Tree>, path: &TreePath, words: &[String]) -> bool {
    let bytes = tree.read(path).ok().flatten();
    bytes.is_some_and(|bytes| {
        let mut texts = dialect::token::texts(&bytes);
        texts.any(|text| words.iter().any(|word| word == text))
    })
}

fn faults(
    diff: &FileDiff,
    is_declared: &dyn Fn(&TreePath) -> bool,
    whole: &WholeFiles<'_>,
) -> Vec<String> {
    let mut found = Vec::new();
    let Some(path) = diff.path() else {
        return vec!["a file without a path is changed".to_owned()];
    };
    if !is_declared(path) {
        found.push(format!(
            "{path} is changed, which no change of the spec declares"
        ));
    }
    if diff.is_rename || diff.is_copy {
        let from = diff.old_path.as_ref();
        let is_declared = from.is_some_and(|from| whole.moves(from, path)) && !diff.is_copy;
        if !is_declared {
            let from = from.map_or("", TreePath::as_str);
            found.push(format!("{from} is renamed or copied to {path}"));
        }
    } else if diff.new_path.is_none() {
        if !whole.goes(path) {
            found.push(format!("{path} is deleted"));
        }
    } else if diff.old_path.is_none() && !whole.comes(path) {
        found.push(format!("{path} is created"));
    }
    if diff.is_binary {
        found.push(format!("the change of {path} is binary and cannot be read"));
    }
    found
}

/// Modes that change. The trees say so and not the mails: git takes a new mode without the old one, and an old
/// one that the file never had.
fn modes(mails: &[Named<'_>], states: &[Arc<dyn Tree>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let steps = states.iter().zip(states.iter().skip(1));
    for (named, (before, after)) in mails.iter().filter(|named| named.has_diff()).zip(steps) {
        for diff in &named.mail.diff {
            let (Some(old_path), Some(new_path)) = (&diff.old_path, &diff.new_path) else {
                continue;
            };
            let finding = match (before.mode(old_path), after.mode(new_path)) {
                (Ok(old), Ok(new)) if old == new => continue,
                (Ok(Some(old)), Ok(Some(new))) => Finding::violated(
                    NAME,
                    format!("the mode of {new_path} changes: old mode {old}, new mode {new}"),
                ),
                _ => Finding::unknown(NAME, format!("the mode of {new_path} cannot be read")),
            };
            findings.push(finding.in_file(&named.name).at_line(diff.line));
        }
    }
    findings
}
