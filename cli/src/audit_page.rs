//! How an audit is shown.

use std::fmt::Write as _;

use audit::{AuditReport, AuditUse};
use verify::finding::Finding;

use crate::text::escape;

/// For people: a line for each use, for each place that could hide one, and the counts.
pub(crate) fn human(report: &AuditReport) -> String {
    let mut page = String::new();
    for found in &report.uses {
        line(&mut page, found);
    }
    for unread in &report.unread {
        let _ = writeln!(
            page,
            "{}:{}: not read ({}): it could hold a use",
            escape(&unread.file),
            unread.line,
            escape(&unread.cause)
        );
    }
    for unreadable in &report.unreadable {
        let _ = writeln!(
            page,
            "{}: cannot be read ({}): it could hold a use",
            escape(&unreadable.file),
            escape(&unreadable.reason)
        );
    }
    let _ = writeln!(
        page,
        "{}; {} places not read; {} files searched, {} parsed",
        uses(report.uses.len()),
        report.unread.len() + report.unreadable.len(),
        report.files,
        report.parsed
    );
    page
}

/// `1 use`, `12 uses`
pub(crate) fn uses(count: usize) -> String {
    match count {
        1 => "1 use".to_owned(),
        count => format!("{count} uses"),
    }
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
    let unread = report.unread.iter().map(|unread| {
        let message = format!("not read ({}): it could hold a use", unread.cause);
        let mut finding = Finding::unknown("not-read", message).in_file(&unread.file);
        finding.line = Some(unread.line);
        finding
    });
    let unreadable = report.unreadable.iter().map(|unreadable| {
        let message = format!(
            "cannot be read ({}): it could hold a use",
            unreadable.reason
        );
        Finding::unknown("not-read", message).in_file(&unreadable.file)
    });
    let mut findings: Vec<Finding> = used.chain(unread).chain(unreadable).collect();
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

/// What a report says of a use beside its place.
fn message(found: &AuditUse) -> String {
    let mut text = String::new();
    if let Some(function) = &found.function {
        let parentheses = if found.in_macro { "" } else { "()" };
        let _ = write!(text, "{function}{parentheses}: ");
    }
    let receiver = found.receiver_type.as_deref();
    let receiver = receiver.unwrap_or("type not resolved");
    let _ = write!(text, "{receiver}: `{}`", found.text);
    for guard in found.guards.iter().flatten() {
        let _ = write!(text, ", if `{guard}`");
    }
    for condition in &found.conditions {
        let _ = write!(text, ", #if `{condition}`");
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
        "{}:{}: {}: ",
        escape(&found.file),
        found.line,
        found.access
    );
    if let Some(function) = &found.function {
        let parentheses = if found.in_macro { "" } else { "()" };
        let _ = write!(page, "{}{parentheses}: ", escape(function));
    }
    match &found.receiver_type {
        Some(receiver) => {
            let _ = write!(page, "{}: ", escape(receiver));
        }
        None => page.push_str("type not resolved: "),
    }
    page.push_str(&escape(&found.text));
    for guard in found.guards.iter().flatten() {
        let _ = write!(page, "  [if {}]", escape(guard));
    }
    for condition in &found.conditions {
        let _ = write!(page, "  [#if {}]", escape(condition));
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
