//! `to = ""`: whole statements, declarations or members go, and their lines with them.

use std::ops::Range;

use query::File;
use sites::{Unresolved, lines};
use syntax::Node;

use crate::edit::Edit;

/// What takes a match away.
pub(super) fn edit(file: &File, range: &Range<usize>) -> Result<Edit, Unresolved> {
    let (first, last) = whole(file, range)?;
    may_go(file, first, last)?;
    let range = first.start_byte()..last.end_byte();
    let line = lines::whole_lines(file, &range);
    let before = file.text(line.start..range.start).into_owned();
    let after = file.text(range.end..line.end).into_owned();
    if after.trim_start().starts_with("/*") || after.trim_start().starts_with("//") {
        return Err(Unresolved::unfit(format!(
            "the comment `{}` is about what is deleted, and would be left behind",
            sites::one_line(after.trim())
        ))
        .at(file, range.start));
    }
    if !before.trim().is_empty() {
        let blank = before.len() - before.trim_end().len();
        return Ok(Edit::replace(range.start - blank..range.end, ""));
    }
    if !after.trim().is_empty() {
        let blank = after.len() - after.trim_start().len();
        return Ok(Edit::replace(range.start..range.end + blank, ""));
    }
    Ok(Edit::replace(with_blank_line(file, line), ""))
}

/// The statements, declarations or members that the match is, all of them.
fn whole<'f>(file: &'f File, range: &Range<usize>) -> Result<(Node<'f>, Node<'f>), Unresolved> {
    let part = || {
        Unresolved::unfit(
            "the match is a part of a statement; `to = \"\"` deletes whole statements, declarations and members",
        )
        .at(file, range.start)
    };
    let node = file.node_at(range.clone()).ok_or_else(part)?;
    let mut at = node;
    let ends = |node: Node<'_>| {
        node.start_byte() == range.start
            && (node.end_byte() == range.end
                || file.slice(range.end..node.end_byte()).trim_ascii() == b";")
    };
    // The statement that an expression is, or the item itself.
    loop {
        if is_item(at) && ends(at) {
            return Ok((at, at));
        }
        match at.parent() {
            Some(parent) if parent.start_byte() == range.start && ends(parent) => at = parent,
            _ => break,
        }
    }
    let mut cursor = node.walk();
    let items: Vec<Node<'f>> = node.named_children(&mut cursor).collect();
    let first = items.iter().find(|item| item.start_byte() == range.start);
    let last = items.iter().find(|item| {
        item.end_byte() == range.end
            || item.end_byte() > range.end
                && file.slice(range.end..item.end_byte()).trim_ascii() == b";"
    });
    match (first, last) {
        (Some(first), Some(last)) if is_item(*first) && is_item(*last) => Ok((*first, *last)),
        _ => Err(part()),
    }
}

fn is_item(node: Node<'_>) -> bool {
    node.kind().ends_with("_statement") && node.kind() != "case_statement"
        || matches!(
            node.kind(),
            "declaration" | "field_declaration" | "function_definition" | "type_definition"
        )
}

/// What holds the items still reads without them.
pub(in crate::kinds) fn may_go(
    file: &File,
    first: Node<'_>,
    last: Node<'_>,
) -> Result<(), Unresolved> {
    let Some(parent) = first.parent() else {
        return Ok(());
    };
    let unfit = |message: &str| Err(Unresolved::unfit(message).at(file, first.start_byte()));
    match parent.kind() {
        "labeled_statement" => unfit("a label is before it, and would be before nothing"),
        "case_statement" => {
            let has_more = |node: Option<Node<'_>>, forward: bool| {
                let mut node = node;
                while let Some(at) = node {
                    if is_item(at) {
                        return true;
                    }
                    node = match forward {
                        true => at.next_named_sibling(),
                        false => at.prev_named_sibling(),
                    };
                }
                false
            };
            let remains = has_more(last.next_named_sibling(), true)
                || has_more(first.prev_named_sibling(), false)
                || parent.next_named_sibling().is_some();
            match remains {
                true => Ok(()),
                false => unfit("it is all that the last `case` has"),
            }
        }
        "compound_statement" | "translation_unit" | "field_declaration_list" => Ok(()),
        kind if kind.starts_with("preproc") => Ok(()),
        _ => unfit("it is all that an `if`, `else` or loop without braces has; rewrite that one"),
    }
}

/// The lines, and a blank one beside them where two would be left, or one inside a brace.
pub(in crate::kinds) fn with_blank_line(file: &File, line: Range<usize>) -> Range<usize> {
    let text = |number: Option<usize>| {
        let number = number.filter(|&number| (1..=file.lines().count()).contains(&number));
        number.map(|number| lines::line_text(file, number).trim().to_owned())
    };
    let first = file.line_of(line.start);
    let last = file.line_of(line.end.saturating_sub(1));
    let before = text(first.checked_sub(1));
    let after = text(last.checked_add(1));
    let is_blank = |text: &Option<String>| text.as_ref().is_some_and(String::is_empty);
    let opens = before.as_ref().is_none_or(|text| text.ends_with('{'));
    let closes = after.as_ref().is_none_or(|text| text.starts_with('}'));
    if is_blank(&after) && (is_blank(&before) || opens) {
        return line.start..file.lines().range_of(last + 1).end;
    }
    if is_blank(&before) && closes {
        return file.lines().range_of(first - 1).start..line.end;
    }
    line
}
