//! One HTML page that needs nothing else: no script, no font, no request.

use askama::Template;
use serde::Serialize;
use templates::{TemplateError, Templates};

use super::{Subject, by_severity, place, tally, visible};
use crate::finding::{Finding, Report, Verdict};

#[derive(Template, Serialize)]
#[template(path = "report/report.html")]
struct Page {
    series: String,
    tree: String,
    judged: String,
    verdict: &'static str,
    tally: String,
    has_bad: bool,
    bad: Vec<Row>,
    has_good: bool,
    good: Vec<Row>,
    held: usize,
    version: &'static str,
}

templates::page!(Page, "report/report.html");

#[derive(Serialize)]
struct Row {
    verdict: &'static str,
    invariant: String,
    place: String,
    function: String,
    source: String,
    /// Prose and code by turns: what is between backticks is code.
    message: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    is_code: bool,
    text: String,
}

/// The report as an HTML page.
///
/// # Errors
/// The user's template fails.
pub fn html(
    report: &Report,
    subject: &Subject,
    templates: &Templates,
) -> Result<String, TemplateError> {
    let (good, bad): (Vec<&Finding>, Vec<&Finding>) = by_severity(report)
        .into_iter()
        .partition(|finding| finding.verdict == Verdict::Holds);
    let page = Page {
        series: visible(&subject.series),
        tree: visible(&subject.tree),
        judged: visible(&subject.judged),
        verdict: report.verdict.word(),
        tally: tally(report),
        has_bad: !bad.is_empty(),
        bad: bad.into_iter().map(Row::of).collect(),
        has_good: !good.is_empty(),
        held: good.len(),
        good: good.into_iter().map(Row::of).collect(),
        version: env!("CARGO_PKG_VERSION"),
    };
    templates.render(&page)
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

fn code_spans(text: &str) -> Vec<Part> {
    text.split('`')
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(index, part)| Part {
            is_code: index % 2 == 1,
            text: part.to_owned(),
        })
        .collect()
}
