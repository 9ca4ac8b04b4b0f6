//! The diffs of a series as a page shows them: line by line, with the words that differ, and what was found at each line.

use serde::Serialize;
use similar::{Algorithm, DiffTag, capture_diff_slices};
use trees::mail::{FileDiff, HunkLine, HunkLineKind, Mail};

use super::visible;
use crate::finding::Finding;

/// A mail with a diff.
#[derive(Serialize)]
pub(super) struct PatchView {
    pub(super) title: String,
    pub(super) name: String,
    pub(super) files: Vec<FileView>,
}

/// What becomes of a file.
#[derive(Serialize)]
pub(super) struct FileView {
    pub(super) path: String,
    pub(super) lines: Vec<LineView>,
}

/// A line of a hunk, or its header.
#[derive(Serialize)]
pub(super) struct LineView {
    /// `added`, `removed`, `context` or `head`.
    pub(super) class: &'static str,
    pub(super) sign: &'static str,
    pub(super) number: String,
    pub(super) parts: Vec<Part>,
    pub(super) notes: Vec<Note>,
}

/// A piece of a line.
#[derive(Serialize)]
pub(super) struct Part {
    pub(super) is_added: bool,
    pub(super) is_removed: bool,
    pub(super) text: String,
}

/// What was found at a line.
#[derive(Serialize)]
pub(super) struct Note {
    pub(super) verdict: &'static str,
    pub(super) invariant: String,
    pub(super) message: String,
    /// The article that says more, if there is one.
    pub(super) id: String,
}

/// The mails' diffs; `findings` come with the id of their article, or none.
pub(super) fn views(patches: &[(String, Mail)], findings: &[(&Finding, String)]) -> Vec<PatchView> {
    let changing = patches.iter().filter(|(_, mail)| !mail.is_cover());
    changing
        .map(|(name, mail)| PatchView {
            title: visible(&mail.title),
            name: visible(name),
            files: mail
                .diff
                .iter()
                .map(|file| of_file(file, findings))
                .collect(),
        })
        .collect()
}

fn of_file(file: &FileDiff, findings: &[(&Finding, String)]) -> FileView {
    let path = file.new_path.as_ref().or(file.old_path.as_ref());
    let path = path.map_or_else(String::new, ToString::to_string);
    let here: Vec<&(&Finding, String)> = findings
        .iter()
        .filter(|(finding, _)| finding.file.as_deref() == Some(&path))
        .collect();
    let mut lines = Vec::new();
    for hunk in &file.hunks {
        let section = String::from_utf8_lossy(&hunk.section);
        let head = format!(
            "@@ -{},{} +{},{} @@ {section}",
            hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines
        );
        lines.push(LineView {
            class: "head",
            sign: "",
            number: String::new(),
            parts: vec![Part::same(&head)],
            notes: Vec::new(),
        });
        let mut number = hunk.new_start as usize;
        for block in blocks(&hunk.lines) {
            for (line, parts) in block.iter().zip(changed_words(block)) {
                let is_there = line.kind != HunkLineKind::Remove;
                let text = String::from_utf8_lossy(&line.bytes);
                lines.push(LineView {
                    class: class(line.kind),
                    sign: sign(line.kind),
                    number: if is_there {
                        number.to_string()
                    } else {
                        String::new()
                    },
                    parts,
                    notes: match is_there {
                        true => notes(&here, number, &text),
                        false => Vec::new(),
                    },
                });
                number += usize::from(is_there);
            }
        }
    }
    FileView {
        path: visible(&path),
        lines,
    }
}

fn class(kind: HunkLineKind) -> &'static str {
    match kind {
        HunkLineKind::Context => "context",
        HunkLineKind::Add => "added",
        HunkLineKind::Remove => "removed",
    }
}

fn sign(kind: HunkLineKind) -> &'static str {
    match kind {
        HunkLineKind::Context => " ",
        HunkLineKind::Add => "+",
        HunkLineKind::Remove => "-",
    }
}

/// A finding's line is one of the tree that all patches leave; where a later patch moved it, the code tells.
fn notes(findings: &[&(&Finding, String)], number: usize, text: &str) -> Vec<Note> {
    let at = findings.iter().filter(|(finding, _)| {
        let source = finding.source.as_deref();
        finding.line == Some(number) && source.is_none_or(|source| source == text.trim())
    });
    at.map(|(finding, id)| Note {
        verdict: finding.verdict.word(),
        invariant: visible(&finding.invariant),
        message: visible(&finding.message),
        id: id.clone(),
    })
    .collect()
}

/// Runs of lines that come and go together, and lines that stay.
fn blocks(lines: &[HunkLine]) -> impl Iterator<Item = &[HunkLine]> {
    let stays = |line: &HunkLine| line.kind == HunkLineKind::Context;
    lines.chunk_by(move |a, b| stays(a) == stays(b))
}

