//! A comment that changes and is about nothing that a change declares is noise, or worse.
//!
//! The words of a comment at a site are free here: those that a change declares are its own judge's. A comment belongs to
//! the code on its own line, or to what comes next: the one below a new member is that of the member after.

use std::ops::Range;

use dialect::TreePath;
use dialect::token::{TokenKind, exact_text, tokens};
use query::File;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::tokens::{as_compiled, line_of, line_text};
use crate::comparison::{Comparison, Image};
use crate::explained::CommentScope;
use crate::finding::Finding;

const NAME: &str = "frame/comments";

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
    let sides = Sides {
        path,
        before,
        after,
        old,
        new,
        comment_scopes,
    };
    let findings = sides.findings(&old_texts, &new_texts);
    if findings.is_empty() {
        return findings;
    }
    // A comment may be there several times: which of them is the new one, a list of texts does not say. Those at sites are
    // tried as such.
    let marked = sides.marked(&new_texts);
    match sides.findings(&old_texts, &marked) {
        none if none.is_empty() => none,
        _ => findings,
    }
}

/// The comments of a file before and after.
struct Sides<'a> {
    path: &'a TreePath,
    before: &'a [u8],
    after: &'a [u8],
    old: Vec<(Range<usize>, String)>,
    new: Vec<(Range<usize>, String)>,
    comment_scopes: &'a [CommentScope],
}

impl Sides<'_> {
    /// The 1-based lines of the declared sites.
    fn sites(&self) -> Vec<Range<usize>> {
        let own = self
            .comment_scopes
            .iter()
            .filter(|scope| scope.path == *self.path && !scope.after.is_empty());
        own.map(|scope| lines_of(self.after, &scope.after))
            .collect()
    }

    /// The texts of the new comments, those at sites each unlike any other.
    fn marked(&self, texts: &[String]) -> Vec<String> {
        let sites = self.sites();
        let is_at_site = |range: &Range<usize>| {
            let lines = lines_of(self.after, range);
            sites.iter().any(|site| overlap(site, &lines))
        };
        let pairs = self.new.iter().zip(texts);
        pairs
            .map(|((range, _), text)| match is_at_site(range) {
                true => format!("\u{0}{text}"),
                false => text.clone(),
            })
            .collect()
    }

    fn findings(&self, old_texts: &[String], new_texts: &[String]) -> Vec<Finding> {
        let Self {
            path,
            before,
            after,
            old,
            new,
            comment_scopes,
        } = self;
        let (old_owners, new_owners) = (Owners::of(before), Owners::of(after));
        let sites = self.sites();
        let declared: Vec<Range<usize>> = comment_scopes
            .iter()
            .filter(|scope| {
                scope.path == **path && new.iter().any(|(range, _)| *range == scope.after)
            })
            .map(|scope| lines_of(after, &scope.after))
            .collect();
        let is_at_site = |lines: &Range<usize>| sites.iter().any(|site| overlap(site, lines));
        let moved = Lines::of(before, after);
        let mut findings = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, old_texts, new_texts) {
            if matches!(op, DiffOp::Equal { .. }) {
                continue;
            }
            let came = new.get(op.new_range()).unwrap_or_default();
            let gone = old.get(op.old_range()).unwrap_or_default();
            let came = came.iter().map(|(range, _)| {
                let lines = lines_of(after, range);
                let reach = lines.start..new_owners.line(range).max(lines.end - 1) + 1;
                (lines.start, reach, "is added or changed")
            });
            let is_taken = |range: &Range<usize>| {
                let own = comment_scopes.iter().filter(|scope| scope.path == **path);
                let mut taken = own.filter_map(|scope| scope.before.as_ref());
                taken.any(|taken| overlap(taken, range))
            };
            let gone = gone.iter().filter(|(range, _)| !is_taken(range));
            let gone = gone.map(|(range, _)| {
                let owner = old_owners.line(range);
                let own = moved.after(&lines_of(before, range));
                // Where a comment is what a change declares, it is its own site.
                let is_declared = declared.iter().any(|site| overlap(site, &own));
                let reach = if is_declared {
                    own.clone()
                } else {
                    moved.after(&(owner..owner + 1))
                };
                (own.start, reach, "is removed or changed")
            });
            for (line, reach, what) in came.chain(gone) {
                if !is_at_site(&reach) {
                    let at = offset_of(after, line);
                    let message = format!("a comment {what} here, and belongs to no declared site");
                    findings.push(
                        Finding::violated(NAME, message)
                            .in_file(path)
                            .at_line(line)
                            .showing(&line_text(after, at)),
                    );
                }
            }
        }
        findings
    }
}

