//! `hunk`: the lines of the hunk are where its old ones were, and there alone.

use std::ops::Range;

use dialect::token::{Token, TokenKind, tokens};
use query::File;
use schema::model::{Hunk, HunkLine, HunkSign};
use sites::kinds::hunk as anchors;

use super::{Ctx, Judged};
use crate::explained::Explained;
use crate::finding::Finding;

/// What it looks for, in words.
pub(super) fn sought(_: &Hunk) -> String {
    "no place with just the hunk's lines".to_owned()
}

pub(super) fn judge(ctx: &Ctx<'_>, hunk: &Hunk) -> Judged {
    let (after, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let regions = |file: &File| ctx.regions(file, &hunk.functions);
    let (old, new) = (hunk.lines_before(), hunk.lines_after());
    let made = anchors::places(&after, &new, &regions(&after));
    let left = anchors::places(&after, &old, &regions(&after));
    let left = left
        .into_iter()
        .find(|place| !anchors::is_within(place, &made));
    if let Some(left) = left {
        let finding = ctx.violated("lines", "the hunk's old lines are there");
        return placed(finding, &after, left.start);
    }
    match before {
        Some(before) => {
            let was = anchors::places(&before, &old, &regions(&before));
            match was.as_slice() {
                [was] => patched(ctx, hunk, (&before, was), &after, &made),
                _ => {
                    Judged::only(ctx.unknown("lines", "the tree before has the old lines not once"))
                }
            }
        }
        None => as_it_is(ctx, &after, &made),
    }
}

/// A tree as it is has the new lines once. Lines that only went are nowhere to be seen.
fn as_it_is(ctx: &Ctx<'_>, after: &File, made: &[Range<usize>]) -> Judged {
    match made {
        [only] if is_commented_out(after, only) => {
            let message = "the hunk's new lines are in the middle of a comment: whether they are meant to be is not known";
            placed(ctx.unknown("lines", message), after, only.start)
        }
        [only] => {
            let finding = ctx.holds("lines", "the hunk's new lines are there, once");
            let mut judged = placed(finding, after, only.start);
            judged
                .explained_tokens
                .push(Explained::inserted(after.path(), vec![only.clone()]));
            judged.comment_scope(after.path(), only.clone());
            judged
        }
        [] => Judged::only(
            ctx.violated("lines", "the hunk's new lines are not there")
                .in_file(after.path()),
        ),
        [first, ..] => {
            let count = made.len();
            let message = format!("the hunk's new lines are there {count} times");
            placed(ctx.violated("lines", message), after, first.start)
        }
    }
}

/// Whether a comment that begins above the lines and ends below them has all of them, and they do not read as comments do.
fn is_commented_out(file: &File, lines: &Range<usize>) -> bool {
    let is_c = file.path().is_c();
    let around = |token: &Token| {
        token.kind == TokenKind::Comment
            && token.range.start < lines.start
            && lines.end <= token.range.end
    };
    let text = file.text(lines.clone());
    let mut rows = text.lines().map(str::trim).filter(|row| !row.is_empty());
    is_c && rows.any(|row| !row.starts_with('*')) && tokens(file.written()).iter().any(around)
}

/// What was at one place before is the hunk's new lines now, at the place that it was at.
fn patched(
    ctx: &Ctx<'_>,
    hunk: &Hunk,
    (before, was): (&File, &Range<usize>),
    after: &File,
    made: &[Range<usize>],
) -> Judged {
    let path = after.path();
    let line = before.line_of(was.start);
    let nearest = made
        .iter()
        .min_by_key(|place| after.line_of(place.start).abs_diff(line));
    let Some(now) = nearest else {
        return Judged::only(
            ctx.violated("lines", "the hunk's new lines are not there")
                .in_file(path),
        );
    };
    // The lines of context are compared already, and others may have a part in them.
    let (above, below) = context(hunk);
    let core = |place: &Range<usize>| place.start + above..place.end.saturating_sub(below);
    let (old, new) = (
        Around::of(before, &core(was)),
        Around::of(after, &core(now)),
    );
    // A comment or a directive that the hunk has a part of is compared as a whole: the rest of it is as it was.
    if old.rest != new.rest {
        let message = "the comment or directive that the hunk is in differs in other lines too";
        return placed(ctx.violated("lines", message), after, now.start);
    }
    let message = "the hunk's lines are as declared";
    let mut judged = placed(ctx.holds("lines", message), after, now.start);
    // What has no tokens leaves no mark in a stream of them.
    let old_lines = old.range.clone();
    let explained = match (old.has_tokens, new.has_tokens) {
        (_, false) => Explained::removed(path, old.range),
        (false, true) => Explained::inserted(path, vec![new.range.clone()]),
        (true, true) => Explained::replaced(path, old.range, new.range.clone()),
    };
    judged.explained_tokens.push(explained);
    judged.comment_scope_of(
        path,
        was.start.min(old_lines.start)..was.end.max(old_lines.end),
        now.start.min(new.range.start)..now.end.max(new.range.end),
    );
    judged
}

/// How many bytes of context the hunk begins and ends with.
fn context(hunk: &Hunk) -> (usize, usize) {
    let is_kept = |line: &&HunkLine| line.sign == HunkSign::Context;
    let bytes = |line: &HunkLine| hunk.encoded(&line.text).len();
    let above = hunk.lines.iter().take_while(is_kept).map(bytes).sum();
    let below = hunk.lines.iter().rev().take_while(is_kept).map(bytes).sum();
    (above, below)
}

/// Whole tokens around lines of a file.
struct Around {
    range: Range<usize>,
    /// The bytes of the first and the last token that are not in the lines.
    rest: (Vec<u8>, Vec<u8>),
    /// Whether the token frame sees anything in them.
    has_tokens: bool,
}

impl Around {
    fn of(file: &File, lines: &Range<usize>) -> Self {
        let bytes = file.written();
        let is_c = file.path().is_c();
        let cut = |token: &&Token| {
            token.range.start < lines.end
                && lines.start < token.range.end
                && !(lines.start <= token.range.start && token.range.end <= lines.end)
        };
        let all = if is_c { tokens(bytes) } else { Vec::new() };
        let range = all.iter().filter(cut).fold(lines.clone(), |range, token| {
            range.start.min(token.range.start)..range.end.max(token.range.end)
        });
        let slice = |range: Range<usize>| bytes.get(range).unwrap_or_default().to_vec();
        let pieces = crate::frame::tokens::pieces(file.path(), &slice(range.clone()));
        Self {
            rest: (slice(range.start..lines.start), slice(lines.end..range.end)),
            has_tokens: !pieces.is_empty(),
            range,
        }
    }
}

fn placed(finding: Finding, file: &File, at: usize) -> Judged {
    let line = file.line_of(at);
    let text = sites::lines::line_text(file, line);
    let finding = finding.in_file(file.path()).at_line(line).showing(&text);
    let function = file.function_at(at).map(|function| function.name.clone());
    Judged::only(match function {
        Some(name) => finding.in_function(&name),
        None => finding,
    })
}
