//! Another variable in the place of the one that is meant: shadowed, assigned to, swapped; or another member of it.

use query::File;
use syntax::Node;

use crate::edit::{Edit, Mutation};
use crate::material::{Material, Patched};
use crate::nodes::{
    Pointer, brief, has_own_lines, is_own, own_statements, pointers, text_of, touched, whole_lines,
};

/// How many members on each side of the one used are tried in its place.
const NEIGHBOURS: usize = 4;

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for patched in material.c_files() {
        for node in touched(patched, &["field_expression"]) {
            let argument = node.child_by_field_name("argument");
            let Some(argument) = argument.filter(|node| node.kind() == "identifier") else {
                continue;
            };
            if is_own(patched, &argument.byte_range()) {
                swapped(material, patched, node, argument, &mut found);
            }
            members(material, patched, node, argument, &mut found);
        }
        for node in own_statements(patched) {
            hidden(patched, node, &mut found);
        }
    }
    found
}

/// The pointers that the function around a node knows.
fn known(file: &File, at: usize) -> Vec<Pointer> {
    let function = file.function_at(at);
    function
        .map(|function| pointers(file, function))
        .unwrap_or_default()
}

/// Another object for the one whose member is used.
fn swapped(
    material: &Material<'_>,
    patched: &Patched,
    node: Node<'_>,
    argument: Node<'_>,
    found: &mut Vec<Mutation>,
) {
    let file = &patched.file;
    let old = text_of(file, argument);
    let all = known(file, node.start_byte());
    let mut others: Vec<String> = all
        .iter()
        .filter(|other| other.name != old)
        .map(|other| other.name.clone())
        .collect();
    others.push(format!("({old} + 1)"));
    others.push("mutant".to_owned());
    let own = all.iter().find(|pointer| pointer.name == old);
    if let Some(own) = own {
        let like = material.members_like(&own.tag).into_iter();
        others.extend(like.map(|member| format!("{old}->{member}")));
    }
    for new in others {
        let what = format!("`{new}` for `{old}` in `{}`", brief(&text_of(file, node)));
        let edit = Edit::replace(argument.byte_range(), new);
        found.push(Mutation::of(file, argument.start_byte(), what, vec![edit]));
    }
}

/// Other members of the same record, declared near the one used.
fn members(
    material: &Material<'_>,
    patched: &Patched,
    node: Node<'_>,
    argument: Node<'_>,
    found: &mut Vec<Mutation>,
) {
    let file = &patched.file;
    let field = node.child_by_field_name("field");
    let Some(field) = field.filter(|field| is_own(patched, &field.byte_range())) else {
        return;
    };
    let (name, object) = (text_of(file, field), text_of(file, argument));
    let all = known(file, node.start_byte());
    let tag = all
        .iter()
        .find(|pointer| pointer.name == object)
        .map(|pointer| &pointer.tag);
    let records = material
        .files
        .iter()
        .flat_map(|patched| patched.file.records());
    let record = records.into_iter().find(|record| {
        let is_meant = tag.is_none() || record.tag.as_ref() == tag;
        is_meant && record.members.iter().any(|member| member.name == name)
    });
    let Some(record) = record else {
        return;
    };
    let at = record
        .members
        .iter()
        .position(|member| member.name == name)
        .unwrap_or_default();
    let near = at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(record.members.len());
    for member in record.members.get(near).unwrap_or_default() {
        if member.name == name {
            continue;
        }
        let what = format!(
            "`{}` for `{name}` in `{}`",
            member.name,
            brief(&text_of(file, node))
        );
        let edit = Edit::replace(field.byte_range(), &*member.name);
        found.push(Mutation::of(file, field.start_byte(), what, vec![edit]));
    }
}

/// The statement's variables hidden by others of the same name, or assigned to right before it.
fn hidden(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let own = text_of(file, node);
    let shown = brief(&own);
    let used =
        |pointer: &&Pointer| dialect::token::texts(own.as_bytes()).any(|word| word == pointer.name);
    let all = known(file, node.start_byte());
    let is_in_block = node
        .parent()
        .is_some_and(|parent| parent.kind() == "compound_statement");
    for pointer in all.iter().filter(used) {
        let (name, tag) = (&pointer.name, &pointer.tag);
        let mut values = vec!["NULL".to_owned(), "mutant".to_owned()];
        let same = all
            .iter()
            .filter(|other| other.tag == *tag && other.name != *name);
        values.extend(same.map(|other| other.name.clone()));
        for value in values {
            let what = format!("`{name}` hidden by one that is {value}, around `{shown}`");
            let text = format!("{{\nstruct {tag} *{name} = {value};\n{own}\n}}");
            let edit = Edit::replace(node.byte_range(), text);
            found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
            let assignment = format!("{name} = {value};");
            if is_in_block && has_own_lines(file, node) {
                let what = format!("`{assignment}` before `{shown}`");
                let start = whole_lines(file, &node.byte_range()).start;
                let edit = Edit::insert(start, format!("\t{assignment}\n"));
                found.push(Mutation::of(file, node.start_byte(), what, vec![edit]));
            }
        }
    }
}
