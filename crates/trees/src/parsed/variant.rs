//! A tree that differs from another one in a few files: what was found out about that one counts here too.
//!
//! Whoever judges hundreds of variants of one tree would else parse the same headers and look for the same definitions
//! every time. A file is parsed by its own bytes and by the macros that it sees; so the files of the other tree serve
//! as they are, unless a file that differs has another `#include`, or another `#define` of a name that one of them has.

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
        let differing = base.differing_macros(&tree, &changed);
        let shares_files = differing
            .as_ref()
            .is_some_and(|names| names.is_empty() || base.has_nowhere(names, &changed));
        // What has been learnt of macros serves for the files that differ too, where there are no others.
        if differing.is_some_and(|names| names.is_empty()) {
            variant.reader = base.reader.clone();
        }
        variant.base = Some(Base {
            tree: base,
            changed,
            shares_files,
        });
        variant
    }

    /// The names of macros whose definitions differ in what other files may see. None: files are included otherwise, or the
    /// names cannot be told.
    fn differing_macros(
        &self,
        tree: &Arc<dyn Tree>,
        changed: &BTreeSet<TreePath>,
    ) -> Option<BTreeSet<String>> {
        let mut differing = BTreeSet::new();
        for path in changed {
            let (old, new) = (
                self.tree.read(path).ok().flatten()?,
                tree.read(path).ok().flatten()?,
            );
            if macros(&old, b"inc") != macros(&new, b"inc") {
                return None;
            }
            let (old, new) = (macros(&old, b""), macros(&new, b""));
            // The macros of a file that nobody includes are its own matter.
            if old != new && !self.is_included_nowhere(path) {
                differing.extend(names_of_others(&old, &new)?);
            }
        }
        Some(differing)
    }

    /// Whether no file but `changed` has one of the names.
    fn has_nowhere(&self, names: &BTreeSet<String>, changed: &BTreeSet<TreePath>) -> bool {
        let known = || {
            self.named_nowhere
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let question = (names.clone(), changed.clone());
        if let Some(found) = known().get(&question) {
            return *found;
        }
        let has = AtomicBool::new(false);
        let scan = Scan {
            words: names.iter().cloned().collect(),
            ..Scan::default()
        };
        let searched = self.tree.scan(&scan, &|path, _| {
            if !changed.contains(&path) {
                has.store(true, Ordering::Relaxed);
            }
        });
        let nowhere =
            searched.is_ok_and(|report| report.unreadable.is_empty()) && !has.into_inner();
        known().insert(question, nowhere);
        nowhere
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
        let nowhere =
            searched.is_ok_and(|report| report.unreadable.is_empty()) && !included.into_inner();
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

/// The names that the lines define which only one of two files has. None: one of them cannot be told.
fn names_of_others(one: &[&[u8]], two: &[&[u8]]) -> Option<BTreeSet<String>> {
    let others = |lines: &[&[u8]], of: &[&[u8]]| -> Option<BTreeSet<String>> {
        let mut lines = lines.iter().filter(|line| !of.contains(line));
        lines.try_fold(BTreeSet::new(), |mut names, line| {
            names.insert(name_of(line)?);
            Some(names)
        })
    };
    let mut names = others(one, two)?;
    names.extend(others(two, one)?);
    // The same lines in another order, or more often.
    (one == two || !names.is_empty()).then_some(names)
}

/// The name that a `#define` on one line defines; none for other lines.
fn name_of(line: &[u8]) -> Option<String> {
    let rest = line.trim_ascii_start().strip_prefix(b"#")?;
    let rest = rest.trim_ascii_start().strip_prefix(b"define")?;
    if rest.contains(&b'\\') || !rest.first()?.is_ascii_whitespace() {
        return None;
    }
    let rest = rest.trim_ascii_start();
    let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = rest.iter().take_while(is_word).count();
    let name = rest.get(..length).filter(|name| !name.is_empty())?;
    String::from_utf8(name.to_vec()).ok()
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
    use super::{macros, names_of_others};

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

    #[test]
    fn what_differs_is_told_by_name() {
        let names = |one: &str, two: &str| {
            let names = names_of_others(&macros(one.as_bytes(), b""), &macros(two.as_bytes(), b""));
            names.map(|names| names.into_iter().collect::<Vec<String>>())
        };
        let some = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
        assert_eq!(names("#define A 1\n", "#define A 1\n"), some(&[]));
        assert_eq!(names("#define A 1\n", "#define A 2\n"), some(&["A"]));
        assert_eq!(names("", "# define SET(d) f(d)\n"), some(&["SET"]));
        assert_eq!(names("", "#define A \\\n\t1\n"), None);
        let (one, two) = (
            "#define A 1\n#undef A\n#define A 2\n",
            "#define A 2\n#define A 1\n",
        );
        assert_eq!(names(one, two), None);
    }
}
