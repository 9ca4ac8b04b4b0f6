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
use crate::words::{declared_name, dedented_by_first, one_line, pattern, trimmed};

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
        let pairs = descend(&edit.before, &edit.after, whole);
        let files = (&*edit.before, &*edit.after);
        found.extend(parts(files, &pairs, &table));
        found.extend(wholes(files, &pairs, &table));
    }
    found.extend(each(asked, &table));
    found.extend(each_member(asked, &table));
    found.extend(runs(asked, &table));
    found
}

/// `rewrite` of a part of a statement that has no others in it
pub(super) fn small(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let Some(whole) = statements(asked) else {
        return Vec::new();
    };
    let mut table = asked.table("rewrite");
    if let Some(function) = asked.function() {
        table = table.with("function", &function);
    }
    let mut pairs = descend(&edit.before, &edit.after, whole);
    if pairs.last().is_some_and(|pair| is_another(pair.old)) {
        return Vec::new();
    }
    pairs.retain(|pair| is_simple(pair.old) && is_simple(pair.new));
    pairs.retain(|pair| is_small(&edit.before, pair.old) && is_small(&edit.after, pair.new));
    parts((&edit.before, &edit.after), &pairs, &table)
}

/// A part of a statement with no more bytes is told by itself.
const SMALL: usize = 60;

/// Whether a part of a statement is told by itself: what is no declaration, and is read at a glance.
pub(crate) fn is_small(file: &File, node: Node<'_>) -> bool {
    is_one_line(file, node) && node.kind() != "declaration"
}

/// Whether code is short, and on one line.
pub(crate) fn is_one_line(file: &File, node: Node<'_>) -> bool {
    let text = file.slice(node.byte_range());
    text.len() <= SMALL && !text.contains(&b'\n')
}

/// Whether what differs of a statement is more than one part of it: it assigns something else to something else.
pub(crate) fn is_another(smallest: Node<'_>) -> bool {
    let parent = smallest.parent();
    smallest.kind() == "expression_statement"
        || smallest.kind() == "assignment_expression"
            && parent.is_some_and(|parent| parent.kind() == "expression_statement")
}

/// Whether there is no statement in it.
fn is_simple(node: Node<'_>) -> bool {
    let mut open = vec![node];
    let mut is_first = true;
    while let Some(at) = open.pop() {
        if !is_first && at.kind().ends_with("_statement") {
            return false;
        }
        is_first = false;
        let mut cursor = at.walk();
        open.extend(at.named_children(&mut cursor));
    }
    true
}

/// The smallest part of a statement that is another, and those around it: each on a line.
pub(crate) fn parts(
    (before, after): (&File, &File),
    pairs: &[Pair<'_>],
    table: &Table,
) -> Vec<Proposal> {
    let pairs = pairs.iter().rev().filter(|pair| says_something(pair.old));
    let found = pairs.flat_map(|pair| {
        let old = one_line(before, pair.old.byte_range()).filter(|old| old.len() <= LONGEST);
        let new = one_line(after, pair.new.byte_range());
        // What is in columns keeps them.
        let written = after.text(pair.new.byte_range());
        let in_columns = (written.contains('\t') && !written.contains('\n'))
            .then(|| written.into_owned())
            .filter(|_| new.is_some());
        let texts = new.into_iter().chain(in_columns);
        let ways = texts.filter_map(move |new| Some((old.clone()?, new)));
        ways.map(|(old, new)| vec![table.clone().with("pattern", &old).with("to", &new)])
    });
    found.collect()
}

/// Whole statements, the new ones with their own lines.
pub(crate) fn wholes(files: (&File, &File), pairs: &[Pair<'_>], table: &Table) -> Vec<Proposal> {
    let pairs = pairs.iter().rev().filter(|pair| is_statement(pair.new));
    let found = pairs.flat_map(|pair| {
        let ways = [
            as_written(files, table, *pair),
            in_its_lines(files, table, *pair),
        ];
        ways.into_iter().flatten()
    });
    found.map(|table| vec![table]).collect()
}

/// A statement for a statement, the new one with its own lines.
fn as_written((before, after): (&File, &File), table: &Table, pair: Pair<'_>) -> Option<Table> {
    let old = one_line(before, pair.old.byte_range()).filter(|old| old.len() <= LONGEST)?;
    let lines = lines::whole_lines(after, &pair.new.byte_range());
    let is_alone =
        block::code(after.slice(lines.clone())) == block::code(after.slice(pair.new.byte_range()));
    let new = trimmed(&dedented_by_first(after, &lines).filter(|_| is_alone)?);
    let new = match new.lines().count() {
        1 => new.trim_end(),
        _ => &new,
    };
    Some(table.clone().with("pattern", &old).with("to", new))
}

/// The same where the new one is on one line, and the old one was not.
fn in_its_lines((before, after): (&File, &File), table: &Table, pair: Pair<'_>) -> Option<Table> {
    let old = one_line(before, pair.old.byte_range()).filter(|old| old.len() <= LONGEST)?;
    let new = one_line(after, pair.new.byte_range())?;
    let lines = before.text(pair.old.byte_range()).lines().count();
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
        is_alike.then(|| as_written((&edit.before, &edit.after), table, pair))?
    });
    tables.collect()
}

