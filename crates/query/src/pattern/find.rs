//! Where a pattern matches in a file.
//!
//! A match contains every word of its pattern. So where there is one, only the nodes around the
//! occurrences of the rarest word are looked at, which costs a fraction of walking the tree.

mod exactly;
mod indirect;
mod outcome;
mod rows;
mod runs;

use std::collections::BTreeSet;
use std::ops::Range;

use tree_sitter::Node;

use super::constraint::Asked;
use super::kinds::kinds;
use super::matcher::{FUEL, Matcher};
use super::scan::{is_word, word_offsets};
use super::shape::{Root, Shape};
use super::syntax::{Item, View};
use super::walk;
use super::{Candidates, Form, Match};
use crate::File;
use crate::types::DefinitionSource;
use syntax::items::MacroDefinition;
use syntax::source::Unread;

use self::outcome::{bindings, directive_inside};
pub(super) use exactly::exactly;
pub(super) use runs::find_runs;

/// What is known about one search.
pub(super) struct Search<'a> {
    pattern: &'a Form,
    file: &'a File,
    asked: Asked<'a>,
    view: View<'a>,
    range: Range<usize>,
    seen: BTreeSet<(usize, usize, u16)>,
    found: Vec<Match>,
    unread: Vec<Unread>,
    /// Whether bodies of `#define`s are searched, and those that were, by their start.
    macros: bool,
    macros_seen: BTreeSet<usize>,
    /// Steps left for candidates that take many.
    budget: u32,
    /// Whether the file is only there for the text in the range, which was put into the condition of an `if` to be read.
    fragment: bool,
    /// Whether what is looked for are runs of a longer chain's operands, rather than matches.
    runs: bool,
}

/// Steps that a candidate takes without it being counted.
const CHEAP: u32 = 1000;
/// Steps over that which one search may take in all: a few seconds.
const BUDGET: u32 = 2_000_000;

impl<'a> Search<'a> {
    pub(super) fn new(
        pattern: &'a Form,
        file: &'a File,
        range: Range<usize>,
        definitions: &'a dyn DefinitionSource,
    ) -> Self {
        Self {
            pattern,
            file,
            asked: pattern.asked(file, definitions),
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
            budget: BUDGET,
            fragment: false,
            runs: false,
        }
    }

    /// A search of the body of a `#define`, read as a fragment.
    pub(super) fn in_fragment(
        pattern: &'a Form,
        file: &'a File,
        range: Range<usize>,
        definitions: &'a dyn DefinitionSource,
    ) -> Self {
        Self {
            macros: false,
            fragment: true,
            ..Self::new(pattern, file, range, definitions)
        }
    }

    /// Every match, and what could hide one.
    pub(super) fn run(mut self) -> Candidates {
        let occurrences = self.occurrences();
        match &occurrences {
            Some(offsets) => {
                // In deeply nested code the ways down add up to more than the whole tree.
                let most = 1000 + 4 * self.file.root().descendant_count();
                let mut taken = 0;
                for &offset in offsets {
                    taken += self.around(offset);
                    if taken > most {
                        self.everywhere();
                        self.all_macros();
                        break;
                    }
                }
            }
            None => {
                self.everywhere();
                self.all_macros();
            }
        }
        for (unread, statement) in self.file.unread_statements() {
            if overlaps(&unread.range, &self.range) && self.may_hide(statement) {
                self.unread.push(unread.clone());
            }
        }
        for dropped in self.file.dropped().iter().filter(|dropped| !dropped.dead) {
            if overlaps(&dropped.range, &self.range) && self.may_hide(&dropped.range) {
                self.unread.push(Unread {
                    range: dropped.range.clone(),
                    cause: "an arm of an `#if` that cannot be read beside the others".to_owned(),
                });
            }
        }
        self.unread.extend(self.indirect_calls());
        self.found
            .sort_by_key(|m| (m.range.start, std::cmp::Reverse(m.range.end)));
        self.found.dedup();
        self.unread.sort_by_key(|u| (u.range.start, u.range.end));
        self.unread.dedup_by(|a, b| a.range == b.range);
        Candidates {
            found: self.found,
            unread: self.unread,
        }
    }

