//! What a metavariable takes, beside any one node: `$(X: const)`, `$(F: kfree | vfree)`, `$(F: /_put$/)`.
//!
//! Asked for while a pattern is matched, not afterwards: of two arguments that a metavariable could be, the one that it may
//! not be must not be the only one tried.

pub(super) mod written;

use std::ops::Range;

use regex::bytes::Regex;
use syntax::Node;

use super::casts::is_type;
use super::metavar::Metavariable;
use super::scan::{Scanner, stripped};
use crate::File;
use crate::types::DefinitionSource;
use dialect::token::TokenKind;
use dialect::words::{is_keyword, is_type_word};

/// The words that name a kind.
pub(super) const KINDS: [(&str, Kind); 5] = [
    ("expr", Kind::Expression),
    ("ident", Kind::Name),
    ("const", Kind::Constant),
    ("type", Kind::Type),
    ("stmt", Kind::Statement),
];

/// What sort of node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Expression,
    Name,
    Constant,
    Type,
    Statement,
}

/// What a metavariable takes.
#[derive(Clone, Debug)]
pub(super) enum Constraint {
    Kind(Kind),
    /// One of these; the tokens of each.
    OneOf(Vec<Vec<Box<[u8]>>>),
    /// A name in which this is found.
    Matching(Box<Regex>),
    /// Any node but those.
    Not(Box<Self>),
}

impl PartialEq for Constraint {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Kind(a), Self::Kind(b)) => a == b,
            (Self::OneOf(a), Self::OneOf(b)) => a == b,
            (Self::Matching(a), Self::Matching(b)) => a.as_str() == b.as_str(),
            (Self::Not(a), Self::Not(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Constraint {}

/// What a search asks of, beside the syntax tree.
#[derive(Clone, Copy)]
pub(super) struct Asked<'s> {
    pub(super) metavariables: &'s [Metavariable],
    pub(super) file: &'s File,
    pub(super) definitions: &'s dyn DefinitionSource,
}

impl Asked<'_> {
    /// Whether metavariable `meta` may stand for what is at `range`: `node`, where it is one.
    pub(super) fn takes(&self, meta: usize, node: Option<Node<'_>>, range: &Range<usize>) -> bool {
        let constraint = self.metavariables.get(meta).map(|meta| &meta.constraint);
        match constraint {
            Some(Some(constraint)) => self.fits(constraint, node, range),
            _ => true,
        }
    }

    fn fits(&self, constraint: &Constraint, node: Option<Node<'_>>, range: &Range<usize>) -> bool {
        let bytes = self.file.bytes();
        match constraint {
            Constraint::Not(inner) => !self.fits(inner, node, range),
            Constraint::OneOf(any) => {
                let range = stripped(bytes, range.clone());
                any.iter().any(|tokens| is_spelled(bytes, &range, tokens))
            }
            Constraint::Matching(regex) => {
                let name = only_word(bytes, stripped(bytes, range.clone()));
                name.is_some_and(|name| !is_keyword(name) && regex.is_match(name))
            }
            Constraint::Kind(kind) => match node.map(|node| unwrapped(self.file, node)) {
                Some(node) => self.is_kind(*kind, node),
                None => is_text_of_kind(*kind, bytes, range),
            },
        }
    }

    fn is_kind(&self, kind: Kind, node: Node<'_>) -> bool {
        let name = node.kind();
        match kind {
            Kind::Expression => is_expression(name) && !self.is_type_there(node),
            Kind::Name => matches!(
                name,
                "identifier" | "field_identifier" | "type_identifier" | "statement_identifier"
            ),
            Kind::Constant => is_constant(self.file, node),
            Kind::Type => is_type_node(name) || name == "identifier" && self.is_type_there(node),
            Kind::Statement => name.ends_with("_statement") || name == "declaration",
        }
    }

    /// Whether a name is that of a type: asked only where the grammar cannot tell, as an operand of `sizeof` or an argument.
    fn is_type_there(&self, node: Node<'_>) -> bool {
        if node.kind() != "identifier" {
            return false;
        }
        let mut around = std::iter::successors(node.parent(), Node::parent)
            .skip_while(|parent| parent.kind() == "parenthesized_expression");
        let is_open = around.next().is_some_and(|parent| {
            matches!(parent.kind(), "sizeof_expression" | "argument_list")
                || parent.kind() == "call_expression" && parent.named_child(0) != Some(node)
                || parent.kind() == "binary_expression" && is_parenthesized(node)
        });
        let is_called = is_parenthesized(node);
        (is_open || is_called) && is_type(self.file, node, self.definitions)
    }
}

fn is_parenthesized(node: Node<'_>) -> bool {
    let parent = node.parent();
    parent.is_some_and(|parent| parent.kind() == "parenthesized_expression")
}

