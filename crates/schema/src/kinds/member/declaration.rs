//! A member's declaration: its name, and what no compiler would take for a member.
//!
//! The grammar reads more than C allows: `int if`, `void z`, `static int n`. All of it can be seen without a tree.

use std::ops::Range;

use dialect::token::{Token, TokenKind, fixed_value, tokens};
use dialect::words::is_keyword;
use syntax::Node;

use super::RecordKind;
use crate::compile::Compiler;
use crate::compile::code::{Read, first_of, only_child};
use crate::raw::Text;

const WHAT: &str = "the declaration of one member";
const HELP: &str = "write it without the semicolon: `unsigned int detached_vf:1`";

/// The name that a member's declaration declares; none, and said why, where it cannot be a member of the record.
pub(super) fn name_of(
    compiler: &mut Compiler<'_>,
    text: &Text,
    record: Option<&(RecordKind, String)>,
) -> Option<String> {
    if text.value.trim_end().ends_with(';') {
        compiler.not_a(text, WHAT, HELP);
        return None;
    }
    // The grammar may take it for an annotation, which is no part of the declaration.
    let words = tokens(text.value.as_bytes()).into_iter();
    let mut words = words.filter_map(|token| text.value.get(token.range));
    let of_others = |word: &&str| {
        matches!(
            *word,
            "_Thread_local" | "__thread" | "thread_local" | "_Noreturn"
        )
    };
    if let Some(word) = words.find(of_others) {
        let message = format!("a member cannot be `{word}`");
        let help = "leave it out";
        compiler
            .mistakes
            .report(&text.span, message, "no compiler takes this", help);
        return None;
    }
    let plain = Text {
        value: unannotated(&text.value),
        ..text.clone()
    };
    let read = compiler.read_code("struct spec {\n", &plain, ";\n};\n", WHAT, HELP)?;
    let list = read.only("field_declaration_list");
    let declared = list.and_then(Declared::of);
    let Some(declared) = declared else {
        compiler.not_a(text, WHAT, HELP);
        return None;
    };
    let Some((message, help)) = declared.fault(&read, record) else {
        return Some(read.text(declared.name));
    };
    compiler
        .mistakes
        .report(&text.span, message, "no compiler takes this", help);
    None
}

/// The declaration with blanks for the annotations with arguments at its end: `__guarded_by(&lock)`. Which there are, the
/// tree says, and no list.
fn unannotated(declare: &str) -> String {
    let tokens = tokens(declare.as_bytes());
    let text = |range: &Range<usize>| declare.get(range.clone()).unwrap_or_default();
    let mut end = tokens.len();
    while let Some(start) = annotation(tokens.get(..end).unwrap_or_default(), &text) {
        end = start;
    }
    let Some(from) = tokens.get(end).map(|token| token.range.start) else {
        return declare.to_owned();
    };
    let (kept, rest) = declare.split_at(from);
    let blank: String = rest.bytes().map(|_| ' ').collect();
    kept.to_owned() + &blank
}

/// Where the annotation with arguments begins that the tokens end in, behind something.
fn annotation<'d>(tokens: &[Token], text: &dyn Fn(&Range<usize>) -> &'d str) -> Option<usize> {
    if text(&tokens.last()?.range) != ")" {
        return None;
    }
    let mut depth = 0_usize;
    let open = tokens.iter().rposition(|token| {
        match text(&token.range) {
            ")" => depth += 1,
            "(" => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let start = open.checked_sub(1).filter(|start| *start > 0)?;
    let name = text(&tokens.get(start)?.range);
    let behind = text(&tokens.get(start - 1)?.range);
    let is_whole = behind.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ']' | ')'));
    (name.starts_with("__") && is_whole && start > 1).then_some(start)
}

/// A declaration, taken apart.
struct Declared<'t> {
    field: Node<'t>,
    declarator: Node<'t>,
    name: Node<'t>,
}

impl<'t> Declared<'t> {
    fn of(list: Node<'t>) -> Option<Self> {
        let field = only_child(list).filter(|field| field.kind() == "field_declaration")?;
        let mut cursor = field.walk();
        let mut declarators = field.children_by_field_name("declarator", &mut cursor);
        let declarator = declarators.next()?;
        if declarators.next().is_some() {
            return None;
        }
        let name = first_of(declarator, "field_identifier")?;
        Some(Self {
            field,
            declarator,
            name,
        })
    }

