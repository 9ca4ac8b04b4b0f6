//! What an expression's value is, as far as a test has to know: a pointer, a truth value, or something else.

use query::File;
use query::types::{
    DefinitionSource, Resolution, declared_base, definitions_of, member_of, pointer_levels,
    receiver_type,
};
use syntax::Node;
use syntax::items::{BaseType, Function};

/// Words of types that hold more than a flag does.
const WIDE: [&str; 14] = [
    "long",
    "u64",
    "s64",
    "__u64",
    "__s64",
    "size_t",
    "ssize_t",
    "loff_t",
    "dma_addr_t",
    "phys_addr_t",
    "resource_size_t",
    "sector_t",
    "ktime_t",
    "pgoff_t",
];

/// What an expression's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// 0 or 1.
    Truth,
    /// An address.
    Pointer,
    /// A number, or a record.
    Number,
    /// A size, an address as a number, a time: nobody's flag.
    Wide,
    /// It cannot be told.
    Unknown,
}

impl Value {
    /// By a type's spelling, without the name of what has it.
    pub(super) fn of_type(text: &str) -> Self {
        let is_truth = |word: &str| matches!(word, "bool" | "_Bool");
        if text.contains(['*', '[']) {
            Self::Pointer
        } else if text.split_whitespace().any(is_truth) {
            Self::Truth
        } else if text.split_whitespace().any(|word| WIDE.contains(&word)) {
            Self::Wide
        } else {
            Self::Number
        }
    }

    fn of_base(base: &BaseType) -> Self {
        match base {
            BaseType::Named(name) | BaseType::Scalar(name) => Self::of_type(name),
            BaseType::Struct(_) | BaseType::Union(_) | BaseType::Untagged(_) => Self::Number,
            BaseType::Typeof(_) | BaseType::Auto => Self::Unknown,
        }
    }
}

/// The expression inside any number of parentheses.
pub fn without_parens(mut node: Node<'_>) -> Node<'_> {
    while node.kind() == "parenthesized_expression" {
        let mut cursor = node.walk();
        let inner = node
            .named_children(&mut cursor)
            .find(|child| child.kind() != "comment");
        match inner {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// What the expression's value is.
pub(super) fn value_of(file: &File, node: Node<'_>, definitions: &dyn DefinitionSource) -> Value {
    let node = without_parens(node);
    let inner = |field: &str| node.child_by_field_name(field);
    let operator = || inner("operator").map(|operator| file.text(operator.byte_range()));
    match node.kind() {
        "identifier" => variable(file, node, 0),
        "field_expression" => member(file, node, definitions),
        "cast_expression" => inner("type").map_or(Value::Unknown, |to| {
            Value::of_type(&file.text(to.byte_range()))
        }),
        "pointer_expression" if operator().as_deref() == Some("&") => Value::Pointer,
        "pointer_expression" | "subscript_expression" => inner("argument")
            .map(without_parens)
            .filter(|inner| inner.kind() == "identifier")
            .map_or(Value::Unknown, |inner| variable(file, inner, 1)),
        "call_expression" => inner("function").map_or(Value::Unknown, |called| {
            let name = file.text(called.byte_range());
            let known = file.functions_named(&name);
            let known = known.first();
            known.map_or(Value::Unknown, |function| returned(file, function))
        }),
        "string_literal" | "concatenated_string" => Value::Pointer,
        "unary_expression" if operator().as_deref() == Some("!") => Value::Truth,
        "binary_expression" => match operator().as_deref() {
            Some("&&" | "||" | "==" | "!=" | "<" | ">" | "<=" | ">=") => Value::Truth,
            _ => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}

/// A local or a parameter, with this many pointers taken off.
fn variable(file: &File, node: Node<'_>, off: usize) -> Value {
    let range = node.byte_range();
    match pointer_levels(file, &range) {
        Some(levels) if levels > off => Value::Pointer,
        Some(_) => declared_base(file, &range).map_or(Value::Unknown, |base| Value::of_base(&base)),
        None => Value::Unknown,
    }
}

fn member(file: &File, node: Node<'_>, definitions: &dyn DefinitionSource) -> Value {
    let Some(name) = node.child_by_field_name("field") else {
        return Value::Unknown;
    };
    let name = file.text(name.byte_range());
    let Resolution::Known(record) = receiver_type(file, &node.byte_range(), definitions) else {
        return Value::Unknown;
    };
    let known = definitions_of(&record, file, definitions);
    let member = known.iter().find_map(|it| member_of(&it.record, &name));
    member.map_or(Value::Unknown, |member| {
        if !member.array.is_empty() {
            Value::Pointer
        } else if member.bit_width.as_deref() == Some("1") {
            Value::Truth
        } else {
            Value::of_type(&member.type_text)
        }
    })
}

/// What a function returns: by the code before its name.
pub(super) fn returned(file: &File, function: &Function) -> Value {
    let head = function.range.start..function.name_range.start;
    Value::of_type(&file.text(head))
}
