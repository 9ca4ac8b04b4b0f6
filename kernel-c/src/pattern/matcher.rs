//! Matches shapes against nodes.
//!
//! A match is a search: how many arguments a `$$$A` takes, which operand of `||` is `$A`. It is
//! complete, so what still has to be compared is kept on an agenda that each choice copies: a choice
//! made early is revised when something much later does not fit. Recursion goes one level deeper for
//! each choice only, and the number of steps is bounded.

use std::ops::Range;
use std::rc::Rc;

use tree_sitter::Node;

use super::compile::inner;
use super::scan::{Scanner, same_tokens, word_end};
use super::shape::{Part, Shape};
use super::syntax::{Entries, Item, View, kinds};

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
    Operands {
        shapes: &'p [Shape],
        nodes: Rc<[Node<'t>]>,
        used: Vec<bool>,
        operator: &'p [u8],
    },
}

/// What a goal comes to.
enum Step<'p, 't> {
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
    pub(super) bound: Vec<Option<Bound>>,
    trail: Vec<usize>,
    /// Directives that stand inside what was compared.
    pub(super) directives: Vec<Range<usize>>,
    fuel: u32,
    /// Where an open row ended.
    end: Option<usize>,
}

impl<'s> Matcher<'s> {
    pub(super) fn new(view: View<'s>, metavariables: usize) -> Self {
        Self {
            view,
            bound: vec![None; metavariables],
            trail: Vec::new(),
            directives: Vec::new(),
            fuel: FUEL,
            end: None,
        }
    }

