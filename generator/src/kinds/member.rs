//! `member`: a struct or union member, in line with its neighbours.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::{Member, Side};
use sites::kinds::member as records;
use syntax::items::{self, Record};
use templates::Page as _;

use crate::edit::Edit;
use crate::fragment::{Commented, Writes};
use crate::layout::beside::Comments;
use crate::layout::comment::CommentTemplate;
use crate::layout::member::{Layout, MemberTemplate, Neighbour};
use crate::layout::{columns, comment, kernel_doc};
use crate::place;
use crate::plan::{Context, Plan, Site};
use sites::{Unresolved, lines};

/// How many neighbours' columns are looked at on either side.
const NEIGHBOURS: usize = 6;

pub(crate) const WRITES: Writes =
    Writes::Fragments(&[MemberTemplate::PATH, Commented::PATH, CommentTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, member: &Member) -> Result<Plan, Unresolved> {
    let file = context.file;
    if let Some(present) = records::present(file, member) {
        return Err(present);
    }
    let mut plan = Plan::default();
    for site in records::find(&context.resolver, member)? {
        let record = site.record;
        for &index in &site.members {
            alone(file, record, index, site.side)?;
            let Some(neighbour) = record.members.get(index) else {
                continue;
            };
            let doc = documentation(context, record, neighbour, member, site.side);
            let words = context.body.comment.as_deref().filter(|_| doc.is_none());
            let (at, text) = if shares_its_line(file, neighbour) {
                within_line(file, neighbour, site.side, member, words)?
            } else {
                let at = match site.side {
                    Side::After => {
                        lines::end_with_trailing_comment(file, neighbour.declaration.end)
                    }
                    Side::Before => lines::with_comment_above(file, neighbour.declaration.start),
                };
                (at, lines(file, record, index, member, site.side, words)?)
            };
            let at = match site.side {
                Side::After => context.inserted.past(at),
                Side::Before => at,
            };
            plan.edits.push(Edit::beside(at, site.side, text));
            plan.edits.extend(doc);
            plan.sites.push(Site {
                offset: neighbour.name_range.start,
                alternatives: site.alternatives.clone(),
            });
        }
    }
    plan.edits.dedup();
    Ok(plan)
}

/// Whether other code is on the lines of the member: `struct node { struct node *next; };`, or one member behind another.
fn shares_its_line(file: &File, member: &items::Member) -> bool {
    let own = &member.declaration;
    let before = file.text(lines::line_start(file, own.start)..own.start);
    let is_behind_code = tokens(before.as_bytes())
        .iter()
        .any(|token| token.kind != TokenKind::Comment);
    is_behind_code || lines::shares_its_end(file, own.end)
}

/// The member on the line of its neighbour.
fn within_line(
    file: &File,
    neighbour: &items::Member,
    side: Side,
    member: &Member,
    words: Option<&str>,
) -> Result<(usize, String), Unresolved> {
    let words: Option<Vec<&str>> = words.map(|words| words.split_whitespace().collect());
    let words = words.map(|words| comment::trailing(&words.join(" ")));
    let words = words.transpose()?.unwrap_or_default();
    let gap = if words.is_empty() { "" } else { " " };
    let code = format!("{};{gap}{words}", member.declare);
    Ok(match side {
        Side::After => {
            let own = neighbour.declaration.end;
            let end = lines::end_of_comments(file, own);
            // What is behind `//` on a line is no code.
            let is_open = file.text(own..end).contains("//");
            (if is_open { own } else { end }, format!(" {code}"))
        }
        Side::Before => (neighbour.declaration.start, format!("{code} ")),
    })
}

/// The new member's line in the kernel-doc comment above the record, where there is one that describes
/// the neighbour too.
fn documentation(
    context: &Context<'_>,
    record: &Record,
    neighbour: &items::Member,
    member: &Member,
    side: Side,
) -> Option<Edit> {
    let file = context.file;
    let words = context.body.comment.as_deref()?;
    let line = lines::line_start(file, record.range.start);
    let start = lines::with_comment_above(file, record.range.start);
    let doc = file.text(start..line);
    let entry = kernel_doc::entry(
        &doc,
        &neighbour.name,
        &member.name,
        words,
        side == Side::After,
    )?;
    Some(Edit::insert(start + entry.at, entry.text))
}

/// Refuses a neighbour that shares its declaration with another, on the side of the new member.
fn alone(file: &File, record: &Record, index: usize, side: Side) -> Result<(), Unresolved> {
    let next = match side {
        Side::After => index.checked_add(1),
        Side::Before => index.checked_sub(1),
    };
    let (Some(own), Some(next)) = (
        record.members.get(index),
        next.and_then(|next| record.members.get(next)),
    ) else {
        return Ok(());
    };
    if own.declaration != next.declaration {
        return Ok(());
    }
    Err(Unresolved::unfit(format!(
        "{} shares its declaration with {}",
        own.name, next.name
    ))
    .at(file, own.name_range.start))
}

fn lines(
    file: &File,
    record: &Record,
    index: usize,
    member: &Member,
    side: Side,
    words: Option<&str>,
) -> Result<String, Unresolved> {
    let mut order: Vec<usize> = vec![index];
    for distance in 1..=NEIGHBOURS {
        order.extend(index.checked_sub(distance));
        order.push(index + distance);
    }
    let neighbours: Vec<Neighbour> = order
        .iter()
        .filter_map(|&i| neighbour(file, record.members.get(i)?))
        .collect();
    let indentation = record.members.get(index).map_or_else(
        || "\t".to_owned(),
        |m| place::indentation(file, m.declaration.start),
    );
    let declare = indented(&member.declare, &indentation);
    let (type_text, declarator) = halves(&declare, &member.name);
    let mut declarations: Vec<Range<usize>> = order
        .iter()
        .filter_map(|&i| Some(record.members.get(i)?.declaration.clone()))
        .collect();
    declarations.dedup();
    let comments = Comments::of(file, &declarations);
    let text = Layout {
        indentation: &indentation,
        neighbours: &neighbours,
        comments: &comments,
    }
    .lines(type_text, declarator, words)?;
    let is_above = text.trim_start().starts_with("/*");
    Ok(match (is_above && comments.are_apart(), side) {
        (false, _) => text,
        (true, Side::Before) => text + "\n",
        (true, Side::After) => format!("\n{text}"),
    })
}

/// A declaration of several lines, those behind the first as deep as the record has its members.
fn indented(declare: &str, indentation: &str) -> String {
    let is_deeper = |line: &str| !(line.is_empty() || line.starts_with('#'));
    let mut text = String::new();
    for (at, line) in declare.lines().enumerate() {
        if at > 0 {
            text.push('\n');
            text.push_str(if is_deeper(line) { indentation } else { "" });
        }
        text.push_str(line);
    }
    text
}

/// A declaration's type, and its declarator with the stars.
fn halves<'d>(declare: &'d str, name: &str) -> (&'d str, &'d str) {
    let word = |at: usize| {
        let edge = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
        edge(declare.get(..at).and_then(|s| s.chars().last()))
            && edge(
                declare
                    .get(at + name.len()..)
                    .and_then(|s| s.chars().next()),
            )
    };
    let at = declare
        .match_indices(name)
        .map(|(at, _)| at)
        .find(|&at| word(at))
        .unwrap_or(0);
    let before = declare.get(..at).unwrap_or_default();
    // `DECLARE_BITMAP(name, 8)` is all declarator; `int (*name)(void)` is not.
    if before.trim_end().ends_with('(') {
        return ("", declare);
    }
    let type_text = before.trim_end_matches(|c: char| c == '*' || c == '(' || c.is_whitespace());
    let declarator = declare
        .get(type_text.len()..)
        .unwrap_or_default()
        .trim_start();
    (type_text, declarator)
}

/// A member's line, taken apart; none where it does not stand on one line of its own.
fn neighbour(file: &File, member: &items::Member) -> Option<Neighbour> {
    let line = file.line_of(member.declaration.start);
    if file.line_of(member.declaration.end.saturating_sub(1)) != line {
        return None;
    }
    let text = lines::line_text(file, line);
    let start = file.lines().range_of(line).start;
    let before = text.get(..member.name_range.start.checked_sub(start)?)?;
    let typed = before.trim_end_matches(|c: char| c == '*' || c.is_whitespace());
    let gap = before.get(typed.len()..)?;
    let stars = gap.find('*').unwrap_or(gap.len());
    Some(Neighbour {
        type_end: columns::width(typed),
        name: columns::width(text.get(..typed.len() + stars)?),
        tabbed: gap.contains('\t'),
    })
}
