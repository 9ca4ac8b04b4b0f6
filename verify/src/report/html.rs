//! One HTML page that needs nothing else: no script, no font, no request.

use askama::Template;
use serde::Serialize;
use templates::{TemplateError, Templates};

use super::diffs::{self, PatchView};
use super::matrix::{Matrix, Pair};
use super::timeline::{RangeView, Timeline, timelines};
use super::{Subject, by_severity, place, tally, visible};
use crate::finding::{Finding, Report, Verdict};

/// The style of every page.
pub const STYLE: &str = include_str!("../../../templates/report/report.css");

#[derive(Template, Serialize)]
#[template(path = "report/report.html")]
struct Page {
    style: &'static str,
    series: String,
    tree: String,
    judged: String,
    verdict: &'static str,
    tally: String,
    has_bad: bool,
    bad: Vec<Row>,
    has_patches: bool,
    patches: Vec<PatchView>,
    has_good: bool,
    good: Vec<Row>,
    held: usize,
    version: &'static str,
}

templates::page!(Page, "report/report.html");

#[derive(Serialize)]
struct Row {
    id: String,
    verdict: &'static str,
    invariant: String,
    place: String,
    function: String,
    source: String,
    message: Vec<TextPart>,
}

/// A piece of a message: prose and code by turns; what is between backticks is code.
#[derive(Serialize)]
pub struct TextPart {
    /// Whether it is code.
    pub is_code: bool,
    /// The text.
    pub text: String,
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
    let bad = bad.into_iter().enumerate();
    let bad: Vec<(&Finding, String)> = bad
        .map(|(index, finding)| (finding, format!("finding-{}", index + 1)))
        .collect();
    let with_ids = bad.iter().cloned();
    let all: Vec<(&Finding, String)> = with_ids
        .chain(good.iter().map(|finding| (*finding, String::new())))
        .collect();
    let patches = diffs::views(&subject.patches, &all);
    templates.render(&Page {
        style: STYLE,
        series: visible(&subject.series),
        tree: visible(&subject.tree),
        judged: visible(&subject.judged),
        verdict: report.verdict.word(),
        tally: tally(report),
        has_bad: !bad.is_empty(),
        bad: bad
            .iter()
            .map(|(finding, id)| Row::of(finding, id))
            .collect(),
        has_patches: !patches.is_empty(),
        patches,
        has_good: !good.is_empty(),
        held: good.len(),
        good: good
            .into_iter()
            .map(|finding| Row::of(finding, ""))
            .collect(),
        version: env!("CARGO_PKG_VERSION"),
    })
}

impl Row {
    fn of(finding: &Finding, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            verdict: finding.verdict.word(),
            invariant: visible(&finding.invariant),
            place: place(finding).unwrap_or_default(),
            function: finding.function.as_deref().map(visible).unwrap_or_default(),
            source: finding.source.as_deref().map(visible).unwrap_or_default(),
            message: code_spans(&finding.told()),
        }
    }
}

#[derive(Template, Serialize)]
#[template(path = "report/check.html")]
struct MatrixPage {
    style: &'static str,
    verdict: &'static str,
    tally: String,
    trees: Vec<String>,
    rows: Vec<MatrixRow>,
    has_range: bool,
    range: RangeView,
    timelines: Vec<Timeline>,
    pairs: Vec<PairRow>,
    words: Vec<Word>,
    version: &'static str,
}

templates::page!(MatrixPage, "report/check.html");

#[derive(Serialize)]
struct MatrixRow {
    series: String,
    cells: Vec<PairRow>,
}

#[derive(Serialize)]
struct PairRow {
    id: String,
    status: &'static str,
    series: String,
    spec: String,
    tree: String,
    detail: Vec<TextPart>,
}

#[derive(Serialize)]
struct Word {
    status: &'static str,
    about: &'static str,
}

/// The pairs as a table of specs by trees, with the reason of each below; of a range, each spec's states on a timeline.
///
/// # Errors
/// The user's template fails.
pub fn html_matrix(matrix: &Matrix, templates: &Templates) -> Result<String, TemplateError> {
    let mut words: Vec<Word> = Vec::new();
    for pair in &matrix.pairs {
        if words.iter().all(|word| word.status != pair.status) {
            let (status, about) = (pair.status, pair.about);
            words.push(Word { status, about });
        }
    }
    let row = |pair: &Pair| {
        let index = matrix
            .pairs
            .iter()
            .position(|other| std::ptr::eq(other, pair));
        PairRow {
            id: format!("pair-{}", index.map_or(0, |index| index + 1)),
            status: pair.status,
            series: visible(&pair.series),
            spec: visible(&pair.spec),
            tree: visible(&pair.tree),
            detail: code_spans(&pair.detail),
        }
    };
    let trees = matrix.trees();
    let rows = matrix.specs().into_iter().map(|spec| MatrixRow {
        series: visible(spec.0),
        cells: trees
            .iter()
            .filter_map(|tree| matrix.pair(spec, tree).map(row))
            .collect(),
    });
    templates.render(&MatrixPage {
        style: STYLE,
        verdict: matrix.outcome().word(),
        tally: matrix.tally(),
        rows: rows.collect(),
        has_range: matrix.range.is_some(),
        range: matrix
            .range
            .as_ref()
            .map(RangeView::from)
            .unwrap_or_default(),
        timelines: timelines(matrix),
        pairs: matrix.by_severity().into_iter().map(row).collect(),
        words,
        trees: trees.into_iter().map(visible).collect(),
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// A message in its pieces, escaped.
#[must_use]
pub fn code_spans(text: &str) -> Vec<TextPart> {
    visible(text)
        .split('`')
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(index, part)| TextPart {
            is_code: index % 2 == 1,
            text: part.to_owned(),
        })
        .collect()
}
