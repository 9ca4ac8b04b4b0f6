//! `check --range A..B`: how specs stood to each commit, and which commits changed that.
//!
//! A commit that touches nothing of what the judgement before it asked of the tree changes no state, and is not judged:
//! what was asked is recorded, words and includes of whole-tree questions too.

use std::path::Path;
use std::sync::Arc;

use dialect::words::Words;
use schema::model::Spec;
use trees::{CommitId, History, Questions, Recorded, Tree};
use verify::report::{Range, State};

use crate::commands::base::no_history;
use crate::error::CommandError;
use crate::spec_status::{self, SpecStatus};

/// From which commit on a spec stood so.
pub(crate) struct Since {
    /// The commit's place in the range: 1 is the one that the range begins behind.
    pub(crate) number: usize,
    pub(crate) commit: String,
    /// The day that it was committed, where that can be told.
    pub(crate) date: Option<String>,
    pub(crate) subject: String,
    pub(crate) status: SpecStatus,
}

impl Since {
    /// The commit as the kernel cites it.
    pub(crate) fn named(&self) -> String {
        let short: String = self.commit.chars().take(12).collect();
        format!("{short} (\"{}\")", self.subject)
    }

    /// As reports have it.
    pub(crate) fn state(&self) -> State {
        let SpecStatus { word, detail, .. } = &self.status;
        State {
            status: word.as_str(),
            number: self.number,
            commit: self.commit.clone(),
            subject: self.subject.clone(),
            date: self.date.clone(),
            detail: detail.clone(),
        }
    }
}

/// What became of the specs in a range.
pub(crate) struct Course {
    /// A spec each: its states, the oldest first.
    pub(crate) states: Vec<Vec<Since>>,
    pub(crate) range: Range,
}

/// Judges the specs along first parents, from the commit that the range begins behind to its end.
///
/// # Errors
/// Exit status 2: there is no such repository or range.
pub(crate) fn course(
    repository: &Path,
    range: &str,
    specs: &[&Spec],
    words: &Words,
) -> Result<Course, CommandError> {
    let history = History::open(repository).map_err(no_history)?;
    let (after, until) = history.range(range).map_err(no_history)?;
    let line = history.first_parents(after, until).map_err(no_history)?;
    let mut course = Course {
        states: specs.iter().map(|_| Vec::new()).collect(),
        range: Range {
            name: range.to_owned(),
            begins: history.date(after),
            ends: history.date(until),
            commits: line.len() + 1,
            judged: 0,
        },
    };
    let mut asked = judge(&history, (1, after), specs, words, &mut course)?;
    let mut before = after;
    for (number, commit) in (2..).zip(line) {
        let touches = history.touches(before, commit, &asked);
        // What cannot be compared is judged.
        if touches.unwrap_or(true) {
            asked = judge(&history, (number, commit), specs, words, &mut course)?;
        }
        before = commit;
    }
    Ok(course)
}

/// Judges a commit; gives what was asked of it.
fn judge(
    history: &History,
    (number, commit): (usize, CommitId),
    specs: &[&Spec],
    words: &Words,
    course: &mut Course,
) -> Result<Questions, CommandError> {
    let tree = history.tree(commit, &commit.short()).map_err(no_history)?;
    let recorded = Arc::new(Recorded::new(Arc::new(tree)));
    let tree: Arc<dyn Tree> = Arc::clone(&recorded) as _;
    let tree = trees::with_words(tree, words);
    let statuses = spec_status::of_all(specs, &tree);
    course.range.judged += 1;
    for (states, status) in course.states.iter_mut().zip(statuses) {
        let is_same = states
            .last()
            .is_some_and(|since: &Since| since.status.word == status.word);
        match states.last_mut() {
            // What is said of it is of today.
            Some(since) if is_same => since.status = status,
            _ => states.push(Since {
                number,
                commit: commit.to_string(),
                date: history.date(commit),
                subject: history.subject(commit),
                status,
            }),
        }
    }
    Ok(recorded.questions())
}
