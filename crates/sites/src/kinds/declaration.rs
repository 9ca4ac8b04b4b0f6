//! `declaration`: what is at file level by a name, and what comes next to it.

use std::ops::Range;

use query::File;
use schema::model::{ChangeBody, Declaration};
use syntax::Node;

use super::macros;
use crate::block::{self, code};
use crate::file_level::{item, with_semicolon};
use crate::names::{brief, listed, one_line};
use crate::resolve::Sited;
use crate::resolver::{Chosen, Resolver, alternative, live_functions, side_key};
use crate::unresolved::Unresolved;

impl Sited for Declaration {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let found = find(resolver, self)?.found;
        Ok(found.iter().map(|range| range.start).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        Ok(present(resolver.file, self))
    }
}

/// What the declaration goes next to.
///
/// # Errors
/// The file has none of it, or not as often as declared.
pub fn find(
    resolver: &Resolver<'_>,
    declaration: &Declaration,
) -> Result<Chosen<Range<usize>>, Unresolved> {
    let file = resolver.file;
    let names = &declaration.beside.anchors;
    let found = anchor(file, declaration);
    let Some((index, found)) = found else {
        if let Some(unread) = resolver.hiding(names) {
            let message = format!(
                "no {} was read here, and one could be in what was not",
                listed(names)
            );
            return Err(Unresolved::unread(message).at(file, unread));
        }
        return Err(Unresolved::absent(format!(
            "nothing called {} is at file level here",
            listed(names)
        )));
    };
    let offsets: Vec<usize> = found.iter().map(|range| range.start).collect();
    let name = names.get(index).map_or("", String::as_str);
    resolver.counted(&offsets, &format!("`{name}`"))?;
    let key = side_key(declaration.beside.side);
    Ok(Chosen {
        found,
        index,
        alternatives: alternative(key, index, names.len(), name),
    })
}

/// The first of the neighbours that the file has: which, and where.
#[must_use]
pub fn anchor(file: &File, declaration: &Declaration) -> Option<(usize, Vec<Range<usize>>)> {
    let names = declaration.beside.anchors.iter().enumerate();
    let mut found = names.map(|(index, name)| (index, items(file, name)));
    found.find(|(_, found)| !found.is_empty())
}

/// What is at file level by that name: declarations, or else forward declarations, or else definitions of functions and
/// macros.
#[must_use]
pub fn items(file: &File, name: &str) -> Vec<Range<usize>> {
    let declared = [declared(file, name), forwards(file, name)];
    if let Some(declared) = declared.into_iter().find(|found| !found.is_empty()) {
        return declared;
    }
    let functions = live_functions(file, name).into_iter();
    let functions: Vec<Range<usize>> = functions.map(|function| function.range.clone()).collect();
    if !functions.is_empty() {
        return functions;
    }
    let macros = macros::live(file, name).into_iter();
    macros.map(|known| known.range.clone()).collect()
}

/// What is declared at file level by that name, with its `;`.
#[must_use]
pub fn declared(file: &File, name: &str) -> Vec<Range<usize>> {
    let named = |known: &String| known == name;
    let prototypes = file.prototypes().iter();
    let prototypes = prototypes
        .filter(|p| named(&p.name))
        .map(|p| p.name_range.start);
    let variables = file.variables().iter();
    let variables = variables
        .filter(|v| named(&v.name))
        .map(|v| v.name_range.start);
    let typedefs = file.typedefs().iter();
    let typedefs = typedefs
        .filter(|t| named(&t.name))
        .map(|t| t.name_range.start);
    let records = file.records().iter();
    let records = records
        .filter(|record| record.tag.as_deref() == Some(name))
        .map(|record| record.range.start);
    let enums = file.enumerators().iter();
    let enums = enums
        .filter(|known| known.tag.as_deref() == Some(name))
        .map(|known| known.range.start);
    let all = prototypes
        .chain(variables)
        .chain(typedefs)
        .chain(records)
        .chain(enums);
    let mut found: Vec<Range<usize>> = all
        .filter(|&at| !file.is_dead(at))
        .filter_map(|at| item(file, at))
        .filter(|node| is_declaration(*node))
        .map(|node| with_semicolon(file, node.byte_range()))
        .collect();
    found.sort_by_key(|range| range.start);
    found.dedup();
    found
}

/// The forward declarations of a struct, union or enum of that name, each with its `;`: `struct foo;`.
#[must_use]
pub fn forwards(file: &File, name: &str) -> Vec<Range<usize>> {
    let items = block::items(file.root()).into_iter();
    let own = items.filter(|item| is_forward(item.node) && !file.is_dead(item.range.start));
    own.filter(|item| {
        let tag = item.node.child_by_field_name("name");
        tag.is_some_and(|tag| file.slice(tag.byte_range()) == name.as_bytes())
    })
    .map(|item| with_semicolon(file, item.range))
    .collect()
}

fn is_forward(node: Node<'_>) -> bool {
    let is_record = matches!(
        node.kind(),
        "struct_specifier" | "union_specifier" | "enum_specifier"
    );
    is_record && node.child_by_field_name("body").is_none()
}

/// What is declared by the name of a declaration, of its own sort: a definition is no second forward declaration.
#[must_use]
pub fn alike(file: &File, declaration: &Declaration) -> Vec<Range<usize>> {
    match is_forward_text(&declaration.declare) {
        true => forwards(file, &declaration.name),
        false => declared(file, &declaration.name),
    }
}

/// `struct foo;`
fn is_forward_text(declare: &str) -> bool {
    let code = code(declare.as_bytes());
    let mut words = code.trim_end_matches(';').split_whitespace();
    matches!(words.next(), Some("struct" | "union" | "enum")) && words.count() == 1
}

fn is_declaration(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "declaration"
            | "type_definition"
            | "struct_specifier"
            | "union_specifier"
            | "enum_specifier"
    )
}

/// Says that it is declared already, or otherwise.
#[must_use]
pub fn present(file: &File, declaration: &Declaration) -> Option<Unresolved> {
    let there = alike(file, declaration);
    let wanted = code(declaration.declare.as_bytes());
    let same = there
        .iter()
        .find(|range| code(file.slice((*range).clone())) == wanted);
    let first = same.or_else(|| there.first())?;
    let text = brief(&one_line(&file.text(first.clone())), 60);
    let unresolved = match same {
        Some(_) => Unresolved::present(format!("`{text}` is there already")),
        None => Unresolved::unfit(format!(
            "{} is declared already, as `{text}`",
            declaration.name
        )),
    };
    Some(unresolved.at(file, first.start))
}
