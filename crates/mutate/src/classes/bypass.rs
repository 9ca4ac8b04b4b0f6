//! The code of the series is left, jumped over, or never reached.

use syntax::Node;
use syntax::items::Function;

use crate::edit::{Edit, Mutation};
use crate::material::{Material, Patched};
use crate::nodes::{
    brief, enclosing, first_statement, has_own_lines, is_own, pointers, return_of, statements,
    text_of, whole_lines,
};

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for patched in material.c_files() {
        for node in statements(patched) {
            let Some(function) = patched.file.function_at(node.start_byte()) else {
                continue;
            };
            // Of what was there before, the spec says how it reads, not when it runs; but that it runs at all.
            let leaving = if is_own(patched, &node.byte_range()) {
                leaving(patched, function)
            } else {
                never(patched, function)
            };
            before(patched, function, node, &leaving, &mut found);
            around(patched, node, &mut found);
            at_start(patched, function, node, &leaving, &mut found);
        }
    }
    found
}

/// What never comes back, or not always, put right before the statement.
fn before(
    patched: &Patched,
    function: &Function,
    node: Node<'_>,
    leaving: &[String],
    found: &mut Vec<Mutation>,
) {
    let file = &patched.file;
    if !has_own_lines(file, node) {
        return;
    }
    // The body of an `if` without braces has no room for a second statement.
    let is_in_block = node
        .parent()
        .is_some_and(|parent| parent.kind() == "compound_statement");
    if !is_in_block {
        return;
    }
    let is_own = is_own(patched, &node.byte_range());
    let shown = brief(&text_of(file, node));
    let lines = whole_lines(file, &node.byte_range());
    let mut leaving = leaving.to_vec();
    if enclosing(node, &["while_statement", "for_statement", "do_statement"]).is_some() {
        leaving.extend(["break;", "continue;"].map(str::to_owned));
    }
    for statement in leaving {
        let what = format!("`{statement}` before `{shown}`");
        let edit = Edit::insert(lines.start, format!("\t{statement}\n"));
        found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
    }
    let end = whole_lines(file, &(function.body.end - 1..function.body.end)).start;
    let label = format!("mutant_out:\n\t{}\n", return_of(file, function));
    for jump in jumps("mutant_out", is_own) {
        let edits = vec![
            Edit::insert(lines.start, format!("\t{jump}\n")),
            Edit::insert(end, label.clone()),
        ];
        let what = format!("`{}` before `{shown}`", brief(&jump));
        found.push(Mutation::of(file, node.start_byte(), what, edits));
    }
    for jump in jumps("mutant_over", is_own) {
        let edits = vec![
            Edit::insert(lines.start, format!("\t{jump}\n")),
            Edit::insert(lines.end, "mutant_over:\n\t;\n"),
        ];
        let what = format!("`{}` over `{shown}`", brief(&jump));
        found.push(Mutation::of(file, node.start_byte(), what, edits));
    }
}

/// Jumps to a label, always or sometimes.
fn jumps(label: &str, sometimes: bool) -> Vec<String> {
    let mut jumps = vec![format!("goto {label};")];
    if sometimes {
        jumps.push(format!("if (mutant)\n\t\tgoto {label};"));
    }
    jumps
}

/// Statements behind which nothing runs.
fn never(patched: &Patched, function: &Function) -> Vec<String> {
    vec![
        return_of(&patched.file, function),
        "for (;;)\n\t\tcpu_relax();".to_owned(),
    ]
}

/// Statements that leave the function.
fn leaving(patched: &Patched, function: &Function) -> Vec<String> {
    let leave = return_of(&patched.file, function);
    let mut all = never(patched, function);
    all.extend([
        format!("if (mutant)\n\t\t{leave}"),
        format!("if (system_state < SYSTEM_RUNNING)\n\t\t{leave}"),
        format!("if (!capable(CAP_SYS_ADMIN)) {{\n\t\t{leave}\n\t}}"),
        format!("switch (mutant) {{\n\tcase 1:\n\t\t{leave}\n\t}}"),
    ]);
    for pointer in pointers(&patched.file, function) {
        all.push(format!("if (!{})\n\t\t{leave}", pointer.name));
    }
    all
}

/// The statement in what does not run it.
fn around(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let own = text_of(file, node);
    for (name, before, after) in [
        (
            "in a block that is left first",
            "do {\nbreak;\n",
            "\n} while (0);",
        ),
        (
            "in a switch without a case for it",
            "switch (0) {\ncase 1:\n",
            "\n}",
        ),
        ("behind a label in `if (0)`", "if (0) {\nmutant:\n", "\n}"),
        (
            "behind a continue",
            "while (mutant--) {\ncontinue;\n",
            "\n}",
        ),
    ] {
        let what = format!("`{}` {name}", brief(&own));
        let edit = Edit::replace(node.byte_range(), format!("{before}{own}{after}"));
        found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
    }
}

/// A way out at the start of the function.
fn at_start(
    patched: &Patched,
    function: &Function,
    node: Node<'_>,
    leaving: &[String],
    found: &mut Vec<Mutation>,
) {
    let file = &patched.file;
    let Some(at) = first_statement(file, function).filter(|at| *at < node.start_byte()) else {
        return;
    };
    for statement in leaving {
        let what = format!("`{}` at the start of {}()", brief(statement), function.name);
        let edit = Edit::insert(at, format!("\t{statement}\n"));
        found.push(Mutation::of(file, at, what, vec![edit]));
    }
}
