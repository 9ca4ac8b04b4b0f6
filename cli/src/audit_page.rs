//! How an audit is shown.

mod html;
mod json;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use audit::{AuditReport, AuditUse};
use verify::finding::Finding;
use verify::report::Outcome;

use crate::text::{counted, escape};

pub(crate) use html::html;
pub(crate) use json::{JsonAudit, json};

/// What was asked.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) pattern: &'a str,
    /// All of them, where there are several.
    pub(crate) patterns: &'a [String],
    pub(crate) then: Option<&'a str>,
}

impl Question<'_> {
    /// The pattern whose uses are listed.
    fn asked(&self) -> &str {
        self.then.unwrap_or(self.pattern)
    }
}

/// A pattern on one line.
fn folded(pattern: &str) -> String {
    pattern.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the exit status is: uses were found, none was, or one may be where nothing was read.
pub(crate) fn outcome(report: &AuditReport) -> Outcome {
    if !(report.unread.is_empty() && report.unreadable.is_empty()) {
        Outcome::Unknown
    } else if report.uses.is_empty() {
        Outcome::Violated
    } else {
        Outcome::Holds
    }
}

/// For people: a line for each use, for each place that could hide one, and (but for `--quiet`) the counts.
pub(crate) fn human(report: &AuditReport, is_quiet: bool) -> String {
    let mut page = String::new();
    for found in &report.uses {
        line(&mut page, found);
    }
    for finding in not_read(report) {
        let file = escape(finding.file.as_deref().unwrap_or_default());
        let line = finding
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        let _ = writeln!(page, "{file}{line}: {}", escape(&finding.message));
    }
    if is_quiet {
        return page;
    }
    let _ = writeln!(
        page,
        "{}; {} not read; {} searched, {} parsed",
        uses(report.uses.len()),
        counted(report.unread.len() + report.unreadable.len(), "place"),
        counted(report.files, "file"),
        report.parsed
    );
    page
}

/// `1 use`, `12 uses`
pub(crate) fn uses(count: usize) -> String {
    counted(count, "use")
}

/// As findings, by the access: a use holds, what was not read is unknown, and that there is no use of what was `asked` for
/// is a violation, as the exit status has it.
pub(crate) fn as_findings(report: &AuditReport, asked: &str) -> Vec<Finding> {
    let used = report.uses.iter().map(|found| {
        let mut finding = Finding::holds(found.access, message(found));
        finding.file = Some(found.file.clone());
        finding.line = Some(found.line);
        finding.function.clone_from(&found.function);
        finding.source = Some(found.text.clone());
        finding
    });
    let mut findings: Vec<Finding> = used.chain(not_read(report)).collect();
    if findings.is_empty() {
        let files = match report.files {
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        };
        let message = format!("no use of `{asked}` in {files}");
        findings.push(Finding::violated("used", message));
    }
    findings
}

/// What the names of such findings mean.
pub(crate) fn meanings(findings: &[Finding]) -> BTreeMap<String, String> {
    let meaning = |name: &str| match name {
        "used" => "The tree has a use of the pattern.".to_owned(),
        "not-read" => "Code that could hold a use was not read.".to_owned(),
        access => format!("A use of the pattern, of this sort: {access}."),
    };
    let names = findings.iter().map(|finding| finding.invariant.clone());
    names.map(|name| (name.clone(), meaning(&name))).collect()
}

/// Files that could not be read: many with the same reason are told as one.
pub(crate) fn unreadable(report: &AuditReport) -> Vec<(&str, String)> {
    let each = report.unreadable.iter();
    let each = each.map(|unreadable| (unreadable.file.as_str(), unreadable.reason.clone()));
    trees::told_together(each.collect())
}

/// What was not read and could hold a use.
fn not_read(report: &AuditReport) -> impl Iterator<Item = Finding> {
    let unread = report.unread.iter().map(|unread| {
        let message = format!("not read ({}): it could hold a use", unread.cause);
        let finding = Finding::unknown("not-read", message).in_file(&unread.file);
        finding.at_line(unread.line)
    });
    let unreadable = unreadable(report).into_iter().map(|(file, reason)| {
        let message = format!("cannot be read ({reason}): it could hold a use");
        Finding::unknown("not-read", message).in_file(file)
    });
    unread.chain(unreadable)
}

/// `function(): ` around a use, or the macro's name.
fn around(found: &AuditUse) -> String {
    let parentheses = if found.in_macro { "" } else { "()" };
    let function = found.function.as_ref();
    function.map_or_else(String::new, |name| format!("{name}{parentheses}: "))
}

/// The record that a use is of.
fn receiver(found: &AuditUse) -> &str {
    found
        .receiver_type
        .as_deref()
        .unwrap_or("type not resolved")
}

/// What a report says of a use beside its place.
fn message(found: &AuditUse) -> String {
    let mut text = format!("{}{}: `{}`", around(found), receiver(found), found.text);
    for guard in found.guards.iter().flatten() {
        let _ = write!(text, ", if `{guard}`");
    }
    for condition in &found.conditions {
        let _ = write!(text, ", #if `{condition}`");
    }
    if let Some(pattern) = &found.pattern {
        let _ = write!(text, ", of `{}`", folded(pattern));
    }
    if let (Some(first), true) = (found.path.first(), found.path.len() > 1) {
        let _ = write!(text, ", from line {first}");
    }
    if let Some(by) = &found.guarded_by {
        let _ = write!(text, ", guarded at line {}: `{}`", by.line, by.condition);
    }
    text
}

/// `file:line: access: function(): struct pci_dev: text   [if …] [#if …]`
fn line(page: &mut String, found: &AuditUse) {
    let _ = write!(
        page,
        "{}:{}: {}: {}{}: {}",
        escape(&found.file),
        found.line,
        found.access,
        escape(&around(found)),
        escape(receiver(found)),
        escape(&found.text)
    );
    for guard in found.guards.iter().flatten() {
        let _ = write!(page, "  [if {}]", escape(guard));
    }
    for condition in &found.conditions {
        let _ = write!(page, "  [#if {}]", escape(condition));
    }
    if let Some(pattern) = &found.pattern {
        let _ = write!(page, "  [of {}]", escape(&folded(pattern)));
    }
    if let (Some(first), true) = (found.path.first(), found.path.len() > 1) {
        let _ = write!(page, "  [from line {first}]");
    }
    if let Some(by) = &found.guarded_by {
        let _ = write!(
            page,
            "  [guarded at line {}: {}]",
            by.line,
            escape(&by.condition)
        );
    }
    page.push('\n');
}
