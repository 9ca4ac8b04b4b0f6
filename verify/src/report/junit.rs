//! For CI servers that read JUnit, as Jenkins' schema has it: a suite a part and a case an invariant; of a matrix, a suite a
//! spec and a case a pair.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::matrix::{Matrix, Outcome, Pair};
use super::{Subject, message, place, visible};
use crate::finding::{Finding, Report, Verdict};

/// The report as JUnit XML: what is violated fails, what is unknown is an error.
#[must_use]
pub fn junit(report: &Report, subject: &Subject) -> String {
    let mut suites: Vec<(&str, BTreeMap<&str, Vec<&Finding>>)> = ["frame", "implied", "stated"]
        .map(|name| (name, BTreeMap::new()))
        .into();
    for finding in &report.findings {
        if let Some((_, cases)) = suites.get_mut(usize::from(finding.part())) {
            cases
                .entry(finding.invariant.as_str())
                .or_default()
                .push(finding);
        }
    }
    let mut document = Document::new(format!("patchwright {}", visible(&subject.series)));
    let suites = suites.into_iter().filter(|(_, cases)| !cases.is_empty());
    let series = visible(&subject.series);
    for (name, cases) in suites {
        let mut suite = TestSuite::new(name);
        // Servers show what is before the last dot as the package.
        let class = format!("{}.{name}", series.replace(' ', "-"));
        for (invariant, findings) in cases {
            let mut case = case(invariant, &findings, report);
            case.set_classname(class.clone());
            suite.add_test_case(case);
        }
        document.add_test_suite(suite);
    }
    without_skipped(document.to_string().unwrap_or_default())
}

/// A case for every pair of a spec and a tree.
#[must_use]
pub fn junit_matrix(matrix: &Matrix) -> String {
    let mut document = Document::new("patchwright check");
    for spec in matrix.specs() {
        let (series, path) = spec;
        let same_name = matrix
            .specs()
            .iter()
            .filter(|(name, _)| *name == series)
            .count()
            > 1;
        let class = match same_name && path != series {
            true => format!("{series} ({path})"),
            false => series.to_owned(),
        };
        let class = visible(&class);
        let mut suite = TestSuite::new(class.as_str());
        let pairs = matrix.pairs.iter();
        for pair in pairs.filter(|pair| (pair.series.as_str(), pair.spec.as_str()) == spec) {
            let mut case = TestCase::new(pair.name(), pair_status(pair));
            case.set_classname(class.as_str());
            suite.add_test_case(case);
        }
        document.add_test_suite(suite);
    }
    without_skipped(document.to_string().unwrap_or_default())
}

/// A spec of no use is an error, as what is unknown is: no test was made.
fn pair_status(pair: &Pair) -> TestCaseStatus {
    let kind = match pair.outcome {
        Outcome::Holds => return TestCaseStatus::success(),
        Outcome::Violated => NonSuccessKind::Failure,
        Outcome::Unknown | Outcome::Unusable => NonSuccessKind::Error,
    };
    let mut status = TestCaseStatus::non_success(kind);
    let detail = visible(&pair.detail);
    status.set_message(format!("{}: {detail}", pair.status));
    status.set_type(pair.status);
    status.set_description(detail);
    status
}

/// Jenkins' schema (junit-10.xsd) knows no `skipped` of all suites together, which the library writes.
fn without_skipped(text: String) -> String {
    let Some(start) = text.find("<testsuites ") else {
        return text;
    };
    let end = text.get(start..).and_then(|rest| rest.find('>'));
    let end = end.map_or(text.len(), |end| start + end);
    let (before, rest) = text.split_at(start);
    let (tag, after) = rest.split_at(end - start);
    format!("{before}{}{after}", tag.replacen(" skipped=\"0\"", "", 1))
}

fn case(invariant: &str, findings: &[&Finding], report: &Report) -> TestCase {
    let (counted, old): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| report.counts(finding));
    let worst = counted.iter().map(|finding| finding.verdict).max();
    // Of what does not count nothing fails.
    let worst = worst.unwrap_or(match old.is_empty() {
        true => Verdict::Unknown,
        false => Verdict::Holds,
    });
    let kind = match worst {
        Verdict::Holds => None,
        Verdict::Unknown => Some(NonSuccessKind::Error),
        Verdict::Violated => Some(NonSuccessKind::Failure),
    };
    let status = kind.map_or_else(TestCaseStatus::success, |kind| {
        let worst = counted.iter().filter(|finding| finding.verdict == worst);
        let lines: Vec<String> = worst.map(|finding| line(finding)).collect();
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(lines.first().cloned().unwrap_or_default());
        status.set_type(counted_word(kind));
        status.set_description(lines.join("\n"));
        status
    });
    let mut case = TestCase::new(visible(invariant), status);
    if !old.is_empty() {
        let lines: Vec<String> = old.iter().map(|finding| line(finding)).collect();
        case.set_system_out(lines.join("\n"));
    }
    case
}

fn counted_word(kind: NonSuccessKind) -> &'static str {
    match kind {
        NonSuccessKind::Failure => Verdict::Violated.word(),
        NonSuccessKind::Error => Verdict::Unknown.word(),
    }
}

/// A finding in one line.
fn line(finding: &Finding) -> String {
    match place(finding) {
        Some(place) => format!("{place}: {}", message(finding)),
        None => message(finding),
    }
}
