//! An edit of a file: what it looks like before and after a run of changed lines, and which nodes the run is.

use std::ops::Range;
use std::sync::Arc;

use query::File;
use sites::kinds::delete::with_exports;
use sites::lines::{whole_lines, with_comment_above};
use syntax::Node;

/// Some lines of a file that become others.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// The file without the edit.
    pub(crate) before: Arc<File>,
    /// The file with it.
    pub(crate) after: Arc<File>,
    /// The bytes that go, whole lines.
    pub(crate) old: Range<usize>,
    /// The bytes that come, whole lines.
    pub(crate) new: Range<usize>,
}

impl Edit {
    /// The same edit told otherwise: lines that come or go between alike ones may as well be those a line on. Itself first.
    pub(crate) fn slides(&self) -> Vec<Self> {
        /// So far a reader would look.
        const MOST: usize = 40;
        let mut found = vec![self.clone()];
        let (file, range) = match (self.old.is_empty(), self.new.is_empty()) {
            (true, false) => (&self.after, &self.new),
            (false, true) => (&self.before, &self.old),
            _ => return found,
        };
        let bytes = file.written();
        let moved = |range: &Range<usize>| {
            let (old, new) = match self.old.is_empty() {
                true => (range.start..range.start, range.clone()),
                false => (range.clone(), range.start..range.start),
            };
            Self {
                old,
                new,
                ..self.clone()
            }
        };
        let mut at = range.clone();
        while found.len() < MOST {
            let Some(up) = slid_up(bytes, &at) else { break };
            found.push(moved(&up));
            at = up;
        }
        let mut at = range.clone();
        while found.len() < 2 * MOST {
            let Some(down) = slid_down(bytes, &at) else {
                break;
            };
            found.push(moved(&down));
            at = down;
        }
        found
    }

    /// The same as all of a function that becomes another, by its names before and after, with the comment above it and what exports it; none where it
    /// does more.
    pub(crate) fn of_function(&self, (was, is): (&str, &str)) -> Option<Self> {
        let lines = |file: &File, own: &Range<usize>, name: &str| {
            let functions = file.functions_named(name);
            let [function] = functions.as_slice() else {
                return None;
            };
            let start = with_comment_above(file, function.range.start);
            let end = with_exports(file, function.range.end, name);
            let lines = whole_lines(file, &(start..end));
            (lines.start <= own.start && own.end <= lines.end).then_some(lines)
        };
        let old = lines(&self.before, &self.old, was)?;
        let new = lines(&self.after, &self.new, is)?;
        let rest = (
            self.before.bytes().len() - old.end,
            self.after.bytes().len() - new.end,
        );
        (old.start == new.start && rest.0 == rest.1).then(|| Self {
            old,
            new,
            ..self.clone()
        })
    }

    /// What comes, as nodes.
    pub(crate) fn came(&self) -> Option<Cover<'_>> {
        Cover::of(&self.after, &self.new)
    }

    /// What goes, as nodes.
    pub(crate) fn gone(&self) -> Option<Cover<'_>> {
        Cover::of(&self.before, &self.old)
    }
}

/// The run of lines one line further up, where the text is the same.
fn slid_up(bytes: &[u8], range: &Range<usize>) -> Option<Range<usize>> {
    let above = bytes.get(..range.start)?.strip_suffix(b"\n")?;
    let start = above
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    let line = bytes.get(start..range.start)?;
    let end = range.end.checked_sub(line.len())?;
    (end >= range.start && bytes.get(end..range.end)? == line).then_some(start..end)
}

/// The run of lines one line further down, where the text is the same.
fn slid_down(bytes: &[u8], range: &Range<usize>) -> Option<Range<usize>> {
    let run = bytes.get(range.clone())?;
    let length = run.iter().position(|&byte| byte == b'\n')? + 1;
    let line = run.get(..length)?;
    let next = bytes.get(range.end..range.end + length)?;
    (next == line).then_some(range.start + length..range.end + length)
}

/// Nodes of one parent that some bytes are, white space apart.
#[derive(Clone, Debug)]
pub(crate) struct Cover<'f> {
    /// What they are in.
    pub(crate) parent: Node<'f>,
    /// They, comments and punctuation too.
    pub(crate) nodes: Vec<Node<'f>>,
}

impl<'f> Cover<'f> {
    /// The nodes; none where the bytes are no whole nodes, or nothing.
    pub(crate) fn of(file: &'f File, range: &Range<usize>) -> Option<Self> {
        let text = file.slice(range.clone());
        let start = range.start + text.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let end = range.start + text.iter().rposition(|byte| !byte.is_ascii_whitespace())? + 1;
        let mut node = file.node_at(start..end)?;
        // A directive has its newline.
        let is_it = |node: Node<'_>| {
            node.start_byte() == start && (end..=range.end).contains(&node.end_byte())
        };
        if is_it(node) {
            while let Some(parent) = node
                .parent()
                .filter(|parent| is_it(*parent) && parent.parent().is_some())
            {
                node = parent;
            }
            return Some(Self {
                parent: node.parent()?,
                nodes: vec![node],
            });
        }
        let mut cursor = node.walk();
        let nodes: Vec<Node<'f>> = node
            .children(&mut cursor)
            .filter(|child| start <= child.start_byte() && child.end_byte() <= range.end)
            .collect();
        let first = nodes.first()?.start_byte();
        let last = nodes.last()?.end_byte();
        (first == start && (end..=range.end).contains(&last)).then_some(Self {
            parent: node,
            nodes,
        })
    }

    /// What is no comment and no punctuation.
    pub(crate) fn items(&self) -> Vec<Node<'f>> {
        let items = self.nodes.iter().copied();
        items
            .filter(|node| node.is_named() && node.kind() != "comment")
            .collect()
    }

    /// The thing before the first of them.
    pub(crate) fn above(&self) -> Option<Node<'f>> {
        let mut at = self.nodes.first()?.prev_named_sibling();
        while let Some(node) = at.filter(|node| node.kind() == "comment") {
            at = node.prev_named_sibling();
        }
        at
    }

    /// The thing behind the last of them.
    pub(crate) fn below(&self) -> Option<Node<'f>> {
        let mut at = self.nodes.last()?.next_named_sibling();
        while let Some(node) = at.filter(|node| node.kind() == "comment") {
            at = node.next_named_sibling();
        }
        at
    }
}
