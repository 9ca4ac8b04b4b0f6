//! Matches shapes against nodes.
//!
//! A match is a search: how many arguments a `$$$A` takes, which operand of `||` is `$A`. It is
//! complete, so what still has to be compared is kept on an agenda that each choice copies: a choice
//! made early is revised when something much later does not fit. Recursion goes one level deeper for
//! each choice only, and the number of steps is bounded.

use std::ops::Range;
use std::rc::Rc;

use tree_sitter::Node;

use super::constraint::Asked;
use super::kinds::kinds;
use super::scan::{Scanner, same_tokens, stripped, word_end};
use super::shape::{Part, Shape};
use super::syntax::{Entries, Item, View, inner};

mod operators;
mod rows;

use rows::among_step;
pub(super) use rows::range_of;

/// Steps that one candidate may take before the matcher gives up (and says so).
pub(super) const FUEL: u32 = 200_000;

/// What a metavariable stands for.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) range: Range<usize>,
    /// The text, where it is not what stands at `range`.
    pub(super) text: Option<String>,
}

/// Something that still has to be compared.
#[derive(Clone)]
enum Goal<'p, 't> {
    Node {
        shape: &'p Shape,
        node: Node<'t>,
        test: bool,
    },
    Row {
        parts: &'p [Part],
        items: Rc<[Item<'t>]>,
        at: usize,
        /// Items may be left over: where they start is noted.
        open: bool,
    },
    Entries {
        slots: &'p [Vec<Part>],
        entries: Entries<'t>,
        at: usize,
        open: bool,
    },
    /// Entries in any order, and others beside them.
    Among {
        slots: &'p [Vec<Part>],
        entries: Entries<'t>,
        used: Vec<bool>,
    },
    Operands {
        shapes: &'p [Shape],
        nodes: Rc<[Node<'t>]>,
        used: Vec<bool>,
        operator: &'p [u8],
    },
}

/// What a goal comes to.
enum Outcome<'p, 't> {
    Fails,
    Done,
    /// Any of these will do.
    Either(Vec<Choice<'p, 't>>),
}

/// One way on: a metavariable to bind, then goals.
struct Choice<'p, 't> {
    bind: Option<(usize, Bound)>,
    goals: Vec<Goal<'p, 't>>,
}

/// Compares one candidate.
pub(super) struct Matcher<'s> {
    pub(super) view: View<'s>,
    asked: Asked<'s>,
    pub(super) bound: Vec<Option<Bound>>,
    trail: Vec<usize>,
    /// Directives that stand inside what was compared.
    pub(super) directives: Vec<Range<usize>>,
    fuel: u32,
    /// Where an open row ended.
    end: Option<usize>,
}

impl<'s> Matcher<'s> {
    pub(super) fn new(view: View<'s>, asked: Asked<'s>) -> Self {
        Self {
            view,
            asked,
            bound: vec![None; asked.metavariables.len()],
            trail: Vec::new(),
            directives: Vec::new(),
            fuel: FUEL,
            end: None,
        }
    }

    /// A matcher that may take at most `fuel` steps.
    pub(super) fn with_fuel(view: View<'s>, asked: Asked<'s>, fuel: u32) -> Self {
        Self {
            fuel: fuel.min(FUEL),
            ..Self::new(view, asked)
        }
    }

    /// Whether the search was given up.
    pub(super) fn gave_up(&self) -> bool {
        self.fuel == 0
    }

    /// How many steps were taken of those allowed.
    pub(super) fn fuel_left(&self) -> u32 {
        self.fuel
    }

    /// Whether `node` is what `shape` asks for.
    pub(super) fn node(&mut self, shape: &Shape, node: Node<'_>, test: bool) -> bool {
        self.solve(vec![Goal::Node { shape, node, test }])
    }

    /// Whether all of `items` is what `parts` ask for.
    pub(super) fn row<'t>(&mut self, parts: &[Part], items: Vec<Item<'t>>) -> bool {
        self.solve(vec![Goal::Row {
            parts,
            items: items.into(),
            at: 0,
            open: false,
        }])
    }

    /// Where a run of items that begins at `start` and is what `parts` ask for ends.
    pub(super) fn row_from<'t>(
        &mut self,
        parts: &[Part],
        items: Rc<[Item<'t>]>,
        start: usize,
    ) -> Option<usize> {
        let fits = self.solve(vec![Goal::Row {
            parts,
            items,
            at: start,
            open: true,
        }]);
        self.end.filter(|_| fits)
    }

    /// Whether all of `entries` are what `slots` ask for.
    pub(super) fn entries(&mut self, slots: &[Vec<Part>], entries: Entries<'_>) -> bool {
        self.solve(vec![Goal::Entries {
            slots,
            entries,
            at: 0,
            open: false,
        }])
    }

