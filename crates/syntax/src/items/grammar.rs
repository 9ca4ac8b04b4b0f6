//! The grammar's node kinds and fields by number: comparing names would cost more than the walk.

use std::sync::LazyLock;

use tree_sitter::{Language, Node, TreeCursor};

/// Node kinds that declare something, or hold what does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Function,
    Declaration,
    TypeDefinition,
    FieldDeclaration,
    Record,
    Enum,
    Enumerator,
    BitField,
    Comment,
    /// Its children stand where it stands.
    Container,
    /// `#if` and its arms, where the tree has them.
    Preprocessor,
    Other,
}

const KINDS: &[(&str, Kind)] = &[
    ("function_definition", Kind::Function),
    ("declaration", Kind::Declaration),
    ("type_definition", Kind::TypeDefinition),
    ("field_declaration", Kind::FieldDeclaration),
    ("struct_specifier", Kind::Record),
    ("union_specifier", Kind::Record),
    ("enum_specifier", Kind::Enum),
    ("enumerator", Kind::Enumerator),
    ("bitfield_clause", Kind::BitField),
    ("comment", Kind::Comment),
    ("translation_unit", Kind::Container),
    ("linkage_specification", Kind::Container),
    ("declaration_list", Kind::Container),
    ("ERROR", Kind::Container),
];

struct Grammar {
    kinds: Vec<Kind>,
    fields: [u16; 5],
}

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    let language: Language = tree_sitter_c::LANGUAGE.into();
    let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
    let kinds = (0..count).map(|id| {
        let name = language.node_kind_for_id(id).unwrap_or_default();
        let known = KINDS.iter().find(|(kind, _)| *kind == name);
        match known {
            Some(&(_, kind)) => kind,
            None if name.starts_with("preproc_") => Kind::Preprocessor,
            None => Kind::Other,
        }
    });
    let names = ["type", "declarator", "name", "body", "value"];
    Grammar {
        kinds: kinds.collect(),
        fields: names.map(|name| language.field_id_for_name(name).map_or(0, u16::from)),
    }
});

/// Fields of declarations.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field {
    Type,
    Declarator,
    Name,
    Body,
    Value,
}

pub(crate) fn kind(node: Node<'_>) -> Kind {
    let known = GRAMMAR.kinds.get(usize::from(node.kind_id()));
    match known {
        Some(&kind) => kind,
        // ERROR has the highest number there is.
        None if node.is_error() => Kind::Container,
        None => Kind::Other,
    }
}

pub(crate) fn field<'t>(node: Node<'t>, field: Field) -> Option<Node<'t>> {
    node.child_by_field_id(GRAMMAR.fields[field as usize])
}

/// A declaration of any kind: its specifier and its declarators, each with its `:width`.
#[derive(Debug, Default)]
pub(crate) struct Parts<'t> {
    pub(crate) specifier: Option<Node<'t>>,
    pub(crate) declarators: Vec<(Node<'t>, Option<Node<'t>>)>,
}

/// Takes a declaration apart in one pass over its children.
pub(crate) fn parts<'t>(node: Node<'t>, cursor: &mut TreeCursor<'t>) -> Parts<'t> {
    let mut parts = Parts::default();
    cursor.reset(node);
    let mut more = cursor.goto_first_child();
    while more {
        let child = cursor.node();
        match cursor.field_id().map(u16::from) {
            Some(id) if id == GRAMMAR.fields[Field::Type as usize] => {
                parts.specifier.get_or_insert(child);
            }
            Some(id) if id == GRAMMAR.fields[Field::Declarator as usize] => {
                parts.declarators.push((child, None));
            }
            _ if kind(child) == Kind::BitField => {
                if let Some((_, width)) = parts.declarators.last_mut() {
                    *width = Some(child);
                }
            }
            _ => {}
        }
        more = cursor.goto_next_sibling();
    }
    parts
}
