//! A change of name that is half made, or made too often: one place keeps the old name, a namesake gets the new one.

use dialect::token::{TokenKind, tokens};
use schema::model::{ChangeKind, Rename};

use crate::edit::{Edit, Mutation};
use crate::material::{Material, Patched};
use crate::nodes::is_own;

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let renames = material.spec.forms().filter_map(|body| match &body.kind {
        ChangeKind::Rename(rename) => Some(rename),
        _ => None,
    });
    let renames: Vec<&Rename> = renames.collect();
    let mut found = Vec::new();
    for patched in material.c_files() {
        for rename in &renames {
            // What was the thing's before, the mails tell.
            in_file(patched, rename, material.has_mails(), &mut found);
        }
    }
    found
}

fn in_file(patched: &Patched, rename: &Rename, tells_others: bool, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let Some(old) = rename.names.first() else {
        return;
    };
    let words = tokens(file.bytes()).into_iter();
    for token in words.filter(|token| token.kind == TokenKind::Word) {
        let text = file.slice(token.range.clone());
        let (what, by) = match text {
            text if text == rename.to.as_bytes() && is_own(patched, &token.range) => {
                ("leave the old name", old)
            }
            text if text == old.as_bytes() && tells_others => ("rename a namesake", &rename.to),
            _ => continue,
        };
        let what = format!("{what}: `{by}`");
        let edit = Edit::replace(token.range.clone(), by.as_str());
        found.push(Mutation::of(file, token.range.start, what, vec![edit]));
    }
}