    /// Where a run of entries that begins at `start` and is what `slots` ask for ends.
    pub(super) fn entries_from(
        &mut self,
        slots: &[Vec<Part>],
        entries: Entries<'_>,
        start: usize,
    ) -> Option<usize> {
        let fits = self.solve(vec![Goal::Entries {
            slots,
            entries,
            at: start,
            open: true,
        }]);
        self.end.filter(|_| fits)
    }

    /// Whether `nodes` are the operands that `shapes` ask for, in any order where the operator commutes.
    pub(super) fn operands(
        &mut self,
        shapes: &[Shape],
        nodes: &[Node<'_>],
        operator: &[u8],
    ) -> bool {
        self.solve(vec![Goal::Operands {
            shapes,
            used: vec![false; nodes.len()],
            nodes: nodes.into(),
            operator,
        }])
    }

    fn solve<'p, 't>(&mut self, mut agenda: Vec<Goal<'p, 't>>) -> bool {
        while let Some(goal) = agenda.pop() {
            self.fuel = self.fuel.saturating_sub(1);
            if self.fuel == 0 {
                return false;
            }
            let step = match goal {
                Goal::Node { shape, node, test } => self.step(shape, node, test, &mut agenda),
                Goal::Row {
                    parts,
                    items,
                    at,
                    open,
                } => self.row_step(parts, items, at, open, &mut agenda),
                Goal::Entries {
                    slots,
                    entries,
                    at,
                    open,
                } => self.entries_step(slots, entries, at, open, &mut agenda),
                Goal::Among {
                    slots,
                    entries,
                    used,
                } => among_step(slots, &entries, &used),
                Goal::Operands {
                    shapes,
                    nodes,
                    used,
                    operator,
                } => self.operands_step(shapes, &nodes, &used, operator),
            };
            match step {
                Outcome::Fails => return false,
                Outcome::Done => {}
                Outcome::Either(choices) => return self.choose(choices, &agenda),
            }
        }
        true
    }

    fn choose<'p, 't>(&mut self, choices: Vec<Choice<'p, 't>>, agenda: &[Goal<'p, 't>]) -> bool {
        for choice in choices {
            let (mark, directives) = (self.trail.len(), self.directives.len());
            let fits = choice
                .bind
                .is_none_or(|(meta, bound)| self.bind(meta, bound));
            if fits {
                let mut next = agenda.to_vec();
                next.extend(choice.goals);
                if self.solve(next) {
                    return true;
                }
            }
            for meta in self.trail.drain(mark..) {
                if let Some(slot) = self.bound.get_mut(meta) {
                    *slot = None;
                }
            }
            self.directives.truncate(directives);
        }
        false
    }

    /// Lets a metavariable stand for `bound`: the same tokens wherever it recurs.
    fn bind(&mut self, meta: usize, bound: Bound) -> bool {
        let Some(slot) = self.bound.get_mut(meta) else {
            return false;
        };
        let Some(before) = slot else {
            *slot = Some(bound);
            self.trail.push(meta);
            return true;
        };
        let strip = |range: &Range<usize>| {
            if self.view.switches.parentheses {
                stripped(self.view.bytes, range.clone())
            } else {
                range.clone()
            }
        };
        match (&before.text, &bound.text) {
            (None, None) => same_tokens(
                (self.view.bytes, strip(&before.range)),
                (self.view.bytes, strip(&bound.range)),
            ),
            (left, right) => left == right,
        }
    }

    fn bind_node(&mut self, meta: usize, node: Node<'_>) -> bool {
        let end = word_end(self.view.bytes, node.end_byte());
        let range = node.start_byte()..end;
        self.asked.takes(meta, Some(node), &range) && self.bind(meta, Bound { range, text: None })
    }

    /// Lets a metavariable stand for what is no node by itself.
    fn bind_range(&mut self, meta: usize, range: Range<usize>) -> bool {
        self.asked.takes(meta, None, &range) && self.bind(meta, Bound { range, text: None })
    }

    fn step<'p, 't>(
        &mut self,
        shape: &'p Shape,
        node: Node<'t>,
        test: bool,
        agenda: &mut Vec<Goal<'p, 't>>,
    ) -> Outcome<'p, 't> {
        if let Shape::One(meta) | Shape::Run(meta) = shape {
            return done(!node.is_error() && self.bind_node(*meta, node));
        }
        let head = kinds().parenthesized_expression;
        let as_it_is = match shape {
            Shape::Block(_) => true,
            Shape::List { kind, .. } => *kind == head,
            _ => false,
        };
        let node = if as_it_is { node } else { self.view.core(node) };
        let plain = !matches!(shape, Shape::Set(_) | Shape::Block(_));
        if test
            && plain
            && self.view.switches.truth_test
            && let Some((operand, directive)) = self.view.compared_with_null(node, b"!=")
        {
            self.directives.extend(directive);
            return either([(shape, node, false), (shape, operand, true)]);
        }
        self.compare(shape, node, test, agenda)
    }

    fn compare<'p, 't>(
        &mut self,
        shape: &'p Shape,
        node: Node<'t>,
        test: bool,
        agenda: &mut Vec<Goal<'p, 't>>,
    ) -> Outcome<'p, 't> {
        match shape {
            Shape::One(_) | Shape::Run(_) => Outcome::Fails,
            Shape::Leaf(tokens) => done(self.leaf(tokens, node)),
            Shape::Branch { kind, parts } => {
                if !self.view.can_be(node, *kind) {
                    return Outcome::Fails;
                }
                if *kind == kinds().unary_expression
                    && let Some((sign, number)) = self.view.sign(node)
                {
                    return done(self.signed(parts, sign, number));
                }
                let mut items = self.view.items_as(node, *kind);
                if has_labels(*kind, parts) {
                    items = self.view.unlabelled(node, items);
                }
                let row = |items: Vec<Item<'t>>| Goal::Row {
                    parts,
                    items: items.into(),
                    at: 0,
                    open: false,
                };
                // `(&x)->m` is `x.m`, and what `$P->m` asks for as well.
                if let Some(written) = self.view.member_as_written(node) {
                    let both = [items, written].map(|items| Choice {
                        bind: None,
                        goals: vec![row(items)],
                    });
                    return Outcome::Either(both.into());
                }
                agenda.push(row(items));
                Outcome::Done
            }
            Shape::List { kind, slots } => {
                if node.kind_id() != *kind {
                    return Outcome::Fails;
                }
                let items = self.view.list_items(node);
                agenda.push(Goal::Entries {
                    slots,
                    entries: self.view.entries(&items),
                    at: 0,
                    open: false,
                });
                Outcome::Done
            }
            Shape::Among(slots) => {
                if node.kind_id() != kinds().initializer_list {
                    return Outcome::Fails;
                }
                let items = self.view.list_items(node);
                let entries = self.view.entries(&items);
                agenda.push(Goal::Among {
                    slots,
                    used: vec![false; entries.len()],
                    entries,
                });
                Outcome::Done
            }
            Shape::Chain { operator, operands } => self.chain(operator, operands, node, agenda),
            Shape::Null(operand) => self.null(operand, node),
            Shape::Set(operand) => self.set(operand, node, test),
            Shape::Block(parts) => {
                let items = if node.kind_id() == kinds().compound_statement {
                    inner(&self.view.items(node)).into()
                } else {
                    vec![Item::Node(node)].into()
                };
                agenda.push(Goal::Row {
                    parts,
                    items,
                    at: 0,
                    open: false,
                });
                Outcome::Done
            }
        }
    }

