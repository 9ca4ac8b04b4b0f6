//! A tree with some of its files replaced: what a series makes of it, without writing anywhere.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dialect::TreePath;
use dialect::words::Words;

use crate::search::Search;
use crate::selection::Selection;
use crate::tree::{FileMode, Look, Scan, ScanReport, Tree, TreeError, Visit};

/// A tree with files replaced, added or taken away.
///
/// A symbolic link of the tree below leads to the file as it is there, not to its replacement.
#[derive(Clone)]
pub struct Overlay {
    base: Arc<dyn Tree>,
    files: BTreeMap<TreePath, Option<Arc<[u8]>>>,
    modes: BTreeMap<TreePath, FileMode>,
}

impl std::fmt::Debug for Overlay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Overlay")
            .field("base", &self.base.label())
            .field("files", &self.files.keys())
            .field("modes", &self.modes)
            .finish()
    }
}

impl Overlay {
    /// Lays `files` over `base`; `None` takes a file away.
    #[must_use]
    pub fn new(base: Arc<dyn Tree>, files: BTreeMap<TreePath, Option<Arc<[u8]>>>) -> Self {
        Self {
            base,
            files,
            modes: BTreeMap::new(),
        }
    }

    /// The same with other file modes. A replaced file whose mode is not given keeps the one that it has.
    #[must_use]
    pub fn with_modes(mut self, modes: BTreeMap<TreePath, FileMode>) -> Self {
        self.modes = modes;
        self
    }

    /// The tree below.
    #[must_use]
    pub fn base(&self) -> &Arc<dyn Tree> {
        &self.base
    }

    /// What was laid over it; `None` is a file taken away.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<TreePath, Option<Arc<[u8]>>> {
        &self.files
    }

    /// The modes that were given.
    #[must_use]
    pub fn modes(&self) -> &BTreeMap<TreePath, FileMode> {
        &self.modes
    }
}

impl Tree for Overlay {
    fn label(&self) -> String {
        format!("{} with patches", self.base.label())
    }

    fn words(&self) -> Arc<Words> {
        self.base.words()
    }

    fn wants_every_scan(&self) -> bool {
        self.base.wants_every_scan()
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, TreeError> {
        match self.files.get(path) {
            Some(laid) => Ok(laid.clone()),
            None => self.base.read(path),
        }
    }

    fn mode(&self, path: &TreePath) -> Result<Option<FileMode>, TreeError> {
        if self.files.get(path).is_some_and(Option::is_none) {
            return Ok(None);
        }
        if let Some(mode) = self.modes.get(path) {
            return Ok(Some(*mode));
        }
        let below = self.base.mode(path)?;
        Ok(below.or_else(|| self.files.get(path).map(|_| FileMode::Regular)))
    }

    fn has(&self, path: &TreePath) -> bool {
        match self.files.get(path) {
            Some(laid) => laid.is_some(),
            None => self.modes.contains_key(path) || self.base.has(path),
        }
    }

    fn scan(&self, scan: &Scan, visit: &Visit<'_>) -> Result<ScanReport, TreeError> {
        let hidden = AtomicUsize::new(0);
        let below = self.base.scan(scan, &|path, bytes| {
            if self.is_hidden(&path, &hidden) {
                return;
            }
            visit(path, bytes);
        })?;
        let visit_laid =
            |path: &TreePath, bytes: &Arc<[u8]>| visit(path.clone(), Arc::clone(bytes));
        Ok(self.scanned(scan, below, hidden.into_inner(), &visit_laid))
    }

    fn look(&self, scan: &Scan, look: &Look<'_>) -> Result<ScanReport, TreeError> {
        let hidden = AtomicUsize::new(0);
        let below = self.base.look(scan, &|path, bytes| {
            if self.is_hidden(path, &hidden) {
                return;
            }
            look(path, bytes);
        })?;
        Ok(
            self.scanned(scan, below, hidden.into_inner(), &|path, bytes| {
                look(path, bytes)
            }),
        )
    }
}

/// Takes one of the overlay's own files.
type Laid<'a> = dyn Fn(&TreePath, &Arc<[u8]>) + 'a;

impl Overlay {
    /// Whether the overlay has a file of its own in the place of that one; they are counted.
    fn is_hidden(&self, path: &TreePath, hidden: &AtomicUsize) -> bool {
        let is_hidden = self.files.contains_key(path);
        if is_hidden {
            hidden.fetch_add(1, Ordering::Relaxed);
        }
        is_hidden
    }

    /// What was scanned: `below`, of whose visited files so many are `hidden`, and the overlay's own.
    fn scanned(
        &self,
        scan: &Scan,
        below: ScanReport,
        hidden: usize,
        laid: &Laid<'_>,
    ) -> ScanReport {
        let mut report = below;
        report.visited = report.visited.saturating_sub(hidden);
        report
            .unreadable
            .retain(|(path, _)| !self.files.contains_key(path));
        report
            .links
            .retain(|(path, _)| !self.files.contains_key(path));
        if let Some(all) = &mut report.includes {
            all.retain(|(path, _)| !self.files.contains_key(path));
        }
        // Who notes nothing below says so by it.
        let scan = &Scan {
            includes: scan.includes && (report.includes.is_some() || report.files == 0),
            ..scan.clone()
        };
        self.scan_laid(scan, laid, &mut report);
        report.sorted()
    }

    fn scan_laid(&self, scan: &Scan, visit: &Laid<'_>, report: &mut ScanReport) {
        let selection = Selection::new(scan);
        let search = Search::new(scan);
        let laid = self
            .files
            .iter()
            .filter_map(|(path, bytes)| bytes.as_ref().map(|bytes| (path, bytes)))
            .filter(|(path, _)| selection.takes(path.as_str()));
        for (path, bytes) in laid {
            report.files += 1;
            report.bytes += bytes.len() as u64;
            let (has_word, includes) = search.of(bytes);
            report.note(path, includes);
            if has_word {
                report.visited += 1;
                visit(path, bytes);
            }
        }
        let missing = selection.missing_among(self.present());
        report.missing.retain(|start| missing.contains(start));
        let taken_away = self.files.iter().filter(|(_, bytes)| bytes.is_none());
        let named = taken_away.map(|(path, _)| path.as_str());
        report.missing.extend(
            named
                // A folder may have the name now.
                .filter(|path| missing.iter().any(|start| start == path))
                .map(str::to_owned),
        );
    }

    fn present(&self) -> impl Iterator<Item = &str> + Clone {
        let present = self.files.iter().filter(|(_, bytes)| bytes.is_some());
        present.map(|(path, _)| path.as_str())
    }
}
