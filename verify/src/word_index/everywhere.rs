//! Files of other languages that have a word: assembly, Rust, linker scripts.

use std::collections::BTreeSet;

use dialect::TreePath;
use trees::{ParsedTree, TreeError};

use super::WordIndex;

impl WordIndex {
    /// Words that will be asked for, in files of other languages too ([`WordIndex::others_with`]).
    pub(crate) fn expect_everywhere(&self, words: Vec<String>) {
        if let Some(base) = &self.base {
            return base.index.expect_everywhere(words);
        }
        let mut known = self.lock();
        for word in words {
            // A walk before has not looked there.
            if known.everywhere.insert(word.clone()) {
                known.files.remove(&word);
            }
            known.expected.insert(word);
        }
    }

    /// The files of other languages that have the word, prose apart.
    ///
    /// # Errors
    /// The tree cannot be walked.
    pub(crate) fn others_with(
        &self,
        tree: &ParsedTree,
        word: &str,
    ) -> Result<BTreeSet<TreePath>, TreeError> {
        self.expect_everywhere(vec![word.to_owned()]);
        let mut found = self.fragments(tree, word)?;
        found.retain(|path| !sites::wide::is_prose(path));
        Ok(found)
    }

    /// The documents that have the word.
    ///
    /// # Errors
    /// The tree cannot be walked.
    pub(crate) fn prose_with(
        &self,
        tree: &ParsedTree,
        word: &str,
    ) -> Result<BTreeSet<TreePath>, TreeError> {
        self.expect_everywhere(vec![word.to_owned()]);
        let mut found = self.fragments(tree, word)?;
        found.retain(sites::wide::is_prose);
        Ok(found)
    }
}
