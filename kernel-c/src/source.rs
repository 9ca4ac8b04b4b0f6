//! One C file, read: its bytes, the syntax tree of its dialect view, and what could not be read.

use std::ops::Range;
use std::sync::Arc;

use tree_sitter::{Node, Tree};

use crate::items::Facts;
use crate::lines::LineIndex;
use crate::path::TreePath;

/// A region of a file that the grammar could not read: an ERROR or a MISSING node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Byte range in the file. A MISSING node's range is widened to the token after it.
    pub range: Range<usize>,
    /// What was there, for people: "unexpected `…`" or "missing `;`".
    pub cause: String,
}

/// A parsed C file. Every byte offset of the syntax tree is an offset of [`SourceFile::bytes`].
#[derive(Debug)]
pub struct SourceFile {
    pub(crate) path: TreePath,
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) tree: Tree,
    pub(crate) lines: LineIndex,
    pub(crate) unread: Vec<Unread>,
    pub(crate) facts: Facts,
}

impl SourceFile {
    /// The file's path in its tree.
    #[must_use]
    pub fn path(&self) -> &TreePath {
        &self.path
    }

    /// The file as it is, not as the dialect shows it to the grammar.
    #[must_use]
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The root node (`translation_unit`) of the dialect view's syntax tree.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// The original bytes at `range`; empty where the range leaves the file.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// The original text at `range`, lossily where it is not UTF-8.
    #[must_use]
    pub fn text(&self, range: Range<usize>) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.slice(range))
    }

    /// Lines and columns of the file.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }

    /// 1-based line of a byte offset.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        self.lines.line_of(offset)
    }

    /// What the grammar could not read, in file order.
    #[must_use]
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// The first unread region that touches `range`.
    #[must_use]
    pub fn unread_in(&self, range: &Range<usize>) -> Option<&Unread> {
        self.unread
            .iter()
            .find(|u| u.range.start < range.end && range.start < u.range.end)
    }

    /// The smallest named node that spans `range`.
    #[must_use]
    pub fn node_at(&self, range: Range<usize>) -> Option<Node<'_>> {
        self.root()
            .named_descendant_for_byte_range(range.start, range.end)
    }
}
