//! `delete`: the code that goes, and whether its lines go with it.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use query::pattern::Match;
use schema::model::{ChangeBody, Delete, Deleted, NamedKind, PartKind};
use syntax::Node;

use super::{include, macros};
use crate::block;
use crate::names::listed;
use crate::records::is_named;
use crate::resolve::Sited;
use crate::resolver::{Alternative, Resolver, alternative};
use crate::statement;
use crate::unresolved::Unresolved;

impl Sited for Delete {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let found = find(resolver, self)?;
        Ok(found.found.iter().map(|one| one.range.start).collect())
    }

    fn made(&self, _: &Resolver<'_>, _: &ChangeBody) -> Result<Option<Unresolved>, Unresolved> {
        // That it is gone is told while it is looked for.
        Ok(None)
    }
}

/// Code that goes.
#[derive(Clone, Debug)]
pub struct Doomed {
    /// All of it: with its `;`, and with the comma that goes along.
    pub range: Range<usize>,
    /// It has whole lines, but for comments.
    pub has_lines: bool,
    /// The struct whose kernel-doc has a line about it, and its name.
    pub documented: Option<(Range<usize>, String)>,
}

/// What goes, and by which alternatives.
#[derive(Clone, Debug)]
pub struct AllDoomed {
    /// In the order of the file.
    pub found: Vec<Doomed>,
    /// Which of the alternatives they are of.
    pub index: usize,
    /// Which alternatives, where there was a choice.
    pub alternatives: Vec<Alternative>,
}

/// What goes.
///
/// # Errors
/// It is not there (any more), not as often as declared, or not alone.
pub fn find(resolver: &Resolver<'_>, delete: &Delete) -> Result<AllDoomed, Unresolved> {
    let (all, what) = match &delete.what {
        Deleted::Statement(_) => (statements(resolver, delete)?, "the statement".to_owned()),
        Deleted::Named(kind, names) => {
            let found = first_of(names.len(), kind.word(), |at| {
                let name = names.get(at).map_or("", String::as_str);
                Ok((named(resolver, delete, *kind, name)?, name.to_owned()))
            })?;
            (found, format!("{} {}", kind.word(), listed(names)))
        }
        Deleted::PartOf(kind, names) => {
            let shown: Vec<String> = names
                .iter()
                .map(|(of, name)| format!("{of}.{name}"))
                .collect();
            let found = first_of(names.len(), kind.word(), |at| {
                let Some((of, name)) = names.get(at) else {
                    return Ok((Vec::new(), String::new()));
                };
                let found = match kind {
                    PartKind::Member => member(resolver.file, of, name)?,
                    PartKind::Field => field(resolver.file, of, name)?,
                };
                Ok((found, format!("{of}.{name}")))
            })?;
            (found, format!("{} {}", kind.word(), listed(&shown)))
        }
    };
    if all.found.is_empty() {
        if let Some(unread) = hidden(resolver, delete) {
            let message = format!("no {what} was read here, and one could be in what was not");
            return Err(Unresolved::unread(message).at(resolver.file, unread));
        }
        let message = format!("no {what} is here: it is deleted already, or was never here");
        return Err(Unresolved::present(message));
    }
    let offsets: Vec<usize> = all.found.iter().map(|one| one.range.start).collect();
    resolver.counted(&offsets, &what)?;
    Ok(all)
}

/// Where what was not read has one of the names.
fn hidden(resolver: &Resolver<'_>, delete: &Delete) -> Option<usize> {
    let names: Vec<String> = match &delete.what {
        Deleted::Statement(_) => return None,
        Deleted::Named(_, names) => names.clone(),
        Deleted::PartOf(_, names) => names.iter().map(|(_, name)| name.clone()).collect(),
    };
    resolver.hiding(&names)
}

