//! A block as what it is to who puts something into it: statements, labels and directives, one after the other.
//!
//! The grammar has the statement behind a label inside the label's node, and those of an `#if` inside its own. Whoever
//! asks what comes next asks about the text: so labels and directives are items between the statements here.

use std::ops::Range;

use dialect::token::{TokenKind, exact_text, tokens};
use query::File;
use syntax::Node;

/// One thing of a block.
#[derive(Clone, Debug)]
pub struct Item<'f> {
    /// What it is.
    pub kind: ItemKind,
    /// Where it is; of a directive, where it begins.
    pub range: Range<usize>,
    /// The node that it is, or begins.
    pub node: Node<'f>,
}

/// What a thing of a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A statement or a declaration, with all that is in it.
    Statement,
    /// `out:`, `case 1:`, `default:`
    Label,
    /// `#if`, `#else`, `#endif`, `#define`
    Directive,
}

impl Item<'_> {
    /// Its code, tokens with single blanks between them, comments apart.
    #[must_use]
    pub fn code(&self, file: &File) -> String {
        code(file.slice(self.range.clone()))
    }

    /// Whether it is the label of that name, or that `case`.
    #[must_use]
    pub fn is_label(&self, file: &File, name: &str) -> bool {
        self.kind == ItemKind::Label && self.code(file) == format!("{} :", code(name.as_bytes()))
    }
}

/// The tokens of a text with single blanks between them, comments apart: the same for two that differ in layout alone.
#[must_use]
pub fn code(text: &[u8]) -> String {
    let words = tokens(text).into_iter();
    let words = words.filter(|token| token.kind != TokenKind::Comment);
    let words = words.filter_map(|token| Some(exact_text(text.get(token.range)?).into_owned()));
    words.collect::<Vec<_>>().join(" ")
}

/// The block that a statement is in; none where it is all that an `if`, an `else` or a loop without braces has.
#[must_use]
pub fn around(node: Node<'_>) -> Option<Node<'_>> {
    let mut parent = node.parent();
    while let Some(at) = parent {
        match at.kind() {
            "compound_statement" => return Some(at),
            "labeled_statement" | "case_statement" => {}
            kind if kind.starts_with("preproc") => {}
            _ => return None,
        }
        parent = at.parent();
    }
    None
}

/// What is in a block, comments apart.
#[must_use]
pub fn items<'f>(block: Node<'f>) -> Vec<Item<'f>> {
    let mut found = Vec::new();
    // No recursion: labels nest as deep as they are many.
    let mut open: Vec<Step<'f>> = inner(block, &[]);
    while let Some(step) = open.pop() {
        let node = match step {
            Step::Made(item) => {
                found.push(item);
                continue;
            }
            Step::Open(node) => node,
        };
        let kind = node.kind();
        if kind == "labeled_statement" || kind == "case_statement" {
            let (label, own) = label(node);
            found.push(label);
            open.extend(inner(node, &own));
        } else if kind.starts_with("preproc") {
            let directive = |at: usize| Item {
                kind: ItemKind::Directive,
                range: at..at + 1,
                node,
            };
            found.push(directive(node.start_byte()));
            if is_conditional(kind) {
                let own = ["condition", "name"];
                let own: Vec<Node<'f>> = own
                    .iter()
                    .filter_map(|field| node.child_by_field_name(field))
                    .collect();
                open.push(Step::Made(directive(node.end_byte().saturating_sub(1))));
                open.extend(inner(node, &own));
            }
        } else {
            found.push(Item {
                kind: ItemKind::Statement,
                range: node.byte_range(),
                node,
            });
        }
    }
    found
}

enum Step<'f> {
    Open(Node<'f>),
    Made(Item<'f>),
}

/// What is in a node but for some of its children, the last first.
fn inner<'f>(node: Node<'f>, without: &[Node<'f>]) -> Vec<Step<'f>> {
    let mut cursor = node.walk();
    let mut children: Vec<Step<'f>> = node
        .named_children(&mut cursor)
        .filter(|child| child.kind() != "comment" && !without.contains(child))
        .map(Step::Open)
        .collect();
    children.reverse();
    children
}

fn is_conditional(kind: &str) -> bool {
    matches!(
        kind,
        "preproc_if" | "preproc_ifdef" | "preproc_elif" | "preproc_elifdef" | "preproc_else"
    )
}

/// The label that a node begins with, and the children that it is made of.
fn label<'f>(node: Node<'f>) -> (Item<'f>, Vec<Node<'f>>) {
    let own = ["label", "value"];
    let mut own: Vec<Node<'f>> = own
        .iter()
        .filter_map(|field| node.child_by_field_name(field))
        .collect();
    let mut cursor = node.walk();
    let mut children = node.children(&mut cursor);
    let colon = children.find(|child| child.kind() == ":");
    let end = colon.map_or(node.end_byte(), |colon| colon.end_byte());
    // A range of `case`s is shown to the grammar as something else than it is: what is before the colon is the label.
    let mut cursor = node.walk();
    own.extend(
        node.named_children(&mut cursor)
            .filter(|child| child.end_byte() <= end),
    );
    let item = Item {
        kind: ItemKind::Label,
        range: node.start_byte()..end,
        node,
    };
    (item, own)
}
