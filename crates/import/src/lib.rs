//! Somebody's patches as a spec.
//!
//! Every hunk becomes the most telling change that fits it; what no kind can say is a `hunk`, so that nothing is ever
//! dropped. The spec is text for people: short anchors, the author's own words in the mail fields. That it makes what the
//! patches make is the caller's to see, who renders it.

mod changes;
mod hunks;
mod mail;
mod toml;

use std::collections::BTreeMap;
use std::sync::Arc;

use dialect::TreePath;
use query::File;

pub use mail::{Letter, SeriesFacts};

/// What a patch does to a file.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// Its path.
    pub path: TreePath,
    /// The file before the patch, with what the patches before it made of it.
    pub before: Arc<File>,
    /// The file after it.
    pub after: Arc<File>,
}

/// One patch of a series.
#[derive(Clone, Debug)]
pub struct PatchFacts {
    /// Its mail.
    pub letter: Letter,
    /// What it does, file by file.
    pub files: Vec<FileChange>,
}

/// A spec, and how much of the patches it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The spec.
    pub spec: String,
    /// Runs of changed lines in the patches.
    pub hunks: usize,
    /// Of them, those that are declarations: no `hunk`.
    pub declared: usize,
}

/// How the changes of a file are told apart.
///
/// The changes of a patch are made one after the other, and half of what a patch does to a file may be no C: then a
/// function is not found in it, or other lines than the patch's are alike. The next is for what the one before cannot say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Each run of lines by itself, in its function.
    #[default]
    Functions,
    /// Each run of lines by itself, in the whole file.
    Runs,
    /// All that a patch does to the file, as one.
    Whole,
}

impl Detail {
    /// The next.
    #[must_use]
    pub fn coarser(self) -> Option<Self> {
        match self {
            Self::Functions => Some(Self::Runs),
            Self::Runs => Some(Self::Whole),
            Self::Whole => None,
        }
    }
}

/// Makes a spec of a series. `detail` says how the changes of a file are told apart, where not by their functions.
#[must_use]
pub fn import(
    series: &SeriesFacts,
    patches: &[PatchFacts],
    detail: &BTreeMap<TreePath, Detail>,
) -> Imported {
    let mut imported = Imported::default();
    mail::head(&mut imported.spec, series);
    for patch in patches {
        mail::patch(&mut imported.spec, &patch.letter);
        for file in &patch.files {
            let changes = changes::of(file, detail.get(&file.path).copied().unwrap_or_default());
            imported.hunks += changes.hunks;
            imported.declared += changes.declared;
            imported.spec.push_str(&changes.text);
        }
    }
    imported
}
