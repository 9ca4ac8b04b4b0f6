//! `--tree DIR`, `--git REPO --rev REV`, `--sample`: which kernel tree is meant.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use dialect::words::Words;
use schema::LoadError;
use schema::model::Spec;
use trees::{DirTree, GitTree, KnownMissing, SampleTree, Tree};

use crate::build::Origin;
use crate::error::{CommandError, Status};
use crate::explain::Past;
use crate::inputs::Inputs;
use crate::spec_file;
use crate::text::{counted, escape};

mod revisions;

use revisions::Revisions;

/// The tree that a command works on. Read only, always.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Tree")]
pub(crate) struct TreeArgs {
    /// A kernel tree in a directory.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["git", "sample"])]
    tree: Option<PathBuf>,

    /// A git repository (bare or not), read at --rev without a checkout.
    #[arg(long, value_name = "REPO", conflicts_with = "sample")]
    git: Option<PathBuf>,

    /// A revision of --git, as git names revisions: v6.12, HEAD~3, a commit id [default: HEAD].
    // clap asks for what an argument requires only where nothing that is given conflicts with it.
    #[arg(long, value_name = "REV", requires = "git", conflicts_with_all = ["tree", "sample"])]
    rev: Option<String>,

    /// The built-in miniature tree (the default).
    #[arg(long)]
    sample: bool,

    /// Blob ids or paths, one a line, that the repository of --git lacks for good. Claims about the whole tree are made
    /// without these files, which is said; a claim that needs one of them stays unknown (docs/guide.md).
    #[arg(long = "known-missing", value_name = "FILE", requires = "git", conflicts_with_all = ["tree", "sample"])]
    known_missing: Option<PathBuf>,

    /// Words for the dialect, as `[dialect]` of a spec has them (docs/guide.md); may be given again.
    #[arg(long, value_name = "FILE")]
    words: Vec<PathBuf>,
}

impl TreeArgs {
    /// Opens the tree, to be read with the words of --words and of `specs`.
    ///
    /// # Errors
    /// Exit status 2: there is no such tree, or a file of words is wrong.
    pub(crate) fn open(&self, specs: &[Spec]) -> Result<Arc<dyn Tree>, CommandError> {
        Ok(self.open_at(specs)?.0)
    }

    /// As [`Self::open`], with the commit that the tree is, where it is one. What a branch is at may be another commit a
    /// moment later: it is asked once.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_at(
        &self,
        specs: &[Spec],
    ) -> Result<(Arc<dyn Tree>, Option<String>), CommandError> {
        self.open_revision(specs, self.revision())
    }

    /// As [`Self::open_at`], with `revision` for --rev.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_revision(
        &self,
        specs: &[Spec],
        revision: &str,
    ) -> Result<(Arc<dyn Tree>, Option<String>), CommandError> {
        let words = all_words(&self.words, specs)?;
        let mut commit = None;
        let tree: Arc<dyn Tree> = match (&self.tree, &self.git) {
            (Some(directory), _) => directory_at(directory)?,
            (None, Some(repository)) => {
                let known = self.known_missing.as_deref();
                let tree = without_missing(git_tree(repository, revision)?, known)?;
                commit = tree.commit();
                Arc::new(tree)
            }
            _ => Arc::new(SampleTree::open()),
        };
        Ok((trees::with_words(tree, &words), commit))
    }

    /// What a command reads that is given these files, and the tree's own.
    pub(crate) fn inputs<'p>(&'p self, files: impl IntoIterator<Item = &'p PathBuf>) -> Inputs {
        let inputs = Inputs::of(files).and(&self.words);
        inputs.and(&self.known_missing).and_trees(&self.tree)
    }

    /// The revision of --rev.
    pub(crate) fn revision(&self) -> &str {
        self.rev.as_deref().unwrap_or("HEAD")
    }

    /// The repository of --git.
    pub(crate) fn repository(&self) -> Option<&Path> {
        self.git.as_deref()
    }

    /// The history before the commit that the tree is, for --explain; none where it is no commit.
    ///
    /// # Errors
    /// Exit status 2: it cannot be opened.
    pub(crate) fn past(&self, commit: Option<&str>) -> Result<Option<Past>, CommandError> {
        let at = self.repository().zip(commit);
        at.map(|(repository, commit)| Past::open(repository, commit))
            .transpose()
    }

    /// Where the files of the tree are, for a copy of it.
    ///
    /// # Errors
    /// Exit status 2: it is the built-in tree, which is no whole kernel.
    pub(crate) fn origin(&self) -> Result<Origin<'_>, CommandError> {
        match (&self.tree, &self.git) {
            (Some(directory), _) => Ok(Origin::Directory(directory)),
            (None, Some(repository)) => Ok(Origin::Revision(repository, self.revision())),
            (None, None) => {
                let error = CommandError::unusable(
                    "the built-in tree is no whole kernel: it cannot be compiled",
                );
                Err(error.with_hint("--tree DIR or --git REPO names one"))
            }
        }
    }
}

