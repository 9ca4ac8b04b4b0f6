//! Parts of a list that go: values of an enum, members, entries of an initialiser.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use syntax::Node;

use super::Doomed;
use crate::block;
use crate::file_level::with_semicolon;
use crate::records::is_named;
use crate::unresolved::Unresolved;

/// An entry of a list with the comma that goes along: the one behind it, or of the last one, the one before.
pub(super) fn in_list(file: &File, all: &[Node<'_>], own: usize) -> Range<usize> {
    let range = all.get(own).map_or(0..0, Node::byte_range);
    let next = all.get(own + 1).map(Node::start_byte);
    let before = own
        .checked_sub(1)
        .and_then(|at| all.get(at))
        .map(Node::end_byte);
    let comma = |from: usize, to: usize| {
        let text = file.slice(from..to);
        let mut code = tokens(text)
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment);
        let comma = code.find(|token| text.get(token.range.clone()) == Some(b","))?;
        Some(from + comma.range.start..from + comma.range.end)
    };
    match (next, before) {
        (Some(next), _) => match comma(range.end, next) {
            Some(comma) => range.start..comma.end,
            None => range,
        },
        (None, Some(before)) => match comma(before, range.start) {
            Some(comma) => comma.start..range.end,
            None => range,
        },
        (None, None) => range,
    }
}

/// An entry that may have lines of its own: all of them go with it, and its comma.
fn entry(file: &File, list: Node<'_>, own: Node<'_>) -> Doomed {
    let mut cursor = list.walk();
    let all: Vec<Node<'_>> = list
        .named_children(&mut cursor)
        .filter(|node| node.kind() != "comment" && !node.kind().starts_with("preproc"))
        .collect();
    let mut end = own.end_byte();
    let rest = file.slice(end..list.end_byte());
    let mut code = tokens(rest)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment);
    let comma = code
        .next()
        .filter(|token| rest.get(token.range.clone()) == Some(b","));
    if let Some(comma) = &comma {
        end += comma.range.end;
    }
    let start = crate::lines::line_start(file, own.start_byte());
    let begins = file.text(start..own.start_byte()).trim().is_empty();
    let has_lines = begins && !crate::lines::shares_its_end(file, end);
    let at = all.iter().position(|one| *one == own);
    let range = match (has_lines, at) {
        (true, _) | (false, None) => own.start_byte()..end,
        // The only comma behind the last one stays where the list has one at its end.
        (false, Some(at)) if comma.is_some() && at + 1 == all.len() => own.start_byte()..end,
        (false, Some(at)) => in_list(file, &all, at),
    };
    Doomed {
        range,
        has_lines,
        documented: None,
    }
}

pub(super) fn enumerators(file: &File, name: &str) -> Result<Vec<Doomed>, Unresolved> {
    let mut found = Vec::new();
    let own = file.enumerators().iter();
    for known in own.filter(|known| known.name == name && !file.is_dead(known.range.start)) {
        let node = enclosing(file, known.range.start, "enumerator");
        let Some((node, list)) = node.and_then(|node| Some((node, node.parent()?))) else {
            continue;
        };
        if file.path().as_str().starts_with("include/uapi/") {
            let message = format!(
                "{name} is in a header of userspace, and the values behind it would be others"
            );
            return Err(Unresolved::unfit(message).at(file, known.range.start));
        }
        found.push(entry(file, list, node));
    }
    Ok(found)
}

/// The node of that kind around a place.
pub(in crate::kinds) fn enclosing<'f>(file: &'f File, at: usize, kind: &str) -> Option<Node<'f>> {
    let mut node = file.node_at(at..at + 1);
    while let Some(current) = node {
        if current.kind() == kind {
            return Some(current);
        }
        node = current.parent();
    }
    None
}

pub(super) fn member(file: &File, of: &str, name: &str) -> Result<Vec<Doomed>, Unresolved> {
    let mut found = Vec::new();
    let records = file.records().iter();
    let mut records = records
        .filter(|record| !file.is_dead(record.range.start) && is_named(file, record, of))
        .peekable();
    if records.peek().is_none() {
        return Err(Unresolved::absent(format!("no struct {of} in this file")));
    }
    for record in records {
        let own = record.members.iter();
        for member in own.filter(|m| m.name == name && !file.is_dead(m.name_range.start)) {
            if !record.clean {
                return Err(Unresolved::unclean(file, &record.range, of));
            }
            let mut shared = record.members.iter();
            let shared = shared
                .find(|other| other.declaration == member.declaration && other.name != member.name);
            if let Some(other) = shared {
                let message = format!("{name} is declared together with {}", other.name);
                return Err(Unresolved::unfit(message)
                    .at(file, member.name_range.start)
                    .hint("use `kind = \"rewrite\"` on the declaration"));
            }
            found.push(Doomed {
                documented: Some((record.range.clone(), name.to_owned())),
                ..Doomed::lines(with_semicolon(file, member.declaration.clone()))
            });
        }
    }
    Ok(found)
}

pub(super) fn field(file: &File, of: &str, name: &str) -> Result<Vec<Doomed>, Unresolved> {
    let mut found = Vec::new();
    let lists = initialisers(file, of);
    if lists.is_empty() {
        return Err(Unresolved::absent(format!(
            "no initialised variable {of} in this file"
        )));
    }
    for list in lists {
        let mut cursor = list.walk();
        for own in list.named_children(&mut cursor) {
            let designator = own.child_by_field_name("designator");
            let is_it = designator.is_some_and(|designator| {
                block::code(file.slice(designator.byte_range())) == format!(". {name}")
            });
            if is_it && !file.is_dead(own.start_byte()) {
                found.push(entry(file, list, own));
            }
        }
    }
    Ok(found)
}

/// The initialisers of the variables of that name at file level.
#[must_use]
pub(in crate::kinds) fn initialisers<'f>(file: &'f File, of: &str) -> Vec<Node<'f>> {
    let variables = file.variables().iter();
    let own = variables.filter(|known| known.name == of && !file.is_dead(known.range.start));
    let values = own.filter_map(|known| known.value.clone());
    let nodes = values.filter_map(|value| file.node_at(value));
    nodes
        .filter(|node| node.kind() == "initializer_list")
        .collect()
}
