//! Reading C files of one tree: the dialect with the macros that this tree defines.

use std::cell::RefCell;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use crate::dialect::{DeadCode, View, view};
use crate::items::Facts;
use crate::lines::LineIndex;
use crate::macros::{Knowledge, Lens};
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
    knowledge: Arc<Knowledge>,
    /// Gives the grammar the file as it is.
    raw: bool,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("learns", &self.provider.is_some())
            .field("raw", &self.raw)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader that knows the seed macros alone: for fragments, patterns and tests.
    #[must_use]
    pub fn standalone() -> Self {
        Self {
            provider: None,
            knowledge: Arc::default(),
            raw: false,
        }
    }

    /// A reader that learns macros from the files of a tree, on demand.
    #[must_use]
    pub fn for_tree(provider: Arc<dyn FileProvider>) -> Self {
        Self {
            provider: Some(provider),
            ..Self::standalone()
        }
    }

    /// A reader without a dialect: what the grammar alone can do, to measure against.
    #[must_use]
    pub fn raw() -> Self {
        Self {
            raw: true,
            ..Self::standalone()
        }
    }

    /// Parses a file. Never fails: what the grammar cannot read is in [`SourceFile::unread`].
    #[must_use]
    pub fn read(&self, path: &TreePath, bytes: Arc<[u8]>) -> SourceFile {
        let mut read = self.attempt(path, &bytes, DeadCode::Shown);
        if !read.unread.is_empty() && contains_dead_code(&bytes) {
            let without = self.attempt(path, &bytes, DeadCode::Hidden);
            if without.unread.len() < read.unread.len() {
                read = without;
            }
        }
        SourceFile {
            path: path.clone(),
            lines: LineIndex::new(&bytes),
            bytes,
            tree: read.tree,
            unread: read.unread,
            edits: read.view.edits,
            dropped: read.view.dropped,
            facts: Facts::default(),
        }
    }

    fn attempt(&self, path: &TreePath, bytes: &[u8], dead_code: DeadCode) -> Attempt {
        let view = self.view(path, bytes, dead_code);
        let (tree, unread) = match parse(&view.bytes) {
            Some(tree) => {
                let unread = unread_regions(bytes, tree.root_node());
                (tree, unread)
            }
            None => (parse_nothing(), vec![Unread::whole(bytes.len())]),
        };
        Attempt { view, tree, unread }
    }

    /// The bytes that the grammar gets: of equal length as `bytes`, each difference an edit.
    fn view(&self, path: &TreePath, bytes: &[u8], dead_code: DeadCode) -> View {
        if self.raw {
            return View::unchanged(bytes);
        }
        let tree = self
            .provider
            .as_deref()
            .map(|provider| (&*self.knowledge, provider));
        view(bytes, &Lens::new(bytes, path, tree), dead_code)
    }
}

/// One way to read a file.
struct Attempt {
    view: View,
    tree: Tree,
    unread: Vec<Unread>,
}

/// Whether a file has an arm under `#if 0`, or one that may be in another spelling.
fn contains_dead_code(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"#if").any(|at| {
        let rest = bytes.get(at + 3..).unwrap_or_default().trim_ascii_start();
        matches!(rest.first(), Some(b'0' | b'1'))
    })
}

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(c_parser());
}

fn c_parser() -> Parser {
    let mut parser = Parser::new();
    // Fails only where grammar and library are of incompatible versions, which a test rules out;
    // parsing then yields no tree and every file is unread.
    let _ = parser.set_language(&tree_sitter_c::LANGUAGE.into());
    parser
}

/// How often the grammar may report progress for each byte before it is stopped: many times what any
/// kernel file needs, few enough to end within a second or so on what is no C at all.
const REPORTS_PER_BYTE: usize = 1;

/// Parses bytes, or gives up on what costs the grammar out of all proportion.
fn parse(bytes: &[u8]) -> Option<Tree> {
    let mut left = bytes.len().saturating_mul(REPORTS_PER_BYTE) + 10_000;
    let mut progress = |_: &ParseState| {
        left = left.saturating_sub(1);
        if left == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    PARSER.with_borrow_mut(|parser| {
        let options = ParseOptions::new().progress_callback(&mut progress);
        let tree = parser.parse_with_options(
            &mut |at, _| bytes.get(at..).unwrap_or_default(),
            None,
            Some(options),
        );
        parser.reset();
        tree
    })
}

/// The tree of an empty file.
#[expect(
    clippy::expect_used,
    reason = "an empty file fails to parse only where grammar and library do not fit; no input reaches that"
)]
fn parse_nothing() -> Tree {
    parse(b"").expect("the grammar fits the library")
}

/// The ERROR and MISSING nodes of a tree, in file order. An ERROR node counts with all that is in it.
fn unread_regions(bytes: &[u8], root: Node<'_>) -> Vec<Unread> {
    let mut found = Vec::new();
    if !root.has_error() {
        return found;
    }
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        if node.is_error() {
            found.push(Unread::unexpected(bytes, node.byte_range()));
        } else if node.is_missing() {
            found.push(Unread::missing(bytes, node.start_byte(), node.kind()));
        } else if node.has_error() {
            let mut cursor = node.walk();
            pending.extend(node.children(&mut cursor));
        }
    }
    found.sort_by_key(|unread| (unread.range.start, unread.range.end));
    found
}

#[cfg(test)]
mod tests {
    use super::Reader;
    use crate::path::TreePath;

    fn read(source: &str) -> crate::source::SourceFile {
        let path = TreePath::new("a/b.c").expect("path");
        Reader::standalone().read(&path, source.as_bytes().into())
    }

    #[test]
    fn what_is_no_c_is_unread_with_its_first_tokens() {
        let file = read("int a;\nint f(void) { ) return 1; }\n");
        assert_eq!(file.unread().len(), 1);
        assert_eq!(file.unread()[0].cause, "unexpected `)`");
        assert!(file.unread_in(&(0..6)).is_none());
    }

    #[test]
    fn a_missing_token_is_unread() {
        let file = read("int f(void) { return 1 }\n");
        assert_eq!(file.unread()[0].cause, "missing `;` before `}`");
    }

    #[test]
    fn an_empty_file_is_clean() {
        assert!(read("").unread().is_empty());
    }
}
