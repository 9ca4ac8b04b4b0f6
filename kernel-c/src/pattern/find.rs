//! Where a pattern matches in a file.
//!
//! A match contains every word of its pattern. So where there is one, only the nodes around the
//! occurrences of the rarest word are looked at, which costs a fraction of walking the tree.

use std::collections::BTreeSet;
use std::ops::Range;

use memchr::memmem;
use tree_sitter::{Node, TreeCursor};

use super::matcher::{Bound, Matcher, stripped};
use super::scan::is_word;
use super::shape::{Reading, Root, Shape};
use super::syntax::{Item, View, kinds};
use super::{Binding, Bindings, Match, Matches, Pattern};
use crate::items::MacroDefinition;
use crate::source::{SourceFile, Unread};

/// What is known about one search.
pub(super) struct Search<'a> {
    pattern: &'a Pattern,
    file: &'a SourceFile,
    view: View<'a>,
    range: Range<usize>,
    seen: BTreeSet<(usize, usize, u16)>,
    found: Vec<Match>,
    unread: Vec<Unread>,
    /// Whether bodies of `#define`s are searched, and those that were, by their start.
    macros: bool,
    macros_seen: BTreeSet<usize>,
}

impl<'a> Search<'a> {
    pub(super) fn new(pattern: &'a Pattern, file: &'a SourceFile, range: Range<usize>) -> Self {
        Self {
            pattern,
            file,
            view: View {
                bytes: file.bytes(),
                switches: pattern.switches,
            },
            range: range.start..range.end.min(file.bytes().len()),
            seen: BTreeSet::new(),
            found: Vec::new(),
            unread: Vec::new(),
            macros: true,
            macros_seen: BTreeSet::new(),
        }
    }

    /// A search of the body of a `#define`, read as a fragment.
    pub(super) fn in_fragment(
        pattern: &'a Pattern,
        file: &'a SourceFile,
        range: Range<usize>,
    ) -> Self {
        Self {
            macros: false,
            ..Self::new(pattern, file, range)
        }
    }

    /// Every match, and what could hide one.
    pub(super) fn run(mut self) -> Matches {
        let occurrences = self.occurrences();
        match &occurrences {
            Some(offsets) => {
                for &offset in offsets {
                    self.around(offset);
                }
            }
            None => {
                self.everywhere();
                self.all_macros();
            }
        }
        for unread in self.file.unread() {
            if overlaps(&unread.range, &self.range) && self.may_hide(&unread.range) {
                self.unread.push(unread.clone());
            }
        }
        self.found
            .sort_by_key(|m| (m.range.start, std::cmp::Reverse(m.range.end)));
        self.found.dedup();
        self.unread.sort_by_key(|u| (u.range.start, u.range.end));
        self.unread.dedup_by(|a, b| a.range == b.range);
        Matches {
            found: self.found,
            unread: self.unread,
        }
    }

    /// Whether the region contains one of the pattern's words (or the pattern has none).
    fn may_hide(&self, region: &Range<usize>) -> bool {
        let words = &self.pattern.words;
        let text = self.view.text(region.clone());
        words.is_empty()
            || words
                .iter()
                .any(|word| !word_offsets(text, word.as_bytes()).is_empty())
    }

