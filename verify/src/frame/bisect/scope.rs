//! Which names a function declares at a place: C's blocks, and nothing beyond the function.

use query::access::chain;
use std::ops::Range;

use dialect::view::Rule;
use query::File;
use syntax::Node;
use syntax::items::{Function, name_of};

use super::names::is_declarator;

/// Whether the function around the word at `range` declares a parameter, variable, type or enumerator of
/// that name in a block that is open there, before it.
pub(super) fn is_local(file: &File, range: &Range<usize>) -> bool {
    let name = file.slice(range.clone());
    let Some(function) = file.function_at(range.start) else {
        return false;
    };
    if is_parameter(file, function, range) || is_inner_parameter(file, range) {
        return true;
    }
    range.start >= function.body.start && file.declares_in_block(function, range.start, name)
}

/// Whether a function inside the function names a parameter so.
fn is_inner_parameter(file: &File, range: &Range<usize>) -> bool {
    let name = file.slice(range.clone());
    let way = chain(file, range);
    let inner = way
        .iter()
        .filter(|node| node.kind() == "function_definition")
        .skip(1);
    inner
        .flat_map(|node| parameters(*node))
        .any(|named| file.slice(named) == name)
}

/// Whether the function's head names a parameter so, before the place that asks.
fn is_parameter(file: &File, function: &Function, range: &Range<usize>) -> bool {
    let name = file.slice(range.clone());
    let start = function.range.start;
    let head = file.slice(start..function.body.start.min(range.start));
    // `SYSCALL_DEFINE2(name, int, first, …)`: which of its words are parameters is the macro's.
    let is_headed = || {
        file.edits().iter().any(|edit| {
            edit.rule == Rule::HeadedFunction
                && edit.range.start < function.body.start
                && start < edit.range.end
        })
    };
    word_positions(head, name).any(|at| {
        let at = start + at;
        at != function.name_range.start
            && (is_declarator(file, &(at..at + name.len())) || is_headed())
    })
}

/// Whether `name` is in `text` as a whole word.
pub(super) fn has_word(text: &[u8], name: &[u8]) -> bool {
    word_positions(text, name).next().is_some()
}

/// Where `name` is in `text` as a whole word.
pub(super) fn word_positions<'t>(
    text: &'t [u8],
    name: &'t [u8],
) -> impl Iterator<Item = usize> + 't {
    let is_part = |at: Option<usize>| {
        at.and_then(|at| text.get(at))
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    // Two places of a whole word do not overlap.
    memchr::memmem::find_iter(text, name).filter(move |&at| {
        !name.is_empty() && !is_part(at.checked_sub(1)) && !is_part(Some(at + name.len()))
    })
}

/// The declarations that a block has twice: `int a; … int a;`, or a parameter's name again in the
/// outermost block. Each by the second name's range.
pub(super) fn declared_twice(file: &File, function: &Function) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let Some(definition) = chain(file, &function.range)
        .into_iter()
        .find(|node| node.kind() == "function_definition" && node.byte_range() == function.range)
    else {
        return found;
    };
    let mut pending = vec![(definition, true)];
    while let Some((node, outermost)) = pending.pop() {
        if node.kind() == "compound_statement" {
            let mut names: Vec<Range<usize>> = Vec::new();
            // Two parameters of one name are too many as well.
            let own = match outermost {
                true => parameters(definition),
                false => Vec::new(),
            };
            for named in own.into_iter().chain(block_names(node)) {
                let text = file.slice(named.clone());
                let twin = names
                    .iter()
                    .find(|known| file.slice((*known).clone()) == text);
                let apart = twin.is_some_and(|twin| {
                    super::visible::exclude_each_other(
                        &file.conditions_at(twin.start),
                        &file.conditions_at(named.start),
                    )
                });
                if twin.is_some() && !apart {
                    found.push(named.clone());
                }
                names.push(named);
            }
        }
        let below = outermost && node.kind() != "compound_statement";
        let mut cursor = node.walk();
        pending.extend(node.named_children(&mut cursor).map(|child| (child, below)));
    }
    found.sort_by_key(|range| range.start);
    found
}

fn parameters(definition: Node<'_>) -> Vec<Range<usize>> {
    let mut node = definition.child_by_field_name("declarator");
    let mut list = None;
    while let Some(here) = node {
        list = here.child_by_field_name("parameters").or(list);
        node = here.child_by_field_name("declarator").or_else(|| {
            here.named_child(0)
                .filter(|inner| inner.kind().ends_with("declarator"))
        });
    }
    let Some(list) = list else { return Vec::new() };
    let mut cursor = list.walk();
    list.named_children(&mut cursor)
        .filter_map(|child| child.child_by_field_name("declarator"))
        .filter_map(name_of)
        .map(|named| named.byte_range())
        .collect()
}

/// The variables that a block itself declares (an `extern` may come again).
fn block_names(block: Node<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut pending = vec![block];
    while let Some(node) = pending.pop() {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "declaration" => {
                    let mut inner = child.walk();
                    let is_extern = child.named_children(&mut inner).any(|part| {
                        part.kind() == "storage_class_specifier"
                            && part.end_byte() - part.start_byte() == 6
                            && part.child(0).is_some_and(|word| word.kind() == "extern")
                    });
                    let mut inner = child.walk();
                    let declarators = child.children_by_field_name("declarator", &mut inner);
                    let variables = declarators
                        .filter(|one| !is_function(*one))
                        .filter_map(name_of);
                    if !is_extern {
                        found.extend(variables.map(|named| named.byte_range()));
                    }
                }
                "case_statement" | "labeled_statement" => pending.push(child),
                kind if kind.starts_with("preproc_") => pending.push(child),
                _ => {}
            }
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

fn is_function(declarator: Node<'_>) -> bool {
    declarator.kind() == "function_declarator"
}
