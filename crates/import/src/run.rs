//! Statements in a row that some lines are, among the items of their block.

use std::ops::Range;

use query::File;
use sites::block::{self, Item, ItemKind};
use syntax::Node;

/// Items of a block that some lines are, white space and comments apart; none of them where the lines are no code.
#[derive(Clone, Debug)]
pub(crate) struct Run<'f> {
    /// The block.
    pub(crate) block: Node<'f>,
    /// What is in it.
    items: Vec<Item<'f>>,
    /// Which of them the lines are.
    own: Range<usize>,
}

impl<'f> Run<'f> {
    /// The items of the block that the lines are in; none where they are in no block, or are something else.
    pub(crate) fn of(file: &'f File, lines: &Range<usize>) -> Option<Self> {
        let text = file.slice(lines.clone());
        let start = text.iter().position(|byte| !byte.is_ascii_whitespace());
        let end = text.iter().rposition(|byte| !byte.is_ascii_whitespace());
        let range = match (start, end) {
            (Some(start), Some(end)) => lines.start + start..lines.start + end + 1,
            _ => lines.start..lines.start,
        };
        let mut block = file.node_at(range.clone())?;
        while block.kind() != "compound_statement"
            || range.start <= block.start_byte()
            || range.end >= block.end_byte()
        {
            block = block.parent()?;
        }
        let items = block::items(block);
        let first = items.partition_point(|item| item.range.end <= range.start);
        let count = items
            .iter()
            .skip(first)
            .take_while(|item| item.range.start < range.end)
            .count();
        let run = Self {
            block,
            own: first..first + count,
            items,
        };
        run.is_all_of(file, &range).then_some(run)
    }

    /// Whether nothing else is in the bytes.
    fn is_all_of(&self, file: &File, range: &Range<usize>) -> bool {
        let mut at = range.start;
        for item in self.items() {
            let is_inside = range.start <= item.range.start && item.range.end <= range.end;
            if !is_inside || !is_comment(file, at..item.range.start) {
                return false;
            }
            at = item.range.end;
        }
        is_comment(file, at..range.end)
    }

    /// The items.
    pub(crate) fn items(&self) -> &[Item<'f>] {
        self.items.get(self.own.clone()).unwrap_or_default()
    }

    /// The statements, where all of the items are.
    pub(crate) fn statements(&self) -> Option<Vec<Node<'f>>> {
        let statement = |item: &Item<'f>| (item.kind == ItemKind::Statement).then_some(item.node);
        self.items().iter().map(statement).collect()
    }

    /// The statements, where all of the items are statements or labels.
    pub(crate) fn labelled(&self) -> Option<Vec<Node<'f>>> {
        let is_code = |item: &&Item<'f>| item.kind != ItemKind::Directive;
        let all = self.items();
        (all.iter().filter(is_code).count() == all.len()).then(|| {
            let own = all.iter().filter(|item| item.kind == ItemKind::Statement);
            own.map(|item| item.node).collect()
        })
    }

    /// Whether the lines are anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    /// The items before them, the nearest first.
    pub(crate) fn above(&self) -> impl Iterator<Item = &Item<'f>> {
        self.items
            .get(..self.own.start)
            .unwrap_or_default()
            .iter()
            .rev()
    }

    /// The items behind them, the nearest first.
    pub(crate) fn below(&self) -> impl Iterator<Item = &Item<'f>> {
        self.items.get(self.own.end..).unwrap_or_default().iter()
    }

    /// Whether the block is a function's body.
    pub(crate) fn is_body(&self) -> bool {
        let owner = self.block.parent();
        owner.is_some_and(|node| node.kind() == "function_definition")
    }
}

fn is_comment(file: &File, range: Range<usize>) -> bool {
    block::code(file.slice(range)).is_empty()
}