/// The first alternative that is there.
fn first_of(
    count: usize,
    key: &str,
    mut at: impl FnMut(usize) -> Result<(Vec<Doomed>, String), Unresolved>,
) -> Result<AllDoomed, Unresolved> {
    let mut absent = None;
    for index in 0..count {
        let (found, text) = match at(index) {
            Ok(found) => found,
            // What the name would be a part of is not there: nothing is said of the name.
            Err(unresolved) if unresolved.reason == crate::Reason::Absent => {
                absent = absent.or(Some(unresolved));
                continue;
            }
            Err(unresolved) => return Err(unresolved),
        };
        if !found.is_empty() {
            let alternatives = alternative(key, index, count, &text);
            return Ok(AllDoomed {
                found,
                index,
                alternatives,
            });
        }
    }
    match absent {
        Some(absent) => Err(absent),
        None => Ok(AllDoomed {
            found: Vec::new(),
            index: 0,
            alternatives: Vec::new(),
        }),
    }
}

fn statements(resolver: &Resolver<'_>, delete: &Delete) -> Result<AllDoomed, Unresolved> {
    let Deleted::Statement(patterns) = &delete.what else {
        return first_of(0, "", |_| Ok((Vec::new(), String::new())));
    };
    let scope = resolver.scope(&delete.functions)?;
    let file = resolver.file;
    let whole = |found: &Match| Ok(whole(file, &found.range).is_some());
    for (index, pattern) in patterns.iter().enumerate() {
        let one = std::slice::from_ref(pattern);
        match resolver.first_match(&scope.found, "statement", one, &whole) {
            Ok(chosen) => {
                let found = crate::resolver::outermost(chosen.found).into_iter();
                let found = found.filter_map(|m| whole_range(file, &m));
                let used = alternative("statement", index, patterns.len(), pattern.text());
                return Ok(AllDoomed {
                    found: found.collect(),
                    index,
                    alternatives: scope.alternatives.into_iter().chain(used).collect(),
                });
            }
            Err(unresolved) if unresolved.reason == crate::Reason::Absent => {}
            Err(unresolved) => return Err(unresolved),
        }
    }
    first_of(0, "", |_| Ok((Vec::new(), String::new())))
}

/// The statements that a match is, from the first to the last.
#[must_use]
pub fn whole<'f>(file: &'f File, range: &Range<usize>) -> Option<(Node<'f>, Node<'f>)> {
    let anchor = statement::of(file, range)?;
    let (first, last) = (anchor.first, anchor.last);
    let is_all = first.start_byte() == range.start
        && (last.end_byte() == range.end
            || last.end_byte() > range.end
                && file.slice(range.end..last.end_byte()).trim_ascii() == b";");
    is_all.then_some((first, last))
}

fn whole_range(file: &File, m: &Match) -> Option<Doomed> {
    let (first, last) = whole(file, &m.range)?;
    Some(Doomed::lines(first.start_byte()..last.end_byte()))
}

impl Doomed {
    fn lines(range: Range<usize>) -> Self {
        Self {
            range,
            has_lines: true,
            documented: None,
        }
    }
}

fn named(
    resolver: &Resolver<'_>,
    delete: &Delete,
    kind: NamedKind,
    name: &str,
) -> Result<Vec<Doomed>, Unresolved> {
    let file = resolver.file;
    match kind {
        NamedKind::Function => functions(resolver, name),
        NamedKind::Macro => Ok(macros::live(file, name)
            .into_iter()
            .map(|known| Doomed::lines(known.range.clone()))
            .collect()),
        NamedKind::Include => {
            let (header, system) = include::header(name);
            let live = include::live(file).into_iter();
            let own = live.filter(|known| known.header == header && known.system == system);
            Ok(own
                .map(|known| Doomed::lines(known.range.clone()))
                .collect())
        }
        NamedKind::Declaration => declarations(file, name),
        NamedKind::Local => locals(resolver, delete, name),
        NamedKind::Enumerator => enumerators(file, name),
    }
}

