//! For CI servers that read JUnit: a suite a part, a case an invariant.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::{Subject, place, visible};
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
    for (name, cases) in suites {
        let mut suite = TestSuite::new(name);
        for (invariant, findings) in cases {
            suite.add_test_case(case(invariant, &findings));
        }
        document.add_test_suite(suite);
    }
    without_skipped(document.to_string().unwrap_or_default())
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

fn case(invariant: &str, findings: &[&Finding]) -> TestCase {
    let worst = findings
        .iter()
        .map(|finding| finding.verdict)
        .max()
        .unwrap_or(Verdict::Unknown);
    let kind = match worst {
        Verdict::Holds => None,
        Verdict::Unknown => Some(NonSuccessKind::Error),
        Verdict::Violated => Some(NonSuccessKind::Failure),
    };
    let status = kind.map_or_else(TestCaseStatus::success, |kind| {
        let lines: Vec<String> = findings
            .iter()
            .filter(|finding| finding.verdict == worst)
            .map(|finding| match place(finding) {
                Some(place) => format!("{place}: {}", visible(&finding.message)),
                None => visible(&finding.message),
            })
            .collect();
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(lines.first().cloned().unwrap_or_default());
        status.set_type(worst.word());
        status.set_description(lines.join("\n"));
        status
    });
    TestCase::new(visible(invariant), status)
}
