//! A file on its way: with what is declared of it so far, as a whole and function by function.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use query::File;

use super::Moved;
use super::tries::{Try, Within};
use crate::Bench;
use crate::hunks::Op;
use crate::outline::Bodies;

/// A function by itself with what is declared of it, and how far its lines are moved.
type Alone = (Arc<[u8]>, Moved);

/// The file with what is declared of it, and each of its functions by itself.
#[derive(Clone)]
pub(super) struct Current {
    pub(super) bytes: Arc<[u8]>,
    /// How many lines further down the file's lines are, for what is declared above them.
    pub(super) moved: Moved,
    /// The bodies of its functions.
    pub(super) bodies: Bodies,
    /// It read: only what is not about one function asks for it.
    file: OnceCell<Arc<File>>,
    /// Functions that something is declared of: each in its excerpt, and how far its lines are moved. None: not by itself.
    pub(super) functions: BTreeMap<String, Option<Alone>>,
}

impl Current {
    pub(super) fn of(base: &Arc<File>) -> Self {
        Self {
            bytes: Arc::clone(base.written()),
            moved: Moved::default(),
            bodies: Bodies::of(base),
            file: OnceCell::from(Arc::clone(base)),
            functions: BTreeMap::new(),
        }
    }

    pub(super) fn file(&self, base: &File, bench: &dyn Bench) -> &Arc<File> {
        self.file
            .get_or_init(|| bench.read(base.path(), Arc::clone(&self.bytes)))
    }

    /// Takes an edit that is declared.
    pub(super) fn take(&mut self, base: &File, runs: &[Op], one: &Try) {
        if let Within::Function { name, .. } = &one.within {
            let known = self.functions.remove(name).flatten();
            let mut moved = known.map(|(_, moved)| moved).unwrap_or_default();
            runs.iter().for_each(|run| moved.add(run));
            let text = Arc::clone(one.edit.after.written());
            self.functions.insert(name.clone(), Some((text, moved)));
        } else {
            for (old, _) in runs {
                let at = base.lines().range_of(old.start + 1).start;
                if let Some(function) = base.function_at(at) {
                    self.functions.insert(function.name.clone(), None);
                }
            }
        }
        runs.iter().for_each(|run| self.moved.add(run));
        let came = (one.wanted.len() + one.place.len()).saturating_sub(self.bytes.len());
        self.bodies.edit(&one.place, came);
        self.bytes = Arc::clone(&one.wanted);
        self.file = OnceCell::new();
    }
}
