//! `member`: a struct or union member, in line with its neighbours.

use kernel_c::SourceFile;
use kernel_c::items::{self, Record};
use schema::model::{Member, RecordKind, Side};

use super::Context;
use crate::edit::Edit;
use crate::layout::columns;
use crate::layout::member::{Layout, Neighbour};
use crate::miss::Miss;
use crate::place;
use crate::site::{self, Plan, Site};

/// How many neighbours' columns are looked at on either side.
const NEIGHBOURS: usize = 6;

pub(crate) fn plan(context: &Context<'_>, member: &Member) -> Result<Plan, Miss> {
    let file = context.file;
    let records = records(file, member)?;
    if let Some(there) = records
        .iter()
        .flat_map(|record| &record.members)
        .find(|m| m.name == member.name)
    {
        return Err(Miss::present(format!(
            "struct {} has a member {} already",
            member.record, member.name
        ))
        .at(file, there.name_range.start));
    }
    let mut plan = Plan::default();
    for record in records {
        let (index, side) = anchor(file, record, member)?;
        let (used, at) = insertion(file, record, index, side);
        let text = lines(context, record, index, member);
        plan.edits.push(Edit::insert(at, text));
        let alternatives = match (&member.beside, used) {
            (Some(beside), Some(name)) => {
                let position = beside.anchors.iter().position(|a| a == name).unwrap_or(0);
                let key = if side == Side::After {
                    "after"
                } else {
                    "before"
                };
                site::alternative(key, position, beside.anchors.len(), name)
            }
            _ => Vec::new(),
        };
        plan.sites.push(Site {
            offset: at.saturating_sub(1),
            alternatives,
        });
    }
    Ok(plan)
}

/// The live definitions of the record; several only where `#if` arms define it.
fn records<'f>(file: &'f SourceFile, member: &Member) -> Result<Vec<&'f Record>, Miss> {
    let kind = match member.record_kind {
        RecordKind::Struct => items::RecordKind::Struct,
        RecordKind::Union => items::RecordKind::Union,
    };
    let word = if kind == items::RecordKind::Struct {
        "struct"
    } else {
        "union"
    };
    let found: Vec<&Record> = file
        .records()
        .iter()
        .filter(|r| r.kind == kind && r.tag.as_deref() == Some(&member.record))
        .filter(|r| !file.is_dead(r.range.start))
        .collect();
    if let Some(dirty) = found.iter().find(|record| !record.clean) {
        return Err(
            Miss::unread(format!("{word} {} was not read cleanly", member.record))
                .at(file, dirty.range.start),
        );
    }
    if found.is_empty() {
        let wanted = [member.record.clone()];
        let tags: Vec<(&String, usize)> = file
            .records()
            .iter()
            .filter_map(|record| Some((record.tag.as_ref()?, record.range.start)))
            .collect();
        return Err(
            Miss::absent(format!("no {word} {} in this file", member.record))
                .near(site::similar_names(file, &wanted, tags.into_iter())),
        );
    }
    if found.len() > 1 && found.iter().any(|record| record.conditions.is_empty()) {
        let offsets: Vec<usize> = found.iter().map(|record| record.range.start).collect();
        site::counted(
            file,
            schema::model::Sites::One,
            &offsets,
            &format!("{word} {}", member.record),
        )?;
    }
    Ok(found)
}

/// The neighbour's index among the members, and the side of it.
fn anchor(file: &SourceFile, record: &Record, member: &Member) -> Result<(usize, Side), Miss> {
    let Some(beside) = &member.beside else {
        let last = record.members.len().checked_sub(1);
        return last.map(|index| (index, Side::After)).ok_or_else(|| {
            Miss::unfit(format!("{} has no members to stand beside", member.record))
                .at(file, record.range.start)
        });
    };
    for name in &beside.anchors {
        let found: Vec<usize> = (0..record.members.len())
            .filter(|&index| record.members.get(index).is_some_and(|m| m.name == *name))
            .filter(|&index| {
                !record
                    .members
                    .get(index)
                    .is_some_and(|m| file.is_dead(m.name_range.start))
            })
            .collect();
        match found.as_slice() {
            [] => {}
            [index] => return Ok((*index, beside.side)),
            [first, ..] => {
                let at = record.members.get(*first).map_or(0, |m| m.name_range.start);
                return Err(Miss::unfit(format!(
                    "{} has {} members called {name}, in different #if arms",
                    member.record,
                    found.len()
                ))
                .at(file, at));
            }
        }
    }
    let names = record.members.iter().map(|m| (&m.name, m.name_range.start));
    Err(Miss::absent(format!(
        "{} has no member {}",
        member.record,
        site::listed(&beside.anchors)
    ))
    .at(file, record.range.start)
    .near(site::similar_names(file, &beside.anchors, names)))
}

/// The neighbour's name, and the line start to insert at.
fn insertion<'r>(
    file: &SourceFile,
    record: &'r Record,
    index: usize,
    side: Side,
) -> (Option<&'r String>, usize) {
    let Some(neighbour) = record.members.get(index) else {
        return (
            None,
            place::line_start(file, record.body.end.saturating_sub(1)),
        );
    };
    let at = match side {
        Side::After => place::end_with_trailing_comment(file, neighbour.declaration.end),
        Side::Before => place::with_comment_above(file, neighbour.declaration.start),
    };
    (Some(&neighbour.name), at)
}

fn lines(context: &Context<'_>, record: &Record, index: usize, member: &Member) -> String {
    let file = context.file;
    let mut order: Vec<usize> = vec![index];
    for distance in 1..=NEIGHBOURS {
        order.extend(index.checked_sub(distance));
        order.push(index + distance);
    }
    let neighbours: Vec<Neighbour> = order
        .into_iter()
        .filter_map(|i| neighbour(file, record.members.get(i)?))
        .collect();
    let indentation = record.members.get(index).map_or_else(
        || "\t".to_owned(),
        |m| place::indentation(file, m.declaration.start),
    );
    let (type_text, declarator) = halves(&member.declare, &member.name);
    Layout {
        indentation: &indentation,
        neighbours: &neighbours,
    }
    .lines(type_text, declarator, context.body.comment.as_deref())
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
    let type_text = before.trim_end_matches(|c: char| c == '*' || c == '(' || c.is_whitespace());
    let declarator = declare
        .get(type_text.len()..)
        .unwrap_or_default()
        .trim_start();
    (type_text, declarator)
}

/// A member's line, taken apart; none where it does not stand on one line of its own.
fn neighbour(file: &SourceFile, member: &items::Member) -> Option<Neighbour> {
    let line = file.line_of(member.declaration.start);
    if file.line_of(member.declaration.end.saturating_sub(1)) != line {
        return None;
    }
    let text = place::line_text(file, line);
    let start = file.lines().range_of(line).start;
    let before = text.get(..member.name_range.start.checked_sub(start)?)?;
    let typed = before.trim_end_matches(|c: char| c == '*' || c.is_whitespace());
    let gap = before.get(typed.len()..)?;
    let stars = gap.find('*').unwrap_or(gap.len());
    let code_end = member.declaration.end.checked_sub(start)?;
    let comment = text
        .get(code_end..)
        .and_then(|rest| rest.find("/*"))
        .and_then(|at| text.get(..code_end + at))
        .map(columns::width);
    Some(Neighbour {
        type_end: columns::width(typed),
        name: columns::width(text.get(..typed.len() + stars)?),
        tabbed: gap.contains('\t'),
        comment,
        width: columns::width(&text),
    })
}
