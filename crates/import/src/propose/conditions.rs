//! Code that is changed in place: a condition, or an expression that becomes another.

use std::ops::Range;

use query::File;
use sites::block::{self, Item, ItemKind};
use sites::lines;
use syntax::Node;

use super::{Asked, Proposal};
use crate::run::Run;
use crate::table::Table;
use crate::words::{dedented_by_first, one_line, trimmed};

/// Longer code is no pattern that a person would write.
const LONGEST: usize = 320;

/// The smallest nodes that differ between two trees.
#[derive(Clone, Copy, Debug)]
struct Pair<'f> {
    old: Node<'f>,
    new: Node<'f>,
}

/// `test`
pub(super) fn tested(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let (Some(function), Some(whole)) = (asked.function(), statements(asked)) else {
        return Vec::new();
    };
    let mut pairs = descend(&edit.before, &edit.after, whole);
    // From the whole condition down to the part that differs.
    let Some(at) = pairs.iter().position(|pair| is_condition(pair.old)) else {
        return Vec::new();
    };
    let parts = pairs.split_off(at);
    let mut found = Vec::new();
    for pair in parts.iter().filter(|pair| is_truth(pair.old)) {
        let (Some(old), Some(new)) = (bare(&edit.before, pair.old), bare(&edit.after, pair.new))
        else {
            continue;
        };
        let table = asked
            .table("test")
            .with("function", &function)
            .with("where", &old);
        for (key, operator) in [("or", "||"), ("and", "&&")] {
            if let Some(added) = added_operand(&edit.after, pair.new, operator, &old) {
                found.push(vec![table.clone().with(key, &added)]);
            }
        }
        found.push(vec![table.with("with", &new)]);
    }
    // The smallest part that is a truth says it best.
    found.reverse();
    found.sort_by_key(|proposal| {
        let text = proposal.first().map_or("", |table| table.text());
        u8::from(text.contains("\nwith = "))
    });
    found
}

/// Whether a statement is the same one with a part of it changed.
pub(super) fn is_edited(asked: &Asked<'_>) -> bool {
    let edit = asked.edit;
    let pairs = statements(asked).map(|whole| descend(&edit.before, &edit.after, whole));
    pairs.is_some_and(|pairs| pairs.last().is_some_and(|pair| !is_statement(pair.old)))
}

/// Text without the parentheses around all of it.
fn bare(file: &File, node: Node<'_>) -> Option<String> {
    let mut node = node;
    while node.kind() == "parenthesized_expression" && node.named_child_count() == 1 {
        node = node.named_child(0)?;
    }
    one_line(file, node.byte_range())
}

/// Whether it is what an `if` or a loop asks.
fn is_condition(node: Node<'_>) -> bool {
    let parent = node.parent();
    parent.is_some_and(|parent| {
        matches!(
            parent.kind(),
            "if_statement" | "while_statement" | "do_statement" | "for_statement"
        ) && parent.child_by_field_name("condition") == Some(node)
    })
}

/// Whether it is asked for its truth alone, given that what it is in is.
fn is_truth(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    is_condition(node)
        || match parent.kind() {
            "parenthesized_expression" => is_truth(parent),
            "binary_expression" => {
                let operator = parent.child_by_field_name("operator");
                operator.is_some_and(|operator| matches!(operator.kind(), "&&" | "||"))
                    && is_truth(parent)
            }
            "unary_expression" => {
                let operator = parent.child_by_field_name("operator");
                operator.is_some_and(|operator| operator.kind() == "!") && is_truth(parent)
            }
            _ => false,
        }
}

/// What the new condition has behind the old one.
fn added_operand(file: &File, new: Node<'_>, operator: &str, old: &str) -> Option<String> {
    let mut node = new;
    while node.kind() == "parenthesized_expression" {
        node = node.named_child(0)?;
    }
    let is_it = node.kind() == "binary_expression"
        && node.child_by_field_name("operator")?.kind() == operator;
    let (left, right) = is_it.then(|| {
        Some((
            node.child_by_field_name("left")?,
            node.child_by_field_name("right")?,
        ))
    })??;
    let same = |node: Node<'_>| {
        bare(file, node)
            .is_some_and(|text| block::code(text.as_bytes()) == block::code(old.as_bytes()))
    };
    if same(left) {
        return one_line(file, right.byte_range());
    }
    // `(a && b) && c` with `a` the old one.
    let inner = added_operand(file, left, operator, old)?;
    Some(format!(
        "{inner} {operator} {}",
        one_line(file, right.byte_range())?
    ))
}

