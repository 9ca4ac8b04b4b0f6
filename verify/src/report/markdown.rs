//! For pull requests and mails that render Markdown.

use super::{Subject, by_severity, place, tally, visible};
use crate::finding::{Finding, Report, Verdict};

/// The report as Markdown: a heading, a table of what does not hold, a folded list of what does.
#[must_use]
pub fn markdown(report: &Report, subject: &Subject) -> String {
    let mut text = format!(
        "## {}: {}\n\n{} on {} ({})\n",
        escape(&subject.series),
        report.verdict.word(),
        escape(&subject.judged),
        escape(&subject.tree),
        tally(report)
    );
    let bad: Vec<&Finding> = by_severity(report)
        .into_iter()
        .filter(|finding| finding.verdict != Verdict::Holds)
        .collect();
    if !bad.is_empty() {
        text.push_str("\n| verdict | invariant | where | what |\n|---|---|---|---|\n");
        for finding in bad {
            text.push_str(&row(finding));
        }
    }
    let good: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Holds)
        .collect();
    if !good.is_empty() {
        text.push_str("\n<details><summary>What holds</summary>\n\n");
        for finding in good {
            let at = place(finding).map_or_else(String::new, |at| format!(" {}", escape(&at)));
            text.push_str(&format!(
                "- **{}**{at}: {}\n",
                escape(&finding.invariant),
                escape(&finding.message)
            ));
        }
        text.push_str("\n</details>\n");
    }
    text
}

fn row(finding: &Finding) -> String {
    let mut at = place(finding)
        .map(|place| escape(&place))
        .unwrap_or_default();
    if let Some(function) = &finding.function {
        at = format!("{at} {}()", escape(function));
    }
    format!(
        "| {} | {} | {} | {} |\n",
        finding.verdict.word(),
        escape(&finding.invariant),
        at.trim(),
        escape(&finding.message)
    )
}

/// Makes the text stand for itself: no markup, no HTML, no end of a table cell, no mention. Whoever reads it as it is, in
/// a mail, meets no more signs than that needs. Code between backticks is code, which is what messages mean by it.
fn escape(text: &str) -> String {
    let text = visible(text);
    let mut shown = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        // Odd parts are code, unless the last backtick is not closed.
        let closed = index % 2 == 1 && text.matches('`').count() > index;
        if closed && !part.is_empty() {
            // A pipe ends a cell even in code (GFM 4.10).
            shown.push_str(&format!("`{}`", part.replace('|', "\\|")));
        } else {
            if index % 2 == 1 {
                shown.push_str("\\`");
            }
            if closed {
                shown.push_str("\\`");
            }
            shown.push_str(&escape_prose(part));
        }
    }
    shown
}

fn escape_prose(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            // Inside a word it is no emphasis (CommonMark 6.2).
            '_' if is_word(before) && is_word(chars.peek().copied()) => shown.push('_'),
            '|' | '\\' | '*' | '_' | '[' | ']' | '~' | '$' => shown.extend(['\\', c]),
            // A mention, or the number of an issue: a backslash does not keep them from being one.
            '@' if is_word(chars.peek().copied()) => shown.push_str("&#64;"),
            '#' if chars.peek().is_some_and(char::is_ascii_digit) => shown.push_str("&#35;"),
            c => shown.push(c),
        }
        before = Some(c);
    }
    shown
}
