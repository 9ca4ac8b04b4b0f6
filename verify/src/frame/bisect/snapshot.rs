//! The tree at one point of the series, and what was found out about it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::types::{DefinitionKind, Nearness, nearness};
use syntax::directives::MacroDefinition;
use trees::ParsedTree;

use super::code::Code;
use super::expression::Number;
use super::index::Index;
use super::scope::has_word;
use super::signature::{Signature, signatures};
use super::timeline::Timeline;
use crate::comparison::Comparison;
use crate::includes::{Closure, Ordered};

/// Of how many files the words are kept.
const MOST_CODES: usize = 64;

/// How many files are parsed ahead: as many as are still there when they are asked for.
const AT_ONCE: usize = 8;

/// See the module's page.
pub(super) struct Snapshot<'c> {
    pub(super) comparison: &'c Comparison<'c>,
    pub(super) tree: &'c ParsedTree,
    codes: RefCell<BTreeMap<TreePath, Rc<Code>>>,
    closures: RefCell<BTreeMap<TreePath, Rc<Closure>>>,
    callables: RefCell<Remembered<Option<Arc<File>>>>,
    pub(super) found_elsewhere: RefCell<Remembered<Elsewhere>>,
    included: RefCell<BTreeMap<TreePath, bool>>,
    /// The headers of a file that have a word, where they were read for it.
    pub(super) spelt: RefCell<Remembered<Vec<TreePath>>>,
    /// What number a name stands for, in a file.
    pub(super) constants: RefCell<Remembered<Option<Number>>>,
    pub(super) indexes: RefCell<BTreeMap<TreePath, Option<Rc<Index>>>>,
    /// What a macro is in a file, directive by directive.
    pub(super) timelines: RefCell<Remembered<Rc<Timeline>>>,
    /// The includes of touched files.
    ordered: RefCell<BTreeMap<TreePath, Option<Arc<Ordered>>>>,
    /// The touched files that have a word.
    touched_with: RefCell<BTreeMap<String, Rc<[TreePath]>>>,
    /// Every touched file is there: then this state has the files that the others have which have them all.
    has_touched: bool,
}

/// Answers by the file that asks and the name asked for.
pub(super) type Remembered<T> = BTreeMap<(TreePath, String), T>;

/// Whether another file declares a name for code of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// A header that it may see does.
    Seen,
    /// Only a header that it does not include: which, and its line.
    NotIncluded(String),
    /// No file that could be included does.
    Nowhere,
}

impl<'c> Snapshot<'c> {
    pub(super) fn new(comparison: &'c Comparison<'c>, tree: &'c ParsedTree) -> Self {
        Self {
            comparison,
            tree,
            codes: RefCell::default(),
            closures: RefCell::default(),
            callables: RefCell::default(),
            found_elsewhere: RefCell::default(),
            included: RefCell::default(),
            spelt: RefCell::default(),
            constants: RefCell::default(),
            indexes: RefCell::default(),
            timelines: RefCell::default(),
            ordered: RefCell::default(),
            touched_with: RefCell::default(),
            has_touched: comparison
                .touched
                .iter()
                .all(|path| matches!(tree.tree().mode(path), Ok(Some(_)))),
        }
    }

    pub(super) fn file(&self, path: &TreePath) -> Option<Arc<File>> {
        self.tree.file(path).ok().flatten()
    }

    /// Parses the next few of these files on all cores, where `index` is the first of those.
    pub(super) fn read_ahead(&self, paths: &[TreePath], index: usize) {
        if index.is_multiple_of(AT_ONCE) {
            self.tree.read_ahead(paths.iter().skip(index).take(AT_ONCE));
        }
    }

    pub(super) fn code(&self, file: &File) -> Rc<Code> {
        if let Some(code) = self.codes.borrow().get(file.path()) {
            return Rc::clone(code);
        }
        let code = Rc::new(Code::read(file));
        let mut codes = self.codes.borrow_mut();
        // The words of a file are a few times as large as its source.
        if codes.len() >= MOST_CODES {
            codes.clear();
        }
        codes.insert(file.path().clone(), Rc::clone(&code));
        code
    }

