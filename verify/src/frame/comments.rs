//! A comment that changes far from any declared site is noise.
//!
//! The words of a comment at a site are free: only the `comment` kind judges wording.

use std::ops::Range;

use dialect::TreePath;
use dialect::token::{TokenKind, exact_text, tokens};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::tokens::{as_compiled, line_of, line_text};
use crate::comparison::{Comparison, Image};
use crate::explained::CommentScope;
use crate::finding::Finding;

const NAME: &str = "frame/comments";

/// How many lines away from a site a comment may stand and still belong to it.
const NEAR: usize = 1;

/// Judges the comments of every touched C file.
pub(crate) fn check(comparison: &Comparison<'_>, comment_scopes: &[CommentScope]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in comparison.touched.iter().filter(|path| path.is_c()) {
        if let (Ok(Some(before)), Ok(Some(after))) = (
            comparison.bytes(Image::Before, path),
            comparison.bytes(Image::After, path),
        ) {
            let (before, after) = (as_compiled(path, &before), as_compiled(path, &after));
            findings.extend(in_file(path, &before, &after, comment_scopes));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::holds(
            NAME,
            "comments change at declared sites alone",
        ));
    }
    findings
}

fn in_file(
    path: &TreePath,
    before: &[u8],
    after: &[u8],
    comment_scopes: &[CommentScope],
) -> Vec<Finding> {
    let old = comments(before);
    let new = comments(after);
    let texts = |list: &[(Range<usize>, String)]| -> Vec<String> {
        list.iter().map(|(_, text)| text.clone()).collect()
    };
    let (old_texts, new_texts) = (texts(&old), texts(&new));
    if old_texts == new_texts {
        return Vec::new();
    }
    let near: Vec<Range<usize>> = comment_scopes
        .iter()
        .filter(|comment_scope| comment_scope.path == *path)
        .map(|comment_scope| near_lines(after, &comment_scope.after))
        .collect();
    let moved = Lines::of(before, after);
    let mut findings = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_texts, &new_texts) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let came = new.get(op.new_range()).unwrap_or_default();
        let gone = old.get(op.old_range()).unwrap_or_default();
        let places = came
            .iter()
            .map(|(range, _)| (lines_of(after, range), "is added or changed"))
            .chain(gone.iter().map(|(range, _)| {
                (
                    moved.after(&lines_of(before, range)),
                    "is removed or changed",
                )
            }));
        for (lines, what) in places {
            if !near
                .iter()
                .any(|comment_scope| overlap(comment_scope, &lines))
            {
                let at = offset_of(after, lines.start);
                findings.push(
                    Finding::violated(
                        NAME,
                        format!("a comment {what} here, far from every declared site"),
                    )
                    .in_file(path)
                    .at_line(lines.start)
                    .showing(&line_text(after, at)),
                );
            }
        }
    }
    findings
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The comments of a file, white space folded. Those inside directives belong to the directive.
fn comments(bytes: &[u8]) -> Vec<(Range<usize>, String)> {
    tokens(bytes)
        .into_iter()
        .filter(|token| token.kind == TokenKind::Comment)
        .map(|token| {
            let text = exact_text(bytes.get(token.range.clone()).unwrap_or_default());
            let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (token.range, folded)
        })
        .collect()
}

/// The 1-based lines of a byte range, as a half-open range.
fn lines_of(bytes: &[u8], range: &Range<usize>) -> Range<usize> {
    let last = range.end.saturating_sub(1).max(range.start);
    line_of(bytes, range.start)..line_of(bytes, last) + 1
}

/// A comment_scope's lines, those near it, and a comment that stands directly before it.
fn near_lines(bytes: &[u8], comment_scope: &Range<usize>) -> Range<usize> {
    let lines = lines_of(bytes, comment_scope);
    let mut start = lines.start.saturating_sub(NEAR);
    for token in tokens(bytes) {
        if token.kind == TokenKind::Comment && token.range.end <= comment_scope.start {
            let gap = bytes
                .get(token.range.end..comment_scope.start)
                .unwrap_or_default();
            if gap.iter().all(u8::is_ascii_whitespace) {
                start = start.min(line_of(bytes, token.range.start));
            }
        }
    }
    start..lines.end + NEAR
}

fn offset_of(bytes: &[u8], line: usize) -> usize {
    let mut seen = 1;
    bytes
        .iter()
        .position(|byte| {
            if seen == line {
                return true;
            }
            seen += usize::from(*byte == b'\n');
            false
        })
        .unwrap_or(bytes.len())
}

/// Which lines before became which lines after.
struct Lines(Vec<DiffOp>);

impl Lines {
    fn of(before: &[u8], after: &[u8]) -> Self {
        let split = |bytes: &[u8]| -> Vec<Vec<u8>> {
            bytes
                .split_inclusive(|&byte| byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect()
        };
        Self(capture_diff_slices(
            Algorithm::Myers,
            &split(before),
            &split(after),
        ))
    }

    /// Where lines before (1-based) are after, or what stands in their place.
    fn after(&self, lines: &Range<usize>) -> Range<usize> {
        let map = |line: usize| {
            let at = line - 1;
            self.0
                .iter()
                .find(|op| op.old_range().contains(&at))
                .map_or(line, |op| match op {
                    DiffOp::Equal { .. } => op.new_range().start + at - op.old_range().start + 1,
                    _ => op.new_range().start + 1,
                })
        };
        let start = map(lines.start);
        start..map(lines.end.saturating_sub(1).max(lines.start)).max(start) + 1
    }
}
