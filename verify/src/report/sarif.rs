//! SARIF 2.1.0, for code scanning services.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Component, Path};

use git2::{ObjectType, Oid};
use serde_json::{Value, json};

use super::matrix::{Matrix, Outcome, Pair};
use super::rules::{self, Rule};
use super::{Subject, message, visible};
use crate::finding::{Finding, Report, Verdict};

/// The report as a SARIF log of one run.
#[must_use]
pub fn sarif(report: &Report, subject: &Subject) -> String {
    let ids = report.findings.iter();
    let ids: BTreeSet<&str> = ids.map(|finding| finding.invariant.as_str()).collect();
    let rules: Vec<(&str, Rule)> = ids
        .into_iter()
        .map(|id| (id, rules::rule(id, subject)))
        .collect();
    let mut seen = HashMap::new();
    let results: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| {
            let mut result = result(finding, subject, &rules, &mut seen);
            if let (true, Some(keys)) = (finding.so_before, result.as_object_mut()) {
                keys.insert("baselineState".to_owned(), json!("unchanged"));
                if !report.counts(finding) {
                    keys.insert("level".to_owned(), json!("note"));
                }
            }
            result
        })
        .collect();
    let rules = rules.iter().map(|(id, rule)| described(id, rule)).collect();
    let exit = match report.verdict {
        Verdict::Holds => Outcome::Holds,
        Verdict::Unknown => Outcome::Unknown,
        Verdict::Violated => Outcome::Violated,
    };
    log(rules, results, exit)
}

/// Every pair of a spec and a tree as a result; the rules are the words for how they can stand. What did not change since the
/// last run is there too: a service closes the alert of a result that a log no longer has.
#[must_use]
pub fn sarif_matrix(matrix: &Matrix) -> String {
    let pairs = matrix.pairs.iter().chain(&matrix.unchanged);
    let words: BTreeMap<&str, &str> = pairs.map(|pair| (pair.status, pair.about)).collect();
    let rules = words.iter().map(|(word, about)| {
        let rule = Rule {
            short: (*about).to_owned(),
            help: (*about).to_owned(),
            uri: rules::help_uri("guide.html#in-ci", "check"),
        };
        described(&rule_of(word), &rule)
    });
    let mut seen = HashMap::new();
    let mut result = |pair: &Pair| {
        let index = words.keys().position(|word| *word == pair.status);
        pair_result(pair, index.unwrap_or_default(), &mut seen)
    };
    let mut results: Vec<Value> = matrix.pairs.iter().map(&mut result).collect();
    for pair in &matrix.unchanged {
        let mut result = result(pair);
        if let Some(keys) = result.as_object_mut() {
            keys.insert("baselineState".to_owned(), json!("unchanged"));
        }
        results.push(result);
    }
    log(rules.collect(), results, matrix.outcome())
}

fn log(rules: Vec<Value>, results: Vec<Value>, outcome: Outcome) -> String {
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "patchwright",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": rules::home(),
                "rules": rules,
            }},
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": outcome != Outcome::Unusable,
                "exitCode": outcome.exit_status(),
            }],
            "properties": { "verdict": outcome.word() },
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn described(id: &str, rule: &Rule) -> Value {
    json!({
        "id": visible(id),
        "shortDescription": { "text": rule.short },
        "fullDescription": { "text": rule.short },
        "help": { "text": rule.plain(), "markdown": rule.help },
        "helpUri": rule.uri,
    })
}

/// What is unknown counts as a warning: SARIF's own word for it, `open`, is hidden by most viewers.
fn level(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Violated => ("fail", "error"),
        Verdict::Unknown => ("fail", "warning"),
        Verdict::Holds => ("pass", "none"),
    }
}

fn result(
    finding: &Finding,
    subject: &Subject,
    rules: &[(&str, Rule)],
    seen: &mut HashMap<String, usize>,
) -> Value {
    let (kind, level) = match (finding.verdict, subject.severities.get(&finding.invariant)) {
        (Verdict::Violated, Some(severity)) => ("fail", *severity),
        (Verdict::Holds, Some(severity)) if finding.line.is_some() => ("fail", *severity),
        (verdict, _) => level(verdict),
    };
    let place = location(finding, subject).unwrap_or_else(|| in_spec(finding, subject));
    let index = rules.iter().position(|(id, _)| *id == finding.invariant);
    // Not the line, and not the message where there is code: both change with code that is not this finding's.
    let code = finding.source.as_ref().unwrap_or(&finding.message);
    let function = finding.function.as_deref().unwrap_or_default();
    let file = finding.file.as_deref().unwrap_or_default();
    let parts = [&finding.invariant, file, function, code];
    json!({
        "ruleId": visible(&finding.invariant),
        "ruleIndex": index,
        "kind": kind,
        "level": level,
        "message": { "text": message(finding) },
        "locations": [place],
        "partialFingerprints": { "patchwright/v1": fingerprint(&parts, seen) },
        "properties": { "verdict": finding.verdict.word() },
    })
}

