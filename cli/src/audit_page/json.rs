//! An audit for scripts; the shape is published by `patchwright schema --of report`.

use audit::AuditReport;
use schemars::JsonSchema;
use serde::Serialize;
use verify::report::Tool;

use super::{Question, outcome};
use crate::error::CommandError;

/// What `audit` prints: every use of a pattern.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AuditReport")]
pub(crate) struct JsonAudit<'a> {
    tool: Tool,
    /// The pattern as it was given.
    pattern: &'a str,
    /// All patterns, where there were several.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    patterns: &'a [String],
    /// With --then: the pattern whose uses are listed.
    then: Option<&'a str>,
    /// The tree's name.
    tree: &'a str,
    /// `holds` if there are uses, `violated` if there are none, `unknown` if what was not read could hold one: exit status 0,
    /// 1 and 3.
    verdict: &'static str,
    #[serde(flatten)]
    report: &'a AuditReport,
}

/// The audit as JSON.
///
/// # Errors
/// None that is known of: it is strings and numbers.
pub(crate) fn json(
    report: &AuditReport,
    question: Question<'_>,
    tree: &str,
) -> Result<String, CommandError> {
    let audit = JsonAudit {
        tool: Tool::this(),
        pattern: question.pattern,
        patterns: question.patterns,
        then: question.then,
        tree,
        verdict: outcome(report).word(),
        report,
    };
    serde_json::to_string_pretty(&audit).map_err(CommandError::unusable)
}
