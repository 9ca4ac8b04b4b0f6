//! What a file of rules finds, as a report.

use std::path::Path;

use audit::{AuditReport, Rule, RuleFile, Severity};
use verify::finding::{Finding, Verdict};
use verify::report::Subject;

use crate::audit_page;
use crate::error::CommandError;
use crate::spec_file::{from_here, refuse_file};
use crate::text::counted;

/// Loads a file of rules.
///
/// # Errors
/// Exit status 2: it cannot be read, or with every mistake and its place.
pub(crate) fn load(path: &str) -> Result<RuleFile, CommandError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| CommandError::unusable(format!("{path}: {error}")))?;
    RuleFile::parse(path, &text).map_err(|mistakes| refuse_file(&mistakes, "file of rules"))
}

/// Keeps a rule to the places that the command line names. A rule for other places has nothing left to ask.
pub(crate) fn narrow(rule: &mut Rule, under: &[String], except: &[String]) {
    let options = &mut rule.query.options;
    options.except.extend(except.iter().cloned());
    if under.is_empty() {
        return;
    }
    let own = std::mem::take(&mut options.under);
    if own.is_empty() {
        options.under = under.to_vec();
        return;
    }
    let pairs = own
        .iter()
        .flat_map(|own| under.iter().map(move |given| (own, given)));
    let inner = pairs.filter_map(|(own, given)| {
        let below = |a: &str, b: &str| Path::new(a).starts_with(Path::new(b));
        match (below(own, given), below(given, own)) {
            (true, _) => Some(own.clone()),
            (_, true) => Some(given.clone()),
            _ => None,
        }
    });
    options.under = inner.collect();
    if options.under.is_empty() {
        rule.query.asked.clear();
    }
}

/// What is judged, and by what.
pub(crate) fn subject(
    file: &RuleFile,
    path: &str,
    tree: String,
    reports: &[AuditReport],
) -> Subject {
    let rules = file.rules.iter();
    let reasons = rules.clone().map(|rule| {
        let why = rule.why.as_ref().unwrap_or(&rule.message);
        (rule.id.clone(), why.clone())
    });
    let files = reports.first().map_or(0, |report| report.files);
    Subject {
        series: counted(file.rules.len(), "rule"),
        tree,
        judged: counted(files, "file"),
        spec: Some(from_here(path)),
        lines: rules
            .clone()
            .map(|rule| (rule.id.clone(), rule.line))
            .collect(),
        reasons: reasons.collect(),
        severities: rules
            .map(|rule| (rule.id.clone(), rule.severity.word()))
            .collect(),
        ..Subject::default()
    }
}

/// A finding for each match, for each place that was not read, and for each rule that found nothing.
pub(crate) fn findings(file: &RuleFile, reports: &[AuditReport]) -> Vec<Finding> {
    let pairs = file.rules.iter().zip(reports);
    pairs
        .flat_map(|(rule, report)| of_rule(rule, report))
        .collect()
}

fn of_rule(rule: &Rule, report: &AuditReport) -> Vec<Finding> {
    let verdict = match rule.severity {
        Severity::Note => Verdict::Holds,
        Severity::Error | Severity::Warning => Verdict::Violated,
    };
    let found = report.uses.iter().map(|found| {
        let from = found.path.first().filter(|first| **first != found.line);
        let from = from.map_or_else(String::new, |line| format!(" (from line {line})"));
        let message = format!("{}: {}{from}", rule.severity.word(), rule.message);
        let mut finding = Finding::new(rule.id.clone(), verdict, message)
            .in_file(&found.file)
            .at_line(found.line)
            .showing(&found.text);
        finding.function.clone_from(&found.function);
        finding
    });
    let unread = report.unread.iter().map(|unread| {
        let message = format!("not read ({}): it could hold a match", unread.cause);
        let finding = Finding::unknown(rule.id.clone(), message).in_file(&unread.file);
        finding.at_line(unread.line)
    });
    let unreadable = audit_page::unreadable(report).into_iter();
    let unreadable = unreadable.map(|(file, reason)| {
        let message = format!("cannot be read ({reason}): it could hold a match");
        Finding::unknown(rule.id.clone(), message).in_file(file)
    });
    let mut findings: Vec<Finding> = found.chain(unread).chain(unreadable).collect();
    if findings.is_empty() {
        let message = format!("no match in {}", counted(report.files, "file"));
        findings.push(Finding::holds(rule.id.clone(), message));
    }
    findings
}