/// `rewrite`
pub(super) fn rewritten(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let function = asked.function();
    let mut table = asked.table("rewrite");
    if let Some(function) = &function {
        table = table.with("function", function);
    }
    let mut found = Vec::new();
    if let Some(whole) = statements(asked) {
        let mut pairs = descend(&edit.before, &edit.after, whole);
        pairs.reverse();
        for pair in pairs.iter().filter(|pair| says_something(pair.old)) {
            let (Some(old), Some(new)) = (
                one_line(&edit.before, pair.old.byte_range()),
                one_line(&edit.after, pair.new.byte_range()),
            ) else {
                continue;
            };
            if old.len() <= LONGEST {
                found.push(vec![table.clone().with("pattern", &old).with("to", &new)]);
            }
        }
        for pair in pairs.iter().filter(|pair| is_statement(pair.new)) {
            found.extend(as_written(asked, &table, *pair).map(|table| vec![table]));
            found.extend(in_its_lines(asked, &table, *pair).map(|table| vec![table]));
        }
    }
    found.extend(each(asked, &table));
    found.extend(runs(asked, &table));
    found
}

/// A statement for a statement, the new one with its own lines.
fn as_written(asked: &Asked<'_>, table: &Table, pair: Pair<'_>) -> Option<Table> {
    let edit = asked.edit;
    let old = one_line(&edit.before, pair.old.byte_range()).filter(|old| old.len() <= LONGEST)?;
    let lines = lines::whole_lines(&edit.after, &pair.new.byte_range());
    let is_alone = block::code(edit.after.slice(lines.clone()))
        == block::code(edit.after.slice(pair.new.byte_range()));
    let new = trimmed(&dedented_by_first(&edit.after, &lines).filter(|_| is_alone)?);
    let new = match new.lines().count() {
        1 => new.trim_end(),
        _ => &new,
    };
    Some(table.clone().with("pattern", &old).with("to", new))
}

/// The same where the new one is on one line, and the old one was not.
fn in_its_lines(asked: &Asked<'_>, table: &Table, pair: Pair<'_>) -> Option<Table> {
    let edit = asked.edit;
    let old = one_line(&edit.before, pair.old.byte_range()).filter(|old| old.len() <= LONGEST)?;
    let new = one_line(&edit.after, pair.new.byte_range())?;
    let lines = edit.before.text(pair.old.byte_range()).lines().count();
    let table = table.clone().with("pattern", &old);
    (lines > 1).then(|| table.with("to", &format!("{new}\n")))
}

/// Statements in a row, each of them for another.
fn each(asked: &Asked<'_>, table: &Table) -> Option<Proposal> {
    let edit = asked.edit;
    let old = Run::of(&edit.before, &edit.old)?.statements()?;
    let new = Run::of(&edit.after, &edit.new)?.statements()?;
    if old.len() != new.len() || old.len() < 2 {
        return None;
    }
    let pairs = old.into_iter().zip(new).map(|(old, new)| Pair { old, new });
    let code = |file: &File, node: Node<'_>| block::code(file.slice(node.byte_range()));
    let differing =
        pairs.filter(|pair| code(&edit.before, pair.old) != code(&edit.after, pair.new));
    let tables = differing.map(|pair| {
        let is_alike = pair.old.kind() == pair.new.kind();
        is_alike.then(|| as_written(asked, table, pair))?
    });
    tables.collect()
}

/// Whole statements for whole statements, with as many around them as tell which are meant.
fn runs(asked: &Asked<'_>, table: &Table) -> Vec<Proposal> {
    let edit = asked.edit;
    let mut found = Vec::new();
    // Where the lines are a part of a statement, all of that.
    let whole = statements(asked);
    let around = whole.map(|pair| (pair.old.byte_range(), pair.new.byte_range()));
    let own = (edit.old.clone(), edit.new.clone());
    let lines = std::iter::once(own).chain(around);
    let sizes = [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1)];
    let all = lines.flat_map(|lines| sizes.map(|sizes| (lines.clone(), sizes)));
    for ((old, new), (above, below)) in all {
        let old = widened(&edit.before, &old, above, below);
        let new = widened(&edit.after, &new, above, below);
        let (Some(old), Some(new)) = (old, new) else {
            continue;
        };
        let lines = lines::whole_lines(&edit.after, &new);
        let new = dedented_by_first(&edit.after, &lines);
        let (Some(old), Some(new)) = (one_line(&edit.before, old), new) else {
            continue;
        };
        let new = trimmed(&new);
        let new = if new.lines().count() == 1 {
            new.trim_end()
        } else {
            &new
        };
        if old.len() <= LONGEST {
            found.push(vec![table.clone().with("pattern", &old).with("to", new)]);
        }
    }
    found
}

