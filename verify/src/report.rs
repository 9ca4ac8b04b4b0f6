//! How a report is shown: one module a format, each a pure function of the [`Report`].
//!
//! Everything that comes from a tree, a patch or a spec is data: [`escape::visible`] goes over it
//! before any format's own escaping.

mod escape;
mod github;
mod html;
mod human;
mod json;
mod junit;
mod markdown;
mod sarif;

pub use escape::visible;
pub use github::github;
pub use html::html;
pub use human::{Label, Labelled, human, paint};
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;

use crate::finding::{Finding, Report, Verdict};

/// What was judged, for headings; the formats that scripts read leave it out.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// `detached-vf v2`
    pub series: String,
    /// `linux-6.12`, `built-in sample`
    pub tree: String,
    /// `out/detached-vf-v2`, `the tree as it stands`
    pub judged: String,
}

/// `3 violated, 1 unknown, 20 hold`
fn tally(report: &Report) -> String {
    let mut parts = Vec::new();
    for (verdict, one, many) in [
        (Verdict::Violated, "violated", "violated"),
        (Verdict::Unknown, "unknown", "unknown"),
        (Verdict::Holds, "holds", "hold"),
    ] {
        match report.count(verdict) {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            n => parts.push(format!("{n} {many}")),
        }
    }
    if parts.is_empty() {
        "nothing was judged".to_owned()
    } else {
        parts.join(", ")
    }
}

/// `drivers/x.c:12`, as far as known, escaped.
fn place(finding: &Finding) -> Option<String> {
    let file = visible(finding.file.as_deref()?);
    Some(match finding.line {
        Some(line) => format!("{file}:{line}"),
        None => file,
    })
}

/// The findings, worst first, otherwise in the report's order.
fn by_severity(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
    findings
}
