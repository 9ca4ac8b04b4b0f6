//! The statements of an `insert`, and the variables that come with them.

use dialect::token::{TokenKind, texts, tokens};
use dialect::words::looks_declaring;
use query::pattern::Template;
use syntax::Node;

use super::Local;
use crate::compile::Compiler;
use crate::compile::code::{Read, first_of, only_child};
use crate::raw::{Text, Texts};

const BEFORE: &str = "void spec(void)\n{\n";
const BEHIND: &str = "\n}\n";

/// What the code of a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::kinds) enum Code {
    /// Statements that can be put anywhere in a function.
    Statements,
    /// Declarations alone.
    Declarations,
}

/// Whether the text is statements that can be put anywhere in a function, or declarations alone.
pub(in crate::kinds) fn statements(
    compiler: &mut Compiler<'_>,
    text: &Text,
    has_condition: bool,
) -> Option<Code> {
    const WHAT: &str = "statements";
    const HELP: &str =
        "write whole statements as they are in a function, each with its `;` or its braces";
    if let Some(directive) = tokens(text.value.as_bytes())
        .into_iter()
        .find(|token| token.kind == TokenKind::Directive)
    {
        let span = compiler.inside(text, &directive.range);
        let message = "a preprocessor directive in `code`";
        let help = "declare a function or a macro that has the `#if` inside, and call it here";
        compiler
            .mistakes
            .report(&span, message, "not a statement", help);
        return None;
    }
    let read = compiler.read_code(BEFORE, &plain(text), BEHIND, WHAT, HELP)?;
    let Some(block) = read.only("compound_statement") else {
        compiler.not_a(text, WHAT, HELP);
        return None;
    };
    let mut cursor = block.walk();
    let children: Vec<Node<'_>> = block
        .named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect();
    if children.is_empty() {
        compiler.not_a(text, WHAT, HELP);
        return None;
    }
    if !has_condition && children.iter().all(|child| child.kind() == "declaration") {
        return Some(Code::Declarations);
    }
    match children
        .iter()
        .find_map(|child| unfit(*child, has_condition))
    {
        Some((message, help)) => {
            compiler
                .mistakes
                .report(&text.span, message, "not here", help);
            None
        }
        None => Some(Code::Statements),
    }
}

/// Why such a statement cannot be put anywhere, and what to do instead.
fn unfit(node: Node<'_>, has_condition: bool) -> Option<(&'static str, &'static str)> {
    match node.kind() {
        "declaration" if !has_condition => Some((
            "a declaration among the statements of `code` would mix code and declarations",
            "declare the variable with `locals`, and assign to it in `code`",
        )),
        "case_statement" => Some((
            "a `case` in `code`",
            "use `kind = \"rewrite\"` on the statement before it",
        )),
        "labeled_statement" if has_condition => Some((
            "a label in `code` under `when`",
            "leave out `when`, and write the `if` in `code`",
        )),
        _ => None,
    }
}

/// The text with names in the place of its metavariables: as long, so that its places are the same.
fn plain(text: &Text) -> Text {
    Text {
        value: text.value.replace('$', "_"),
        span: text.span.clone(),
    }
}

/// A declaration of one variable.
pub(super) fn local(compiler: &mut Compiler<'_>, text: &Text) -> Option<Local> {
    const WHAT: &str = "the declaration of one variable";
    const HELP: &str = "write one without its semicolon: `unsigned int mtu`";
    let declare = compiler.line(text, "locals")?;
    let declare = declare.trim_end_matches(';').trim_end().to_owned();
    let one = Text {
        value: declare.clone(),
        span: text.span.clone(),
    };
    let read = compiler.read_code(BEFORE, &one, ";\n}\n", WHAT, HELP)?;
    let node = read.only("compound_statement").and_then(only_child);
    let name = node.and_then(|node| declared(&read, node));
    match name {
        Some(name) => Some(Local { declare, name }),
        None => {
            compiler.not_a(text, WHAT, HELP);
            None
        }
    }
}

/// The one variable that a declaration declares, or a macro that looks so.
fn declared(read: &Read, node: Node<'_>) -> Option<String> {
    if node.kind() == "declaration" {
        let mut cursor = node.walk();
        let mut declarators = node.children_by_field_name("declarator", &mut cursor);
        let first = declarators.next()?;
        if declarators.next().is_some() {
            return None;
        }
        // The value of an initialiser has names, too, and comes behind the name that is declared.
        return first_of(first, "identifier").map(|name| read.text(name));
    }
    let call = only_child(node).filter(|call| call.kind() == "call_expression")?;
    let function = read.text(call.child_by_field_name("function")?);
    let arguments = call.child_by_field_name("arguments")?;
    let first = first_of(arguments, "identifier")?;
    looks_declaring(function.as_bytes()).then(|| read.text(first))
}

/// Every variable is used in what it is declared for.
pub(super) fn used(
    compiler: &mut Compiler<'_>,
    texts_of: &Texts,
    locals: &[Local],
    code: [Option<&Template>; 2],
) {
    for (text, local) in texts_of.items.iter().zip(locals) {
        let mut words = code
            .iter()
            .flatten()
            .flat_map(|template| texts(template.text().as_bytes()));
        if words.any(|word| word == local.name) {
            continue;
        }
        let elsewhere = locals.iter().filter(|other| other.name != local.name);
        let mut others = elsewhere.flat_map(|other| texts(other.declare.as_bytes()));
        if !others.any(|word| word == local.name) {
            let message = format!("`{}` is declared in `locals` and not used", local.name);
            let help = "use it in `code` or `when`, or leave it out";
            compiler
                .mistakes
                .report(&text.span, message, "used nowhere", help);
        }
    }
}
