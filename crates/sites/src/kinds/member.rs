//! `member`: the record, by its tag or by a typedef's name, and the member that the new one goes next to.

use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::{ChangeBody, Member, RecordKind, Side, Sites};
use syntax::items::{self, Record};

use crate::names::{listed, similar_names};
use crate::records::is_named;
use crate::resolve::Sited;
use crate::resolver::{Alternative, Resolver, alternative, counted, side_key};
use crate::unresolved::Unresolved;

impl Sited for Member {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let sites = find(resolver, self)?;
        let members = sites.iter().flat_map(|site| {
            site.members
                .iter()
                .filter_map(|&at| site.record.members.get(at))
        });
        Ok(members.map(|member| member.name_range.start).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        Ok(present(resolver.file, self))
    }
}

/// A definition of the record, and the members of it that the new one goes next to: one, or one in each `#if` arm.
#[derive(Clone, Debug)]
pub struct RecordSite<'f> {
    /// It.
    pub record: &'f Record,
    /// By their index in the record.
    pub members: Vec<usize>,
    /// On which side of them.
    pub side: Side,
    /// Which alternatives were used.
    pub alternatives: Vec<Alternative>,
}

/// `struct foo`
#[must_use]
pub fn shown(member: &Member) -> String {
    let word = match member.record_kind {
        RecordKind::Struct => "struct",
        RecordKind::Union => "union",
    };
    format!("{word} {}", member.record)
}

/// The live definitions of the record, by tag or by a typedef's name; several only where `#if` arms define it.
#[must_use]
pub fn records<'f>(file: &'f File, member: &Member) -> Vec<&'f Record> {
    let kind = match member.record_kind {
        RecordKind::Struct => items::RecordKind::Struct,
        RecordKind::Union => items::RecordKind::Union,
    };
    let records = file.records().iter();
    records
        .filter(|record| record.kind == kind && !file.is_dead(record.range.start))
        .filter(|record| is_named(file, record, &member.record))
        .collect()
}

/// The members that this definition has of the neighbours: those of the first name that it has.
#[must_use]
pub fn neighbours(file: &File, record: &Record, member: &Member) -> Option<(usize, Vec<usize>)> {
    let beside = member.beside.as_ref()?;
    beside.anchors.iter().enumerate().find_map(|(at, name)| {
        let members = record.members.iter().enumerate();
        let found: Vec<usize> = members
            .filter(|(_, m)| m.name == *name && !file.is_dead(m.name_range.start))
            .map(|(index, _)| index)
            .collect();
        (!found.is_empty()).then_some((at, found))
    })
}

/// Where the new member goes: every definition of the record that has the neighbour.
///
/// # Errors
/// There is none, or it cannot be told.
pub fn find<'f>(
    resolver: &Resolver<'f>,
    member: &Member,
) -> Result<Vec<RecordSite<'f>>, Unresolved> {
    let file = resolver.file;
    let records = defined(resolver, member)?;
    let Some(beside) = &member.beside else {
        return records
            .into_iter()
            .map(|record| last(file, record, member))
            .collect();
    };
    let mut found = Vec::new();
    for record in &records {
        let Some((at, members)) = neighbours(file, record, member) else {
            continue;
        };
        let name = beside.anchors.get(at).map_or("", String::as_str);
        for &index in &members {
            flexible_stays_last(file, record, index, beside.side, member)?;
        }
        found.push(RecordSite {
            record,
            members,
            side: beside.side,
            alternatives: alternative(side_key(beside.side), at, beside.anchors.len(), name),
        });
    }
    match records.first() {
        Some(record) if found.is_empty() => {
            let names = record.members.iter().map(|m| (&m.name, m.name_range.start));
            Err(Unresolved::absent(format!(
                "{} has no member {}",
                member.record,
                listed(&beside.anchors)
            ))
            .at(file, record.range.start)
            .near(similar_names(file, &beside.anchors, names)))
        }
        _ => Ok(found),
    }
}

/// Refuses a place behind a flexible array, and one for a flexible array before another member.
fn flexible_stays_last(
    file: &File,
    record: &Record,
    index: usize,
    side: Side,
    member: &Member,
) -> Result<(), Unresolved> {
    let Some(neighbour) = record.members.get(index) else {
        return Ok(());
    };
    let unfit =
        |message: String| Err(Unresolved::unfit(message).at(file, neighbour.name_range.start));
    let has_more = record.members.len() > index + 1;
    let is_behind = side == Side::After;
    if is_behind && takes_the_rest(file, record, index) {
        return unfit(format!(
            "{} is a flexible array, which has to stay the last member; name a neighbour before it",
            neighbour.name
        ));
    }
    let own = declares_flexible(member);
    if own && record.kind == items::RecordKind::Struct && (!is_behind || has_more) {
        return unfit(format!(
            "`{}` is a flexible array, which has to be the last member of {}",
            member.declare,
            shown(member)
        ));
    }
    Ok(())
}

