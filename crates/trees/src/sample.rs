//! The built-in tree: `samples/linux`, inside the binary.

use std::sync::Arc;

use dialect::TreePath;

use crate::search::Search;
use crate::selection::Selection;
use crate::tree::{FileMode, Scan, ScanReport, Tree, TreeError, Visit};

/// Path and bytes of every file of `samples/linux`, sorted by path.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sample.rs"));

/// The built-in miniature of a kernel tree, of the shape of Linux 5.8.
#[derive(Clone, Copy, Debug, Default)]
pub struct SampleTree;

impl SampleTree {
    /// The built-in tree. Never fails.
    #[must_use]
    pub fn open() -> Self {
        Self
    }

    /// The path of every file, sorted.
    pub fn paths() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(path, _)| *path)
    }
}

fn find(path: &str) -> Option<&'static [u8]> {
    let at = FILES.binary_search_by_key(&path, |(path, _)| path).ok()?;
    FILES.get(at).map(|(_, bytes)| *bytes)
}

impl Tree for SampleTree {
    fn label(&self) -> String {
        "built-in sample".to_owned()
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, TreeError> {
        Ok(find(path.as_str()).map(Arc::from))
    }

    fn mode(&self, path: &TreePath) -> Result<Option<FileMode>, TreeError> {
        Ok(find(path.as_str()).map(|_| FileMode::Regular))
    }

    fn scan(&self, scan: &Scan, visit: &Visit<'_>) -> Result<ScanReport, TreeError> {
        let selection = Selection::new(scan);
        let search = Search::new(scan);
        let mut report = ScanReport {
            missing: selection.missing_among(FILES.iter().map(|(path, _)| *path)),
            ..ScanReport::default()
        };
        for (path, bytes) in FILES.iter().filter(|(path, _)| selection.takes(path)) {
            report.files += 1;
            report.bytes += bytes.len() as u64;
            match TreePath::new(path) {
                Ok(checked) => {
                    let (is_accepted, includes) = search.of(bytes);
                    report.note(&checked, includes);
                    if !is_accepted {
                        continue;
                    }
                    report.visited += 1;
                    visit(checked, Arc::from(*bytes));
                }
                Err(error) => report.cannot_read(path, error.to_string()),
            }
        }
        Ok(report.sorted())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::{FILES, SampleTree};
    use crate::tree::{Scan, Tree};

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(FILES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(FILES.len() > 20);
    }

    #[test]
    fn a_scan_finds_the_files_with_a_word() {
        let seen = Mutex::new(Vec::new());
        let scan = Scan {
            words: vec!["no_vf_scan".to_owned()],
            under: vec!["include".to_owned(), "sound".to_owned()],
            ..Scan::default()
        };
        let report = SampleTree::open()
            .scan(&scan, &|path, _| {
                seen.lock().unwrap().push(path.to_string())
            })
            .unwrap();
        assert_eq!(*seen.lock().unwrap(), ["include/linux/pci.h"]);
        assert_eq!(report.missing, ["sound"]);
        assert_eq!(report.visited, 1);
    }
}