fn functions(resolver: &Resolver<'_>, name: &str) -> Result<Vec<Doomed>, Unresolved> {
    let file = resolver.file;
    let mut found = Vec::new();
    for function in crate::resolver::live_functions(file, name) {
        if !function.clean {
            return Err(Unresolved::unclean(
                file,
                &function.range,
                &format!("{name}()"),
            ));
        }
        let end = with_exports(file, function.range.end, name);
        found.push(Doomed::lines(function.range.start..end));
    }
    Ok(found)
}

/// The end of a function and of the lines directly behind it that export it.
#[must_use]
pub fn with_exports(file: &File, mut end: usize, name: &str) -> usize {
    loop {
        let rest = file.slice(end..file.bytes().len());
        let code = tokens(rest).into_iter();
        let words: Vec<_> = code.take(8).collect();
        let text = |at: usize| {
            let token = words.get(at)?;
            rest.get(token.range.clone())
        };
        let exports = text(0).is_some_and(|word| word.starts_with(b"EXPORT_SYMBOL"))
            && text(1) == Some(b"(")
            && text(2) == Some(name.as_bytes());
        let close = words
            .iter()
            .skip(3)
            .find(|token| rest.get(token.range.clone()) == Some(b";"));
        let gap = words
            .first()
            .and_then(|token| rest.get(..token.range.start));
        let is_next = gap.is_some_and(|gap| gap.iter().filter(|&&byte| byte == b'\n').count() < 2);
        match close {
            Some(close) if exports && is_next => end += close.range.end,
            _ => return end,
        }
    }
}

/// Whether the comment directly above is about what goes: that above several plain statements in a row is about all of them.
#[must_use]
pub fn takes_comment(file: &File, delete: &Delete, range: &Range<usize>) -> bool {
    if !matches!(delete.what, Deleted::Statement(_)) {
        return true;
    }
    let is_plain = whole(file, range)
        .is_none_or(|(first, _)| matches!(first.kind(), "expression_statement" | "declaration"));
    let last = file.line_of(range.end.saturating_sub(1));
    let next = crate::lines::line_text(file, last + 1);
    let next = next.trim();
    let ends = next.is_empty() || next.starts_with(['}', '#']) || next.starts_with("/*");
    !is_plain || ends || next.starts_with("//") || next.ends_with(':')
}

/// The item of the file that the code at `at` is in.
pub(super) fn item(file: &File, at: usize) -> Option<Node<'_>> {
    let mut node = file.node_at(at..at + 1)?;
    loop {
        let parent = node.parent()?;
        let kind = parent.kind();
        if kind == "translation_unit" || kind.starts_with("preproc") {
            return Some(node);
        }
        node = parent;
    }
}

fn declarations(file: &File, name: &str) -> Result<Vec<Doomed>, Unresolved> {
    let prototypes = file.prototypes().iter().map(|p| (&p.name, &p.name_range));
    let variables = file.variables().iter().map(|v| (&v.name, &v.name_range));
    let typedefs = file.typedefs().iter().map(|t| (&t.name, &t.name_range));
    let all = prototypes.chain(variables).chain(typedefs);
    let own = all.filter(|(known, range)| *known == name && !file.is_dead(range.start));
    let mut found: Vec<Doomed> = Vec::new();
    for (_, range) in own {
        let Some(node) = item(file, range.start) else {
            continue;
        };
        if !matches!(node.kind(), "declaration" | "type_definition") {
            continue;
        }
        if declarators(node).len() > 1 {
            let message = format!("the declaration of {name} declares others, too");
            return Err(Unresolved::unfit(message).at(file, range.start));
        }
        if found.iter().all(|known| known.range != node.byte_range()) {
            found.push(Doomed::lines(node.byte_range()));
        }
    }
    found.extend(tagged(file, name));
    found.sort_by_key(|one| one.range.start);
    Ok(found)
}

