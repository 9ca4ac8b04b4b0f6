//! Other code that does the same, and code that has nothing to do with the series.

use query::File;
use std::ops::Range;
use syntax::Node;
use syntax::items::Function;

use crate::edit::{Edit, Mutation};
use crate::material::{Material, Patched};
use crate::nodes::{
    brief, first_statement, is_own, statements, text_of, touched, whole_lines, within,
};

pub(super) fn mutations(material: &Material<'_>, patched: &Patched, found: &mut Vec<Mutation>) {
    parentheses(patched, found);
    blocks(patched, found);
    nested(patched, found);
    renamed(material, patched, found);
    includes(patched, found);
    unrelated(patched, found);
}

/// Parentheses around what is whole already.
fn parentheses(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let mut push = |node: Node<'_>, what: &str| {
        let edits = vec![
            Edit::insert(node.start_byte(), "("),
            Edit::insert(node.end_byte(), ")"),
        ];
        let what = format!("{what} around `{}`", brief(&text_of(file, node)));
        found.push(Mutation::of(file, node.start_byte(), what, edits));
    };
    for node in touched(patched, &["binary_expression"]) {
        push(node, "parentheses");
        for field in ["left", "right"] {
            if let Some(operand) = node.child_by_field_name(field) {
                push(operand, "parentheses");
            }
        }
    }
    for node in touched(patched, &["field_expression"]) {
        if let Some(argument) = node.child_by_field_name("argument") {
            push(argument, "parentheses");
        }
    }
    for node in touched(patched, &["assignment_expression"]) {
        if let Some(value) = node.child_by_field_name("right") {
            push(value, "parentheses");
        }
    }
    for node in touched(patched, &["return_statement"]) {
        if let Some(value) = node.named_child(0) {
            push(value, "parentheses");
        }
    }
}

/// Braces around a statement.
fn blocks(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    // What the series brings whole, a spec may declare word by word.
    let all = statements(patched).into_iter();
    for node in all.filter(|node| !is_own(patched, &enclosing_function(file, *node))) {
        for field in ["consequence", "body"] {
            let body = node.child_by_field_name(field);
            let Some(body) = body.filter(|body| body.kind() != "compound_statement") else {
                continue;
            };
            let edit = Edit::replace(body.byte_range(), format!("{{ {} }}", text_of(file, body)));
            let what = format!("braces around `{}`", brief(&text_of(file, body)));
            found.push(Mutation::of(file, body.start_byte(), what, vec![edit]));
        }
    }
}

fn enclosing_function(file: &File, node: Node<'_>) -> Range<usize> {
    let function = file.function_at(node.start_byte());
    function.map_or(node.byte_range(), |function| function.range.clone())
}

/// `if (a) if (b)` for `if (a && b)`.
fn nested(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    for node in statements(patched)
        .into_iter()
        .filter(|node| node.kind() == "if_statement")
    {
        let condition = node.child_by_field_name("condition");
        let both = condition.and_then(|condition| condition.named_child(0));
        let Some(both) = both.filter(|both| both.kind() == "binary_expression") else {
            continue;
        };
        let operator = both.child_by_field_name("operator").map(|node| node.kind());
        let (Some(left), Some(right), Some(body)) = (
            both.child_by_field_name("left"),
            both.child_by_field_name("right"),
            node.child_by_field_name("consequence"),
        ) else {
            continue;
        };
        if operator != Some("&&") || node.child_by_field_name("alternative").is_some() {
            continue;
        }
        let (left, right) = (text_of(file, left), text_of(file, right));
        let body = text_of(file, body);
        for new in [
            format!("if ({left})\nif ({right})\n{body}"),
            format!("if ({left}) {{\nif ({right}) {{\n{body}\n}}\n}}"),
        ] {
            let edit = Edit::replace(node.byte_range(), new);
            let what = format!("two conditions for `{}`", brief(&text_of(file, both)));
            found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
        }
    }
}

