//! Rows of tokens and nodes, and lists with commas.

use std::ops::Range;
use std::rc::Rc;

use tree_sitter::Node;

use super::{Bound, Choice, Goal, Matcher, Outcome, done};
use crate::pattern::kinds::kinds;
use crate::pattern::scan::word_end;
use crate::pattern::shape::{Part, Shape};
use crate::pattern::syntax::{Entries, Item, inner};

impl Matcher<'_> {
    pub(super) fn row_step<'p, 't>(
        &mut self,
        parts: &'p [Part],
        items: Rc<[Item<'t>]>,
        at: usize,
        open: bool,
        agenda: &mut Vec<Goal<'p, 't>>,
    ) -> Outcome<'p, 't> {
        let (mut parts, mut at) = (parts, at);
        loop {
            if open && parts.is_empty() {
                self.end = Some(at);
                return Outcome::Done;
            }
            let item = items.get(at);
            let token = match item {
                Some(Item::Token { range, .. }) => Some(self.view.text(range.clone())),
                Some(Item::Text(text)) => Some(*text),
                _ => None,
            };
            match (parts.split_first(), item) {
                (None, None) => return Outcome::Done,
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
                (
                    Some((
                        Part::Node {
                            shape: Shape::One(meta),
                            ..
                        },
                        [Part::Token(end), rest @ ..],
                    )),
                    Some(Item::Node(node)),
                ) if &end[..] == b";" && self.view.is_first_clause(*node) => {
                    // The declaration has the `;` that a pattern for an expression has by itself.
                    let range = node.start_byte()..node.end_byte().saturating_sub(1);
                    if !self.bind_range(*meta, range) {
                        return Outcome::Fails;
                    }
                    parts = rest;
                    at += 1;
                }
                (
                    Some((
                        part @ Part::Node {
                            shape, test, body, ..
                        },
                        rest,
                    )),
                    Some(Item::Node(node)),
                ) => {
                    if !self.may_declare(part, *node) {
                        return Outcome::Fails;
                    }
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
                    return Outcome::Done;
                }
                _ => return Outcome::Fails,
            }
        }
    }

    /// Whether the node may be what a metavariable declares: `$X` of `int $X;` is no `*p`, which is another type.
    fn may_declare(&self, part: &Part, node: Node<'_>) -> bool {
        let Part::Node {
            shape: Shape::One(_),
            name: true,
            ..
        } = part
        else {
            return true;
        };
        self.view.declares_a_name(node)
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
    ) -> Outcome<'p, 't> {
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
        Outcome::Either(choices.collect())
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

    pub(super) fn entries_step<'p, 't>(
        &mut self,
        slots: &'p [Vec<Part>],
        entries: Entries<'t>,
        at: usize,
        open: bool,
        agenda: &mut Vec<Goal<'p, 't>>,
    ) -> Outcome<'p, 't> {
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
            return Outcome::Either(choices.collect());
        }
        let Some(entry) = entries.get(at) else {
            return Outcome::Fails;
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
                [_, _, ..] | [Item::Token { covered: false, .. }],
            ) => {
                let range = self.span(entry, entry, 0);
                done(self.bind_range(*meta, range))
            }
            _ => {
                agenda.push(Goal::Row {
                    parts: slot,
                    items: Rc::clone(entry),
                    at: 0,
                    open: false,
                });
                Outcome::Done
            }
        }
    }
}

/// The first slot by any entry that no other has.
pub(super) fn among_step<'p, 't>(
    slots: &'p [Vec<Part>],
    entries: &Entries<'t>,
    used: &[bool],
) -> Outcome<'p, 't> {
    let Some((slot, rest)) = slots.split_first() else {
        return Outcome::Done;
    };
    let free = entries.iter().enumerate();
    let free = free.filter(|(index, _)| used.get(*index) == Some(&false));
    let choices = free.map(|(index, entry)| {
        let mut used = used.to_vec();
        if let Some(slot) = used.get_mut(index) {
            *slot = true;
        }
        let others = Goal::Among {
            slots: rest,
            entries: Rc::clone(entries),
            used,
        };
        let row = Goal::Row {
            parts: slot,
            items: Rc::clone(entry),
            at: 0,
            open: false,
        };
        Choice {
            bind: None,
            goals: vec![others, row],
        }
    });
    Outcome::Either(choices.collect())
}

pub(in crate::pattern) fn range_of(item: &Item<'_>) -> Option<Range<usize>> {
    match item {
        Item::Node(node) => Some(node.byte_range()),
        Item::Token { range, .. } | Item::Directive(range) => Some(range.clone()),
        Item::Text(_) => None,
    }
}
