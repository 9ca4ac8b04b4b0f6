//! `check --baseline FILE`: the states of the last run, so that a nightly job reports only what changed.
//!
//! What is unknown or unusable is reported every time, and never put in the place of what was known: that a run could not
//! tell must not turn into silence.

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::CommandError;
use crate::spec_status::{SpecStatus, Word};

/// The file's format.
const FORMAT: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    baseline: u32,
    states: Vec<State>,
}

/// How a spec stood to a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    series: String,
    tree: String,
    status: String,
}

/// The states of the last run.
pub(crate) struct Baseline {
    states: Vec<State>,
}

impl Baseline {
    /// Reads a file; one that is not there has no states.
    ///
    /// # Errors
    /// Exit status 2: it is no file of ours. It is left as it is.
    pub(crate) fn read(path: &Path) -> Result<Self, CommandError> {
        let unusable = |why: String| {
            CommandError::unusable(format!("{}: {why}", path.display())).with_hint(
                "--baseline takes a file that an earlier run wrote, or the name of a new one",
            )
        };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { states: Vec::new() });
            }
            Err(error) => return Err(unusable(error.to_string())),
        };
        let kept: Kept = serde_json::from_str(&text)
            .map_err(|error| unusable(format!("it is no baseline: {error}")))?;
        if kept.baseline != FORMAT {
            return Err(unusable(format!(
                "it is a baseline of format {}, not {FORMAT}",
                kept.baseline
            )));
        }
        Ok(Self {
            states: kept.states,
        })
    }

    /// How the pair stood in the last run.
    pub(crate) fn of(&self, series: &str, tree: &str) -> Option<&str> {
        let states = self.states.iter();
        let mut same = states.filter(|state| state.series == series && state.tree == tree);
        same.next().map(|state| state.status.as_str())
    }

    /// Whether a pair is to be reported: it is new, it stands otherwise, or nothing is known of it.
    pub(crate) fn is_news(&self, series: &str, tree: &str, status: &SpecStatus) -> bool {
        is_untold(status.word) || self.of(series, tree) != Some(status.word.as_str())
    }

    /// Takes a pair's state in, where it is known.
    pub(crate) fn take(&mut self, series: &str, tree: &str, status: &SpecStatus) {
        if is_untold(status.word) {
            return;
        }
        let is_same = |state: &State| state.series == series && state.tree == tree;
        self.states.retain(|state| !is_same(state));
        self.states.push(State {
            series: series.to_owned(),
            tree: tree.to_owned(),
            status: status.word.as_str().to_owned(),
        });
    }

    /// Writes the states, as a whole or not at all.
    ///
    /// # Errors
    /// Exit status 2: the file cannot be written; what was there is there.
    pub(crate) fn write(mut self, path: &Path) -> Result<(), CommandError> {
        let unusable = |why: String| {
            let message = format!("{}: the baseline cannot be written: {why}", path.display());
            CommandError::unusable(message).with_hint("the one of the last run is as it was")
        };
        self.states
            .sort_by(|a, b| (&a.tree, &a.series).cmp(&(&b.tree, &b.series)));
        let kept = Kept {
            baseline: FORMAT,
            states: self.states,
        };
        let text = serde_json::to_string_pretty(&kept).map_err(CommandError::unusable)?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
            .map_err(|error| unusable(error.to_string()))?;
        writeln!(file, "{text}")
            .and_then(|()| file.as_file().sync_all())
            .map_err(|error| unusable(error.to_string()))?;
        file.persist(path)
            .map_err(|error| unusable(error.error.to_string()))?;
        Ok(())
    }
}

fn is_untold(word: Word) -> bool {
    matches!(word, Word::Unknown | Word::Unusable)
}
