//! A tree that remembers which words its files have, for who asks it hundreds of questions.
//!
//! The first question that goes through the whole tree reads it once, as ever, and notes the words of each file by the
//! way; any later one opens only the files that have its words. What is noted are hashes, not words: two words that
//! share one cost a file that is opened for nothing, because the bytes decide.

use std::collections::BTreeSet;
use std::hash::Hasher;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use dialect::TreePath;
use dialect::token::split_words;
use dialect::words::Words;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use rustc_hash::{FxHashSet, FxHasher};

use crate::selection::Selection;
use crate::tree::{FileMode, Scan, ScanReport, Tree, TreeError, Visit};
use crate::words::{WordFilter, is_identifier_byte, longest_identifier};

/// See the module's page.
pub struct Indexed {
    base: Arc<dyn Tree>,
    index: OnceLock<Index>,
    /// Held while the tree is read for the first time, so that only one thread does.
    making: Mutex<()>,
}

/// What one pass over the tree has noted.
struct Index {
    /// Endings of the files that it visited.
    extensions: BTreeSet<String>,
    files: Vec<(TreePath, u64)>,
    /// Hash of a word in the upper half, number of a file in the lower; sorted.
    words: Vec<u64>,
    unreadable: Vec<(TreePath, String)>,
    links: Vec<(TreePath, TreePath)>,
}

impl Indexed {
    /// Notes nothing yet.
    #[must_use]
    pub fn new(base: Arc<dyn Tree>) -> Self {
        Self {
            base,
            index: OnceLock::new(),
            making: Mutex::default(),
        }
    }

    /// The answer of what is noted; none where that does not cover the question.
    fn known(&self, scan: &Scan, visit: &Visit<'_>) -> Option<Result<ScanReport, TreeError>> {
        let index = self.index.get()?;
        let is_covered = !scan.includes
            && !scan.words.is_empty()
            && endings(scan).all(|ending| index.extensions.contains(ending));
        is_covered.then(|| index.scan(&*self.base, scan, visit))
    }

    /// Reads the tree once, for the question and for all later ones.
    fn first(&self, scan: &Scan, visit: &Visit<'_>) -> Result<ScanReport, TreeError> {
        let filter = WordFilter::new(&scan.words);
        let every = Scan {
            words: Vec::new(),
            ..scan.clone()
        };
        let noted = Mutex::new(Vec::new());
        let visited = std::sync::atomic::AtomicUsize::new(0);
        let mut report = self.base.scan(&every, &|path, bytes| {
            let hashes = hashes(&bytes);
            {
                let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
                noted.push((path.clone(), bytes.len() as u64, hashes));
            }
            if filter.accepts(&bytes) {
                visited.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                visit(path, bytes);
            }
        })?;
        report.visited = visited.into_inner();
        let mut noted = noted.into_inner().unwrap_or_else(PoisonError::into_inner);
        noted.sort_by(|a, b| a.0.cmp(&b.0));
        let mut index = Index {
            extensions: endings(scan).map(str::to_owned).collect(),
            files: Vec::with_capacity(noted.len()),
            words: Vec::new(),
            unreadable: report.unreadable.clone(),
            links: report.links.clone(),
        };
        for (number, (path, length, hashes)) in noted.into_iter().enumerate() {
            let file = number as u64;
            let words = hashes.into_iter();
            index
                .words
                .extend(words.map(|hash| u64::from(hash) << 32 | file));
            index.files.push((path, length));
        }
        index.words.par_sort_unstable();
        // Nobody else was reading it: that is what `making` is for.
        let _ = self.index.set(index);
        Ok(report)
    }
}

impl Index {
    fn scan(
        &self,
        base: &dyn Tree,
        scan: &Scan,
        visit: &Visit<'_>,
    ) -> Result<ScanReport, TreeError> {
        let selection = Selection::new(scan);
        let filter = WordFilter::new(&scan.words);
        let numbers: BTreeSet<usize> = scan
            .words
            .iter()
            .flat_map(|word| self.having(longest_identifier(word)))
            .collect();
        let candidates: Vec<&TreePath> = numbers
            .into_iter()
            .filter_map(|number| self.files.get(number).map(|(path, _)| path))
            .filter(|path| selection.takes(path.as_str()))
            .collect();
        let opened: Vec<Result<bool, (TreePath, String)>> = candidates
            .par_iter()
            .map(|path| match base.read(path) {
                Ok(Some(bytes)) if filter.accepts(&bytes) => {
                    visit((*path).clone(), bytes);
                    Ok(true)
                }
                Ok(_) => Ok(false),
                Err(error) => Err(((*path).clone(), error.to_string())),
            })
            .collect();
        let taken = || {
            let files = self.files.iter();
            files.filter(|(path, _)| selection.takes(path.as_str()))
        };
        let unreadable = self.unreadable.iter();
        let unreadable = unreadable.filter(|(path, _)| selection.takes(path.as_str()));
        let mut report = ScanReport {
            files: taken().count(),
            bytes: taken().map(|(_, length)| length).sum(),
            visited: opened.iter().filter(|one| **one == Ok(true)).count(),
            unreadable: unreadable.cloned().collect(),
            links: self.links.clone(),
            missing: selection.missing_among(self.files.iter().map(|(path, _)| path.as_str())),
            includes: None,
        };
        report
            .unreadable
            .extend(opened.into_iter().filter_map(Result::err));
        Ok(report.sorted())
    }