/// `--tree DIR`…, `--git REPO --rev REV…`…, `--sample`: any number of trees.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Trees")]
pub(crate) struct TreesArgs {
    /// A kernel tree in a directory; may be given again.
    #[arg(long, value_name = "DIR")]
    tree: Vec<PathBuf>,

    #[command(flatten)]
    revisions: Revisions,

    /// The built-in miniature tree (the default where no other is given).
    #[arg(long)]
    sample: bool,

    /// Blob ids or paths, one a line, that the repository of --git lacks for good. Claims about the whole tree are made
    /// without these files, which is said; a claim that needs one of them stays unknown (docs/guide.md).
    #[arg(long = "known-missing", value_name = "FILE", requires = "git")]
    known_missing: Option<PathBuf>,

    /// Words for the dialect, as `[dialect]` of a spec has them (docs/guide.md); may be given again.
    #[arg(long, value_name = "FILE")]
    words: Vec<PathBuf>,
}

impl TreesArgs {
    /// As [`TreeArgs::inputs`].
    pub(crate) fn inputs<'p>(&'p self, files: impl IntoIterator<Item = &'p PathBuf>) -> Inputs {
        let inputs = Inputs::of(files).and(&self.words);
        inputs.and(&self.known_missing).and_trees(&self.tree)
    }

    /// Opens the trees: directories, then revisions, then the sample, each in the order given, to be read
    /// with the words of --words and of all `specs`. One that cannot be opened keeps none of the others from it.
    ///
    /// # Errors
    /// Exit status 2: a file of words is wrong.
    pub(crate) fn open(&self, specs: &[Spec]) -> Result<Vec<OpenedTree>, CommandError> {
        let words = all_words(&self.words, specs)?;
        let directories = self.tree.iter().map(|directory| OpenedTree {
            label: directory.display().to_string(),
            tree: directory_at(directory),
            revision: None,
        });
        let revisions = self.revisions.0.iter().flat_map(|repository| {
            let revisions = repository.revisions.iter();
            revisions.map(|revision| {
                let known = self.known_missing.as_deref();
                let tree = git_tree(&repository.path, revision);
                let tree = tree
                    .and_then(|tree| without_missing(tree, known))
                    .map(Arc::new);
                let label = || format!("{}@{revision}", repository.path.display());
                OpenedTree {
                    label: tree.as_ref().map_or_else(|_| label(), |tree| tree.label()),
                    // An answer that is kept is of all files.
                    revision: tree.as_ref().ok().filter(|_| known.is_none()).cloned(),
                    tree: tree.map(|tree| tree as _),
                }
            })
        });
        let mut trees: Vec<OpenedTree> = directories.chain(revisions).collect();
        if self.sample || trees.is_empty() {
            let sample = SampleTree::open();
            trees.push(OpenedTree {
                label: sample.label(),
                tree: Ok(Arc::new(sample)),
                revision: None,
            });
        }
        for opened in &mut trees {
            let worded = |tree: &mut Arc<dyn Tree>| *tree = trees::with_words(tree.clone(), &words);
            opened.tree.iter_mut().for_each(worded);
        }
        Ok(trees)
    }
}

impl TreesArgs {
    /// The repository of --git, of which --range is.
    ///
    /// # Errors
    /// Exit status 2: there are several.
    pub(crate) fn repository(&self) -> Result<Option<&Path>, CommandError> {
        match self.revisions.first() {
            Some((_, true)) => {
                let error = CommandError::unusable(
                    "--range is of one repository, and --git is given several times",
                );
                Err(error.with_hint("run `check --range` once for each"))
            }
            first => Ok(first.map(|(path, _)| path)),
        }
    }

