//! Which files of the tree have which words: as few walks over the tree as can be.
//!
//! Every question that is put to the whole tree says beforehand which words it is about
//! ([`WordIndex::expect`]); the first one that is asked walks the tree once for all of them. A walk
//! remembers paths, not bytes: a common word would fill the memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use aho_corasick::{AhoCorasick, MatchKind};
use dialect::TreePath;
use trees::{ParsedTree, Scan, TreeError};

/// What is known of the words.
#[derive(Debug, Default)]
pub(crate) struct WordIndex {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    expected: BTreeSet<String>,
    files: BTreeMap<String, BTreeSet<TreePath>>,
    unreadable: BTreeMap<TreePath, String>,
}

impl WordIndex {
    /// Words that will be asked for.
    pub(crate) fn expect(&self, words: impl IntoIterator<Item = String>) {
        self.lock().expected.extend(words);
    }

    /// The C files that have the word as an identifier anywhere, sorted.
    ///
    /// # Errors
    /// The tree cannot be walked.
    pub(crate) fn files_with(
        &self,
        tree: &ParsedTree,
        word: &str,
    ) -> Result<Vec<TreePath>, TreeError> {
        if let Some(files) = self.lock().files.get(word) {
            return Ok(files.iter().cloned().collect());
        }
        self.expect([word.to_owned()]);
        self.walk(tree)?;
        let known = self.lock();
        Ok(known
            .files
            .get(word)
            .map(|files| files.iter().cloned().collect())
            .unwrap_or_default())
    }

    /// Files that no walk could read: whoever says "nowhere else" must name them.
    pub(crate) fn unreadable(&self) -> Vec<(TreePath, String)> {
        let known = self.lock();
        known
            .unreadable
            .iter()
            .map(|(path, reason)| (path.clone(), reason.clone()))
            .collect()
    }

    /// One walk for every expected word that is not known yet.
    fn walk(&self, tree: &ParsedTree) -> Result<(), TreeError> {
        let words: Vec<String> = {
            let known = self.lock();
            known
                .expected
                .iter()
                .filter(|word| !known.files.contains_key(*word))
                .cloned()
                .collect()
        };
        let Some(searcher) = searcher(&words) else {
            return Ok(());
        };
        let found: Mutex<Vec<(usize, TreePath)>> = Mutex::default();
        let scan = Scan {
            words: words.clone(),
            ..Scan::default()
        };
        let report = tree.tree().scan(&scan, &|path, bytes| {
            let here = words_in(&searcher, &bytes);
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.extend(here.into_iter().map(|word| (word, path.clone())));
        })?;
        let mut known = self.lock();
        for word in &words {
            known.files.entry(word.clone()).or_default();
        }
        for (word, path) in found.into_inner().unwrap_or_else(PoisonError::into_inner) {
            if let Some(word) = words.get(word) {
                known.files.entry(word.clone()).or_default().insert(path);
            }
        }
        known.unreadable.extend(report.unreadable);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn searcher(words: &[String]) -> Option<AhoCorasick> {
    if words.is_empty() {
        return None;
    }
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(words)
        .ok()
}

/// The words (by index) that the bytes have as whole identifiers.
fn words_in(searcher: &AhoCorasick, bytes: &[u8]) -> BTreeSet<usize> {
    let is_part = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    searcher
        .find_overlapping_iter(bytes)
        .filter(|hit| !is_part(hit.start().checked_sub(1)) && !is_part(Some(hit.end())))
        .map(|hit| hit.pattern().as_usize())
        .collect()
}
