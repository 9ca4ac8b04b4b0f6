//! Code in a spec: patterns, templates, declarations, definitions.

use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::pattern::{Fragment, Pattern, PatternError, Template};
use syntax::{Node, Reader};

use super::Compiler;
use super::words::all;
use crate::diagnostics::Diagnostic;
use crate::model::Span;
use crate::raw::{Text, Texts};

/// Code of a spec, read between what makes a file of it.
struct Read {
    file: File,
    /// Where the spec's own code begins in the file.
    start: usize,
    end: usize,
}

impl Compiler<'_> {
    pub(super) fn pattern(&mut self, text: &Text, fragment: Fragment) -> Option<Pattern> {
        let compiled = Pattern::compile(&text.value, fragment, &self.isomorphisms);
        compiled.map_err(|error| self.not_code(text, &error)).ok()
    }

    pub(super) fn patterns(
        &mut self,
        texts: &Texts,
        key: &str,
        fragment: Fragment,
    ) -> Option<Vec<Pattern>> {
        let items = self.some(texts, key)?;
        all(items.iter().map(|text| self.pattern(text, fragment)))
    }

    pub(super) fn template(&mut self, text: &Text, fragment: Fragment) -> Option<Template> {
        let compiled = Template::compile(&text.value, fragment);
        compiled.map_err(|error| self.not_code(text, &error)).ok()
    }

    fn not_code(&mut self, text: &Text, error: &PatternError) {
        let span = self.inside(text, &error.span);
        let mut diagnostic = Diagnostic::new(error.message.clone(), span).label("here");
        diagnostic.help.clone_from(&error.help);
        self.mistakes.push(diagnostic);
    }

    /// Every metavariable of the template in `text` must be bound by each alternative of the patterns:
    /// which of them a tree has is known only when it is rendered.
    pub(super) fn bound(
        &mut self,
        text: &Text,
        template: &Template,
        key: &str,
        by: &[Pattern],
        by_key: &str,
    ) {
        for name in template.metavariables() {
            let lacking = by
                .iter()
                .find(|pattern| !pattern.metavariables().contains(&name));
            let Some(lacking) = lacking else { continue };
            let at = text.value.find(&name).map_or(0..text.value.len(), |at| {
                at.saturating_sub(1)..at + name.len()
            });
            let span = self.inside(text, &at);
            let message = format!("`${name}` is used in `{key}`, and `{by_key}` does not bind it");
            let help = if by.len() > 1 {
                format!(
                    "the alternative `{}` of `{by_key}` lacks it",
                    lacking.text()
                )
            } else {
                format!("let `${name}` stand in `{by_key}`, or write the name that the code has")
            };
            self.mistakes.report(&span, message, "bound nowhere", help);
        }
    }

    /// Reads the spec's code in a file of its own; reports what is not C in it.
    fn read_code(
        &mut self,
        before: &str,
        text: &Text,
        after: &str,
        what: &str,
        help: &str,
    ) -> Option<Read> {
        let path = TreePath::new("spec.c").ok()?;
        let code = format!("{before}{}{after}", text.value);
        let file = Reader::standalone().read(&path, Arc::from(code.into_bytes()));
        let (start, end) = (before.len(), before.len() + text.value.len());
        if let Some(unread) = file.unread().first() {
            let from = unread.range.start.clamp(start, end) - start;
            let to = unread.range.end.clamp(start, end) - start;
            let span = self.inside(text, &(from..to));
            let message = format!("this is not {what}: {}", unread.cause);
            self.mistakes.report(&span, message, "not read as C", help);
            return None;
        }
        Some(Read {
            file: file.into(),
            start,
            end,
        })
    }

    fn not_a(&mut self, text: &Text, what: &str, help: &str) {
        self.mistakes.report(
            &text.span,
            format!("this is not {what}"),
            "read as something else",
            help,
        );
    }

    /// The name that a member's declaration declares.
    pub(super) fn declared_member(&mut self, text: &Text) -> Option<String> {
        const WHAT: &str = "the declaration of one member";
        const HELP: &str = "write it without the semicolon: `unsigned int detached_vf:1`";
        let read = self.read_code("struct spec {\n", text, ";\n};\n", WHAT, HELP)?;
        let list = read.only("field_declaration_list");
        let name = list.and_then(|list| {
            let field = only_child(list)?;
            let mut cursor = field.walk();
            let mut declarators = field.children_by_field_name("declarator", &mut cursor);
            let first = declarators.next()?;
            let alone = declarators.next().is_none() && field.kind() == "field_declaration";
            alone.then(|| first_of(first, "field_identifier")).flatten()
        });
        let name = name.map(|node| read.file.text(node.byte_range()).into_owned());
        if name.is_none() {
            self.not_a(text, WHAT, HELP);
        }
        name
    }

    /// Whether the text is one assignment.
    pub(super) fn assignment(&mut self, text: &Text) -> Option<()> {
        const WHAT: &str = "an assignment";
        const HELP: &str = "write it without the semicolon: `pdev->detached_vf = 1`";
        let read = self.read_code("void spec(void)\n{\n", text, ";\n}\n", WHAT, HELP)?;
        let body = read.only("compound_statement");
        let value = body.and_then(only_child).and_then(only_child);
        let is_assignment = value.is_some_and(|node| node.kind() == "assignment_expression");
        if !is_assignment {
            self.not_a(text, WHAT, HELP);
        }
        is_assignment.then_some(())
    }

    /// The name of the one function that the text defines.
    pub(super) fn defined_function(&mut self, text: &Text) -> Option<String> {
        const WHAT: &str = "the definition of one function";
        const HELP: &str = "write the whole function, from its return type to its closing brace";
        let read = self.read_code("", text, "\n", WHAT, HELP)?;
        let mut cursor = read.file.root().walk();
        let items = read.file.root().named_children(&mut cursor);
        let mut items = items.filter(|node| node.kind() != "comment");
        let name = match (items.next(), items.next()) {
            (Some(only), None) if only.kind() == "function_definition" => only
                .child_by_field_name("declarator")
                .and_then(|node| first_of(node, "identifier")),
            _ => None,
        };
        let name = name.map(|node| read.file.text(node.byte_range()).into_owned());
        if name.is_none() {
            self.not_a(text, WHAT, HELP);
        }
        name
    }

    /// The name of the one Rust method that the text defines.
    pub(super) fn defined_method(&mut self, text: &Text) -> Option<String> {
        match syn::parse_str::<syn::ImplItemFn>(&text.value) {
            Ok(method) => Some(method.sig.ident.to_string()),
            Err(error) => {
                let help = "write the whole method as it stands in an `impl` block";
                let message = format!("this is not one Rust method: {error}");
                self.mistakes
                    .report(&text.span, message, "not read as Rust", help);
                None
            }
        }
    }
}

impl Read {
    /// The first node of that kind that starts no later than the spec's code.
    fn only(&self, kind: &str) -> Option<Node<'_>> {
        let node = first_of(self.file.root(), kind)?;
        let around: Span = node.byte_range();
        (around.start <= self.start && around.end >= self.end).then_some(node)
    }
}

/// The only named child that is no comment.
fn only_child(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let mut children = node
        .named_children(&mut cursor)
        .filter(|child| child.kind() != "comment");
    let first = children.next()?;
    children.next().is_none().then_some(first)
}

/// The first node of that kind, in the order of the text.
fn first_of<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        if node.kind() == kind {
            return Some(node);
        }
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.children(&mut cursor).collect();
        pending.extend(children.into_iter().rev());
    }
    None
}
