//! What the macros of a tree mean to the dialect, learnt when somebody asks.
//!
//! Almost every macro shows its role by where it stands. What is left (a macro before a statement with
//! no `;` between: a loop without braces, or a call?) is looked up: in the file's own `#define`s, then
//! in the headers that it includes, breadth first. A header is harvested once and shared by all
//! threads. An answer depends on the file and on what it includes, never on what was asked before, so
//! that every run on a tree reads the same.
//!
//! Rejected: harvesting all `#define`s of the tree first, as a probe did. It takes 20 seconds on 6.12,
//! and it lets a name that means one thing in one driver mean the same in another.

mod fragment;
mod harvest;
mod include;

use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::sync::{Arc, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};

pub use crate::macros::fragment::{is_fragment, is_loose};
use crate::macros::harvest::{Definition, Header};
use crate::path::TreePath;
use crate::provider::FileProvider;
pub(crate) use crate::words::MacroKind;
use crate::words::Words;

/// How many macros deep a definition is followed.
const MAX_INDIRECTION: usize = 6;

/// How many headers one question may look at.
const MAX_HEADERS: usize = 2500;

/// Headers in the order in which macros are looked for in them.
type Visible = Arc<[(TreePath, Arc<Header>)]>;

/// The headers of a tree as far as they have been read, shared by threads.
#[derive(Default)]
pub struct Knowledge {
    headers: RwLock<FxHashMap<TreePath, Option<Arc<Header>>>>,
    /// What files see, of those that [`Knowledge::header_defining`] was asked about.
    visible: RwLock<FxHashMap<TreePath, Visible>>,
}

impl Knowledge {
    /// The macros and includes of a header, `None` where the tree has no such file.
    fn header(&self, provider: &dyn FileProvider, path: &TreePath) -> Option<Arc<Header>> {
        if let Some(known) = self
            .headers
            .read()
            .ok()
            .and_then(|headers| headers.get(path).cloned())
        {
            return known;
        }
        let read = provider
            .provide(path)
            .map(|bytes| Arc::new(Header::harvest(&bytes)));
        if let Ok(mut headers) = self.headers.write() {
            return headers.entry(path.clone()).or_insert(read).clone();
        }
        read
    }

    /// The nearest header with a `#define` of the macro `name`, of those that the file `source` at `path`
    /// includes, itself or through others. Plain constants are not known here.
    #[must_use]
    pub fn header_defining(
        &self,
        provider: &dyn FileProvider,
        (source, path): (&[u8], &TreePath),
        name: &str,
    ) -> Option<TreePath> {
        let known = self.visible.read().ok();
        let known = known.and_then(|known| known.get(path).cloned());
        let visible = known.unwrap_or_else(|| {
            let lens = Lens::new(source, path, Some((self, provider)));
            let mut headers = Vec::new();
            lens.visit(|path, header| {
                headers.push((path.clone(), Arc::clone(header)));
                false
            });
            let headers: Visible = headers.into();
            if let Ok(mut visible) = self.visible.write() {
                visible.insert(path.clone(), Arc::clone(&headers));
            }
            headers
        });
        let mut defining = visible.iter().filter(|(header, _)| header != path);
        defining
            .find(|(_, header)| header.defines(name.as_bytes()))
            .map(|(path, _)| path.clone())
    }
}

/// The view that one file has of the tree's macros.
pub struct Lens<'a> {
    source: &'a [u8],
    path: &'a TreePath,
    tree: Option<(&'a Knowledge, &'a dyn FileProvider)>,
    words: Option<&'a Words>,
    own: OnceCell<Arc<Header>>,
    answers: RefCell<FxHashMap<Vec<u8>, MacroKind>>,
}

impl<'a> Lens<'a> {
    /// The view that the file `source` at `path` has of `tree`; of its own macros alone without one.
    #[must_use]
    pub fn new(
        source: &'a [u8],
        path: &'a TreePath,
        tree: Option<(&'a Knowledge, &'a dyn FileProvider)>,
    ) -> Self {
        Self {
            source,
            path,
            tree,
            words: None,
            own: OnceCell::new(),
            answers: RefCell::default(),
        }
    }

    /// The same with words of the user's, which come before every definition.
    #[must_use]
    pub fn with_words(mut self, words: &'a Words) -> Self {
        self.words = Some(words).filter(|words| !words.is_empty());
        self
    }