/// Members in a row, each of them for one of its name.
fn each_member(asked: &Asked<'_>, table: &Table) -> Option<Proposal> {
    let edit = asked.edit;
    let (gone, came) = (edit.gone()?, edit.came()?);
    let (old, new) = (gone.items(), came.items());
    let is_members = gone.parent.kind() == "field_declaration_list";
    if !is_members || old.len() != new.len() || old.len() < 2 {
        return None;
    }
    let tables = old.into_iter().zip(new).map(|(old, new)| {
        let name = declared_name(&edit.before, old)?;
        let is_same = declared_name(&edit.after, new)? == name;
        is_same.then(|| as_written((&edit.before, &edit.after), table, Pair { old, new }))?
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
    // Behind a label, what is told begins with it; before one, it goes on to the statement behind.
    let sizes = [
        (0, 0),
        (1, 0),
        (0, 1),
        (1, 1),
        (2, 1),
        (2, 0),
        (0, 2),
        (1, 2),
        (0, 3),
    ];
    let all = lines.flat_map(|lines| sizes.map(|sizes| (lines.clone(), sizes)));
    let files = (&*edit.before, &*edit.after);
    found.extend(
        all.filter_map(|((old, new), around)| with_neighbours(files, (&old, &new), around, table)),
    );
    found
}

/// Whole statements for whole statements, with so many above and below them.
pub(crate) fn with_neighbours(
    (before, after): (&File, &File),
    (old, new): (&Range<usize>, &Range<usize>),
    (above, below): (usize, usize),
    table: &Table,
) -> Option<Proposal> {
    let (own, old) = (new, widened(before, old, above, below)?);
    let new = widened(after, own, above, below)?;
    // A comment that comes alone is above a statement that stays.
    let comes = super::pairs::text_range(after, own);
    let new = new.start.min(comes.start)..new.end;
    let old = pattern(before, old).filter(|old| old.len() <= LONGEST)?;
    let lines = lines::whole_lines(after, &new);
    let new = trimmed(&dedented_by_first(after, &lines)?);
    let new = match new.lines().count() {
        1 => new.trim_end(),
        _ => &new,
    };
    Some(vec![table.clone().with("pattern", &old).with("to", new)])
}

/// The statements that some lines are, with their labels, and others around them; between two statements, where the lines
/// are none.
fn widened(file: &File, lines: &Range<usize>, above: usize, below: usize) -> Option<Range<usize>> {
    let run = Run::of(file, lines)?;
    let mut all: Vec<&Item<'_>> = run.above().take(above).collect();
    all.reverse();
    all.extend(run.items());
    all.extend(run.below().take(below));
    let is_code = |item: &&Item<'_>| item.kind != ItemKind::Directive;
    let is_all = all.len() == above + run.items().len() + below && all.iter().all(is_code);
    // A label alone says nothing.
    let ends = all
        .last()
        .is_some_and(|item| item.kind == ItemKind::Statement);
    (is_all && ends).then_some(all.first()?.range.start..all.last()?.range.end)
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
