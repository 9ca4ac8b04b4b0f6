//! A tree that differs from another one in a few files: what was found out about that one counts here too.
//!
//! Whoever judges hundreds of variants of one tree would else parse the same headers and look for the same definitions
//! every time. A file is parsed by its own bytes and by the macros that it sees; so the files of the other tree serve
//! as they are, unless a file that differs has another `#define` or `#include`.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

use dialect::TreePath;

use super::ParsedTree;
use crate::tree::{Scan, Tree};

/// The tree that another one is a variant of.
pub(super) struct Base {
    pub(super) tree: Arc<ParsedTree>,
    /// The files that differ.
    pub(super) changed: BTreeSet<TreePath>,
    /// Whether the files that do not differ are read alike.
    shares_files: bool,
}

impl ParsedTree {
    /// The same as [`ParsedTree::new`] for a tree that differs from `base` in no file but `changed`, sooner.
    #[must_use]
    pub fn variant(base: Arc<Self>, tree: Arc<dyn Tree>, changed: BTreeSet<TreePath>) -> Self {
        let mut variant = Self::new(Arc::clone(&tree));
        let shares_files = changed.iter().all(|path| {
            let old = base.tree.read(path).ok().flatten();
            let new = tree.read(path).ok().flatten();
            match (old, new) {
                (Some(old), Some(new)) if macros(&old, b"") == macros(&new, b"") => true,
                // The macros of a file that nobody includes are its own matter.
                (Some(old), Some(new)) => {
                    macros(&old, b"inc") == macros(&new, b"inc") && base.is_included_nowhere(path)
                }
                _ => false,
            }
        });
        if shares_files {
            variant.reader = base.reader.clone();
        }
        variant.base = Some(Base {
            tree: base,
            changed,
            shares_files,
        });
        variant
    }

    /// Whether no file of the tree has the `.c` file in an `#include`.
    fn is_included_nowhere(&self, path: &TreePath) -> bool {
        let name = path.file_name();
        let Some(stem) = name.strip_suffix(".c") else {
            return false;
        };
        let known = || {
            self.included_nowhere
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(found) = known().get(path) {
            return *found;
        }
        let included = AtomicBool::new(false);
        let scan = Scan {
            words: vec![stem.to_owned()],
            ..Scan::default()
        };
        let searched = self.tree.scan(&scan, &|_, bytes| {
            if memchr::memmem::find(&bytes, name.as_bytes()).is_some_and(|_| includes(&bytes, name))
            {
                included.store(true, Ordering::Relaxed);
            }
        });
        let nowhere = searched.is_ok() && !included.into_inner();
        known().insert(path.clone(), nowhere);
        nowhere
    }

    /// The tree that has the parsed file, where this one is a variant and does not differ in it.
    pub(super) fn parsed_in_base(&self, path: &TreePath) -> Option<&Self> {
        let base = self.base.as_ref()?;
        let is_shared = base.shares_files && !base.changed.contains(path);
        is_shared.then_some(&*base.tree)
    }
}

/// Whether a file may have the name in an `#include`: behind a delimiter or a folder.
fn includes(bytes: &[u8], name: &str) -> bool {
    macros(bytes, b"inc")
        .into_iter()
        .any(|line| memchr::memmem::find(line, name.as_bytes()).is_some() || !line.contains(&b'.'))
}

/// The lines that say which macros a file defines and sees, continuation lines among them; of the directives that
/// begin with `keyword`.
fn macros<'b>(bytes: &'b [u8], keyword: &[u8]) -> Vec<&'b [u8]> {
    let mut found = Vec::new();
    let mut goes_on = false;
    for line in bytes.split(|byte| *byte == b'\n') {
        let directive = line.trim_ascii_start().strip_prefix(b"#");
        let starts = directive.is_some_and(|rest| {
            let rest = rest.trim_ascii_start();
            // A keyword may be cut by a line splice.
            let is_cut = rest
                .split(|byte| *byte == b' ')
                .next()
                .is_some_and(|word| word.contains(&b'\\'));
            let is_macros = rest.starts_with(b"def") || rest.starts_with(b"inc");
            is_cut || (is_macros && rest.starts_with(keyword))
        });
        if starts || goes_on {
            found.push(line);
        }
        goes_on = (starts || goes_on) && line.trim_ascii_end().ends_with(b"\\");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::macros;

    #[test]
    fn only_what_defines_or_includes_counts() {
        let text = b"#include <a.h>\n#if 0\nint a;\n#endif\n # define B(x) \\\n\t(x)\nint c;\n";
        let lines = macros(text, b"");
        assert_eq!(
            lines,
            [&b"#include <a.h>"[..], b" # define B(x) \\", b"\t(x)"]
        );
        assert_eq!(macros(b"int a;\n", b""), Vec::<&[u8]>::new());
    }
}
