//! What a series changes in the files of a tree, as diffs and as mails.

use std::collections::BTreeMap;
use std::sync::Arc;

use dialect::TreePath;
use schema::model::Spec;
use trees::{FileMode, Tree};

use super::{State, Whole};
use crate::commit::Branch;
use crate::diff::{self, FileChange, FileDiff, similarity};
use crate::mail::{self, Mailing};

/// The diff of every file of `after` that is another than `before` says. A file that moves is one with where it was, if git
/// would take it so.
pub(super) fn diffs(
    tree: &dyn Tree,
    after: &State,
    before: impl Fn(&TreePath) -> Result<Option<Arc<[u8]>>, String>,
    whole: &Whole,
    branch: Option<&Branch>,
) -> Result<Vec<FileDiff>, String> {
    let mut changes = Vec::new();
    for (path, new) in after {
        let old = before(path)?;
        if old == *new {
            continue;
        }
        let link = trees::link_on_the_way(tree, path).map_err(|error| error.to_string())?;
        if let Some(link) = link {
            return Err(format!(
                "{path}: {link} is a symbolic link, and git changes nothing beyond one"
            ));
        }
        let mode = match whole.modes.get(path) {
            Some(mode) => Some(*mode),
            None => tree.mode(path).map_err(|error| error.to_string())?,
        };
        let mut change = FileChange {
            path: path.clone(),
            from: None,
            mode: mode.unwrap_or(FileMode::Regular),
            before: old,
            after: new.clone(),
        };
        let from = whole
            .moves
            .get(path)
            .filter(|from| after.get(*from) == Some(&None));
        if let (None, Some(bytes), Some(from)) = (&change.before, &change.after, from)
            && let Some(was) = before(from)?
            && similarity::percent(&was, bytes) >= similarity::LEAST
        {
            change.before = Some(was);
            change.from = Some(from.clone());
        }
        changes.push(change);
    }
    let moved: Vec<TreePath> = changes
        .iter()
        .filter_map(|change| change.from.clone())
        .collect();
    changes.retain(|change| change.after.is_some() || !moved.contains(&change.path));
    let diff = |change: &FileChange| match branch {
        Some(branch) => {
            let short = |blob: &str| branch.short(blob);
            diff::file_diff_of(change, &short, branch.headings(&change.path))
        }
        None => diff::file_diff(change),
    };
    let diffs = changes
        .iter()
        .map(|change| diff(change).map_err(|error| error.to_string()));
    diffs.collect()
}

/// The files that a series has changed so far, each with its bytes.
pub type Snapshot = BTreeMap<TreePath, Arc<[u8]>>;

/// The mails of a series whose patches leave the files of `tree` as `snapshots` say, one a patch, each with all that
/// those before it changed. A patch that changes nothing is not mailed.
///
/// For who judges what a spec does not say: the mails are the spec's, the code is another.
///
/// # Errors
/// No patch changes anything, or the mails cannot be written.
pub fn mails_of(
    spec: &Spec,
    tree: &dyn Tree,
    snapshots: &[Snapshot],
    mailing: &Mailing<'_>,
) -> Result<Vec<(String, Vec<u8>)>, String> {
    let base = |path: &TreePath| tree.read(path).map_err(|error| error.to_string());
    let none = Whole::default();
    let (mut patches, mut changed) = (Vec::new(), Vec::new());
    let mut state = State::new();
    for (patch, snapshot) in spec.patches.iter().zip(snapshots) {
        let before = |path: &TreePath| state.get(path).cloned().map_or_else(|| base(path), Ok);
        let snapshot: State = snapshot
            .iter()
            .map(|(path, bytes)| (path.clone(), Some(bytes.clone())))
            .collect();
        let of = diffs(tree, &snapshot, before, &none, None)?;
        state.extend(snapshot);
        if !of.is_empty() {
            patches.push(patch.clone());
            changed.push(of);
        }
    }
    if patches.is_empty() {
        return Err("the series changes nothing".to_owned());
    }
    let whole = diffs(tree, &state, base, &none, None)?;
    let spec = Spec {
        patches,
        ..spec.clone()
    };
    let mails = mail::mails(&spec, &changed, &whole, mailing);
    mails
        .map(|mails| mails.files)
        .map_err(|error| error.to_string())
}
