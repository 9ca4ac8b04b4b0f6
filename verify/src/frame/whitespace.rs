//! White space as `git diff --check` wants it, and line ends and tabs as the file has them.

use std::sync::Arc;

use dialect::TreePath;
use trees::Tree;
use trees::mail::{FileDiff, Hunk, HunkLine, HunkLineKind};

use super::Named;
use crate::finding::Finding;

const NAME: &str = "frame/whitespace";
/// A tab is as wide as these (Documentation/process/coding-style.rst).
const BLANKS_FOR_A_TAB: &[u8] = b"        ";

/// Judges every added line; `states` are the trees before each mail with a diff, and the last.
pub(crate) fn check(mails: &[Named<'_>], states: &[Arc<dyn Tree>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (named, before) in mails.iter().filter(|named| named.has_diff()).zip(states) {
        for diff in &named.mail.diff {
            let style = Style::of(diff, before);
            for hunk in &diff.hunks {
                in_hunk(named, diff, hunk, style, &mut findings);
            }
        }
    }
    blank_at_end(mails, states, &mut findings);
    if findings.is_empty() {
        findings.push(Finding::holds(
            NAME,
            "no added line has a white-space error",
        ));
    }
    findings
}

/// How the lines of a file are written before.
#[derive(Clone, Copy, Debug, Default)]
struct Style {
    /// They end with CR LF.
    crlf: bool,
    /// It is C, some lines are indented by a tab, and none by eight blanks.
    tabs: bool,
}

impl Style {
    fn of(diff: &FileDiff, before: &Arc<dyn Tree>) -> Self {
        let path = diff.old_path.as_ref();
        let bytes = path.and_then(|path| before.read(path).ok().flatten());
        let Some(bytes) = bytes else {
            return Self::default();
        };
        let lines = || bytes.split(|byte| *byte == b'\n');
        let ends = lines().filter(|line| line.ends_with(b"\r")).count();
        let is_c = path.is_some_and(TreePath::is_c);
        Self {
            crlf: ends * 2 > lines().count() - 1,
            tabs: is_c
                && lines().any(|line| line.starts_with(b"\t"))
                && !lines().any(|line| line.starts_with(BLANKS_FOR_A_TAB)),
        }
    }
}

fn in_hunk(
    named: &Named<'_>,
    diff: &FileDiff,
    hunk: &Hunk,
    style: Style,
    findings: &mut Vec<Finding>,
) {
    let mut number = hunk.new_start as usize;
    for line in &hunk.lines {
        if line.kind == HunkLineKind::Add
            && let Some(message) = fault(line, style)
        {
            let path = diff.path().map_or("", |path| path.as_str());
            findings.push(
                Finding::violated(NAME, format!("{message} ({})", named.name))
                    .in_file(path)
                    .at_line(number)
                    .showing(&String::from_utf8_lossy(&line.bytes)),
            );
        }
        if line.kind != HunkLineKind::Remove {
            number += 1;
        }
    }
}

/// What is wrong with an added line.
fn fault(line: &HunkLine, style: Style) -> Option<String> {
    let crlf = style.crlf;
    let (text, has_cr) = match line.bytes.strip_suffix(b"\r") {
        Some(text) => (text, true),
        None => (line.bytes.as_slice(), false),
    };
    if has_cr && !crlf {
        return Some("the added line ends with a carriage return".to_owned());
    }
    if crlf && !has_cr && !line.no_newline {
        return Some(
            "the added line lacks the carriage return that the file's lines have".to_owned(),
        );
    }
    if text.ends_with(b" ") || text.ends_with(b"\t") || text.ends_with(b"\r") {
        return Some("the added line has white space at its end".to_owned());
    }
    let indent: Vec<u8> = text
        .iter()
        .copied()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .collect();
    if style.tabs && indent.starts_with(BLANKS_FOR_A_TAB) {
        let message = "the added line is indented by blanks, where the file has tabs";
        return Some(message.to_owned());
    }
    indent
        .windows(2)
        .any(|pair| pair == b" \t")
        .then(|| "the added line has a blank before a tab in its indentation".to_owned())
}

/// A blank line at the end of a file that had none there, and the newline at its end gone.
fn blank_at_end(mails: &[Named<'_>], states: &[Arc<dyn Tree>], findings: &mut Vec<Finding>) {
    let (Some(first), Some(last)) = (states.first(), states.last()) else {
        return;
    };
    let paths: std::collections::BTreeSet<_> = mails
        .iter()
        .flat_map(|named| &named.mail.diff)
        .filter_map(|diff| diff.new_path.clone())
        .collect();
    for path in paths {
        let blank = |tree: &Arc<dyn Tree>| {
            tree.read(&path).ok().flatten().is_some_and(|bytes| {
                let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
                let line = text.rsplit(|&byte| byte == b'\n').next().unwrap_or(text);
                bytes.ends_with(b"\n") && line.iter().all(u8::is_ascii_whitespace)
            })
        };
        let ends = |tree: &Arc<dyn Tree>| -> Option<bool> {
            let bytes = tree.read(&path).ok().flatten()?;
            (!bytes.is_empty()).then(|| bytes.ends_with(b"\n"))
        };
        if (ends(first), ends(last)) == (Some(true), Some(false)) {
            let message = "the file has no newline at its end any more";
            findings.push(Finding::violated(NAME, message).in_file(&path));
        }
        if blank(last) && !blank(first) {
            findings.push(
                Finding::violated(NAME, "the file ends with a blank line now").in_file(&path),
            );
        }
    }
}
