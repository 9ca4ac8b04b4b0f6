//! `declaration`: a prototype, a variable, a typedef, a struct or an enum at file level.

use dialect::token::{TokenKind, tokens};
use syntax::Node;

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::code::{Read, first_of};
use crate::compile::place::places;
use crate::compile::words::blank_around;
use crate::raw::{Text, Texts, section};

section! {
    /// A prototype, a variable, a typedef, a struct, a union or an enum put beside another declaration at file level.
    DeclarationKeys at span {
        /// The whole declaration with its `;`, written as at column 0. A blank line before or behind it is kept.
        Required declare: Text,
        /// What is declared or defined before it, by name (of a struct or an enum, the tag), or alternatives.
        Optional after: Texts,
        /// What is declared or defined behind it, or alternatives.
        Optional before: Texts,
    }
}

/// A declaration at file level.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// All of it, with its `;`.
    pub declare: String,
    /// What it declares: the name, or the tag of a struct, a union or an enum.
    pub name: String,
    /// A blank line is wanted before it, and behind it.
    pub blank: (bool, bool),
    /// What it goes next to, by name.
    pub beside: Beside<String>,
}

impl Kind for Declaration {
    type Keys = DeclarationKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_private.h"
after = "vfio_config_init"
declare = "extern int vfio_config_count;"
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(_: &DeclarationKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &DeclarationKeys, _: &Given<'_>) -> Option<Self> {
        let name = keys
            .declare
            .as_ref()
            .and_then(|text| declared(compiler, text));
        let beside = compiler.required_beside(places!(keys), |compiler, text| {
            compiler.identifier(text, "declaration")
        });
        let text = keys.declare.as_ref()?;
        Some(Self {
            declare: text.value.trim_matches('\n').trim_end().to_owned(),
            name: name?,
            blank: blank_around(&text.value),
            beside: beside?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::File
    }
}

/// The name of the one thing that the text declares.
fn declared(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    const WHAT: &str = "one declaration";
    const HELP: &str = "write a prototype, a variable, a typedef, or a struct, a union or an enum, with its body or without, and the `;`";
    let mut code = tokens(text.value.as_bytes()).into_iter();
    if code.any(|token| token.kind == TokenKind::Directive) {
        compiler.not_a(text, WHAT, HELP);
        return None;
    }
    let read = compiler.read_code("", text, "\n", WHAT, HELP)?;
    let mut cursor = read.root().walk();
    let mut items = read
        .root()
        .named_children(&mut cursor)
        .filter(|node| node.kind() != "comment");
    let first = items.next();
    let name = first
        .filter(|_| items.next().is_none() && text.value.trim_end().ends_with([';', '/']))
        .and_then(|node| name_of(&read, node));
    if name.is_none() {
        compiler.not_a(text, WHAT, HELP);
    }
    name
}

fn name_of(read: &Read, node: Node<'_>) -> Option<String> {
    match node.kind() {
        "struct_specifier" | "union_specifier" | "enum_specifier" => {
            node.child_by_field_name("name").map(|name| read.text(name))
        }
        "declaration" | "type_definition" => {
            let mut cursor = node.walk();
            let mut declarators = node.children_by_field_name("declarator", &mut cursor);
            let only = declarators.next()?;
            if declarators.next().is_some() {
                return None;
            }
            // A typedef's name is a type, its parameters have names of their own.
            let kind = match node.kind() {
                "type_definition" => "type_identifier",
                _ => "identifier",
            };
            let name = first_of(only, kind);
            name.map(|name| read.text(name))
        }
        _ => None,
    }
}
