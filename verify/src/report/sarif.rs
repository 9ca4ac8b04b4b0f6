//! SARIF 2.1.0, for code scanning services.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Subject, visible};
use crate::finding::{Finding, Report, Verdict};

/// The report as a SARIF log of one run.
#[must_use]
pub fn sarif(report: &Report, subject: &Subject) -> String {
    let ids: BTreeSet<&str> = report
        .findings
        .iter()
        .map(|finding| finding.invariant.as_str())
        .collect();
    let rules: Vec<Value> = ids
        .into_iter()
        .map(|id| json!({ "id": visible(id) }))
        .collect();
    let results: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| result(finding, subject))
        .collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "patchwright",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "utf16CodeUnits",
            "properties": { "verdict": report.verdict.word() },
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

/// What is unknown counts as a warning: SARIF's own word for it, `open`, is hidden by most viewers.
fn result(finding: &Finding, subject: &Subject) -> Value {
    let (kind, level) = match finding.verdict {
        Verdict::Violated => ("fail", "error"),
        Verdict::Unknown => ("fail", "warning"),
        Verdict::Holds => ("pass", "none"),
    };
    let mut result = json!({
        "ruleId": visible(&finding.invariant),
        "kind": kind,
        "level": level,
        "message": { "text": visible(&finding.message) },
        "properties": { "verdict": finding.verdict.word() },
    });
    let place = location(finding).or_else(|| in_spec(finding, subject));
    if let (Some(location), Some(object)) = (place, result.as_object_mut()) {
        object.insert("locations".to_owned(), json!([location]));
    }
    result
}

fn location(finding: &Finding) -> Option<Value> {
    let file = finding.file.as_deref()?;
    let mut physical = json!({ "artifactLocation": { "uri": uri(file) } });
    if let (Some(line), Some(object)) = (finding.line, physical.as_object_mut()) {
        let mut region = json!({ "startLine": line });
        if let (Some(source), Some(region)) = (&finding.source, region.as_object_mut()) {
            region.insert("snippet".to_owned(), json!({ "text": visible(source) }));
        }
        object.insert("region".to_owned(), region);
    }
    let mut location = json!({ "physicalLocation": physical });
    if let (Some(function), Some(object)) = (&finding.function, location.as_object_mut()) {
        object.insert(
            "logicalLocations".to_owned(),
            json!([{ "name": visible(function), "kind": "function" }]),
        );
    }
    Some(location)
}

/// Where the spec says what was judged: code scanning refuses a log in which a result has no place.
fn in_spec(finding: &Finding, subject: &Subject) -> Option<Value> {
    let file = subject.spec.as_deref()?;
    let id = finding.invariant.split('/').next().unwrap_or_default();
    let line = subject.lines.get(id).copied().unwrap_or(1);
    Some(json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(file) },
        "region": { "startLine": line },
    }}))
}

/// A URI reference (RFC 3986): what is not unreserved or a slash is percent-encoded. A path from the root is a `file:` URI,
/// for `/x` alone means the root of the run (SARIF 2.1.0, 3.4.3 and 3.4.4).
fn uri(path: &str) -> String {
    let mut text = String::new();
    if path.starts_with('/') {
        text.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
