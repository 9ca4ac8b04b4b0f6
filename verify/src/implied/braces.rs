//! Braces that come with a change to the only statement of an `if`, an `else` or a loop.

use std::ops::Range;

use query::File;
use sites::statement;
use syntax::Node;

/// The braces around what took the place of the one statement that a head without braces had, and those that the other
/// branch gets with them; none where there are no such.
pub(super) fn around_new(
    before: &File,
    old: &Range<usize>,
    file: &File,
    new: &Range<usize>,
) -> Option<Vec<Range<usize>>> {
    let old = statement::of(before, old)?.first;
    let new = statement::of(file, new)?;
    // The new form is a block: its braces are declared, those of the other branch come with them.
    if new.first == new.last && new.first.kind() == "compound_statement" {
        let owners = [old, new.first].map(|node| node.parent());
        let is_body = |owner: &Option<Node<'_>>| owner.is_some_and(is_owner);
        return owners
            .iter()
            .all(is_body)
            .then(|| of_other_branch(old, new.first));
    }
    let block = new.first.parent()?;
    if block.kind() != "compound_statement" || new.last.parent() != Some(block) {
        return None;
    }
    let (old_owner, new_owner) = (old.parent()?, block.parent()?);
    let inside = statements(block);
    let holds_just_it = inside.first() == Some(&new.first) && inside.last() == Some(&new.last);
    if !is_owner(old_owner) || !is_owner(new_owner) || !holds_just_it {
        return None;
    }
    let mut braces = around(block);
    braces.extend(of_other_branch(old, block));
    Some(braces)
}

/// The braces that the other branches of an `if`, of all that `else if` joins, got where they had none.
pub(super) fn of_other_branch(old: Node<'_>, new: Node<'_>) -> Vec<Range<usize>> {
    let (before, after) = (statement::arms(old), statement::arms(new));
    let place = |arms: &[Node<'_>], own: Node<'_>| arms.iter().position(|arm| *arm == own);
    if before.len() != after.len() || place(&before, old) != place(&after, new) {
        return Vec::new();
    }
    let pairs = before.into_iter().zip(after);
    pairs
        .filter(|(was, is)| {
            let is_new = *was != old && was.kind() != "compound_statement";
            is_new && is.kind() == "compound_statement" && statements(*is).len() == 1
        })
        .flat_map(|(_, is)| around(is))
        .collect()
}

/// Whether a body of it may go without braces.
pub(super) fn is_owner(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "if_statement" | "else_clause" | "while_statement" | "for_statement" | "do_statement"
    )
}

/// The two braces of a block.
pub(super) fn around(block: Node<'_>) -> Vec<Range<usize>> {
    vec![
        block.start_byte()..block.start_byte() + 1,
        block.end_byte() - 1..block.end_byte(),
    ]
}

/// The statements of a block, comments apart.
pub(super) fn statements(block: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = block.walk();
    block
        .named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}
