//! `delete`: the code that goes, and whether its lines go with it.

mod beside;
mod declared;
mod parts;

use std::ops::Range;

use dialect::token::tokens;
use query::File;
use query::pattern::Match;
use schema::model::{ChangeBody, Delete, Deleted, NamedKind, PartKind};
use syntax::Node;

use super::declaration::forwards;
use super::{include, macros};
use crate::names::listed;
use crate::resolve::Sited;
use crate::resolver::{Alternative, Resolver, alternative};
use crate::statement;
use crate::unresolved::Unresolved;
use beside::Neighbours;
pub use beside::beyond;
use declared::{declarations, labels, locals};
pub(super) use parts::{enclosing, initialisers};
use parts::{enumerators, field, member};

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
            let message = format!("{what}: none was read here, and one could be in what was not");
            return Err(Unresolved::unread(message).at(resolver.file, unread));
        }
        let message = format!("{what}: it is deleted already, or was never here");
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
    let neighbours = Neighbours::of(resolver, delete.beside.as_ref(), &scope.found)?;
    let whole = |found: &Match| {
        let own = whole(file, &found.range);
        let is_beside = |own| neighbours.as_ref().is_none_or(|all| all.has(file, own));
        Ok(own.is_some_and(is_beside))
    };
    for (index, pattern) in patterns.iter().enumerate() {
        let one = std::slice::from_ref(pattern);
        match resolver.first_match(&scope.found, "statement", one, &whole) {
            Ok(chosen) => {
                if let Some(beside) = &delete.beside {
                    let doomed = Neighbours::those(beside.side, &chosen.found);
                    doomed.are_alone(resolver, one, &scope.found)?;
                }
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
        NamedKind::Forward => Ok(forwards(file, name)
            .into_iter()
            .map(Doomed::lines)
            .collect()),
        NamedKind::Local => locals(resolver, delete, name),
        NamedKind::Label => labels(resolver, delete, name),
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
