//! Something of the series is there twice.

use syntax::Node;

use crate::edit::{Edit, Mutation};
use crate::material::{Material, Patched};
use crate::nodes::{
    brief, first_statement, has_own_lines, is_own, own, own_statements, siblings, text, text_of,
    touched, whole_lines,
};

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for patched in material.c_files() {
        for node in own_statements(patched) {
            statement(patched, node, &mut found);
        }
        for node in own(patched, &["field_declaration"]) {
            member(patched, node, &mut found);
        }
        definitions(patched, &mut found);
        operands(patched, &mut found);
    }
    found
}

/// Once more beside each statement of its block, and in each other function of the file.
fn statement(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let shown = brief(&text_of(file, node));
    if has_own_lines(file, node) {
        let own = text(file, whole_lines(file, &node.byte_range()));
        for other in siblings(node) {
            let lines = whole_lines(file, &other.byte_range());
            let near = brief(&text_of(file, other));
            let what = format!("`{shown}` a second time, after `{near}`");
            let edit = Edit::insert(lines.end, own.clone());
            found.push(Mutation::of(file, other.start_byte(), what, vec![edit]));
        }
    } else {
        let twice = format!("{{ {0} {0} }}", text_of(file, node));
        let edit = Edit::replace(node.byte_range(), twice);
        let what = format!("`{shown}` twice");
        found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
    }
    let function = file.function_at(node.start_byte());
    for other in file.functions() {
        let is_own = function.is_some_and(|own| own.range == other.range);
        let Some(at) = first_statement(file, other).filter(|_| !is_own && other.clean) else {
            continue;
        };
        let what = format!("`{shown}` a second time, in {}()", other.name);
        let edit = Edit::insert(at, format!("\t{}\n", text_of(file, node)));
        found.push(Mutation::of(file, at, what, vec![edit]));
    }
}

/// Once more at the ends of the records of the file.
fn member(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let lines = whole_lines(file, &node.byte_range());
    let own = text(file, lines.clone());
    let shown = brief(&text_of(file, node));
    let what = format!("`{shown}` twice");
    found.push(Mutation::of(
        file,
        node.start_byte(),
        what,
        vec![Edit::insert(lines.end, own.clone())],
    ));
    for record in file.records().iter().filter(|record| record.clean) {
        let Some(last) = record.members.iter().rfind(|member| member.depth == 0) else {
            continue;
        };
        if !record.range.contains(&node.start_byte()) {
            continue;
        }
        let end = whole_lines(file, &last.declaration).end;
        let what = format!("`{shown}` a second time, at the end");
        found.push(Mutation::of(
            file,
            node.start_byte(),
            what,
            vec![Edit::insert(end, own.clone())],
        ));
    }
}

/// A macro of the series, defined twice; of a function, that would be no C.
fn definitions(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let is_new = |start: usize| patched.touched.iter().any(|range| range.contains(&start));
    let macros = file
        .macros()
        .iter()
        .map(|one| (&one.name, one.range.clone()));
    for (name, range) in macros.filter(|(_, range)| is_new(range.start)) {
        let lines = whole_lines(file, &range);
        let own = text(file, lines.clone());
        let what = format!("the definition of {name} twice");
        found.push(Mutation::of(
            file,
            range.start,
            what,
            vec![Edit::insert(lines.end, own.clone())],
        ));
        let what = format!("the definition of {name} a second time, at the end of the file");
        let edit = Edit::insert(file.written().len(), own);
        found.push(Mutation::of(file, range.start, what, vec![edit]));
    }
}

/// An operand of `&&` or `||` twice.
fn operands(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    for node in touched(patched, &["binary_expression"]) {
        let operator = node.child_by_field_name("operator").map(|node| node.kind());
        let Some(operator) = operator.filter(|kind| matches!(*kind, "&&" | "||")) else {
            continue;
        };
        for field in ["left", "right"] {
            let Some(operand) = node.child_by_field_name(field) else {
                continue;
            };
            let old = text_of(file, operand);
            if !is_own(patched, &operand.byte_range())
                || old.contains('(')
                || operand.kind() == "binary_expression"
            {
                continue;
            }
            // `a || a` would mean the same; with a side effect it does not.
            let what = format!("a side effect in a second `{}`", brief(&old));
            let edit = Edit::replace(operand.byte_range(), format!("({old} {operator} mutant++)"));
            found.push(Mutation::of(file, operand.start_byte(), what, vec![edit]));
        }
    }
}
