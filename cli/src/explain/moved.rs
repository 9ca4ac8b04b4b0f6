//! Since which commit an anchor is not there any more.
//!
//! The file is followed as `git log FILE` follows it: from a commit to the parent that has the same of it, else to the first.
//! Where it differs, the older state is asked whether the change resolves there. No text is searched for: that the answer is the
//! resolver's own is worth a few trees more.

use std::path::Path;

use dialect::TreePath;
use generator::{FailureKind, Problem};
use schema::model::{Change, Spec};
use trees::{CommitId, History, ParsedTree, TreeError};

use crate::commands::base::no_history;
use crate::error::CommandError;

/// How many commits are gone back.
const MOST_COMMITS: usize = 20_000;

/// How many states of the file are asked.
const MOST_STATES: usize = 64;

/// The history before a revision.
pub(crate) struct Past {
    history: History,
    tip: CommitId,
}

/// Where a search back ended.
enum End {
    /// The commit before this one had the anchor.
    Changed(CommitId),
    /// The file was there before this commit, and is not in it.
    Gone(CommitId),
    /// Why nothing is known.
    Open(String),
}

impl Past {
    /// The history of a repository up to a commit.
    ///
    /// # Errors
    /// Exit status 2: there is none.
    pub(crate) fn open(repository: &Path, commit: &str) -> Result<Self, CommandError> {
        let history = History::open(repository).map_err(no_history)?;
        let tip = history.commit(commit).map_err(no_history)?;
        Ok(Self { history, tip })
    }

    /// Which commit moved, renamed or removed what a change is found by, or why that is not known.
    pub(super) fn of(&self, spec: &Spec, change: &Change, problem: &Problem) -> String {
        let path = problem
            .file
            .as_deref()
            .and_then(|path| TreePath::new(path).ok());
        let Some(path) = path.or_else(|| change.body.files.first().cloned()) else {
            return "since which commit: not searched, the change is of many files".to_owned();
        };
        let end = self.search(spec, change, &path);
        match end {
            Ok(End::Changed(commit)) => {
                format!("since: {}, which changed {path}", self.named(commit))
            }
            Ok(End::Gone(commit)) => match self.history.renamed(commit, &path) {
                Some(new) => format!(
                    "since: {}, which renamed {path} to {new}",
                    self.named(commit)
                ),
                None => format!("since: {}, which removed {path}", self.named(commit)),
            },
            Ok(End::Open(why)) => format!("since which commit is not known: {why}"),
            Err(error) => format!("since which commit is not known: {error}"),
        }
    }

    fn named(&self, commit: CommitId) -> String {
        format!("{} (\"{}\")", commit.short(), self.history.subject(commit))
    }

    fn search(&self, spec: &Spec, change: &Change, path: &TreePath) -> Result<End, TreeError> {
        let mut commit = self.tip;
        let mut now = self.history.at(commit, path)?;
        let mut states = 0;
        for _ in 0..MOST_COMMITS {
            let parents = self.history.parents(commit);
            let Some(&first) = parents.first() else {
                let of = match now {
                    Some(_) => format!("{path} never had it"),
                    None => format!("there never was a {path}"),
                };
                return Ok(End::Open(format!("up to {}, {of}", commit.short())));
            };
            let mut older = Vec::new();
            for parent in parents {
                let Ok(had) = self.history.at(parent, path) else {
                    let short = commit.short();
                    return Ok(End::Open(format!("the history ends at {short}")));
                };
                older.push((parent, had));
            }
            if let Some((same, _)) = older.iter().find(|(_, had)| *had == now) {
                commit = *same;
                continue;
            }
            let had = older.into_iter().next().and_then(|(_, had)| had);
            if had.is_some() {
                if now.is_none() {
                    return Ok(End::Gone(commit));
                }
                if states == MOST_STATES {
                    let message = format!(
                        "{MOST_STATES} states of {path} were asked, back to {}",
                        commit.short()
                    );
                    return Ok(End::Open(message));
                }
                states += 1;
                if self.resolves(spec, change, first)? {
                    return Ok(End::Changed(commit));
                }
            }
            (commit, now) = (first, had);
        }
        let message = format!(
            "{MOST_COMMITS} commits were gone back, to {}",
            commit.short()
        );
        Ok(End::Open(message))
    }

    /// Whether a change has its site in a commit, or is there already.
    fn resolves(&self, spec: &Spec, change: &Change, commit: CommitId) -> Result<bool, TreeError> {
        let tree = self.history.tree(commit, &commit.short())?;
        let tree = ParsedTree::new(trees::with_words(std::sync::Arc::new(tree), &spec.words));
        let located = generator::locate(spec, &tree);
        let own = located.iter().find(|located| located.id == change.id);
        Ok(own.is_some_and(|own| match &own.outcome {
            Ok(_) => true,
            Err(problem) => problem.kind == FailureKind::Present,
        }))
    }
}
