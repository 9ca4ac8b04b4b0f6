//! `test` and `split`: the old condition, by the new one.

use std::ops::Range;

use query::File;
use query::pattern::precedence::{self, Connective};
use query::pattern::{Fragment, Match, Pattern, Template};
use schema::model::{Split, Test, Widening};
use sites::{Resolver, statement};
use syntax::Node;

use super::replaced::{all_and_each, filled};
use super::text::{replaced, without};

/// How wide a line is that needs no break.
const MOST_COLUMNS: usize = 80;

/// Texts in which the tests are not widened.
pub(super) fn before_test(resolver: &Resolver<'_>, test: &Test) -> Vec<Vec<u8>> {
    let ranges = resolver.regions(&test.functions);
    match &test.becomes {
        Widening::With(new) => {
            let found = new_forms(resolver, new.text(), &ranges);
            let mut texts = Vec::new();
            for old in &test.tests {
                let Ok(old) = Template::compile(old.text(), Fragment::Expression) else {
                    continue;
                };
                let places = filled(&old, &found);
                let joined: Vec<(Range<usize>, String)> = places
                    .iter()
                    .filter_map(|place| on_one_line(resolver.file, place))
                    .collect();
                texts.extend(all_and_each(resolver.file, &joined));
                texts.extend(all_and_each(resolver.file, &places));
            }
            texts
        }
        Widening::Or(new) => without_operand(resolver, Connective::Or, new, &ranges),
        Widening::And(new) => without_operand(resolver, Connective::And, new, &ranges),
    }
}

fn new_forms(resolver: &Resolver<'_>, form: &str, ranges: &[Range<usize>]) -> Vec<Match> {
    let pattern = Pattern::compile(form, Fragment::Expression, resolver.isomorphisms);
    pattern.map_or_else(
        |_| Vec::new(),
        |pattern| resolver.new_forms(&pattern, ranges).0,
    )
}

/// Texts without an operand that was added behind another: with the parentheses that are around what is left, and
/// without them.
fn without_operand(
    resolver: &Resolver<'_>,
    connective: Connective,
    new: &Template,
    ranges: &[Range<usize>],
) -> Vec<Vec<u8>> {
    let file = resolver.file;
    let found = new_forms(resolver, new.text(), ranges);
    let cuts: Vec<Range<usize>> = found
        .iter()
        .filter_map(|found| cut_of(file, found, connective))
        .collect();
    let plain: Vec<(Range<usize>, String)> = cuts
        .iter()
        .map(|cut| (cut.clone(), String::new()))
        .collect();
    let outer: Vec<(Range<usize>, String)> =
        cuts.iter().filter_map(|cut| outer(file, cut)).collect();
    let inner: Vec<(Range<usize>, String)> =
        cuts.iter().filter_map(|cut| inner(file, cut)).collect();
    let mut texts = Vec::new();
    for places in [outer, inner, plain] {
        let joined: Vec<(Range<usize>, String)> = places
            .iter()
            .filter_map(|place| on_one_line(file, place))
            .collect();
        texts.extend(all_and_each(file, &joined));
        texts.extend(all_and_each(file, &places));
    }
    texts
}

/// A replacement that takes the line breaks on both sides of it along, where what is on the lines then fits on one: it was
/// the longer condition that was broken. None where there is nothing to take along.
fn on_one_line(
    file: &File,
    (range, new): &(Range<usize>, String),
) -> Option<(Range<usize>, String)> {
    let text = file.written();
    let (mut range, mut new) = (range.clone(), new.clone());
    let mut is_joined = false;
    let (head, tail) = (text.get(..range.start)?, text.get(range.end..)?);
    let blank = |text: &[u8], trimmed: &[u8]| text.len() - trimmed.len();
    let before = blank(head, head.trim_ascii_end());
    let line_of = |at: usize| file.lines().range_of(file.line_of(at));
    let columns = |text: &[u8]| -> usize {
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        text.iter()
            .map(|byte| if *byte == b'\t' { 8 } else { 1 })
            .sum()
    };
    // What is behind it on its last line, up to the break.
    let rest = tail.split(|byte| *byte == b'\n').next()?;
    if head.ends_with(b"\t") || head.ends_with(b" ") {
        let own = head.get(head.len() - before..)?;
        let line = line_of(range.start - before);
        let first = text.get(line.start..range.start - before)?;
        let fits = columns(first) + 1 + columns(new.as_bytes()) + columns(rest) <= MOST_COLUMNS;
        if own.contains(&b'\n') && fits && !first.trim_ascii().is_empty() {
            range.start -= before;
            new.insert(0, ' ');
            is_joined = true;
        }
    }
    // The operator that the line ends with, and the operand on the next one.
    let operator = rest.trim_ascii();
    if matches!(operator, b"||" | b"&&") {
        let behind = tail.get(rest.len()..)?;
        let next = behind.trim_ascii_start();
        let next = next.split(|byte| *byte == b'\n').next()?;
        let line = line_of(range.start);
        let first = text.get(line.start..range.start)?;
        let width = columns(first) + columns(new.as_bytes()) + columns(rest) + 1 + columns(next);
        if width <= MOST_COLUMNS {
            let gap = rest.len() + blank(behind, behind.trim_ascii_start());
            new.push_str(&format!(" {} ", String::from_utf8_lossy(operator)));
            range.end += gap;
            is_joined = true;
        }
    }
    is_joined.then_some((range, new))
}

