//! From what the patches made of the files to diffs, mails and the manifest.

use std::collections::BTreeMap;

use dialect::TreePath;

use super::diffs::diffs;
use super::{Located, Rendered, State, Work};
use crate::commit::{Branch, CommitError};
use crate::diff::{self, FileDiff};
use crate::failure::FailureKind;
use crate::mail::{self, COVER, Mailing, Mails};
use crate::manifest::{FileFacts, MANIFEST, Manifest, PatchFacts, SpecFacts};

impl Work<'_> {
    /// The series, ready to be written; `steps` says where the changes of each patch landed.
    pub(super) fn rendered(
        self,
        steps: Vec<Vec<Located>>,
        mailing: &Mailing<'_>,
    ) -> Result<Rendered, (FailureKind, String)> {
        let tree_fault = |error: String| (FailureKind::Tree, error);
        let mut diffs = Vec::new();
        let mut state = self.before.clone();
        self.keep(mailing)
            .map_err(|error| (FailureKind::Commit, format!("{error}; {}", error.hint)))?;
        for snapshot in &self.snapshots {
            diffs.push(
                self.diffs(&state, snapshot, mailing.branch)
                    .map_err(tree_fault)?,
            );
            state.extend(
                snapshot
                    .iter()
                    .map(|(path, bytes)| (path.clone(), bytes.clone())),
            );
        }
        if let Some(index) = diffs.iter().position(Vec::is_empty) {
            let message = format!("patch {} changes nothing", index + 1);
            let patch = self.spec.patches.get(index);
            let is_made = patch.is_some_and(|patch| {
                let mut changes = patch.changes.iter();
                changes.any(|change| change.already_is_fine)
            });
            return Err(match is_made {
                true => (
                    FailureKind::Present,
                    format!("{message}: it is there already"),
                ),
                false => (FailureKind::Spec, message),
            });
        }
        let whole = self
            .diffs(&self.before, &state, mailing.branch)
            .map_err(tree_fault)?;
        let spec_fault = |error: String| (FailureKind::Spec, error);
        let Mails { mut files, commits } = mail::mails(self.spec, &diffs, &whole, mailing)
            .map_err(|error| (error.kind(), error.to_string()))?;
        let mut manifest = self
            .manifest(steps, &files, &diffs, &whole)
            .map_err(spec_fault)?;
        for (patch, commit) in manifest.patches.iter_mut().zip(commits) {
            patch.commit = Some(commit);
        }
        files.push((MANIFEST.to_owned(), manifest.to_bytes()));
        Ok(Rendered {
            name: format!("{}-v{}", self.spec.series.name, self.spec.series.version),
            files,
            manifest,
        })
    }

    /// Writes the bytes of every file that the series makes, so that what cites them knows all there are; and those from
    /// before it, which a scratch repository does not have.
    fn keep(&self, mailing: &Mailing<'_>) -> Result<(), CommitError> {
        let Some(branch) = mailing.branch else {
            return Ok(());
        };
        let before = self.before.values().filter(|_| branch.is_alone());
        let made = self.snapshots.iter().flat_map(BTreeMap::values);
        let mut kept = made.chain(before).flatten();
        kept.try_for_each(|bytes| branch.keep(bytes))
    }

    fn diffs(
        &self,
        before: &State,
        after: &State,
        branch: Option<&Branch>,
    ) -> Result<Vec<FileDiff>, String> {
        let old = |path: &TreePath| before.get(path).or_else(|| self.before.get(path));
        let old = |path: &TreePath| Ok(old(path).cloned().flatten());
        diffs(self.tree.tree().as_ref(), after, old, &self.whole, branch)
    }

    fn manifest(
        &self,
        steps: Vec<Vec<Located>>,
        mails: &[(String, Vec<u8>)],
        diffs: &[Vec<FileDiff>],
        whole: &[FileDiff],
    ) -> Result<Manifest, String> {
        let names = mails.iter().map(|(name, _)| name);
        let names = names.filter(|name| *name != COVER).cloned();
        let patches = self.spec.patches.iter().zip(steps).zip(names).zip(diffs);
        Ok(Manifest {
            generator: mail::SIGNATURE.to_owned(),
            spec: SpecFacts {
                name: self.spec.series.name.clone(),
                version: self.spec.series.version,
                blob: diff::blob_id(self.spec.text.as_bytes())
                    .map_err(|error| error.to_string())?,
            },
            tree: tree_name(&self.tree.tree().label()),
            files: whole.iter().map(facts).collect(),
            insertions: whole.iter().map(|file| file.insertions).sum(),
            deletions: whole.iter().map(|file| file.deletions).sum(),
            patches: patches
                .map(|(((patch, located), file_name), diffs)| PatchFacts {
                    file_name,
                    subject: patch.subject.clone(),
                    files: diffs.iter().map(facts).collect(),
                    commit: None,
                    changes: located.into_iter().filter_map(|l| l.outcome.ok()).collect(),
                })
                .collect(),
        })
    }
}

fn facts(diff: &FileDiff) -> FileFacts {
    FileFacts {
        path: diff.path.to_string(),
        insertions: diff.insertions,
        deletions: diff.deletions,
        before: diff.old_blob.clone(),
        after: diff.new_blob.clone(),
    }
}

/// A tree's name without the directories that it is in: the same on every machine.
fn tree_name(label: &str) -> String {
    label
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(label)
        .to_owned()
}
