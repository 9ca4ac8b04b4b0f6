//! What a series was made from and where it landed: `manifest.json`.

use schema::model::Change;
use serde::{Deserialize, Serialize};
pub use sites::Alternative;

/// The manifest's file name.
pub(crate) const MANIFEST: &str = "manifest.json";

/// Where a series comes from and what it changes. No absolute path, no time of day: the same spec
/// and tree give the same bytes everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `patchwright 0.1.0`
    pub generator: String,
    /// The spec.
    pub spec: SpecFacts,
    /// What the tree is called, without the directories that it is in.
    pub tree: String,
    /// Of the whole series.
    pub files: Vec<FileFacts>,
    /// Lines added by the whole series.
    pub insertions: usize,
    /// Lines removed by the whole series.
    pub deletions: usize,
    /// In mailing order.
    pub patches: Vec<PatchFacts>,
}

/// Which spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecFacts {
    /// The series' name.
    pub name: String,
    /// The series' version.
    pub version: u32,
    /// The spec's text as `git hash-object` names it.
    pub blob: String,
}

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchFacts {
    /// The mail's file name.
    pub file_name: String,
    /// Its subject.
    pub subject: String,
    /// The commit that it was cut from, where the series was written as commits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<String>,
    /// What it does to each file.
    pub files: Vec<FileFacts>,
    /// Where each of its changes landed.
    pub changes: Vec<ChangeFacts>,
}

/// A changed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileFacts {
    /// Its path in the tree.
    pub path: String,
    /// Lines added.
    pub insertions: usize,
    /// Lines removed.
    pub deletions: usize,
    /// Blob id before.
    pub before: String,
    /// Blob id after.
    pub after: String,
}

/// Where a change landed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeFacts {
    /// The change's id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// 0: the change as it is; 1 and up: which of its `instead` forms.
    pub form: usize,
    /// In file order.
    pub sites: Vec<SiteFacts>,
}

impl ChangeFacts {
    /// Of a change that has nothing to do.
    pub(crate) fn nowhere(change: &Change, form: usize) -> Self {
        let body = change.forms().nth(form).unwrap_or(&change.body);
        Self {
            id: change.id.clone(),
            kind: body.kind.name().to_owned(),
            form,
            sites: Vec::new(),
        }
    }
}

/// One place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteFacts {
    /// The file.
    pub file: String,
    /// 1-based line before this change, earlier changes of the series applied.
    pub line: usize,
    /// The function around it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub function: Option<String>,
    /// The line as it stood, without its indentation.
    pub text: String,
    /// Which of the spec's alternatives were used, where it gives several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub alternatives: Vec<Alternative>,
}

impl Manifest {
    /// The bytes of `manifest.json`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The files of the series whose manifest this is; none where it is no manifest of ours.
    pub(crate) fn files_in(bytes: &[u8]) -> Option<Vec<String>> {
        /// Of whatever version of patchwright: only what tells a series apart.
        #[derive(Deserialize)]
        struct Known {
            generator: String,
            patches: Vec<KnownPatch>,
        }
        #[derive(Deserialize)]
        struct KnownPatch {
            file_name: String,
        }
        let known: Known = serde_json::from_slice(bytes).ok()?;
        if !known.generator.starts_with("patchwright ") {
            return None;
        }
        let mut files: Vec<String> = known.patches.into_iter().map(|p| p.file_name).collect();
        files.push("0000-cover-letter.patch".to_owned());
        Some(files)
    }
}