/// A struct, a union or an enum with a body that declares nothing but itself, by its tag.
fn tagged(file: &File, name: &str) -> Vec<Doomed> {
    let records = file.records().iter();
    let records = records.filter(|record| record.tag.as_deref() == Some(name));
    let enums = file.enumerators().iter();
    let enums = enums.filter(|known| known.tag.as_deref() == Some(name));
    let starts = records
        .map(|record| record.range.start)
        .chain(enums.map(|known| known.range.start));
    let mut found: Vec<Doomed> = Vec::new();
    for at in starts.filter(|&at| !file.is_dead(at)) {
        let specifiers = ["struct_specifier", "union_specifier", "enum_specifier"];
        let Some(node) = item(file, at).filter(|node| specifiers.contains(&node.kind())) else {
            continue;
        };
        let range = with_semicolon(file, node.byte_range());
        if found.iter().all(|known| known.range != range) {
            found.push(Doomed::lines(range));
        }
    }
    found
}

fn declarators(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children_by_field_name("declarator", &mut cursor)
        .collect()
}

fn locals(resolver: &Resolver<'_>, delete: &Delete, name: &str) -> Result<Vec<Doomed>, Unresolved> {
    let file = resolver.file;
    let functions = resolver.functions(&delete.functions)?;
    let mut found = Vec::new();
    for function in functions.found {
        let Some(body) = file.node_at(function.body.clone()) else {
            continue;
        };
        for item in block::items(body) {
            if item.node.kind() != "declaration" {
                continue;
            }
            let all = declarators(item.node);
            let own = all
                .iter()
                .position(|one| declared_name(file, *one).as_deref() == Some(name));
            let Some(own) = own else { continue };
            found.push(match all.len() {
                1 => Doomed::lines(item.range.clone()),
                _ => Doomed {
                    range: in_list(file, &all, own),
                    has_lines: false,
                    documented: None,
                },
            });
        }
    }
    Ok(found)
}

/// The name that a declarator declares: the first one in it, for what comes behind is its size, its parameters or value.
fn declared_name(file: &File, node: Node<'_>) -> Option<String> {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if node.kind() == "identifier" {
            return Some(file.text(node.byte_range()).into_owned());
        }
        let mut cursor = node.walk();
        let mut children: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        children.reverse();
        open.extend(children);
    }
    None
}

/// An entry of a list with the comma that goes along: the one behind it, or of the last one, the one before.
fn in_list(file: &File, all: &[Node<'_>], own: usize) -> Range<usize> {
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

fn enumerators(file: &File, name: &str) -> Result<Vec<Doomed>, Unresolved> {
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
pub(super) fn enclosing<'f>(file: &'f File, at: usize, kind: &str) -> Option<Node<'f>> {
    let mut node = file.node_at(at..at + 1);
    while let Some(current) = node {
        if current.kind() == kind {
            return Some(current);
        }
        node = current.parent();
    }
    None
}

fn member(file: &File, of: &str, name: &str) -> Result<Vec<Doomed>, Unresolved> {
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

fn with_semicolon(file: &File, range: Range<usize>) -> Range<usize> {
    let rest = file.slice(range.end..file.bytes().len());
    let mut code = Some(rest).into_iter().flat_map(tokens);
    let next = code.find(|token| token.kind != TokenKind::Comment);
    let ends = file.slice(range.clone()).ends_with(b";");
    match next {
        Some(next) if !ends && rest.get(next.range.clone()) == Some(b";") => {
            range.start..range.end + next.range.end
        }
        _ => range,
    }
}

fn field(file: &File, of: &str, name: &str) -> Result<Vec<Doomed>, Unresolved> {
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
pub fn initialisers<'f>(file: &'f File, of: &str) -> Vec<Node<'f>> {
    let variables = file.variables().iter();
    let own = variables.filter(|known| known.name == of && !file.is_dead(known.range.start));
    let values = own.filter_map(|known| known.value.clone());
    let nodes = values.filter_map(|value| file.node_at(value));
    nodes
        .filter(|node| node.kind() == "initializer_list")
        .collect()
}
