//! Whether another file declares a name: one that is included, one that is not, or none.

use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::types::nearness;

use super::made::made_at_file_level;
use super::snapshot::{Elsewhere, Snapshot, is_source};

/// How many files are opened to find a declaration that no nearer one has.
const MOST_FILES: usize = 200;

impl Snapshot<'_> {
    /// Whether another file declares `name` for code of `file`.
    pub(super) fn elsewhere(&self, file: &Arc<File>, name: &str) -> Elsewhere {
        let key = (file.path().clone(), name.to_owned());
        if let Some(found) = self.found_elsewhere.borrow().get(&key) {
            return found.clone();
        }
        let found = self.look_elsewhere(file, name);
        self.found_elsewhere.borrow_mut().insert(key, found.clone());
        found
    }

    fn look_elsewhere(&self, file: &Arc<File>, name: &str) -> Elsewhere {
        let closure = self.closure(file.path());
        let is_header = !is_source(file.path());
        let mut near = self.headers_with(name);
        near.retain(|path| {
            path != file.path()
                && (closure.files.contains(path) || file.path().as_str().ends_with(".h"))
        });
        if self.any_declares(near, name) {
            return Elsewhere::Seen;
        }
        let mut candidates = self.files_with(name);
        candidates.retain(|path| {
            path != file.path() && (closure.files.contains(path) || path.as_str().ends_with(".h"))
        });
        candidates.sort_by_key(|path| {
            (
                !closure.files.contains(path),
                nearness(file, file, path),
                path.clone(),
            )
        });
        // Those that the file sees come first; what is behind them could only say where else it is declared.
        let is_asked =
            |count: usize, path: &TreePath| count <= MOST_FILES || closure.files.contains(path);
        let is_seen = |path: &TreePath| is_header || closure.files.contains(path);
        let asked = candidates.iter().enumerate();
        let asked = asked.filter(|(count, path)| is_asked(*count, path) && is_seen(path));
        if self.any_declares(asked.map(|(_, path)| path.clone()).collect(), name) {
            return Elsewhere::Seen;
        }
        let mut not_included = None;
        for (count, path) in candidates.iter().enumerate() {
            if !is_asked(count, path) {
                match closure.sees_all && !is_header {
                    true => break,
                    false => return Elsewhere::Seen,
                }
            }
            let Some(index) = self.index(path) else {
                // A header that cannot be read may declare anything.
                return Elsewhere::Seen;
            };
            if is_seen(path) && self.may_declare(path, name) {
                return Elsewhere::Seen;
            }
            if let Some(line) = index.line_of(name) {
                not_included = not_included.or_else(|| Some(format!("{path}:{line}")));
            }
        }
        match not_included {
            Some(place) if closure.sees_all && !self.is_included(file) => {
                Elsewhere::NotIncluded(place)
            }
            Some(_) => Elsewhere::Seen,
            None if self.is_made_of_a_part(file, name) => Elsewhere::Seen,
            None => Elsewhere::Nowhere,
        }
    }

    /// Whether a header that the file sees makes the name of a part of it: `TRACE_EVENT(part, …)` makes `trace_part()`.
    fn is_made_of_a_part(&self, file: &Arc<File>, name: &str) -> bool {
        parts(name).iter().any(|part| {
            let mut seen = self.seen_with(file, part).into_iter();
            seen.any(|path| {
                let header = self.file(&path);
                header.is_some_and(|header| made_at_file_level(self, &header, name))
            })
        })
    }

    /// Whether a macro's call at file level of a header makes the name, or an unread place may.
    fn may_declare(&self, path: &TreePath, name: &str) -> bool {
        let Some(header) = self.file(path) else {
            return true;
        };
        let bytes = header.bytes();
        let unread = super::scope::word_positions(bytes, name.as_bytes())
            .any(|at| header.unread_near(&(at..at + name.len())).is_some());
        unread || made_at_file_level(self, &header, name)
    }
}

/// What is left of a name without its first word, and without its last: macros paste these to what they are given.
pub(super) fn parts(name: &str) -> Vec<String> {
    let first = name.split_once('_').map(|(_, rest)| rest);
    let last = name.rsplit_once('_').map(|(rest, _)| rest);
    let parts = [first, last].into_iter().flatten();
    let parts = parts.filter(|part| part.len() > 2);
    parts.map(str::to_owned).collect()
}
