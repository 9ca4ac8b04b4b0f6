//! In what the statements of a function differ, and which changes say so.

mod gaps;
mod pairs;

use std::ops::Range;

use query::File;
use sites::block::{self, Item};
use syntax::Node;

use super::align::{Aligned, Unit, align};
use super::{About, Difference, Left, Replaced};
use crate::propose::has_code;
use crate::table::Table;
use crate::words::{anchors, comment_words, drawn};

/// The differences between a function in two states of a file, in its order; none where one of them has no such function.
/// `first` is the file before all of the steps.
pub(super) fn between(
    about: &About<'_>,
    (file, target): (&File, &File),
    first: &File,
    left: &Left,
) -> Option<Vec<Difference>> {
    let mut search = Search {
        about,
        file,
        target,
        first: block::code(first.written()),
        left,
        within: Vec::new(),
        found: Vec::new(),
    };
    search.blocks(
        body(file, about.road.function)?,
        body(target, about.road.function)?,
    );
    Some(search.found)
}

/// The body of the one function of that name.
fn body<'f>(file: &'f File, function: &str) -> Option<Node<'f>> {
    let functions = file.functions_named(function);
    let [function] = functions.as_slice() else {
        return None;
    };
    let node = file.node_at(function.body.clone())?;
    (node.kind() == "compound_statement").then_some(node)
}

/// The search for differences.
struct Search<'a> {
    about: &'a About<'a>,
    file: &'a File,
    target: &'a File,
    /// The code of the file before all of the steps.
    first: String,
    left: &'a Left,
    /// The statements around, by their bytes in the target.
    within: Vec<Range<usize>>,
    found: Vec<Difference>,
}

/// What is in a block, or all that an `if` has without one.
struct Row<'f> {
    items: Vec<Item<'f>>,
    /// The block, or the statement.
    node: Node<'f>,
}

impl<'f> Row<'f> {
    fn of(node: Node<'f>) -> Self {
        let items = match node.kind() {
            "compound_statement" => block::items(node),
            _ => vec![Item {
                kind: block::ItemKind::Statement,
                range: node.byte_range(),
                node,
            }],
        };
        Self { items, node }
    }

    fn units(&self, file: &File) -> Vec<Unit> {
        self.items.iter().map(|item| Unit::of(file, item)).collect()
    }

    fn get(&self, range: &Range<usize>) -> &[Item<'f>] {
        self.items.get(range.clone()).unwrap_or_default()
    }

    /// The bytes of some items; of none, where they would be.
    fn place(&self, own: &Range<usize>) -> Option<Range<usize>> {
        let items = self.get(own);
        if let Some((first, last)) = items.first().zip(items.last()) {
            return Some(first.range.start..last.range.end);
        }
        let at = match self.before(own.start) {
            Some(item) => item.range.end,
            None if self.node.kind() == "compound_statement" => self.node.start_byte() + 1,
            None => return None,
        };
        Some(at..at)
    }

    /// The item before that one.
    fn before(&self, at: usize) -> Option<&Item<'f>> {
        self.items.get(at.checked_sub(1)?)
    }

    /// The lines between what is before some items and what is behind them, by number from 0.
    fn lines(&self, file: &File, own: &Range<usize>) -> Range<usize> {
        let is_block = self.node.kind() == "compound_statement";
        let start = match self.before(own.start) {
            Some(item) => file.line_of(item.range.end.saturating_sub(1)),
            None if is_block => file.line_of(self.node.start_byte()),
            None => file.line_of(self.node.start_byte()) - 1,
        };
        let end = match self.items.get(own.end) {
            Some(item) => file.line_of(item.range.start) - 1,
            None if is_block => file.line_of(self.node.end_byte().saturating_sub(1)) - 1,
            None => file.line_of(self.node.end_byte().saturating_sub(1)),
        };
        start..end.max(start)
    }

    /// Whether it is a function's body.
    fn is_body(&self) -> bool {
        let owner = self.node.parent();
        owner.is_some_and(|node| node.kind() == "function_definition")
    }
}

impl<'a> Search<'a> {
    /// A change of that kind in the function.
    fn table(&self, kind: &str) -> Table {
        Table::new(kind, self.about.road.path).with("function", self.about.road.function)
    }

    fn add(&mut self, lines: usize, ways: Vec<Vec<Table>>) {
        self.add_with(lines, ways, None);
    }

    fn add_with(&mut self, lines: usize, ways: Vec<Vec<Table>>, replaced: Option<Replaced>) {
        if lines > 0 && (!ways.is_empty() || replaced.is_some()) {
            self.found.push(Difference {
                ways,
                replaced,
                lines,
                within: self.within.clone(),
            });
        }
    }

