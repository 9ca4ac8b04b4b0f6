//! Reading C files of one tree: the dialect with the macros that this tree defines.

use std::cell::RefCell;
use std::fmt;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Point, Tree};

use crate::file::SourceFile;
use crate::source::{Grammar, Read, Source, Unread, statements_around};
use dialect::lines::LineIndex;
use dialect::macros::{Knowledge, Lens};
use dialect::token::Joined;
use dialect::view::{POLICIES, Policy, View, view};
use dialect::words::Words;
use dialect::{FileProvider, TreePath};

/// Reads kernel C of one tree. Cheap to clone, shared between threads; what it learns is kept.
#[derive(Clone)]
pub struct Reader {
    provider: Option<Arc<dyn FileProvider>>,
    knowledge: Arc<Knowledge>,
    words: Arc<Words>,
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
            words: Arc::default(),
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

    /// The same with words of the user's.
    #[must_use]
    pub fn with_words(mut self, words: Arc<Words>) -> Self {
        self.words = words;
        self
    }

    /// A reader without a dialect: what the grammar alone can do, to measure against.
    #[must_use]
    pub fn raw() -> Self {
        Self {
            raw: true,
            ..Self::standalone()
        }
    }

    /// Parses a file. Never fails: what the grammar cannot read is in [`unread`](crate::Source::unread).
    #[must_use]
    pub fn read(&self, path: &TreePath, bytes: Arc<[u8]>) -> SourceFile {
        let Joined { bytes, written } = if path.is_c() {
            Joined::of(bytes)
        } else {
            Joined {
                bytes,
                written: None,
            }
        };
        let source = Source {
            path: path.clone(),
            lines: LineIndex::new(written.as_ref().unwrap_or(&bytes)),
            bytes,
            written,
            words: Arc::clone(&self.words),
            read: OnceLock::new(),
            grammar: Arc::new(self.clone()),
            directives: OnceLock::new(),
        };
        if path.is_c() {
            source.as_read();
        }
        source.into()
    }

    /// The nearest header with a `#define` of the macro `name`, of those that the file includes, itself or
    /// through others; none without a tree. Plain constants are not looked for.
    #[must_use]
    pub fn header_defining(&self, file: &SourceFile, name: &str) -> Option<TreePath> {
        let provider = self.provider.as_deref()?;
        let asking = (&file.bytes()[..], file.path());
        self.knowledge.header_defining(provider, asking, name)
    }

    fn attempt(&self, path: &TreePath, bytes: &[u8], policy: Policy) -> Attempt {
        let view = self.view(path, bytes, policy);
        let parsed = if view.beyond_c.is_some() {
            None
        } else {
            parse(&view.bytes, &view.blank_stretches)
        };
        let (tree, unread) = match parsed {
            Some(tree) => {
                let unread = unread_regions(bytes, tree.root_node());
                (tree, unread)
            }
            None => (
                parse_nothing(),
                vec![Unread::whole(bytes.len(), view.beyond_c.as_deref())],
            ),
        };
        Attempt { view, tree, unread }
    }

    /// The bytes that the grammar gets: of equal length as `bytes`, each difference an edit.
    fn view(&self, path: &TreePath, bytes: &[u8], policy: Policy) -> View {
        if self.raw {
            return View::unchanged(bytes);
        }
        let tree = self
            .provider
            .as_deref()
            .map(|provider| (&*self.knowledge, provider));
        let macros = Lens::new(bytes, path, tree).with_words(&self.words);
        view(bytes, &macros, policy)
    }
}

impl Grammar for Reader {
    fn parsed(&self, path: &TreePath, bytes: &[u8]) -> Read {
        let [first, others @ ..] = POLICIES;
        let mut read = self.attempt(path, bytes, first);
        for policy in others {
            if self.raw || read.unread.is_empty() || !read.view.has_alternatives {
                break;
            }
            let other = self.attempt(path, bytes, policy);
            if other.unread.len() < read.unread.len() {
                read = other;
            }
        }
        Read {
            statements: statements_around(bytes, &read.unread),
            tree: read.tree,
            unread: read.unread,
            edits: read.view.edits,
            dropped: read.view.dropped,
        }
    }
}

