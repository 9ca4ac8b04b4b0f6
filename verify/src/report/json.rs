//! For scripts: the shape is a promise (DESIGN section 8), so it is spelt out here and not derived.

use serde::Serialize;

use super::{Subject, visible};
use crate::finding::{Finding, Report, Verdict};

#[derive(Serialize)]
struct Out {
    series: String,
    tree: String,
    judged: String,
    verdict: Verdict,
    findings: Vec<OutFinding>,
}

#[derive(Serialize)]
struct OutFinding {
    invariant: String,
    verdict: Verdict,
    file: Option<String>,
    line: Option<usize>,
    function: Option<String>,
    message: String,
}

impl From<&Finding> for OutFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            invariant: visible(&finding.invariant),
            verdict: finding.verdict,
            file: finding.file.as_deref().map(visible),
            line: finding.line,
            function: finding.function.as_deref().map(visible),
            message: visible(&finding.message),
        }
    }
}

/// The report as JSON, indented, with a newline at its end.
#[must_use]
pub fn json(report: &Report, subject: &Subject) -> String {
    let out = Out {
        series: visible(&subject.series),
        tree: visible(&subject.tree),
        judged: visible(&subject.judged),
        verdict: report.verdict,
        findings: report.findings.iter().map(OutFinding::from).collect(),
    };
    // Strings, numbers and nulls: serialising them cannot fail.
    let mut text = serde_json::to_string_pretty(&out).unwrap_or_default();
    text.push('\n');
    text
}
