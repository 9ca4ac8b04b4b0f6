//! One HTML page that needs nothing else: no script, no font, no request.

use askama::Template;

use super::{Subject, by_severity, place, tally, visible};
use crate::finding::{Finding, Report, Verdict};

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    series: String,
    tree: String,
    judged: String,
    verdict: &'static str,
    tally: String,
    bad: Vec<Row>,
    good: Vec<Row>,
    version: &'static str,
}

struct Row {
    verdict: &'static str,
    invariant: String,
    place: String,
    function: String,
    source: String,
    /// Prose and code by turns: what stands between backticks is code.
    message: Vec<(bool, String)>,
}

/// The report as an HTML page.
#[must_use]
pub fn html(report: &Report, subject: &Subject) -> String {
    let (good, bad): (Vec<&Finding>, Vec<&Finding>) = by_severity(report)
        .into_iter()
        .partition(|finding| finding.verdict == Verdict::Holds);
    let page = Page {
        series: visible(&subject.series),
        tree: visible(&subject.tree),
        judged: visible(&subject.judged),
        verdict: report.verdict.word(),
        tally: tally(report),
        bad: bad.into_iter().map(Row::of).collect(),
        good: good.into_iter().map(Row::of).collect(),
        version: env!("CARGO_PKG_VERSION"),
    };
    // The template writes into memory from plain values.
    page.render().unwrap_or_default()
}

impl Row {
    fn of(finding: &Finding) -> Self {
        Self {
            verdict: finding.verdict.word(),
            invariant: visible(&finding.invariant),
            place: place(finding).unwrap_or_default(),
            function: finding.function.as_deref().map(visible).unwrap_or_default(),
            source: finding.source.as_deref().map(visible).unwrap_or_default(),
            message: code_spans(&visible(&finding.message)),
        }
    }
}

fn code_spans(text: &str) -> Vec<(bool, String)> {
    text.split('`')
        .enumerate()
        .map(|(index, part)| (index % 2 == 1, part.to_owned()))
        .filter(|(_, part)| !part.is_empty())
        .collect()
}