    pub(super) fn closure(&self, path: &TreePath) -> Rc<Closure> {
        if let Some(closure) = self.closures.borrow().get(path) {
            return Rc::clone(closure);
        }
        let touched = &self.comparison.touched;
        let known = self.has_touched.then_some(&self.comparison.known_includes);
        let closure = Closure::of(&**self.tree.tree(), path, touched, known);
        let closure = Rc::new(closure);
        let known = Rc::clone(&closure);
        self.closures.borrow_mut().insert(path.clone(), known);
        closure
    }

    /// The includes of a file in their order; none where it cannot be read.
    pub(super) fn ordered(&self, path: &TreePath) -> Option<Arc<Ordered>> {
        let comparison = self.comparison;
        if !comparison.touched.contains(path) {
            return comparison.known_includes.ordered(&**self.tree.tree(), path);
        }
        if let Some(known) = self.ordered.borrow().get(path) {
            return known.clone();
        }
        let found = Ordered::of(&**self.tree.tree(), path, None).map(Arc::new);
        let mut all = self.ordered.borrow_mut();
        all.insert(path.clone(), found.clone());
        found
    }

    /// The C files of this state that have the word.
    pub(super) fn files_with(&self, word: &str) -> Vec<TreePath> {
        let comparison = self.comparison;
        let found = comparison.word_index.files_with(&comparison.after, word);
        self.in_this_state(found.unwrap_or_default(), word)
    }

    /// Those of them that are headers near the touched files.
    pub(super) fn headers_with(&self, word: &str) -> Vec<TreePath> {
        let Comparison {
            after,
            word_index,
            header_index,
            ..
        } = self.comparison;
        // Who has walked over the whole tree has come by the headers.
        let found = word_index.known_within(header_index, after, word);
        let found = found.or_else(|| header_index.files_with(after, word).ok());
        self.in_this_state(found.unwrap_or_default(), word)
    }

    /// Those headers, where it is known without another walk which they are.
    pub(super) fn headers_known_with(&self, word: &str) -> Option<Vec<TreePath>> {
        let Comparison {
            after,
            word_index,
            header_index,
            ..
        } = self.comparison;
        let found = word_index.known_within(header_index, after, word);
        let found = found.or_else(|| header_index.known_within(header_index, after, word))?;
        Some(self.in_this_state(found, word))
    }

    /// The files with the word that code of `file` may see. What was walked for is what the touched files see; a `.c` file
    /// elsewhere has headers of its own.
    fn near_with(&self, file: &File, word: &str) -> Vec<TreePath> {
        if self.comparison.touched.contains(file.path()) || !is_source(file.path()) {
            self.headers_with(word)
        } else {
            self.files_with(word)
        }
    }

    /// What was found in the tree after the whole series, with the touched files as they are in this state.
    fn in_this_state(&self, mut found: Vec<TreePath>, word: &str) -> Vec<TreePath> {
        found.retain(|path| !self.comparison.touched.contains(path));
        found.extend_from_slice(&self.touched_with(word));
        found
    }

    fn touched_with(&self, word: &str) -> Rc<[TreePath]> {
        if let Some(known) = self.touched_with.borrow().get(word) {
            return Rc::clone(known);
        }
        let touched = self.comparison.touched.iter().filter(|path| path.is_c());
        let found: Rc<[TreePath]> = touched
            .filter(|path| {
                let bytes = self.tree.tree().read(path).ok().flatten();
                bytes.is_some_and(|bytes| has_word(&bytes, word.as_bytes()))
            })
            .cloned()
            .collect();
        let known = Rc::clone(&found);
        self.touched_with
            .borrow_mut()
            .insert(word.to_owned(), known);
        found
    }

    /// The file whose function or macro a call of `name` in `file` means: itself, or the nearest header.
    pub(super) fn callable(&self, file: &Arc<File>, name: &str) -> Option<Arc<File>> {
        if !signatures(file, name).is_empty() {
            return Some(Arc::clone(file));
        }
        let found = self.callable_header(file, name);
        found.or_else(|| self.nearest(file, name, self.files_with(name)))
    }

    /// The nearest header that declares `name` as a function or a macro.
    pub(super) fn callable_header(&self, file: &Arc<File>, name: &str) -> Option<Arc<File>> {
        let key = (file.path().clone(), name.to_owned());
        if let Some(found) = self.callables.borrow().get(&key) {
            return found.clone();
        }
        let found = self.nearest(file, name, self.near_with(file, name));
        self.callables.borrow_mut().insert(key, found.clone());
        found
    }