    /// The user's words, if there are any.
    pub(crate) fn words(&self) -> Option<&'a Words> {
        self.words
    }

    /// What `name` is, as far as this file can see.
    pub(crate) fn kind(&self, name: &[u8]) -> MacroKind {
        if let Some(&known) = self.answers.borrow().get(name) {
            return known;
        }
        let said = self.words.and_then(|words| words.kind(name));
        let kind = said.unwrap_or_else(|| self.resolve(name, 0));
        self.answers.borrow_mut().insert(name.to_vec(), kind);
        kind
    }

    fn resolve(&self, name: &[u8], depth: usize) -> MacroKind {
        if depth > MAX_INDIRECTION {
            return MacroKind::Other;
        }
        let definitions = self.definitions(name);
        let kinds: Vec<MacroKind> = definitions
            .iter()
            .map(|definition| self.classify(definition, name, depth))
            .collect();
        combine(&kinds)
    }

    fn classify(&self, definition: &Definition, name: &[u8], depth: usize) -> MacroKind {
        match definition {
            Definition::Empty => MacroKind::Annotation,
            Definition::Loop => MacroKind::Loop,
            Definition::Condition => MacroKind::Condition,
            Definition::Statement => MacroKind::Statement,
            Definition::Prefix => MacroKind::Prefix,
            Definition::Suffix => MacroKind::Suffix,
            Definition::Case => MacroKind::Case,
            Definition::Other => MacroKind::Other,
            Definition::Names { callee, words } => {
                if let Some(callee) = callee.as_deref().filter(|&callee| callee != name)
                    && let head @ (MacroKind::Loop | MacroKind::Condition) =
                        self.resolve(callee, depth + 1)
                {
                    return head;
                }
                let is_annotation = words.as_ref().is_some_and(|words| {
                    words.iter().all(|word| {
                        &word[..] != name && self.resolve(word, depth + 1) == MacroKind::Annotation
                    })
                });
                if is_annotation {
                    MacroKind::Annotation
                } else {
                    MacroKind::Other
                }
            }
        }
    }

    /// The definitions of `name` in the nearest file that has any.
    fn definitions(&self, name: &[u8]) -> Vec<Definition> {
        let own = self
            .own
            .get_or_init(|| Arc::new(Header::harvest(self.source)));
        if let Some(found) = own.definitions(name) {
            return found.to_vec();
        }
        let mut found = Vec::new();
        self.visit(|_, header| {
            let here = header.definitions(name);
            found.extend(here.into_iter().flatten().cloned());
            here.is_some()
        });
        found
    }

    /// Visits the file and the headers that it includes, breadth first, until `visit` says that it is enough.
    fn visit(&self, mut visit: impl FnMut(&TreePath, &Arc<Header>) -> bool) {
        let own = self
            .own
            .get_or_init(|| Arc::new(Header::harvest(self.source)));
        let mut seen: FxHashSet<TreePath> = FxHashSet::default();
        seen.insert(self.path.clone());
        let mut pending = VecDeque::from([(self.path.clone(), own.clone())]);
        while let Some((path, header)) = pending.pop_front() {
            if visit(&path, &header) {
                return;
            }
            let Some((knowledge, provider)) = self.tree else {
                return;
            };
            let implied = (path == *self.path).then(include::implied);
            for include in implied.iter().chain(header.includes()) {
                let found = include::candidates(&path, include, self.path)
                    .into_iter()
                    .find_map(|candidate| {
                        let header = knowledge.header(provider, &candidate)?;
                        Some((candidate, header))
                    });
                if let Some((path, header)) = found
                    && seen.len() < MAX_HEADERS
                    && seen.insert(path.clone())
                {
                    pending.push_back((path, header));
                }
            }
        }
    }
}

/// One kind from those of all `#if` arms that define a name.
fn combine(kinds: &[MacroKind]) -> MacroKind {
    let has = |kind| kinds.contains(&kind);
    if kinds.is_empty() {
        MacroKind::Unknown
    } else if has(MacroKind::Loop) {
        MacroKind::Loop
    } else if has(MacroKind::Condition) {
        MacroKind::Condition
    } else if has(MacroKind::Prefix) {
        MacroKind::Prefix
    } else if has(MacroKind::Case) {
        MacroKind::Case
    } else if has(MacroKind::Suffix) {
        MacroKind::Suffix
    } else if kinds.iter().all(|&kind| kind == MacroKind::Annotation) {
        MacroKind::Annotation
    } else if kinds
        .iter()
        .all(|&kind| matches!(kind, MacroKind::Annotation | MacroKind::Statement))
    {
        MacroKind::Statement
    } else {
        MacroKind::Other
    }
}
