//! What the files of the tree name, as the first walk has noted it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use dialect::TreePath;
use rustc_hash::FxHashMap;
use trees::{Named, UPWARDS, include_key};

/// How a type is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TypeName {
    /// Behind `struct` or `union`, always.
    Tag(String),
    /// By itself.
    Typedef(String),
}

impl TypeName {
    /// How it is asked for: a tag and a typedef of one name are two questions.
    pub(super) fn asked(&self) -> String {
        match self {
            Self::Tag(name) => format!("struct {name}"),
            Self::Typedef(name) => name.clone(),
        }
    }

    /// The name alone.
    pub(crate) fn spelled(&self) -> &str {
        match self {
            Self::Tag(name) | Self::Typedef(name) => name,
        }
    }
}

/// Headers that the kernel's Makefile includes in every file (`-include`, in c_flags).
const EVERYWHERE: &[&str] = &[
    "include/linux/kconfig.h",
    "include/linux/compiler_types.h",
    "include/linux/compiler-version.h",
];

/// Every file, and what it names; sorted by path.
#[derive(Debug)]
pub(super) struct Noted {
    files: Vec<(TreePath, Named)>,
    /// Which files include what, by key; made when it is first asked for.
    including: OnceLock<FxHashMap<u32, Vec<usize>>>,
}

impl Noted {
    pub(super) fn new(mut files: Vec<(TreePath, Named)>) -> Self {
        files.sort_by(|a, b| a.0.cmp(&b.0));
        Self {
            files,
            including: OnceLock::new(),
        }
    }

    /// The files that may name a record with that tag.
    pub(super) fn naming(&self, tag: &str) -> Vec<TreePath> {
        let files = self.files.iter();
        let named = files.filter(|(_, named)| named.may_have_tag(tag));
        named.map(|(path, _)| path.clone()).collect()
    }

    /// The files that may know what `home` defines: it, and those that include it, also through others. None: it is
    /// included in every file, by no line of theirs.
    pub(super) fn seeing(&self, home: &TreePath) -> Option<Vec<TreePath>> {
        let mut seeing = BTreeSet::from([home]);
        let mut pending = vec![home];
        // What a macro includes may be any.
        let by_macro = self
            .files
            .iter()
            .filter(|(_, named)| named.includes().is_none());
        for (path, _) in by_macro {
            if seeing.insert(path) {
                pending.push(path);
            }
        }
        while let Some(path) = pending.pop() {
            if EVERYWHERE.contains(&path.as_str()) {
                return None;
            }
            for includer in self.includers(path) {
                if seeing.insert(includer) {
                    pending.push(includer);
                }
            }
        }
        Some(seeing.into_iter().cloned().collect())
    }

    /// The files with an `#include` that may mean `path`: what it has between its delimiters is the path's end. One in
    /// quotes that is found beside the file that has it means that (C11 6.10.2, as gcc has it).
    fn includers<'n>(&'n self, path: &'n TreePath) -> impl Iterator<Item = &'n TreePath> {
        let text = path.as_str();
        let cuts = text.match_indices('/').map(|(at, _)| at + 1);
        let ends = std::iter::once(0)
            .chain(cuts)
            .filter_map(|at| text.get(at..));
        ends.flat_map(move |end| {
            let quoted = self.with_include(b'"', end);
            let quoted = quoted.filter(move |includer| !self.has_beside(includer, end, path));
            let others = self.with_include(b'<', end);
            others.chain(self.with_include(UPWARDS, end)).chain(quoted)
        })
    }

    fn with_include(&self, delimiter: u8, end: &str) -> impl Iterator<Item = &TreePath> {
        let key = include_key(delimiter, end.as_bytes());
        let found = self.including().get(&key).into_iter().flatten();
        found.filter_map(|&at| self.files.get(at).map(|(path, _)| path))
    }

    /// Whether there is another file than `path` that `"end"` means in the folder of `includer`.
    fn has_beside(&self, includer: &TreePath, end: &str, path: &TreePath) -> bool {
        let folder = includer
            .as_str()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let beside = match folder {
            "" => TreePath::new(end),
            _ => TreePath::new(&format!("{folder}/{end}")),
        };
        beside.is_ok_and(|beside| {
            beside != *path
                && self
                    .files
                    .binary_search_by(|(known, _)| known.cmp(&beside))
                    .is_ok()
        })
    }

    fn including(&self) -> &FxHashMap<u32, Vec<usize>> {
        self.including.get_or_init(|| {
            let mut including: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
            for (at, (_, named)) in self.files.iter().enumerate() {
                for key in named.includes().unwrap_or_default() {
                    including.entry(*key).or_default().push(at);
                }
            }
            including
        })
    }
}

#[cfg(test)]
mod tests {
    use dialect::TreePath;
    use trees::Named;

    use super::Noted;

    fn noted(files: &[(&str, &str)]) -> Noted {
        let named = files.iter().map(|(path, text)| {
            let path = TreePath::new(path).unwrap_or_else(|error| panic!("{error}"));
            (path, Named::of(text.as_bytes()))
        });
        Noted::new(named.collect())
    }

    fn seeing(noted: &Noted, home: &str) -> Option<Vec<String>> {
        let home = TreePath::new(home).unwrap_or_else(|error| panic!("{error}"));
        let paths = noted.seeing(&home)?;
        Some(paths.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn who_includes_a_header_sees_it_through_others_too() {
        let noted = noted(&[
            ("a/t.h", "typedef struct s t;"),
            ("a/u.h", "#include \"t.h\"\n"),
            ("b/v.c", "#include <a/u.h>\n"),
            ("b/w.c", "#include \"x.h\"\n"),
        ]);
        let seen = seeing(&noted, "a/t.h").unwrap_or_default();
        assert_eq!(seen, ["a/t.h", "a/u.h", "b/v.c"]);
        assert_eq!(seeing(&noted, "b/w.c").unwrap_or_default(), ["b/w.c"]);
    }

    #[test]
    fn what_is_beside_the_includer_is_meant_by_quotes() {
        let noted = noted(&[
            ("a/t.h", ""),
            ("a/u.c", "#include \"t.h\"\n"),
            ("b/t.h", ""),
            ("b/v.c", "#include \"t.h\"\n"),
            ("c/w.c", "#include \"t.h\"\n"),
            ("d/x.c", "#include \"../b/t.h\"\n"),
            ("b/e/t.h", ""),
            ("b/e/z.c", "#include \"../t.h\"\n"),
            ("d/y.c", "#include HEADER\n"),
        ]);
        let seen = seeing(&noted, "b/t.h").unwrap_or_default();
        assert_eq!(
            seen,
            ["b/e/z.c", "b/t.h", "b/v.c", "c/w.c", "d/x.c", "d/y.c"]
        );
    }

    #[test]
    fn a_header_of_every_file_is_seen_by_all() {
        let noted = noted(&[
            ("include/linux/kconfig.h", "#include <generated/t.h>\n"),
            ("include/generated/t.h", ""),
        ]);
        assert_eq!(seeing(&noted, "include/generated/t.h"), None);
    }
}
