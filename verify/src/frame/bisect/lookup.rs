//! Which files declare a name: those that are known are asked first, then those that look like it.

use std::rc::Rc;

use dialect::TreePath;
use query::File;
use query::types::DefinitionKind;

use super::index::{Index, What};
use super::scope::has_word;
use super::snapshot::{Snapshot, is_source};

impl Snapshot<'_> {
    /// What a file declares; `None` where there is none, or none that can be read.
    pub(super) fn index(&self, path: &TreePath) -> Option<Rc<Index>> {
        if let Some(known) = self.indexes.borrow().get(path) {
            return known.clone();
        }
        let index = self.file(path).map(|file| Rc::new(Index::of(&file)));
        self.indexes
            .borrow_mut()
            .insert(path.clone(), index.clone());
        index
    }

    /// The files with the word that `file` includes, directly or through others.
    pub(super) fn seen_with(&self, file: &File, word: &str) -> Vec<TreePath> {
        let closure = self.closure(file.path());
        let mut seen = self.files_with(word);
        seen.retain(|path| path != file.path() && closure.files.contains(path));
        seen
    }

    /// As [`Snapshot::seen_with`], by reading those files: where the word was not asked for over the whole tree.
    pub(super) fn spelt_in_seen(&self, file: &File, word: &str) -> Vec<TreePath> {
        let key = (file.path().clone(), word.to_owned());
        if let Some(known) = self.spelt.borrow().get(&key) {
            return known.clone();
        }
        let closure = self.closure(file.path());
        let mut seen: Vec<TreePath> = closure.files.iter().cloned().collect();
        seen.retain(|path| {
            let bytes = self.tree.tree().read(path).ok().flatten();
            path != file.path() && bytes.is_some_and(|bytes| has_word(&bytes, word.as_bytes()))
        });
        self.spelt.borrow_mut().insert(key, seen.clone());
        seen
    }

    /// Whether all that `file` sees of `name` is macros with parameters, which do nothing where it is not called.
    pub(super) fn is_only_called(&self, file: &File, name: &str) -> bool {
        let closure = self.closure(file.path());
        let mut seen = self.files_with(name);
        seen.retain(|path| path != file.path() && closure.files.contains(path));
        let declared = seen
            .iter()
            .filter_map(|path| self.index(path)?.is_called(name));
        let declared: Vec<bool> = declared.collect();
        is_source(file.path())
            && self.closure(file.path()).sees_all
            && !declared.is_empty()
            && !declared.contains(&false)
    }

    /// As what `name` is declared in what `file` sees; none where that is not all known.
    pub(super) fn what_is(&self, file: &File, name: &str) -> Option<What> {
        if !is_source(file.path()) || !self.closure(file.path()).sees_all {
            return None;
        }
        let own = std::iter::once(file.path().clone());
        let all = own.chain(self.seen_with(file, name));
        let indexes = all.filter_map(|path| self.index(&path));
        Some(indexes.fold(What::default(), |what, index| what.and(index.what(name))))
    }

    /// Whether a file that `file` sees declares `name`, in so many words; of a header, any may.
    pub(super) fn is_declared_seen(&self, file: &File, name: &str) -> bool {
        !is_source(file.path())
            || !self.closure(file.path()).sees_all
            || self.any_declares(self.seen_with(file, name), name)
    }

    /// Whether the file looks as if it declared the name: most that have the word use it, and need not be parsed.
    pub(super) fn looks_declared_in(&self, path: &TreePath, name: &str) -> bool {
        let bytes = self.tree.tree().read(path).ok().flatten();
        bytes.is_some_and(|bytes| looks_declared(&bytes, name))
    }

    /// Whether one of these files declares `name`.
    pub(super) fn any_declares(&self, paths: Vec<TreePath>, name: &str) -> bool {
        let declares = |index: &Index| index.line_of(name).is_some();
        self.any(paths, &|bytes| looks_declared(bytes, name), &declares)
    }

    /// Whether one of these files defines a struct or union of that tag, or may do so where it was not read.
    pub(super) fn any_defines(&self, paths: Vec<TreePath>, tag: &str) -> bool {
        let may_define = |index: &Index| index.may_define(tag);
        self.any(paths, &|bytes| looks_defined(bytes, tag), &may_define)
    }

    /// Whether it `is` so of one of these files. Those are asked first that are known, then those that look like it: the
    /// others have to be parsed only where all of these say no.
    fn any(
        &self,
        mut paths: Vec<TreePath>,
        looks_like_it: &dyn Fn(&[u8]) -> bool,
        is: &dyn Fn(&Index) -> bool,
    ) -> bool {
        let asked = |path: &TreePath| self.index(path).is_some_and(|index| is(&index));
        let is_known = |path: &TreePath| self.indexes.borrow().contains_key(path);
        let known: Vec<TreePath> = paths.extract_if(.., |path| is_known(path)).collect();
        if known.iter().any(asked) {
            return true;
        }
        let mut others = Vec::new();
        for path in paths {
            let bytes = self.tree.tree().read(&path).ok().flatten();
            if !bytes.is_some_and(|bytes| looks_like_it(&bytes)) {
                others.push(path);
            } else if asked(&path) {
                return true;
            }
        }
        others.iter().any(asked)
    }
}

/// Whether these bytes look as if they declared the name: those that do are parsed first.
fn looks_declared(bytes: &[u8], name: &str) -> bool {
    let kinds = [DefinitionKind::Name, DefinitionKind::Function];
    kinds
        .into_iter()
        .any(|kind| trees::may_define(kind, name, bytes))
}

/// Whether these bytes look as if they defined a struct or union of that tag.
fn looks_defined(bytes: &[u8], tag: &str) -> bool {
    trees::may_define(DefinitionKind::Record, tag, bytes)
}
