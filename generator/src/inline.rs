//! Edits inside statements, laid out: a line that grew too long is broken, the others are let be.

use std::ops::Range;

use dialect::token::Pieces;
use query::File;
use query::pattern::precedence::{Level, level_of_node, needs_parentheses};
use sites::lines;
use sites::statement::whole_node;

use crate::edit::Edit;
use crate::layout::expression;

/// Whether an expression of level `inner` needs parentheses in the place of the one at `range`.
pub(crate) fn wants_parentheses(file: &File, range: &Range<usize>, inner: Level) -> bool {
    let Some(node) = whole_node(file, range) else {
        return true;
    };
    let Some(parent) = node.parent() else {
        return false;
    };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "binary_expression" => {
            let outer = level_of_node(file, parent);
            let chained = matches!(
                outer,
                Level::LogicalOr | Level::LogicalAnd | Level::BitOr | Level::BitAnd
            );
            needs_parentheses(outer, inner) || (inner == outer && is("right") && !chained)
        }
        "unary_expression" | "pointer_expression" | "cast_expression" | "sizeof_expression" => {
            inner < Level::Cast
        }
        "field_expression" | "subscript_expression" if is("argument") => inner < Level::Postfix,
        "update_expression" => inner < Level::Postfix,
        "call_expression" if is("function") => inner < Level::Postfix,
        "conditional_expression" if is("condition") => inner <= Level::Conditional,
        "conditional_expression" => inner < Level::Conditional,
        "assignment_expression" if is("left") => inner < Level::Unary,
        "assignment_expression" | "argument_list" | "init_declarator" | "initializer_list" => {
            inner < Level::Assignment
        }
        _ => false,
    }
}

/// The whole lines of the statement around an expression; of an `if` or a loop, of its head.
pub(crate) fn statement_lines(file: &File, range: &Range<usize>) -> Range<usize> {
    let mut head = range.clone();
    let mut node = file.node_at(range.clone());
    while let Some(current) = node {
        let kind = current.kind();
        let condition = current.child_by_field_name("condition");
        if matches!(
            kind,
            "if_statement" | "while_statement" | "switch_statement"
        ) {
            if let Some(condition) =
                condition.filter(|c| c.start_byte() <= range.start && range.end <= c.end_byte())
            {
                head = current.start_byte()..condition.end_byte();
            }
            break;
        }
        if kind.ends_with("_statement") || kind == "declaration" || kind == "field_declaration" {
            let ends_at_body = current
                .child_by_field_name("body")
                .map(|body| body.start_byte());
            head = current.start_byte()..ends_at_body.unwrap_or(current.end_byte());
            break;
        }
        if matches!(
            kind,
            "compound_statement" | "function_definition" | "translation_unit"
        ) {
            break;
        }
        node = current.parent();
    }
    lines::whole_lines(
        file,
        &(head.start.min(range.start)..head.end.max(range.end)),
    )
}

/// Edits inside lines, and how long such a line may get.
pub(crate) struct Group {
    /// Whole lines.
    pub(crate) lines: Range<usize>,
    pub(crate) edits: Vec<Edit>,
    /// Longer lines are broken.
    pub(crate) limit: usize,
}

/// Edits inside lines, laid out with what they did to these lines: one edit for each run of lines.
pub(crate) fn laid_out(file: &File, mut groups: Vec<Group>) -> Vec<Edit> {
    let mut merged: Vec<Group> = Vec::new();
    groups.sort_by_key(|group| group.lines.start);
    for group in groups {
        match merged.last_mut() {
            Some(last) if group.lines.start < last.lines.end => {
                last.lines.end = last.lines.end.max(group.lines.end);
                last.edits.extend(group.edits);
                last.limit = last.limit.max(group.limit);
            }
            _ => merged.push(group),
        }
    }
    merged
        .into_iter()
        .map(|group| {
            let Group {
                lines,
                mut edits,
                limit,
            } = group;
            edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
            for edit in &mut edits {
                narrow(file, edit);
                edit.range = edit.range.start - lines.start..edit.range.end - lines.start;
            }
            let before = file.text(lines.clone());
            Edit::replace(lines, expression::fit(&before, &edits, limit))
        })
        .collect()
}

/// Leaves what an edit writes just as it is out of the edit, so that its lines are known for old ones.
fn narrow(file: &File, edit: &mut Edit) {
    let old = file.text(edit.range.clone()).into_owned();
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum()
    };
    let tail = same(&mut old.chars().rev().zip(edit.text.chars().rev()));
    edit.text.truncate(edit.text.len() - tail);
    edit.range.end -= tail;
    let old = old.get(..old.len() - tail).unwrap_or_default();
    let head = same(&mut old.chars().zip(edit.text.chars()));
    edit.text.drain(..head);
    edit.range.start += head;
}

/// Whether every parenthesis of a piece of C has its partner in it. Where the dialect leaves one out, a node
/// of the syntax tree may begin or end between the two.
pub(crate) fn is_balanced(code: &[u8]) -> bool {
    let mut open = 0_i32;
    let closes_early = Pieces::new(code).any(|(_, range)| {
        match code.get(range) {
            Some(b"(" | b"[") => open += 1,
            Some(b")" | b"]") => open -= 1,
            _ => {}
        }
        open < 0
    });
    !closes_early && open == 0
}