/// One way to read a file.
struct Attempt {
    view: View,
    tree: Tree,
    unread: Vec<Unread>,
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

/// How often the grammar may report progress before it is stopped: once for every so many bytes. A
/// kernel file needs one report for 80 bytes at most.
const BYTES_PER_REPORT: usize = 10;

/// How long the grammar may take for any file, and what more for each byte: a hundred times what
/// kernel files need. Its error recovery is quadratic in the worst case, and only in what is no C at
/// all; such a file is unread either way, so that a clock changes no verdict.
const PATIENCE: Duration = Duration::from_secs(5);
const PATIENCE_PER_BYTE: Duration = Duration::from_micros(5);

/// Parses bytes, or gives up on what costs the grammar out of all proportion.
fn parse(bytes: &[u8], blank_stretches: &[Range<usize>]) -> Option<Tree> {
    let start = Instant::now();
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let patience = PATIENCE + PATIENCE_PER_BYTE.saturating_mul(length);
    let mut left = bytes.len() / BYTES_PER_REPORT + 2_000;
    let mut progress = |_: &ParseState| {
        left = left.saturating_sub(1);
        if left == 0 || start.elapsed() > patience {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    PARSER.with_borrow_mut(|parser| {
        parser
            .set_included_ranges(&shown_ranges(bytes, blank_stretches))
            .ok()?;
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

/// What lies between the blank_stretches; nothing where there are none, which means the whole file.
fn shown_ranges(bytes: &[u8], blank_stretches: &[Range<usize>]) -> Vec<tree_sitter::Range> {
    if blank_stretches.is_empty() {
        return Vec::new();
    }
    let lines = LineIndex::new(bytes);
    let point = |at: usize| Point::new(lines.line_of(at) - 1, lines.column_of(at));
    let starts = std::iter::once(0).chain(blank_stretches.iter().map(|stretch| stretch.end));
    let ends = blank_stretches.iter().map(|stretch| stretch.start);
    starts
        .zip(ends.chain(std::iter::once(bytes.len())))
        .filter(|(from, to)| from < to)
        .map(|(from, to)| tree_sitter::Range {
            start_byte: from,
            end_byte: to,
            start_point: point(from),
            end_point: point(to),
        })
        .collect()
}

/// The tree of an empty file.
#[expect(
    clippy::expect_used,
    reason = "an empty file fails to parse only where grammar and library do not fit; no input reaches that"
)]
fn parse_nothing() -> Tree {
    parse(b"", &[]).expect("the grammar fits the library")
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
    use dialect::TreePath;

    fn read(source: &str) -> crate::SourceFile {
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
    fn what_stands_beside_an_unread_region_in_its_statement_is_near_it() {
        let source = "int f(void)\n{\n\tg(1);\n\told( ] 2;\n\th(3);\n}\n";
        let file = read(source);
        let near = |word: &str| {
            let at = source.find(word).expect("there");
            file.unread_near(&(at..at + word.len())).is_some()
        };
        assert!(near("old"));
        assert!(!near("g(1)") && !near("h(3)"));
    }

    #[test]
    fn a_missing_token_is_unread() {
        let file = read("int f(void) { return 1 }\n");
        assert_eq!(file.unread()[0].cause, "missing `;` before `}`");
    }

    #[test]
    fn code_around_a_long_stretch_of_directives_keeps_its_offsets() {
        let stretch = "#define REGISTER 0x1 // here\n".repeat(20_000);
        let source =
            format!("int a;\n{stretch}int f(void)\n{{\n\treturn 1;\n}}\n{stretch}int b;\n");
        let file = read(&source);
        assert!(file.unread().is_empty());
        let function = file.root().named_child(1).expect("function");
        assert_eq!(
            file.text(function.byte_range()),
            "int f(void)\n{\n\treturn 1;\n}"
        );
        let last = file.root().named_child(2).expect("declaration");
        assert_eq!(file.text(last.byte_range()), "int b;");
        assert_eq!(
            last.start_position().row + 1,
            file.line_of(last.start_byte())
        );
        assert!(read(&stretch).unread().is_empty());
    }

    #[test]
    fn an_empty_file_is_clean() {
        assert!(read("").unread().is_empty());
    }
}
