//! A member's declaration: its name, and what no compiler would take for a member.
//!
//! The grammar reads more than C allows: `int if`, `void z`, `static int n`. All of it can be seen without a tree.

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
    let read = compiler.read_code("struct spec {\n", text, ";\n};\n", WHAT, HELP)?;
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
        Some((message, "leave the storage class out"))
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
        let width: u32 = width.trim_start_matches([':', ' ', '\t']).parse().ok()?;
        let name = read.text(self.name);
        if width == 0 {
            let message = format!("the bit-field `{name}` has no bits");
            return Some((message, "give it at least one bit, or leave its name out"));
        }
        let spelled = read.text(self.field.child_by_field_name("type")?);
        let most = bits(&spelled)?;
        (width > most).then(|| {
            let message =
                format!("the bit-field `{name}` has {width} bits, `{spelled}` has {most}");
            (message, "give it fewer bits, or a wider type")
        })
    }
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