    /// Whether a signed number is the operator and the operand that `parts` ask for.
    fn signed(&mut self, parts: &[Part], sign: Range<usize>, number: Range<usize>) -> bool {
        let [Part::Token(operator), Part::Node { shape, .. }] = parts else {
            return false;
        };
        let same = self.view.text(sign) == &operator[..];
        same && match shape {
            Shape::One(meta) => self.bind_range(*meta, number),
            Shape::Leaf(tokens) => self.spells(tokens, number),
            _ => false,
        }
    }

    fn leaf(&self, tokens: &[Box<[u8]>], node: Node<'_>) -> bool {
        self.spells(tokens, node.byte_range())
    }

    fn spells(&self, tokens: &[Box<[u8]>], range: Range<usize>) -> bool {
        let mut scanned = Scanner::new(self.view.bytes, range);
        tokens.iter().all(|token| {
            scanned
                .next()
                .is_some_and(|found| self.view.text(found.range) == &token[..])
        }) && scanned.next().is_none()
    }
}

/// Whether `case` labels are among the statements of a block that is asked for.
fn has_labels(kind: u16, parts: &[Part]) -> bool {
    let label = |part: &Part| matches!(part, Part::Token(word) if matches!(&word[..], b"case" | b"default"));
    kind == kinds().compound_statement && parts.iter().any(label)
}

fn done<'p, 't>(fits: bool) -> Outcome<'p, 't> {
    if fits { Outcome::Done } else { Outcome::Fails }
}

fn either<'p, 't, const N: usize>(goals: [(&'p Shape, Node<'t>, bool); N]) -> Outcome<'p, 't> {
    Outcome::Either(
        goals
            .into_iter()
            .map(|(shape, node, test)| Choice {
                bind: None,
                goals: vec![Goal::Node { shape, node, test }],
            })
            .collect(),
    )
}
