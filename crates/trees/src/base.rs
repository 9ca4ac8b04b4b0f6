//! Which commits a series was made for.
//!
//! A series says it itself, by its `base-commit:` line and by the blob ids of its `index` lines: those are exact and
//! need no trial. Where it says nothing, or no commit has those blobs, it is applied: a commit where every hunk applies
//! without fuzz takes the series. Commits that have the same blobs at the paths of the series are tried once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use dialect::TreePath;

use crate::apply::{ApplyFaultKind, ApplyNoteKind, apply_series};
use crate::git::{CommitId, History};
use crate::mail::Mail;
use crate::tree::{Tree, TreeError};

/// What a series says of where it belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// `base-commit:`
    pub commit: Option<String>,
    /// How many `prerequisite-patch-id:` lines it has: patches that are to be applied before.
    pub prerequisites: usize,
    /// The files before: the beginning of a blob's id; an empty one for a file that is not to be there; none where the
    /// mails do not say.
    pub blobs: BTreeMap<TreePath, Option<String>>,
}

impl Said {
    /// What the mails of a series say.
    #[must_use]
    pub fn of(mails: &[Mail]) -> Self {
        let mut said = Self::default();
        for mail in mails {
            for line in mail.raw.split(|&byte| byte == b'\n') {
                let line = String::from_utf8_lossy(line);
                if let Some(id) = line.strip_prefix("base-commit: ") {
                    let id = id.trim();
                    let is_id = id.len() == 40 && id.bytes().all(|b| b.is_ascii_hexdigit());
                    said.commit = is_id.then(|| id.to_owned()).or(said.commit);
                }
                said.prerequisites += usize::from(line.starts_with("prerequisite-patch-id: "));
            }
        }
        // What a patch of the series made itself says nothing of the tree before.
        let mut made: BTreeSet<&TreePath> = BTreeSet::new();
        for file in mails.iter().flat_map(|mail| &mail.diff) {
            if let Some(old) = file.old_path.as_ref().filter(|old| !made.contains(old)) {
                let blobs = said.blobs.entry(old.clone());
                blobs.or_insert_with(|| file.old_blob.clone());
            }
            if let Some(new) = file.new_path.as_ref() {
                let is_other = file.old_path.as_ref() != Some(new);
                if is_other && !made.contains(new) {
                    let blobs = said.blobs.entry(new.clone());
                    blobs.or_insert_with(|| Some(String::new()));
                }
            }
            made.extend([&file.old_path, &file.new_path].into_iter().flatten());
        }
        said
    }

    fn is_whole(&self) -> bool {
        let mut blobs = self.blobs.values();
        let says_one = self.blobs.values().flatten().any(|id| !id.is_empty());
        says_one && blobs.all(Option::is_some)
    }

    fn fits(&self, state: &State) -> bool {
        self.is_whole()
            && self
                .blobs
                .iter()
                .zip(state)
                .all(|((_, said), is)| match (said.as_deref(), is) {
                    (Some(""), is) => is.is_none(),
                    (Some(said), Some(is)) => is.starts_with(said),
                    _ => false,
                })
    }
}

/// What the paths of the series are in a commit, in their order.
type State = Vec<Option<String>>;

/// The first hunk that a commit does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Index of the mail.
    pub mail: usize,
    /// The file.
    pub path: TreePath,
    /// 1-based number of the hunk in its file's part; none where the file itself is at fault.
    pub hunk: Option<usize>,
    /// 1-based line in the mail file.
    pub line: usize,
    /// Whether the file is not there.
    pub is_missing: bool,
    /// All of it for people.
    pub message: String,
    /// What else does not apply of the same mail, this hunk included.
    pub faults: Vec<(TreePath, Option<usize>)>,
}

/// How a commit takes a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It has the very blobs that the `index` lines name.
    Blobs,
    /// Every hunk applies without fuzz, so many of them some lines off.
    Applies(usize),
    /// A hunk does not apply.
    Refuses(Refused),
    /// Something of it cannot be read.
    Unknown(String),
}

impl Fit {
    /// Whether the series applies.
    #[must_use]
    pub fn takes(&self) -> bool {
        matches!(self, Self::Blobs | Self::Applies(_))
    }
}

/// What became of a refused hunk before.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// The nearest commit that takes the hunk.
    pub commit: CommitId,
    /// Whether it is before the one that was asked about.
    pub is_ancestor: bool,
    /// The commits since that changed the file, the newest first.
    pub since: Vec<CommitId>,
    /// What the file is called now, where one of them renamed it.
    pub renamed: Option<String>,
}

/// Asks the commits of a history whether they take a series.
pub struct Finder<'a> {
    history: &'a History,
    mails: &'a [Mail],
    said: Said,
    trials: RefCell<HashMap<State, Fit>>,
}

impl<'a> Finder<'a> {
    /// For the mails of a series, in their order.
    #[must_use]
    pub fn new(history: &'a History, mails: &'a [Mail]) -> Self {
        Self {
            history,
            mails,
            said: Said::of(mails),
            trials: RefCell::default(),
        }
    }

