//! Patterns of several things in a row: statements of a block, members, entries of an initialiser.

use std::ops::Range;
use std::rc::Rc;

use tree_sitter::Node;

use super::{Search, overlaps, span};
use crate::pattern::kinds::kinds;
use crate::pattern::matcher::range_of;
use crate::pattern::shape::Part;
use crate::pattern::syntax::Item;

impl<'a> Search<'a> {
    /// Tries a run of statements, members or declarations among the children of `holder`.
    pub(super) fn neighbours(&mut self, parts: &[Part], holder: Node<'a>) {
        let kind = holder.kind_id();
        if !self.view.holds_run(kind) || self.view.is_list(kind) {
            return;
        }
        // Of the block around it a label's statements are neighbours, too.
        let is_around = |outer: Node<'_>| outer.kind_id() == kinds().compound_statement;
        if kind == kinds().case_statement && holder.parent().is_some_and(is_around) {
            return;
        }
        let items = self.view.unlabelled(holder, self.view.items(holder));
        let items: Rc<[Item<'a>]> = items.into();
        for start in 0..items.len() {
            let begins = match (items.get(start), parts.first()) {
                (Some(Item::Node(_)), Some(Part::Node { .. })) => true,
                (Some(Item::Token { range, .. }), Some(Part::Token(token))) => {
                    self.view.text(range.clone()) == &token[..]
                }
                _ => false,
            };
            let first = items.get(start).and_then(range_of);
            let Some(first) = first.filter(|first| begins && overlaps(first, &self.range)) else {
                continue;
            };
            self.row_at(parts, &items, start, &first);
            self.row_behind_label(parts, &items, start);
        }
    }

    /// Tries a run whose first statement has a label: for the grammar only that one is the label's.
    fn row_behind_label(&mut self, parts: &[Part], items: &Rc<[Item<'a>]>, start: usize) {
        let Some(Item::Node(node)) = items.get(start) else {
            return;
        };
        let mut node = *node;
        while node.kind_id() == kinds().labeled_statement {
            let count = node.named_child_count();
            let last = count
                .checked_sub(1)
                .and_then(|at| node.named_child(u32::try_from(at).ok()?));
            match last {
                Some(inner) => node = inner,
                None => return,
            }
        }
        if matches!(items.get(start), Some(Item::Node(whole)) if *whole == node) {
            return;
        }
        let rest = items.get(start + 1..).unwrap_or_default().iter().cloned();
        let row: Rc<[Item<'a>]> = std::iter::once(Item::Node(node)).chain(rest).collect();
        self.row_at(parts, &row, 0, &node.byte_range());
    }

    /// Tries the words of a type among the arguments of a call.
    pub(super) fn type_argument(&mut self, parts: &[Part], list: Node<'a>) {
        if list.kind_id() != kinds().argument_list {
            return;
        }
        let items: Rc<[Item<'a>]> = self.view.items(list).into();
        let Some(Part::Token(keyword)) = parts.first() else {
            return;
        };
        for (start, item) in items.iter().enumerate() {
            let Item::Token {
                range,
                covered: false,
                ..
            } = item
            else {
                continue;
            };
            if self.view.text(range.clone()) == &keyword[..] {
                self.row_at(parts, &items, start, range);
            }
        }
    }

    /// Tries a run that starts at one of the items.
    fn row_at(
        &mut self,
        parts: &[Part],
        items: &Rc<[Item<'a>]>,
        start: usize,
        first: &Range<usize>,
    ) {
        let mut matcher = self.matcher();
        let end = matcher.row_from(parts, Rc::clone(items), start);
        let range = end.and_then(|end| span(items.get(start..end)?));
        self.judge(&matcher, range, first);
    }

    /// Tries a run of entries of an initialiser.
    pub(super) fn entries(&mut self, slots: &[Vec<Part>], holder: Node<'a>) {
        if holder.kind_id() != kinds().initializer_list {
            return;
        }
        let items = self.view.items(holder);
        let entries = self.view.entries(&items);
        for start in 0..entries.len() {
            let mut matcher = self.matcher();
            let end = matcher.entries_from(slots, Rc::clone(&entries), start);
            let range = end.and_then(|end| {
                let taken = entries.get(start..end)?.iter();
                span(taken.flat_map(|entry| entry.iter()))
            });
            self.judge(&matcher, range, &holder.byte_range());
        }
    }
}
