//! Edits inside statements, laid out: a line that grew too long is broken, the others are let be.

use std::ops::Range;

use kernel_c::SourceFile;

use crate::edit::Edit;
use crate::layout::expression;
use crate::place;

/// The whole lines of the statement around an expression; of an `if` or a loop, of its head.
pub(crate) fn statement_lines(file: &SourceFile, range: &Range<usize>) -> Range<usize> {
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
    place::whole_lines(
        file,
        &(head.start.min(range.start)..head.end.max(range.end)),
    )
}

/// Edits inside lines, laid out with what they did to these lines: one edit for each run of lines.
pub(crate) fn laid_out(file: &SourceFile, groups: Vec<(Range<usize>, Vec<Edit>)>) -> Vec<Edit> {
    let mut merged: Vec<(Range<usize>, Vec<Edit>)> = Vec::new();
    let mut groups = groups;
    groups.sort_by_key(|(lines, _)| lines.start);
    for (lines, edits) in groups {
        match merged.last_mut() {
            Some((last, all)) if lines.start < last.end => {
                last.end = last.end.max(lines.end);
                all.extend(edits);
            }
            _ => merged.push((lines, edits)),
        }
    }
    merged
        .into_iter()
        .map(|(lines, mut edits)| {
            edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
            for edit in &mut edits {
                edit.range = edit.range.start - lines.start..edit.range.end - lines.start;
            }
            let before = file.text(lines.clone());
            Edit::replace(lines, expression::fit(&before, &edits))
        })
        .collect()
}
