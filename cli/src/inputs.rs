//! What a command reads, and must not write its result over.

use std::path::{Path, PathBuf};

use crate::error::CommandError;

/// Files and folders that a command was given to read.
#[derive(Debug, Default)]
pub(crate) struct Inputs(Vec<PathBuf>);

impl Inputs {
    /// These; what is not there is left out.
    pub(crate) fn of<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Self {
        let real = paths
            .into_iter()
            .filter_map(|path| path.canonicalize().ok());
        Self(real.collect())
    }

    /// Whether a result may go to this file, as gcc and cp ask it.
    ///
    /// # Errors
    /// Exit status 2: the file is one of them, or in a folder that is one.
    pub(crate) fn spare(&self, target: &Path) -> Result<(), CommandError> {
        let Ok(real) = target.canonicalize() else {
            return Ok(());
        };
        if !self.0.iter().any(|input| real.starts_with(input)) {
            return Ok(());
        }
        let message = format!(
            "cannot write {}: it is what the command reads, and the result would replace it",
            target.display()
        );
        Err(CommandError::unusable(message))
    }
}