    /// Whether code is in the function after all of the patch.
    fn stays(&self, text: &str) -> bool {
        has_code(self.about.road.last, text)
    }

    /// Whether code is in the file before all of the steps: what is told by it is looked for there.
    fn was(&self, text: &str) -> bool {
        has_code(&self.first, text)
    }

    /// Whether any line of the two is another.
    fn differs(&self, old: &Range<usize>, new: &Range<usize>) -> bool {
        self.lines_of(old, new) > 0
    }

    fn lines_of(&self, old: &Range<usize>, new: &Range<usize>) -> usize {
        self.left.going(old) + self.left.coming(new)
    }

    fn blocks(&mut self, old: Node<'a>, new: Node<'a>) {
        let (old, new) = (Row::of(old), Row::of(new));
        let units = (old.units(self.file), new.units(self.target));
        for aligned in align(&units.0, &units.1) {
            match aligned {
                Aligned::Same(i, j) | Aligned::Alike(i, j) => self.both(&old, &new, i, j),
                Aligned::Gap(gone, came) => self.gap(&old, &new, &gone, &came),
            }
        }
    }

    /// A statement that both have, changed or not.
    fn both(&mut self, old: &Row<'a>, new: &Row<'a>, i: usize, j: usize) {
        let (Some(was), Some(is)) = (old.items.get(i), new.items.get(j)) else {
            return;
        };
        if self.about.whole.contains(&is.range) {
            self.gap(old, new, &(i..i + 1), &(j..j + 1));
            return;
        }
        self.comments(old, new, i, j);
        if was.kind != block::ItemKind::Statement || self.lines_in(was.node, is.node) == 0 {
            return;
        }
        self.within.push(is.range.clone());
        self.pair(was.node, is.node);
        self.within.pop();
    }

    /// How many lines of two nodes differ.
    fn lines_in(&self, old: Node<'_>, new: Node<'_>) -> usize {
        let lines = |file: &File, node: Node<'_>| {
            let first = file.line_of(node.start_byte()) - 1;
            first..file.line_of(node.end_byte().saturating_sub(1))
        };
        self.lines_of(&lines(self.file, old), &lines(self.target, new))
    }

    /// The comment above a statement that both have.
    fn comments(&mut self, old: &Row<'a>, new: &Row<'a>, i: usize, j: usize) {
        let above = (
            old.lines(self.file, &(i..i)),
            new.lines(self.target, &(j..j)),
        );
        if !self.differs(&above.0, &above.1) {
            return;
        }
        let comment = |file: &'a File, row: &Row<'a>, at: usize| {
            let start = row
                .before(at)
                .map_or(row.node.start_byte() + 1, |item| item.range.end);
            let end = row.items.get(at)?.range.start;
            // What is behind a statement on its line is about that one.
            let lines = file.line_of(start) + 1..file.line_of(end);
            let first = lines.clone().find(|line| {
                let text = file.slice(file.lines().range_of(*line));
                !text.trim_ascii().is_empty()
            })?;
            let text = file.text(file.lines().range_of(first).start..end);
            let at = end - text.trim_start().len();
            let words = comment_words(text.trim())?;
            Some((words, drawn(file, file.node_at(at..at + 1)?)))
        };
        let was = comment(self.file, old, i);
        let Some((words, drawn)) = comment(self.target, new, j) else {
            return;
        };
        if was.as_ref().is_some_and(|(was, _)| *was == words) {
            return;
        }
        let texts: Vec<String> = std::iter::once(words).chain(drawn).collect();
        let table = self.table("comment");
        let tables: Vec<Table> = match was {
            Some((was, _)) => {
                let known = was.split_whitespace().collect::<Vec<_>>().join(" ");
                vec![table.with("words", &known)]
            }
            None => {
                let item = old.items.get(i);
                let item = item.filter(|item| item.kind == block::ItemKind::Statement);
                let texts = item
                    .map(|item| anchors(self.file, item.node))
                    .unwrap_or_default();
                let texts = texts.into_iter().filter(|text| self.stays(text));
                texts
                    .map(|text| table.clone().with("before", &text))
                    .collect()
            }
        };
        let ways = texts.iter().flat_map(|text| {
            let tables = tables.iter();
            tables.map(move |table| vec![table.clone().with("comment", text)])
        });
        let ways = ways.collect();
        self.add(self.lines_of(&above.0, &above.1), ways);
    }
}