    /// The numbers of the files that may have the word.
    fn having(&self, word: &str) -> impl Iterator<Item = usize> {
        let first = u64::from(hash(word.as_bytes())) << 32;
        let start = self.words.partition_point(|entry| *entry < first);
        let rest = self.words.get(start..).unwrap_or_default().iter();
        rest.take_while(move |entry| **entry >> 32 == first >> 32)
            .map(|entry| (*entry & u64::from(u32::MAX)) as usize)
    }
}

impl Tree for Indexed {
    fn label(&self) -> String {
        self.base.label()
    }

    fn words(&self) -> Arc<Words> {
        self.base.words()
    }

    fn wants_every_scan(&self) -> bool {
        true
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
        if let Some(known) = self.known(scan, visit) {
            return known;
        }
        let is_whole = scan.under.is_empty() && scan.except.is_empty() && !scan.shallow;
        if !is_whole || scan.words.is_empty() || self.index.get().is_some() {
            return self.base.scan(scan, visit);
        }
        // Who asks while it is being read, perhaps from within that reading, is not kept waiting.
        match self.making.try_lock() {
            Ok(_making) => self.first(scan, visit),
            Err(_) => self.base.scan(scan, visit),
        }
    }
}

fn endings(scan: &Scan) -> impl Iterator<Item = &str> {
    let none = scan.extensions.is_empty().then_some(["c", "h"]);
    let own = scan.extensions.iter().map(String::as_str);
    none.into_iter().flatten().chain(own)
}

fn hash(word: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    let hash = hasher.finish();
    (hash >> 32) as u32
}

/// The hashes of the words of a file, those that a line splice cuts too, each once.
fn hashes(bytes: &[u8]) -> FxHashSet<u32> {
    let mut found = FxHashSet::default();
    let mut note = |bytes: &[u8]| {
        let words = bytes.split(|byte| !is_identifier_byte(byte));
        found.extend(words.filter(|word| !word.is_empty()).map(hash));
    };
    note(bytes);
    for word in split_words(bytes) {
        note(&word);
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use dialect::TreePath;

    use super::Indexed;
    use crate::{Overlay, SampleTree, Scan, Tree};

    fn visited(tree: &dyn Tree, scan: &Scan) -> (Vec<TreePath>, Vec<String>, usize) {
        let found = Mutex::new(Vec::new());
        let report = tree.scan(scan, &|path, _| found.lock().unwrap().push(path));
        let mut found = found.into_inner().unwrap();
        found.sort();
        let report = report.unwrap();
        (found, report.missing, report.visited)
    }

    #[test]
    fn an_indexed_tree_answers_as_the_tree_itself() {
        let split = ("lib/split.c", "int is_vir\\\ntfn;\n");
        let files = BTreeMap::from([(
            TreePath::new(split.0).unwrap(),
            Some(Arc::from(split.1.as_bytes())),
        )]);
        let plain: Arc<dyn Tree> = Arc::new(Overlay::new(Arc::new(SampleTree::open()), files));
        let indexed = Indexed::new(Arc::clone(&plain));
        let scans = [
            (&["pci_dev"][..], &[][..], false),
            (&["is_virtfn"], &[], false),
            (&["is_virtfn", "nowhere"], &["drivers/vfio"], false),
            (&["nowhere"], &[], false),
            (&["pci_dev"], &["no/such/folder", "include"], false),
            (&["pci_dev"], &["drivers/pci"], true),
        ];
        for (words, under, shallow) in scans {
            let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
            let scan = Scan {
                words: owned(words),
                under: owned(under),
                shallow,
                ..Scan::default()
            };
            assert_eq!(
                visited(&indexed, &scan),
                visited(&*plain, &scan),
                "{scan:?}"
            );
        }
    }
}
