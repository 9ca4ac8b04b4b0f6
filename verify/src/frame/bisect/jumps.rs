//! `break`, `continue`, `case` and `default` where there is a loop or a `switch` for them, and each `case` once.

use std::sync::Arc;

use query::File;
use syntax::Node;
use syntax::items::Function;

use super::changes::FileChange;
use super::complaint::{Complaint, new_ones};
use super::visible::exclude_each_other;
use crate::nodes::normal;

/// What is wrong with those of the functions that a touched file has otherwise than before.
pub(super) fn in_touched(change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let before = change.before.iter().flat_map(|before| {
        let functions = before.functions().iter();
        functions.flat_map(|function| of_function(before, function))
    });
    let now = change.changed_functions().into_iter();
    new_ones(now.flat_map(|function| of_function(file, function)), before)
}

/// A place to look at, and what is around it.
#[derive(Clone, Copy)]
struct Place<'t> {
    node: Node<'t>,
    /// A loop, so that `continue` has one.
    in_loop: bool,
    /// A loop or a `switch`, for `break`.
    in_either: bool,
    in_switch: bool,
}

fn of_function(file: &Arc<File>, function: &Function) -> Vec<Complaint> {
    let mut found = Vec::new();
    // What could not be read, and loops that macros make, may be around anything.
    if file.unread_in(&function.range).is_some() {
        return found;
    }
    let mut pending: Vec<Place<'_>> = file
        .node_at(function.body.clone())
        .map(|node| Place {
            node,
            in_loop: false,
            in_either: false,
            in_switch: false,
        })
        .into_iter()
        .collect();
    while let Some(place) = pending.pop() {
        let kind = place.node.kind();
        let astray = match kind {
            "break_statement" => (!place.in_either).then_some("break"),
            "continue_statement" => (!place.in_loop).then_some("continue"),
            "case_statement" => (!place.in_switch).then_some("case"),
            // A macro's block, or a function in a function.
            "function_definition" => continue,
            _ => None,
        };
        let at = place.node.start_byte();
        if let Some(word) = astray.filter(|_| !file.is_dead(at)) {
            found.push(Complaint::violated(
                format!("jump:{}:{}:{word}", file.path(), function.name),
                file,
                at,
                format!("`{word}` is in no loop or `switch` of {}()", function.name),
            ));
        }
        // A macro that heads a block, with a name too short for `while`, is shown to the grammar as `if`.
        let is_macro =
            kind == "if_statement" && !file.slice(place.node.byte_range()).starts_with(b"if");
        let is_loop =
            is_macro || matches!(kind, "while_statement" | "for_statement" | "do_statement");
        let is_switch = kind == "switch_statement";
        if is_switch {
            found.extend(twice(file, function, place.node));
        }
        let mut cursor = place.node.walk();
        pending.extend(place.node.named_children(&mut cursor).map(|node| Place {
            node,
            in_loop: place.in_loop || is_loop,
            in_either: place.in_either || is_loop || is_switch,
            in_switch: place.in_switch || is_switch,
        }));
    }
    found
}

/// The cases of a `switch` that it has twice.
fn twice(file: &Arc<File>, function: &Function, switch: Node<'_>) -> Vec<Complaint> {
    let mut cases: Vec<(String, usize)> = Vec::new();
    let mut found = Vec::new();
    let mut pending: Vec<Node<'_>> = switch.child_by_field_name("body").into_iter().collect();
    while let Some(node) = pending.pop() {
        if node.kind() == "switch_statement" || node.kind() == "function_definition" {
            continue;
        }
        let at = node.start_byte();
        if node.kind() == "case_statement" && !file.is_dead(at) {
            let mut cursor = node.walk();
            let colon = node.children(&mut cursor).find(|child| child.kind() == ":");
            let end = colon.map_or(at, |colon| colon.start_byte());
            let label = normal(file.slice(at..end));
            let is_twin = |(other, there): &&(String, usize)| {
                *other == label
                    && !exclude_each_other(&file.conditions_at(*there), &file.conditions_at(at))
            };
            if cases.iter().find(is_twin).is_some() && !label.is_empty() {
                found.push(Complaint::violated(
                    format!("case:{}:{}:{label}", file.path(), function.name),
                    file,
                    at,
                    format!("a `switch` of {}() has `{label}` twice", function.name),
                ));
            }
            cases.push((label, at));
        }
        let mut cursor = node.walk();
        let mut inner: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        inner.reverse();
        pending.extend(inner);
    }
    found
}
