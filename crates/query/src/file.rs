//! A file that was read, with what questions about it have found out.
//!
//! What a question remembers is of the questions' making, so it is kept here and not in `syntax`, which
//! knows nothing of flow and types.

use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use syntax::{Node, SourceFile};

use crate::flow::{HiddenMacros, hidden_macros};
use crate::types::{CallIndex, DeclaredNames, declared_names};

/// A file to ask questions of. Each answer that others build on is found once, when first asked for.
#[derive(Debug)]
pub struct File {
    source: SourceFile,
    hidden_macros: OnceLock<HiddenMacros>,
    /// By where the item at file level starts.
    declarations: Mutex<FxHashMap<usize, Arc<DeclaredNames>>>,
    calls: CallIndex,
}

impl From<SourceFile> for File {
    fn from(source: SourceFile) -> Self {
        Self {
            source,
            hidden_macros: OnceLock::new(),
            declarations: Mutex::default(),
            calls: CallIndex::default(),
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

    /// The calls of the file as far as somebody asked for them.
    pub(crate) fn call_index(&self) -> &CallIndex {
        &self.calls
    }
}
