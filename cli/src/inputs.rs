//! What a command reads, and must not write its result over.

use std::path::{Path, PathBuf};

use crate::error::CommandError;

/// Endings that results have: such a file in a tree is likely to be that of the last run.
const RESULTS: &[&str] = &["html", "json", "log", "md", "sarif", "toml", "txt", "xml"];

/// Files, folders and trees that a command was given to read.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    files: Vec<PathBuf>,
    trees: Vec<PathBuf>,
}

impl Inputs {
    /// These files and folders of mails; what is not there is left out.
    pub(crate) fn of<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Self {
        Self {
            files: real(paths),
            trees: Vec::new(),
        }
    }

    /// And these.
    pub(crate) fn and<'p>(mut self, paths: impl IntoIterator<Item = &'p PathBuf>) -> Self {
        self.files.extend(real(paths));
        self
    }

    /// And the trees in these folders.
    pub(crate) fn and_trees<'p>(mut self, folders: impl IntoIterator<Item = &'p PathBuf>) -> Self {
        self.trees.extend(real(folders));
        self
    }

    /// Whether results may go to these files, as gcc and cp ask it.
    ///
    /// # Errors
    /// Exit status 2: one of them is read, or is in a folder that is, or is a file of a tree.
    pub(crate) fn spare<'p>(
        &self,
        targets: impl IntoIterator<Item = &'p PathBuf>,
    ) -> Result<(), CommandError> {
        targets
            .into_iter()
            .try_for_each(|target| self.spare_one(target))
    }

    fn spare_one(&self, target: &Path) -> Result<(), CommandError> {
        // What is not there is not lost.
        let Ok(real) = target.canonicalize() else {
            return Ok(());
        };
        let is_in = |folders: &[PathBuf]| folders.iter().any(|folder| real.starts_with(folder));
        let ending = real.extension().and_then(|ending| ending.to_str());
        let is_result = ending.is_some_and(|ending| RESULTS.contains(&ending));
        let why = if is_in(&self.files) {
            "it is what the command reads, and the result would replace it"
        } else if real.is_file() && is_in(&self.trees) && !is_result {
            "it is a file of the tree, which is never written"
        } else {
            return Ok(());
        };
        let message = format!("cannot write {}: {why}", target.display());
        Err(CommandError::unusable(message))
    }
}

fn real<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Vec<PathBuf> {
    let real = paths.into_iter().map(|path| path.canonicalize());
    real.filter_map(Result::ok).collect()
}
