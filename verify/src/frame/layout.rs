//! White space changes where the series has something to do, and new statements are as deep as their block.
//!
//! To a compiler neither matters; to who reviews the patch, or looks for a line's origin later, both do. A statement's own
//! continuation lines, its blank lines, and the columns beside a new member or macro are free: they may follow what is new.

mod margins;
mod trailing;

use std::collections::BTreeSet;
use std::ops::Range;

use dialect::TreePath;
use query::File;
use schema::model::Frame;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::beside::beside;
use crate::comparison::{Comparison, Image};
use crate::explained::{CommentScope, Explained};
use crate::finding::{Finding, Verdict};

const NAME: &str = "frame/layout";

/// Lines beside a site that are free as well: blank lines, and a statement that moves up to it.
const BESIDE: usize = 2;

/// What the changes of the spec are about.
pub(crate) struct Sites<'a> {
    pub(crate) explained: &'a [Explained],
    pub(crate) comments: &'a [CommentScope],
    /// Code that the spec has with its layout: only the tool that wrote it knows how deep the author wanted it.
    pub(crate) as_written: &'a [Explained],
}

/// Judges every touched C file, but for those in which other code differs: the layout around that says no more.
pub(crate) fn check(
    comparison: &Comparison<'_>,
    sites: &Sites<'_>,
    others: &[Finding],
) -> Vec<Finding> {
    if comparison.spec.patches.is_empty() {
        return Vec::new();
    }
    let differs = |path: &TreePath| {
        // Where the spec allows other code to change, that is a note with its place.
        others.iter().any(|finding| {
            finding.verdict != Verdict::Unknown && finding.file.as_deref() == Some(path.as_str())
        })
    };
    let spec = comparison.spec;
    let mut findings = Vec::new();
    for path in comparison.touched.iter().filter(|path| !differs(path)) {
        let before = comparison.source(Image::Before, path);
        let after = comparison.source(Image::After, path);
        if let (Some(before), Some(after)) = (before, after) {
            let work = Work::of(path, &before, &after, sites);
            let churn = work.churn().into_iter();
            findings.extend(churn.map(|finding| beside(spec, finding)));
            findings.extend(work.margins());
            findings.extend(work.trailing());
        }
    }
    if findings.is_empty() {
        let touched = comparison.touched.iter();
        let passed = touched.filter(|path| path.is_c() && differs(path));
        let passed: Vec<String> = passed.map(ToString::to_string).collect();
        let message = match spec.frame == Frame::Open && !passed.is_empty() {
            true => format!(
                "note: not judged where other code changes: {}",
                passed.join(", ")
            ),
            false => "white space changes at declared sites alone, and new statements are as deep as their blocks".to_owned(),
        };
        findings.push(Finding::holds(NAME, message));
    }
    findings
}

/// One file before and after.
struct Work<'a> {
    after: &'a File,
    /// The lines of both, without their ends.
    old: Vec<String>,
    new: Vec<String>,
    ops: Vec<DiffOp>,
    /// 0-based lines where layout is free.
    free_before: Vec<Range<usize>>,
    free_after: Vec<Range<usize>>,
    as_written: Vec<Range<usize>>,
}

impl<'a> Work<'a> {
    fn of(path: &TreePath, before: &File, after: &'a File, sites: &Sites<'_>) -> Self {
        let (old, new) = (lines(before), lines(after));
        let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
        let explained = || sites.explained.iter().filter(|one| one.path == *path);
        let comments = sites.comments.iter().filter(|scope| scope.path == *path);
        let written = sites.as_written.iter().filter(|one| one.path == *path);
        let before_ones = explained().filter_map(|one| one.before.as_ref());
        let after_ones = explained().flat_map(|one| &one.after);
        let after_ones = after_ones.chain(comments.map(|scope| &scope.after));
        Self {
            free_before: before_ones.map(|range| reach(before, range)).collect(),
            free_after: after_ones.map(|range| reach(after, range)).collect(),
            as_written: written.flat_map(|one| one.after.clone()).collect(),
            after,
            old,
            new,
            ops,
        }
    }

    /// 0-based lines of the tree after that are new, or changed.
    fn changed(&self) -> BTreeSet<usize> {
        let differing = |op: &&DiffOp| !matches!(op, DiffOp::Equal { .. });
        let ops = self.ops.iter().filter(differing);
        ops.flat_map(DiffOp::new_range).collect()
    }

    /// The lines that a changed one took the place of.
    fn was(&self, line: usize) -> &[String] {
        let mut ops = self.ops.iter();
        let own = ops.find(|op| op.new_range().contains(&line));
        let old = own.map(DiffOp::old_range).unwrap_or_default();
        self.old.get(old).unwrap_or_default()
    }

    /// Whether the spec has the code at `at` with its layout.
    fn is_as_written(&self, at: usize) -> bool {
        self.as_written.iter().any(|range| range.contains(&at))
    }

