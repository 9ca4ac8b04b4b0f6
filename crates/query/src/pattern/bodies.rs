//! Metavariables that are all that a head without braces has: `if ($C) $S`.
//!
//! What such a one stands for may be more than one statement, or an `if` that would take the `else` behind it for its own.
//! It is the head's all the same, in braces.

use std::ops::Range;
use std::sync::Arc;

use dialect::path::TreePath;
use syntax::Node;
use syntax::reader::Reader;

use super::Bindings;
use super::metavar::PatternText;
use crate::File;

/// The text of a template with braces around what cannot be the body of its head as it is; none where all can.
///
/// `bodies`: the tokens of `text` that are such metavariables.
pub(super) fn with_braces(
    text: &PatternText,
    bodies: &[usize],
    bindings: &Bindings,
) -> Option<String> {
    let taken = |&index: &usize| Some(&bindings.get(text.name_at(index)?)?.text);
    let is_block = |index: &usize| {
        let text = taken(index).map_or("", String::as_str).trim();
        text.starts_with('{') && !needs_braces(text, false)
    };
    // The brace of a block is on the line of its head.
    let is_below = |index: &usize| {
        let place = text.range_at(*index);
        let head = index.checked_sub(1).and_then(|head| text.range_at(head));
        let gap = head
            .zip(place)
            .map(|(head, place)| text.between(head.end, place.start));
        gap.is_some_and(|gap| gap.contains(&b'\n') && gap.trim_ascii().is_empty())
    };
    let asks = |index: &usize| {
        let before_else = text.word(index + 1) == b"else";
        match is_block(index) {
            true => is_below(index),
            false => taken(index).is_some_and(|taken| needs_braces(taken, before_else)),
        }
    };
    if !bodies.iter().any(asks) {
        return None;
    }
    let braces = bodies.iter().any(|index| asks(index) && !is_block(index));
    let mut out = Vec::new();
    let mut at = 0;
    for index in bodies {
        let is_empty = taken(index).is_some_and(|taken| taken.trim().is_empty());
        let place = text.range_at(*index)?;
        let head = text.range_at(index.checked_sub(1)?)?.end;
        let indentation = indentation(&text.text, head_start(text, index - 1)?);
        out.extend_from_slice(text.between(at, head));
        if is_block(index) {
            let gap = text.between(head, place.start);
            out.extend_from_slice(if is_below(index) {
                b" ".as_slice()
            } else {
                gap
            });
            out.extend_from_slice(text.between(place.start, place.end));
            at = end_of_body(text, *index, place.end, &mut out);
            continue;
        }
        if !braces {
            out.extend_from_slice(text.between(head, place.end));
            at = place.end;
            continue;
        }
        let gap = text.between(head, place.start);
        let own = text.between(place.start, place.end);
        let own = if is_empty { &[] } else { own };
        out.extend(in_braces(gap, own, &indentation));
        at = end_of_body(text, *index, place.end, &mut out);
    }
    out.extend_from_slice(text.between(at, text.text.len()));
    String::from_utf8(out).ok()
}

/// A body in braces, behind the head that the gap is behind.
fn in_braces(gap: &[u8], body: &[u8], indentation: &[u8]) -> Vec<u8> {
    let lead = match (body.is_empty(), gap.contains(&b'\n')) {
        (true, _) => Vec::new(),
        (false, true) => gap.to_vec(),
        (false, false) => [gap.trim_ascii_end(), b"\n", indentation, b"\t"].concat(),
    };
    [b" {", lead.as_slice(), body, b"\n", indentation, b"}"].concat()
}

/// Where the text goes on behind a brace at the end of a body: `else`, and the `while` of a `do`, are on its line.
fn end_of_body(text: &PatternText, index: usize, end: usize, out: &mut Vec<u8>) -> usize {
    let goes_on = match text.word(index + 1) {
        b"else" => true,
        b"while" => index.checked_sub(1).map(|head| text.word(head)) == Some(b"do"),
        _ => false,
    };
    match text.range_at(index + 1).filter(|_| goes_on) {
        Some(next) if text.between(end, next.start).trim_ascii().is_empty() => {
            out.extend_from_slice(b" ");
            next.start
        }
        _ => end,
    }
}

/// Where the keyword or name is that a head begins with, which ends with the token `last`.
fn head_start(text: &PatternText, last: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for index in (0..=last).rev() {
        match text.word(index) {
            b")" => depth += 1,
            b"(" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            let opens = text.word(index) == b"(";
            let at = if opens { index.checked_sub(1)? } else { index };
            return Some(text.range_at(at)?.start);
        }
    }
    None
}

/// The white space that the line of `at` begins with.
fn indentation(text: &[u8], at: usize) -> Vec<u8> {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit(|&byte| byte == b'\n').next();
    let line = line.unwrap_or_default().iter();
    line.take_while(|byte| byte.is_ascii_whitespace())
        .copied()
        .collect()
}

/// Whether the code has to be in braces where a head has room for one statement.
fn needs_braces(text: &str, before_else: bool) -> bool {
    const BEFORE: &str = "void f(void)\n{\n";
    let source = format!("{BEFORE}{text}\n}}\n");
    let Ok(path) = TreePath::new("body.c") else {
        return true;
    };
    let file = File::from(Reader::standalone().read(&path, Arc::from(source.into_bytes())));
    let own: Range<usize> = BEFORE.len()..BEFORE.len() + text.len();
    let block = file.functions().first();
    let block = block.and_then(|function| file.node_at(function.body.clone()));
    let Some(block) = block.filter(|block| block.end_byte() > own.end) else {
        return true;
    };
    let mut cursor = block.walk();
    let mut inside = block
        .named_children(&mut cursor)
        .filter(|node| node.kind() != "comment");
    match (inside.next(), inside.next()) {
        // In braces it is right whatever it is.
        _ if !file.unread().is_empty() => true,
        (Some(one), None) => {
            let is_statement = one.kind().ends_with("_statement");
            !is_statement || before_else && is_else_less(one)
        }
        _ => true,
    }
}

/// Whether an `else` behind the statement would be its own: it ends in an `if` without one.
#[must_use]
pub fn is_else_less(node: Node<'_>) -> bool {
    let mut node = node;
    loop {
        let inner = match node.kind() {
            "if_statement" => match node.child_by_field_name("alternative") {
                None => return true,
                Some(clause) => last_child(clause),
            },
            "while_statement" | "for_statement" => node.child_by_field_name("body"),
            "labeled_statement" | "case_statement" => last_child(node),
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return false,
        }
    }
}

fn last_child(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let children = node.named_children(&mut cursor);
    children.filter(|child| child.kind() != "comment").last()
}
