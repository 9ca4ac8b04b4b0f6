//! Operators: what they join, what compares with nothing, and where only the truth counts.

use std::ops::Range;

use tree_sitter::Node;

use super::{Item, View};
use crate::pattern::kinds::kinds;
use crate::pattern::scan::Scanner;

/// A binary expression, taken apart.
pub(in crate::pattern) struct Binary<'s, 't> {
    pub(in crate::pattern) left: Node<'t>,
    pub(in crate::pattern) operator: &'s [u8],
    pub(in crate::pattern) right: Node<'t>,
    pub(in crate::pattern) directive: Option<Range<usize>>,
}

impl<'s> View<'s> {
    /// Left operand, operator, right operand of a binary expression, and a directive between them.
    pub(in crate::pattern) fn binary<'t>(&self, node: Node<'t>) -> Option<Binary<'s, 't>> {
        if node.kind_id() != kinds().binary_expression {
            return None;
        }
        let mut directive = None;
        let mut items = self.plain_items(node);
        items.retain(|item| match item {
            Item::Directive(range) => {
                directive = Some(range.clone());
                false
            }
            _ => true,
        });
        let [
            Item::Node(left),
            Item::Token {
                range,
                covered: true,
                ..
            },
            Item::Node(right),
        ] = &items[..]
        else {
            return None;
        };
        Some(Binary {
            left: *left,
            operator: self.text(range.clone()),
            right: *right,
            directive,
        })
    }

    /// `NULL` or `0`.
    pub(in crate::pattern) fn is_null(&self, node: Node<'_>) -> bool {
        let node = self.core(node);
        matches!(self.text(node.byte_range()), b"NULL" | b"0")
    }

    /// The operand that is compared with `NULL` or `0` by `operator`.
    pub(in crate::pattern) fn compared_with_null<'t>(
        &self,
        node: Node<'t>,
        operator: &[u8],
    ) -> Option<(Node<'t>, Option<Range<usize>>)> {
        let binary = self.binary(node).filter(|b| b.operator == operator)?;
        let operand = if self.is_null(binary.right) {
            binary.left
        } else if self.switches.equality_order && self.is_null(binary.left) {
            binary.right
        } else {
            return None;
        };
        Some((operand, binary.directive))
    }

    /// The operand of `!`.
    pub(in crate::pattern) fn negated<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        if node.kind_id() != kinds().unary_expression {
            return None;
        }
        let items = self.plain_items(node);
        let [Item::Token { range, .. }, Item::Node(operand)] = &items[..] else {
            return None;
        };
        (self.text(range.clone()) == b"!").then_some(*operand)
    }

    /// The operands of a chain of one operator, in source order, and the directives among them.
    pub(in crate::pattern) fn operands<'t>(
        &self,
        node: Node<'t>,
        operator: &[u8],
    ) -> Option<(Vec<Node<'t>>, Vec<Range<usize>>)> {
        let top = self.binary(node).filter(|b| b.operator == operator)?;
        let mut operands = Vec::new();
        let mut directives = Vec::new();
        directives.extend(top.directive);
        let mut pending = vec![top.right, top.left];
        while let Some(next) = pending.pop() {
            let inner = self.core(next);
            match self.binary(inner) {
                Some(inner) if inner.operator == operator && self.switches.groups(operator) => {
                    directives.extend(inner.directive);
                    pending.extend([inner.right, inner.left]);
                }
                _ => operands.push(next),
            }
        }
        Some((operands, directives))
    }

    /// Whether only the truth of the expression is used where it stands; `around`: what that is, the
    /// nearest first.
    pub(in crate::pattern) fn in_test_position<'t>(
        &self,
        node: Node<'t>,
        around: impl Iterator<Item = Node<'t>>,
    ) -> bool {
        let mut child = node;
        for parent in around {
            if parent.kind_id() != kinds().parenthesized_expression {
                return self.tests(parent, child);
            }
            child = parent;
        }
        false
    }

    /// Whether `node` is only a part of a longer chain of `operator`.
    pub(in crate::pattern) fn in_chain<'t>(
        &self,
        mut around: impl Iterator<Item = Node<'t>>,
        operator: &[u8],
    ) -> bool {
        self.switches.groups(operator)
            && around
                .find(|parent| parent.kind_id() != kinds().parenthesized_expression)
                .and_then(|parent| self.binary(parent))
                .is_some_and(|binary| binary.operator == operator)
    }

    /// Whether `parent` only asks `child` whether it is true.
    pub(in crate::pattern) fn tests(&self, parent: Node<'_>, child: Node<'_>) -> bool {
        let k = kinds();
        let kind = parent.kind_id();
        if kind == k.binary_expression {
            return self
                .binary(parent)
                .is_some_and(|b| matches!(b.operator, b"||" | b"&&"));
        }
        if kind == k.unary_expression {
            return self.negated(parent).is_some();
        }
        if kind == k.conditional_expression {
            return parent.named_child(0) == Some(child);
        }
        let keyword = Scanner::new(self.bytes, parent.byte_range())
            .next()
            .map(|token| self.text(token.range));
        let known = matches!(keyword, Some(b"if" | b"while" | b"for" | b"do"));
        let looks = [
            k.if_statement,
            k.while_statement,
            k.for_statement,
            k.do_statement,
        ]
        .contains(&kind);
        known && looks && parent.child_by_field_name("condition") == Some(child)
    }
}
