//! A file that was read, with what questions about it have found out.
//!
//! What a question remembers is of the questions' making, so it is kept here and not in `syntax`, which
//! knows nothing of flow and types.

use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};
use syntax::items::Function;
use syntax::{Node, SourceFile};

use crate::flow::{HiddenMacros, Writes, hidden_macros, written_by, written_itself};
use crate::types::{CallIndex, DeclaredNames, NamesDeclared, declared_names, names_declared};

/// A file to ask questions of. Each answer that others build on is found once, when first asked for.
#[derive(Debug)]
pub struct File {
    source: SourceFile,
    hidden_macros: OnceLock<HiddenMacros>,
    /// By where the item at file level starts.
    declarations: Mutex<FxHashMap<usize, Arc<DeclaredNames>>>,
    /// By where the function starts.
    names_in: Mutex<FxHashMap<usize, Arc<NamesDeclared>>>,
    calls: CallIndex,
    /// What each function writes, by its name.
    written: Mutex<FxHashMap<String, Arc<FxHashSet<String>>>>,
    /// What each writes itself: whoever calls it, and whoever calls those, asks for it.
    written_itself: Mutex<FxHashMap<String, Arc<Writes>>>,
    /// The file as it is in the tree, where macros of it were expanded here.
    original: Option<Arc<File>>,
}

impl From<SourceFile> for File {
    fn from(source: SourceFile) -> Self {
        Self {
            source,
            hidden_macros: OnceLock::new(),
            declarations: Mutex::default(),
            names_in: Mutex::default(),
            calls: CallIndex::default(),
            written: Mutex::default(),
            written_itself: Mutex::default(),
            original: None,
        }
    }
}

impl Deref for File {
    type Target = SourceFile;

    fn deref(&self) -> &SourceFile {
        &self.source
    }
}

impl File {
    /// Notes that this is `original` with macros expanded.
    pub(crate) fn made_of(mut self, original: Arc<Self>) -> Self {
        self.original = Some(original);
        self
    }

    /// The file as it is in the tree, where macros of it were expanded here (see [`crate::expansion`]); its
    /// lines have the same numbers.
    #[must_use]
    pub fn original(&self) -> Option<&Arc<Self>> {
        self.original.as_ref()
    }

    /// Macros of the file that hide control flow, see [`crate::flow`].
    pub(crate) fn hidden_macros(&self) -> &HiddenMacros {
        self.hidden_macros.get_or_init(|| hidden_macros(self))
    }

    /// The names that declarations inside `item`, a node of file level, declare.
    pub(crate) fn declarations_in(&self, item: Node<'_>) -> Arc<DeclaredNames> {
        let known = || {
            let known = &self.declarations;
            known.lock().unwrap_or_else(PoisonError::into_inner)
        };
        let found = known().get(&item.start_byte()).cloned();
        found.unwrap_or_else(|| {
            let names = Arc::new(declared_names(self, item));
            known().insert(item.start_byte(), Arc::clone(&names));
            names
        })
    }

    /// Whether the function declares that name in a block that is open at `offset`, before it: a variable, a type, an
    /// enumerator, a nested function. Its parameters are not asked.
    #[must_use]
    pub fn declares_in_block(&self, function: &Function, offset: usize, name: &[u8]) -> bool {
        let start = function.range.start;
        let known = || self.names_in.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(&start).cloned();
        let names = found.unwrap_or_else(|| {
            let node = self.node_at(function.body.clone());
            let names = Arc::new(names_declared(self, node.unwrap_or_else(|| self.root())));
            known().insert(start, Arc::clone(&names));
            names
        });
        let mut places = names.get(name).into_iter().flatten();
        places.any(|(from, block)| {
            function.body.start < *from && *from <= offset && block.contains(&offset)
        })
    }

    /// The names of members and file-level variables that the function writes, itself or by what it calls in
    /// the file.
    pub(crate) fn written_by(&self, function: &str) -> Arc<FxHashSet<String>> {
        let known = || {
            let known = &self.written;
            known.lock().unwrap_or_else(PoisonError::into_inner)
        };
        let found = known().get(function).cloned();
        found.unwrap_or_else(|| {
            let written = Arc::new(written_by(self, function));
            known().insert(function.to_owned(), Arc::clone(&written));
            written
        })
    }

    /// What the function writes without what it calls.
    pub(crate) fn written_itself(&self, function: &str) -> Arc<Writes> {
        let known = || {
            let known = &self.written_itself;
            known.lock().unwrap_or_else(PoisonError::into_inner)
        };
        let found = known().get(function).cloned();
        found.unwrap_or_else(|| {
            let written = Arc::new(written_itself(self, function));
            known().insert(function.to_owned(), Arc::clone(&written));
            written
        })
    }

    /// The calls of the file as far as somebody asked for them.
    pub(crate) fn call_index(&self) -> &CallIndex {
        &self.calls
    }
}