    /// Lines that differ in white space alone and are at no site.
    fn churn(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for op in &self.ops {
            if matches!(op, DiffOp::Equal { .. }) {
                continue;
            }
            let pairs = self.same_code(op.old_range(), op.new_range());
            let far = pairs.into_iter().find(|(old, new)| !self.is_free(old, new));
            if let Some((_, new)) = far {
                let line = new.start.min(self.new.len().saturating_sub(1));
                findings.push(self.finding(
                    line,
                    "only white space changes here, and at no declared site".to_owned(),
                ));
            }
        }
        findings
    }

    /// The lines of a difference that have the same code before and after.
    fn same_code(&self, old: Range<usize>, new: Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
        let stripped = |lines: &[String], range: &Range<usize>| -> Vec<String> {
            let lines = lines.get(range.clone()).unwrap_or_default();
            lines
                .iter()
                .map(|line| line.split_whitespace().collect())
                .collect()
        };
        let (olds, news) = (stripped(&self.old, &old), stripped(&self.new, &new));
        if olds.concat() == news.concat() {
            // At the file's end a blank line is no change to other code, and the white-space check's.
            let is_end = new.end == self.new.len() && news.concat().is_empty();
            return if is_end { Vec::new() } else { vec![(old, new)] };
        }
        let mut found = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, &olds, &news) {
            if let DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = op
            {
                found.extend((0..len).filter_map(|at| {
                    let (at_old, at_new) = (old.start + old_index + at, new.start + new_index + at);
                    let differs = self.old.get(at_old) != self.new.get(at_new)
                        && olds
                            .get(old_index + at)
                            .is_some_and(|line| !line.is_empty());
                    differs.then_some((at_old..at_old + 1, at_new..at_new + 1))
                }));
            }
        }
        found
    }

    /// Whether all of these lines are at sites, on either side.
    fn is_free(&self, old: &Range<usize>, new: &Range<usize>) -> bool {
        let covered = |lines: &Range<usize>, free: &[Range<usize>]| {
            let lines = lines.start..lines.end.max(lines.start + 1);
            free.iter()
                .any(|free| free.start <= lines.start && lines.end <= free.end)
        };
        covered(new, &self.free_after) || covered(old, &self.free_before)
    }

    fn finding(&self, line: usize, message: String) -> Finding {
        let text = self.new.get(line).map_or("", String::as_str);
        let start = self.after.lines().range_of(line + 1).start;
        let mut finding = Finding::violated(NAME, message)
            .in_file(self.after.path())
            .at_line(line + 1)
            .showing(text);
        if let Some(function) = self.after.function_at(start) {
            finding = finding.in_function(&function.name);
        }
        finding
    }
}

fn lines(file: &File) -> Vec<String> {
    let text = String::from_utf8_lossy(file.written());
    text.lines().map(str::to_owned).collect()
}

fn width(line: &str) -> usize {
    let blank = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    blank.fold(0, |column, c| match c {
        '\t' => (column / 8 + 1) * 8,
        _ => column + 1,
    })
}

/// The 0-based lines around a site where white space may change: of a function the outermost statement, else the whole item;
/// of a directive the lines without a blank one between.
fn reach(file: &File, range: &Range<usize>) -> Range<usize> {
    let mut lines = rows(file, range);
    let mut node = file.node_at(range.clone());
    while let Some(current) = node {
        let Some(parent) = current.parent() else {
            break;
        };
        let outer = parent.kind();
        if outer == "translation_unit" || outer.starts_with("preproc") {
            if current.kind() != "function_definition" {
                lines = joined(&lines, &rows(file, &current.byte_range()));
            }
            break;
        }
        let of_function = parent.parent().map_or("", |outer| outer.kind());
        if outer == "compound_statement" && of_function == "function_definition" {
            lines = joined(&lines, &rows(file, &current.byte_range()));
            break;
        }
        node = Some(parent);
    }
    let is_directive = file.text(range.clone()).trim_start().starts_with('#');
    if is_directive {
        lines = together(file, lines);
    }
    lines.start.saturating_sub(BESIDE)..lines.end + BESIDE
}

/// The lines with those above and below up to the next blank one.
fn together(file: &File, lines: Range<usize>) -> Range<usize> {
    let is_blank = |line: usize| {
        let range = file.lines().range_of(line + 1);
        file.text(range).trim().is_empty()
    };
    let (mut start, mut end) = (lines.start, lines.end);
    while start > 0 && !is_blank(start - 1) {
        start -= 1;
    }
    while end < file.lines().count() && !is_blank(end) {
        end += 1;
    }
    start..end
}

fn rows(file: &File, range: &Range<usize>) -> Range<usize> {
    let last = range.end.saturating_sub(1).max(range.start);
    file.line_of(range.start).saturating_sub(1)..file.line_of(last)
}

fn joined(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    a.start.min(b.start)..a.end.max(b.end)
}
