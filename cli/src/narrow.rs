//! A tree of which only some files are looked through: for a first judgement of changes that are about these files alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use dialect::words::Words;
use trees::{FileMode, Scan, ScanReport, Tree, TreeError, Visit};

/// Every file of the inner tree is there to be read, and a walk comes by the given ones.
pub(crate) struct Narrow {
    inner: Arc<dyn Tree>,
    files: BTreeSet<TreePath>,
}

impl Narrow {
    pub(crate) fn new(inner: Arc<dyn Tree>, files: BTreeSet<TreePath>) -> Self {
        Self { inner, files }
    }
}

impl Tree for Narrow {
    fn label(&self) -> String {
        self.inner.label()
    }

    fn wants_every_scan(&self) -> bool {
        self.inner.wants_every_scan()
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, TreeError> {
        self.inner.read(path)
    }

    fn mode(&self, path: &TreePath) -> Result<Option<FileMode>, TreeError> {
        self.inner.mode(path)
    }

    fn words(&self) -> Arc<Words> {
        self.inner.words()
    }

    fn scan(&self, scan: &Scan, visit: &Visit<'_>) -> Result<ScanReport, TreeError> {
        let is_under = |path: &&TreePath| {
            let mut folders = scan.under.iter().map(|folder| folder.trim_end_matches('/'));
            scan.under.is_empty()
                || folders.any(|folder| {
                    let rest = path.as_str().strip_prefix(folder);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
        };
        let under: Vec<String> = self
            .files
            .iter()
            .filter(is_under)
            .map(ToString::to_string)
            .collect();
        if under.is_empty() {
            return Ok(ScanReport::default());
        }
        let scan = Scan {
            under,
            ..scan.clone()
        };
        self.inner.scan(&scan, visit)
    }
}
