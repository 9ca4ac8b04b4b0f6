//! What is said of the thing in prose: its kernel-doc, comments, documents.

use std::ops::Range;

use dialect::TreePath;
use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::Sort;

use super::text::is_tag_keyword;
use super::{Mention, MentionKind, Thing};
use crate::records::is_named;

/// Where the kernel-doc comments of the file have the name as that of what they are about: the heading of a function, a
/// struct or a macro, `@name:` of a member or an enumerator.
pub(super) fn own(file: &File, thing: &Thing<'_>, name: &str) -> Vec<Range<usize>> {
    let bytes = file.bytes();
    let mut found = Vec::new();
    if memchr::memmem::find(bytes, b"/**").is_none() {
        return found;
    }
    let comments = tokens(bytes)
        .into_iter()
        .filter(|token| token.kind == TokenKind::Comment)
        .map(|token| token.range);
    for range in comments {
        let text = file.slice(range.clone());
        if !text.starts_with(b"/**") || text.starts_with(b"/***") {
            continue;
        }
        found.extend(in_comment(file, thing, name, &range));
    }
    found
}

fn in_comment(
    file: &File,
    thing: &Thing<'_>,
    name: &str,
    range: &Range<usize>,
) -> Vec<Range<usize>> {
    let lines = contents(file, range);
    let Some((heading, rest)) = lines.split_first() else {
        return Vec::new();
    };
    let words = heading_words(file, heading);
    let keyword = match words.first().map(|word| file.slice(word.clone())) {
        Some(word) if is_tag_keyword(word) || word == b"typedef" || word == b"define" => Some(word),
        _ => None,
    };
    let subject = words.get(usize::from(keyword.is_some()));
    let is = |range: &Range<usize>, name: &str| file.slice(range.clone()) == name.as_bytes();
    let entries = || {
        let all = std::iter::once(heading).chain(rest);
        let entries = all.filter_map(|line| entry(file, line, name));
        entries.collect::<Vec<_>>()
    };
    match thing.sort {
        Sort::Function | Sort::Macro => {
            let is_such = keyword.is_none_or(|word| word == b"define");
            let subject = subject.filter(|subject| is_such && is(subject, name));
            subject.into_iter().cloned().collect()
        }
        Sort::Struct | Sort::Union | Sort::Enum | Sort::Typedef => {
            let is_such = keyword == Some(thing.sort.word().as_bytes());
            let subject = subject.filter(|subject| is_such && is(subject, name));
            subject.into_iter().cloned().collect()
        }
        Sort::Member => {
            let record = thing.record.as_deref().unwrap_or_default();
            let is_headed = keyword.is_some() && subject.is_some_and(|subject| is(subject, record));
            let mut records = file
                .records()
                .iter()
                .filter(|one| is_named(file, one, record));
            let is_inside =
                records.any(|one| one.range.start < range.start && range.end <= one.range.end);
            match is_headed || is_inside {
                true => entries(),
                false => Vec::new(),
            }
        }
        Sort::Enumerator => {
            let is_inside = || {
                file.node_at(range.clone()).is_some_and(|node| {
                    node.kind() == "enumerator_list"
                        || node
                            .parent()
                            .is_some_and(|parent| parent.kind() == "enumerator_list")
                })
            };
            match keyword == Some(b"enum") || is_inside() {
                true => entries(),
                false => Vec::new(),
            }
        }
    }
}

/// The lines of a comment that say something, without what marks them as a comment's.
fn contents(file: &File, range: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    for line in file
        .slice(range.clone())
        .split_inclusive(|byte| *byte == b'\n')
    {
        let marks = line
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'*' | b'/'))
            .count();
        let text = line.get(marks..).unwrap_or_default().trim_ascii_end();
        if !text.is_empty() {
            found.push(start + marks..start + marks + text.len());
        }
        start += line.len();
    }
    found
}

/// The words that a heading begins with.
fn heading_words(file: &File, line: &Range<usize>) -> Vec<Range<usize>> {
    words_in(file, line).into_iter().take(2).collect()
}

fn words_in(file: &File, line: &Range<usize>) -> Vec<Range<usize>> {
    let text = file.slice(line.clone());
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| is_word(**byte)).count();
        if length > 0 {
            found.push(line.start + at..line.start + at + length);
        }
        at += length.max(1);
    }
    found
}

/// The name in `@name:`, or in `@record.name:`.
fn entry(file: &File, line: &Range<usize>, name: &str) -> Option<Range<usize>> {
    let text = file.slice(line.clone());
    let head = text.strip_prefix(b"@")?;
    let end = head.iter().position(|byte| *byte == b':')?;
    let own = head.get(..end)?.trim_ascii_end();
    let start = match own.strip_suffix(name.as_bytes())? {
        [] => 0,
        [.., b'.'] => own.len() - name.len(),
        _ => return None,
    };
    let start = line.start + 1 + start;
    Some(start..start + name.len())
}

/// Which mentions of the name are changed where prose changes, too: of a member only those that say whose it is.
#[must_use]
pub fn prose_in(bytes: &[u8], thing: &Thing<'_>, mentions: &[Mention]) -> Vec<Range<usize>> {
    let comments = mentions
        .iter()
        .filter(|one| one.kind == MentionKind::Comment);
    let all = comments.map(|one| one.range.clone());
    all.filter(|range| is_meant(bytes, range, thing)).collect()
}

/// Whether a word in prose means the thing.
fn is_meant(bytes: &[u8], range: &Range<usize>, thing: &Thing<'_>) -> bool {
    let before = bytes.get(..range.start).unwrap_or_default();
    match thing.sort {
        Sort::Member => {
            let record = thing.record.as_deref().unwrap_or_default();
            let ends = |mark: &str| before.ends_with(format!("{record}{mark}").as_bytes());
            ends(".") || ends("::") || ends("->") || thing.is_only_one && before.ends_with(b"->")
        }
        _ => true,
    }
}

/// Where a document mentions the thing.
#[must_use]
pub fn in_document(path: &TreePath, bytes: &[u8], thing: &Thing<'_>) -> Vec<Range<usize>> {
    if !crate::wide::is_prose(path) {
        return Vec::new();
    }
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let length = thing.name.len();
    let all = memchr::memmem::find_iter(bytes, thing.name.as_bytes());
    let all = all.filter(|at| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !is_word(before) && !is_word(bytes.get(at + length))
    });
    all.map(|at| at..at + length)
        .filter(|range| is_meant(bytes, range, thing))
        .collect()
}
