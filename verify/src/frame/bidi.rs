//! No added line turns the direction of text: then a reviewer sees other code than the compiler.

use dialect::token::first_bidi_control;
use trees::mail::{FileDiff, HunkLineKind};

use super::Named;
use crate::finding::Finding;

const NAME: &str = "frame/bidi";

/// Judges every added line of every file, and the names of the files.
pub(crate) fn check(mails: &[Named<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for named in mails {
        for diff in &named.mail.diff {
            in_diff(named, diff, &mut findings);
        }
    }
    if findings.is_empty() {
        findings.push(Finding::holds(
            NAME,
            "no added line has a bidirectional control character",
        ));
    }
    findings
}

fn in_diff(named: &Named<'_>, diff: &FileDiff, findings: &mut Vec<Finding>) {
    let path = diff.path().map_or("", |path| path.as_str());
    let mut violated = |bytes: &[u8], line: Option<usize>| {
        let Some(found) = first_bidi_control(bytes) else {
            return;
        };
        let place = if line.is_some() {
            "the added line"
        } else {
            "the path"
        };
        let message = format!(
            "{place} has U+{:04X} ({}), so that people see other code than the compiler ({})",
            u32::from(found.letter),
            found.name,
            named.name
        );
        let mut finding = Finding::violated(NAME, message).in_file(path);
        if let Some(line) = line {
            finding = finding
                .at_line(line)
                .showing(&String::from_utf8_lossy(bytes));
        }
        findings.push(finding);
    };
    violated(path.as_bytes(), None);
    for hunk in &diff.hunks {
        let mut number = hunk.new_start as usize;
        for line in &hunk.lines {
            if line.kind == HunkLineKind::Add {
                violated(&line.bytes, Some(number));
            }
            if line.kind != HunkLineKind::Remove {
                number += 1;
            }
        }
    }
}
