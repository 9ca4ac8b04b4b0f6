//! A statement around an edit that becomes another: what is there several times is told by what it is in.

use std::ops::Range;

use query::File;
use sites::block;
use sites::lines::{whole_lines, with_comment_above};
use syntax::Node;

use super::pairs::{LONGEST, Pair, is_statement, text_range};
use super::rewrites::with_neighbours;
use super::{Asked, Proposal};
use crate::table::Table;
use crate::words::{dedented_by_first, one_line};

/// `rewrite` of what is asked, its body kept; of the statements around, the innermost first
pub(super) fn around(asked: &Asked<'_>) -> Vec<Proposal> {
    let mut table = asked.table("rewrite");
    if let Some(function) = asked.function() {
        table = table.with("function", &function);
    }
    let edit = asked.edit;
    let files = (&*edit.before, &*edit.after);
    let pairs = enclosing(asked);
    let mut found: Vec<Proposal> = Vec::new();
    found.extend(pairs.iter().flat_map(|pair| headed(files, *pair, &table)));
    for pair in &pairs {
        let lines = (&pair.old.byte_range(), &pair.new.byte_range());
        let sizes = [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0)];
        let ways = sizes.iter();
        found.extend(ways.filter_map(|size| with_neighbours(files, lines, *size, &table)));
    }
    found
}

/// The statements that all of the edit is in, before and after, the innermost first.
fn enclosing<'f>(asked: &Asked<'f>) -> Vec<Pair<'f>> {
    let edit = asked.edit;
    let text = match edit.old.is_empty() {
        true => edit.old.clone(),
        false => text_range(&edit.before, &edit.old),
    };
    let mut found = Vec::new();
    let mut at = edit.before.node_at(text);
    while let Some(node) = at {
        at = node.parent();
        let own = node.byte_range();
        if own.len() > 2 * LONGEST || node.kind() == "function_definition" {
            break;
        }
        // What only comes is beside a statement, or in it.
        let is_in = !edit.old.is_empty() || own.start < edit.old.start && edit.old.end < own.end;
        if !is_statement(node) || !is_in {
            continue;
        }
        found.extend(counterpart(asked, node).map(|new| Pair { old: node, new }));
    }
    found
}

/// What a node before is after: what ends before the same bytes, and begins behind the same, or in what comes.
fn counterpart<'f>(asked: &Asked<'f>, node: Node<'f>) -> Option<Node<'f>> {
    let edit = asked.edit;
    let own = node.byte_range();
    let end = (own.end + edit.new.len()).checked_sub(edit.old.len())?;
    let begins_there = |start: usize| match own.start < edit.old.start {
        true => start == own.start,
        false => edit.new.contains(&start),
    };
    let mut at = edit.after.node_at(end.checked_sub(1)?..end);
    while let Some(new) = at.filter(|new| new.end_byte() == end) {
        let is_like = new.kind() == node.kind() || is_loop(new) && is_loop(node);
        if is_like && begins_there(new.start_byte()) {
            return Some(new);
        }
        at = new.parent();
    }
    None
}

fn is_loop(node: Node<'_>) -> bool {
    matches!(node.kind(), "for_statement" | "while_statement")
}

/// `HEAD { $$$B }` for `OTHER { $$$B }`: on one line, or with its own lines
pub(crate) fn headed(
    (before, after): (&File, &File),
    pair: Pair<'_>,
    table: &Table,
) -> Vec<Proposal> {
    let heads = Head::of(before, pair.old).zip(Head::of(after, pair.new));
    let code = |file: &File, range: Range<usize>| block::code(file.slice(range));
    let heads = heads.filter(|(old, new)| {
        let is_same = code(before, old.body.clone()) == code(after, new.body.clone());
        is_same && old.is_block == new.is_block
    });
    let Some((old, new)) = heads else {
        return Vec::new();
    };
    let texts = one_line(before, old.head).zip(one_line(after, new.head.clone()));
    let Some((was, is)) = texts.filter(|(was, is)| was != is && was.len() <= LONGEST) else {
        return Vec::new();
    };
    let body = if old.is_block { "{ $$$B }" } else { "$B" };
    let table = table.clone().with("pattern", &format!("{was} {body}"));
    // A comment that comes above is about it.
    let above = |file: &File, at: usize| with_comment_above(file, at)..at;
    let has_comment =
        |file: &File, at: usize| file.line_of(above(file, at).start) != file.line_of(at);
    let start = pair.new.start_byte();
    let comes = has_comment(after, start) && !has_comment(before, pair.old.start_byte());
    let first = if comes {
        above(after, start).start
    } else {
        start
    };
    let lines = dedented_by_first(after, &whole_lines(after, &(first..new.head.end)));
    let lines = lines.filter(|text| text.lines().count() > 1);
    let lines = lines.and_then(|text| match old.is_block {
        true => Some(format!(
            "{}{{\n\t$$$B\n}}\n",
            text.trim_end().strip_suffix('{')?
        )),
        false => Some(format!("{}\n\t$B\n", text.trim_end())),
    });
    let texts = std::iter::once(format!("{is} {body}")).chain(lines);
    texts
        .map(|text| vec![table.clone().with("to", &text)])
        .collect()
}

/// A statement with one body.
struct Head {
    head: Range<usize>,
    body: Range<usize>,
    is_block: bool,
}

impl Head {
    fn of(file: &File, node: Node<'_>) -> Option<Self> {
        let field = |name: &str| node.child_by_field_name(name);
        let body = match node.kind() {
            "if_statement" if field("alternative").is_none() => field("consequence")?,
            "for_statement" | "while_statement" | "switch_statement" => field("body")?,
            _ => return None,
        };
        let is_last = body.end_byte() == node.end_byte();
        let head = node.start_byte()..body.start_byte();
        let text = file.slice(head.clone());
        let is_plain = !text.contains(&b'{');
        (is_last && is_plain).then(|| Self {
            head,
            body: body.byte_range(),
            is_block: body.kind() == "compound_statement",
        })
    }
}
