//! How many pointers an expression is away from what the declarations in it spell: `&p` is one more than `p`, `*p` one less.
//!
//! Told from the file alone, and only where every step is plain: a record's own type is found elsewhere, and says nothing of
//! how many pointers there are to it.

use std::ops::Range;

use tree_sitter::Node;

use super::levels::levels_in;
use super::locals::levels_of as of_local;
use crate::File;
use crate::access::{chain, operator};
use syntax::items::{BaseType, base_of};

/// How deep an expression is followed.
const DEEPEST: usize = 60;

/// The specifiers that the expression at `range` rests on, and how many pointers and arrays it is away from them; none where
/// that is not plain.
pub(crate) fn levels_of_value(file: &File, range: &Range<usize>) -> Option<(BaseType, usize)> {
    let way = chain(file, range);
    let node = way.iter().rev().find(|node| node.byte_range() == *range)?;
    of(file, *node, DEEPEST)
}

fn of(file: &File, node: Node<'_>, depth: usize) -> Option<(BaseType, usize)> {
    let depth = depth.checked_sub(1)?;
    let field = |name: &str| of(file, node.child_by_field_name(name)?, depth);
    match node.kind() {
        "identifier" => {
            let range = node.byte_range();
            of_local(file, &range).or_else(|| of_variable(file, &file.text(range)))
        }
        "parenthesized_expression" => of(file, node.named_child(0)?, depth),
        "pointer_expression" => {
            let (base, levels) = field("argument")?;
            match operator(node) {
                "&" => Some((base, levels + 1)),
                "*" => Some((base, levels.checked_sub(1)?)),
                _ => None,
            }
        }
        "subscript_expression" => {
            let (base, levels) = field("argument")?;
            Some((base, levels.checked_sub(1)?))
        }
        "update_expression" => field("argument"),
        "assignment_expression" => field("left"),
        "comma_expression" => field("right"),
        // The other one may be `NULL`.
        "conditional_expression" => field("consequence").or_else(|| field("alternative")),
        "binary_expression" if matches!(operator(node), "+" | "-") => {
            let (base, levels) = field("left")?;
            (levels > 0).then_some((base, levels))
        }
        "cast_expression" => of_type(file, node.child_by_field_name("type")?),
        "call_expression" => of_call(file, node),
        _ => None,
    }
}

/// A variable of the file, where it has one of the name.
fn of_variable(file: &File, name: &str) -> Option<(BaseType, usize)> {
    let mut named = file.variables().iter().filter(|known| known.name == name);
    let first = named.next()?;
    let levels = levels_in(first.type_text.as_bytes(), first.array.as_bytes()).known()?;
    Some((first.base.clone(), levels))
}

/// The type that a cast names.
fn of_type(file: &File, descriptor: Node<'_>) -> Option<(BaseType, usize)> {
    let specifier = descriptor.child_by_field_name("type")?;
    let behind = file.slice(specifier.end_byte()..descriptor.end_byte());
    Some((base_of(file, specifier), levels_in(behind, b"").known()?))
}

/// What a function of the file gives.
fn of_call(file: &File, call: Node<'_>) -> Option<(BaseType, usize)> {
    let function = call.child_by_field_name("function")?;
    let name = file.text(function.byte_range());
    if function.kind() != "identifier" || of_local(file, &function.byte_range()).is_some() {
        return None;
    }
    let defined = file.functions().iter().find(|known| known.name == name);
    let defined = defined.map(|known| {
        let head = file.slice(known.range.start..known.name_range.start);
        (known.returns.clone(), levels_in(head, b""))
    });
    let (base, levels) = defined.or_else(|| {
        let mut declared = file.prototypes().iter();
        let known = declared.find(|known| known.name == name)?;
        Some((
            known.base.clone(),
            levels_in(known.type_text.as_bytes(), b""),
        ))
    })?;
    Some((base, levels.known()?))
}