    /// The nearest of these files that declares `name` as a function or a macro and can be included.
    fn nearest(&self, file: &File, name: &str, mut paths: Vec<TreePath>) -> Option<Arc<File>> {
        paths.retain(|path| {
            path != file.path()
                && (!path.as_str().ends_with(".c")
                    || nearness(file, file, path) == Nearness::Included)
        });
        paths.sort_by_key(|path| (nearness(file, file, path), path.clone()));
        // Most files that have the word use it: they need not be parsed.
        let may_have = |path: &&TreePath| {
            let bytes = self.tree.tree().read(path).ok().flatten();
            bytes.is_some_and(|bytes| {
                trees::may_define(DefinitionKind::Function, name, &bytes)
                    || may_define(&bytes, name.as_bytes())
            })
        };
        let mut files = paths
            .iter()
            .filter(may_have)
            .filter_map(|path| self.file(path));
        files.find(|found| !signatures(found, name).is_empty())
    }

    /// What a call of `name` in `file` may mean.
    pub(super) fn signatures_of(
        &self,
        file: &Arc<File>,
        name: &str,
    ) -> Option<(Arc<File>, Vec<Signature>)> {
        let home = self.callable(file, name)?;
        let found = signatures(&home, name);
        Some((home, found))
    }

    /// The object-like macro `name` that code of `file` sees.
    pub(super) fn alias(
        &self,
        file: &Arc<File>,
        name: &str,
    ) -> Option<(Arc<File>, MacroDefinition)> {
        let in_file = |file: &Arc<File>| {
            let definition = file.macros().iter().find(|m| m.name == name)?;
            Some((Arc::clone(file), definition.clone()))
        };
        in_file(file).or_else(|| {
            let closure = self.closure(file.path());
            let is_seen = |path: &TreePath| {
                closure.files.contains(path) || !closure.is_whole || !is_source(file.path())
            };
            let mut paths = self.near_with(file, name);
            paths.retain(|path| path != file.path() && is_seen(path));
            paths.sort_by_key(|path| (nearness(file, file, path), path.clone()));
            // Most headers that have the word use it: they need not be parsed.
            paths.retain(|path| {
                let bytes = self.tree.tree().read(path).ok().flatten();
                bytes.is_some_and(|bytes| may_define(&bytes, name.as_bytes()))
            });
            paths.iter().find_map(|path| in_file(&self.file(path)?))
        })
    }

    /// As [`Snapshot::is_included_text`], remembered.
    pub(super) fn is_included(&self, file: &File) -> bool {
        if let Some(known) = self.included.borrow().get(file.path()) {
            return *known;
        }
        let found = self.is_included_text(file);
        let path = file.path().clone();
        self.included.borrow_mut().insert(path, found);
        found
    }

    /// Whether another file of the folder, or of the one above, includes this one, whose includes it then has as well.
    fn is_included_text(&self, file: &File) -> bool {
        let above = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let folder = above(file.path().as_str());
        let upper = folder.as_deref().and_then(above);
        let needle = format!("{}\"", file.path().file_name());
        let found = std::sync::atomic::AtomicBool::new(false);
        let scan = trees::Scan {
            shallow: folder.is_some(),
            under: folder.into_iter().chain(upper).collect(),
            ..trees::Scan::default()
        };
        let searched = self.tree.tree().scan(&scan, &|_, bytes| {
            if memchr::memmem::find(&bytes, needle.as_bytes()).is_some() {
                found.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        });
        searched.is_err() || found.into_inner()
    }
}

pub(super) fn is_source(path: &TreePath) -> bool {
    path.as_str().ends_with(".c")
}

/// Whether code of `file` has what the header `path` has in every build: what another architecture has says nothing for sure.
pub(super) fn is_of_each_build(file: &TreePath, path: &TreePath) -> bool {
    let architecture = |path: &TreePath| {
        let below = path.as_str().strip_prefix("arch/")?;
        below.split('/').next().map(str::to_owned)
    };
    let own = architecture(path);
    own.is_none() || own == architecture(file)
}

/// Whether the word is behind a `define` anywhere, or behind what may hide one: a comment, a spliced line.
fn may_define(bytes: &[u8], word: &[u8]) -> bool {
    super::scope::word_positions(bytes, word).any(|at| {
        let before = bytes.get(..at).unwrap_or_default().trim_ascii_end();
        [&b"define"[..], b"*/", b"\\"]
            .iter()
            .any(|end| before.ends_with(end))
    })
}