    /// What the series says of itself.
    #[must_use]
    pub fn said(&self) -> &Said {
        &self.said
    }

    fn state(&self, commit: CommitId) -> Result<State, TreeError> {
        let paths = self.said.blobs.keys();
        paths.map(|path| self.history.at(commit, path)).collect()
    }

    /// Whether the blobs of a commit are those that the series names; no trial.
    ///
    /// # Errors
    /// A folder of the commit cannot be read.
    pub fn has_blobs(&self, commit: CommitId) -> Result<bool, TreeError> {
        Ok(self.said.fits(&self.state(commit)?))
    }

    /// How a commit takes the series.
    #[must_use]
    pub fn fit(&self, commit: CommitId) -> Fit {
        let state = match self.state(commit) {
            Ok(state) => state,
            Err(error) => return Fit::Unknown(error.to_string()),
        };
        if self.said.fits(&state) {
            return Fit::Blobs;
        }
        if let Some(known) = self.trials.borrow().get(&state) {
            return known.clone();
        }
        let fit = self.tried(commit);
        self.trials.borrow_mut().insert(state, fit.clone());
        fit
    }

    fn tried(&self, commit: CommitId) -> Fit {
        let tree: Arc<dyn Tree> = match self.history.tree(commit, &commit.short()) {
            Ok(tree) => Arc::new(tree),
            Err(error) => return Fit::Unknown(error.to_string()),
        };
        match apply_series(&tree, self.mails) {
            Ok(applied) => {
                let notes = applied.iter().flat_map(|applied| &applied.notes);
                Fit::Applies(
                    notes
                        .filter(|note| note.kind == ApplyNoteKind::Offset)
                        .count(),
                )
            }
            Err(fault) => {
                let mut faults = fault.faults.iter();
                let unread = fault
                    .faults
                    .iter()
                    .find(|fault| fault.kind == ApplyFaultKind::Unreadable);
                match (unread, faults.next()) {
                    (Some(unread), _) => Fit::Unknown(unread.to_string()),
                    (None, Some(first)) => Fit::Refuses(Refused {
                        mail: fault.mail,
                        path: first.path.clone(),
                        hunk: first.hunk,
                        line: first.line,
                        is_missing: first.kind == ApplyFaultKind::Missing,
                        message: first.to_string(),
                        faults: fault
                            .faults
                            .iter()
                            .map(|fault| (fault.path.clone(), fault.hunk))
                            .collect(),
                    }),
                    (None, None) => Fit::Unknown("it does not say what does not apply".to_owned()),
                }
            }
        }
    }

    /// Whether a commit gets beyond a hunk that another one refuses.
    fn gets_beyond(&self, commit: CommitId, refused: &Refused) -> bool {
        match self.fit(commit) {
            Fit::Blobs | Fit::Applies(_) => true,
            Fit::Refuses(other) => {
                // Where the file itself is at fault, it is the first hunk that has to apply.
                let wanted = refused.hunk.unwrap_or(1);
                let stops = |(path, hunk): &(TreePath, Option<usize>)| {
                    *path == refused.path && hunk.is_none_or(|hunk| hunk <= wanted)
                };
                other.mail > refused.mail
                    || (other.mail == refused.mail && !other.faults.iter().any(stops))
            }
            Fit::Unknown(_) => false,
        }
    }

    /// The nearest commit that takes a hunk that `commit` refuses, of those before it (the newest first), else of
    /// `others`, and what changed the file since.
    #[must_use]
    pub fn nearest(
        &self,
        refused: &Refused,
        before: &[CommitId],
        others: &[CommitId],
    ) -> Option<Nearest> {
        let takes = |commit: &&CommitId| self.gets_beyond(**commit, refused);
        let mut is_ancestor = true;
        let found = before.iter().find(takes).or_else(|| {
            is_ancestor = false;
            others.iter().rev().find(takes)
        });
        let commit = *found?;
        let between: Vec<CommitId> = match is_ancestor {
            true => before
                .iter()
                .take_while(|other| **other != commit)
                .copied()
                .collect(),
            false => Vec::new(),
        };
        let since: Vec<CommitId> = between
            .into_iter()
            .filter(|commit| self.changes(*commit, &refused.path))
            .collect();
        let renamed = since
            .iter()
            .filter(|_| refused.is_missing)
            .find_map(|commit| self.history.renamed(*commit, &refused.path));
        Some(Nearest {
            commit,
            is_ancestor,
            since,
            renamed,
        })
    }

    /// Whether a commit makes another file of a path than each of its parents has.
    fn changes(&self, commit: CommitId, path: &TreePath) -> bool {
        let at = |commit| self.history.at(commit, path).ok().flatten();
        let now = at(commit);
        let parents = self.history.parents(commit);
        parents.iter().all(|parent| at(*parent) != now)
    }
}
