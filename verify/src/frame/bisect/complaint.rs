//! What a compiler would say of a state of the series, and would not say of the tree before.

use std::collections::BTreeSet;
use std::sync::Arc;

use query::File;

use crate::comparison::placed;
use crate::finding::{Finding, Verdict};

/// One thing that is wrong, or could not be told.
#[derive(Clone, Debug)]
pub(super) struct Complaint {
    /// Two with the same key are the same: said once, and not at all where the tree before has it.
    pub(super) key: String,
    pub(super) verdict: Verdict,
    pub(super) file: Arc<File>,
    pub(super) at: usize,
    /// What comes after "after 0001-x.patch ".
    pub(super) message: String,
}

/// Those that the state before does not have.
pub(super) fn new_ones(
    now: impl IntoIterator<Item = Complaint>,
    before: impl IntoIterator<Item = Complaint>,
) -> Vec<Complaint> {
    let old: BTreeSet<String> = before.into_iter().map(|complaint| complaint.key).collect();
    let now = now.into_iter();
    now.filter(|complaint| !old.contains(&complaint.key))
        .collect()
}

impl Complaint {
    pub(super) fn violated(key: String, file: &Arc<File>, at: usize, message: String) -> Self {
        Self {
            key,
            verdict: Verdict::Violated,
            file: Arc::clone(file),
            at,
            message,
        }
    }

    pub(super) fn unknown(key: String, file: &Arc<File>, at: usize, message: String) -> Self {
        Self {
            verdict: Verdict::Unknown,
            ..Self::violated(key, file, at, message)
        }
    }

    /// As a finding of the check `name` about the state after `patch`.
    pub(super) fn finding(&self, name: &str, patch: &str) -> Finding {
        let message = format!("after {patch} {}", self.message);
        placed(
            Finding::new(name, self.verdict, message),
            &self.file,
            self.at,
        )
    }
}

/// The function around a place, for keys.
pub(super) fn around(file: &File, at: usize) -> String {
    let function = file.function_at(at).map(|function| function.name.clone());
    format!("{}:{}", file.path(), function.unwrap_or_default())
}
