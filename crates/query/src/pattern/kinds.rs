//! Ids of the node kinds that patterns treat specially, looked up once.

use std::sync::OnceLock;

/// Ids of the node kinds that patterns treat specially.
macro_rules! kinds {
    ($($field:ident),* $(,)?) => {
        pub(super) struct Kinds { $(pub(super) $field: u16,)*
            /// By kind: attribute macros may stand in it.
            attributed: Vec<bool>,
            /// By kind: a preprocessor directive.
            directive: Vec<bool>,
        }
        impl Kinds {
            fn read() -> Self {
                let language: tree_sitter::Language = tree_sitter_c::LANGUAGE.into();
                let id = |kind: &str| language.id_for_node_kind(kind, true);
                let every = |fits: fn(&str) -> bool| {
                    (0..language.node_kind_count())
                        .map(|index| u16::try_from(index).ok()
                            .and_then(|index| language.node_kind_for_id(index))
                            .is_some_and(fits))
                        .collect()
                };
                Self {
                    $($field: id(stringify!($field)),)*
                    attributed: every(takes_attributes),
                    directive: every(|kind| kind.starts_with("preproc_")),
                }
            }
        }
    };
}

kinds!(
    argument_list,
    array_declarator,
    binary_expression,
    call_expression,
    case_statement,
    cast_expression,
    char_literal,
    comma_expression,
    comment,
    compound_statement,
    conditional_expression,
    declaration,
    do_statement,
    else_clause,
    enumerator_list,
    expression_statement,
    field_declaration,
    field_declaration_list,
    field_expression,
    for_statement,
    function_declarator,
    identifier,
    if_statement,
    init_declarator,
    initializer_list,
    initializer_pair,
    labeled_statement,
    macro_type_specifier,
    number_literal,
    parameter_list,
    parenthesized_declarator,
    parenthesized_expression,
    pointer_declarator,
    pointer_expression,
    sizeof_expression,
    string_literal,
    switch_statement,
    system_lib_string,
    translation_unit,
    type_descriptor,
    unary_expression,
    update_expression,
    while_statement,
);

/// Attribute macros stand in these; elsewhere a blanked word means something.
fn takes_attributes(kind: &str) -> bool {
    [
        "declaration",
        "declarator",
        "definition",
        "specifier",
        "enumerator",
    ]
    .iter()
    .any(|part| kind.contains(part))
        || matches!(
            kind,
            "type_descriptor"
                | "cast_expression"
                | "labeled_statement"
                | "translation_unit"
                | "compound_statement"
                | "field_declaration_list"
        )
}

impl Kinds {
    pub(super) fn takes_attributes(&self, kind: u16) -> bool {
        self.attributed
            .get(usize::from(kind))
            .copied()
            .unwrap_or(false)
    }

    pub(super) fn is_directive(&self, kind: u16) -> bool {
        self.directive
            .get(usize::from(kind))
            .copied()
            .unwrap_or(false)
    }
}

/// The kinds, looked up once.
pub(super) fn kinds() -> &'static Kinds {
    static KINDS: OnceLock<Kinds> = OnceLock::new();
    KINDS.get_or_init(Kinds::read)
}
