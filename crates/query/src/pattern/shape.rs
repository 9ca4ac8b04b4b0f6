//! What a compiled pattern is made of.

use super::Fragment;
use super::kinds::kinds;

/// One node, or several, that a pattern asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Any one node: a metavariable, by its number.
    One(usize),
    /// Any run of nodes in a list.
    Run(usize),
    /// These tokens.
    Leaf(Vec<Box<[u8]>>),
    /// A node of a kind, made of these tokens and nodes.
    Branch { kind: u16, parts: Vec<Part> },
    /// A list with commas: the parts of each entry.
    List { kind: u16, slots: Vec<Vec<Part>> },
    /// Entries of an initialiser, in any order, and others beside them.
    Among(Vec<Vec<Part>>),
    /// Operands of one operator, in any order where it commutes.
    Chain {
        operator: Box<[u8]>,
        operands: Vec<Shape>,
    },
    /// `!p`, `p == NULL`, `p == 0`
    Null(Box<Shape>),
    /// `p != NULL`, `p != 0`, and just `p` where it is tested.
    Set(Box<Shape>),
    /// The statements of a block, or the one that stands there without braces.
    Block(Vec<Part>),
}

/// A token or a node of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Token(Box<[u8]>),
    Node {
        shape: Shape,
        /// Only its truth is used here.
        test: bool,
        /// The body of an `if`, `else` or loop.
        body: bool,
        /// What a declaration declares: a name, with no `*`, `[]` or `()` around it, which would be part of its type.
        name: bool,
    },
}

/// What a whole pattern asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// One node.
    Node(Shape),
    /// Neighbours in a block, a record or a file.
    Row(Vec<Part>),
    /// A type's words, at the start of an argument or after its qualifiers.
    Argument(Vec<Part>),
    /// Neighbours in an initialiser.
    Entries(Vec<Vec<Part>>),
}

/// One way to read the pattern's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) fragment: Fragment,
    pub(super) root: Root,
}

impl Shape {
    /// Whether it is a call of something that may be called `name`.
    pub(super) fn may_call(&self, name: &str) -> bool {
        let Self::Branch { kind, parts } = self else {
            return false;
        };
        let called = match parts.first() {
            Some(Part::Node { shape, .. }) => shape,
            _ => return false,
        };
        *kind == kinds().call_expression
            && match called {
                Self::One(_) => true,
                Self::Leaf(tokens) => matches!(&tokens[..], [token] if **token == *name.as_bytes()),
                _ => false,
            }
    }

    /// How many choices a match has to make at most.
    pub(super) fn choices(&self) -> usize {
        match self {
            Self::Run(_) => 1,
            Self::One(_) | Self::Leaf(_) => 0,
            Self::Branch { parts, .. } | Self::Block(parts) => choices(parts),
            Self::List { slots, .. } => slots.iter().map(|slot| choices(slot)).sum(),
            Self::Among(slots) => {
                slots.len() + slots.iter().map(|slot| choices(slot)).sum::<usize>()
            }
            Self::Chain { operands, .. } => {
                operands.len() + operands.iter().map(Self::choices).sum::<usize>()
            }
            Self::Null(inner) | Self::Set(inner) => 1 + inner.choices(),
        }
    }
}

/// [`Shape::choices`] of a row.
pub(super) fn choices(parts: &[Part]) -> usize {
    parts
        .iter()
        .map(|part| match part {
            Part::Token(_) => 0,
            Part::Node { shape, .. } => shape.choices(),
        })
        .sum()
}
