//! Entries of an initialiser, a table or an enum that come or go.

use query::File;
use syntax::Node;

use super::{Asked, Proposal};
use crate::edit::Cover;
use crate::words::{comment_words, declared_name, one_line};

/// `field`, and `delete` of one
pub(super) fn entries(asked: &Asked<'_>) -> Vec<Proposal> {
    asked.come_or_go(added, removed)
}

/// What has the list: the key of `field`, and a name; of an enum without one, its first value's.
fn owner(file: &File, list: Node<'_>) -> Option<(&'static str, String)> {
    let parent = list.parent()?;
    match (list.kind(), parent.kind()) {
        ("enumerator_list", "enum_specifier") => {
            let name = parent.child_by_field_name("name");
            let name = name.or_else(|| list.named_child(0)?.child_by_field_name("name"))?;
            Some(("enum", file.text(name.byte_range()).into_owned()))
        }
        ("initializer_list", "init_declarator") => Some(("in", declared_name(file, parent)?)),
        _ => None,
    }
}

/// How an entry may be named: by what it sets, or by all of it.
fn names(file: &File, node: Node<'_>) -> Vec<String> {
    let field = match node.kind() {
        "enumerator" => node.child_by_field_name("name"),
        "initializer_pair" => node.child_by_field_name("designator"),
        _ => None,
    };
    let short = field.map(|field| {
        file.text(field.byte_range())
            .trim_start_matches('.')
            .to_owned()
    });
    short
        .into_iter()
        .chain(one_line(file, node.byte_range()))
        .collect()
}

fn added(asked: &Asked<'_>, cover: &Cover<'_>) -> Option<Vec<Proposal>> {
    let file = &asked.edit.after;
    let (key, name) = owner(file, cover.parent)?;
    let items = cover.items();
    let mut sides: Vec<(&str, Option<String>)> = Vec::new();
    if cover.below().is_none() && key == "in" {
        sides.push(("after", None));
    }
    for (side, node) in [("after", cover.above()), ("before", cover.below())] {
        let known = node.map(|node| names(file, node)).unwrap_or_default();
        sides.extend(known.into_iter().map(|name| (side, Some(name))));
    }
    // What is in columns keeps them.
    let text = |node: &Node<'_>, in_columns: bool| match in_columns {
        true => {
            let text = file.text(node.byte_range()).into_owned();
            (!text.contains('\n')).then_some(text)
        }
        false => one_line(file, node.byte_range()),
    };
    let has_columns = items
        .iter()
        .any(|node| text(node, true) != text(node, false));
    let ways: &[bool] = if has_columns {
        &[false, true]
    } else {
        &[false]
    };
    let mut found = Vec::new();
    let sides = sides
        .into_iter()
        .flat_map(|side| ways.iter().map(move |way| (side.clone(), *way)));
    for ((side, first), in_columns) in sides {
        let mut neighbour = first;
        let mut tables = Vec::new();
        for node in &items {
            let Some(set) = text(node, in_columns) else {
                continue;
            };
            let mut table = asked.table("field").with(key, &name).with("set", &set);
            if let Some(words) = comment_behind(file, *node) {
                table = table.with("comment", &words);
            }
            if let Some(neighbour) = &neighbour {
                table = table.with(side, neighbour);
            }
            tables.push(table);
            if side == "after" && neighbour.is_some() {
                neighbour = names(file, *node).pop();
            }
        }
        found.push(tables);
    }
    Some(found)
}

/// The words of the comment behind an entry, on its line.
fn comment_behind(file: &File, node: Node<'_>) -> Option<String> {
    let mut next = node.next_sibling();
    while let Some(comma) = next.filter(|next| next.kind() == ",") {
        next = comma.next_sibling();
    }
    let comment = next.filter(|next| next.kind() == "comment")?;
    let is_on_its_line = file.line_of(comment.start_byte()) == file.line_of(node.end_byte());
    is_on_its_line.then(|| comment_words(&file.text(comment.byte_range())))?
}

fn removed(asked: &Asked<'_>, cover: &Cover<'_>) -> Option<Proposal> {
    let file = &asked.edit.before;
    let (key, owner) = owner(file, cover.parent)?;
    let tables = cover.items().into_iter().map(|node| {
        let name = names(file, node).into_iter().next()?;
        let table = asked.table("delete");
        Some(match key {
            "enum" => table.with_one("what", "enumerator", &name),
            _ => table.with_one("what", "field", &format!("{owner}.{name}")),
        })
    });
    tables.collect()
}
