//! Comments whose words change, and new ones above a statement.

use std::ops::Range;

use query::File;
use syntax::Node;

use super::pairs::comment_behind;
use super::{Asked, Proposal};
use crate::words::{anchors, comment_words, drawn};

/// `comment`
pub(crate) fn comments(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    if let Some(found) = changed(asked) {
        return found;
    }
    let (Some(function), true) = (asked.function(), edit.old.is_empty()) else {
        return Vec::new();
    };
    let Some(cover) = edit.came() else {
        return Vec::new();
    };
    let ([comment], Some(below)) = (cover.nodes.as_slice(), cover.below()) else {
        return Vec::new();
    };
    if comment.kind() != "comment" {
        return Vec::new();
    }
    let Some(words) = comment_words(&edit.after.text(comment.byte_range())) else {
        return Vec::new();
    };
    let table = asked.table("comment").with("function", &function);
    let mut anchors = anchors(&edit.after, below);
    anchors.retain(|anchor| asked.stays(anchor));
    // The words alone say it, where the file's own way to draw a comment is this one.
    let texts = std::iter::once(words).chain(drawn(&edit.after, *comment));
    let found = texts.flat_map(|text| {
        let tables = anchors
            .iter()
            .map(|anchor| table.clone().with("before", anchor));
        let found = tables.map(|table| vec![table.with("comment", &text)]);
        found.collect::<Vec<_>>()
    });
    found.collect()
}

/// The words of a comment that both files have there.
fn changed(asked: &Asked<'_>) -> Option<Vec<Proposal>> {
    let edit = asked.edit;
    let (old, new) = both(asked)?;
    let old_text = edit.before.text(old.byte_range());
    let said = comment_words(&edit.after.text(new.byte_range()))?;
    let function = asked.old_function();
    if function.is_none() && asked.is_in_function() {
        return None;
    }
    let gone = edit.before.text(edit.old.clone());
    let line = gone.lines().map(|line| {
        line.trim()
            .trim_start_matches(['*', '/'])
            .trim_end_matches("*/")
            .trim()
    });
    let line = line
        .filter(|line| line.len() > 8)
        .max_by_key(|line| line.len());
    let words = comment_words(&old_text)?;
    // Where none of its lines goes, one tells it that says something.
    let mut lines: Vec<&str> = words.lines().map(str::trim).collect();
    lines.retain(|line| (9..=72).contains(&line.len()));
    lines.sort_by_key(|line| std::cmp::Reverse(line.len()));
    let whole = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let known = line.into_iter().chain(lines.into_iter().take(3));
    let known: Vec<String> = known.map(str::to_owned).chain([whole]).collect();
    let texts = std::iter::once(said).chain(drawn(&edit.after, new));
    let found = texts.flat_map(|text| {
        let tables = known.iter().map(|known| {
            let mut table = asked.table("comment");
            if let Some(function) = &function {
                table = table.with("function", function);
            }
            vec![table.with("words", known).with("comment", &text)]
        });
        tables.collect::<Vec<_>>()
    });
    Some(found.collect())
}

/// The comment that both files have there: all that goes and comes is in it.
fn both<'f>(asked: &Asked<'f>) -> Option<(Node<'f>, Node<'f>)> {
    let edit = asked.edit;
    let old = comment_at(&edit.before, &edit.old);
    let new = comment_at(&edit.after, &edit.new);
    if let (Some(old), Some(new)) = (old, new) {
        return Some((old, new));
    }
    // What only goes, or only comes, is inside of one that begins before it.
    let same = |file: &'f File, other: Node<'_>, lines: &Range<usize>| {
        let start = other.start_byte();
        let node = file.root().descendant_for_byte_range(start, start)?;
        let is_it = node.kind() == "comment" && node.start_byte() == start;
        (is_it && start < lines.start && lines.end <= node.end_byte()).then_some(node)
    };
    match (old, new) {
        (None, Some(new)) => Some((same(&edit.before, new, &edit.old)?, new)),
        (Some(old), None) => Some((old, same(&edit.after, old, &edit.new)?)),
        _ => None,
    }
}

/// The comment that some bytes are in, white space apart.
fn comment_at<'f>(file: &'f File, range: &Range<usize>) -> Option<Node<'f>> {
    let text = file.slice(range.clone());
    let start = text
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(0);
    let end = text
        .iter()
        .rposition(|byte| !byte.is_ascii_whitespace())
        .map_or(start, |at| at + 1);
    let own = range.start + start..range.start + end;
    let node = file.node_at(own.clone())?;
    if node.kind() == "comment" {
        return Some(node);
    }
    // The one behind code.
    let at = comment_behind(file, &own)?;
    let node = file.node_at(at..own.end)?;
    (node.kind() == "comment").then_some(node)
}
