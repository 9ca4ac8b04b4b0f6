//! A tree that notes what was asked of it: what else would have been answered had some files been others?
//!
//! Whoever judges a tree is a function of its answers alone. So a commit that changes no answer changes no judgement, and
//! need not be judged: it touches no path that was read, and no file whose words or includes a scan was about. What
//! cannot be told that way (a link on the way, a name that no path can have) counts as touched.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dialect::TreePath;
use dialect::words::Words;
use serde::{Deserialize, Serialize};

use crate::search::Search;
use crate::selection::Selection;
use crate::tree::{FileMode, Scan, ScanReport, Tree, TreeError, Visit, folders, link_on_the_way};

/// A tree, and what was asked of it.
pub struct Recorded {
    tree: Arc<dyn Tree>,
    asked: Mutex<Questions>,
}

/// What was asked of a tree. It can be kept, for who judges a later tree.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    paths: BTreeSet<String>,
    scans: Vec<Scan>,
    /// Folders that scans were to be in, and that were not there.
    missing: BTreeSet<String>,
    /// A link was followed: another path than was named gave the answer.
    is_linked: bool,
    /// Something could not be read. It may be there the next time, in the same tree.
    is_damaged: bool,
}

/// A file that is another in the next tree.
pub(crate) struct Changed {
    /// Its path; none where no path can name it.
    pub(crate) path: Option<TreePath>,
    /// The bytes before and after: none where there is no such file, an error where they cannot be read or it is no file.
    pub(crate) sides: [Option<Result<Arc<[u8]>, String>>; 2],
}

impl Recorded {
    /// Notes what is asked of a tree from now on.
    #[must_use]
    pub fn new(tree: Arc<dyn Tree>) -> Self {
        Self {
            tree,
            asked: Mutex::default(),
        }
    }

    fn asked(&self) -> MutexGuard<'_, Questions> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was asked so far.
    #[must_use]
    pub fn questions(&self) -> Questions {
        self.asked().clone()
    }

    /// Notes a path, and whether it leads through a link.
    fn note(&self, path: &TreePath) {
        let is_new = self.asked().paths.insert(path.as_str().to_owned());
        if is_new && !matches!(link_on_the_way(&*self.tree, path), Ok(None)) {
            self.asked().is_linked = true;
        }
    }

    /// Notes that an answer was none.
    fn note_damage<T>(&self, answer: &Result<T, TreeError>) {
        if answer.is_err() {
            self.asked().is_damaged = true;
        }
    }
}

impl Questions {
    /// Whether some answer was that something cannot be read: the same tree may be whole the next time.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Whether a change of the file is one of an answer, whatever is in it. A name that is no path may be anything.
    pub(crate) fn names(&self, path: Option<&TreePath>) -> bool {
        let is_asked = |step: TreePath| self.paths.contains(step.as_str());
        self.is_linked || path.is_none_or(|path| folders(path).chain([path.clone()]).any(is_asked))
    }

    /// Whether anything of it could be answered otherwise, were these files others.
    pub(crate) fn is_touched(&self, changed: &[Changed]) -> bool {
        if changed.iter().any(|file| self.names(file.path.as_ref())) {
            return true;
        }
        let questions: Vec<(Selection, Search, &Scan)> = self
            .scans
            .iter()
            .map(|scan| (Selection::new(scan), Search::new(scan), scan))
            .collect();
        changed.iter().any(|changed| {
            let Some(path) = &changed.path else {
                return true;
            };
            let is_below = |folder: &String| {
                path.as_str().starts_with(&format!("{folder}/")) || path.as_str() == folder
            };
            self.missing.iter().any(is_below)
                || questions.iter().any(|(selection, search, scan)| {
                    answers(changed, path, selection, search, scan)
                })
        })
    }
}

/// Whether a changed file could change what a scan gives.
fn answers(
    changed: &Changed,
    path: &TreePath,
    selection: &Selection,
    search: &Search,
    scan: &Scan,
) -> bool {
    let of = |side: &Option<Result<Arc<[u8]>, String>>| match side {
        None => Ok(None),
        Some(Ok(bytes)) => Ok(Some(search.of(bytes))),
        Some(Err(_)) => Err(()),
    };
    // A folder that a scan names may be gone with its last file.
    let is_within = |folder: &String| path.as_str().starts_with(folder.as_str());
    if changed.sides.iter().any(Option::is_none) && scan.under.iter().any(is_within) {
        return true;
    }
    let [before, after] = &changed.sides;
    match (of(before), of(after)) {
        // A link or a submodule, or nothing that can be read: whatever its name is.
        (Err(()), _) | (_, Err(())) => true,
        _ if !selection.takes(path.as_str()) => false,
        (Ok(before), Ok(after)) => {
            let has_word = |side: &Option<(bool, _)>| side.as_ref().is_some_and(|side| side.0);
            has_word(&before)
                || has_word(&after)
                || before.map(|side| side.1) != after.map(|side| side.1)
        }
    }
}

impl Tree for Recorded {
    fn label(&self) -> String {
        self.tree.label()
    }

    fn words(&self) -> Arc<Words> {
        self.tree.words()
    }

    fn wants_every_scan(&self) -> bool {
        true
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, TreeError> {
        self.note(path);
        let answer = self.tree.read(path);
        self.note_damage(&answer);
        answer
    }

    fn mode(&self, path: &TreePath) -> Result<Option<FileMode>, TreeError> {
        self.note(path);
        let answer = self.tree.mode(path);
        self.note_damage(&answer);
        answer
    }

    fn scan(&self, scan: &Scan, visit: &Visit<'_>) -> Result<ScanReport, TreeError> {
        let report = self.tree.scan(scan, &|path, bytes| {
            self.note(&path);
            visit(path, bytes);
        });
        self.note_damage(&report);
        let report = report?;
        let mut asked = self.asked();
        asked.is_damaged |= !report.unreadable.is_empty();
        asked.scans.push(scan.clone());
        asked.missing.extend(report.missing.iter().cloned());
        Ok(report)
    }
}
