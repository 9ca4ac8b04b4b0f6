//! `member`: exactly one, declared exactly so, in that record, next to that neighbour, in every `#if`
//! arm where the neighbour is.

use std::ops::Range;

use dialect::token::tokens;
use query::File;
use schema::model;
use sites::kinds::member::{self, declares_flexible, records, shown, takes_the_rest};
use syntax::items::{Member, Record};

use super::{Ctx, Judged};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::finding::Verdict;
use crate::nodes::normal;

/// The neighbours that this record has: the first of the anchors, in each `#if` arm where it is.
fn neighbours<'a>(
    file: &File,
    record: &'a Record,
    kind: &model::Member,
) -> Vec<(usize, &'a Member)> {
    let found = member::neighbours(file, record, kind);
    let members = found.into_iter().flat_map(|(_, members)| members);
    members
        .filter_map(|at| Some((at, record.members.get(at)?)))
        .collect()
}

/// What it looks for, in words.
pub(super) fn sought(kind: &model::Member) -> String {
    format!("no such neighbour in `{}`", kind.record)
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &model::Member) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let records = records(&file, kind);
    let holders: Vec<&Record> = records
        .iter()
        .copied()
        .filter(|record| kind.beside.is_none() || !neighbours(&file, record, kind).is_empty())
        .collect();
    if holders.is_empty() {
        let message = format!("{} with the declared neighbour is not there", shown(kind));
        judged
            .findings
            .push(ctx.violated("exactly-one", message).in_file(file.path()));
        return judged;
    }
    for record in holders {
        let from = judged.findings.len();
        in_record(ctx, kind, &file, record, &mut judged);
        if let Some(unread) = file.unread_in(&record.range).filter(|_| !record.clean) {
            let line = file.line_of(unread.range.start);
            for finding in judged.findings.iter_mut().skip(from) {
                finding.verdict = Verdict::Unknown;
                finding.message = format!(
                    "not judged: line {line}, in {}, could not be read ({})",
                    shown(kind),
                    unread.cause
                );
            }
        }
    }
    judged
}

fn in_record(
    ctx: &Ctx<'_>,
    kind: &model::Member,
    file: &File,
    record: &Record,
    judged: &mut Judged,
) {
    let own: Vec<(usize, &Member)> = record
        .members
        .iter()
        .enumerate()
        .filter(|(_, member)| member.name == kind.name)
        .collect();
    let live: Vec<(usize, &Member)> = own
        .iter()
        .copied()
        .filter(|(_, member)| !file.is_dead(member.name_range.start))
        .collect();
    match live.as_slice() {
        [] => judged.put(
            missing(ctx, kind, file, !own.is_empty()),
            file,
            record.range.start,
        ),
        [(at, member)] => {
            let message = format!("`{}` is declared once in {}", kind.name, shown(kind));
            judged.put(
                ctx.holds("exactly-one", message),
                file,
                member.name_range.start,
            );
            declared_so(ctx, kind, file, (record, member), judged);
            let anchor = neighbours(file, record, kind).first().copied();
            beside(ctx, kind, file, record, (*at, anchor), judged);
            explained(file, record, member, judged);
        }
        several if several.len() == neighbours(file, record, kind).len() => {
            let message = format!(
                "`{}` is declared once in each `#if` arm of {}",
                kind.name,
                shown(kind)
            );
            judged.put(ctx.holds("exactly-one", message), file, record.range.start);
            for ((at, member), anchor) in several.iter().zip(neighbours(file, record, kind)) {
                declared_so(ctx, kind, file, (record, member), judged);
                beside(ctx, kind, file, record, (*at, Some(anchor)), judged);
                explained(file, record, member, judged);
            }
        }
        [.., (_, last)] => {
            let message = format!(
                "`{}` is declared {} times in {}",
                kind.name,
                live.len(),
                shown(kind)
            );
            judged.put(
                ctx.violated("exactly-one", message),
                file,
                last.name_range.start,
            );
            for (_, member) in &live {
                declared_so(ctx, kind, file, (record, member), judged);
                judged.comment_scope(file.path(), member.declaration.clone());
            }
        }
    }
}

/// The declaration, its line, and its words in a kernel-doc comment above the record.
fn explained(file: &File, record: &Record, member: &Member, judged: &mut Judged) {
    let tokens = explained_range(file, record, member);
    judged.comment_scope(file.path(), member.declaration.clone());
    judged
        .explained_tokens
        .push(Explained::inserted(file.path(), tokens));
    let tag = format!("@{}:", member.name);
    let mut comments = dialect::token::tokens(file.bytes())
        .into_iter()
        .filter(|token| {
            token.kind == dialect::token::TokenKind::Comment
                && token.range.end <= record.range.start
        });
    if let Some(last) = comments.next_back() {
        let above = file.text(last.range.end..record.range.start);
        let text = file.text(last.range.clone());
        if above.trim().is_empty() && text.starts_with("/**") && text.contains(&tag) {
            judged.comment_scope(file.path(), last.range);
        }
    }
}

