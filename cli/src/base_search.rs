//! The revisions that a series was made for: what is asked of which commits, and what comes of it.

use std::collections::BTreeMap;

use trees::base::{Finder, Fit, Nearest, Refused};
use trees::{CommitId, History, TreeError};
use verify::Verdict;

use crate::error::Status;

/// Commits that are looked at. All of Linux has some 1.3 million; a series is for one of the last year's.
const MOST: usize = 100_000;

/// By what a commit was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The series' `base-commit:` names it.
    Line,
    /// It has the blobs of the `index` lines.
    Blobs,
    /// The series applies, so many hunks some lines off.
    Trial(usize),
}

impl By {
    /// Part of the JSON contract.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Line => "base-commit",
            Self::Blobs => "blobs",
            Self::Trial(_) => "applies",
        }
    }

    pub(crate) fn offsets(self) -> usize {
        match self {
            Self::Trial(count) => count,
            Self::Line | Self::Blobs => 0,
        }
    }
}

/// A commit that takes the series.
pub(crate) struct Found {
    pub(crate) commit: CommitId,
    /// What the user calls it; branches and tags that are at it.
    pub(crate) names: Vec<String>,
    pub(crate) by: By,
}

/// A commit that does not take it.
pub(crate) struct Unfit {
    pub(crate) name: String,
    pub(crate) commit: CommitId,
    /// The hunk, or why nothing can be told.
    pub(crate) refused: Result<Refused, String>,
    pub(crate) nearest: Option<Nearest>,
}

/// What came of a search.
#[derive(Default)]
pub(crate) struct Answer {
    /// The best first.
    pub(crate) found: Vec<Found>,
    pub(crate) unfit: Vec<Unfit>,
    pub(crate) notes: Vec<String>,
    /// Something needed could not be read.
    is_unknown: bool,
}

impl Answer {
    pub(crate) fn verdict(&self) -> Verdict {
        let is_refused = self.unfit.iter().any(|unfit| unfit.refused.is_ok());
        let is_unread = self.unfit.iter().any(|unfit| unfit.refused.is_err());
        match () {
            () if is_refused && !(self.found.is_empty() && self.is_unknown) => Verdict::Violated,
            () if is_unread => Verdict::Unknown,
            () if !self.found.is_empty() => Verdict::Holds,
            () if self.is_unknown => Verdict::Unknown,
            () => Verdict::Violated,
        }
    }

    pub(crate) fn status(&self) -> Status {
        self.verdict().into()
    }

    fn unread(&mut self, reason: String) {
        self.is_unknown = true;
        if !self.notes.contains(&reason) {
            self.notes.push(reason);
        }
    }
}

/// Searches the revisions given, or where none are every commit that is reachable.
///
/// # Errors
/// A revision is none, or the history cannot be walked.
pub(crate) fn search(
    history: &History,
    finder: &Finder<'_>,
    revisions: &[String],
) -> Result<Answer, TreeError> {
    let tips = history.tips();
    let from: Vec<CommitId> = tips.iter().map(|(_, commit)| *commit).collect();
    let mut names: BTreeMap<CommitId, Vec<String>> = BTreeMap::new();
    for (name, commit) in tips.iter().filter(|(name, _)| name != "HEAD") {
        names.entry(*commit).or_default().push(name.clone());
    }
    let mut answer = Answer::default();
    note_said(finder, &mut answer);
    if !revisions.is_empty() {
        for name in revisions {
            let commit = history.commit(name)?;
            ask(history, finder, (name, commit), &from, &mut answer)?;
        }
        return Ok(answer);
    }
    let line = history.reachable(&from, MOST)?;
    if let Some(reason) = line.ends_early {
        answer.unread(reason);
    }
    said(history, finder, &names, &mut answer);
    by_blobs(finder, &line.commits, &names, &mut answer);
    if answer.found.is_empty() {
        by_trial(finder, &line.commits, &names, &mut answer);
    }
    if let (true, Some((name, commit))) = (answer.found.is_empty(), tips.first()) {
        ask(history, finder, (name, *commit), &from, &mut answer)?;
    }
    Ok(answer)
}

