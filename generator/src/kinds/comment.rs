//! `comment`: the words of a comment at a site.

use std::ops::Range;

use query::pattern::Match;
use schema::model::Comment;
use sites::kinds::comment::{self as comments, CommentSites};
use sites::{Unresolved, lines, statement};
use templates::Page as _;

use crate::edit::Edit;
use crate::fragment::Writes;
use crate::layout::comment::{self, BlockStyle, CommentTemplate};
use crate::layout::{PREFERRED_WIDTH, columns};
use crate::place;
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes = Writes::Fragments(&[CommentTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, change: &Comment) -> Result<Plan, Unresolved> {
    let Some(new) = context.body.comment.as_deref() else {
        return Err(Unresolved::spec(
            "a comment change needs the new words in `comment`",
        ));
    };
    if let Some(present) = comments::present(&context.resolver, change, new)? {
        return Err(present);
    }
    let found = comments::find(&context.resolver, change)?;
    let offsets = found.offsets();
    let (edits, used) = match &found {
        CommentSites::Replace(comments) => {
            let mut edits = Vec::new();
            for range in &comments.found {
                edits.extend(match &change.drawn {
                    Some(drawn) => vec![redrawn(context, range, drawn)],
                    None => replace(context, range, new)?,
                });
            }
            (edits, &comments.alternatives)
        }
        CommentSites::Above(statements) => (
            above(context, &statements.found, (new, change.drawn.as_deref()))?,
            &statements.alternatives,
        ),
    };
    Ok(Plan {
        edits,
        sites: Site::each(offsets, used),
    })
}

/// A comment in the place of another, as it is drawn.
fn redrawn(context: &Context<'_>, range: &Range<usize>, drawn: &str) -> Edit {
    let indentation = place::indentation(context.file, range.start);
    let text = indented(drawn, &indentation);
    Edit::replace(range.clone(), text.trim())
}

/// Lines that are as at column 0, with their indentation and a newline each.
fn indented(text: &str, indentation: &str) -> String {
    let lines = text.lines().map(str::trim_end);
    let lines = lines.map(|line| match line {
        "" => "\n".to_owned(),
        _ => format!("{indentation}{line}\n"),
    });
    lines.collect()
}

fn replace(
    context: &Context<'_>,
    range: &Range<usize>,
    new: &str,
) -> Result<Vec<Edit>, Unresolved> {
    let file = context.file;
    let line = lines::line_start(file, range.start);
    let code = file.text(line..range.start).into_owned();
    if !code.trim().is_empty() {
        return trailing(context, range, &code, new);
    }
    let indentation = place::indentation(file, range.start);
    let old = file.text(range.clone());
    let style = style_of(context, &old);
    let above = comment::above(new, &indentation, style)?;
    let fits = style == BlockStyle::Networking && above.lines().count() == 1;
    let text = match old.contains('\n') && !fits {
        true => comment::block_over(&old, new, &indentation, style)?,
        false => above,
    };
    Ok(vec![Edit::replace(
        line..range.end,
        text.trim_end_matches('\n'),
    )])
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
fn trailing(
    context: &Context<'_>,
    range: &Range<usize>,
    code: &str,
    new: &str,
) -> Result<Vec<Edit>, Unresolved> {
    let file = context.file;
    let text = comment::trailing(new)?;
    let old_end = columns::width(&lines::line_text(file, file.line_of(range.start)));
    let behind = !file
        .text(range.end..lines::line_end(file, range.end))
        .trim()
        .is_empty();
    if behind || columns::advance(code, 0) + columns::width(&text) <= old_end.max(PREFERRED_WIDTH) {
        return Ok(vec![Edit::replace(range.clone(), text)]);
    }
    let line = lines::line_start(file, range.start);
    let indentation = place::indentation(file, range.start);
    let above = comment::above(new, &indentation, style_of(context, ""))?;
    Ok(vec![
        Edit::insert(line, above),
        Edit::replace(line + code.trim_end().len()..range.end, ""),
    ])
}

/// A comment put above each statement.
fn above(
    context: &Context<'_>,
    found: &[Match],
    (words, drawn): (&str, Option<&str>),
) -> Result<Vec<Edit>, Unresolved> {
    let file = context.file;
    let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
    let mut edits = Vec::new();
    for m in found {
        let Some(anchor) = statement::of(file, &m.range) else {
            continue;
        };
        let at = anchor.first.start_byte();
        let line = lines::line_start(file, at);
        if !file.text(line..at).trim().is_empty() {
            return Err(
                Unresolved::unfit("other code is before the statement on its line").at(file, at),
            );
        }
        let indentation = place::indentation(file, at);
        let text = match drawn {
            Some(drawn) => indented(drawn, &indentation),
            None => comment::above(words, &indentation, style)?,
        };
        edits.push(Edit::insert(line, text));
    }
    Ok(edits)
}
