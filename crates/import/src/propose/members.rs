//! Members of a struct or a union that come or go.

use query::File;
use syntax::Node;

use super::{Asked, Proposal};
use crate::edit::Cover;
use crate::words::{comment_words, declared_name, one_line};

/// `member`, and `delete` of one
pub(super) fn members(asked: &Asked<'_>) -> Vec<Proposal> {
    asked.come_or_go(added, removed)
}

/// The struct or union with a name that a list of members is the body of: the key of the spec, and its tag.
fn record(file: &File, list: Node<'_>) -> Option<(&'static str, String)> {
    let record = (list.kind() == "field_declaration_list").then(|| list.parent())??;
    let key = match record.kind() {
        "struct_specifier" => "struct",
        "union_specifier" => "union",
        _ => return None,
    };
    let tag = record.child_by_field_name("name")?;
    Some((key, file.text(tag.byte_range()).into_owned()))
}

fn added(asked: &Asked<'_>, cover: &Cover<'_>) -> Option<Vec<Proposal>> {
    let file = &asked.edit.after;
    let (key, tag) = record(file, cover.parent)?;
    let name = |node: Node<'_>| declared_name(file, node);
    let above = cover.above().and_then(name);
    let below = cover.below().and_then(name);
    let mut found = Vec::new();
    let sides = [
        above.map(|name| ("after", name)),
        below.map(|name| ("before", name)),
    ];
    let sides = sides.into_iter().flatten();
    let sides = sides.flat_map(|side| [(side.clone(), false), (side, true)]);
    for ((side, mut neighbour), in_columns) in sides {
        let mut tables = Vec::new();
        for node in cover.items() {
            let mut declare = one_line(file, node.byte_range())?;
            if in_columns {
                // What is in columns keeps them.
                declare = file.text(node.byte_range()).into_owned();
            }
            let mut table = asked.table("member").with(key, &tag).with(side, &neighbour);
            table = table.with("declare", declare.trim_end_matches(';').trim_end());
            if let Some(words) = comment_of(file, cover, node) {
                table = table.with("comment", &words);
            }
            tables.push(table);
            if side == "after" {
                neighbour = name(node)?;
            }
        }
        found.push(tables);
    }
    Some(found)
}

/// The words of the comment above a member, or behind it on its line.
fn comment_of(file: &File, cover: &Cover<'_>, node: Node<'_>) -> Option<String> {
    let is_own = |comment: &Node<'_>| comment.kind() == "comment" && cover.nodes.contains(comment);
    let behind = node.next_named_sibling().filter(is_own);
    let behind = behind
        .filter(|comment| file.line_of(comment.start_byte()) == file.line_of(node.end_byte()));
    let above = node.prev_named_sibling().filter(is_own);
    let comment = behind.or(above)?;
    comment_words(&file.text(comment.byte_range()))
}

fn removed(asked: &Asked<'_>, cover: &Cover<'_>) -> Option<Proposal> {
    let file = &asked.edit.before;
    let (_, tag) = record(file, cover.parent)?;
    let names = cover.items().into_iter();
    let names: Option<Vec<String>> = names.map(|node| declared_name(file, node)).collect();
    let table = |name: &String| {
        let table = asked.table("delete");
        table.with_one("what", "member", &format!("{tag}.{name}"))
    };
    Some(names?.iter().map(table).collect())
}