/// The statements that some lines are, and others around them; between two statements, where the lines are none.
fn widened(file: &File, lines: &Range<usize>, above: usize, below: usize) -> Option<Range<usize>> {
    let run = Run::of(file, lines)?;
    let own = run.statements()?;
    let statement =
        |item: &Item<'_>| (item.kind == ItemKind::Statement).then(|| item.range.clone());
    let before: Vec<Range<usize>> = run
        .above()
        .take(above)
        .map(statement)
        .collect::<Option<_>>()?;
    let behind: Vec<Range<usize>> = run
        .below()
        .take(below)
        .map(statement)
        .collect::<Option<_>>()?;
    if before.len() < above || behind.len() < below {
        return None;
    }
    let own = own.iter().map(Node::byte_range);
    let all: Vec<Range<usize>> = before.into_iter().rev().chain(own).chain(behind).collect();
    Some(all.first()?.start..all.last()?.end)
}

/// A name or a number alone is found everywhere.
fn says_something(node: Node<'_>) -> bool {
    !matches!(
        node.kind(),
        "identifier"
            | "field_identifier"
            | "type_identifier"
            | "statement_identifier"
            | "number_literal"
            | "primitive_type"
            | "argument_list"
            | "compound_statement"
            | "else_clause"
            | "string_content"
            | "parameter_list"
            | "function_definition"
            | "initializer_list"
            | "translation_unit"
    )
}

/// The statement, or the declaration, that the edit is in.
fn statements<'f>(asked: &Asked<'f>) -> Option<Pair<'f>> {
    let edit = asked.edit;
    let new = text_range(&edit.after, &edit.new);
    let old = text_range(&edit.before, &edit.old);
    let mut node = edit.after.node_at(new)?;
    loop {
        let starts_there = node.start_byte();
        let is_whole = is_statement(node) && {
            let first = if starts_there < edit.new.start {
                starts_there
            } else {
                old.start
            };
            let other = edit.before.root().descendant_for_byte_range(first, first)?;
            let mut other = Some(other);
            while let Some(at) = other {
                if at.start_byte() != first {
                    break;
                }
                if at.kind() == node.kind() && at.end_byte() >= old.end {
                    return Some(outermost(Pair { old: at, new: node }));
                }
                other = at.parent();
            }
            false
        };
        if is_whole {
            return None;
        }
        node = node.parent()?;
        if matches!(node.kind(), "function_definition" | "translation_unit") {
            return None;
        }
    }
}

/// The largest statement around that is still short: the `if` that a `return` is all of.
fn outermost(pair: Pair<'_>) -> Pair<'_> {
    let mut widest = pair;
    let mut at = pair;
    while let (Some(old), Some(new)) = (at.old.parent(), at.new.parent()) {
        let is_short = old.byte_range().len() <= LONGEST && old.kind() == new.kind();
        if !is_short || old.kind() == "function_definition" {
            break;
        }
        at = Pair { old, new };
        if is_statement(old) {
            widest = at;
        }
    }
    widest
}

fn is_statement(node: Node<'_>) -> bool {
    node.kind().ends_with("_statement") && node.kind() != "compound_statement"
        || matches!(
            node.kind(),
            "declaration"
                | "field_declaration"
                | "type_definition"
                | "initializer_pair"
                | "enumerator"
        )
}

/// The bytes without the white space at both ends.
fn text_range(file: &File, range: &Range<usize>) -> Range<usize> {
    let text = file.slice(range.clone());
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace());
    let end = text.iter().rposition(|byte| !byte.is_ascii_whitespace());
    match (start, end) {
        (Some(start), Some(end)) => range.start + start..range.start + end + 1,
        _ => range.clone(),
    }
}

/// From two nodes down to the smallest that differ, as long as all else is the same.
fn descend<'f>(before: &File, after: &File, whole: Pair<'f>) -> Vec<Pair<'f>> {
    let code = |file: &File, node: Node<'_>| block::code(file.slice(node.byte_range()));
    let mut pairs = vec![whole];
    let mut at = whole;
    loop {
        if at.old.kind() != at.new.kind() || at.old.child_count() != at.new.child_count() {
            return pairs;
        }
        let (mut left, mut right) = (at.old.walk(), at.new.walk());
        let children = at.old.children(&mut left).zip(at.new.children(&mut right));
        let mut differing = children.filter(|(old, new)| code(before, *old) != code(after, *new));
        let Some((old, new)) = differing.next() else {
            return pairs;
        };
        if differing.next().is_some() {
            return pairs;
        }
        at = Pair { old, new };
        pairs.push(at);
    }
}
