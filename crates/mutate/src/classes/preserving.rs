//! What means the same: layout, comments, parentheses, nested conditions, names of locals, the order of unrelated
//! includes, code that has nothing to do with the series; and mails as other programs write them. None of it may make a
//! verdict worse: one that does is a false alarm.
//!
//! Code is judged in the landed tree alone: in a mail these edits are rightly undeclared.

mod code;
mod layout;
mod mails;

use crate::edit::Mutation;
use crate::material::Material;

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for patched in material.c_files() {
        layout::mutations(patched, &mut found);
        code::mutations(material, patched, &mut found);
    }
    mails::mutations(material, &mut found);
    found
}
