//! Statements as anchors: which one a match means.

use std::ops::Range;

use dialect::token::{Token, TokenKind, tokens};
use dialect::words::{Role, is_qualifier, is_storage, is_type_word, looks_declaring};
use query::File;
use query::types::DefinitionSource;
use syntax::Node;

use crate::unresolved::Unresolved;

/// What statements stand in: one with such a parent is one of a list.
const LISTS: &[&str] = &[
    "compound_statement",
    "case_statement",
    "labeled_statement",
    "preproc_if",
    "preproc_ifdef",
    "preproc_elif",
    "preproc_elifdef",
    "preproc_else",
];

/// The statements or declarations that an anchor is: mostly one, of which the first is the last.
#[derive(Clone, Copy, Debug)]
pub struct Anchor<'f> {
    /// The first of them.
    pub first: Node<'f>,
    /// The last of them.
    pub last: Node<'f>,
}

/// The statement that the code at `range` is, or is all of but for what is made of its value; none where
/// it is a part of something else: a condition, an argument.
#[must_use]
pub fn of<'f>(file: &'f File, range: &Range<usize>) -> Option<Anchor<'f>> {
    let node = whole_node(file, range)?;
    if node.byte_range() == *range || is_statement(node) && node.end_byte() <= range.end + 1 {
        let statement = statement_around(node)?;
        return Some(Anchor {
            first: statement,
            last: statement,
        });
    }
    // A run of statements: the smallest node around it is the block.
    let mut cursor = node.walk();
    let children: Vec<Node<'f>> = node.named_children(&mut cursor).collect();
    let first = children
        .iter()
        .find(|child| child.start_byte() == range.start)?;
    let last = children
        .iter()
        .find(|child| child.end_byte() == range.end)?;
    (is_statement(*first) && is_statement(*last)).then_some(Anchor {
        first: *first,
        last: *last,
    })
}

fn is_statement(node: Node<'_>) -> bool {
    node.kind().ends_with("_statement") || is_declaration(node)
}

/// Whether the grammar reads the node as a declaration in a block: of a variable, of a `typedef`, of a `struct` alone.
#[must_use]
pub fn is_declaration(node: Node<'_>) -> bool {
    match node.kind() {
        "declaration" | "type_definition" => true,
        "struct_specifier" | "union_specifier" | "enum_specifier" => {
            let parent = node.parent().map_or("", |parent| parent.kind());
            LISTS.contains(&parent)
        }
        _ => false,
    }
}

/// The statement that computes the value of an expression, and nothing that decides by it.
fn statement_around(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    loop {
        if is_statement(at) {
            return Some(at);
        }
        let parent = at.parent()?;
        let passes = matches!(
            parent.kind(),
            "expression_statement"
                | "declaration"
                | "return_statement"
                | "init_declarator"
                | "assignment_expression"
                | "parenthesized_expression"
                | "cast_expression"
        );
        if !passes {
            return None;
        }
        at = parent;
    }
}

/// Whether the statement declares a variable: as C writes it, or by a macro (`LIST_HEAD(todo);`) that has the shape of one,
/// that a header of the file defines so, or that a declaration follows: code would not be in front of one.
#[must_use]
pub fn declares(file: &File, definitions: &dyn DefinitionSource, node: Node<'_>) -> bool {
    let mut next = Some(node);
    while let Some(node) = next {
        if is_declaration(node) {
            return true;
        }
        if node.kind() != "comment" {
            let Some(name) = macro_alone(file, node) else {
                return false;
            };
            // C has an assertion among the declarations.
            if matches!(&*name, "_Static_assert" | "static_assert") {
                return true;
            }
            if has_a_declaring_name(file, &name) || has_a_declaring_body(file, definitions, &name) {
                return true;
            }
            if name.contains(|c: char| c.is_ascii_lowercase()) {
                return false;
            }
        }
        next = node.next_named_sibling();
    }
    false
}

