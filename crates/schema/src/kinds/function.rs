//! `function`: a function defined before or after another.

use dialect::token::{TokenKind, tokens};
use dialect::words::is_keyword;
use syntax::Node;

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::code::{Read, first_of};
use crate::compile::place::places;
use crate::raw::{Text, Texts, section};

section! {
    /// A function defined before or after another.
    FunctionKeys at span {
        /// The whole definition, as it is to be in the file; an `#if` around it, and what exports it, are part of it.
        Required define: Text,
        /// The function to come after, or alternatives: or a variable, a prototype, a type or a macro.
        Optional after: Texts,
        /// The same to come before. Without either: the end of the file.
        Optional before: Texts,
    }
}

/// A function defined before or after another.
#[derive(Clone, Debug)]
pub struct Function {
    /// The whole definition, as it is to be in the file.
    pub define: String,
    /// Its name, read from `define`.
    pub name: String,
    /// The neighbouring function, by name. None: the end of the file.
    pub beside: Option<Beside<String>>,
}

impl Kind for Function {
    type Keys = FunctionKeys;

    const EXAMPLE: &'static str = r#"
file = "arch/s390/pci/pci_bus.c"
before = "zpci_bus_add_device"
define = '''
void pcibios_bus_add_device(struct pci_dev *pdev)
{
	pdev->detached_vf = 1;
}
'''
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(_: &FunctionKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &FunctionKeys, _: &Given<'_>) -> Option<Self> {
        let define = keys.define.as_ref();
        let name = define.and_then(|text| defined(compiler, text));
        let beside = compiler.beside_name(places!(keys), "function");
        Some(Self {
            define: define?.value.trim_matches('\n').to_owned(),
            name: name?,
            beside: beside?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Function(&self.name)
    }
}

/// The name of the one function that the text defines. What is said of it in a line of its own, as `EXPORT_SYMBOL_GPL(it);`,
/// may follow, and an `#if` may be around it, with another definition of it in its `#else`.
fn defined(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    const WHAT: &str = "the definition of one function";
    const HELP: &str = "write the whole function, from its return type to its closing brace; what exports it may follow";
    let read = compiler.read_code("", text, "\n", WHAT, HELP)?;
    if !balanced(text.value.as_bytes()) {
        let message = "the `#if`s of the definition do not end in it";
        let help = "write as many `#endif` as there are `#if`, `#ifdef` and `#ifndef`";
        compiler
            .mistakes
            .report(&text.span, message, "left open, or closed too often", help);
        return None;
    }
    let mut cursor = read.root().walk();
    let items = read.root().named_children(&mut cursor);
    let mut items =
        items.filter(|node| node.kind() != "comment" && !node.kind().starts_with("preproc"));
    let has_arms = text.value.lines().any(|line| line.starts_with("#el"));
    let name = items.next().and_then(|first| defines(&read, first));
    let name = name.filter(|name| {
        let is_its = |item: Node<'_>| {
            is_about(&read.text(item), name)
                || has_arms && defines(&read, item) == Some(name.clone())
        };
        !is_keyword(name.as_bytes()) && items.all(is_its)
    });
    if name.is_none() {
        compiler.not_a(text, WHAT, HELP);
    }
    name
}

/// The function that it defines.
fn defines(read: &Read, item: Node<'_>) -> Option<String> {
    let definition = Some(item).filter(|item| item.kind() == "function_definition")?;
    let declarator = definition.child_by_field_name("declarator")?;
    first_of(declarator, "identifier").map(|node| read.text(node))
}

/// Whether it is a macro's call that names the function: `EXPORT_SYMBOL_NS_GPL(it, FOO);`
fn is_about(item: &str, name: &str) -> bool {
    let tokens = tokens(item.as_bytes());
    let mut tokens = tokens
        .iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .filter_map(|token| item.get(token.range.clone()));
    let is_call = tokens
        .next()
        .is_some_and(|word| !is_keyword(word.as_bytes()))
        && tokens.next() == Some("(");
    let rest: Vec<&str> = tokens.collect();
    let ends = matches!(rest.as_slice(), [.., ")"] | [.., ")", ";"]);
    is_call && ends && rest.contains(&name)
}

/// Whether every `#if` ends, and none that began elsewhere.
fn balanced(code: &[u8]) -> bool {
    let mut open = 0_i32;
    for token in tokens(code) {
        let text = code.get(token.range).unwrap_or_default();
        let word = text
            .trim_ascii_start()
            .strip_prefix(b"#")
            .unwrap_or_default();
        let word = word.trim_ascii_start();
        if token.kind == TokenKind::Directive {
            open += i32::from(word.starts_with(b"if")) - i32::from(word.starts_with(b"endif"));
        }
        if open < 0 {
            return false;
        }
    }
    open == 0
}
