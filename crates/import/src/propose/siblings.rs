//! Declarations, members and what macros make at file level, told by what is beside them: the last that is tried.

use std::ops::Range;

use query::File;
use sites::lines::whole_lines;
use syntax::Node;

use super::pairs::{LONGEST, text_range};
use super::{Asked, Proposal};
use crate::words::{dedented_by_first, pattern, trimmed};

/// So many of what is above and below tell which are meant.
const AROUND: [(usize, usize); 5] = [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0)];

/// `rewrite` of things in a row, with some around them that stay
pub(super) fn siblings(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let old = Siblings::of(&edit.before, &edit.old);
    let new = Siblings::of(&edit.after, &edit.new);
    let (Some(old), Some(new)) = (old, new) else {
        return Vec::new();
    };
    if old.parent.kind() != new.parent.kind() {
        return Vec::new();
    }
    let ways = AROUND.iter().filter_map(|around| {
        let pattern = pattern(old.file, old.range(*around)?)?;
        let range = new.range(*around)?;
        // What a comment says that comes above the first of them is about it.
        let range = range.start.min(text_range(new.file, &edit.new).start)..range.end;
        let is_short = pattern.len() <= LONGEST;
        is_short.then(|| (pattern, new.texts(&range)))
    });
    let found = ways.flat_map(|(pattern, texts)| {
        let table = asked.table("rewrite").with("pattern", &pattern);
        let tables = texts.into_iter().filter(move |text| *text != pattern);
        tables.map(move |text| vec![table.clone().with("to", &text)])
    });
    found.collect()
}

/// Things in a row that some lines are; none, where the lines are between two.
struct Siblings<'f> {
    file: &'f File,
    parent: Node<'f>,
    all: Vec<Node<'f>>,
    own: Range<usize>,
}

impl<'f> Siblings<'f> {
    fn of(file: &'f File, lines: &Range<usize>) -> Option<Self> {
        let text = text_range(file, lines);
        let is_row = |node: &Node<'_>| {
            matches!(
                node.kind(),
                "translation_unit"
                    | "field_declaration_list"
                    | "declaration_list"
                    | "preproc_ifdef"
                    | "preproc_if"
            )
        };
        let mut parent = file.node_at(text.clone());
        while let Some(node) = parent.filter(|node| !is_row(node)) {
            parent = node.parent();
        }
        let parent = parent?;
        let mut cursor = parent.walk();
        let all = parent.named_children(&mut cursor);
        let all: Vec<Node<'f>> = all.filter(|node| node.kind() != "comment").collect();
        let first = all.partition_point(|node| node.end_byte() <= text.start);
        let count = all.iter().skip(first);
        let count = count
            .take_while(|node| node.start_byte() < text.end)
            .count();
        Some(Self {
            file,
            parent,
            own: first..first + count,
            all,
        })
    }

    /// The bytes of them, and of so many above and below.
    fn range(&self, (above, below): (usize, usize)) -> Option<Range<usize>> {
        let first = self.own.start.checked_sub(above)?;
        let nodes = self.all.get(first..self.own.end + below)?;
        let is_thing = |node: &Node<'_>| {
            let kind = node.kind();
            !kind.starts_with("preproc") && kind != "function_definition"
        };
        let (start, end) = (nodes.first()?.start_byte(), nodes.last()?.end_byte());
        // The `;` behind a struct, or behind what a macro makes, is no part of its node.
        let is_open = self.file.slice(end..end + 1) == b";";
        nodes
            .iter()
            .all(is_thing)
            .then(|| start..end + usize::from(is_open))
    }

    /// What is in some bytes: with its own lines, and on one line.
    fn texts(&self, range: &Range<usize>) -> Vec<String> {
        let lines = dedented_by_first(self.file, &whole_lines(self.file, range));
        let lines = lines.map(|text| trimmed(&text));
        let lines = lines.map(|text| match text.lines().count() {
            1 => text.trim_end().to_owned(),
            _ => text,
        });
        pattern(self.file, range.clone())
            .into_iter()
            .chain(lines)
            .collect()
    }
}
