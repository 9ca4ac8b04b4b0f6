//! Entries of an initialiser, a table or an enum that come or go.

use std::collections::BTreeSet;

use dialect::token::tokens;
use query::File;
use syntax::Node;

use super::{Asked, Proposal};
use crate::edit::Cover;
use crate::words::{comment_words, declared_name, one_line};

/// `field`, and `delete` of one
pub(super) fn entries(asked: &Asked<'_>) -> Vec<Proposal> {
    asked.come_or_go(added, removed)
}

/// An entry that is longer is named by a word of it.
const SHORT: usize = 48;

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

/// Words of an entry that no other of its list has.
fn own_words(file: &File, node: Node<'_>) -> Vec<String> {
    /// Of so many words a reader looks for one.
    const MOST: usize = 3;
    let Some(list) = node.parent() else {
        return Vec::new();
    };
    let words = |node: Node<'_>| -> Vec<String> {
        let code = file.slice(node.byte_range());
        let words = tokens(code).into_iter();
        let words = words.filter_map(|word| code.get(word.range));
        let words = words.filter(|word| word.len() > 3);
        let words = words.filter(|word| !word.iter().any(u8::is_ascii_whitespace));
        words
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect()
    };
    let mut cursor = list.walk();
    let others = list
        .named_children(&mut cursor)
        .filter(|other| *other != node);
    let others: BTreeSet<String> = others.flat_map(words).collect();
    let mut own = words(node);
    own.retain(|word| !others.contains(word));
    own.truncate(MOST);
    own
}

/// How an entry may be named: by what it sets, by a word that it alone has, or by all of it.
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
    let words = match short.is_none() {
        true => own_words(file, node),
        false => Vec::new(),
    };
    let whole = one_line(file, node.byte_range());
    let is_short = |text: &String| text.len() <= SHORT;
    let (short_whole, whole) = match whole {
        Some(text) if is_short(&text) => (Some(text), None),
        whole => (None, whole),
    };
    let names = short.into_iter().chain(short_whole).chain(words);
    names.chain(whole).collect()
}

fn added(asked: &Asked<'_>, cover: &Cover<'_>) -> Option<Vec<Proposal>> {
    let file = &asked.edit.after;
    let (key, name) = owner(file, cover.parent)?;
    let items = cover.items();
    let mut sides: Vec<(&str, Option<String>)> = Vec::new();
    let ends_there = cover
        .below()
        .is_none_or(|below| one_line(file, below.byte_range()).is_some_and(|text| text == "{}"));
    if ends_there && key == "in" {
        sides.push(("after", None));
    }
    for (side, node) in [("after", cover.above()), ("before", cover.below())] {
        let known = node.map(|node| names(file, node)).unwrap_or_default();
        sides.extend(known.into_iter().map(|name| (side, Some(name))));
    }
    // What is in columns keeps them, and what has several lines its lines.
    let text = |node: &Node<'_>, as_written: bool| match as_written {
        true => written(file, *node),
        false => one_line(file, node.byte_range()),
    };
    let is_written = items
        .iter()
        .any(|node| text(node, true) != text(node, false));
    let ways: &[bool] = match is_written {
        true if items
            .iter()
            .any(|node| file.text(node.byte_range()).contains('\n')) =>
        {
            &[true, false]
        }
        true => &[false, true],
        false => &[false],
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
            let comment = comment_behind(file, *node).or_else(|| comment_above(file, cover, *node));
            if let Some(words) = comment {
                table = table.with("comment", &words);
            }
            if let Some(neighbour) = &neighbour {
                table = table.with(side, neighbour);
            }
            tables.push(table);
            if side == "after" && neighbour.is_some() {
                neighbour = names(file, *node).into_iter().next();
            }
        }
        found.push(tables);
    }
    Some(found)
}

/// An entry as it is written; of several lines, as at column 0.
fn written(file: &File, node: Node<'_>) -> Option<String> {
    let text = file.text(node.byte_range()).into_owned();
    if !text.contains('\n') {
        return Some(text);
    }
    let line = sites::lines::line_start(file, node.start_byte());
    let own = file.text(line..node.start_byte()).into_owned();
    let is_alone = own.trim().is_empty();
    let mut lines = text.lines();
    let mut dedented = lines.next()?.to_owned();
    for line in lines {
        dedented.push('\n');
        match line.trim().is_empty() {
            true => {}
            false => dedented.push_str(line.strip_prefix(&own)?),
        }
    }
    is_alone.then(|| dedented + "\n")
}

/// The words of the comment above an entry that comes with it.
fn comment_above(file: &File, cover: &Cover<'_>, node: Node<'_>) -> Option<String> {
    let mut above = node.prev_sibling();
    while let Some(comma) = above.filter(|above| above.kind() == ",") {
        above = comma.prev_sibling();
    }
    let comment = above.filter(|above| above.kind() == "comment" && cover.nodes.contains(above))?;
    let line = sites::lines::line_start(file, comment.start_byte());
    let is_alone = file.text(line..comment.start_byte()).trim().is_empty();
    is_alone.then(|| comment_words(&file.text(comment.byte_range())))?
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
