//! Verdicts and findings: what a judgement says, and on what evidence.

use serde::Serialize;

/// What was found. Ordered by severity: the worst of many is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Proved from the source.
    Holds,
    /// Something needed could not be read or parsed. Never a pass.
    Unknown,
    /// Disproved from the source.
    Violated,
}

/// One verdict with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stated invariant's id; `CHANGE-ID/implied-name` or `frame/NAME` otherwise.
    pub invariant: String,
    /// What was found.
    pub verdict: Verdict,
    /// The file in the tree, or the patch mail.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<usize>,
    /// The function around it.
    pub function: Option<String>,
    /// The source line, without its indentation.
    pub source: Option<String>,
    /// What holds, or what is wrong and why. One sentence.
    pub message: String,
}

/// All findings of one judgement.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The worst of the findings.
    pub verdict: Verdict,
    /// Sorted: frame, implied, stated; then by file and line.
    pub findings: Vec<Finding>,
}