/// The parts of each line of a block. Words are compared over the whole block, so that a line which is broken anew shows
/// what it says anew; where little is the same, nothing is marked.
fn changed_words(block: &[HunkLine]) -> Vec<Vec<Part>> {
    let texts: Vec<String> = block
        .iter()
        .map(|line| shown(&String::from_utf8_lossy(&line.bytes)))
        .collect();
    let words = |kind: HunkLineKind| -> Vec<&str> {
        let lines = block.iter().zip(&texts);
        let lines = lines.filter(|(line, _)| line.kind == kind);
        let words = lines.flat_map(|(_, text)| split(text));
        words.filter(|word| !word.trim().is_empty()).collect()
    };
    let (old, new) = (words(HunkLineKind::Remove), words(HunkLineKind::Add));
    let same = |mark: bool, count: usize| vec![mark; count];
    let (mut gone, mut come) = (same(false, old.len()), same(false, new.len()));
    if !old.is_empty() && !new.is_empty() {
        let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
        let equal = ops.iter().filter(|op| op.tag() == DiffTag::Equal);
        let kept: usize = equal.map(|op| op.old_range().len()).sum();
        if kept * 3 >= old.len().max(new.len()) || kept * 3 >= old.len() * 2 {
            for op in ops.iter().filter(|op| op.tag() != DiffTag::Equal) {
                mark(&mut gone, op.old_range());
                mark(&mut come, op.new_range());
            }
        }
    }
    let (mut gone, mut come) = (gone.into_iter(), come.into_iter());
    let lines = block.iter().zip(&texts);
    lines
        .map(|(line, text)| {
            let mut parts: Vec<Part> = Vec::new();
            for word in split(text) {
                let is_blank = word.trim().is_empty();
                let (is_removed, is_added) = match line.kind {
                    _ if is_blank => (false, false),
                    HunkLineKind::Remove => (gone.next().unwrap_or_default(), false),
                    HunkLineKind::Add => (false, come.next().unwrap_or_default()),
                    HunkLineKind::Context => (false, false),
                };
                match parts.last_mut() {
                    Some(last) if (last.is_removed, last.is_added) == (is_removed, is_added) => {
                        last.text.push_str(word);
                    }
                    _ => parts.push(Part {
                        is_added,
                        is_removed,
                        text: word.to_owned(),
                    }),
                }
            }
            parts
        })
        .collect()
}

fn mark(marks: &mut [bool], range: std::ops::Range<usize>) {
    for mark in marks.get_mut(range).into_iter().flatten() {
        *mark = true;
    }
}

/// Control characters made visible, but for the tabs that code is laid out by.
fn shown(text: &str) -> String {
    text.split('\t').map(visible).collect::<Vec<_>>().join("\t")
}

/// Names and numbers, runs of blanks, and single signs.
fn split(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 0,
        c if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match kind(first) {
            2 => first.len_utf8(),
            run => rest.find(|c| kind(c) != run).unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

impl Part {
    fn same(text: &str) -> Self {
        Self {
            is_added: false,
            is_removed: false,
            text: visible(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: HunkLineKind, text: &str) -> HunkLine {
        HunkLine {
            kind,
            bytes: text.as_bytes().to_owned(),
            no_newline: false,
            line: 1,
        }
    }

    /// Marked words in `[]`, line by line.
    fn marked(lines: &[(HunkLineKind, &str)]) -> Vec<String> {
        let lines: Vec<HunkLine> = lines.iter().map(|(kind, text)| line(*kind, text)).collect();
        let parts = changed_words(&lines).into_iter();
        let text = |part: Part| match part.is_added || part.is_removed {
            true => format!("[{}]", part.text),
            false => part.text,
        };
        parts
            .map(|parts| parts.into_iter().map(text).collect())
            .collect()
    }

    #[test]
    fn a_line_that_is_broken_anew_shows_its_new_words() {
        let lines = marked(&[
            (HunkLineKind::Remove, "\tif (a && p->b) {"),
            (HunkLineKind::Add, "\tif (a &&"),
            (HunkLineKind::Add, "\t    (p->b || p->c)) {"),
        ]);
        assert_eq!(
            lines,
            [
                "\tif (a && p->b) {",
                "\tif (a &&",
                "\t    [(]p->b [||] [p->c)]) {"
            ]
        );
    }

    #[test]
    fn what_is_all_new_is_not_marked() {
        let lines = marked(&[
            (HunkLineKind::Remove, "return first;"),
            (HunkLineKind::Add, "pci_enable(dev, 1);"),
        ]);
        assert_eq!(lines, ["return first;", "pci_enable(dev, 1);"]);
    }
}