/// The rule of a status: an id has no blank.
fn rule_of(status: &str) -> String {
    format!("check/{}", status.replace(' ', "-"))
}

fn pair_result(pair: &Pair, index: usize, seen: &mut HashMap<String, usize>) -> Value {
    let (kind, level) = match pair.outcome {
        Outcome::Holds => level(Verdict::Holds),
        Outcome::Unknown => level(Verdict::Unknown),
        Outcome::Violated | Outcome::Unusable => level(Verdict::Violated),
    };
    let text = format!(
        "{}: {}: {}",
        pair.name(),
        pair.status,
        visible(&pair.detail)
    );
    let parts = [pair.status, &pair.spec, &pair.series, &pair.tree];
    json!({
        "ruleId": rule_of(pair.status),
        "ruleIndex": index,
        "kind": kind,
        "level": level,
        "message": { "text": text },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&pair.spec) },
            "region": { "startLine": 1 },
        }}],
        "partialFingerprints": { "patchwright/v1": fingerprint(&parts, seen) },
        "properties": {
            "series": visible(&pair.series),
            "tree": visible(&pair.tree),
            "status": pair.status,
            "verdict": pair.outcome.word(),
        },
    })
}

/// The same for the same finding in another run, however the lines moved; those that are alike otherwise are counted.
fn fingerprint(parts: &[&str], seen: &mut HashMap<String, usize>) -> String {
    let text = parts.join("\0");
    let count = seen.entry(text.clone()).or_default();
    *count += 1;
    // A hash of a text in memory cannot fail.
    let hash = Oid::hash_object(ObjectType::Blob, text.as_bytes());
    let hash = hash.map_or_else(|_| String::new(), |hash| hash.to_string());
    format!("{hash}:{count}")
}

fn location(finding: &Finding, subject: &Subject) -> Option<Value> {
    let file = subject.place(finding.file.as_deref()?);
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

/// Where the spec says what was judged: code scanning refuses a log in which a result has no place. What has no spec either,
/// an audit without a use, is about the tree as a whole.
fn in_spec(finding: &Finding, subject: &Subject) -> Value {
    let Some(file) = subject.spec.as_deref() else {
        return json!({ "physicalLocation": { "artifactLocation": { "uri": "." } } });
    };
    let id = finding.invariant.split('/').next().unwrap_or_default();
    let line = subject.lines.get(id).copied().unwrap_or(1);
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(file) },
        "region": { "startLine": line },
    }})
}

/// A URI reference (RFC 3986): what is not unreserved or a slash is percent-encoded. A path from the root is a `file:` URI,
/// for `/x` alone means the root of the run (SARIF 2.1.0, 3.4.3 and 3.4.4).
fn uri(path: &str) -> String {
    let path = Path::new(path);
    let mut text = String::new();
    if path.is_absolute() {
        text.push_str("file://");
    }
    let mut parts = path.components().peekable();
    while let Some(part) = parts.next() {
        let bytes = match part {
            Component::CurDir | Component::Prefix(_) => continue,
            Component::RootDir => {
                text.push('/');
                continue;
            }
            Component::ParentDir => b"..",
            Component::Normal(name) => name.as_encoded_bytes(),
        };
        for byte in bytes {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    text.push(char::from(*byte));
                }
                _ => text.push_str(&format!("%{byte:02X}")),
            }
        }
        if parts.peek().is_some() {
            text.push('/');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_references() {
        for (path, expected) in [
            ("v 1.toml", "v%201.toml"),
            ("./a/./b.toml", "a/b.toml"),
            ("../b.toml", "../b.toml"),
            ("/tmp/b.toml", "file:///tmp/b.toml"),
            ("a:b/c#d?.c", "a%3Ab/c%23d%3F.c"),
        ] {
            assert_eq!(uri(path), expected, "{path}");
        }
    }
}
