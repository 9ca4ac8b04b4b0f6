//! For pull requests and mails that render Markdown.

use super::matrix::{Matrix, Outcome, Pair};
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
            let at = place(finding).map_or_else(String::new, |at| format!(" {}", code(&at)));
            text.push_str(&format!(
                "- {}{at}: {}\n",
                code(&finding.invariant),
                escape(&finding.message)
            ));
        }
        text.push_str("\n</details>\n");
    }
    text
}

/// A row a spec, a column a tree; then the reasons, the worst first.
#[must_use]
pub fn markdown_matrix(matrix: &Matrix) -> String {
    if matrix.pairs.is_empty() && !matrix.unchanged.is_empty() {
        let word = matrix.outcome().word();
        return format!("## check: {word}\n\nNothing changed since the last run.\n");
    }
    let trees = matrix.trees();
    let mut text = format!(
        "## check: {}\n\n{}\n\n| spec |",
        matrix.outcome().word(),
        matrix.tally()
    );
    for tree in &trees {
        text.push_str(&format!(" {} |", code(tree)));
    }
    text.push_str(&format!("\n|---|{}\n", "---|".repeat(trees.len())));
    for spec in matrix.specs() {
        text.push_str(&format!("| {} |", code(spec.0)));
        for tree in &trees {
            let word = matrix.pair(spec, tree).map_or(String::new(), word);
            text.push_str(&format!(" {word} |"));
        }
        text.push('\n');
    }
    text.push('\n');
    for pair in matrix.by_severity() {
        text.push_str(&format!(
            "- {} {} on {}: {}\n",
            word(pair),
            code(&pair.series),
            code(&pair.tree),
            escape(&pair.detail)
        ));
    }
    text
}

/// What needs a look is bold.
fn word(pair: &Pair) -> String {
    match pair.outcome {
        Outcome::Holds => pair.status.to_owned(),
        _ => format!("**{}**", pair.status),
    }
}

fn row(finding: &Finding) -> String {
    let mut at = place(finding).map(|place| code(&place)).unwrap_or_default();
    if let Some(function) = &finding.function {
        at = format!("{at} {}", code(&format!("{function}()")));
    }
    format!(
        "| {} | {} | {} | {} |\n",
        finding.verdict.word(),
        code(&finding.invariant),
        at.trim(),
        escape(&finding.told())
    )
}

/// A name as a code span, in which nothing needs an escape: longer fences than any in it (CommonMark 6.1), and a pipe that
/// would end a cell of a table (GFM 4.10).
fn code(name: &str) -> String {
    let name = visible(name).replace('|', "\\|");
    let runs = name.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    let edge = |c: Option<char>| c.is_none_or(|c| c == '`' || c == ' ');
    let pad = if edge(name.chars().next()) || edge(name.chars().last()) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{name}{pad}{fence}")
}
/// Makes the text mean itself: no markup, no HTML, no end of a table cell, no mention. Whoever reads it as it is, in
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
            let is_last = index == text.matches('`').count();
            shown.push_str(&with_names(part, (index > 0, !is_last)));
        }
    }
    shown
}

/// Prose, in which a word that can only be a name of the code (`glow_up`, `probe()`) is a code span: it needs no escape.
/// Where the prose touches another code span (`beside`: before, after), a name there would run into it.
fn with_names(prose: &str, beside: (bool, bool)) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut shown = String::with_capacity(prose.len());
    // What is prose so far begins here.
    let mut start = 0;
    let mut at = 0;
    while let Some(rest) = prose.get(at..).filter(|rest| !rest.is_empty()) {
        let word = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let is_called = word > 0
            && rest
                .get(word..)
                .is_some_and(|after| after.starts_with("()"));
        let end = at + word + if is_called { 2 } else { 0 };
        let name = prose.get(at..end).unwrap_or_default();
        let touches = (at == 0 && beside.0) || (end == prose.len() && beside.1);
        // A name is a word by itself: not the end of one with letters that C does not have.
        let follows = prose.get(..at).and_then(|before| before.chars().last());
        let is_whole = !follows.is_some_and(char::is_alphanumeric);
        if !touches && is_whole && (is_called || name.contains('_')) {
            shown.push_str(&escape_prose(prose.get(start..at).unwrap_or_default()));
            shown.push_str(&format!("`{name}`"));
            start = end;
        }
        let step = rest.chars().next().map_or(1, char::len_utf8);
        at = if word > 0 { end } else { at + step };
    }
    shown.push_str(&escape_prose(prose.get(start..).unwrap_or_default()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_code_and_prose_is_prose() {
        for (text, expected) in [
            ("glow_up() is not defined", "`glow_up()` is not defined"),
            ("probe(): `a_b` is *left*", "`probe()`: `a_b` is \\*left\\*"),
            ("__init and a@b #1 | x", "`__init` and a&#64;b &#35;1 \\| x"),
            ("`x`glow_up `y`", "`x`glow_up `y`"),
            ("glow_up`x`", "glow_up`x`"),
            ("<b>x_y", "&lt;b&gt;`x_y`"),
            ("größe_n", "größe_n"),
            ("a ` b_c", "a \\` `b_c`"),
        ] {
            assert_eq!(escape(text), expected, "{text}");
        }
    }

    #[test]
    fn a_name_needs_no_escape_in_a_code_span() {
        assert_eq!(code("a_b*c"), "`a_b*c`");
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(code("a|b"), "`a\\|b`");
    }
}
