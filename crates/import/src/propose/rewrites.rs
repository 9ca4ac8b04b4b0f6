//! An expression, a statement or statements in a row that become others.

use std::ops::Range;

use query::File;
use sites::block::{self, Item, ItemKind};
use sites::lines;
use syntax::Node;

use super::pairs::{LONGEST, Pair, descend, is_statement, statements};
use super::{Asked, Proposal};
use crate::run::Run;
use crate::table::Table;
use crate::words::{dedented_by_first, one_line, trimmed};

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