/// Which code a comment is about: that on its own first line, or else the next.
struct Owners {
    /// Each token that is no comment, and its first line.
    code: Vec<(Range<usize>, usize)>,
    /// The file's line ends.
    newlines: Vec<usize>,
}

impl Owners {
    fn of(bytes: &[u8]) -> Self {
        let newlines: Vec<usize> = (0..bytes.len())
            .filter(|&at| bytes.get(at) == Some(&b'\n'))
            .collect();
        let code = tokens(bytes)
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment)
            .map(|token| {
                let line = newlines.partition_point(|&at| at < token.range.start) + 1;
                (token.range, line)
            })
            .collect();
        Self { code, newlines }
    }

    /// The 1-based line of a comment's code.
    fn line(&self, comment: &Range<usize>) -> usize {
        let line = self.newlines.partition_point(|&at| at < comment.start) + 1;
        let next = self
            .code
            .partition_point(|(token, _)| token.start < comment.start);
        let before = next.checked_sub(1).and_then(|at| self.code.get(at));
        match (before, self.code.get(next)) {
            // On its line, or around it: a directive of several lines.
            (Some((token, before)), _) if *before == line || comment.start < token.end => line,
            (_, Some((_, after))) => *after,
            _ => line,
        }
    }
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The comments of a file, white space folded.
fn comments(bytes: &[u8]) -> Vec<(Range<usize>, String)> {
    let with_text = ranges_of_comments(bytes).into_iter().map(|range| {
        let text = exact_text(bytes.get(range.clone()).unwrap_or_default());
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (range, folded)
    });
    with_text.collect()
}

/// Where the comments of a file are, those inside directives, too.
pub(crate) fn ranges_of_comments(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for token in tokens(bytes) {
        match token.kind {
            TokenKind::Comment => found.push(token.range),
            TokenKind::Directive => found.extend(in_directive(bytes, &token.range)),
            _ => {}
        }
    }
    found
}

/// The comments on the line of a directive.
fn in_directive(bytes: &[u8], range: &Range<usize>) -> Vec<Range<usize>> {
    let text = bytes.get(range.clone()).unwrap_or_default();
    // `<a//b.h>` is a name; nothing else has an angle bracket before a comment there.
    let keyword = text.trim_ascii_start().get(1..).unwrap_or_default();
    let is_include = ["include", "import"]
        .iter()
        .any(|word| keyword.trim_ascii_start().starts_with(word.as_bytes()));
    let name = is_include.then(|| text.iter().position(|&byte| byte == b'>'));
    let start = range.start + name.flatten().map_or(1, |at| at + 1);
    let rest = bytes.get(start..range.end).unwrap_or_default();
    let all = tokens(rest).into_iter();
    let all = all.filter(|token| token.kind == TokenKind::Comment);
    all.map(|token| start + token.range.start..start + token.range.end)
        .collect()
}

/// The 1-based lines of a byte range, as a half-open range.
fn lines_of(bytes: &[u8], range: &Range<usize>) -> Range<usize> {
    let last = range.end.saturating_sub(1).max(range.start);
    line_of(bytes, range.start)..line_of(bytes, last) + 1
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
            let op = self.0.iter().find(|op| op.old_range().contains(&at));
            op.map_or((line, line), |op| {
                let new = op.new_range();
                match op {
                    DiffOp::Equal { .. } => {
                        let line = new.start + at - op.old_range().start + 1;
                        (line, line)
                    }
                    _ => (new.start + 1, new.end.max(new.start + 1)),
                }
            })
        };
        let (start, _) = map(lines.start);
        let (_, last) = map(lines.end.saturating_sub(1).max(lines.start));
        start..last.max(start) + 1
    }
}

/// Where the lines of a file before are after.
pub(crate) struct Moved(Lines);

impl Moved {
    pub(crate) fn of(before: &File, after: &File) -> Self {
        Self(Lines::of(before.written(), after.written()))
    }

    /// Where lines before (1-based) are after, or what is in their place.
    pub(crate) fn after(&self, lines: &Range<usize>) -> Range<usize> {
        self.0.after(lines)
    }
}
