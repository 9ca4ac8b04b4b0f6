//! Another type, another width, another storage class for what the series declares.

use syntax::Node;

use crate::edit::{Edit, Mutation};
use crate::material::{Material, Patched};
use crate::nodes::{brief, own, text_of};

/// Types that are easily taken for one another.
const TYPES: &[&str] = &[
    "int",
    "unsigned int",
    "bool",
    "u8",
    "char",
    "signed int",
    "unsigned long",
    "short",
    "s8",
    "unsigned char",
    "u16",
    "u32",
    "u64",
    "long",
    "unsigned short",
    "void *",
];

/// Widths of a bit-field.
const WIDTHS: &[&str] = &["2", "3", "4", "7", "8", "0", "16", "31", "32"];

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for patched in material.c_files() {
        for node in own(patched, &["field_declaration"]) {
            base(patched, node, &mut found);
            member(patched, node, &mut found);
        }
        for node in own(patched, &["declaration"]) {
            base(patched, node, &mut found);
        }
        for node in own(patched, &["function_definition"]) {
            function(patched, node, &mut found);
        }
    }
    found
}

/// Another type for a declaration.
fn base(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    // What is a record's pointer and used so would be no C with another type.
    let Some(old) = node
        .child_by_field_name("type")
        .filter(|old| !old.kind().ends_with("_specifier") || old.kind() == "sized_type_specifier")
    else {
        return;
    };
    let shown = text_of(file, old);
    for new in TYPES.iter().filter(|new| **new != shown) {
        let what = format!(
            "`{new}` for `{}` in `{}`",
            brief(&shown),
            brief(&text_of(file, node))
        );
        let edit = Edit::replace(old.byte_range(), *new);
        found.push(Mutation::of(file, old.start_byte(), what, vec![edit]));
    }
    for word in ["const", "volatile"] {
        let what = format!("`{word}` before `{}`", brief(&text_of(file, node)));
        let edit = Edit::insert(old.start_byte(), format!("{word} "));
        found.push(Mutation::of(file, old.start_byte(), what, vec![edit]));
    }
}

/// Another width, an array, a pointer for a member.
fn member(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let shown = brief(&text_of(file, node));
    let mut push = |at: usize, what: String, edit: Edit| {
        found.push(Mutation::of(file, at, what, vec![edit]));
    };
    let mut cursor = node.walk();
    let parts: Vec<_> = node.named_children(&mut cursor).collect();
    let width = parts.iter().find(|part| part.kind() == "bitfield_clause");
    let Some(name) = node.child_by_field_name("declarator") else {
        return;
    };
    if let Some(width) = width {
        let old = text_of(file, *width);
        let old = old.trim_start_matches(':').trim().to_owned();
        for new in WIDTHS.iter().filter(|new| **new != old) {
            let what = format!("width {new} for {old} in `{shown}`");
            push(
                width.start_byte(),
                what,
                Edit::replace(width.byte_range(), format!(":{new}")),
            );
        }
        let range = name.end_byte()..width.end_byte();
        push(
            width.start_byte(),
            format!("no width in `{shown}`"),
            Edit::delete(range),
        );
    } else {
        let edit = Edit::insert(name.end_byte(), ":1");
        push(name.start_byte(), format!("width 1 in `{shown}`"), edit);
    }
    let end = width.map_or(name.end_byte(), Node::end_byte);
    let range = name.start_byte()..end;
    let plain = text_of(file, name);
    push(
        name.start_byte(),
        format!("an array in `{shown}`"),
        Edit::replace(range.clone(), format!("{plain}[1]")),
    );
    push(
        name.start_byte(),
        format!("a pointer in `{shown}`"),
        Edit::replace(range, format!("*{plain}")),
    );
    let edit = Edit::insert(name.start_byte(), "the_");
    push(
        name.start_byte(),
        format!("another name in `{shown}`"),
        edit,
    );
}

/// Another storage class for a function. With another result or other parameters than its prototype has, it would be no C.
fn function(patched: &Patched, node: Node<'_>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let at = node.start_byte();
    let head = node.child_by_field_name("declarator");
    let shown = head.map_or_else(String::new, |head| brief(&text_of(file, head)));
    for word in ["static", "inline", "__weak", "__init", "static inline"] {
        let what = format!("`{word}` before `{shown}`");
        found.push(Mutation::of(
            file,
            at,
            what,
            vec![Edit::insert(at, format!("{word} "))],
        ));
    }
}
