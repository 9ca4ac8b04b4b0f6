//! Where a statement goes next to another.

use query::File;
use schema::model::Side;
use sites::statement::{Anchor, in_list};
use sites::{Unresolved, lines};
use syntax::Node;

/// The line start at which a statement beside the anchor is put in.
///
/// # Errors
/// Nothing can stand there: see the message.
pub(crate) fn beside(file: &File, anchor: Anchor<'_>, side: Side) -> Result<usize, Unresolved> {
    match side {
        Side::Before => before(file, anchor.first),
        Side::After => after(file, anchor.last),
    }
}

fn before(file: &File, node: Node<'_>) -> Result<usize, Unresolved> {
    in_list(file, node)?;
    if node.kind() == "declaration" {
        return Err(Unresolved::unfit(
            "a statement before this declaration would mix code and declarations",
        )
        .at(file, node.start_byte()));
    }
    let start = node.start_byte();
    if !file
        .text(lines::line_start(file, start)..start)
        .trim()
        .is_empty()
    {
        return Err(
            Unresolved::unfit("other code stands before the statement on its line").at(file, start),
        );
    }
    Ok(lines::with_comment_above(file, start))
}

/// After a declaration means after the last of those that it is among: C90's order, which gcc and
/// checkpatch hold the kernel to.
fn after(file: &File, node: Node<'_>) -> Result<usize, Unresolved> {
    in_list(file, node)?;
    let mut last = node;
    let mut next = node
        .next_named_sibling()
        .filter(|_| node.kind() == "declaration");
    while let Some(sibling) = next {
        match sibling.kind() {
            "declaration" => last = sibling,
            "comment" => {}
            _ => break,
        }
        next = sibling.next_named_sibling();
    }
    let end = last.end_byte();
    let rest = file
        .text(end..lines::line_end(file, end.saturating_sub(1)))
        .trim()
        .to_owned();
    if !rest.is_empty() && !rest.starts_with("/*") && !rest.starts_with("//") {
        return Err(
            Unresolved::unfit("other code stands behind the statement on its line").at(file, end),
        );
    }
    Ok(lines::end_with_trailing_comment(file, end))
}
