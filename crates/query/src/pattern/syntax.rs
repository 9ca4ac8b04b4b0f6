//! The syntax tree as patterns see it: a node is the row of tokens and nodes that it is made of.
//!
//! The tree is that of the dialect's view, in which words are blanked or stand for others. So tokens
//! are always read from the original bytes: those that the grammar saw (*covered*, below) and those
//! that lie between its nodes, which are the blanked ones.

use std::ops::Range;

use tree_sitter::Node;

mod lists;
mod operators;

pub(super) use lists::{Entries, inner};

use super::isomorphisms::Switches;
use super::kinds::kinds;
use super::scan::{Scanner, word_end};
use dialect::token::TokenKind;
use dialect::words::is_keyword;
use dialect::words::looks_like_type;

/// What a node is made of.
#[derive(Clone, Debug)]
pub(super) enum Item<'t> {
    /// A named node.
    Node(Node<'t>),
    /// A token. `spare`: a blanked attribute, which need not be in the pattern.
    Token {
        range: Range<usize>,
        covered: bool,
        spare: bool,
    },
    /// A token that is not in the source in this form.
    Text(&'static [u8]),
    /// A preprocessor directive stands here: what is on both sides may not belong together.
    Directive(Range<usize>),
}

/// A source and the isomorphisms it is looked at through.
#[derive(Clone, Copy)]
pub(super) struct View<'s> {
    pub(super) bytes: &'s [u8],
    pub(super) switches: Switches,
}

