//! `comment`: the words of a comment at a site.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::pattern::Match;
use schema::model::Comment;

use super::Context;
use crate::anchor;
use crate::edit::Edit;
use crate::layout::comment::{self, BlockStyle};
use crate::layout::{PREFERRED_WIDTH, columns};
use crate::place;
use crate::site::{self, Plan, Site};
use crate::unresolved::Unresolved;

pub(crate) fn plan(context: &Context<'_>, change: &Comment) -> Result<Plan, Unresolved> {
    let file = context.file;
    let Some(new) = context.body.comment.as_deref() else {
        return Err(Unresolved::spec(
            "a comment change needs the new words in `comment`",
        ));
    };
    let (ranges, used) = site::scope(file, &change.functions)?;
    if let Some((at, _)) =
        comments(context, &ranges).find(|(_, words)| *words == comment::fold(new))
    {
        return Err(Unresolved::present("the comment has these words already").at(file, at.start));
    }
    if change.words.is_empty() {
        return above(context, change, &ranges, new);
    }
    for (index, old) in change.words.iter().enumerate() {
        let old = comment::fold(old);
        let found: Vec<Range<usize>> = comments(context, &ranges)
            .filter(|(_, words)| *words == old)
            .map(|(range, _)| range)
            .collect();
        if found.is_empty() {
            continue;
        }
        let offsets: Vec<usize> = found.iter().map(|range| range.start).collect();
        site::counted(file, context.sites, &offsets, "the comment")?;
        let mut alternatives = used.clone();
        alternatives.extend(site::alternative("words", index, change.words.len(), &old));
        return Ok(Plan {
            edits: found
                .iter()
                .flat_map(|range| replace(context, range, new))
                .collect(),
            sites: offsets
                .into_iter()
                .map(|offset| Site {
                    offset,
                    alternatives: alternatives.clone(),
                })
                .collect(),
        });
    }
    let wanted: Vec<String> = change
        .words
        .iter()
        .map(|words| comment::fold(words))
        .collect();
    let there: Vec<(String, usize)> = comments(context, &ranges)
        .map(|(range, words)| (words, range.start))
        .collect();
    let near = site::similar_names(file, &wanted, there.iter().map(|(words, at)| (words, *at)));
    Err(Unresolved::absent("no comment with these words").near(near))
}

/// The comments in the ranges and directly above them, with their words.
fn comments<'c>(
    context: &'c Context<'_>,
    ranges: &'c [Range<usize>],
) -> impl Iterator<Item = (Range<usize>, String)> + 'c {
    let file = context.file;
    let starts: Vec<Range<usize>> = ranges
        .iter()
        .map(|range| place::with_comment_above(file, range.start)..range.end)
        .collect();
    tokens(file.bytes())
        .into_iter()
        .filter(|token| token.kind == TokenKind::Comment)
        .filter(move |token| {
            starts
                .iter()
                .any(|r| r.start <= token.range.start && token.range.end <= r.end)
        })
        .map(move |token| {
            let words = comment::words_of(&file.text(token.range.clone()));
            (token.range, words)
        })
}

fn replace(context: &Context<'_>, range: &Range<usize>, new: &str) -> Vec<Edit> {
    let file = context.file;
    let line = place::line_start(file, range.start);
    let code = file.text(line..range.start).into_owned();
    if !code.trim().is_empty() {
        return trailing(context, range, &code, new);
    }
    let indentation = place::indentation(file, range.start);
    let old = file.text(range.clone());
    let style = style_of(context, &old);
    let text = if old.contains('\n') && style == BlockStyle::Kernel {
        comment::block(new, &indentation, style)
    } else {
        comment::above(new, &indentation, style)
    };
    vec![Edit::replace(line..range.end, text.trim_end_matches('\n'))]
}

/// A comment of several lines keeps its own style; a new one takes the file's.
fn style_of(context: &Context<'_>, old: &str) -> BlockStyle {
    match old.split_once('\n') {
        Some((first, _)) if first.trim() == "/*" => BlockStyle::Kernel,
        Some((first, _)) if first.trim() == "/**" => BlockStyle::KernelDoc,
        Some(_) => BlockStyle::Networking,
        None => comment::prevailing_style(&context.file.text(0..context.file.bytes().len())),
    }
}

/// A comment behind code stays there where it fits, and goes above the line where it does not.
fn trailing(context: &Context<'_>, range: &Range<usize>, code: &str, new: &str) -> Vec<Edit> {
    let file = context.file;
    let text = comment::trailing(new);
    let old_end = columns::width(&place::line_text(file, file.line_of(range.start)));
    let behind = !file
        .text(range.end..place::line_end(file, range.end))
        .trim()
        .is_empty();
    if behind || columns::advance(code, 0) + columns::width(&text) <= old_end.max(PREFERRED_WIDTH) {
        return vec![Edit::replace(range.clone(), text)];
    }
    let line = place::line_start(file, range.start);
    let indentation = place::indentation(file, range.start);
    let above = comment::above(new, &indentation, style_of(context, ""));
    vec![
        Edit::insert(line, above),
        Edit::replace(line + code.trim_end().len()..range.end, ""),
    ]
}

/// A comment put above a statement.
fn above(
    context: &Context<'_>,
    change: &Comment,
    ranges: &[Range<usize>],
    new: &str,
) -> Result<Plan, Unresolved> {
    let file = context.file;
    let whole = |m: &Match| Ok(anchor::of(file, &m.range).is_some());
    let (found, used) = site::matches(context, ranges, "before", &change.before, &whole)?;
    let found = site::outermost(found);
    let offsets: Vec<usize> = found.iter().map(|m| m.range.start).collect();
    site::counted(file, context.sites, &offsets, "the statement")?;
    let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
    let mut edits = Vec::new();
    for m in &found {
        let Some(anchor) = anchor::of(file, &m.range) else {
            continue;
        };
        let at = anchor.first.start_byte();
        let line = place::line_start(file, at);
        if !file.text(line..at).trim().is_empty() {
            return Err(
                Unresolved::unfit("other code stands before the statement on its line")
                    .at(file, at),
            );
        }
        edits.push(Edit::insert(
            line,
            comment::above(new, &place::indentation(file, at), style),
        ));
    }
    Ok(Plan {
        edits,
        sites: offsets
            .into_iter()
            .map(|offset| Site {
                offset,
                alternatives: used.clone(),
            })
            .collect(),
    })
}
