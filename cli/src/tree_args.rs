//! `--tree DIR`, `--git REPO --rev REV`, `--sample`: which kernel tree is meant.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use trees::{DirTree, GitTree, SampleTree, Tree, TreeError};

use crate::error::{CommandError, Status};

/// The tree that a command works on. Read only, always.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Tree")]
pub(crate) struct TreeArgs {
    /// A kernel tree in a directory.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["git", "sample"])]
    tree: Option<PathBuf>,

    /// A git repository (bare or not), read at --rev without a checkout.
    #[arg(long, value_name = "REPO", requires = "rev", conflicts_with = "sample")]
    git: Option<PathBuf>,

    /// A revision of --git, as git names revisions: v6.12, HEAD~3, a commit id.
    #[arg(long, value_name = "REV", requires = "git")]
    rev: Option<String>,

    /// The built-in miniature tree (the default).
    #[arg(long)]
    sample: bool,
}

impl TreeArgs {
    /// Opens the tree.
    ///
    /// # Errors
    /// Exit status 2: there is no such tree.
    pub(crate) fn open(&self) -> Result<Arc<dyn Tree>, CommandError> {
        let tree: Result<Arc<dyn Tree>, TreeError> = match (&self.tree, &self.git, &self.rev) {
            (Some(directory), _, _) => DirTree::open(directory).map(|t| Arc::new(t) as _),
            (None, Some(repository), Some(revision)) => {
                GitTree::open(repository, revision).map(|t| Arc::new(t) as _)
            }
            _ => Ok(Arc::new(SampleTree::open())),
        };
        tree.map_err(|error| {
            CommandError::new(Status::Unusable, error).with_hint(
                "--tree takes the top folder of a kernel source, --git REPO with --rev a revision",
            )
        })
    }
}