    /// Where the rarest of the pattern's words occurs in the range. None: the pattern has no words.
    fn occurrences(&self) -> Option<Vec<usize>> {
        let text = self.view.text(self.range.clone());
        let mut rarest: Option<Vec<usize>> = None;
        for word in &self.pattern.words {
            let offsets = word_offsets(text, word.as_bytes());
            if rarest.as_ref().is_none_or(|r| offsets.len() < r.len()) {
                rarest = Some(offsets);
            }
            if rarest.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        let start = self.range.start;
        rarest.map(|offsets| offsets.into_iter().map(|at| at + start).collect())
    }

    /// Tries the nodes that the byte at `offset` stands in.
    fn around(&mut self, offset: usize) {
        let mut cursor = self.file.root().walk();
        loop {
            let node = cursor.node();
            if node.is_error() || node.kind_id() == kinds().comment {
                return;
            }
            if kinds().is_directive(node.kind_id()) && node.named_child_count() == 0 {
                return self.macro_at(offset);
            }
            self.candidate(node);
            if !goto_child_at(&mut cursor, offset) {
                if node.child_count() > 0 {
                    self.macro_at(offset);
                }
                return;
            }
        }
    }

    /// Searches the body of the `#define` that the byte stands in.
    fn macro_at(&mut self, offset: usize) {
        if !self.macros {
            return;
        }
        let file = self.file;
        let macros = file.macros();
        let after = macros.partition_point(|definition| definition.range.start <= offset);
        let around = after.checked_sub(1).and_then(|index| macros.get(index));
        if let Some(definition) = around.filter(|d| d.body.contains(&offset)) {
            self.macro_body(definition);
        }
    }

    fn all_macros(&mut self) {
        if self.macros {
            let file = self.file;
            for definition in file.macros() {
                self.macro_body(definition);
            }
        }
    }

    fn macro_body(&mut self, definition: &MacroDefinition) {
        let body = &definition.body;
        if !overlaps(body, &self.range) || !self.macros_seen.insert(body.start) {
            return;
        }
        let matches = super::macro_body::search(self.pattern, self.file, definition);
        let range = self.range.clone();
        self.found.extend(
            matches
                .found
                .into_iter()
                .filter(|m| range.start <= m.range.start && m.range.end <= range.end),
        );
        self.unread.extend(matches.unread);
    }

    /// Tries every node in the range.
    fn everywhere(&mut self) {
        let mut cursor = self.file.root().walk();
        loop {
            let node = cursor.node();
            let inside = node.end_byte() > self.range.start && node.start_byte() < self.range.end;
            let enter = inside && !node.is_error() && node.kind_id() != kinds().comment;
            if enter {
                self.candidate(node);
            }
            if enter && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    fn candidate(&mut self, node: Node<'a>) {
        if !node.is_named() || node.kind_id() == kinds().parenthesized_expression {
            return;
        }
        let pattern = self.pattern;
        let key = (node.start_byte(), node.end_byte(), node.kind_id());
        if !self.seen.insert(key) {
            return;
        }
        for reading in &pattern.readings {
            match &reading.root {
                Root::Node(shape) => self.single(shape, node),
                Root::Row(_) | Root::Entries(_) => self.several(reading, node),
            }
        }
    }

    fn single(&mut self, shape: &Shape, node: Node<'a>) {
        let range = node.byte_range();
        let inside = self.range.start <= range.start && range.end <= self.range.end;
        if !inside || !self.worth_trying(shape, node) {
            return;
        }
        let mut matcher = Matcher::new(self.view, self.pattern.metavariables.len());
        let test = matches!(shape, Shape::Set(_)) && self.view.in_test_position(node);
        let fits = matcher.node(shape, node, test);
        self.judge(matcher, fits, range);
    }

    /// Refuses by kind, and the inner part of a longer chain, which is not a whole.
    fn worth_trying(&self, shape: &Shape, node: Node<'_>) -> bool {
        let k = kinds();
        match shape {
            Shape::Branch { kind, .. } => self.view.kind(node) == *kind,
            Shape::List { kind, .. } => node.kind_id() == *kind,
            Shape::Leaf(_) => node.named_child_count() == 0 || node.kind_id() == k.string_literal,
            Shape::Chain { operator, .. } => {
                node.kind_id() == k.binary_expression && !parent_chain(&self.view, node, operator)
            }
            Shape::Null(_) => [k.binary_expression, k.unary_expression].contains(&node.kind_id()),
            _ => true,
        }
    }

    /// Tries a run of neighbours among the children of `holder`.
    fn several(&mut self, reading: &'a Reading, holder: Node<'a>) {
        let k = kinds();
        let list = holder.kind_id() == k.initializer_list;
        let holds = match &reading.root {
            Root::Entries(_) => list,
            _ => self.view.holds_run(holder.kind_id()) && !self.view.is_list(holder.kind_id()),
        };
        if !holds {
            return;
        }
        let items = self.view.items(holder);
        if let Root::Entries(slots) = &reading.root {
            let entries = self.view.slots(super::compile::inner(&items));
            for start in 0..entries.len() {
                for end in start + 1..=entries.len() {
                    let Some(taken) = entries.get(start..end) else {
                        continue;
                    };
                    let Some(range) = span(taken.iter().copied().flatten()) else {
                        continue;
                    };
                    let mut matcher = Matcher::new(self.view, self.pattern.metavariables.len());
                    let fits = self.contains(&range) && matcher.entries(slots, taken);
                    if self.judge(matcher, fits, range) {
                        break;
                    }
                }
            }
        }
        if let Root::Row(parts) = &reading.root {
            for start in 0..items.len() {
                if !matches!(items.get(start), Some(Item::Node(_))) {
                    continue;
                }
                for end in start + 1..=items.len() {
                    let Some(taken) = items.get(start..end) else {
                        continue;
                    };
                    let Some(range) = span(taken) else { continue };
                    let mut matcher = Matcher::new(self.view, self.pattern.metavariables.len());
                    let fits = self.contains(&range) && matcher.row(parts, taken.to_vec());
                    if self.judge(matcher, fits, range) {
                        break;
                    }
                }
            }
        }
    }

    fn contains(&self, range: &Range<usize>) -> bool {
        self.range.start <= range.start && range.end <= self.range.end
    }

    /// Keeps a match, or says why it cannot be relied on. Gives whether there was one.
    fn judge(&mut self, matcher: Matcher<'_>, fits: bool, range: Range<usize>) -> bool {
        if matcher.gave_up() {
            self.unread.push(Unread {
                range,
                cause: "too many ways to match this".to_owned(),
            });
            return false;
        }
        if !fits {
            return false;
        }
        if let Some(unread) = self.file.unread_in(&range) {
            self.unread.push(unread.clone());
            return true;
        }
        if let Some(directive) = matcher.directives.first() {
            self.unread.push(Unread {
                range: directive.clone(),
                cause: "a preprocessor directive inside what matches".to_owned(),
            });
            return true;
        }
        let bindings = bindings(self.pattern, self.file, &matcher.bound);
        self.found.push(Match {
            range,
            bindings,
            in_macro: false,
        });
        true
    }
}

/// Whether `node` is only a part of a longer chain of `operator`.
pub(super) fn parent_chain(view: &View<'_>, node: Node<'_>, operator: &[u8]) -> bool {
    if !view.switches.groups(operator) {
        return false;
    }
    let mut parent = node.parent();
    while let Some(around) = parent {
        if around.kind_id() != kinds().parenthesized_expression {
            return view.binary(around).is_some_and(|b| b.operator == operator);
        }
        parent = around.parent();
    }
    false
}

/// What the metavariables stand for, by name.
fn bindings(pattern: &Pattern, file: &SourceFile, bound: &[Option<Bound>]) -> Bindings {
    let named = pattern.metavariables.iter().zip(bound).enumerate();
    named
        .filter_map(|(number, (meta, bound))| {
            let key = meta.key(number)?;
            let bound = bound.as_ref()?;
            let text = match &bound.text {
                Some(text) => text.clone(),
                None => file.text(bound.range.clone()).into_owned(),
            };
            let range = bound.range.clone();
            Some((key, Binding { range, text }))
        })
        .collect()
}

/// The match of exactly `range`, if it is one.
pub(super) fn exactly(
    pattern: &Pattern,
    file: &SourceFile,
    range: &Range<usize>,
) -> Option<Bindings> {
    let bytes = file.bytes();
    let view = View {
        bytes,
        switches: pattern.switches,
    };
    let wanted = super::scan::trimmed(bytes, range.clone());
    let wanted = if pattern.switches.parentheses {
        stripped(bytes, wanted)
    } else {
        wanted
    };
    if file.unread_in(&wanted).is_some() || wanted.is_empty() {
        return None;
    }
    if let Some(definition) = file
        .macros()
        .iter()
        .find(|d| d.body.start <= wanted.start && wanted.end <= d.body.end)
    {
        let matches = super::macro_body::search(pattern, file, definition).found;
        let same = matches.into_iter().find(|m| m.range == wanted);
        return same.map(|m| m.bindings);
    }
    let mut holder = file
        .root()
        .descendant_for_byte_range(wanted.start, wanted.end)?;
    loop {
        for reading in &pattern.readings {
            let mut matcher = Matcher::new(view, pattern.metavariables.len());
            let fits = match &reading.root {
                Root::Node(shape) => {
                    holder.byte_range() == wanted
                        && matcher.node(shape, holder, view.in_test_position(holder))
                }
                Root::Row(parts) => {
                    let taken: Vec<Item<'_>> = within(view.items(holder), &wanted);
                    span(&taken) == Some(wanted.clone()) && matcher.row(parts, taken)
                }
                Root::Entries(slots) => {
                    let taken: Vec<Item<'_>> = within(view.items(holder), &wanted);
                    span(&taken) == Some(wanted.clone())
                        && matcher.entries(slots, &view.slots(&taken))
                }
            };
            if fits && matcher.directives.is_empty() {
                return Some(bindings(pattern, file, &matcher.bound));
            }
        }
        holder = holder.parent()?;
        let around = holder.byte_range();
        if around.start < wanted.start.saturating_sub(1)
            && around != wanted
            && !single_holder(holder)
        {
            return None;
        }
    }
}

/// Rows stand in holders wider than they are; single nodes do not.
fn single_holder(node: Node<'_>) -> bool {
    let k = kinds();
    ![
        k.compound_statement,
        k.case_statement,
        k.field_declaration_list,
        k.initializer_list,
        k.translation_unit,
    ]
    .contains(&node.kind_id())
}

fn within<'t>(items: Vec<Item<'t>>, range: &Range<usize>) -> Vec<Item<'t>> {
    items
        .into_iter()
        .filter(|item| {
            super::matcher::range_of(item)
                .is_some_and(|r| range.start <= r.start && r.end <= range.end)
        })
        .collect()
}

/// From the first to the last of the items.
fn span<'i, 't: 'i>(items: impl IntoIterator<Item = &'i Item<'t>>) -> Option<Range<usize>> {
    let mut ranges = items.into_iter().filter_map(super::matcher::range_of);
    let first = ranges.next()?;
    let end = ranges.last().map_or(first.end, |last| last.end);
    Some(first.start..end)
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Moves to the child that the byte stands in.
fn goto_child_at(cursor: &mut TreeCursor<'_>, offset: usize) -> bool {
    if cursor.goto_first_child_for_byte(offset).is_none() {
        return false;
    }
    let node = cursor.node();
    node.start_byte() <= offset && offset < node.end_byte()
}

/// Where `word` stands in `text` as a whole word.
pub(super) fn word_offsets(text: &[u8], word: &[u8]) -> Vec<usize> {
    memmem::find_iter(text, word)
        .filter(|&at| {
            let before = at.checked_sub(1).and_then(|at| text.get(at));
            let after = text.get(at + word.len());
            !before.copied().is_some_and(is_word) && !after.copied().is_some_and(is_word)
        })
        .collect()
}