fn note_said(finder: &Finder<'_>, answer: &mut Answer) {
    if finder.said().prerequisites > 0 {
        let note = "the series says that other patches are to be applied before it (prerequisite-patch-id)";
        answer.notes.push(note.to_owned());
    }
}

/// The commit that the series names.
fn said(
    history: &History,
    finder: &Finder<'_>,
    names: &BTreeMap<CommitId, Vec<String>>,
    answer: &mut Answer,
) {
    let Some(id) = &finder.said().commit else {
        return;
    };
    let Some(commit) = history.with_id(id) else {
        let note = format!(
            "the repository does not have its base-commit {id}; `git fetch` from where the series was made may get it"
        );
        answer.notes.push(note);
        return;
    };
    match finder.fit(commit) {
        Fit::Blobs | Fit::Applies(_) => answer.found.push(Found {
            commit,
            names: names.get(&commit).cloned().unwrap_or_default(),
            by: By::Line,
        }),
        Fit::Refuses(refused) => answer.notes.push(format!(
            "its base-commit {} does not take it: {}",
            commit.short(),
            refused.message
        )),
        Fit::Unknown(reason) => answer.unread(reason),
    }
}

fn by_blobs(
    finder: &Finder<'_>,
    commits: &[CommitId],
    names: &BTreeMap<CommitId, Vec<String>>,
    answer: &mut Answer,
) {
    let known: Vec<CommitId> = answer.found.iter().map(|found| found.commit).collect();
    for commit in commits.iter().filter(|commit| !known.contains(commit)) {
        match finder.has_blobs(*commit) {
            Ok(true) => answer.found.push(Found {
                commit: *commit,
                names: names.get(commit).cloned().unwrap_or_default(),
                by: By::Blobs,
            }),
            Ok(false) => {}
            Err(error) => answer.unread(error.to_string()),
        }
    }
}

/// Those with the fewest hunks off their lines first, then the newest.
fn by_trial(
    finder: &Finder<'_>,
    commits: &[CommitId],
    names: &BTreeMap<CommitId, Vec<String>>,
    answer: &mut Answer,
) {
    for commit in commits {
        match finder.fit(*commit) {
            Fit::Applies(offsets) => answer.found.push(Found {
                commit: *commit,
                names: names.get(commit).cloned().unwrap_or_default(),
                by: By::Trial(offsets),
            }),
            Fit::Unknown(reason) => answer.unread(reason),
            Fit::Blobs | Fit::Refuses(_) => {}
        }
    }
    answer.found.sort_by_key(|found| found.by.offsets());
}

/// Asks one revision, and where it does not take the series what did.
fn ask(
    history: &History,
    finder: &Finder<'_>,
    (name, commit): (&str, CommitId),
    from: &[CommitId],
    answer: &mut Answer,
) -> Result<(), TreeError> {
    let is_said = finder.said().commit == Some(commit.to_string());
    let by = match finder.fit(commit) {
        Fit::Blobs | Fit::Applies(_) if is_said => By::Line,
        Fit::Blobs => By::Blobs,
        Fit::Applies(offsets) => By::Trial(offsets),
        Fit::Unknown(reason) => {
            answer.unfit.push(Unfit {
                name: name.to_owned(),
                commit,
                refused: Err(reason),
                nearest: None,
            });
            return Ok(());
        }
        Fit::Refuses(refused) => {
            let before = history.reachable(&[commit], MOST)?.commits;
            let others = history.reachable(from, MOST)?.commits;
            let nearest = finder.nearest(&refused, &before, &others);
            answer.unfit.push(Unfit {
                name: name.to_owned(),
                commit,
                refused: Ok(refused),
                nearest,
            });
            return Ok(());
        }
    };
    answer.found.push(Found {
        commit,
        names: vec![name.to_owned()],
        by,
    });
    Ok(())
}