    /// What is wrong, and what to write instead.
    fn fault(
        &self,
        read: &Read,
        record: Option<&(RecordKind, String)>,
    ) -> Option<(String, &'static str)> {
        self.name_fault(read)
            .or_else(|| self.specifier_fault(read))
            .or_else(|| self.stray_fault(read))
            .or_else(|| self.type_fault(read, record))
            .or_else(|| self.width_fault(read))
    }

    fn name_fault(&self, read: &Read) -> Option<(String, &'static str)> {
        let name = read.text(self.name);
        is_keyword(name.as_bytes()).then(|| {
            let message = format!("`{name}` is a keyword of C and cannot name a member");
            (message, "give the member another name")
        })
    }

    fn specifier_fault(&self, read: &Read) -> Option<(String, &'static str)> {
        let mut cursor = self.field.walk();
        let mut children = self.field.children(&mut cursor);
        let storage = children.find(|child| child.kind() == "storage_class_specifier")?;
        let message = format!("a member cannot be `{}`", read.text(storage));
        Some((message, "leave it out"))
    }

    /// A word beside the name that is no annotation: `int count total`.
    fn stray_fault(&self, read: &Read) -> Option<(String, &'static str)> {
        let text = read.text(self.field);
        let base = self.field.start_byte();
        let behind = self.field.child_by_field_name("type")?.end_byte() - base;
        let name = self.name.start_byte() - base;
        let mut depth = 0_usize;
        for token in tokens(text.as_bytes()) {
            let word = text.get(token.range.clone()).unwrap_or_default();
            match word {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                ":" if depth == 0 => break,
                _ => {}
            }
            let is_beside = token.range.start >= behind && token.range.start != name && depth == 0;
            let is_annotation =
                word.starts_with('_') || !word.contains(|c: char| c.is_ascii_lowercase());
            let is_stray = is_beside && token.kind == TokenKind::Word;
            if is_stray && !is_annotation && !is_keyword(word.as_bytes()) {
                let message = format!("`{word}` is neither the type nor the name of the member");
                return Some((message, HELP));
            }
        }
        None
    }

