//! For scripts: the shape is a promise, published by `patchwright schema --of report`, so it is spelt out here and not
//! derived from what findings are made of.

use schemars::JsonSchema;
use serde::Serialize;

use super::matrix::{Matrix, Pair};
use super::{Subject, visible};
use crate::finding::{Finding, Report, Verdict};

/// Which program wrote the report.
#[derive(Serialize, JsonSchema)]
pub struct Tool {
    /// `patchwright`
    name: &'static str,
    /// Its version.
    version: &'static str,
}

impl Tool {
    /// This program.
    #[must_use]
    pub fn this() -> Self {
        Self {
            name: "patchwright",
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// What `verify` prints: a judgement with its findings.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "VerifyReport")]
pub struct JsonReport {
    tool: Tool,
    /// The series' name and version: `detached-vf v2`.
    series: String,
    /// The spec's file.
    spec: Option<String>,
    /// The tree's name.
    tree: String,
    /// What was judged: the folder of a series, the files given, or the tree itself.
    judged: String,
    /// The mails that were judged, the cover letter too, by the names of their files, in order; none of a landed tree.
    patches: Vec<String>,
    /// Whether the verdict leaves out what was so before the patches (`--only-new`).
    only_new: bool,
    /// The worst of the findings: exit status 0, 3 and 1 in this order.
    #[schemars(with = "VerdictWord")]
    verdict: Verdict,
    /// In the order: frame checks, implied by changes, stated; then by file and line.
    findings: Vec<JsonFinding>,
}

/// `holds`, `unknown` or `violated`.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Verdict")]
#[expect(
    dead_code,
    reason = "documents the values; a Verdict is what is written"
)]
enum VerdictWord {
    /// Proved from the source.
    Holds,
    /// Something needed could not be read or parsed.
    Unknown,
    /// Disproved from the source.
    Violated,
}

/// One verdict with its evidence.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct JsonFinding {
    /// A stated invariant's id; `CHANGE-ID/CHECK` or `frame/CHECK` otherwise.
    invariant: String,
    /// What was found.
    #[schemars(with = "VerdictWord")]
    verdict: Verdict,
    /// The file in the tree, or the patch mail.
    file: Option<String>,
    /// 1-based.
    line: Option<usize>,
    /// The function around it.
    function: Option<String>,
    /// What holds, or what is wrong and why, in one line.
    message: String,
    /// Whether the tree before the patches has it as well: only of stated invariants, and only where patches are judged.
    so_before: bool,
}

impl From<&Finding> for JsonFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            invariant: visible(&finding.invariant),
            verdict: finding.verdict,
            file: finding.file.as_deref().map(visible),
            line: finding.line,
            function: finding.function.as_deref().map(visible),
            message: visible(&finding.message),
            so_before: finding.so_before,
        }
    }
}

/// The report as JSON, indented, with a newline at its end.
#[must_use]
pub fn json(report: &Report, subject: &Subject) -> String {
    text(&JsonReport {
        tool: Tool::this(),
        series: visible(&subject.series),
        spec: subject.spec.as_deref().map(visible),
        tree: visible(&subject.tree),
        judged: visible(&subject.judged),
        patches: subject
            .patches
            .iter()
            .map(|(name, _)| visible(name))
            .collect(),
        only_new: report.only_new,
        verdict: report.verdict,
        findings: report.findings.iter().map(JsonFinding::from).collect(),
    })
}

/// What `check` prints: every spec against every tree.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CheckReport")]
pub struct JsonMatrix {
    tool: Tool,
    /// The worst of the pairs: `holds`, `unknown`, `violated` or `unusable`, as the exit status 0, 3, 1 or 2.
    verdict: &'static str,
    /// Tree by tree, each with the specs in the order given.
    checks: Vec<JsonPair>,
}

/// A spec, a tree, and the status of the one in the other.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Check")]
struct JsonPair {
    /// `NAME-vN`; the path of a spec that could not be read.
    series: String,
    /// The spec's file.
    spec: String,
    /// The tree's name.
    tree: String,
    /// `landed`, `partly landed`, `superseded`, `renders`, `drifted`, `violated`, `unknown` or `unusable`.
    status: &'static str,
    /// What becomes of the verdict by it: `holds`, `unknown`, `violated` or `unusable`.
    verdict: &'static str,
    /// Why, in one line.
    detail: String,
}

impl From<&Pair> for JsonPair {
    fn from(pair: &Pair) -> Self {
        Self {
            series: visible(&pair.series),
            spec: visible(&pair.spec),
            tree: visible(&pair.tree),
            status: pair.status,
            verdict: pair.outcome.word(),
            detail: visible(&pair.detail),
        }
    }
}

/// The pairs as JSON.
#[must_use]
pub fn json_matrix(matrix: &Matrix) -> String {
    text(&JsonMatrix {
        tool: Tool::this(),
        verdict: matrix.outcome().word(),
        checks: matrix.pairs.iter().map(JsonPair::from).collect(),
    })
}

fn text(value: &impl Serialize) -> String {
    // Strings, numbers and nulls: serialising them cannot fail.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