/// Whether the member is an array without a size, or the last of the record and one of the size 0, as was written before C99.
/// A type of the file may be such an array, and a struct in the place of its type may end in one.
#[must_use]
pub fn takes_the_rest(file: &File, record: &Record, index: usize) -> bool {
    let Some(member) = record.members.get(index) else {
        return false;
    };
    let size: String = member.array.split_whitespace().collect();
    let is_last = record.members.len() == index + 1;
    let by_macro = member.depth == 0
        && record.kind == items::RecordKind::Struct
        && member
            .type_text
            .trim_start_matches('_')
            .starts_with("DECLARE_FLEX_ARRAY");
    let by_type = || member.array.is_empty() && is_flexible_type(file, &member.type_text);
    let by_end = || member.array.is_empty() && ends_flexible(file, member);
    size.starts_with("[]") || (size == "[0]" && is_last) || by_macro || by_type() || by_end()
}

/// Whether the file makes the type an array without a size: `typedef char tail_t[];`.
fn is_flexible_type(file: &File, name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(is_word) {
        return false;
    }
    let text = file.bytes();
    let words = memchr::memmem::find_iter(text, name.as_bytes());
    let mut declared = words.filter(|&at| {
        let rest = text.get(at + name.len()..).unwrap_or_default();
        let tight: Vec<u8> = rest
            .iter()
            .copied()
            .filter(|c| !c.is_ascii_whitespace())
            .take(3)
            .collect();
        tight == b"[];"
    });
    declared.any(|at| {
        let node = file.node_at(at..at + name.len());
        let mut around = std::iter::successors(node, |node| node.parent());
        around.any(|node| node.kind() == "type_definition")
    })
}

/// Whether the member's type is a struct in its place whose last member is an array without a size.
fn ends_flexible(file: &File, member: &items::Member) -> bool {
    let code = file.slice(member.declaration.clone());
    let words: Vec<&[u8]> = tokens(code)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .filter_map(|token| code.get(token.range))
        .collect();
    let is_struct = words.first() == Some(&&b"struct"[..]);
    let end: [&[u8]; 4] = [b"[", b"]", b";", b"}"];
    is_struct && words.windows(4).any(|four| four == end)
}

/// Whether the new member is an array without a size.
#[must_use]
pub fn declares_flexible(member: &Member) -> bool {
    let tight: String = member.declare.split_whitespace().collect();
    let sizeless = format!("{}[]", member.name);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    // What comes before the name is the type, whose end has lost its blank.
    let spaced = member
        .declare
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let spaced = spaced.replace(" [", "[").replace("[ ", "[");
    let is_own = |at: usize| !spaced.get(..at).is_some_and(|head| head.ends_with(is_word));
    tight.starts_with("DECLARE_FLEX_ARRAY(")
        || spaced.match_indices(&sizeless).any(|(at, _)| is_own(at))
}

/// Says that the record has such a member already.
#[must_use]
pub fn present(file: &File, member: &Member) -> Option<Unresolved> {
    let there = records(file, member)
        .into_iter()
        .flat_map(|record| &record.members)
        .find(|m| m.name == member.name && !file.is_dead(m.name_range.start))?;
    let message = format!("{} has a member {} already", shown(member), member.name);
    Some(Unresolved::present(message).at(file, there.name_range.start))
}

/// The live definitions, read cleanly.
fn defined<'f>(resolver: &Resolver<'f>, member: &Member) -> Result<Vec<&'f Record>, Unresolved> {
    let file = resolver.file;
    let found = records(file, member);
    if let Some(dirty) = found.iter().find(|record| !record.clean) {
        return Err(Unresolved::unclean(file, &dirty.range, &shown(member)));
    }
    if found.is_empty() {
        let wanted = [member.record.clone()];
        if let Some(at) = resolver.hiding(&wanted) {
            return Err(Unresolved::unread(format!(
                "{} may be in code that could not be read",
                shown(member)
            ))
            .at(file, at));
        }
        let names = file.records().iter().flat_map(|record| {
            let names = [record.tag.as_ref(), record.typedef_name.as_ref()];
            let start = record.range.start;
            names.into_iter().flatten().map(move |name| (name, start))
        });
        return Err(
            Unresolved::absent(format!("no {} in this file", shown(member)))
                .near(similar_names(file, &wanted, names)),
        );
    }
    if found.len() > 1 && found.iter().any(|record| record.conditions.is_empty()) {
        let offsets: Vec<usize> = found.iter().map(|record| record.range.start).collect();
        counted(file, Sites::One, &offsets, &shown(member))?;
    }
    Ok(found)
}

/// The end of the record: after its last member, unless that has to stay the last.
fn last<'f>(
    file: &'f File,
    record: &'f Record,
    member: &Member,
) -> Result<RecordSite<'f>, Unresolved> {
    let close = record.body.end.saturating_sub(1);
    let unfit = |reason: &str| {
        let message = format!("{} ends in {reason}; name a neighbour", shown(member));
        Err(Unresolved::unfit(message).at(file, close))
    };
    let members = record.members.iter().enumerate();
    let outer = members.rev().find(|(_, m)| m.depth == 0);
    let Some((index, last)) = outer else {
        return unfit("no member that the new one could go after");
    };
    let below = file.text(last.declaration.end..close);
    if below.contains(';') || last.conditions.len() > record.conditions.len() {
        return unfit("more than a plain member");
    }
    if takes_the_rest(file, record, record.members.len().saturating_sub(1))
        || takes_the_rest(file, record, index)
    {
        return unfit("a flexible array, which has to stay the last");
    }
    Ok(RecordSite {
        record,
        members: vec![index],
        side: Side::After,
        alternatives: Vec::new(),
    })
}
