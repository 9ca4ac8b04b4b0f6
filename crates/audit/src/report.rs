//! What an audit says.

use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::Serialize;
use trees::ScanReport;

/// The uses, and what could hide more. Sorted by file and place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditReport {
    /// The uses found.
    pub uses: Vec<AuditUse>,
    /// Places that have the name and were not read: each could be a use.
    pub unread: Vec<Unread>,
    /// Files that could not be read at all.
    pub unreadable: Vec<Unreadable>,
    /// Files that were searched for the pattern's words.
    pub files: usize,
    /// Files that had them and were parsed.
    pub parsed: usize,
}

/// One use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditUse {
    /// The file in the tree.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// 1-based, in bytes.
    pub column: usize,
    /// The function around it, or the macro whose body it is in.
    pub function: Option<String>,
    /// How it is used: `read`, `write`, `test` …
    pub access: &'static str,
    /// The record that the member belongs to, or the type that the pattern's first metavariable has.
    pub receiver_type: Option<String>,
    /// Why there is no `receiver_type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unresolved: Option<String>,
    /// It stands in a macro's body: what is around the macro's uses is not known.
    pub in_macro: bool,
    /// The conditions under which the code runs, outermost first; none where they are not known (a
    /// macro's body, a function that was not read cleanly).
    pub guards: Option<Vec<String>>,
    /// The `#if` conditions around it, outermost first.
    pub conditions: Vec<String>,
    /// The source line, without its indentation.
    pub text: String,
    /// What guards it, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guarded_by: Option<GuardedBy>,
    /// Which of several patterns it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Of a path: the lines that it passes, 1-based, from its beginning to its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<usize>,
    #[serde(skip)]
    pub(crate) offset: usize,
}

/// The use of the audited pattern that a guarded use depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GuardedBy {
    /// 1-based line of the condition.
    pub line: usize,
    /// The condition, as it has to come out.
    pub condition: String,
}

/// A place that was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Unread {
    /// The file in the tree.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// What was there.
    pub cause: String,
}

/// A file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Unreadable {
    /// The file in the tree.
    pub file: String,
    /// Why not.
    pub reason: String,
}

/// What one file holds.
#[derive(Debug, Default)]
pub(crate) struct FileReport {
    pub(crate) uses: Vec<AuditUse>,
    pub(crate) unread: Vec<Unread>,
}

/// Collects from the threads of a scan.
#[derive(Debug, Default)]
pub(crate) struct Collected(Mutex<AuditReport>);

impl Collected {
    pub(crate) fn add(&self, file: FileReport) {
        let mut report = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        report.uses.extend(file.uses);
        report.unread.extend(file.unread);
    }

    pub(crate) fn report(self, scanned: &ScanReport) -> AuditReport {
        let mut report = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        report
            .uses
            .sort_by(|a, b| (&a.file, a.offset, a.column).cmp(&(&b.file, b.offset, b.column)));
        // Two patterns of one question may find the same.
        report.uses.dedup_by(|a, b| {
            (&a.file, a.offset, a.access, &a.text) == (&b.file, b.offset, b.access, &b.text)
        });
        report.unread.sort();
        report.unread.dedup();
        report.files = scanned.files;
        report.parsed = scanned.visited;
        report.unreadable = scanned
            .unreadable
            .iter()
            .map(|(path, reason)| Unreadable {
                file: path.to_string(),
                reason: reason.clone(),
            })
            .collect();
        report
    }
}
