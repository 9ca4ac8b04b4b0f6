//! Words of the code, and whether a word is what its place declares.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use syntax::Node;

/// The words of the code: those of directives other than `#define` are conditions, which may name
/// what is defined nowhere.
pub(super) fn names_in(bytes: &[u8]) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    for token in tokens(bytes) {
        let slice = bytes.get(token.range.clone()).unwrap_or_default();
        match token.kind {
            TokenKind::Word => {
                found.push((String::from_utf8_lossy(slice).into_owned(), token.range));
            }
            TokenKind::Directive if is_define(slice) => {
                let hash = slice.iter().position(|&byte| byte == b'#').unwrap_or(0) + 1;
                let inner = slice.get(hash..).unwrap_or_default();
                let base = token.range.start + hash;
                found.extend(
                    tokens(inner)
                        .into_iter()
                        .filter(|token| token.kind == TokenKind::Word)
                        .map(|token| {
                            let word = inner.get(token.range.clone()).unwrap_or_default();
                            (
                                String::from_utf8_lossy(word).into_owned(),
                                base + token.range.start..base + token.range.end,
                            )
                        }),
                );
            }
            _ => {}
        }
    }
    found
}

fn is_define(directive: &[u8]) -> bool {
    let text = directive.trim_ascii_start();
    text.strip_prefix(b"#")
        .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"define"))
}

pub(super) fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "auto"
            | "break"
            | "case"
            | "char"
            | "const"
            | "continue"
            | "default"
            | "define"
            | "do"
            | "double"
            | "else"
            | "enum"
            | "extern"
            | "float"
            | "for"
            | "goto"
            | "if"
            | "inline"
            | "int"
            | "long"
            | "register"
            | "restrict"
            | "return"
            | "short"
            | "signed"
            | "sizeof"
            | "static"
            | "struct"
            | "switch"
            | "typedef"
            | "union"
            | "unsigned"
            | "void"
            | "volatile"
            | "while"
            | "_Bool"
            | "__VA_ARGS__"
    )
}

/// Whether the word stands in a macro's body as a variable of a statement expression stands there:
/// `const struct device *__d = (d);`. The grammar does not read macro bodies.
pub(super) fn is_macro_local(file: &File, range: &Range<usize>) -> bool {
    let Some(body) = file
        .macros()
        .iter()
        .map(|known| &known.body)
        .find(|body| body.contains(&range.start))
    else {
        return false;
    };
    let words: Vec<(TokenKind, &[u8])> = tokens(file.slice(body.start..range.start))
        .into_iter()
        .map(|token| {
            let at = body.start + token.range.start..body.start + token.range.end;
            (token.kind, file.slice(at))
        })
        .collect();
    let after_type = match words.last() {
        Some((TokenKind::Word, word)) => !matches!(*word, b"return" | b"goto" | b"case" | b"else"),
        Some((_, word)) if *word == b"*" => words
            .iter()
            .rev()
            .find(|(_, word)| *word != b"*")
            .is_some_and(|(kind, _)| *kind == TokenKind::Word),
        _ => false,
    };
    let next = tokens(file.slice(range.end..body.end));
    after_type
        && next.first().is_some_and(|token| {
            let at = range.end + token.range.start..range.end + token.range.end;
            matches!(file.slice(at), b"=" | b";" | b"," | b"[")
        })
}

/// Whether the word is the first argument of a macro that declares: `DEFINE_MUTEX(new_lock)`.
pub(super) fn is_named_by_macro(file: &File, range: &Range<usize>) -> bool {
    let line = crate::comparison::line_of(file, range.start);
    let head = line.split(file.text(range.clone()).as_ref()).next();
    head.and_then(|head| head.trim_end().strip_suffix('('))
        .is_some_and(|head| {
            let word: String = head
                .chars()
                .rev()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            let starts = |prefix: &str| {
                let word: String = word.chars().rev().collect();
                word.starts_with(prefix)
            };
            ["DEFINE_", "DECLARE_", "LIST_HEAD", "SYSCALL_DEFINE"]
                .iter()
                .any(|prefix| starts(prefix))
        })
}

/// Whether the word at `range` is what a declaration, a parameter, an enumerator, a tag or a label names.
pub(super) fn is_declarator(file: &File, range: &Range<usize>) -> bool {
    let Some(mut node) = file.node_at(range.clone()) else {
        return false;
    };
    if node.byte_range() != *range {
        return false;
    }
    while let Some(parent) = node.parent() {
        let is = |field: &str| {
            parent
                .child_by_field_name(field)
                .is_some_and(|child: Node<'_>| child.id() == node.id())
        };
        match parent.kind() {
            "declaration"
            | "field_declaration"
            | "parameter_declaration"
            | "type_definition"
            | "function_definition" => return !is("type"),
            "enumerator" => return is("name"),
            "struct_specifier" | "union_specifier" | "enum_specifier" => {
                return is("name") && parent.child_by_field_name("body").is_some();
            }
            "labeled_statement" => return is("label"),
            "init_declarator" if !is("declarator") => return false,
            kind if kind.ends_with("declarator") => node = parent,
            _ => return false,
        }
    }
    false
}