/// Locals that the spec does not name, renamed in functions of the series.
fn renamed(material: &Material<'_>, patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let is_touched = |function: &&Function| {
        let mut touched = patched.touched.iter();
        let range = &function.range;
        touched.any(|own| own.start < range.end && range.start < own.end)
    };
    for function in file.functions().iter().filter(is_touched) {
        for name in locals(patched, function) {
            let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let mut words = material.spec.text.split(|letter| !is_part(letter));
            if words.any(|word| word == name) {
                continue;
            }
            let uses = within(file, &function.body, &["identifier"]).into_iter();
            let edits: Vec<Edit> = uses
                .filter(|node| text_of(file, *node) == name)
                .map(|node| Edit::replace(node.byte_range(), format!("the_{name}")))
                .collect();
            let what = format!("the_{name} for {name} in {}()", function.name);
            found.push(Mutation::of(file, function.range.start, what, edits));
        }
    }
}

/// The names of a function's locals, where nothing but code uses them.
fn locals(patched: &Patched, function: &Function) -> Vec<String> {
    let file = &patched.file;
    let mut names = Vec::new();
    for node in within(file, &function.body, &["declaration"]) {
        let mut cursor = node.walk();
        for declarator in node.children_by_field_name("declarator", &mut cursor) {
            let identifiers = within(file, &declarator.byte_range(), &["identifier"]);
            let whole = (declarator.kind() == "identifier").then_some(declarator);
            if let Some(name) = whole.or(identifiers.first().copied()) {
                names.push(text_of(file, name));
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Two includes that follow each other, swapped.
fn includes(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    for pair in file.includes().windows(2) {
        let [first, second] = pair else { continue };
        let is_next = whole_lines(file, &first.range).end == whole_lines(file, &second.range).start;
        let own = |range: &Range<usize>| {
            let mut touched = patched.touched.iter();
            touched.any(|own| own.contains(&range.start))
        };
        if !is_next || own(&first.range) || own(&second.range) {
            continue;
        }
        let edits = vec![
            Edit::replace(
                first.range.clone(),
                crate::nodes::text(file, second.range.clone()),
            ),
            Edit::replace(
                second.range.clone(),
                crate::nodes::text(file, first.range.clone()),
            ),
        ];
        let what = format!("{} before {}", second.header, first.header);
        found.push(Mutation::of(file, first.range.start, what, edits));
    }
}

/// Code that is none of the series' business: a function, a macro, a prototype, a local, a statement.
fn unrelated(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let end = file.written().len();
    let mut push = |at: usize, what: String, new: &str| {
        found.push(Mutation::of(
            file,
            at.min(end.saturating_sub(1)),
            what,
            vec![Edit::insert(at, new)],
        ));
    };
    let is_header = file.path().as_str().ends_with(".h");
    if !is_header {
        push(
            end,
            "a function at the end".to_owned(),
            "\nstatic int __maybe_unused unrelated(int value)\n{\n\treturn value + 1;\n}\n",
        );
        push(end, "a comment at the end".to_owned(), "\n/* the end */\n");
    }
    let is_touched = |range: &Range<usize>| {
        let mut touched = patched.touched.iter();
        touched.any(|own| own.start < range.end && range.start < own.end)
    };
    for function in file.functions().iter().filter(|function| function.clean) {
        let start = whole_lines(file, &(function.range.start..function.range.start)).start;
        if function.conditions.is_empty() {
            push(
                start,
                format!("a macro before {}()", function.name),
                "#define UNRELATED(x) ((x) + 1)\n\n",
            );
            push(
                start,
                format!("a prototype before {}()", function.name),
                "int unrelated(int value);\n\n",
            );
        }
        // What the series brings whole, a spec may declare word by word.
        let is_brought = is_own(patched, &function.range);
        if let Some(at) = first_statement(file, function).filter(|_| !is_brought) {
            // Between an anchor and what goes next to it, it would be in the way.
            if !is_touched(&function.range) {
                push(
                    at,
                    format!("a statement more in {}()", function.name),
                    "\tpr_debug(\"unrelated\\n\");\n",
                );
            }
            push(
                at,
                format!("a local more in {}()", function.name),
                "\tint unrelated __maybe_unused = 0;\n",
            );
        }
    }
}
