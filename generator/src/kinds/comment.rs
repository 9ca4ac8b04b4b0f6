//! `comment`: the words of a comment at a site.

use std::ops::Range;

use kernel_c::pattern::Match;
use kernel_c::token::{TokenKind, tokens};
use schema::model::Comment;

use super::Context;
use crate::edit::Edit;
use crate::layout::comment;
use crate::miss::Miss;
use crate::place;
use crate::site::{self, Plan, Site};

pub(crate) fn plan(context: &Context<'_>, change: &Comment) -> Result<Plan, Miss> {
    let file = context.file;
    let Some(new) = context.body.comment.as_deref() else {
        return Err(Miss::spec(
            "a comment change needs the new words in `comment`",
        ));
    };
    let (ranges, used) = site::scope(file, &change.functions)?;
    if let Some((at, _)) =
        comments(context, &ranges).find(|(_, words)| *words == comment::fold(new))
    {
        return Err(Miss::present("the comment has these words already").at(file, at.start));
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
                .map(|range| replace(context, range, new))
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
    Err(Miss::absent("no comment with these words").near(near))
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

fn replace(context: &Context<'_>, range: &Range<usize>, new: &str) -> Edit {
    let file = context.file;
    let line = place::line_start(file, range.start);
    let alone = file.text(line..range.start).trim().is_empty();
    if !alone {
        return Edit::replace(range.clone(), comment::trailing(new));
    }
    let indentation = place::indentation(file, range.start);
    let old = file.text(range.clone());
    let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
    let text = if old.contains('\n') {
        comment::block(new, &indentation, style)
    } else {
        comment::above(new, &indentation, style)
    };
    Edit::replace(line..range.end, text.trim_end_matches('\n'))
}

/// A comment put above a statement.
fn above(
    context: &Context<'_>,
    change: &Comment,
    ranges: &[Range<usize>],
    new: &str,
) -> Result<Plan, Miss> {
    let file = context.file;
    let any = |_: &Match| true;
    let (found, used) = site::matches(file, ranges, "before", &change.before, &any)?;
    let found = site::outermost(found);
    let offsets: Vec<usize> = found.iter().map(|m| m.range.start).collect();
    site::counted(file, context.sites, &offsets, "the statement")?;
    let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
    let edits = offsets
        .iter()
        .map(|&at| {
            let text = comment::above(new, &place::indentation(file, at), style);
            Edit::insert(place::line_start(file, at), text)
        })
        .collect();
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
