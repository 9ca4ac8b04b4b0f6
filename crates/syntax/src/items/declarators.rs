//! Declarators: the name inside, and the type around it, as texts of the original bytes.

use std::ops::Range;

use tree_sitter::Node;

use super::grammar::{Field, field};
use super::model::BaseType;
use crate::source::Source;
use dialect::token::{Pieces, TokenKind, texts};
use dialect::words::{is_storage, is_typeof};

/// The node of the name that a declarator declares.
pub fn name_of(declarator: Node<'_>) -> Option<Node<'_>> {
    let mut node = declarator;
    loop {
        match node.kind() {
            "identifier" | "field_identifier" | "type_identifier" | "primitive_type" => {
                return Some(node);
            }
            _ => node = inner(node)?,
        }
    }
}

/// The declarator inside a declarator.
fn inner(declarator: Node<'_>) -> Option<Node<'_>> {
    if let Some(found) = field(declarator, Field::Declarator) {
        return Some(found);
    }
    let mut cursor = declarator.walk();
    declarator.named_children(&mut cursor).find(|child| {
        child.kind().ends_with("declarator")
            || matches!(
                child.kind(),
                "identifier" | "field_identifier" | "type_identifier" | "primitive_type"
            )
    })
}

/// Whether a declarator declares a function (and no pointer to one, and no array).
pub(crate) fn is_function(declarator: Node<'_>) -> bool {
    let mut node = declarator;
    let mut function = false;
    while let Some(within) = inner(node) {
        match node.kind() {
            "function_declarator" => function = true,
            "parenthesized_declarator" | "attributed_declarator" | "init_declarator" => {}
            _ => function = false,
        }
        node = within;
    }
    function
}

/// The type of a declaration as people write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spelling {
    pub(crate) type_text: String,
    pub(crate) array: String,
}

/// Spells the type that `declarator` gives `name`, from the original bytes. `specifiers` ends where the
/// first declarator of the declaration starts; `body` is that of a record defined among them.
pub(crate) fn spell(
    file: &Source,
    specifiers: Range<usize>,
    body: Option<Range<usize>>,
    declarator: Range<usize>,
    name: Range<usize>,
) -> Spelling {
    let mut words: Vec<&str> = Vec::new();
    match body {
        Some(body) => {
            words.extend(texts(file.slice(specifiers.start..body.start)));
            words.extend(["{", "…", "}"]);
            words.extend(texts(file.slice(body.end..specifiers.end)));
        }
        None => words.extend(texts(file.slice(specifiers))),
    }
    words.retain(|word| !is_storage(word.as_bytes()));
    words.extend(texts(file.slice(declarator.start..name.start)));
    let after = file.slice(name.end..declarator.end);
    let (array, used) = arrays(after);
    words.extend(texts(&after[used..]));
    Spelling {
        type_text: words.join(" "),
        array,
    }
}

/// The `[…]` groups at the start of `after`, and how many bytes they take.
fn arrays(after: &[u8]) -> (String, usize) {
    let mut text = String::new();
    let mut used = 0;
    let mut depth = 0_usize;
    let mut before_is_mark = true;
    for (kind, range) in Pieces::new(after) {
        let token = std::str::from_utf8(&after[range.clone()]).unwrap_or("\u{fffd}");
        match token {
            "[" => depth += 1,
            "]" => depth = depth.saturating_sub(1),
            _ if depth == 0 => break,
            "(" | ")" | "," => {}
            _ if kind == TokenKind::Punctuation || !before_is_mark => text.push(' '),
            _ if !text.ends_with(['[', '(']) => text.push(' '),
            _ => {}
        }
        before_is_mark = kind == TokenKind::Punctuation;
        text.push_str(token);
        if depth == 0 {
            used = range.end;
        }
    }
    if depth == 0 {
        (text, used)
    } else {
        (String::new(), 0)
    }
}

/// What a `type` node of the tree says, its words read from the original bytes.
pub fn base_of(file: &Source, node: Node<'_>) -> BaseType {
    let text = |node: Node<'_>| file.text(node.byte_range()).into_owned();
    let tag = field(node, Field::Name).map(text);
    match (node.kind(), tag) {
        ("struct_specifier", Some(tag)) => BaseType::Struct(tag),
        ("union_specifier", Some(tag)) => BaseType::Union(tag),
        ("struct_specifier" | "union_specifier", None) => BaseType::Untagged(node.byte_range()),
        ("primitive_type" | "sized_type_specifier" | "enum_specifier", _) => {
            let head = node
                .child_by_field_name("body")
                .map_or(node.end_byte(), |b| b.start_byte());
            let words: Vec<_> = texts(file.slice(node.start_byte()..head)).collect();
            BaseType::Scalar(words.join(" "))
        }
        _ => worded(file, node.byte_range()),
    }
}

fn worded(file: &Source, range: Range<usize>) -> BaseType {
    let bytes = file.slice(range.clone());
    let Some((_, word)) = Pieces::new(bytes).next() else {
        return BaseType::Scalar(String::new());
    };
    match &bytes[word.clone()] {
        b"__auto_type" => BaseType::Auto,
        name if is_typeof(name) => BaseType::Typeof(parenthesised(file, range.start + word.end)),
        name => BaseType::Named(String::from_utf8_lossy(name).into_owned()),
    }
}

/// What stands between the parentheses that open at or after `from`; empty where there are none.
pub(crate) fn parenthesised(file: &Source, from: usize) -> Range<usize> {
    let bytes = file.slice(from..file.bytes().len());
    let mut depth = 0_usize;
    let mut start = from;
    for (_, range) in Pieces::new(bytes) {
        match (&bytes[range.clone()], depth) {
            (b"(", 0) => (start, depth) = (from + range.end, 1),
            (b"(", _) => depth += 1,
            (b")", 1) => return start..from + range.start,
            (b")", 2..) => depth -= 1,
            (_, 0) => break,
            _ => {}
        }
    }
    from..from
}
