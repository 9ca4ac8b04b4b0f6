//! What is done through an address of a member that the function takes: `int *p = &d->flag;`, and `*p = 1;` further down.

use std::ops::Range;

use query::File;
use query::access::{Access, access_of, word_uses};
use query::types::declared_at;
use syntax::Node;
use syntax::items::Function;

use crate::nodes::{node_of, operator};

/// Where an event comes about through an address.
pub(super) enum Through {
    /// At these places, and nowhere else.
    Here(Vec<Range<usize>>),
    /// It is handed on or kept: whoever has it may do it.
    Anyone,
}

/// Follows the address of the member at `range` (`d->flag` of `&d->flag`) through the local pointer that it is stored in.
pub(super) fn through(
    file: &File,
    function: &Function,
    range: &Range<usize>,
    writes: bool,
) -> Through {
    let pointer = node_of(file, range).and_then(|node| pointer_of(file, node));
    let found = pointer.and_then(|pointer| uses_of(file, function, pointer, writes));
    found.map_or(Through::Anyone, Through::Here)
}

/// The name of the local variable that the address goes into.
fn pointer_of<'a>(file: &'a File, member: Node<'a>) -> Option<Node<'a>> {
    let mut node = member;
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            "parenthesized_expression" | "pointer_expression" => node = parent,
            "init_declarator" => {
                let declarator = parent.child_by_field_name("declarator")?;
                let is_pointer = declarator.kind() == "pointer_declarator";
                return is_pointer
                    .then(|| declarator.child_by_field_name("declarator"))?
                    .filter(|name| name.kind() == "identifier");
            }
            "assignment_expression" if operator(file, parent) == Some(b"=") => {
                let left = parent.child_by_field_name("left")?;
                let is_value = parent.child_by_field_name("right")?.id() == node.id();
                return (is_value && left.kind() == "identifier").then_some(left);
            }
            _ => return None,
        }
    }
}

/// Where what the pointer points to is written (or read); none where more is done with it, or it may point elsewhere.
fn uses_of(
    file: &File,
    function: &Function,
    pointer: Node<'_>,
    writes: bool,
) -> Option<Vec<Range<usize>>> {
    let name = file.text(pointer.byte_range()).into_owned();
    let declared = declared_at(file, pointer.start_byte(), &name)?;
    let uses = word_uses(file, &name);
    if !uses.unread.is_empty() {
        return None;
    }
    let mut found = Vec::new();
    for used in uses.found {
        let at = used.range.start;
        let is_it = at == declared || declared_at(file, at, &name) == Some(declared);
        if !function.range.contains(&at) || !is_it || at == pointer.start_byte() {
            continue;
        }
        if used.access == Access::Declaration {
            continue;
        }
        let place = pointed_to(file, &used.range)?;
        match access_of(file, &place) {
            Access::Unevaluated => {}
            Access::Write if writes => found.push(place),
            Access::Read | Access::Test if !writes => found.push(place),
            Access::Read | Access::Test => {}
            // `*p |= 1` reads as well.
            Access::Write if is_plain(file, &place) => {}
            Access::Write => found.push(place),
            _ => return None,
        }
    }
    Some(found)
}

/// `*p` or `p[0]` around the pointer at `range`.
fn pointed_to(file: &File, range: &Range<usize>) -> Option<Range<usize>> {
    let node = node_of(file, range)?;
    let parent = node.parent()?;
    let is_it = match parent.kind() {
        "pointer_expression" => operator(file, parent) == Some(b"*"),
        "subscript_expression" => parent.child_by_field_name("argument")?.id() == node.id(),
        _ => false,
    };
    is_it.then(|| parent.byte_range())
}

/// Whether the place is the left side of a plain assignment.
fn is_plain(file: &File, place: &Range<usize>) -> bool {
    let parent = node_of(file, place).and_then(|node| node.parent());
    parent.is_some_and(|parent| operator(file, parent) == Some(b"="))
}