/// The name of what a statement calls and does no more than that.
fn macro_alone(file: &File, node: Node<'_>) -> Option<String> {
    let call = Some(node).filter(|node| node.kind() == "expression_statement");
    let call = call.and_then(|node| node.named_child(0));
    let name = call
        .filter(|call| call.kind() == "call_expression")
        .and_then(|call| call.child_by_field_name("function"))
        .filter(|name| name.kind() == "identifier");
    name.map(|name| file.text(name.byte_range()).into_owned())
}

/// Whether the name of a macro says that it declares, or the user.
fn has_a_declaring_name(file: &File, name: &str) -> bool {
    looks_declaring(name.as_bytes()) || file.words().has(Role::Declaration, name.as_bytes())
}

/// Whether the body of the macro begins with a type: `struct ma_state name = { … }`.
fn has_a_declaring_body(file: &File, definitions: &dyn DefinitionSource, name: &str) -> bool {
    let begins = |known: &File| {
        let mut macros = known.macros().iter();
        let definition = macros.find(|known| known.name == name && known.params.is_some());
        definition.is_some_and(|definition| {
            let body = known.slice(definition.body.clone());
            let first = tokens(body).into_iter();
            let mut first = first.filter(|token| token.kind != TokenKind::Comment);
            first
                .next()
                .and_then(|token| body.get(token.range))
                .is_some_and(begins_declaration)
        })
    };
    if file.macros().iter().any(|known| known.name == name) {
        return begins(file);
    }
    // Headers have declaring macros in capitals; of every other call they need not be asked, all those that the file includes.
    let is_loud = !name.contains(|c: char| c.is_ascii_lowercase());
    let header = is_loud.then(|| definitions.header_defining(file, name));
    header.flatten().is_some_and(|header| begins(&header))
}

/// Whether a declaration may begin with the word, where it begins with a word of C or of the kernel's.
fn begins_declaration(word: &[u8]) -> bool {
    is_type_word(word)
        || is_qualifier(word)
        || is_storage(word)
        || matches!(
            word,
            b"struct" | b"union" | b"enum" | b"u8" | b"u16" | b"u32" | b"u64"
        )
}

/// What a statement begins that ends with its block: `guard()`, a variable with `__free()`.
#[must_use]
pub fn ends_with_block(file: &File, node: Node<'_>) -> Option<String> {
    const WORDS: [&[u8]; 6] = [
        b"guard",
        b"CLASS",
        b"scoped_cond_guard",
        b"__free",
        b"__cleanup",
        b"cleanup",
    ];
    // Of another block inside, it is over by then.
    let is_own = matches!(node.kind(), "declaration" | "expression_statement");
    let code = file.slice(node.byte_range());
    let mut words = tokens(code).into_iter().filter(|_| is_own);
    let found = words.find_map(|token| {
        let word = code.get(token.range)?;
        (token.kind == TokenKind::Word && WORDS.contains(&word)).then_some(word)
    });
    found.map(|word| String::from_utf8_lossy(word).into_owned())
}

/// Whether a `#pragma` about what follows it is directly before `start`, or what stands for one, `_Pragma("…")` or
/// `unrolled_count(4)`. One that sets a state for all that comes is none.
#[must_use]
pub fn pragma_before(file: &File, start: usize) -> bool {
    let tokens = code_around(file, start);
    let after = tokens.partition_point(|token| token.range.end <= start);
    let before = tokens.get(..after).unwrap_or_default();
    let Some(last) = before.last() else {
        return false;
    };
    let text = |token: &Token| file.text(token.range.clone());
    let stands_for_one = |word: &str| word == "_Pragma" || word.starts_with("unrolled");
    match (last.kind, &*text(last)) {
        (TokenKind::Directive, directive) => is_about_what_follows(directive),
        (TokenKind::Word, word) => stands_for_one(word),
        (_, ")") => {
            let mut open = 0_usize;
            let head = before.iter().rposition(|token| {
                match &*text(token) {
                    ")" => open += 1,
                    "(" => open -= 1,
                    _ => {}
                }
                open == 0
            });
            let name = head.and_then(|at| before.get(at.checked_sub(1)?));
            name.is_some_and(|name| stands_for_one(&text(name)))
        }
        _ => false,
    }
}

