//! What is declared at file level or in a function, and goes.

use query::File;
use schema::model::Delete;
use syntax::Node;

use super::Doomed;
use super::parts::in_list;
use crate::block;
use crate::file_level::{item, with_semicolon};
use crate::resolver::Resolver;
use crate::unresolved::Unresolved;

pub(super) fn declarations(file: &File, name: &str) -> Result<Vec<Doomed>, Unresolved> {
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

/// The label of that name in the function.
pub(super) fn labels(
    resolver: &Resolver<'_>,
    delete: &Delete,
    name: &str,
) -> Result<Vec<Doomed>, Unresolved> {
    let file = resolver.file;
    let functions = resolver.functions(&delete.functions)?;
    let mut found = Vec::new();
    for function in functions.found {
        let mut open: Vec<Node<'_>> = file.node_at(function.body.clone()).into_iter().collect();
        while let Some(node) = open.pop() {
            if node.kind() == "compound_statement" {
                let items = block::items(node).into_iter();
                let own = items.filter(|item| item.is_label(file, name));
                found.extend(own.map(|item| Doomed::lines(item.range)));
            }
            let mut cursor = node.walk();
            open.extend(node.named_children(&mut cursor));
        }
    }
    found.retain(|one| !file.is_dead(one.range.start));
    Ok(found)
}

pub(super) fn locals(
    resolver: &Resolver<'_>,
    delete: &Delete,
    name: &str,
) -> Result<Vec<Doomed>, Unresolved> {
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
