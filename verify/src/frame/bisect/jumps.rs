//! `break`, `continue`, `case` and `default` where there is a loop or a `switch` for them.

use std::sync::Arc;

use query::File;
use syntax::Node;
use syntax::items::Function;

use super::Step;
use super::cases;
use super::changes::FileChange;
use super::complaint::{Complaint, new_ones};
use super::snapshot::Snapshot;

/// What is wrong with those of the functions that a touched file has otherwise than before.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let is_new = |at: usize| change.is_new(&(at..at + 1));
    let before = change.before.iter().flat_map(|before| {
        let functions = before.functions().iter();
        functions.flat_map(|function| of_function(&step.before, before, function, &|_| true))
    });
    let now = change.changed_functions().into_iter();
    let now = now.flat_map(|function| of_function(&step.after, file, function, &is_new));
    let now: Vec<Complaint> = now.collect();
    if now.is_empty() {
        return now;
    }
    new_ones(now, before)
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

fn of_function(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    function: &Function,
    is_new: &dyn Fn(usize) -> bool,
) -> Vec<Complaint> {
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
            found.extend(cases::of_switch(
                snapshot, file, function, place.node, is_new,
            ));
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
