//! What headers of the series declare for the files that include them, and what new code wants of headers.

use std::collections::BTreeSet;

use dialect::TreePath;

use super::Step;
use super::changes::Difference;
use super::snapshot::{is_of_each_build, is_source};
use super::{tags, undeclared};

impl Step<'_> {
    /// The names that a header of the series declares otherwise or anew, and the files that it leaves alone, include such a
    /// header, and have one of them.
    pub(super) fn brought(&self) -> (BTreeSet<String>, BTreeSet<TreePath>) {
        let headers: Vec<&Difference> = self
            .changes
            .iter()
            .filter(|change| !change.brought.is_empty())
            .collect();
        let mut paths = BTreeSet::new();
        let names: BTreeSet<String> = headers
            .iter()
            .flat_map(|change| change.brought.iter().cloned())
            .collect();
        for name in &names {
            let bringers = headers.iter().filter(|one| one.brought.contains(name));
            let bringers: Vec<&TreePath> = bringers.map(|one| &one.path).collect();
            let found = self.after.files_with(name).into_iter();
            paths.extend(found.filter(|path| {
                let closure = || self.after.closure(path);
                !self.is_touched(path)
                    && is_source(path)
                    && bringers
                        .iter()
                        .any(|one| is_of_each_build(path, one) && closure().files.contains(*one))
            }));
        }
        (names, paths)
    }

    /// Has the headers looked through for what new code names or declares, once for all: what is asked later of a word does without where
    /// that was not done.
    pub(super) fn find_headers(&self) {
        let words = self.opened().find_map(|change| {
            let names = undeclared::new_words(self, &change).pop_first();
            names.or_else(|| tags::words(self, &change).pop())
        });
        if let Some(word) = words.or_else(|| self.names.first().cloned()) {
            self.after.headers_with(&word);
        }
    }
}