impl<'s> View<'s> {
    pub(super) fn text(&self, range: Range<usize>) -> &'s [u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// The node without redundant parentheses, and without wrappers that add nothing to their one child.
    pub(super) fn core<'t>(&self, mut node: Node<'t>) -> Node<'t> {
        loop {
            let inner = if node.kind_id() == kinds().parenthesized_expression {
                self.switches
                    .parentheses
                    .then(|| self.unwrapped(node))
                    .flatten()
            } else {
                self.sole_child(node)
            };
            match inner {
                Some(inner) => node = inner,
                None => return node,
            }
        }
    }

    /// The child that spans the whole node.
    fn sole_child<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let child = node.named_child(0)?;
        (node.child_count() == 1 && child.byte_range() == node.byte_range() && !node.is_error())
            .then_some(child)
    }

    /// What stands in a pair of parentheses, where that is one expression.
    pub(super) fn unwrapped<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut cursor = node.walk();
        let mut children = node
            .named_children(&mut cursor)
            .filter(|child| child.kind_id() != kinds().comment);
        let child = children.next()?;
        if children.next().is_some()
            || child.kind_id() == kinds().compound_statement
            || child.is_error()
        {
            return None;
        }
        let gaps = [
            node.start_byte() + 1..child.start_byte(),
            word_end(self.bytes, child.end_byte())..node.end_byte().saturating_sub(1),
        ];
        let blank = gaps
            .into_iter()
            .all(|gap| gap.start >= gap.end || Scanner::new(self.bytes, gap).next().is_none());
        blank.then_some(child)
    }

    /// What a node counts as: `(u8)(x)` is a cast, though the grammar takes it for a call.
    pub(super) fn kind(&self, node: Node<'_>) -> u16 {
        let kind = node.kind_id();
        if kind == kinds().call_expression && self.called_cast(node).is_some() {
            return kinds().cast_expression;
        }
        kind
    }

    /// Whether a node is one of `wanted`. `(name)(x)` is a cast and a call, whichever is asked for: that
    /// depends on a `typedef` which may be in any header. A name that says that it is a type is no function.
    pub(super) fn can_be(&self, node: Node<'_>, wanted: u16) -> bool {
        let call = kinds().call_expression;
        self.kind(node) == wanted
            || (wanted == kinds().unary_expression && self.sign(node).is_some())
            || (wanted == call
                && node.kind_id() == call
                && self
                    .called_cast(node)
                    .is_some_and(|(name, _)| !looks_like_type(self.text(name.byte_range()))))
    }

    /// The sign of a number, and the number. The grammar reads `-1` as one constant; to C it is the unary minus of 1
    /// (C11 6.4.4.1 has no sign in a constant).
    pub(super) fn sign(&self, node: Node<'_>) -> Option<(Range<usize>, Range<usize>)> {
        if node.kind_id() != kinds().number_literal {
            return None;
        }
        let mut tokens = Scanner::new(self.bytes, node.byte_range());
        let sign = tokens.next()?.range;
        let number = tokens.next()?.range;
        matches!(self.text(sign.clone()), b"-" | b"+")
            .then_some((sign, number.start..node.end_byte()))
    }

    /// The row of a node that [`View::can_be`] one of `wanted`.
    pub(super) fn items_as<'t>(&self, node: Node<'t>, wanted: u16) -> Vec<Item<'t>> {
        if wanted == kinds().call_expression {
            self.call(node).unwrap_or_else(|| self.plain_items(node))
        } else {
            self.items(node)
        }
    }

    /// `(f)(x)`, `(*f)(x)` and `(&f)(x)` as `f(x)`: parentheses make no difference, and neither do `*` and `&`
    /// to what a function is called by (C11 6.5.2.2, 6.5.3.2). `None`: the name is called as it is.
    fn call<'t>(&self, node: Node<'t>) -> Option<Vec<Item<'t>>> {
        let k = kinds();
        let mut cursor = node.walk();
        let mut children = node
            .named_children(&mut cursor)
            .filter(|child| child.kind_id() != k.comment);
        let (function, arguments) = (children.next()?, children.next()?);
        if function.kind_id() != k.parenthesized_expression {
            // The `)` of `sizeof(f)()`, which the view does not show.
            let gap = self.text(function.end_byte()..arguments.start_byte());
            let is_operand = function.kind_id() == k.identifier && gap.contains(&b')');
            return is_operand.then(|| vec![Item::Node(function), Item::Node(arguments)]);
        }
        let mut callee = self.unwrapped(function)?;
        while callee.kind_id() != k.identifier {
            callee = match self.pointed_at(callee) {
                Some(inner) => inner,
                None => self
                    .unwrapped(callee)
                    .filter(|_| callee.kind_id() == k.parenthesized_expression)?,
            };
        }
        Some(vec![Item::Node(callee), Item::Node(arguments)])
    }

    /// The operand of `*` or `&`.
    fn pointed_at<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        if node.kind_id() != kinds().pointer_expression {
            return None;
        }
        match &self.plain_items(node)[..] {
            [Item::Token { .. }, Item::Node(inner)] => Some(*inner),
            _ => None,
        }
    }

    /// The type name and the value of a cast that the grammar takes for a call.
    fn called_cast<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, Node<'t>)> {
        let mut cursor = node.walk();
        let mut children = node
            .named_children(&mut cursor)
            .filter(|child| child.kind_id() != kinds().comment);
        let function = children.next()?;
        if function.kind_id() != kinds().parenthesized_expression {
            return None;
        }
        let name = self.unwrapped(function)?;
        let arguments = children.next()?;
        let value = self.unwrapped(arguments)?;
        (name.kind_id() == kinds().identifier && arguments.kind_id() == kinds().argument_list)
            .then_some((name, value))
    }

    /// The row of tokens and nodes that `node` is made of, comments left out.
    pub(super) fn items<'t>(&self, node: Node<'t>) -> Vec<Item<'t>> {
        let k = kinds();
        let kind = node.kind_id();
        if kind == k.call_expression
            && let Some((name, value)) = self.called_cast(node)
        {
            let (open, close) = (Item::Text(b"("), Item::Text(b")"));
            return vec![open, Item::Node(name), close, Item::Node(value)];
        }
        if kind == k.call_expression
            && let Some(items) = self.call(node)
        {
            return items;
        }
        if kind == k.field_expression
            && self.switches.arrow
            && let Some(items) = self.member(node)
        {
            return items;
        }
        let mut items = self.plain_items(node);
        if kind == k.sizeof_expression {
            items.retain(|item| match item {
                Item::Token { range, .. } => !matches!(self.text(range.clone()), b"(" | b")"),
                _ => true,
            });
            for item in &mut items {
                if let Item::Node(operand) = item
                    && operand.kind_id() == k.parenthesized_expression
                {
                    *operand = self.unwrapped(*operand).unwrap_or(*operand);
                }
            }
        }
        items
    }

    fn plain_items<'t>(&self, node: Node<'t>) -> Vec<Item<'t>> {
        let k = kinds();
        let kind = node.kind_id();
        let conditional = [
            k.if_statement,
            k.while_statement,
            k.do_statement,
            k.switch_statement,
        ]
        .contains(&kind);
        let attributed = k.takes_attributes(kind);
        let mut items = Vec::new();
        // The root begins at what the grammar saw first, which may be after a blanked word.
        let whole = kind == k.translation_unit;
        let mut at = if whole { 0 } else { node.start_byte() };
        let end = if whole {
            self.bytes.len()
        } else {
            node.end_byte()
        };
        let mut cursor = node.walk();
        let mut more = cursor.goto_first_child();
        while more {
            let child = cursor.node();
            more = cursor.goto_next_sibling();
            if child.kind_id() == k.comment {
                continue;
            }
            self.gap(at..child.start_byte(), attributed, &mut items);
            at = at.max(child.start_byte());
            if k.is_directive(child.kind_id()) {
                items.push(Item::Directive(child.byte_range()));
                at = at.max(child.end_byte());
                continue;
            }
            if child.is_named() {
                let condition = conditional
                    && child.kind_id() == k.parenthesized_expression
                    && !self.is_macro_head(node);
                let function = kind == k.call_expression
                    && child.kind_id() == k.parenthesized_expression
                    && self
                        .unwrapped(child)
                        .is_some_and(|c| c.kind_id() == k.identifier);
                match self.unwrapped(child) {
                    Some(inner) if condition => items.push(Item::Node(inner)),
                    Some(inner) if function => {
                        items.extend([Item::Text(b"("), Item::Node(inner), Item::Text(b")")])
                    }
                    _ => items.push(Item::Node(child)),
                }
                at = word_end(self.bytes, at.max(child.end_byte()));
                continue;
            }
            for token in Scanner::new(self.bytes, at..child.end_byte()) {
                at = at.max(token.range.end);
                items.push(Item::Token {
                    range: token.range,
                    covered: true,
                    spare: false,
                });
            }
            at = at.max(child.end_byte());
        }
        self.gap(at..end, attributed, &mut items);
        items
    }

    /// The tokens between two nodes: words that the dialect blanked.
    fn gap<'t>(&self, gap: Range<usize>, attributed: bool, items: &mut Vec<Item<'t>>) {
        if gap.start >= gap.end {
            return;
        }
        let mut depth = 0_usize;
        let mut spare = false;
        let mut first_directive = None;
        for token in Scanner::new(self.bytes, gap) {
            let text = self.text(token.range.clone());
            if token.kind == TokenKind::Directive {
                // What stands between two directives is an arm that was dropped.
                match first_directive {
                    Some(length) => items.truncate(length),
                    None => {
                        items.push(Item::Directive(token.range));
                        first_directive = Some(items.len());
                    }
                }
                (depth, spare) = (0, false);
                continue;
            }
            match text {
                b"(" if spare => depth += 1,
                b")" if depth > 0 => {
                    depth -= 1;
                    items.push(Item::Token {
                        range: token.range,
                        covered: false,
                        spare,
                    });
                    continue;
                }
                _ if depth == 0 => {
                    spare = attributed && token.kind == TokenKind::Word && !is_keyword(text);
                }
                _ => {}
            }
            items.push(Item::Token {
                range: token.range,
                covered: false,
                spare,
            });
        }
    }

    /// The items of a member access as they are written, where [`Self::items`] gives them otherwise.
    pub(super) fn member_as_written<'t>(&self, node: Node<'t>) -> Option<Vec<Item<'t>>> {
        let is_member = node.kind_id() == kinds().field_expression && self.switches.arrow;
        (is_member && self.member(node).is_some()).then(|| self.plain_items(node))
    }

    /// `(*p).m` as `p->m`, `(&x)->m` as `x.m`.
    fn member<'t>(&self, node: Node<'t>) -> Option<Vec<Item<'t>>> {
        let items = self.plain_items(node);
        let [
            Item::Node(receiver),
            Item::Token { range, .. },
            Item::Node(field),
        ] = &items[..]
        else {
            return None;
        };
        if receiver.kind_id() != kinds().parenthesized_expression {
            return None;
        }
        let pointer = self.core(*receiver);
        if pointer.kind_id() != kinds().pointer_expression {
            return None;
        }
        let parts = self.plain_items(pointer);
        let [Item::Token { range: star, .. }, Item::Node(inner)] = &parts[..] else {
            return None;
        };
        let arrow: &'static [u8] = match (self.text(star.clone()), self.text(range.clone())) {
            (b"*", b".") => b"->",
            (b"&", b"->") => b".",
            _ => return None,
        };
        Some(vec![
            Item::Node(*inner),
            Item::Text(arrow),
            Item::Node(*field),
        ])
    }
}
