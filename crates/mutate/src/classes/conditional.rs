//! Code of the series under a preprocessor's condition that the spec does not know.

use std::ops::Range;

use crate::edit::{Edit, Mutation};
use crate::material::{Material, Patched};
use crate::nodes::{
    brief, has_own_lines, is_own, own, own_statements, siblings, statements, text, text_of,
    touched, whole_lines,
};

/// The directives that open an arm.
const CONDITIONS: &[&str] = &[
    "#if 0",
    "#ifdef CONFIG_PCI_IOV",
    "#ifndef CONFIG_PCI_IOV",
    "#ifdef CONFIG_MUTANT",
    "#if IS_ENABLED(CONFIG_VFIO_PCI)",
    "#if defined(MODULE) && !defined(CONFIG_SMP)",
];

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for patched in material.c_files() {
        for (range, shown) in own_ranges(patched) {
            for condition in CONDITIONS {
                under(patched, &range, &shown, condition, &mut found);
            }
            or_else(patched, &range, &shown, &mut found);
        }
        for (range, shown) in touched_ranges(patched) {
            // Of what was there before, the spec says how it reads, not in which configurations; but in some.
            under(patched, &range, &shown, "#if 0", &mut found);
        }
        operands(patched, &mut found);
    }
    found
}

/// Whole lines of the series that the preprocessor can leave out: statements, members, macros, functions.
fn own_ranges(patched: &Patched) -> Vec<(Range<usize>, String)> {
    let file = &patched.file;
    let mut nodes = own_statements(patched);
    nodes.extend(own(patched, &["field_declaration", "function_definition"]));
    let nodes = nodes.into_iter().filter(|node| has_own_lines(file, *node));
    let mut ranges: Vec<_> = nodes
        .map(|node| {
            (
                whole_lines(file, &node.byte_range()),
                brief(&text_of(file, node)),
            )
        })
        .collect();
    for one in file
        .macros()
        .iter()
        .filter(|one| is_own(patched, &one.range))
    {
        ranges.push((whole_lines(file, &one.range), one.name.clone()));
    }
    ranges
}

/// Whole lines around what the series changes: the statement, the block up to it, the function.
fn touched_ranges(patched: &Patched) -> Vec<(Range<usize>, String)> {
    let file = &patched.file;
    let mut ranges = Vec::new();
    for node in statements(patched)
        .into_iter()
        .filter(|node| has_own_lines(file, *node))
    {
        let lines = whole_lines(file, &node.byte_range());
        let shown = brief(&text_of(file, node));
        ranges.push((lines.clone(), shown.clone()));
        let first = siblings(node).first().map(|first| first.start_byte());
        if let Some(first) = first.filter(|first| *first < lines.start) {
            let start = whole_lines(file, &(first..first)).start;
            ranges.push((start..lines.end, format!("all up to {shown}")));
        }
        if let Some(function) = file.function_at(node.start_byte()) {
            let name = format!("{}()", function.name);
            ranges.push((whole_lines(file, &function.range), name));
        }
    }
    ranges
}

fn under(
    patched: &Patched,
    range: &Range<usize>,
    shown: &str,
    condition: &str,
    found: &mut Vec<Mutation>,
) {
    let edits = vec![
        Edit::insert(range.start, format!("{condition}\n")),
        Edit::insert(range.end, "#endif\n"),
    ];
    let what = format!("`{shown}` under `{condition}`");
    found.push(Mutation::of(&patched.file, range.start, what, edits));
}

/// In the `#else` arm of a condition, and twice, in both arms with a difference.
fn or_else(patched: &Patched, range: &Range<usize>, shown: &str, found: &mut Vec<Mutation>) {
    let edits = vec![
        Edit::insert(range.start, "#ifdef CONFIG_MUTANT\n#else\n"),
        Edit::insert(range.end, "#endif\n"),
    ];
    let what = format!("`{shown}` under the #else of `#ifdef CONFIG_MUTANT`");
    found.push(Mutation::of(&patched.file, range.start, what, edits));
}

/// An operand of a condition that some configurations do not have.
fn operands(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    for node in touched(patched, &["binary_expression"]) {
        let operator = node.child_by_field_name("operator");
        let right = node.child_by_field_name("right");
        let (Some(operator), Some(right)) = (operator, right) else {
            continue;
        };
        let is_logical = matches!(operator.kind(), "&&" | "||");
        if !is_logical || !is_own(patched, &right.byte_range()) {
            continue;
        }
        for condition in CONDITIONS {
            let rest = text(file, operator.start_byte()..right.end_byte());
            let what = format!("`{}` under `{condition}`", brief(&rest));
            let edit = Edit::replace(
                operator.start_byte()..right.end_byte(),
                format!("\n{condition}\n{rest}\n#endif\n"),
            );
            found.push(Mutation::of(file, right.start_byte(), what, vec![edit]));
        }
    }
}