/// Where the member is instead, if anywhere.
fn missing(
    ctx: &Ctx<'_>,
    kind: &model::Member,
    file: &File,
    is_dead: bool,
) -> crate::finding::Finding {
    let elsewhere = file.records().iter().find(|record| {
        record.tag.as_deref() != Some(&kind.record)
            && record
                .members
                .iter()
                .any(|member| member.name == kind.name && member.depth == 0)
    });
    let hint = if is_dead || stands_dead(file, &kind.name) {
        ": found under `#if 0` only".to_owned()
    } else if let Some(record) = elsewhere {
        format!(
            ": found in `{}` instead",
            record.tag.as_deref().unwrap_or("an anonymous record")
        )
    } else if in_comment(file, &kind.name) {
        ": found in a comment only".to_owned()
    } else {
        String::new()
    };
    ctx.violated(
        "exactly-one",
        format!("{} has no member `{}`{hint}", shown(kind), kind.name),
    )
}

/// Whether the word stands in code that is compiled out, which the parser leaves out too.
pub(super) fn stands_dead(file: &File, word: &str) -> bool {
    tokens(file.bytes())
        .into_iter()
        .filter(|token| token.kind == dialect::token::TokenKind::Word)
        .any(|token| {
            file.slice(token.range.clone()) == word.as_bytes() && file.is_dead(token.range.start)
        })
}

/// Whether the word stands in a comment of the file.
pub(super) fn in_comment(file: &File, word: &str) -> bool {
    tokens(file.bytes())
        .into_iter()
        .filter(|token| token.kind == dialect::token::TokenKind::Comment)
        .any(|token| {
            file.text(token.range)
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|part| part == word)
        })
}

fn declared_so(
    ctx: &Ctx<'_>,
    kind: &model::Member,
    file: &File,
    (record, member): (&Record, &Member),
    judged: &mut Judged,
) {
    let own = (member.name.as_str(), &member.declaration);
    super::words::of_member(ctx, file, &record.range, own, judged);
    let have = spelled(file, record, member);
    let want = written(&kind.declare);
    let finding = if have == want {
        ctx.holds("declared-so", format!("the declaration is `{want}`"))
    } else {
        ctx.violated(
            "declared-so",
            format!(
                "`{}` is declared `{have}`; the spec says `{want}`",
                kind.name
            ),
        )
    };
    judged.put(finding, file, member.name_range.start);
}

/// As people write it: the star belongs to the name, and so do the parentheses of an attribute.
fn written(declaration: &str) -> String {
    let text = normal(declaration.as_bytes());
    let text = text
        .trim_end_matches([';', ' '])
        .replace("* ", "*")
        .replace(" : ", ":")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(") (", ")(")
        .replace("[ ", "[")
        .replace(" ]", "]")
        .replace(" [", "[");
    let mut written = String::new();
    for part in text.split_inclusive(' ') {
        let word = written.trim_end().rsplit([' ', '(']).next();
        let is_attribute = word.is_some_and(|word| word.starts_with("__"));
        if part.starts_with('(') && is_attribute {
            written.truncate(written.trim_end().len());
        }
        written.push_str(part);
    }
    written
}

/// The member's declaration as the file has it, specifiers and attributes too; of one that shares it, its own declarator
/// behind the specifiers.
fn spelled(file: &File, record: &Record, member: &Member) -> String {
    let whole = written(&file.text(member.declaration.clone()));
    let sharing: Vec<&str> = record
        .members
        .iter()
        .filter(|other| other.declaration == member.declaration)
        .map(|other| other.name.as_str())
        .collect();
    if sharing.len() < 2 {
        return whole;
    }
    let pieces = top_level(&whole);
    let has = |piece: &str, name: &str| {
        piece
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| word == name)
    };
    let first = pieces.first().copied().unwrap_or_default();
    let own = pieces.iter().position(|piece| has(piece, &member.name));
    let (Some(at), Some(leader)) = (own, sharing.iter().find(|name| has(first, name))) else {
        return whole;
    };
    if at == 0 {
        return first.trim().to_owned();
    }
    let specifiers = first
        .split_once(leader)
        .map_or(first, |(specifiers, _)| specifiers)
        .trim_end_matches(['*', ' ']);
    let own = pieces.get(at).copied().unwrap_or_default();
    format!("{specifiers} {}", own.trim())
}

