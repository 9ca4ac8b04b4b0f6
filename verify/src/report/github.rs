//! For GitHub Actions: workflow commands that become annotations on the lines of a pull request.

use super::matrix::{Matrix, Outcome};
use super::{Subject, tally, visible};
use crate::finding::{Finding, Report, Verdict};

/// The report as workflow commands, one a line: `error` for what is violated, `warning` for what
/// is unknown, and a notice with the verdict. What holds is a notice if `verbose`.
#[must_use]
pub fn github(report: &Report, subject: &Subject, verbose: bool) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let command = match finding.verdict {
            Verdict::Violated | Verdict::Unknown if !report.counts(finding) => "notice",
            Verdict::Violated => "error",
            Verdict::Unknown => "warning",
            Verdict::Holds if verbose => "notice",
            Verdict::Holds => continue,
        };
        text.push_str(&annotation(command, finding, subject));
    }
    text.push_str(&summary(report.verdict.word(), &tally(report)));
    text
}

/// An annotation for each pair, on its spec.
#[must_use]
pub fn github_matrix(matrix: &Matrix) -> String {
    let mut text = String::new();
    for pair in &matrix.pairs {
        let command = match pair.outcome {
            Outcome::Holds => "notice",
            Outcome::Unknown => "warning",
            Outcome::Violated | Outcome::Unusable => "error",
        };
        text.push_str(&format!(
            "::{command} file={},line=1,title={}::{}\n",
            property(&pair.spec),
            property(&pair.name()),
            data(&format!("{}: {}", pair.status, pair.detail))
        ));
    }
    text.push_str(&summary(matrix.outcome().word(), &matrix.tally()));
    text
}

fn summary(verdict: &str, tally: &str) -> String {
    let text = data(&format!("{verdict}: {tally}"));
    format!("::notice title=patchwright::{text}\n")
}

fn annotation(command: &str, finding: &Finding, subject: &Subject) -> String {
    let mut properties = Vec::new();
    if let Some(file) = &finding.file {
        properties.push(format!("file={}", property(subject.place(file))));
        if let Some(line) = finding.line {
            properties.push(format!("line={line}"));
        }
    }
    properties.push(format!("title={}", property(&finding.invariant)));
    format!(
        "::{command} {}::{}\n",
        properties.join(","),
        data(&finding.told())
    )
}

/// What the runner unescapes in a message.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25")
}

/// What the runner unescapes in a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