    /// The words of --words and of `specs`.
    ///
    /// # Errors
    /// Exit status 2: a file of words is wrong.
    pub(crate) fn all_words(&self, specs: &[Spec]) -> Result<Words, CommandError> {
        all_words(&self.words, specs)
    }
}

/// One of several trees, or why it is none.
pub(crate) struct OpenedTree {
    /// What to call it in messages.
    pub(crate) label: String,
    pub(crate) tree: Result<Arc<dyn Tree>, CommandError>,
    /// The same without the words of the user, where it is a revision of a repository.
    pub(crate) revision: Option<Arc<GitTree>>,
}

fn all_words(files: &[PathBuf], specs: &[Spec]) -> Result<Words, CommandError> {
    let mut words = Words::default();
    for spec in specs {
        words.merge(&spec.words);
    }
    for file in files {
        let loaded = schema::load_words_file(file).map_err(|error| match error {
            LoadError::Invalid(diagnostics) => {
                spec_file::refuse_file(&diagnostics, "file of words")
            }
            error => {
                CommandError::unusable(error.to_string().replace("no such spec", "no such file"))
            }
        })?;
        words.merge(&loaded);
    }
    Ok(words)
}

fn directory_at(directory: &Path) -> Result<Arc<dyn Tree>, CommandError> {
    DirTree::open(directory)
        .map(|tree| Arc::new(tree) as _)
        .map_err(|error| {
            CommandError::new(Status::Unusable, error)
                .with_hint("--tree takes the top folder of a kernel source")
        })
}

/// A revision without what --known-missing lists and the repository lacks, which is said.
fn without_missing(tree: GitTree, known: Option<&Path>) -> Result<GitTree, CommandError> {
    /// So many are named.
    const SHOWN: usize = 5;
    let Some(file) = known else {
        return Ok(tree);
    };
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| CommandError::unusable(format!("{name}: {error}")))?;
    let known = KnownMissing::parse(&text).map_err(|(line, fault)| {
        let error = CommandError::unusable(format!("{name}:{line}: {fault}"));
        error.with_hint("--known-missing has a blob's whole id or a path in the tree on each line")
    })?;
    let label = tree.label();
    let tree = tree.without(&known);
    let left_out = tree.left_out();
    if !left_out.is_empty() {
        let shown: Vec<&str> = left_out.iter().take(SHOWN).map(String::as_str).collect();
        let more = match left_out.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let note = format!(
            "note: {label}: {} that {name} lists and the repository lacks: no claim about the whole tree has seen {}{more}",
            counted(left_out.len(), "file"),
            shown.join(", ")
        );
        anstream::eprintln!("{}", escape(&note));
    }
    Ok(tree)
}

fn revision_of(repository: &Path, revision: &str) -> Result<Arc<dyn Tree>, CommandError> {
    git_tree(repository, revision).map(|tree| Arc::new(tree) as _)
}

/// A revision of a repository.
///
/// # Errors
/// Exit status 2: there is no such repository or revision.
pub(crate) fn git_tree(repository: &Path, revision: &str) -> Result<GitTree, CommandError> {
    if revision.trim().is_empty() {
        let error = CommandError::unusable("--rev is empty");
        return Err(error.with_hint("give it a revision as git names them, such as v6.12 or HEAD"));
    }
    GitTree::open(repository, revision).map_err(|error| {
        CommandError::new(Status::Unusable, error).with_hint(
            "--git takes the top folder of a repository, bare or not, --rev a commit, a tag or a tree",
        )
    })
}

/// The tree that one word names: a directory, `REPO@REV`, or `sample`.
///
/// # Errors
/// Exit status 2: there is no such tree.
pub(crate) fn named(name: &str) -> Result<Arc<dyn Tree>, CommandError> {
    let directory = Path::new(name);
    if name == "sample" && !directory.exists() {
        return Ok(Arc::new(SampleTree::open()));
    }
    match name.rsplit_once('@') {
        Some((repository, revision)) if !directory.exists() => {
            revision_of(Path::new(repository), revision)
        }
        _ => directory_at(directory),
    }
}