/// The declarators of a declaration: its parts between commas that are in no brackets.
fn top_level(declaration: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = declaration.split(|c: char| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.collect()
}

/// The neighbour is next to it, other declared members of the same place apart.
fn beside(
    ctx: &Ctx<'_>,
    kind: &model::Member,
    file: &File,
    record: &Record,
    (at, anchor): (usize, Option<(usize, &Member)>),
    judged: &mut Judged,
) {
    let Some(own) = record.members.get(at) else {
        return;
    };
    let Some(side) = kind.beside.as_ref().map(|beside| beside.side) else {
        return at_the_end(ctx, kind, file, record, at, judged);
    };
    let Some((anchor_at, anchor)) = anchor else {
        return;
    };
    let (word, range) = match side {
        model::Side::After => ("after", anchor_at + 1..at),
        model::Side::Before => ("before", at + 1..anchor_at),
    };
    let in_order = match side {
        model::Side::After => anchor_at < at,
        model::Side::Before => at < anchor_at,
    };
    let stranger = record
        .members
        .get(range)
        .unwrap_or_default()
        .iter()
        // What `struct_group()` has in it is the group.
        .filter(|member| !anchor.declaration.contains(&member.declaration.start))
        .find(|member| !is_declared(ctx, &member.name));
    let is_inside = own.declaration != anchor.declaration
        && anchor.declaration.contains(&own.declaration.start);
    let finding = if !in_order || is_inside || stranger.is_some() {
        let message = format!("`{}` is not directly {word} `{}`", kind.name, anchor.name);
        ctx.violated("beside", message)
    } else if !same_block(file, &own.declaration, &anchor.declaration) {
        let message = format!(
            "`{}` and its neighbour `{}` are not in the same struct or union",
            kind.name, anchor.name
        );
        ctx.violated("beside", message)
    } else if own.conditions != anchor.conditions {
        let message = format!(
            "`{}` and its neighbour `{}` are not under the same `#if` conditions",
            kind.name, anchor.name
        );
        ctx.violated("beside", message)
    } else {
        let message = format!("`{}` is directly {word} `{}`", kind.name, anchor.name);
        ctx.holds("beside", message)
    };
    judged.put(finding, file, own.name_range.start);
    if let Some(message) = behind_the_rest(kind, file, record, at) {
        judged.put(ctx.violated("beside", message), file, own.name_range.start);
    }
}

/// A flexible array is the last member, in whatever order they were declared.
fn behind_the_rest(
    kind: &model::Member,
    file: &File,
    record: &Record,
    at: usize,
) -> Option<String> {
    let own = record.members.get(at)?;
    let same = |other: &Member| other.depth == own.depth && other.conditions == own.conditions;
    let before = (0..at).rev().find(|index| {
        let other = record.members.get(*index);
        other.is_some_and(same) && takes_the_rest(file, record, *index)
    });
    if let Some(other) = before.and_then(|index| record.members.get(index)) {
        return Some(format!(
            "`{}` is behind the flexible array `{}`, which has to be the last member",
            kind.name, other.name
        ));
    }
    let last = record
        .members
        .iter()
        .skip(at + 1)
        .find(|other| same(other))?;
    let is_struct = record.kind == syntax::items::RecordKind::Struct && own.depth == 0;
    (is_struct && declares_flexible(kind)).then(|| {
        format!(
            "`{}` is behind the flexible array `{}`, which has to be the last member",
            last.name, kind.name
        )
    })
}

/// Whether no brace between two declarations ends or begins the record that one of them is in, an anonymous one inside.
fn same_block(file: &File, one: &Range<usize>, other: &Range<usize>) -> bool {
    let between = one.end.min(other.end)..one.start.max(other.start);
    let code = file.slice(between);
    let mut open = 0_i32;
    let ends_early = tokens(code).into_iter().any(|token| {
        match code.get(token.range) {
            Some(b"{") => open += 1,
            Some(b"}") => open -= 1,
            _ => {}
        }
        open < 0
    });
    !ends_early && open == 0
}

fn at_the_end(
    ctx: &Ctx<'_>,
    kind: &model::Member,
    file: &File,
    record: &Record,
    at: usize,
    judged: &mut Judged,
) {
    let last = record
        .members
        .get(at + 1..)
        .unwrap_or_default()
        .iter()
        .all(|member| is_declared(ctx, &member.name));
    let finding = if last {
        ctx.holds("beside", format!("`{}` is the last member", kind.name))
    } else {
        ctx.violated(
            "beside",
            format!("`{}` is not the last member of {}", kind.name, shown(kind)),
        )
    };
    let offset = record.members.get(at).map_or(0, |m| m.name_range.start);
    judged.put(finding, file, offset);
}

/// Whether some `member` change of the spec declares a member of this name.
fn is_declared(ctx: &Ctx<'_>, name: &str) -> bool {
    ctx.spec_has(|subject| matches!(subject, model::Subject::Member(known) if known.name == name))
}

/// The tokens that came with the member: its declaration, or its declarator where it shares one.
fn explained_range(file: &File, record: &Record, member: &Member) -> Vec<Range<usize>> {
    let shares = record
        .members
        .iter()
        .any(|other| other.declaration == member.declaration && other.name != member.name);
    if !shares {
        return vec![member.declaration.clone()];
    }
    let text = file.slice(member.declaration.clone());
    let name = member
        .name_range
        .start
        .saturating_sub(member.declaration.start);
    let comma_before = text
        .get(..name)
        .and_then(|head| head.iter().rposition(|&byte| byte == b','));
    let end = text
        .iter()
        .enumerate()
        .skip(name)
        .find(|(_, byte)| matches!(byte, b',' | b';'))
        .map_or(text.len(), |(at, _)| at);
    let (from, to) = match comma_before {
        Some(comma) => (comma, end),
        None => (name, end + 1),
    };
    let start = member.declaration.start;
    std::iter::once(start + from..start + to).collect()
}