/// The operator before an operand, with the blanks around it, and the operand.
fn cut_of(file: &File, found: &Match, connective: Connective) -> Option<Range<usize>> {
    let node = statement::whole_node(file, &found.range);
    let range = node.map_or_else(|| found.range.clone(), |node| node.byte_range());
    let head = file.written().get(..range.start)?.trim_ascii_end();
    let head = head.strip_suffix(connective.as_str().as_bytes())?;
    Some(head.trim_ascii_end().len()..range.end)
}

/// What is left of a pair of parentheses around all of it, without them.
fn outer(file: &File, cut: &Range<usize>) -> Option<(Range<usize>, String)> {
    let text = file.written();
    let tail = text.get(cut.end..)?;
    let close = cut.end
        + tail
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
    (text.get(close) == Some(&b')')).then_some(())?;
    let open = opening(text.get(..close)?)?;
    let left = text.get(open + 1..cut.start)?;
    // Among other operators the parentheses may be wanted.
    is_one_operand(left).then_some(())?;
    Some((open..close + 1, String::from_utf8(left.to_vec()).ok()?))
}

/// The first operand without the parentheses that it is in.
fn inner(file: &File, cut: &Range<usize>) -> Option<(Range<usize>, String)> {
    let text = file.written();
    let close = cut.start.checked_sub(1)?;
    (text.get(close) == Some(&b')')).then_some(())?;
    let open = opening(text.get(..close)?)?;
    let left = text.get(open + 1..close)?;
    let is_whole = text.get(..open)?.trim_ascii_end().ends_with(b"(")
        && text.get(cut.end..)?.trim_ascii_start().starts_with(b")");
    (is_whole || is_one_operand(left)).then_some(())?;
    Some((open..cut.end, String::from_utf8(left.to_vec()).ok()?))
}

/// Whether no operator of a condition is in the text.
fn is_one_operand(text: &[u8]) -> bool {
    let pairs = text.windows(2);
    let joins = |pair: &[u8]| matches!(pair, b"&&" | b"||");
    !pairs.into_iter().any(joins) && !text.contains(&b'?')
}

/// Where the parenthesis is that is still open at the end.
fn opening(text: &[u8]) -> Option<usize> {
    let mut closed = 0_usize;
    for (at, byte) in text.iter().enumerate().rev() {
        match byte {
            b')' => closed += 1,
            b'(' if closed == 0 => return Some(at),
            b'(' => closed -= 1,
            b';' | b'{' => return None,
            _ => {}
        }
    }
    None
}

/// Texts in which the second block is a part of the first.
pub(super) fn before_split(resolver: &Resolver<'_>, split: &Split) -> Vec<Vec<u8>> {
    let file = resolver.file;
    let ranges = resolver.regions(&split.functions);
    let forms: Vec<String> = match &split.becomes {
        Widening::With(new) => vec![new.text().to_owned()],
        Widening::Or(new) => joined(split, Connective::Or, new.text()),
        Widening::And(new) => joined(split, Connective::And, new.text()),
    };
    let mut texts = Vec::new();
    for form in &forms {
        for found in new_forms(resolver, form, &ranges) {
            if let Some(seam) = seam(file, &found) {
                let behind = file.written().get(seam.end..).unwrap_or_default();
                let is_comment = behind.trim_ascii_start().starts_with(b"/*");
                let parted = replaced(file.written(), &seam, b"\n");
                let together = without(file.written(), &seam);
                texts.extend(match is_comment {
                    true => [parted, together],
                    false => [together, parted],
                });
            }
        }
    }
    texts
}

fn joined(split: &Split, connective: Connective, new: &str) -> Vec<String> {
    let tests = split.tests.iter();
    tests
        .map(|old| precedence::join(old.text(), connective, new))
        .collect()
}

/// The whole lines from the brace that closes the block before to the one that opens the block of the `if` whose condition is `found`.
fn seam(file: &File, found: &Match) -> Option<Range<usize>> {
    let mut node = file.node_at(found.range.clone())?;
    while node.kind() != "if_statement" {
        node = node.parent()?;
    }
    let mut before = node.prev_named_sibling()?;
    while before.kind() == "comment" {
        before = before.prev_named_sibling()?;
    }
    let block = |branch: Node<'_>| {
        let block = branch.child_by_field_name("consequence")?;
        (block.kind() == "compound_statement").then(|| block.byte_range())
    };
    let (first, second) = (block(before)?, block(node)?);
    let start = sites::lines::line_start(file, first.end.checked_sub(1)?);
    let end = sites::lines::line_end(file, second.start);
    (start < end).then_some(start..end)
}
