//! Operands: chains in any order, null tests, truth tests.

use std::ops::Range;
use std::rc::Rc;

use tree_sitter::Node;

use super::{Bound, Choice, Goal, Matcher, Outcome, done, either};
use crate::pattern::kinds::kinds;
use crate::pattern::shape::Shape;

impl Matcher<'_> {
    pub(super) fn chain<'p, 't>(
        &mut self,
        operator: &'p [u8],
        shapes: &'p [Shape],
        node: Node<'t>,
        agenda: &mut Vec<Goal<'p, 't>>,
    ) -> Outcome<'p, 't> {
        let Some((nodes, directives)) = self.view.operands(node, operator) else {
            return Outcome::Fails;
        };
        let run = shapes.iter().any(|s| matches!(s, Shape::Run(_)));
        let fits = if run {
            nodes.len() + 1 >= shapes.len()
        } else {
            nodes.len() == shapes.len()
        };
        if !fits {
            return Outcome::Fails;
        }
        self.directives.extend(directives);
        agenda.push(Goal::Operands {
            shapes,
            used: vec![false; nodes.len()],
            nodes: nodes.into(),
            operator,
        });
        Outcome::Done
    }

    pub(super) fn null<'p, 't>(&mut self, operand: &'p Shape, node: Node<'t>) -> Outcome<'p, 't> {
        if let Some(inner) = self.view.negated(node) {
            return either([(operand, inner, true)]);
        }
        let Some((inner, directive)) = self.view.compared_with_null(node, b"==") else {
            return Outcome::Fails;
        };
        self.directives.extend(directive);
        either([(operand, inner, false)])
    }

    pub(super) fn set<'p, 't>(
        &mut self,
        operand: &'p Shape,
        node: Node<'t>,
        test: bool,
    ) -> Outcome<'p, 't> {
        if let Some((inner, directive)) = self.view.compared_with_null(node, b"!=") {
            self.directives.extend(directive);
            return either([(operand, inner, false)]);
        }
        let named = !matches!(operand, Shape::One(_));
        if test && (named || self.may_be_pointer(node)) {
            return either([(operand, node, false)]);
        }
        Outcome::Fails
    }

    /// Whether `$P != NULL` may mean this: not where the value is a truth by construction.
    fn may_be_pointer(&self, node: Node<'_>) -> bool {
        let k = kinds();
        let kind = node.kind_id();
        ![k.binary_expression, k.unary_expression, k.number_literal].contains(&kind)
    }

    /// The operands of a chain, in any order where the operator commutes.
    pub(super) fn operands_step<'p, 't>(
        &mut self,
        shapes: &'p [Shape],
        nodes: &Rc<[Node<'t>]>,
        used: &[bool],
        operator: &'p [u8],
    ) -> Outcome<'p, 't> {
        let commutes = self.view.switches.commutes(operator);
        let free: Vec<usize> = (0..nodes.len())
            .filter(|&index| used.get(index) == Some(&false))
            .collect();
        let Some((shape, rest)) = shapes.split_first() else {
            return done(free.is_empty());
        };
        let taking = |taken: &[usize]| {
            let mut used = used.to_vec();
            for &index in taken {
                if let Some(slot) = used.get_mut(index) {
                    *slot = true;
                }
            }
            Goal::Operands {
                shapes: rest,
                nodes: Rc::clone(nodes),
                used,
                operator,
            }
        };
        if let Shape::Run(meta) = shape {
            let least = if commutes { free.len() } else { 0 };
            let choices = (least..=free.len()).filter_map(|count| {
                let taken = free.get(..count)?;
                Some(Choice {
                    bind: Some((*meta, self.joined(nodes, taken, operator))),
                    goals: vec![taking(taken)],
                })
            });
            return Outcome::Either(choices.collect());
        }
        let test = matches!(operator, b"||" | b"&&");
        let reach = if commutes { free.len() } else { 1 };
        let choices = free.iter().take(reach).filter_map(|&index| {
            let node = *nodes.get(index)?;
            self.plausible(shape, node).then(|| Choice {
                bind: None,
                goals: vec![taking(&[index]), Goal::Node { shape, node, test }],
            })
        });
        Outcome::Either(choices.collect())
    }

    /// Cheap refusals, before a choice is made for them.
    fn plausible(&self, shape: &Shape, node: Node<'_>) -> bool {
        let core = self.view.core(node);
        let truth = core.kind_id() == kinds().binary_expression;
        match shape {
            Shape::Leaf(tokens) => truth || self.leaf(tokens, core),
            Shape::Branch { kind, .. } => truth || self.view.can_be(core, *kind),
            _ => true,
        }
    }

    /// What a run of operands stands for. Operands that are not neighbours have no text of their own.
    fn joined(&self, nodes: &[Node<'_>], taken: &[usize], operator: &[u8]) -> Bound {
        let ranges: Vec<Range<usize>> = taken
            .iter()
            .filter_map(|&index| nodes.get(index).map(Node::byte_range))
            .collect();
        let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else {
            let at = nodes.first().map_or(0, Node::start_byte);
            return Bound {
                range: at..at,
                text: None,
            };
        };
        let range = first.start..last.end;
        let neighbours = taken.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        let text = (!neighbours).then(|| {
            let texts: Vec<_> = ranges
                .iter()
                .map(|range| String::from_utf8_lossy(self.view.text(range.clone())))
                .collect();
            texts.join(&format!(" {} ", String::from_utf8_lossy(operator)))
        });
        Bound { range, text }
    }
}