/// The tokens of the function around `at`, comments apart; of the whole file where it is in none. A file may have many places
/// that are asked about.
#[must_use]
pub fn code_around(file: &File, at: usize) -> Vec<Token> {
    let Some(function) = file.function_at(at) else {
        return file.code_tokens();
    };
    let Range { start, end } = function.range;
    let own = tokens(file.slice(start..end)).into_iter();
    own.filter(|token| token.kind != TokenKind::Comment)
        .map(|token| Token {
            range: token.range.start + start..token.range.end + start,
            ..token
        })
        .collect()
}

fn is_about_what_follows(directive: &str) -> bool {
    const STATES: [&str; 6] = [
        "GCC diagnostic",
        "GCC push_options",
        "GCC pop_options",
        "GCC optimize",
        "clang diagnostic",
        "pack",
    ];
    let text = directive.trim_start_matches(['#', ' ', '\t']);
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    let said = words.get(1..).unwrap_or_default().join(" ");
    words.first() == Some(&"pragma") && !STATES.iter().any(|state| said.starts_with(state))
}

/// Whether another statement can stand beside this one without ending what it is the body of.
///
/// # Errors
/// It is the only statement of an `if`, `else` or loop without braces.
pub fn in_list(file: &File, node: Node<'_>) -> Result<(), Unresolved> {
    let mut outer = node;
    while let Some(parent) = outer
        .parent()
        .filter(|parent| matches!(parent.kind(), "labeled_statement" | "case_statement"))
    {
        outer = parent;
    }
    match outer.parent() {
        Some(parent) if LISTS.contains(&parent.kind()) => Ok(()),
        _ => Err(Unresolved::unfit(
            "the statement is all that an `if`, `else` or loop without braces has; nothing can be put beside it",
        )
        .at(file, node.start_byte())),
    }
}

/// The branches of an `if`, of all that `else if` joins with it, in order: those of the `if` that `branch` is one of; none where
/// it is no branch.
#[must_use]
pub fn arms(branch: Node<'_>) -> Vec<Node<'_>> {
    let owner = branch.parent();
    let first = owner.filter(|owner| owner.kind() == "if_statement");
    let Some(mut first) = first.or_else(|| behind_else(branch)) else {
        return Vec::new();
    };
    while let Some(outer) = behind_else(first) {
        first = outer;
    }
    let mut arms = Vec::new();
    let mut next = Some(first);
    while let Some(at) = next {
        arms.extend(at.child_by_field_name("consequence"));
        let clause = at.child_by_field_name("alternative");
        let inner = clause.and_then(|clause| code_children(clause).into_iter().next());
        next = inner.filter(|inner| inner.kind() == "if_statement" && *inner != branch);
        arms.extend(inner.filter(|_| next.is_none()));
    }
    arms
}

/// The `if` whose `else` has the statement.
fn behind_else(node: Node<'_>) -> Option<Node<'_>> {
    let clause = node.parent()?;
    match clause.kind() {
        "else_clause" => clause.parent(),
        _ => None,
    }
}

/// The named children of a node, comments apart.
#[must_use]
pub fn code_children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let children = node.named_children(&mut cursor);
    children.filter(|child| child.kind() != "comment").collect()
}

/// The largest node that spans just `range`, parentheses around it left out.
#[must_use]
pub fn whole_node<'f>(file: &'f File, range: &Range<usize>) -> Option<Node<'f>> {
    let mut node = file.node_at(range.clone())?;
    while let Some(parent) = node.parent().filter(|parent| parent.byte_range() == *range) {
        node = parent;
    }
    Some(node)
}

pub(crate) fn every(node: Node<'_>) -> Vec<Node<'_>> {
    let mut all = Vec::new();
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        all.push(node);
        let mut cursor = node.walk();
        pending.extend(node.named_children(&mut cursor));
    }
    all.sort_by_key(|node| node.start_byte());
    all
}
