//! Questions about the syntax around a site.

use std::ops::Range;

use kernel_c::{Node, SourceFile};

use crate::miss::Miss;

/// What statements stand in: a statement with such a parent is one of a list.
const LISTS: &[&str] = &[
    "compound_statement",
    "case_statement",
    "labeled_statement",
    "preproc_if",
    "preproc_ifdef",
    "preproc_elif",
    "preproc_elifdef",
    "preproc_else",
    "translation_unit",
];

/// The node that spans just `range`, or the smallest that spans more.
pub(crate) fn node<'f>(file: &'f SourceFile, range: &Range<usize>) -> Result<Node<'f>, Miss> {
    let mut node = file
        .node_at(range.clone())
        .ok_or_else(|| Miss::unread("no syntax was read there").at(file, range.start))?;
    while let Some(parent) = node.parent().filter(|p| p.byte_range() == *range) {
        node = parent;
    }
    Ok(node)
}

/// The innermost statement or declaration around `range` that stands in a list of them.
///
/// # Errors
/// The only statement of an `if`, `else` or loop without braces: another cannot stand beside it.
pub(crate) fn listed_statement<'f>(
    file: &'f SourceFile,
    range: &Range<usize>,
) -> Result<Node<'f>, Miss> {
    let mut at = node(file, range)?;
    loop {
        let Some(parent) = at.parent() else {
            return Ok(at);
        };
        if LISTS.contains(&parent.kind()) {
            return Ok(at);
        }
        if is_statement(at) && is_bare_body(parent) {
            return Err(Miss::unfit(
                "the anchor is the only statement of an `if`, `else` or loop without braces; \
                 nothing can stand beside it",
            )
            .at(file, at.start_byte()));
        }
        at = parent;
    }
}

fn is_statement(node: Node<'_>) -> bool {
    node.kind().ends_with("_statement")
}

fn is_bare_body(parent: Node<'_>) -> bool {
    matches!(
        parent.kind(),
        "if_statement" | "else_clause" | "for_statement" | "while_statement" | "do_statement"
    )
}

/// The lines of code that are laid out together when something in `range` changes: those of the
/// statement around it, of which the body of an `if` or loop is no part. Without the last newline.
pub(crate) fn head_lines(file: &SourceFile, range: &Range<usize>) -> Range<usize> {
    let Ok(mut at) = node(file, range) else {
        return lines_around(file, range);
    };
    loop {
        if let Some(condition) = at.child_by_field_name("condition")
            && condition.start_byte() <= range.start
            && range.end <= condition.end_byte()
            && is_statement(at)
        {
            return lines_around(file, &(at.start_byte()..condition.end_byte()));
        }
        let ends = is_statement(at) && at.kind() != "compound_statement"
            || matches!(at.kind(), "declaration" | "field_declaration");
        if ends {
            let body = at.child_by_field_name("body").or(at.child_by_field_name("consequence"));
            let end = body.map_or(at.end_byte(), |body| body.start_byte().max(range.end));
            return lines_around(file, &(at.start_byte()..end));
        }
        match at.parent().filter(|parent| !LISTS.contains(&parent.kind())) {
            Some(parent) => at = parent,
            None => return lines_around(file, range),
        }
    }
}

/// The whole lines that `range` touches, without the last newline.
pub(crate) fn lines_around(file: &SourceFile, range: &Range<usize>) -> Range<usize> {
    let end = line_end(file, range.end.max(range.start + 1) - 1);
    let end = if file.bytes().get(end.wrapping_sub(1)) == Some(&b'\n') {
        end - 1
    } else {
        end
    };
    line_start(file, range.start)..end
}

/// Where the line of `offset` starts.
pub(crate) fn line_start(file: &SourceFile, offset: usize) -> usize {
    file.lines().range_of(file.line_of(offset)).start
}

/// Where the line after that of `offset` starts.
pub(crate) fn line_end(file: &SourceFile, offset: usize) -> usize {
    file.lines().range_of(file.line_of(offset)).end
}

/// The text at `range`, which is about to be written again and so has to be read exactly.
pub(crate) fn exact<'f>(file: &'f SourceFile, range: &Range<usize>) -> Result<&'f str, Miss> {
    std::str::from_utf8(file.slice(range.clone()))
        .map_err(|_| Miss::unread("the line is not UTF-8; it is not edited").at(file, range.start))
}

/// The line of `offset` with neither newline nor carriage return.
pub(crate) fn line_text(file: &SourceFile, offset: usize) -> std::borrow::Cow<'_, str> {
    let range = file.lines().range_of(file.line_of(offset));
    let bytes = file.slice(range);
    String::from_utf8_lossy(bytes.strip_suffix(b"\n").unwrap_or(bytes))
}

/// The white space that the line of `offset` starts with.
pub(crate) fn indentation(file: &SourceFile, offset: usize) -> String {
    crate::layout::columns::indentation(&line_text(file, offset)).to_owned()
}

/// Where the code at `start` starts together with the comments that stand directly above it: the
/// start of a line.
pub(crate) fn start_with_comments(file: &SourceFile, start: usize) -> usize {
    let mut first = line_start(file, start);
    while first > 0 {
        let above = line_text(file, first - 1);
        if !above.trim_end().ends_with("*/") && !above.trim_start().starts_with("//") {
            break;
        }
        match comment_start(file, first - 1) {
            Some(comment) => first = comment,
            None => break,
        }
    }
    first
}

/// Where the comment that ends in the line of `offset` starts, if it starts a line.
fn comment_start(file: &SourceFile, offset: usize) -> Option<usize> {
    let line = file.lines().range_of(file.line_of(offset));
    let end = line.start + line_text(file, offset).trim_end().len();
    let node = file.node_at(end.checked_sub(1)?..end)?;
    let start = line_start(file, node.start_byte());
    let alone = file.text(start..node.start_byte()).trim().is_empty();
    (node.kind() == "comment" && alone).then_some(start)
}

/// Where the line after the code that ends at `end` starts: its trailing comment goes with it.
///
/// # Errors
/// Other code stands behind it on the line.
pub(crate) fn after_line(file: &SourceFile, end: usize) -> Result<usize, Miss> {
    let next = line_end(file, end.saturating_sub(1));
    let rest = file.text(end..next).trim().to_owned();
    if rest.is_empty() || rest.starts_with("//") {
        return Ok(next);
    }
    if rest.starts_with("/*") {
        let comment = file.text(end..file.bytes().len()).find("*/").map(|at| end + at + 2);
        if let Some(comment) = comment {
            return after_line(file, comment);
        }
    }
    Err(Miss::unfit("other code stands behind the anchor on its line").at(file, end))
}

/// # Errors
/// Other code stands before `start` on its line.
pub(crate) fn starts_line(file: &SourceFile, start: usize) -> Result<(), Miss> {
    if file.text(line_start(file, start)..start).trim().is_empty() {
        return Ok(());
    }
    Err(Miss::unfit("other code stands before the anchor on its line").at(file, start))
}
