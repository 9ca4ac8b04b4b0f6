//! Code in a spec: patterns, templates, declarations, definitions.

use std::borrow::Cow;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::{TokenKind, tokens};
use query::File;
use query::flow::PathPattern;
use query::pattern::{Fragment, Pattern, PatternError, Template};
use syntax::{Node, Reader};

use super::Compiler;
use super::indent::tabbed;
use super::words::all;
use crate::diagnostics::{Diagnostic, Span};
use crate::raw::{Text, Texts};

/// Code of a spec, read between what makes a file of it.
pub(crate) struct Read {
    file: File,
    /// Where the spec's own code begins in the file.
    start: usize,
    end: usize,
}

impl Compiler<'_> {
    /// A pattern.
    pub(crate) fn pattern(&mut self, text: &Text, fragment: Fragment) -> Option<Pattern> {
        // To the grammar it would be a syntax error somewhere behind the dots.
        if PathPattern::is_in(&text.value) {
            self.no_path(text);
            return None;
        }
        let compiled = Pattern::compile(&text.value, fragment, &self.isomorphisms);
        compiled.map_err(|error| self.not_code(text, &error)).ok()
    }

    /// Alternatives, at least one.
    pub(crate) fn patterns(
        &mut self,
        texts: &Texts,
        key: &str,
        fragment: Fragment,
    ) -> Option<Vec<Pattern>> {
        let items = self.some(texts, key)?;
        all(items.iter().map(|text| self.pattern(text, fragment)))
    }

    /// Code to write.
    pub(crate) fn template(&mut self, text: &Text, fragment: Fragment) -> Option<Template> {
        self.ends_with_its_line(text)?;
        self.no_trailing_blanks(text)?;
        // A mistake is shown in the text as it is.
        let compiled = Template::compile(&text.value, fragment);
        let compiled = compiled.map_err(|error| self.not_code(text, &error)).ok()?;
        match tabbed(&text.value) {
            Cow::Borrowed(_) => Some(compiled),
            Cow::Owned(tabbed) => Template::compile(&tabbed, fragment).ok(),
        }
    }

    /// White space at the end of a line of code, which no maintainer takes (`git diff --check`).
    fn no_trailing_blanks(&mut self, text: &Text) -> Option<()> {
        let mut start = 0;
        for line in text.value.trim_end().split_inclusive('\n') {
            let code = line.strip_suffix('\n').unwrap_or(line);
            let end = code.trim_end_matches([' ', '\t']).len();
            if end < code.len() && line.ends_with('\n') {
                let span = self.inside(text, &(start + end..start + code.len()));
                let message = "white space at the end of a line";
                self.mistakes.report(&span, message, "here", "take it away");
                return None;
            }
            start += line.len();
        }
        Some(())
    }

    /// A comment at the end of what is written would take in the line that comes next in the file.
    fn ends_with_its_line(&mut self, text: &Text) -> Option<()> {
        let code = text.value.trim_end();
        let with_next = format!("{code}\nx");
        let last = tokens(with_next.as_bytes()).pop();
        let Some(last) =
            last.filter(|last| last.kind == TokenKind::Comment && last.range.end > code.len())
        else {
            return Some(());
        };
        let span = self.inside(text, &(last.range.start..code.len()));
        let (message, help) = match code.get(last.range.start..).unwrap_or_default() {
            comment if comment.starts_with("//") => (
                "a `//` comment goes on over the `\\` at its end, and takes in the next line",
                "write `/* … */`",
            ),
            _ => ("the comment does not end", "close it with `*/`"),
        };
        self.mistakes.report(&span, message, "here", help);
        None
    }

    /// Says that a path is no pattern of a spec.
    fn no_path(&mut self, text: &Text) {
        let at = text.value.find("...").unwrap_or(0);
        let span = self.inside(text, &(at..at + 3));
        let message =
            "`...` makes this a path from one statement to another, which only `audit` looks for";
        let help = "write one statement here: `order` claims what comes before what on every path, `guarded` and \
                    `every-test` under which condition; `$$$REST` is any run of arguments or statements";
        self.mistakes
            .push(Diagnostic::new(message, span).label("here").help(help));
    }

    fn not_code(&mut self, text: &Text, error: &PatternError) {
        let span = self.inside(text, &error.span);
        let mut diagnostic = Diagnostic::new(error.message.clone(), span).label("here");
        diagnostic.help.clone_from(&error.help);
        self.mistakes.push(diagnostic);
    }

    /// Every metavariable of the template in `text` must be bound by each alternative of the patterns:
    /// which of them a tree has is known only when it is rendered.
    pub(crate) fn bound(
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
                format!("bind `${name}` in `{by_key}`, or write the name that the code has")
            };
            self.mistakes.report(&span, message, "bound nowhere", help);
        }
    }

    /// Reads the spec's code in a file of its own; reports what is not C in it.
    pub(crate) fn read_code(
        &mut self,
        before: &str,
        text: &Text,
        after: &str,
        what: &str,
        help: &str,
    ) -> Option<Read> {
        self.ends_with_its_line(text)?;
        self.no_trailing_blanks(text)?;
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

    /// Reports code that reads as something else.
    pub(crate) fn not_a(&mut self, text: &Text, what: &str, help: &str) {
        self.mistakes.report(
            &text.span,
            format!("this is not {what}"),
            "read as something else",
            help,
        );
    }
}

impl Read {
    /// The file that the code was read in.
    pub(crate) fn root(&self) -> Node<'_> {
        self.file.root()
    }

    /// The text of a node.
    pub(crate) fn text(&self, node: Node<'_>) -> String {
        self.file.text(node.byte_range()).into_owned()
    }

    /// The first node of that kind that starts no later than the spec's code.
    pub(crate) fn only(&self, kind: &str) -> Option<Node<'_>> {
        let node = first_of(self.file.root(), kind)?;
        let around: Span = node.byte_range();
        (around.start <= self.start && around.end >= self.end).then_some(node)
    }
}

/// The only named child that is no comment.
pub(crate) fn only_child(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let mut children = node
        .named_children(&mut cursor)
        .filter(|child| child.kind() != "comment");
    let first = children.next()?;
    children.next().is_none().then_some(first)
}

/// The first node of that kind, in the order of the text.
pub(crate) fn first_of<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
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
