//! A statement that is another one afterwards: its condition, what is in it, or a part of it.

use query::File;
use sites::block;
use syntax::Node;

use super::{Replaced, Row, Search};
use crate::propose::pairs::{self, LONGEST, Pair, descend};
use crate::propose::{around, conditions, rewrites};
use crate::steps::Grain;

/// An `if` with no more bytes is told as one where what it does is another.
const SHORT: usize = 60;

/// An `if` with no more bytes is read at a glance.
const SMALL: usize = 160;

impl<'a> Search<'a> {
    pub(super) fn pair(&mut self, old: Node<'a>, new: Node<'a>) {
        let mut open = vec![(old, new)];
        while let Some((old, new)) = open.pop() {
            if self.about.grain == Grain::Coarse && old.byte_range().len() <= SMALL {
                self.leaf(old, new);
                continue;
            }
            let parts = Parts::of(old).zip(Parts::of(new));
            let Some((old, new)) = parts.filter(|(old, new)| old.is_like(new)) else {
                self.leaf(old, new);
                continue;
            };
            let asks_the_same = old.asks(self.file) == new.asks(self.target);
            if asks_the_same && old.node.byte_range().len() <= SHORT {
                self.leaf(old.node, new.node);
                continue;
            }
            self.head(&old, &new);
            for (old, new) in old.blocks.iter().zip(&new.blocks) {
                // `else if`
                if old.kind() == "if_statement" && new.kind() == "if_statement" {
                    open.push((*old, *new));
                } else {
                    self.blocks(*old, *new);
                }
            }
        }
    }

    /// What an `if` or a loop asks.
    fn head(&mut self, old: &Parts<'a>, new: &Parts<'a>) {
        let code = |file: &File, node: &Node<'_>| block::code(file.slice(node.byte_range()));
        // What a macro makes a loop has no parts.
        let mut heads = old.head.iter().zip(&new.head);
        let is_same = heads.all(|(old, new)| code(self.file, old) == code(self.target, new));
        if is_same && old.asks(self.file) != new.asks(self.target) {
            let pair = Pair {
                old: old.node,
                new: new.node,
            };
            let table = self.table("rewrite");
            let ways = around::headed((self.file, self.target), pair, &table);
            self.add(1, ways);
        }
        for (old, new) in old.head.iter().zip(&new.head) {
            if code(self.file, old) == code(self.target, new) {
                continue;
            }
            let files = (self.file, self.target);
            let parts = descend(
                self.file,
                self.target,
                Pair {
                    old: *old,
                    new: *new,
                },
            );
            let mut ways = conditions::said(files, &parts, &self.table("test"));
            let table = self.table("rewrite");
            ways.extend(rewrites::parts(files, &parts, &table));
            let whole = old.parent().zip(new.parent());
            let pair = whole.map(|(old, new)| Pair { old, new });
            ways.extend(
                pair.into_iter()
                    .flat_map(|pair| around::headed(files, pair, &table)),
            );
            let whole = whole.filter(|(old, _)| old.byte_range().len() <= LONGEST);
            if let Some((old, new)) = whole {
                let lines = (&old.byte_range(), &new.byte_range());
                let around = [(1, 0), (0, 1)].iter();
                ways.extend(
                    around.filter_map(|around| {
                        rewrites::with_neighbours(files, lines, *around, &table)
                    }),
                );
            }
            self.add(1, ways);
        }
    }

    /// A statement of which a part is another.
    fn leaf(&mut self, old: Node<'a>, new: Node<'a>) {
        let files = (self.file, self.target);
        let parts = descend(self.file, self.target, Pair { old, new });
        let table = self.table("rewrite");
        let mut ways = rewrites::parts(files, &parts, &table);
        // A small part that is another is told so; of a statement that is another all over, that it goes and which comes.
        let small = parts.last().is_some_and(|pair| {
            rewrites::is_small(self.file, pair.old)
                && rewrites::is_small(self.target, pair.new)
                && !rewrites::is_another(pair.old)
        });
        let is_read = old.byte_range().len() <= SMALL;
        let mut after = if small { ways.len() } else { 0 };
        ways.extend(rewrites::wholes(files, &parts, &table));
        // A long declaration among others stays where it is.
        let is_long = old.kind() == "declaration" && !rewrites::is_one_line(self.file, old);
        if small && is_read || is_long {
            after = ways.len();
        }
        ways.extend(around::headed(files, Pair { old, new }, &table));
        // Where it is there several times, with what it is all of, or with what is before it.
        let around = pairs::outermost(Pair { old, new });
        if around.old != old {
            ways.extend(rewrites::wholes(files, &[around], &table));
        }
        let around = [(1, 0), (0, 1), (2, 0)];
        ways.extend(around.iter().filter_map(|around| {
            rewrites::with_neighbours(
                files,
                (&old.byte_range(), &new.byte_range()),
                *around,
                &table,
            )
        }));
        let lines = self.lines_in(old, new).max(1);
        let replaced = self.replaced_nodes(old, new, after);
        self.add_with(lines, ways, replaced);
    }

    /// That a statement goes, and another one comes.
    fn replaced_nodes(&self, old: Node<'a>, new: Node<'a>, after: usize) -> Option<Replaced> {
        let row = |node: Node<'a>| {
            let row = Row::of(block::around(node)?);
            let at = row.items.iter().position(|item| item.node == node)?;
            Some((row, at))
        };
        let ((old, i), (new, j)) = (row(old)?, row(new)?);
        let mut replaced = self.replaced(&old, &new, &(i..i + 1), &(j..j + 1))?;
        replaced.after = after;
        Some(replaced)
    }
}

/// What is asked, and what is done then.
struct Parts<'f> {
    node: Node<'f>,
    kind: u16,
    head: Vec<Node<'f>>,
    blocks: Vec<Node<'f>>,
}

impl<'f> Parts<'f> {
    fn of(node: Node<'f>) -> Option<Self> {
        let field = |name: &str| node.child_by_field_name(name);
        let (heads, bodies): (&[&str], &[&str]) = match node.kind() {
            "if_statement" => (&["condition"], &["consequence", "alternative"]),
            "for_statement" => (&["initializer", "condition", "update"], &["body"]),
            "while_statement" | "switch_statement" | "do_statement" => (&["condition"], &["body"]),
            "compound_statement" => {
                return Some(Self {
                    node,
                    kind: node.kind_id(),
                    head: Vec::new(),
                    blocks: vec![node],
                });
            }
            _ => return None,
        };
        // An `else` has a node of its own around its statement.
        let inner = |node: Node<'f>| match node.kind() {
            "else_clause" => {
                let is_one = node.named_child_count() == 1;
                is_one.then(|| node.named_child(0)).flatten()
            }
            _ => Some(node),
        };
        let bodies = bodies.iter().filter_map(|name| field(name));
        Some(Self {
            node,
            kind: node.kind_id(),
            head: heads.iter().filter_map(|name| field(name)).collect(),
            blocks: bodies.map(inner).collect::<Option<_>>()?,
        })
    }

    /// The code of what is asked: all that is before the first block.
    fn asks(&self, file: &File) -> String {
        let first = self.blocks.first().map(Node::start_byte);
        let end = first.unwrap_or(self.node.end_byte());
        block::code(file.slice(self.node.start_byte()..end))
    }

    /// Whether each part of the one has its like in the other.
    fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.head.len() == other.head.len()
            && self.blocks.len() == other.blocks.len()
    }
}
