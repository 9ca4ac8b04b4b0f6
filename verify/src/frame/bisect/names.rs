//! Words that are no names of the code's own, and whether a word is what its place declares.

use query::access::chain;
use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use dialect::view::Rule;
use query::File;
use syntax::Node;

/// Whether the dialect took the word for an annotation, so that it is no operand.
pub(super) fn is_annotation(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::Annotation
            | Rule::ExcessWord
            | Rule::AfterDeclarator
            | Rule::CastWord
            | Rule::OddKeyword
            | Rule::Assembly
    )
}

/// Names that every kernel file has without a declaration that could be read: the compiler's own, those
/// of the build, and the types and values that no kernel header lacks.
pub(super) fn is_given(name: &str) -> bool {
    const GIVEN: &[&str] = &[
        "NULL",
        "true",
        "false",
        "bool",
        "current",
        "defined",
        "__func__",
        "__FUNCTION__",
        "__PRETTY_FUNCTION__",
        "__LINE__",
        "__FILE__",
        "__COUNTER__",
        "__INCLUDE_LEVEL__",
        "__BASE_FILE__",
        "__VA_OPT__",
        "__DATE__",
        "__TIME__",
        "__KERNEL__",
        "__ASSEMBLY__",
        "__GNUC__",
        "__BYTE_ORDER__",
        "__OPTIMIZE__",
        "__CHAR_BIT__",
        "va_list",
        "offsetof",
        "size_t",
        "ssize_t",
        "loff_t",
        "gfp_t",
        "u8",
        "u16",
        "u32",
        "u64",
        "s8",
        "s16",
        "s32",
        "s64",
        "__u8",
        "__u16",
        "__u32",
        "__u64",
        "__s8",
        "__s16",
        "__s32",
        "__s64",
    ];
    const PREFIXES: &[&str] = &[
        "__builtin_",
        "__sync_",
        "__atomic_",
        "CONFIG_",
        "KBUILD_",
        "__INT",
        "__SIZEOF",
        "__UINT",
    ];
    GIVEN.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// A word of the language, or of the compiler's or the preprocessor's extensions of it.
pub(super) fn is_keyword(name: &str) -> bool {
    dialect::words::is_keyword(name.as_bytes())
        || matches!(
            name,
            "define" | "__VA_ARGS__" | "__attribute__" | "__attribute"
        )
}

/// Whether the word is in a macro's body as a variable of a statement expression is:
/// `const struct device *__d = (d);`. The grammar does not read macro bodies.
pub(super) fn is_macro_local(file: &File, range: &Range<usize>) -> bool {
    let definition = file.macro_at(range.start);
    let body = definition.map(|known| &known.body);
    let Some(body) = body.filter(|body| body.contains(&range.start)) else {
        return false;
    };
    if !may_be_declared(
        file.slice(body.start..range.start),
        file.slice(range.end..body.end),
    ) {
        return false;
    }
    let next = tokens(file.slice(range.end..body.end));
    is_behind_a_type(file.slice(body.start..range.start))
        && next.first().is_some_and(|token| {
            let at = range.end + token.range.start..range.end + token.range.end;
            matches!(file.slice(at), b"=" | b";" | b"," | b"[")
        })
}

/// Whether what is declared may be behind the text: it ends with a word that may be a type, and any stars.
pub(super) fn is_behind_a_type(text: &[u8]) -> bool {
    let words: Vec<(TokenKind, &[u8])> = tokens(text)
        .into_iter()
        .map(|token| (token.kind, text.get(token.range).unwrap_or_default()))
        .collect();
    match words.last() {
        Some((TokenKind::Word, word)) => !matches!(*word, b"return" | b"goto" | b"case" | b"else"),
        Some((_, word)) if *word == b"*" => words
            .iter()
            .rev()
            .find(|(_, word)| *word != b"*")
            .is_some_and(|(kind, _)| *kind == TokenKind::Word),
        _ => false,
    }
}

/// Whether what is beside a word lets it be a variable's, told from one letter on each side: a body of a thousand lines is
/// not read again for each of its words.
fn may_be_declared(before: &[u8], behind: &[u8]) -> bool {
    let is_solid = |byte: &&u8| !byte.is_ascii_whitespace() && **byte != b'\\';
    let last = before.iter().rev().find(is_solid);
    let next = behind.iter().find(is_solid);
    // A comment may be between.
    let is_type = last.is_some_and(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'*' | b'/') || !byte.is_ascii()
    });
    is_type && next.is_some_and(|byte| matches!(byte, b'=' | b';' | b',' | b'[' | b'/'))
}

/// Whether the word at `range` is what a declaration, a parameter, an enumerator, a tag or a label names.
pub(super) fn is_declarator(file: &File, range: &Range<usize>) -> bool {
    let way = chain(file, range);
    let Some(mut node) = way
        .last()
        .copied()
        .filter(|node| node.byte_range() == *range)
    else {
        return false;
    };
    for parent in way.iter().rev().skip(1).copied() {
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
            // The value, and the size of an array.
            "init_declarator" | "array_declarator" if !is("declarator") => return false,
            kind if kind.ends_with("declarator") => node = parent,
            _ => return false,
        }
    }
    false
}
