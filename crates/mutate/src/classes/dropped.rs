//! Something that the series brings is left out: a hunk, a declared change, a statement, an operand.

use schema::model::{Patch, Spec};
use trees::ParsedTree;

use crate::edit::{Doing, Edit, Mutation};
use crate::material::{Material, read};
use crate::nodes::{
    brief, has_own_lines, is_own, own, own_statements, text, text_of, touched, whole_lines,
};

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    hunks(material, &mut found);
    changes(material, &mut found);
    for patched in material.c_files() {
        let file = &patched.file;
        for node in own_statements(patched) {
            let what = format!("drop the statement `{}`", brief(&text_of(file, node)));
            let edit = if has_own_lines(file, node)
                && node
                    .parent()
                    .is_some_and(|parent| parent.kind() == "compound_statement")
            {
                Edit::delete(whole_lines(file, &node.byte_range()))
            } else {
                Edit::replace(node.byte_range(), ";")
            };
            found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
            if node.kind() == "if_statement" {
                unguarded(material, patched, node, &mut found);
            }
        }
        for node in own(patched, &["field_declaration", "declaration"]) {
            let what = format!("drop the declaration `{}`", brief(&text_of(file, node)));
            let edit = Edit::delete(whole_lines(file, &node.byte_range()));
            found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
        }
        operands(patched, &mut found);
    }
    found
}

/// Each hunk taken back.
fn hunks(material: &Material<'_>, found: &mut Vec<Mutation>) {
    for patched in &material.files {
        for hunk in &patched.hunks {
            let edit = Edit::replace(hunk.after.clone(), &*hunk.before);
            let mutation =
                Mutation::of(&patched.file, hunk.after.start, "drop the hunk", vec![edit]);
            found.push(mutation);
        }
    }
}

/// The series without each of its changes, as far as it can be written without.
fn changes(material: &Material<'_>, found: &mut Vec<Mutation>) {
    if !material.has_mails() {
        return;
    }
    let tree = ParsedTree::new(material.tree.clone());
    for change in material.spec.changes() {
        let mut patches: Vec<Patch> = material.spec.patches.clone();
        let mut number = 0;
        for (at, patch) in patches.iter_mut().enumerate() {
            let before = patch.changes.len();
            patch.changes.retain(|other| other.id != change.id);
            if patch.changes.len() != before {
                number = at;
            }
        }
        let is_empty = patches.iter().any(|patch| patch.changes.is_empty());
        patches.retain(|patch| !patch.changes.is_empty());
        let spec = Spec {
            patches,
            ..material.spec.clone()
        };
        let Ok(rendered) = generator::render(&spec, &tree, material.mailing) else {
            continue;
        };
        let mails: Vec<_> = rendered
            .files
            .into_iter()
            .filter(|(name, _)| name.ends_with(".patch"))
            .collect();
        let Some(mut states) = states(material, &mails) else {
            continue;
        };
        if is_empty {
            // The patch is there and does nothing, so that the others keep their places.
            let before = number.checked_sub(1).and_then(|at| states.get(at).cloned());
            states.insert(number, before.unwrap_or_default());
        }
        found.push(Mutation {
            what: format!("drop the change `{}`", change.id),
            file: change
                .body
                .files
                .first()
                .map_or_else(String::new, ToString::to_string),
            line: 1,
            doing: Doing::Snapshots(states),
        });
    }
}

fn states(
    material: &Material<'_>,
    mails: &[(String, Vec<u8>)],
) -> Option<Vec<generator::Snapshot>> {
    let series = read(mails).ok()?;
    let applied = trees::apply::apply_series(&material.tree, &series.mails).ok()?;
    let with_diff = series
        .mails
        .iter()
        .zip(&applied)
        .filter(|(mail, _)| !mail.is_cover());
    let files = with_diff.map(|(_, applied)| {
        let files = applied.overlay.files().iter();
        files
            .filter_map(|(path, bytes)| Some((path.clone(), bytes.clone()?)))
            .collect()
    });
    Some(files.collect())
}

/// The body of an `if` without its condition.
fn unguarded(
    _material: &Material<'_>,
    patched: &crate::material::Patched,
    node: syntax::Node<'_>,
    found: &mut Vec<Mutation>,
) {
    let file = &patched.file;
    let (Some(condition), Some(body)) = (
        node.child_by_field_name("condition"),
        node.child_by_field_name("consequence"),
    ) else {
        return;
    };
    if node.child_by_field_name("alternative").is_some() {
        return;
    }
    let what = format!("drop the condition `{}`", brief(&text_of(file, condition)));
    let edit = Edit::replace(node.byte_range(), text_of(file, body));
    found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
}

/// Each operand of `&&` and `||` left out.
fn operands(patched: &crate::material::Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    for node in touched(patched, &["binary_expression"]) {
        let (Some(left), Some(right), Some(operator)) = (
            node.child_by_field_name("left"),
            node.child_by_field_name("right"),
            node.child_by_field_name("operator"),
        ) else {
            continue;
        };
        let is_dropped = matches!(operator.kind(), "&&" | "||" | "&" | "|" | "+" | "-");
        let is_brought =
            is_own(patched, &left.byte_range()) || is_own(patched, &right.byte_range());
        if !is_dropped || !is_brought {
            continue;
        }
        for (gone, kept) in [(left, right), (right, left)] {
            let what = format!(
                "drop the operand `{}` of `{}`",
                brief(&text_of(file, gone)),
                operator.kind()
            );
            let edit = Edit::replace(node.byte_range(), text(file, kept.byte_range()));
            found.push(Mutation::of(file, gone.start_byte(), what, vec![edit]));
        }
    }
}
