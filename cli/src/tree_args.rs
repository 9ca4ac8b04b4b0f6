//! `--tree DIR`, `--git REPO --rev REV`, `--sample`: which kernel tree is meant.

use std::path::{Path, PathBuf};
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
        match (&self.tree, &self.git, &self.rev) {
            (Some(directory), _, _) => directory_at(directory),
            (None, Some(repository), Some(revision)) => revision_of(repository, revision),
            _ => Ok(Arc::new(SampleTree::open())),
        }
    }
}

/// `--tree DIR`…, `--git REPO --rev REV`…, `--sample`: any number of trees.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Trees")]
pub(crate) struct TreesArgs {
    /// A kernel tree in a directory; may be given again.
    #[arg(long, value_name = "DIR")]
    tree: Vec<PathBuf>,

    /// A git repository (bare or not), read at each --rev without a checkout.
    #[arg(long, value_name = "REPO", requires = "rev")]
    git: Option<PathBuf>,

    /// A revision of --git, as git names revisions: v6.12, HEAD~3, a commit id; may be given again.
    #[arg(long, value_name = "REV", requires = "git")]
    rev: Vec<String>,

    /// The built-in miniature tree (the default where no other is given).
    #[arg(long)]
    sample: bool,
}

impl TreesArgs {
    /// Opens the trees: directories, then revisions, then the sample, each in the order given.
    ///
    /// # Errors
    /// Exit status 2: there is no such tree.
    pub(crate) fn open(&self) -> Result<Vec<Arc<dyn Tree>>, CommandError> {
        let directories = self.tree.iter().map(|directory| directory_at(directory));
        let revisions = self.git.iter().flat_map(|repository| {
            let revisions = self.rev.iter();
            revisions.map(move |revision| revision_of(repository, revision))
        });
        let mut trees: Vec<_> = directories.chain(revisions).collect::<Result<_, _>>()?;
        if self.sample || trees.is_empty() {
            trees.push(Arc::new(SampleTree::open()));
        }
        Ok(trees)
    }
}

fn directory_at(directory: &Path) -> Result<Arc<dyn Tree>, CommandError> {
    DirTree::open(directory)
        .map(|tree| Arc::new(tree) as _)
        .map_err(no_tree)
}

fn revision_of(repository: &Path, revision: &str) -> Result<Arc<dyn Tree>, CommandError> {
    GitTree::open(repository, revision)
        .map(|tree| Arc::new(tree) as _)
        .map_err(no_tree)
}

fn no_tree(error: TreeError) -> CommandError {
    CommandError::new(Status::Unusable, error).with_hint(
        "--tree takes the top folder of a kernel source, --git REPO with --rev a revision",
    )
}