    /// A matcher that may take at most `fuel` steps.
    pub(super) fn with_fuel(view: View<'s>, metavariables: usize, fuel: u32) -> Self {
        Self {
            fuel: fuel.min(FUEL),
            ..Self::new(view, metavariables)
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
                Goal::Operands {
                    shapes,
                    nodes,
                    used,
                    operator,
                } => self.operands_step(shapes, &nodes, &used, operator),
            };
            match step {
                Step::Fails => return false,
                Step::Done => {}
                Step::Either(choices) => return self.choose(choices, &agenda),
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
        self.bind(meta, Bound { range, text: None })
    }

    fn step<'p, 't>(
        &mut self,
        shape: &'p Shape,
        node: Node<'t>,
        test: bool,
        agenda: &mut Vec<Goal<'p, 't>>,
    ) -> Step<'p, 't> {
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
    ) -> Step<'p, 't> {
        match shape {
            Shape::One(_) | Shape::Run(_) => Step::Fails,
            Shape::Leaf(tokens) => done(self.leaf(tokens, node)),
            Shape::Branch { kind, parts } => {
                if self.view.kind(node) != *kind {
                    return Step::Fails;
                }
                let items = self.view.items(node).into();
                agenda.push(Goal::Row {
                    parts,
                    items,
                    at: 0,
                    open: false,
                });
                Step::Done
            }
            Shape::List { kind, slots } => {
                if node.kind_id() != *kind {
                    return Step::Fails;
                }
                let items = self.view.list_items(node);
                agenda.push(Goal::Entries {
                    slots,
                    entries: self.view.entries(&items),
                    at: 0,
                    open: false,
                });
                Step::Done
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
                Step::Done
            }
        }
    }

    fn leaf(&self, tokens: &[Box<[u8]>], node: Node<'_>) -> bool {
        let mut scanned = Scanner::new(self.view.bytes, node.byte_range());
        tokens.iter().all(|token| {
            scanned
                .next()
                .is_some_and(|found| self.view.text(found.range) == &token[..])
        }) && scanned.next().is_none()
    }

    fn chain<'p, 't>(
        &mut self,
        operator: &'p [u8],
        shapes: &'p [Shape],
        node: Node<'t>,
        agenda: &mut Vec<Goal<'p, 't>>,
    ) -> Step<'p, 't> {
        let Some((nodes, directives)) = self.view.operands(node, operator) else {
            return Step::Fails;
        };
        let run = shapes.iter().any(|s| matches!(s, Shape::Run(_)));
        let fits = if run {
            nodes.len() + 1 >= shapes.len()
        } else {
            nodes.len() == shapes.len()
        };
        if !fits {
            return Step::Fails;
        }
        self.directives.extend(directives);
        agenda.push(Goal::Operands {
            shapes,
            used: vec![false; nodes.len()],
            nodes: nodes.into(),
            operator,
        });
        Step::Done
    }

    fn null<'p, 't>(&mut self, operand: &'p Shape, node: Node<'t>) -> Step<'p, 't> {
        if let Some(inner) = self.view.negated(node) {
            return either([(operand, inner, true)]);
        }
        let Some((inner, directive)) = self.view.compared_with_null(node, b"==") else {
            return Step::Fails;
        };
        self.directives.extend(directive);
        either([(operand, inner, false)])
    }

    fn set<'p, 't>(&mut self, operand: &'p Shape, node: Node<'t>, test: bool) -> Step<'p, 't> {
        if let Some((inner, directive)) = self.view.compared_with_null(node, b"!=") {
            self.directives.extend(directive);
            return either([(operand, inner, false)]);
        }
        let named = !matches!(operand, Shape::One(_));
        if test && (named || self.may_be_pointer(node)) {
            return either([(operand, node, false)]);
        }
        Step::Fails
    }

    /// Whether `$P != NULL` may mean this: not where the value is a truth by construction.
    fn may_be_pointer(&self, node: Node<'_>) -> bool {
        let k = kinds();
        let kind = node.kind_id();
        ![k.binary_expression, k.unary_expression, k.number_literal].contains(&kind)
    }

    /// The operands of a chain, in any order where the operator commutes.
    fn operands_step<'p, 't>(
        &mut self,
        shapes: &'p [Shape],
        nodes: &Rc<[Node<'t>]>,
        used: &[bool],
        operator: &'p [u8],
    ) -> Step<'p, 't> {
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
            return Step::Either(choices.collect());
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
        Step::Either(choices.collect())
    }

    /// Cheap refusals, before a choice is made for them.
    fn plausible(&self, shape: &Shape, node: Node<'_>) -> bool {
        let core = self.view.core(node);
        let truth = core.kind_id() == kinds().binary_expression;
        match shape {
            Shape::Leaf(tokens) => truth || self.leaf(tokens, core),
            Shape::Branch { kind, .. } => truth || self.view.kind(core) == *kind,
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

    fn row_step<'p, 't>(
        &mut self,
        parts: &'p [Part],
        items: Rc<[Item<'t>]>,
        at: usize,
        open: bool,
        agenda: &mut Vec<Goal<'p, 't>>,
    ) -> Step<'p, 't> {
        let (mut parts, mut at) = (parts, at);
        loop {
            if open && parts.is_empty() {
                self.end = Some(at);
                return Step::Done;
            }
            let item = items.get(at);
            let token = match item {
                Some(Item::Token { range, .. }) => Some(self.view.text(range.clone())),
                Some(Item::Text(text)) => Some(*text),
                _ => None,
            };
            match (parts.split_first(), item) {
                (None, None) => return Step::Done,
                (Some((Part::Token(wanted), rest)), _) if token == Some(&wanted[..]) => {
                    parts = rest;
                    at += 1;
                }
                (
                    Some((
                        Part::Node {
                            shape: Shape::Run(meta),
                            ..
                        },
                        rest,
                    )),
                    _,
                ) => {
                    return self.run(*meta, rest, &items, at, open);
                }
                (_, Some(Item::Token { spare: true, .. })) => at += 1,
                (_, Some(Item::Directive(range))) => {
                    self.directives.push(range.clone());
                    at += 1;
                }
                (Some((Part::Node { shape, test, body }, rest)), Some(Item::Node(node))) => {
                    agenda.push(Goal::Row {
                        parts: rest,
                        items: Rc::clone(&items),
                        at: at + 1,
                        open,
                    });
                    let node = if *body {
                        self.body(shape, *node)
                    } else {
                        *node
                    };
                    agenda.push(Goal::Node {
                        shape,
                        node,
                        test: *test,
                    });
                    return Step::Done;
                }
                _ => return Step::Fails,
            }
        }
    }

    /// The statement that a body comes to for a pattern without braces.
    fn body<'t>(&self, shape: &Shape, node: Node<'t>) -> Node<'t> {
        let given = matches!(shape, Shape::One(_) | Shape::Run(_) | Shape::Block(_));
        if given || !self.view.switches.braces || node.kind_id() != kinds().compound_statement {
            return node;
        }
        match inner(&self.view.items(node)) {
            [Item::Node(only)] if only.kind_id() != kinds().declaration => *only,
            _ => node,
        }
    }

    /// A run takes as few items as will do; a last one takes the rest at once.
    fn run<'p, 't>(
        &mut self,
        meta: usize,
        rest: &'p [Part],
        items: &Rc<[Item<'t>]>,
        at: usize,
        open: bool,
    ) -> Step<'p, 't> {
        let free =
            |item: &&Item<'t>| !matches!(item, Item::Token { covered: true, .. } | Item::Text(_));
        let most = items.iter().skip(at).take_while(free).count();
        let least = if rest.is_empty() { most } else { 0 };
        let choices = (least..=most).map(|count| Choice {
            bind: Some((
                meta,
                Bound {
                    range: self.span(items.get(at..at + count).unwrap_or_default(), items, at),
                    text: None,
                },
            )),
            goals: vec![Goal::Row {
                parts: rest,
                items: Rc::clone(items),
                at: at + count,
                open,
            }],
        });
        Step::Either(choices.collect())
    }

    /// From the first to the last of `taken`; where nothing is taken, the place before `items[at]`.
    fn span(&self, taken: &[Item<'_>], items: &[Item<'_>], at: usize) -> Range<usize> {
        let ranges = || taken.iter().filter_map(range_of);
        let start = ranges().next().map(|range| range.start);
        let end = ranges().next_back().map(|range| range.end);
        match (start, end) {
            (Some(start), Some(end)) => start..word_end(self.view.bytes, end),
            _ => {
                let before = items
                    .get(..at)
                    .unwrap_or_default()
                    .iter()
                    .rev()
                    .find_map(range_of);
                let after = items.iter().skip(at).find_map(range_of);
                let at = before.map_or_else(|| after.map_or(0, |r| r.start), |r| r.end);
                at..at
            }
        }
    }

    /// From the first to the last of `count` entries; where that is none, the place before the first.
    fn entries_span(&self, entries: &[Rc<[Item<'_>]>], at: usize, count: usize) -> Range<usize> {
        let taken = entries.get(at..at + count).unwrap_or_default();
        let start = taken
            .iter()
            .find_map(|entry| entry.iter().find_map(range_of));
        let end = |entries: &[Rc<[Item<'_>]>]| {
            let mut last = entries.iter().rev();
            last.find_map(|entry| entry.iter().rev().find_map(range_of))
        };
        if let (Some(start), Some(end)) = (start, end(taken)) {
            return start.start..word_end(self.view.bytes, end.end);
        }
        let after = entries.get(at..).unwrap_or_default().iter();
        let place = end(entries.get(..at).unwrap_or_default())
            .map(|before| before.end)
            .or_else(|| {
                after
                    .flat_map(|e| e.iter())
                    .find_map(range_of)
                    .map(|r| r.start)
            })
            .unwrap_or(0);
        place..place
    }

    fn entries_step<'p, 't>(
        &mut self,
        slots: &'p [Vec<Part>],
        entries: Entries<'t>,
        at: usize,
        open: bool,
        agenda: &mut Vec<Goal<'p, 't>>,
    ) -> Step<'p, 't> {
        let Some((slot, rest)) = slots.split_first() else {
            self.end = Some(at);
            return done(open || at == entries.len());
        };
        let from = |at: usize| Goal::Entries {
            slots: rest,
            entries: Rc::clone(&entries),
            at,
            open,
        };
        if let [
            Part::Node {
                shape: Shape::Run(meta),
                ..
            },
        ] = &slot[..]
        {
            let most = entries.len().saturating_sub(at);
            let least = if rest.is_empty() { most } else { 0 };
            let choices = (least..=most).map(|count| {
                let range = self.entries_span(&entries, at, count);
                Choice {
                    bind: Some((*meta, Bound { range, text: None })),
                    goals: vec![from(at + count)],
                }
            });
            return Step::Either(choices.collect());
        }
        let Some(entry) = entries.get(at) else {
            return Step::Fails;
        };
        agenda.push(from(at + 1));
        match (&slot[..], &entry[..]) {
            (_, []) => done(slot.is_empty()),
            (
                [
                    Part::Node {
                        shape: Shape::One(meta),
                        ..
                    },
                ],
                [_, _, ..],
            ) => {
                let range = self.span(entry, entry, 0);
                done(self.bind(*meta, Bound { range, text: None }))
            }
            _ => {
                agenda.push(Goal::Row {
                    parts: slot,
                    items: Rc::clone(entry),
                    at: 0,
                    open: false,
                });
                Step::Done
            }
        }
    }
}

fn done<'p, 't>(fits: bool) -> Step<'p, 't> {
    if fits { Step::Done } else { Step::Fails }
}

fn either<'p, 't, const N: usize>(goals: [(&'p Shape, Node<'t>, bool); N]) -> Step<'p, 't> {
    Step::Either(
        goals
            .into_iter()
            .map(|(shape, node, test)| Choice {
                bind: None,
                goals: vec![Goal::Node { shape, node, test }],
            })
            .collect(),
    )
}

pub(super) fn range_of(item: &Item<'_>) -> Option<Range<usize>> {
    match item {
        Item::Node(node) => Some(node.byte_range()),
        Item::Token { range, .. } | Item::Directive(range) => Some(range.clone()),
        Item::Text(_) => None,
    }
}

/// The range without the parentheses around all of it.
pub(super) fn stripped(bytes: &[u8], mut range: Range<usize>) -> Range<usize> {
    loop {
        let mut depth = 0_usize;
        let mut tokens = Scanner::new(bytes, range.clone()).peekable();
        let Some(first) = tokens.peek().map(|t| t.range.clone()) else {
            return range;
        };
        if bytes.get(first.clone()) != Some(b"(") {
            return range;
        }
        let mut close = None;
        while let Some(token) = tokens.next() {
            match bytes.get(token.range.clone()) {
                Some(b"(") => depth += 1,
                Some(b")") => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                close = tokens.peek().is_none().then_some(token.range.start);
                break;
            }
        }
        match close {
            Some(close) if Scanner::new(bytes, first.end..close).next().is_some() => {
                range = first.end..close;
            }
            _ => return range,
        }
    }
}
