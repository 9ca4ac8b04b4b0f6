//! A statement of the series at another place of its function, a member at another place of its record.

use syntax::Node;

use crate::edit::{Edit, Mutation};
use crate::material::{Material, Patched};
use crate::nodes::{
    brief, enclosing, first_statement, has_own_lines, indent, own, own_statements, siblings, text,
    text_of, whole_lines,
};

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for patched in material.c_files() {
        for node in own_statements(patched) {
            beside(patched, node, &mut found);
            out_of_guard(patched, node, &mut found);
            under_guard(patched, node, &mut found);
            elsewhere(patched, node, &mut found);
        }
        for node in own(patched, &["field_declaration"]) {
            members(patched, node, &mut found);
        }
    }
    found
}

/// Before and after each statement of the same block, and into the blocks among them.
fn beside(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    if !has_own_lines(file, node) {
        return;
    }
    let own = whole_lines(file, &node.byte_range());
    let shown = brief(&text_of(file, node));
    let moved = |at: usize, text: String, what: String| {
        let edits = vec![Edit::delete(own.clone()), Edit::insert(at, text)];
        Mutation::of(file, node.start_byte(), what, edits)
    };
    let all = siblings(node);
    let position = all.iter().position(|other| other.id() == node.id());
    for (at, other) in all.iter().enumerate() {
        if Some(at) == position || !has_own_lines(file, *other) {
            continue;
        }
        let lines = whole_lines(file, &other.byte_range());
        let near = brief(&text_of(file, *other));
        let whole = text(file, own.clone());
        // Next to its neighbour it would be where it is.
        if Some(at) != position.map(|at| at + 1) && lines.start != own.end {
            let what = format!("move `{shown}` before `{near}`");
            found.push(moved(lines.start, whole.clone(), what));
        }
        if Some(at + 1) != position {
            let what = format!("move `{shown}` after `{near}`");
            found.push(moved(lines.end, whole.clone(), what));
        }
        let body = other
            .child_by_field_name("consequence")
            .or(other.child_by_field_name("body"));
        if let Some(body) = body.filter(|body| body.kind() == "compound_statement") {
            let inside = whole_lines(file, &(body.start_byte()..body.start_byte())).end;
            if inside < body.end_byte() {
                let what = format!("move `{shown}` into the block of `{near}`");
                found.push(moved(inside, whole.clone(), what));
            }
        }
    }
}

/// Before and after the `if` that it is in, with the `if` left empty.
fn out_of_guard(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let Some(guard) = enclosing(node, &["if_statement"]) else {
        return;
    };
    let condition = guard.child_by_field_name("condition");
    let shown = condition.map_or_else(String::new, |node| brief(&text_of(file, node)));
    let lines = whole_lines(file, &guard.byte_range());
    let statement = text_of(file, node);
    let moved = format!("{}{statement}\n", indent(file, guard.start_byte()));
    for (where_, at) in [("before", lines.start), ("after", lines.end)] {
        let what = format!(
            "move `{}` out of `if {shown}`, {where_} it",
            brief(&statement)
        );
        let edits = vec![
            Edit::replace(node.byte_range(), ";"),
            Edit::insert(at, moved.clone()),
        ];
        found.push(Mutation::of(file, node.start_byte(), what, edits));
    }
}

/// Under a condition or in a loop of its own.
fn under_guard(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let statement = text_of(file, node);
    // A loop that is left in its first round is none.
    if node.kind() == "return_statement" {
        return;
    }
    for guard in [
        "if (0)",
        "while (0)",
        "for (;;)",
        "if (system_state == SYSTEM_RUNNING)",
        "if (IS_ENABLED(CONFIG_DEBUG_KERNEL))",
        "switch (0)",
    ] {
        let what = format!("put `{}` under `{guard}`", brief(&statement));
        let text = format!("{guard} {{\n{statement}\n}}");
        let edit = Edit::replace(node.byte_range(), text);
        found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
    }
}

/// To the start of each other function of the file.
fn elsewhere(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let own = file.function_at(node.start_byte());
    for function in file.functions() {
        if own.is_some_and(|own| own.range == function.range) || !function.clean {
            continue;
        }
        let Some(at) = first_statement(file, function) else {
            continue;
        };
        let what = format!(
            "move `{}` to {}()",
            brief(&text_of(file, node)),
            function.name
        );
        let edits = vec![
            Edit::replace(node.byte_range(), ";"),
            Edit::insert(at, format!("\t{}\n", text_of(file, node))),
        ];
        found.push(Mutation::of(file, node.start_byte(), what, edits));
    }
}

/// A member behind each other one of its record, and in the other records of the file.
fn members(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let own = whole_lines(file, &node.byte_range());
    let shown = brief(&text_of(file, node));
    for record in file.records().iter().filter(|record| record.clean) {
        let is_own = record.range.contains(&node.start_byte());
        let name = record.tag.as_deref().unwrap_or("a record without a tag");
        for member in record.members.iter().filter(|member| member.depth == 0) {
            let lines = whole_lines(file, &member.declaration);
            if lines.end == own.start || lines.start == own.start {
                continue;
            }
            let what = if is_own {
                format!("move `{shown}` behind `{}`", member.name)
            } else {
                format!("move `{shown}` into struct {name}")
            };
            let edits = vec![
                Edit::delete(own.clone()),
                Edit::insert(lines.end, text(file, own.clone())),
            ];
            found.push(Mutation::of(file, node.start_byte(), what, edits));
            if !is_own {
                break;
            }
        }
    }
}