/// The node without parentheses around it.
fn unwrapped<'t>(file: &File, mut node: Node<'t>) -> Node<'t> {
    loop {
        let inner = match node.kind() {
            "parenthesized_expression" if node.named_child_count() == 1 => node.named_child(0),
            _ => node
                .named_child(0)
                .filter(|child| node.child_count() == 1 && child.byte_range() == node.byte_range()),
        };
        match inner.filter(|inner| !file.slice(inner.byte_range()).is_empty()) {
            Some(inner) if inner.kind() != "compound_statement" => node = inner,
            _ => return node,
        }
    }
}

fn is_expression(kind: &str) -> bool {
    kind.ends_with("_expression")
        || matches!(
            kind,
            "identifier"
                | "number_literal"
                | "char_literal"
                | "string_literal"
                | "concatenated_string"
                | "true"
                | "false"
                | "null"
        )
}

fn is_type_node(kind: &str) -> bool {
    kind.ends_with("_specifier") && !matches!(kind, "storage_class_specifier" | "bitfield_clause")
        || matches!(
            kind,
            "type_identifier" | "primitive_type" | "type_descriptor"
        )
}

/// Literals, names in capitals, sizes, and what operators and calls in capitals make of those. An enumerator in lower case
/// is no constant here, but where the file itself declares it.
fn is_constant(file: &File, node: Node<'_>) -> bool {
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        let text = file.slice(node.byte_range());
        match node.kind() {
            "number_literal"
            | "char_literal"
            | "string_literal"
            | "concatenated_string"
            | "true"
            | "false"
            | "null"
            | "sizeof_expression"
            | "alignof_expression"
            | "offsetof_expression"
            | "comment" => {}
            "identifier" if is_constant_name(file, text) => {}
            "unary_expression"
            | "binary_expression"
            | "conditional_expression"
            | "parenthesized_expression"
            | "argument_list" => {
                let mut cursor = node.walk();
                pending.extend(node.named_children(&mut cursor));
            }
            "cast_expression" => pending.extend(node.child_by_field_name("value")),
            "call_expression" => {
                let called = node.child_by_field_name("function");
                let name = called.map(|called| file.slice(called.byte_range()));
                match name {
                    Some(b"ARRAY_SIZE" | b"offsetof" | b"sizeof_field" | b"struct_size_t") => {}
                    Some(name) if is_capitals(name) => {
                        pending.extend(node.child_by_field_name("arguments"));
                    }
                    _ => return false,
                }
            }
            _ => return false,
        }
    }
    true
}

fn is_constant_name(file: &File, name: &[u8]) -> bool {
    is_capitals(name) || {
        let mut enumerators = file.enumerators().iter();
        enumerators.any(|enumerator| enumerator.name.as_bytes() == name)
    }
}

fn is_capitals(name: &[u8]) -> bool {
    let has_capital = name.iter().any(u8::is_ascii_uppercase);
    has_capital && !name.iter().any(u8::is_ascii_lowercase)
}

/// Of what the grammar made no node: the words of a type among the arguments of a macro, a number behind its sign.
fn is_text_of_kind(kind: Kind, bytes: &[u8], range: &Range<usize>) -> bool {
    let mut tokens = Scanner::new(bytes, range.clone());
    let Some(first) = tokens.next() else {
        return false;
    };
    let word = bytes.get(first.range).unwrap_or_default();
    let last = Scanner::new(bytes, range.clone()).last();
    let is_pointer = last.is_some_and(|last| bytes.get(last.range) == Some(b"*"));
    let is_type = is_pointer
        || is_type_word(word)
        || matches!(
            word,
            b"struct" | b"union" | b"enum" | b"const" | b"volatile"
        );
    match kind {
        Kind::Type => is_type,
        Kind::Expression => !is_type,
        Kind::Name => first.kind == TokenKind::Word && !is_type && tokens.next().is_none(),
        Kind::Constant => first.kind == TokenKind::Number && tokens.next().is_none(),
        Kind::Statement => false,
    }
}

fn is_spelled(bytes: &[u8], range: &Range<usize>, wanted: &[Box<[u8]>]) -> bool {
    let mut tokens = Scanner::new(bytes, range.clone());
    let same = wanted.iter().all(|wanted| {
        let token = tokens.next().and_then(|token| bytes.get(token.range));
        token == Some(&wanted[..])
    });
    same && tokens.next().is_none()
}

/// The word that is all there is.
fn only_word(bytes: &[u8], range: Range<usize>) -> Option<&[u8]> {
    let mut tokens = Scanner::new(bytes, range);
    let word = tokens
        .next()
        .filter(|token| token.kind == TokenKind::Word)?;
    tokens.next().is_none().then(|| bytes.get(word.range))?
}
