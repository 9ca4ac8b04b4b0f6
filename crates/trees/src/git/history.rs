//! The commits of a repository: which there are, what a path was in each, and each as a tree.
//!
//! Read as everything of git is: objects and references alone, no hook, no filter. Where a history ends early (a shallow
//! clone, a parent that is missing) what is before is not made up: the walk says where it ended.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use dialect::TreePath;
use git2::{Oid, Repository, Sort};
use jiff::Timestamp;
use jiff::tz::Offset;

use super::folder::Kind;
use super::objects::Objects;
use super::source::{self, Source};
use super::{GitTree, changes, commit_mail, revision};
use crate::mail::Mail;
use crate::recorded::Questions;
use crate::tree::TreeError;

/// A commit of a [`History`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(Oid);

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl CommitId {
    /// As the kernel cites it: 12 digits.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

/// Commits, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// In the order that was asked for.
    pub commits: Vec<CommitId>,
    /// Why it has not all of them, where it has not.
    pub ends_early: Option<String>,
}

/// The commits of a repository.
pub struct History {
    repository: Repository,
    objects: Arc<Objects>,
    named: String,
}

impl History {
    /// Opens the repository at a path, which is not looked for in the folders above.
    ///
    /// # Errors
    /// [`TreeError::NoTree`] where there is none that can be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, TreeError> {
        let path = path.as_ref();
        let named = path.display().to_string();
        let no_tree = |reason: String| TreeError::NoTree {
            tree: named.clone(),
            reason,
        };
        let repository = source::open(path).map_err(no_tree)?;
        let source = Source::of(&repository, path).map_err(no_tree)?;
        source.check_structure().map_err(no_tree)?;
        let objects = Arc::new(Objects::new(source));
        Ok(Self {
            repository,
            objects,
            named,
        })
    }

    fn no_tree(&self, rev: impl fmt::Display, reason: impl Into<String>) -> TreeError {
        TreeError::NoTree {
            tree: format!("{}@{rev}", self.named),
            reason: reason.into(),
        }
    }

    /// The commit that a revision names.
    ///
    /// # Errors
    /// It names none.
    pub fn commit(&self, rev: &str) -> Result<CommitId, TreeError> {
        let source = self.objects.source();
        let named = revision::tree(&self.repository, source, rev);
        let named = named.map_err(|reason| self.no_tree(rev, reason))?;
        let commit = named.commit.map(CommitId);
        commit.ok_or_else(|| self.no_tree(rev, "it names a tree; name a commit"))
    }

    /// The commit with that whole id, where the repository has it.
    #[must_use]
    pub fn with_id(&self, id: &str) -> Option<CommitId> {
        let id = Oid::from_str(id).ok()?;
        let commit = self.repository.find_commit(id).ok()?;
        Some(CommitId(commit.id()))
    }

    /// A commit as a tree, called REPO@`name`.
    ///
    /// # Errors
    /// Its objects are not there.
    pub fn tree(&self, commit: CommitId, name: &str) -> Result<GitTree, TreeError> {
        let root = self.root(commit)?;
        Ok(GitTree {
            label: format!("{}@{name}", self.named),
            objects: Arc::clone(&self.objects),
            root,
            commit: Some(commit.0),
            left_out: BTreeSet::new(),
        })
    }

    fn root(&self, CommitId(id): CommitId) -> Result<Oid, TreeError> {
        let found = self.repository.find_commit(id);
        found
            .map(|commit| commit.tree_id())
            .map_err(|error| self.no_tree(id, error.message()))
    }

    /// The id of what a path is in a commit; none where it has no such path. Links are not followed.
    ///
    /// # Errors
    /// A folder on the way cannot be read.
    pub fn at(&self, commit: CommitId, path: &TreePath) -> Result<Option<String>, TreeError> {
        let root = self.root(commit)?;
        let found = self.objects.resolve(root, path.as_str(), false)?;
        let found = found.filter(|entry| entry.kind != Kind::Submodule);
        Ok(found.map(|entry| entry.id.to_string()))
    }

    /// A commit's parents, as far as they are there.
    #[must_use]
    pub fn parents(&self, CommitId(id): CommitId) -> Vec<CommitId> {
        let commit = self.repository.find_commit(id);
        commit.map_or_else(
            |_| Vec::new(),
            |commit| commit.parent_ids().map(CommitId).collect(),
        )
    }

    /// A commit's subject, for people.
    #[must_use]
    pub fn subject(&self, CommitId(id): CommitId) -> String {
        let commit = self.repository.find_commit(id);
        let message = commit.map(|commit| commit.message_bytes().to_vec());
        let message = message.unwrap_or_default();
        let text = String::from_utf8_lossy(&message);
        text.trim_start()
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    /// The day that a commit was made, where its committer was: `2024-11-17`, as `git log --date=short` has it of `%cd`.
    #[must_use]
    pub fn date(&self, CommitId(id): CommitId) -> Option<String> {
        let time = self.repository.find_commit(id).ok()?.time();
        let offset = Offset::from_seconds(time.offset_minutes().checked_mul(60)?).ok()?;
        let moment = Timestamp::from_second(time.seconds()).ok()?;
        Some(offset.to_datetime(moment).date().to_string())
    }

    /// The commits that branches and tags are at, with their names; HEAD first, then by name.
    #[must_use]
    pub fn tips(&self) -> Vec<(String, CommitId)> {
        let mut tips = Vec::new();
        let references = self.repository.references();
        for reference in references.into_iter().flatten().flatten() {
            // A name that is not UTF-8 is shown as well as it can be: the commit is what counts.
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            let short = ["refs/heads/", "refs/tags/", "refs/remotes/"]
                .iter()
                .find_map(|start| name.strip_prefix(start));
            if let (Some(short), Ok(commit)) = (short, reference.peel_to_commit()) {
                tips.push((short.to_owned(), CommitId(commit.id())));
            }
        }
        tips.sort();
        let head = self
            .repository
            .head()
            .and_then(|head| head.peel_to_commit());
        let head = head.map(|commit| ("HEAD".to_owned(), CommitId(commit.id())));
        head.into_iter().chain(tips).collect()
    }

    /// What is reachable from some commits, the newest first and no commit before one that is made on it; at most `most`.
    ///
    /// # Errors
    /// The walk cannot begin.
    pub fn reachable(&self, from: &[CommitId], most: usize) -> Result<Line, TreeError> {
        let fault = |error: git2::Error| self.no_tree("history", error.message());
        let mut walk = self.repository.revwalk().map_err(fault)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)
            .map_err(fault)?;
        for CommitId(id) in from {
            walk.push(*id).map_err(fault)?;
        }
        let mut line = Line::default();
        for step in walk {
            match step {
                Ok(_) if line.commits.len() == most => {
                    line.ends_early = Some(format!("only the newest {most} commits were searched"));
                    return Ok(line);
                }
                Ok(id) => line.commits.push(CommitId(id)),
                Err(error) => {
                    line.ends_early = Some(self.cut(error.message()));
                    return Ok(line);
                }
            }
        }
        line.ends_early = self.repository.is_shallow().then(|| self.cut(""));
        Ok(line)
    }

    /// The first parents from `after` (left out) to `until`, the oldest first.
    ///
    /// # Errors
    /// `after` is not among the first parents of `until`.
    pub fn first_parents(
        &self,
        after: CommitId,
        until: CommitId,
    ) -> Result<Vec<CommitId>, TreeError> {
        let mut commits = Vec::new();
        let mut next = until;
        while next != after {
            let commit = self.repository.find_commit(next.0);
            let parent = commit.and_then(|commit| commit.parent_id(0));
            commits.push(next);
            next = parent.map(CommitId).map_err(|_| {
                let mut reason = format!(
                    "{} is not among the first parents of {}",
                    after.short(),
                    until.short()
                );
                if self.repository.is_shallow() {
                    reason = format!("{reason}: {}", self.cut(""));
                }
                self.no_tree(format!("{}..{}", after.short(), until.short()), reason)
            })?;
        }
        commits.reverse();
        Ok(commits)
    }

    /// Whether anything that was asked of `before` could have another answer in `after`.
    ///
    /// # Errors
    /// A folder of one of the two cannot be read.
    pub fn touches(
        &self,
        before: CommitId,
        after: CommitId,
        questions: &Questions,
    ) -> Result<bool, TreeError> {
        let roots = [self.root(before)?, self.root(after)?];
        changes::touches(&self.repository, &self.objects, roots, questions)
            .map_err(|error| self.no_tree(after, error.message()))
    }

    /// The commits that `A..B` names; HEAD where a side is empty.
    ///
    /// # Errors
    /// It is no range, or a side of it names no commit.
    pub fn range(&self, text: &str) -> Result<(CommitId, CommitId), TreeError> {
        let sides = text.split_once("..");
        let Some((after, until)) = sides.filter(|(_, until)| !until.starts_with('.')) else {
            let reason = "it is no range of commits; write one as A..B: what is in B and not in A";
            return Err(self.no_tree(text, reason));
        };
        let named = |side: &str| self.commit(if side.is_empty() { "HEAD" } else { side });
        Ok((named(after)?, named(until)?))
    }

    /// A commit as the mail that would carry it: its author, its message, and the diff against its parent.
    ///
    /// # Errors
    /// It has several parents or none, its objects are not there, or its diff has what no patch can be judged by.
    pub fn mail(&self, commit: CommitId) -> Result<Mail, String> {
        commit_mail::mail(&self.repository, self.objects.source(), commit.0).map_err(|reason| {
            format!(
                "commit {} (\"{}\"): {reason}",
                commit.short(),
                self.subject(commit)
            )
        })
    }

    /// What a path came to be called in a commit that has it no longer: git's rename of the commit, against its first parent.
    #[must_use]
    pub fn renamed(&self, CommitId(id): CommitId, path: &TreePath) -> Option<String> {
        let commit = self.repository.find_commit(id).ok()?;
        let before = commit.parent(0).ok()?.tree().ok()?;
        let after = commit.tree().ok()?;
        let diff = self
            .repository
            .diff_tree_to_tree(Some(&before), Some(&after), None);
        let mut diff = diff.ok()?;
        diff.find_similar(None).ok()?;
        let old = Path::new(path.as_str());
        let renamed = diff.deltas().find(|delta| {
            delta.status() == git2::Delta::Renamed && delta.old_file().path() == Some(old)
        })?;
        Some(renamed.new_file().path()?.display().to_string())
    }

    fn cut(&self, reason: &str) -> String {
        match self.repository.is_shallow() {
            true => "the history is shallow, and `git fetch --unshallow` gets the rest".to_owned(),
            false => format!("the history cannot be read to its end: {reason}"),
        }
    }
}
