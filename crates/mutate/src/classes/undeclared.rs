//! Code that the spec does not speak of: changed beside what the series changes, or in files that it leaves alone; and
//! a declared member read where nothing says who reads it.
//!
//! As mails, all of it is undeclared. In a landed tree nothing tells what was there before, so that only what a stated
//! invariant speaks of is noticed: few of these are judged, for they say the same of every spec.

use query::File;

use crate::edit::{Edit, Mutation};
use crate::material::Material;
use crate::nodes::{brief, first_statement, has_own_lines, pointers, text_of, whole_lines, within};
use crate::sequence::Sequence;

use super::write::fill;

/// How many readers there are among them.
const READERS: usize = 3;

/// How many other edits.
const EDITS: usize = 3;

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut sequence = Sequence::new(material.seed, "undeclared edits");
    let mut edits = Vec::new();
    for patched in material.c_files() {
        let file = &patched.file;
        for function in file.functions().iter().filter(|function| function.clean) {
            let is_touched = |range: &std::ops::Range<usize>| {
                let mut touched = patched.touched.iter();
                touched.any(|own| own.start < range.end && range.start < own.end)
            };
            if !is_touched(&function.range) {
                statements(file, &function.body, &mut edits);
            }
        }
    }
    let mut found = sequence.some_of(edits, EDITS);
    found.extend(sequence.some_of(readers(material), READERS));
    found
}

/// A statement dropped, a condition negated.
fn statements(file: &File, body: &std::ops::Range<usize>, found: &mut Vec<Mutation>) {
    for node in within(file, body, &["expression_statement"]) {
        if has_own_lines(file, node) {
            let what = format!(
                "drop `{}`, which is not the series'",
                brief(&text_of(file, node))
            );
            let edit = Edit::replace(node.byte_range(), ";");
            found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
        }
    }
    for node in within(file, body, &["if_statement"]) {
        if let Some(condition) = node.child_by_field_name("condition") {
            let text = text_of(file, condition);
            let what = format!("negate `{}`, which is not the series'", brief(&text));
            let edit = Edit::replace(condition.byte_range(), format!("(!{text})"));
            found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
        }
    }
}

/// Functions that read a declared member from now on.
fn readers(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for member in material.members() {
        let others = material.others_naming(&member.record, READERS);
        let own = material.c_files().map(|patched| &patched.file);
        for file in own.chain(&others) {
            for function in file.functions().iter().filter(|function| function.clean) {
                let pointers = pointers(file, function);
                let pointer = pointers.iter().find(|pointer| pointer.tag == member.record);
                let (Some(pointer), Some(at)) = (pointer, first_statement(file, function)) else {
                    continue;
                };
                let text = fill("if (P->M)\n\t\tpr_debug(\"mutant\\n\");", pointer, &member);
                let what = format!(
                    "{}() reads {}.{}",
                    function.name, member.record, member.name
                );
                let at = whole_lines(file, &(at..at)).start;
                let edit = Edit::insert(at, format!("\t{text}\n"));
                found.push(Mutation::of(file, at, what, vec![edit]));
            }
        }
    }
    found
}
