//! `member`: a struct or union member, in line with its neighbours.

use query::File;
use schema::model::{Member, RecordKind, Side};
use syntax::items::{self, Record};

use super::Context;
use crate::edit::Edit;
use crate::layout::member::{Layout, Neighbour};
use crate::layout::{columns, kernel_doc};
use crate::manifest::Alternative;
use crate::place;
use crate::site::{self, Plan, Site};
use crate::unresolved::Unresolved;

/// How many neighbours' columns are looked at on either side.
const NEIGHBOURS: usize = 6;

pub(crate) fn plan(context: &Context<'_>, member: &Member) -> Result<Plan, Unresolved> {
    let file = context.file;
    let records = records(file, member)?;
    if let Some(there) = records
        .iter()
        .flat_map(|record| &record.members)
        .find(|m| m.name == member.name && !file.is_dead(m.name_range.start))
    {
        return Err(Unresolved::present(format!(
            "{} {} has a member {} already",
            word(member),
            member.record,
            member.name
        ))
        .at(file, there.name_range.start));
    }
    let mut plan = Plan::default();
    for record in records {
        let anchors = anchors(file, record, member)?;
        for &index in &anchors.members {
            alone(file, record, index, anchors.side)?;
            let Some(neighbour) = record.members.get(index) else {
                continue;
            };
            let at = match anchors.side {
                Side::After => place::end_with_trailing_comment(file, neighbour.declaration.end),
                Side::Before => place::with_comment_above(file, neighbour.declaration.start),
            };
            let doc = documentation(context, record, neighbour, member, anchors.side);
            let words = context.body.comment.as_deref().filter(|_| doc.is_none());
            plan.edits
                .push(Edit::insert(at, lines(file, record, index, member, words)));
            plan.edits.extend(doc);
            plan.sites.push(Site {
                offset: neighbour.name_range.start,
                alternatives: anchors.alternatives.clone(),
            });
        }
    }
    plan.edits.dedup();
    Ok(plan)
}

fn word(member: &Member) -> &'static str {
    match member.record_kind {
        RecordKind::Struct => "struct",
        RecordKind::Union => "union",
    }
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
    let line = place::line_start(file, record.range.start);
    let start = place::with_comment_above(file, record.range.start);
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

/// The live definitions of the record; several only where `#if` arms define it.
fn records<'f>(file: &'f File, member: &Member) -> Result<Vec<&'f Record>, Unresolved> {
    let kind = match member.record_kind {
        RecordKind::Struct => items::RecordKind::Struct,
        RecordKind::Union => items::RecordKind::Union,
    };
    let word = word(member);
    let found: Vec<&Record> = file
        .records()
        .iter()
        .filter(|r| r.kind == kind && r.tag.as_deref() == Some(&member.record))
        .filter(|r| !file.is_dead(r.range.start))
        .collect();
    if let Some(dirty) = found.iter().find(|record| !record.clean) {
        return Err(site::unclean(
            file,
            &dirty.range,
            &format!("{word} {}", member.record),
        ));
    }
    if found.is_empty() {
        let wanted = [member.record.clone()];
        if let Some(at) = site::hiding(file, &wanted) {
            return Err(Unresolved::unread(format!(
                "{word} {} could stand in code that was not read",
                member.record
            ))
            .at(file, at));
        }
        let tags: Vec<(&String, usize)> = file
            .records()
            .iter()
            .filter_map(|record| Some((record.tag.as_ref()?, record.range.start)))
            .collect();
        return Err(
            Unresolved::absent(format!("no {word} {} in this file", member.record))
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

/// The members that the new one stands beside: one, or one in each `#if` arm.
struct Anchors {
    members: Vec<usize>,
    side: Side,
    alternatives: Vec<Alternative>,
}

fn anchors(file: &File, record: &Record, member: &Member) -> Result<Anchors, Unresolved> {
    let Some(beside) = &member.beside else {
        return last(file, record, member);
    };
    for (position, name) in beside.anchors.iter().enumerate() {
        let members: Vec<usize> = record
            .members
            .iter()
            .enumerate()
            .filter(|(_, m)| m.name == *name && !file.is_dead(m.name_range.start))
            .map(|(index, _)| index)
            .collect();
        if members.is_empty() {
            continue;
        }
        let key = if beside.side == Side::After {
            "after"
        } else {
            "before"
        };
        return Ok(Anchors {
            members,
            side: beside.side,
            alternatives: site::alternative(key, position, beside.anchors.len(), name),
        });
    }
    let names = record.members.iter().map(|m| (&m.name, m.name_range.start));
    Err(Unresolved::absent(format!(
        "{} has no member {}",
        member.record,
        site::listed(&beside.anchors)
    ))
    .at(file, record.range.start)
    .near(site::similar_names(file, &beside.anchors, names)))
}

/// The end of the record: after its last member, unless that has to stay the last.
fn last(file: &File, record: &Record, member: &Member) -> Result<Anchors, Unresolved> {
    let close = record.body.end.saturating_sub(1);
    let unfit = |reason: &str| {
        Err(Unresolved::unfit(format!(
            "{} {} ends in {reason}; name a neighbour",
            word(member),
            member.record
        ))
        .at(file, close))
    };
    let outer = record
        .members
        .iter()
        .enumerate()
        .rev()
        .find(|(_, m)| m.depth == 0);
    let Some((index, last)) = outer else {
        return unfit("no member that the new one could stand after");
    };
    let below = file.text(last.declaration.end..close);
    if below.contains(';') || last.conditions.len() > record.conditions.len() {
        return unfit("more than a plain member");
    }
    if matches!(last.array.trim(), "[]" | "[ ]") {
        return unfit("a flexible array, which has to stay the last");
    }
    Ok(Anchors {
        members: vec![index],
        side: Side::After,
        alternatives: Vec::new(),
    })
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
    words: Option<&str>,
) -> String {
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
    .lines(type_text, declarator, words)
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