    /// The declarators from the type to the name, parentheses left out: the first applies to the type.
    fn steps(&self) -> Vec<Node<'t>> {
        let mut steps = Vec::new();
        let mut node = self.declarator;
        while node.id() != self.name.id() {
            if node.kind() != "parenthesized_declarator" {
                steps.push(node);
            }
            let inner = node.child_by_field_name("declarator").or_else(|| {
                let mut cursor = node.walk();
                node.named_children(&mut cursor)
                    .find(|child| child.kind().ends_with("declarator") || *child == self.name)
            });
            match inner {
                Some(inner) => node = inner,
                None => break,
            }
        }
        steps
    }

    fn type_fault(
        &self,
        read: &Read,
        record: Option<&(RecordKind, String)>,
    ) -> Option<(String, &'static str)> {
        let steps = self.steps();
        let is = |node: Option<&Node<'_>>, kind: &str| node.is_some_and(|node| node.kind() == kind);
        if is(steps.last(), "function_declarator") {
            let message = format!(
                "`{}` is a function, which no member is",
                read.text(self.name)
            );
            return Some((message, "declare a pointer to it: `int (*get)(void)`"));
        }
        let is_sizeless = |node: Option<&Node<'_>>| {
            node.is_some_and(|node| {
                node.kind() == "array_declarator" && node.child_by_field_name("size").is_none()
            })
        };
        if is_sizeless(steps.last()) && record.is_some_and(|(kind, _)| *kind == RecordKind::Union) {
            let name = read.text(self.name);
            let message = format!("`{name}` is an array without a size, in a union (C11 6.7.2.1)");
            return Some((message, "write `DECLARE_FLEX_ARRAY(type, name)`"));
        }
        // What the pointer or the function that a declarator makes is of may be incomplete.
        if is(steps.first(), "pointer_declarator") || is(steps.first(), "function_declarator") {
            return None;
        }
        let spelled = self.field.child_by_field_name("type")?;
        let spelled = read.text(spelled);
        let name = read.text(self.name);
        if spelled == "void" {
            let message = format!("the member `{name}` is of type `void`, which has no values");
            return Some((message, "declare a pointer, or give it a type"));
        }
        if let Some(message) = misjoined(&spelled) {
            return Some((message, "give it one type"));
        }
        let (kind, tag) = record?;
        let word = match kind {
            RecordKind::Struct => "struct",
            RecordKind::Union => "union",
        };
        let is_own = spelled.split_whitespace().eq([word, tag.as_str()]);
        is_own.then(|| {
            let message = format!("{word} {tag} cannot have itself as a member");
            (message, "declare a pointer to it")
        })
    }

    fn width_fault(&self, read: &Read) -> Option<(String, &'static str)> {
        let clause = first_of(self.field, "bitfield_clause")?;
        let width = read.text(clause);
        let width = fixed_value(width.trim_start_matches([':', ' ', '\t']).as_bytes())?;
        let name = read.text(self.name);
        if width < 0 {
            let message = format!("the bit-field `{name}` has {width} bits");
            return Some((message, "give it at least one bit"));
        }
        if width == 0 {
            let message = format!("the bit-field `{name}` has no bits");
            return Some((message, "give it at least one bit, or leave its name out"));
        }
        let spelled = read.text(self.field.child_by_field_name("type")?);
        let is_whole = |word: &str| matches!(word, "float" | "double" | "void");
        if spelled.split_whitespace().any(is_whole) || self.declarator != self.name {
            let message = format!("the bit-field `{name}` is not of an integer type");
            return Some((message, "leave the width out, or give it an integer type"));
        }
        let most = bits(&spelled)?;
        (width > i128::from(most)).then(|| {
            let message =
                format!("the bit-field `{name}` has {width} bits, `{spelled}` has {most}");
            (message, "give it fewer bits, or a wider type")
        })
    }
}

/// Words of C that make no type together (C11 6.7.2).
fn misjoined(spelled: &str) -> Option<String> {
    let words: Vec<&str> = spelled.split_whitespace().collect();
    let count = |wanted: &str| words.iter().filter(|word| **word == wanted).count();
    let has = |wanted: &[&str]| wanted.iter().any(|wanted| count(wanted) > 0);
    let twice = words
        .iter()
        .any(|word| count(word) > 1 + usize::from(*word == "long"));
    let is_wrong = twice
        || count("signed") + count("unsigned") > 1
        || has(&["float"]) && words.len() > 1
        || has(&["double"]) && words.len() > 1 + count("long").min(1)
        || has(&["bool", "_Bool", "void"]) && words.len() > 1
        || has(&["char"]) && has(&["short", "long", "int"])
        || has(&["short"]) && has(&["long"]);
    const BASIC: [&str; 12] = [
        "signed", "unsigned", "short", "long", "int", "char", "float", "double", "bool", "_Bool",
        "void", "__int128",
    ];
    let is_basic = words.iter().all(|word| BASIC.contains(word));
    (is_basic && is_wrong).then(|| format!("`{}` is no type", words.join(" ")))
}

/// How many bits a type has in every kernel; none where it is not known.
fn bits(spelled: &str) -> Option<u32> {
    let words: Vec<&str> = spelled.split_whitespace().collect();
    match words.as_slice() {
        ["bool" | "_Bool"] => Some(1),
        ["u8" | "s8" | "__u8" | "__s8" | "uint8_t" | "int8_t"] => Some(8),
        ["u16" | "s16" | "__u16" | "__s16" | "uint16_t" | "int16_t"] => Some(16),
        ["u32" | "s32" | "__u32" | "__s32" | "uint32_t" | "int32_t"] => Some(32),
        ["u64" | "s64" | "__u64" | "__s64" | "uint64_t" | "int64_t"] => Some(64),
        words if words.contains(&"long") => Some(64),
        words if words.contains(&"char") => Some(8),
        words if words.contains(&"short") => Some(16),
        words
            if words
                .iter()
                .any(|word| matches!(*word, "int" | "unsigned" | "signed")) =>
        {
            Some(32)
        }
        _ => None,
    }
}
