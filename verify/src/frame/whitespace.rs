//! White space as `git diff --check` wants it, and line ends and tabs as the file has them.

use std::sync::Arc;

use dialect::TreePath;
use schema::model::{ChangeKind, Frame, Spec};
use trees::Tree;
use trees::mail::{FileDiff, Hunk, HunkLine, HunkLineKind};

use super::Named;
use crate::finding::Finding;

const NAME: &str = "frame/whitespace";
/// A tab is as wide as these (Documentation/process/coding-style.rst).
const BLANKS_FOR_A_TAB: &[u8] = b"        ";

/// Judges every added line; `states` are the trees before each mail with a diff, and the last.
pub(crate) fn check(spec: &Spec, mails: &[Named<'_>], states: &[Arc<dyn Tree>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (named, before) in mails.iter().filter(|named| named.has_diff()).zip(states) {
        for diff in &named.mail.diff {
            let style = Style::of(diff, before);
            for hunk in &diff.hunks {
                in_hunk(named, diff, hunk, style, &mut findings);
                findings.extend(last_newline(spec, named, diff, hunk));
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

/// The last line of the file loses its newline; or it gets one and is as it was, where the patches may change nothing but
/// what is declared.
fn last_newline(spec: &Spec, named: &Named<'_>, diff: &FileDiff, hunk: &Hunk) -> Option<Finding> {
    let path = diff.path()?;
    // A new file has what it has; a hunk may declare that very line.
    let is_declared = spec
        .forms()
        .any(|form| matches!(form.kind, ChangeKind::Hunk(_)) && form.files.contains(path));
    if diff.old_path.is_none() || is_declared {
        return None;
    }
    let had_none = |line: &HunkLine| line.no_newline && line.kind != HunkLineKind::Add;
    let what = match &hunk.lines[..] {
        [before @ .., last] if last.kind == HunkLineKind::Add && last.no_newline => {
            let is_new = !before.iter().any(had_none);
            is_new.then_some("loses the newline at its end")
        }
        [.., old, new] if had_none(old) && new.kind == HunkLineKind::Add => {
            let is_open = spec.is_of_claims() || spec.frame == Frame::Open;
            let is_all = old.bytes == new.bytes && !is_open;
            is_all.then_some("gets a newline at its end")
        }
        _ => None,
    }?;
    let number = (hunk.new_start + hunk.new_lines).saturating_sub(1) as usize;
    let text = hunk.lines.last().map(|line| line.bytes.as_slice());
    Some(
        Finding::violated(NAME, format!("the file {what} ({})", named.name))
            .in_file(path)
            .at_line(number)
            .showing(&String::from_utf8_lossy(text.unwrap_or_default())),
    )
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

/// A blank line at the end of a file that had none there.
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
        if blank(last) && !blank(first) {
            findings.push(
                Finding::violated(NAME, "the file ends with a blank line now").in_file(&path),
            );
        }
    }
}
