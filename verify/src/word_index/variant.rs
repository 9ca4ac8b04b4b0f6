//! The index of a tree that differs from another one in a few files: only those are looked at again.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use query::expansion::{Pasted, has_parts};
use trees::{ParsedTree, Scan};

use super::WordIndex;
use super::search::{searcher, words_in};

/// The index that another one builds on.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) index: Arc<WordIndex>,
    /// The tree that it is of.
    pub(super) tree: Arc<ParsedTree>,
    /// The C files that differ.
    pub(super) changed: BTreeSet<TreePath>,
}

/// What is asked of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Whether it has the word.
    Named,
    /// Whether it may initialise an object of the record.
    Initialised,
    /// Whether its macros may paste the word.
    Pasted,
}

impl WordIndex {
    /// The index of a tree that differs from `tree`, which `index` is of, in no file but `changed`.
    pub(crate) fn variant(
        index: Arc<Self>,
        tree: Arc<ParsedTree>,
        changed: BTreeSet<TreePath>,
    ) -> Self {
        Self {
            scan: index.scan.clone(),
            base: Some(Base {
                index,
                tree,
                changed,
            }),
            ..Self::default()
        }
    }
}

impl Base {
    /// What was found in the other tree, with the files that differ as they are in `tree`; sorted.
    pub(super) fn with_own(
        &self,
        mut found: Vec<TreePath>,
        scan: &Scan,
        tree: &ParsedTree,
        word: &str,
        asked: Asked,
    ) -> Vec<TreePath> {
        found.retain(|path| !self.changed.contains(path));
        let words = [word.to_owned()];
        let Some(searcher) = searcher(&words) else {
            return found;
        };
        for path in self
            .changed
            .iter()
            .filter(|path| path.is_c() && is_under(scan, path))
        {
            // What cannot be read is in no tree of ours: the files that differ lie in memory.
            let Ok(Some(bytes)) = tree.tree().read(path) else {
                continue;
            };
            let (named, initialised) = words_in(&searcher, &words, &bytes, &[true]);
            let has = match asked {
                Asked::Named => !named.is_empty(),
                Asked::Initialised => !initialised.is_empty(),
                Asked::Pasted => {
                    let pasted = Pasted::new(words.to_vec());
                    has_parts(&bytes, word) || pasted.is_handed(&bytes)
                }
            };
            if has {
                found.push(path.clone());
            }
        }
        found.sort();
        found
    }
}

/// Whether a walk comes by the file.
pub(super) fn is_under(scan: &Scan, path: &TreePath) -> bool {
    scan.under.is_empty()
        || scan.under.iter().any(|folder| {
            let rest = path.as_str().strip_prefix(folder.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}
