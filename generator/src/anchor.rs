//! Where a statement goes next to another.

use query::File;
use schema::model::Side;
use sites::statement::{Anchor, declares, in_list, pragma_before};
use sites::{Unresolved, lines};
use syntax::Node;
use syntax::items::Condition;

use crate::layout::statement::{Beside, plain_neighbour};
use crate::place;
use crate::plan::Context;

/// The line start at which a statement beside the anchor is put in.
///
/// # Errors
/// Nothing can stand there: see the message.
pub(crate) fn beside(
    context: &Context<'_>,
    anchor: Anchor<'_>,
    side: Side,
) -> Result<usize, Unresolved> {
    match side {
        Side::Before => before(context, anchor.first),
        Side::After => after(context, anchor.last),
    }
}

fn before(context: &Context<'_>, node: Node<'_>) -> Result<usize, Unresolved> {
    let file = context.file;
    in_list(file, node)?;
    let start = node.start_byte();
    let unfit = |message: &str| Err(Unresolved::unfit(message).at(file, start));
    if declares(file, &context.resolver.definitions, node) {
        return unfit("a statement before this declaration would mix code and declarations");
    }
    if !file
        .text(lines::line_start(file, start)..start)
        .trim()
        .is_empty()
    {
        return unfit("other code is before the statement on its line");
    }
    if pragma_before(file, start) {
        return unfit("a `#pragma` is directly before the statement, and is about it");
    }
    Ok(lines::with_comment_above(file, start))
}

fn after(context: &Context<'_>, node: Node<'_>) -> Result<usize, Unresolved> {
    in_list(context.file, node)?;
    Ok(context.inserted.past(behind(context, node)?))
}

/// The line start behind a statement, whatever other changes put there.
///
/// After a declaration means after the last of those that it is among: C90's order, which gcc and
/// checkpatch hold the kernel to.
///
/// # Errors
/// Nothing can stand there: see the message.
pub(crate) fn behind(context: &Context<'_>, node: Node<'_>) -> Result<usize, Unresolved> {
    let wanted = context.file.conditions_at(node.start_byte());
    behind_under(context, node, &wanted)
}

/// The same, under these `#if`s: the statement may be in an arm of its own.
///
/// # Errors
/// Nothing can stand there: see the message.
pub(crate) fn behind_under(
    context: &Context<'_>,
    node: Node<'_>,
    wanted: &[Condition],
) -> Result<usize, Unresolved> {
    let file = context.file;
    let is_declaration = |node: Node<'_>| declares(file, &context.resolver.definitions, node);
    let mut last = node;
    let mut next = node.next_named_sibling().filter(|_| is_declaration(node));
    while let Some(sibling) = next {
        if is_declaration(sibling) {
            last = sibling;
        } else if sibling.kind() != "comment" && !sibling.kind().starts_with("preproc") {
            break;
        }
        next = sibling.next_named_sibling();
    }
    let end = last.end_byte();
    let unfit = |message: &str| Err(Unresolved::unfit(message).at(file, end.saturating_sub(1)));
    if lines::shares_its_end(file, end) {
        return unfit("other code is behind the statement on its line");
    }
    // An attribute is no code to the grammar: the whole line says it.
    let line = lines::line_start(file, last.start_byte());
    if falls_through(&file.text(line..last.end_byte())) {
        return unfit("`fallthrough` has to be directly before its `case`");
    }
    let at = lines::end_with_trailing_comment(file, end);
    out_of_arms(file, node, at, wanted)
}

/// Whether the statement says that the next `case` is run as well: `fallthrough;`, and the attributes that it stands for.
fn falls_through(text: &str) -> bool {
    let text = text.trim().trim_start_matches("__attribute__");
    text.trim_matches(|c: char| !c.is_ascii_alphabetic()) == "fallthrough"
}

/// The first line start from `at` on that is under the same `#if`s as the anchor: its last declaration may be in an arm of
/// its own.
fn out_of_arms(
    file: &File,
    anchor: Node<'_>,
    at: usize,
    wanted: &[Condition],
) -> Result<usize, Unresolved> {
    let block = anchor.parent().map_or(at, |parent| parent.end_byte());
    let mut line = at;
    loop {
        // At its start a directive is in force already, and what goes there comes before it.
        if file.conditions_at(line.saturating_sub(1)) == wanted {
            return Ok(line);
        }
        let next = lines::line_end(file, line);
        let text = file.text(line..next);
        let text = text.trim();
        let is_passed = text.is_empty() || text.starts_with('#');
        if !is_passed || next <= line || next > block {
            break;
        }
        line = next;
    }
    Err(Unresolved::unfit(
        "the declarations behind it are not under the same `#if`; nothing can go behind them without leaving it or mixing code and declarations",
    )
    .at(file, anchor.start_byte()))
}

/// The indentation of the statement; of one behind its label, that of the block.
pub(crate) fn indentation(file: &File, node: Node<'_>) -> String {
    let start = node.start_byte();
    let before = file.text(lines::line_start(file, start)..start);
    let block = std::iter::successors(node.parent(), Node::parent)
        .find(|parent| parent.kind() == "compound_statement")
        .filter(|_| before.trim_end().ends_with(':'));
    match block {
        Some(block) => place::deeper(file, block.start_byte()),
        None => place::indentation(file, start),
    }
}

/// What stands on one side of the line start `at`.
pub(crate) fn neighbour(context: &Context<'_>, at: usize, side: Side) -> Beside {
    let file = context.file;
    let mut line = match side {
        Side::Before => file.line_of(at.saturating_sub(1)),
        Side::After => file.line_of(at),
    };
    let mut text = lines::line_text(file, line);
    let plain = plain_neighbour(&text);
    // Behind the `#endif` of a declaration it is as behind the declaration.
    while side == Side::Before && line > 1 && text.starts_with("#endif") {
        line -= 1;
        text = lines::line_text(file, line);
    }
    let own = plain_neighbour(&text);
    // The brace may be that of an initialiser, or of a `struct`.
    let may_declare = side == Side::Before && text.trim_start().starts_with('}');
    if let Some(own) = own.filter(|_| !may_declare) {
        return own;
    }
    let range = file.lines().range_of(line);
    let first = range.start + text.len() - text.trim_start().len();
    let mut node = file
        .root()
        .named_descendant_for_byte_range(first, first + 1);
    while let Some(current) = node {
        match current.kind() {
            _ if declares(file, &context.resolver.definitions, current) => {
                return Beside::Declaration;
            }
            "compound_statement" => break,
            _ => node = current.parent(),
        }
    }
    own.or(plain).unwrap_or(Beside::Code)
}