    /// Whether the region contains one of the pattern's words (or the pattern has none).
    fn may_hide(&self, region: &Range<usize>) -> bool {
        let text = self.view.text(region.clone());
        let has = |word: &str| !word_offsets(text, word.as_bytes()).is_empty();
        let words = &self.pattern.words;
        if words.is_empty() {
            let mut sets = self.pattern.sets();
            return sets.all(|set| set.iter().any(|word| has(word)));
        }
        words.iter().any(|word| has(word))
    }

    /// Where the rarest of the pattern's words, keywords included, occurs in the range. None: it has none.
    fn occurrences(&self) -> Option<Vec<usize>> {
        let text = self.view.text(self.range.clone());
        let mut rarest: Option<Vec<usize>> = None;
        for word in &self.pattern.anchors {
            let mut offsets = word_offsets(text, word.as_bytes());
            offsets.retain(|&at| !self.is_cut(at..at + word.len()));
            if rarest.as_ref().is_none_or(|r| offsets.len() < r.len()) {
                rarest = Some(offsets);
            }
            if rarest.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        for set in self.pattern.sets() {
            let offsets = set
                .iter()
                .flat_map(|word| word_offsets(text, word.as_bytes()));
            let mut offsets: Vec<usize> = offsets.collect();
            offsets.sort_unstable();
            if rarest.as_ref().is_none_or(|r| offsets.len() < r.len()) {
                rarest = Some(offsets);
            }
        }
        let start = self.range.start;
        rarest.map(|offsets| offsets.into_iter().map(|at| at + start).collect())
    }

    /// Whether what stands there in the range is a piece of a word that goes on outside it.
    fn is_cut(&self, piece: Range<usize>) -> bool {
        let Range { start, end } = self.range;
        let is_word_at = |at: Option<usize>| {
            let byte = at.and_then(|at| self.view.bytes.get(at));
            byte.copied().is_some_and(is_word)
        };
        piece.start == 0 && is_word_at(start.checked_sub(1))
            || start + piece.end == end && is_word_at(Some(end))
    }

    /// Tries the nodes that the byte at `offset` stands in; gives how many there are.
    fn around(&mut self, offset: usize) -> usize {
        let path = walk::path_to(self.file.root(), offset);
        self.along(&path, offset);
        path.len()
    }

    fn along(&mut self, path: &[Node<'a>], offset: usize) {
        for length in 1..=path.len() {
            let (Some(here), Some(&node)) = (path.get(..length), path.get(length - 1)) else {
                return;
            };
            if node.is_error() || node.kind_id() == kinds().comment {
                return;
            }
            let directive = kinds().is_directive(node.kind_id()) && node.named_child_count() == 0;
            let blanked = length == path.len() && (node.child_count() > 0 || length == 1);
            if directive || blanked {
                self.macro_at(offset);
            }
            if directive {
                return;
            }
            let key = (node.start_byte(), node.end_byte(), node.kind_id());
            if self.seen.insert(key) {
                self.candidate(here);
            }
        }
    }

    /// Tries every node in the range.
    fn everywhere(&mut self) {
        let range = self.range.clone();
        walk::every(self.file.root(), &range, &mut |path| self.candidate(path));
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
        let matches = super::fragment::search(self.asked, self.pattern, definition);
        self.take(matches);
    }

    fn take(&mut self, matches: Candidates) {
        let Candidates { found, unread } = matches;
        self.unread.extend(unread);
        for found in found {
            if !self.contains(&found.range) {
                continue;
            }
            // A piece read by itself does not know that the file around it was not read; the body of a
            // `#define` stands alone.
            match self.file.unread_in(&found.range) {
                Some(unread) if !found.in_macro => self.unread.push(unread.clone()),
                _ => self.found.push(found),
            }
        }
    }

    fn candidate(&mut self, path: &[Node<'a>]) {
        let Some(&node) = path.last() else { return };
        if !node.is_named() || node.kind_id() == kinds().parenthesized_expression {
            return;
        }
        // A literal is one token: what it says is no name and no number.
        let literals = [kinds().string_literal, kinds().char_literal];
        if walk::around(path)
            .next()
            .is_some_and(|outer| literals.contains(&outer.kind_id()))
        {
            return;
        }
        if self.macros
            && let Some(matches) = super::fragment::reread(self.asked, self.pattern, path)
        {
            self.take(matches);
        }
        for reading in &self.pattern.readings {
            match &reading.root {
                Root::Node(shape) => self.single(shape, node, path),
                Root::Row(_) | Root::Argument(_) | Root::Entries(_) if self.runs => {}
                Root::Argument(parts) => self.type_argument(parts, node),
                Root::Row(parts) => self.neighbours(parts, node),
                Root::Entries(slots) => self.entries(slots, node),
            }
        }
    }

    fn matcher(&self) -> Matcher<'a> {
        Matcher::with_fuel(self.view, self.asked, self.allowed())
    }

    fn allowed(&self) -> u32 {
        CHEAP + self.budget
    }

    fn single(&mut self, shape: &Shape, node: Node<'a>, path: &[Node<'a>]) {
        let range = node.byte_range();
        if !self.contains(&range) || !self.worth_trying(shape, node, path) {
            return;
        }
        if self.runs {
            return self.runs_of(shape, node);
        }
        let mut matcher = self.matcher();
        // What the text in the file of a fragment is the condition of, nobody wrote: a macro's value may be used for more
        // than its truth.
        let home = if self.fragment { self.range.start } else { 0 };
        let around = walk::around(path).take_while(|parent| parent.start_byte() >= home);
        let test = matches!(shape, Shape::Set(_)) && self.view.in_test_position(node, around);
        let fits = matcher.node(shape, node, test);
        self.judge(&matcher, fits.then_some(range.clone()), &range);
    }

    /// Refuses by kind, and the inner part of a longer chain, which is not a whole.
    fn worth_trying(&self, shape: &Shape, node: Node<'_>, path: &[Node<'_>]) -> bool {
        let k = kinds();
        match shape {
            Shape::Branch { kind, .. } => self.view.can_be(node, *kind),
            Shape::List { kind, .. } => node.kind_id() == *kind,
            Shape::Among(_) => node.kind_id() == k.initializer_list,
            Shape::Leaf(_) => node.named_child_count() == 0 || node.kind_id() == k.string_literal,
            Shape::Chain { operator, .. } => {
                node.kind_id() == k.binary_expression
                    && !self.view.in_chain(walk::around(path), operator)
            }
            Shape::Null(_) => [k.binary_expression, k.unary_expression].contains(&node.kind_id()),
            _ => true,
        }
    }

    fn contains(&self, range: &Range<usize>) -> bool {
        self.range.start <= range.start && range.end <= self.range.end
    }

    /// Keeps a match, or says why it cannot be relied on.
    fn judge(&mut self, matcher: &Matcher<'_>, range: Option<Range<usize>>, tried: &Range<usize>) {
        let allowed = self.allowed().min(FUEL);
        let taken = allowed.saturating_sub(matcher.fuel_left());
        self.budget = self.budget.saturating_sub(taken.saturating_sub(CHEAP));
        if matcher.gave_up() {
            self.unread.push(Unread {
                range: tried.clone(),
                cause: "too many ways to match this".to_owned(),
            });
        }
        let Some(range) = range.filter(|range| self.contains(range)) else {
            return;
        };
        if let Some(unread) = self.file.unread_in(&range) {
            self.unread.push(unread.clone());
        } else if let Some(directive) = matcher.directives.first() {
            self.unread.push(directive_inside(directive));
        } else {
            let bindings = bindings(self.pattern, self.file, &matcher.bound);
            self.found.push(Match {
                range,
                bindings,
                in_macro: false,
            });
        }
    }
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
