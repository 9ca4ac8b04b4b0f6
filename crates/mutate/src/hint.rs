//! Why a mutant survives, and what the spec could say so that the next one does not.
//!
//! A suggestion is no guess: it is read as a part of the spec, and shown only if the series as it is still holds with
//! it and the mutant does not.

use std::collections::BTreeSet;

use dialect::token::texts;
use schema::model::{InvariantKind, MemberName, Spec};

use crate::classes::Class;
use crate::edit::{Doing, Mutation};
use crate::material::Material;
use crate::nodes::{is_statement, text};
use crate::outcome::Way;

/// What to tell an author of a survivor.
pub(crate) struct Hint {
    pub(crate) why: String,
    pub(crate) invariant: Option<String>,
}

/// The first suggestion that `kills`.
pub(crate) fn of(
    material: &Material<'_>,
    class: Class,
    mutation: &Mutation,
    way: Way,
    kills: &dyn Fn(&Spec) -> bool,
) -> Hint {
    let invariant = candidates(material, mutation).into_iter().find(|table| {
        let text = format!("{}\n{table}", material.spec.text);
        schema::load(&material.spec.origin, text.as_bytes()).is_ok_and(|spec| kills(&spec))
    });
    Hint {
        why: why(class, way, invariant.is_some()),
        invariant,
    }
}

fn why(class: Class, way: Way, is_sayable: bool) -> String {
    let seen = match (class, way) {
        (Class::Undeclared, Way::Landed) => {
            "in a landed tree only the changes and the stated invariants are judged: nothing tells what other code was"
        }
        (Class::Write, Way::Landed) => "no stated invariant sees this write",
        (Class::Mail, _) => "nothing compares this part of a mail",
        (_, Way::Mails) => "no check of the mails and no invariant speaks of it",
        (_, Way::Landed) => "no change and no stated invariant of the spec speaks of it",
    };
    let more = if is_sayable {
        "the invariant below would see it"
    } else {
        "no invariant that was tried sees it"
    };
    format!("{seen}; {more}")
}

/// Tables that could be put at the end of the spec, the one that says most first.
fn candidates(material: &Material<'_>, mutation: &Mutation) -> Vec<String> {
    let mut tables = Vec::new();
    for member in material.members() {
        let name = format!("{}.{}", member.record, member.name);
        let (writers, readers) = users(material, &member.name);
        let is_member =
            |claimed: &MemberName| claimed.record == member.record && claimed.member == member.name;
        let says = |is_writes: bool| {
            material.spec.invariants.iter().any(|one| match &one.kind {
                InvariantKind::WritesOnlyIn(claim) => is_writes && is_member(&claim.member),
                InvariantKind::ReadsOnlyIn(claim) => !is_writes && is_member(&claim.member),
                _ => false,
            })
        };
        for (kind, functions) in [("writes-only-in", &writers), ("reads-only-in", &readers)] {
            if !functions.is_empty() && !says(kind == "writes-only-in") {
                let list: Vec<String> = functions.iter().map(|name| quoted(name)).collect();
                tables.push(format!(
                    "[[invariant]]\nid = \"mutate-{kind}\"\nkind = \"{kind}\"\nmember = {}\nfunctions = [{}]\n",
                    quoted(&name),
                    list.join(", ")
                ));
            }
        }
    }
    tables.extend(statement_claims(material, mutation));
    tables
}

/// The functions of the series' files that write a member, and those that use it otherwise.
fn users(material: &Material<'_>, member: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut writers, mut readers) = (BTreeSet::new(), BTreeSet::new());
    for patched in material.c_files() {
        let file = &patched.file;
        for function in file.functions() {
            let uses = crate::nodes::within(file, &function.body, &["field_expression"]);
            for node in uses {
                let field = node.child_by_field_name("field");
                if field.is_none_or(|field| crate::nodes::text_of(file, field) != member) {
                    continue;
                }
                let is_written = node.parent().is_some_and(|parent| {
                    parent.kind() == "assignment_expression"
                        && parent.child_by_field_name("left").map(|left| left.id())
                            == Some(node.id())
                });
                if is_written {
                    writers.insert(function.name.clone());
                } else {
                    readers.insert(function.name.clone());
                }
            }
        }
    }
    (writers, readers)
}

/// That the statement which was changed is in its function, as it is.
fn statement_claims(material: &Material<'_>, mutation: &Mutation) -> Vec<String> {
    let Doing::Edits(path, edits) = &mutation.doing else {
        return Vec::new();
    };
    let Ok(Some(file)) = material.after.file(path) else {
        return Vec::new();
    };
    let mut tables = Vec::new();
    for edit in edits {
        let Some(function) = file.function_at(edit.range.start) else {
            continue;
        };
        let mut node = file.node_at(edit.range.clone());
        while let Some(inner) = node.filter(|inner| !is_statement(*inner)) {
            node = inner.parent();
        }
        let whole = node.map(|node| text(&file, node.byte_range()));
        let condition = node
            .and_then(|node| node.child_by_field_name("condition"))
            .and_then(|condition| condition.named_child(0))
            .map(|condition| text(&file, condition.byte_range()));
        let scope = format!("scope = {{ functions = [{}] }}", quoted(&function.name));
        for pattern in condition
            .into_iter()
            .chain(whole)
            .filter(|text| is_short(text))
        {
            for kind in ["kind = \"present\"", "kind = \"count\"\ncount = 1"] {
                tables.push(format!(
                    "[[invariant]]\nid = \"mutate-{}\"\n{kind}\npattern = {}\n{scope}\n",
                    function.name,
                    quoted(&one_line(&pattern))
                ));
            }
        }
    }
    tables
}

/// Whether a claim about the text would be one that a person writes.
fn is_short(text: &str) -> bool {
    const MOST_WORDS: usize = 40;
    texts(text.as_bytes()).count() <= MOST_WORDS
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As TOML has it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
