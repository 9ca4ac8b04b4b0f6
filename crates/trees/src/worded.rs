//! A tree that is read with words of the user's.

use std::sync::Arc;

use dialect::TreePath;
use dialect::words::Words;

use crate::tree::{FileMode, Look, Scan, ScanReport, Tree, TreeError, Visit};

/// A tree, and the words that its files are read with.
struct Worded {
    base: Arc<dyn Tree>,
    words: Arc<Words>,
}

/// The tree, its files read with `words` beside those that it has.
#[must_use]
pub fn with_words(base: Arc<dyn Tree>, words: &Words) -> Arc<dyn Tree> {
    if words.is_empty() {
        return base;
    }
    let mut all = Words::clone(&base.words());
    all.merge(words);
    let words = Arc::new(all);
    Arc::new(Worded { base, words })
}

impl Tree for Worded {
    fn label(&self) -> String {
        self.base.label()
    }

    fn words(&self) -> Arc<Words> {
        Arc::clone(&self.words)
    }

    fn wants_every_scan(&self) -> bool {
        self.base.wants_every_scan()
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, TreeError> {
        self.base.read(path)
    }

    fn mode(&self, path: &TreePath) -> Result<Option<FileMode>, TreeError> {
        self.base.mode(path)
    }

    fn has(&self, path: &TreePath) -> bool {
        self.base.has(path)
    }

    fn scan(&self, scan: &Scan, visit: &Visit<'_>) -> Result<ScanReport, TreeError> {
        self.base.scan(scan, visit)
    }

    fn look(&self, scan: &Scan, look: &Look<'_>) -> Result<ScanReport, TreeError> {
        self.base.look(scan, look)
    }
}
