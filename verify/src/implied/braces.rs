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

/// The braces that the other branch of an `if` got, where it had none.
pub(super) fn of_other_branch(old: Node<'_>, new: Node<'_>) -> Vec<Range<usize>> {
    let (Some(old), Some(new)) = (other_branch(old), other_branch(new)) else {
        return Vec::new();
    };
    let was_bare = old.kind() != "compound_statement" && old.kind() != "if_statement";
    if was_bare && new.kind() == "compound_statement" && statements(new).len() == 1 {
        around(new)
    } else {
        Vec::new()
    }
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

/// What is done where the condition is the other way round.
fn other_branch(branch: Node<'_>) -> Option<Node<'_>> {
    let owner = branch.parent()?;
    match owner.kind() {
        "if_statement" => {
            let clause = owner.child_by_field_name("alternative")?;
            statements(clause).into_iter().next()
        }
        "else_clause" => owner.parent()?.child_by_field_name("consequence"),
        _ => None,
    }
}
