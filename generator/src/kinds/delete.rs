//! `delete`: code goes, with its lines, the comment about it, and one of two blank lines that would meet.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::{Delete, Deleted};
use sites::kinds::delete::{self, Doomed, whole};
use sites::{Unresolved, lines, statement};

use super::rewrite::delete::{may_go, with_blank_line};
use crate::edit::Edit;
use crate::fragment::Writes;
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes = Writes::NoFragment("it takes code away");

pub(crate) fn plan(context: &Context<'_>, change: &Delete) -> Result<Plan, Unresolved> {
    let file = context.file;
    let all = delete::find(&context.resolver, change)?;
    let mut plan = Plan::default();
    for one in &all.found {
        if let Deleted::Statement(_) = change.what {
            statement_may_go(file, one)?;
        }
        plan.edits.push(removal(file, change, one)?);
        if let Some((record, name)) = &one.documented {
            plan.edits.extend(undocumented(file, record, name));
        }
    }
    let offsets = all.found.iter().map(|one| one.range.start);
    plan.sites = Site::each(offsets, &all.alternatives);
    Ok(plan)
}

/// What holds a statement still reads without it, and still does something.
fn statement_may_go(file: &File, one: &Doomed) -> Result<(), Unresolved> {
    let unfit = |message: &str| Err(Unresolved::unfit(message).at(file, one.range.start));
    let Some((first, last)) = whole(file, &one.range) else {
        return unfit("it is not a whole statement");
    };
    may_go(file, first, last)?;
    if statement::pragma_before(file, one.range.start) {
        return unfit("a `#pragma` is directly before the statement, and is about it");
    }
    let holds_just_it = first.parent().is_some_and(|block| {
        let mut cursor = block.walk();
        let others = block.named_children(&mut cursor).filter(|node| {
            node.kind() != "comment"
                && (node.start_byte() < first.start_byte() || node.start_byte() > last.start_byte())
        });
        let owner = block.parent().map_or("", |owner| owner.kind());
        let is_body = block.kind() == "compound_statement" && owner != "function_definition";
        is_body && others.count() == 0
    });
    match holds_just_it {
        true => unfit("it is all that its block has; rewrite what the block belongs to"),
        false => Ok(()),
    }
}

/// What takes the code away.
fn removal(file: &File, change: &Delete, one: &Doomed) -> Result<Edit, Unresolved> {
    let Range { start, end } = one.range.clone();
    let line = lines::line_start(file, start);
    let begins = file.text(line..start).trim().is_empty();
    let ends = !lines::shares_its_end(file, end);
    if !one.has_lines || !begins || !ends {
        return Ok(part(file, one));
    }
    let end = lines::end_with_trailing_comment(file, end);
    let above = lines::with_comment_above(file, start);
    let start = match delete::takes_comment(file, change, &one.range) {
        true => above,
        false => line,
    };
    let gone = match change.tight {
        true => with_blank_lines(file, start..end),
        false => with_blank_line(file, start..end),
    };
    match leaves_empty_condition(file, &gone) {
        true => Err(
            Unresolved::unfit("it is all that an `#if` has; delete that one, too")
                .at(file, one.range.start),
        ),
        false => Ok(Edit::replace(gone, "")),
    }
}

/// Whole lines, with all blank ones above and below them.
fn with_blank_lines(file: &File, lines: Range<usize>) -> Range<usize> {
    let is_blank = |line: usize| {
        let is_one = (1..=file.lines().count()).contains(&line);
        is_one && lines::line_text(file, line).trim().is_empty()
    };
    let mut first = file.line_of(lines.start);
    while first > 1 && is_blank(first - 1) {
        first -= 1;
    }
    let mut last = file.line_of(lines.end.saturating_sub(1));
    while is_blank(last + 1) {
        last += 1;
    }
    file.lines().range_of(first).start..file.lines().range_of(last).end
}

/// A part of a line goes with the blank that parts it from what stays.
fn part(file: &File, one: &Doomed) -> Edit {
    let Range { mut start, mut end } = one.range.clone();
    let line = file
        .lines()
        .range_of(file.line_of(end.saturating_sub(1)))
        .end;
    let behind = file.text(end..line).into_owned();
    let blank = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    let before = file
        .text(lines::line_start(file, start)..start)
        .into_owned();
    let led = before.len() - before.trim_end_matches([' ', '\t']).len();
    let is_end = behind.trim().is_empty();
    if is_end && led < before.len() {
        start -= led;
    } else if before.ends_with([' ', '\t', '{', '(']) && blank > 0 && !before.ends_with(['{', '('])
    {
        end += blank;
    }
    Edit::replace(start..end, "")
}

/// Whether the lines are all between an `#if` and its end.
fn leaves_empty_condition(file: &File, gone: &Range<usize>) -> bool {
    let text = |number: usize| lines::line_text(file, number).trim().to_owned();
    let first = file.line_of(gone.start);
    let mut before = (1..first).rev().map(text).filter(|text| !text.is_empty());
    let last = file.line_of(gone.end.saturating_sub(1));
    let mut behind = (last + 1..=file.lines().count())
        .map(text)
        .filter(|text| !text.is_empty());
    let begins = before.next().is_some_and(|text| {
        let word = text.trim_start_matches('#').trim_start();
        text.starts_with('#') && (word.starts_with("if") || word.starts_with("el"))
    });
    let ends = behind.next().is_some_and(|text| {
        let word = text.trim_start_matches('#').trim_start();
        text.starts_with('#') && (word.starts_with("endif") || word.starts_with("el"))
    });
    begins && ends
}

/// What takes the line about a member out of the kernel-doc comment above its struct.
fn undocumented(file: &File, record: &Range<usize>, name: &str) -> Option<Edit> {
    let start = lines::line_start(file, record.start);
    let above = lines::with_comment_above(file, start);
    let text = file.text(above..start).into_owned();
    let comment = tokens(text.as_bytes())
        .into_iter()
        .rfind(|token| token.kind == TokenKind::Comment)?;
    let gone = crate::layout::kernel_doc::entry_of(text.get(comment.range.clone())?, name)?;
    let at = above + comment.range.start;
    Some(Edit::replace(at + gone.start..at + gone.end, ""))
}
