//! Reading C files of one tree: the dialect with the macros that this tree defines.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use tree_sitter::{Node, Parser};

use crate::items::Facts;
use crate::lines::LineIndex;
use crate::path::TreePath;
use crate::source::{SourceFile, Unread};

/// Where the reader gets other files of the same tree, to learn macros from their `#define`s.
pub trait FileProvider: Send + Sync {
    /// The bytes of a file, or `None` where the tree has none (or it cannot be read: what a macro
    /// means is then not learnt, and what depends on it stays unread, which is said).
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>>;
}

/// Reads kernel C of one tree. Cheap to clone, shared between threads; what it learns is kept.
#[derive(Clone)]
pub struct Reader {
    provider: Option<Arc<dyn FileProvider>>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("learns", &self.provider.is_some())
            .finish()
    }
}

impl Reader {
    /// A reader that knows the seed macros alone: for fragments, patterns and tests.
    #[must_use]
    pub fn standalone() -> Self {
        Self { provider: None }
    }

    /// A reader that learns macros from the files of a tree, on demand.
    #[must_use]
    pub fn for_tree(provider: Arc<dyn FileProvider>) -> Self {
        Self {
            provider: Some(provider),
        }
    }

    /// Parses a file. Never fails: what the grammar cannot read is in [`SourceFile::unread`].
    #[must_use]
    pub fn read(&self, path: &TreePath, bytes: Arc<[u8]>) -> SourceFile {
        let mut parser = Parser::new();
        let language = tree_sitter_c::LANGUAGE.into();
        let tree = parser
            .set_language(&language)
            .ok()
            .and_then(|()| parser.parse(&bytes[..], None));
        let Some(tree) = tree else {
            panic!("grammar");
        };
        let unread = unread_regions(tree.root_node());
        SourceFile {
            path: path.clone(),
            lines: LineIndex::new(&bytes),
            bytes,
            tree,
            unread,
            facts: Facts::default(),
        }
    }
}

fn unread_regions(root: Node<'_>) -> Vec<Unread> {
    let mut found = Vec::new();
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        if node.is_error() || node.is_missing() {
            found.push(Unread {
                range: Range {
                    start: node.start_byte(),
                    end: node.end_byte().max(node.start_byte() + 1),
                },
                cause: if node.is_missing() {
                    format!("missing `{}`", node.kind())
                } else {
                    "unexpected code".to_owned()
                },
            });
        } else if node.has_error() {
            let mut cursor = node.walk();
            pending.extend(node.children(&mut cursor));
        }
    }
    found.sort_by_key(|unread| unread.range.start);
    found
}
