//! What the files of the tree include, as the first walk has noted it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use dialect::TreePath;
use rustc_hash::FxHashMap;
use trees::{Includes, UPWARDS, include_key, stem_key};

use super::by_macro::ByMacros;

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

/// Every file, and what it includes.
#[derive(Debug)]
pub(super) struct Noted {
    files: Vec<(TreePath, Includes)>,
    /// Which file is where; made when it is first asked for, as are the others.
    places: OnceLock<FxHashMap<TreePath, usize>>,
    by_macro: OnceLock<ByMacros>,
    /// The keys of all `#include` lines, sorted, each with the file that has it.
    includes: OnceLock<Vec<(u32, u32)>>,
}

impl Noted {
    pub(super) fn new(files: Vec<(TreePath, Includes)>) -> Self {
        Self {
            files,
            places: OnceLock::new(),
            by_macro: OnceLock::new(),
            includes: OnceLock::new(),
        }
    }

    /// The files that may know what `home` defines, sorted: it, and those that include it, also through others. None:
    /// it is included in every file, by no line of theirs.
    pub(super) fn seeing(&self, home: &TreePath) -> Option<Vec<TreePath>> {
        let mut seen = BTreeSet::from([*self.places().get(home)?]);
        let mut last = seen.clone();
        // A step at a time: whoever includes one of the last.
        while !last.is_empty() {
            let paths = last.iter().filter_map(|&at| self.files.get(at));
            let paths: Vec<&TreePath> = paths.map(|(path, _)| path).collect();
            if paths.iter().any(|path| EVERYWHERE.contains(&path.as_str())) {
                return None;
            }
            let mut next: BTreeSet<usize> = self.includers(&paths).collect();
            for path in paths {
                next.extend(self.including_by_macro(path));
            }
            last = next.difference(&seen).copied().collect();
            seen.extend(&last);
        }
        let paths = seen.iter().filter_map(|&at| self.files.get(at));
        let mut paths: Vec<TreePath> = paths.map(|(path, _)| path.clone()).collect();
        paths.sort();
        Some(paths)
    }

    /// The files with an `#include` that may mean one of `paths`: what it has between its delimiters is the path's end.
    /// One in quotes that is found beside the file that has it means that (C11 6.10.2, as gcc has it).
    fn includers(&self, paths: &[&TreePath]) -> impl Iterator<Item = usize> {
        let meant = paths.iter().flat_map(|path| {
            let ends = ends(path.as_str());
            ends.flat_map(|end| {
                [b'"', b'<', UPWARDS].map(|delimiter| Meant {
                    path,
                    end,
                    delimiter,
                })
            })
        });
        meant.flat_map(move |meant| {
            let places = self.having(include_key(meant.delimiter, meant.end.as_bytes()));
            places.filter(move |&at| self.may_mean(at, &meant))
        })
    }

    /// The files that have an `#include` with that key.
    fn having(&self, key: u32) -> impl Iterator<Item = usize> {
        let includes = self.includes.get_or_init(|| {
            let files = self.files.iter().zip(0_u32..);
            let keys = files.flat_map(|((_, includes), at)| {
                let keys = includes.keys().iter();
                keys.map(move |&key| (key, at))
            });
            let mut includes: Vec<(u32, u32)> = keys.collect();
            includes.sort_unstable();
            includes
        });
        let start = includes.partition_point(|(known, _)| *known < key);
        let rest = includes.get(start..).unwrap_or_default().iter();
        rest.take_while(move |(known, _)| *known == key)
            .map(|&(_, at)| at as usize)
    }

    fn may_mean(&self, includer: usize, meant: &Meant<'_>) -> bool {
        match meant.delimiter {
            b'"' => !self.has_beside(includer, meant.end, meant.path),
            UPWARDS => !self.has_above(includer, meant.end, meant.path),
            _ => true,
        }
    }

    /// The files that may include `path` by a macro, or give it to one.
    fn including_by_macro(&self, path: &TreePath) -> impl Iterator<Item = usize> {
        let by_macro = self
            .by_macro
            .get_or_init(|| ByMacros::of(self.files.iter().map(|(_, includes)| includes)));
        by_macro.including(stem_key(path.file_name().as_bytes()))
    }

    /// Whether there is another file than `path` that `"end"` means in the folder of `includer`.
    fn has_beside(&self, includer: usize, end: &str, path: &TreePath) -> bool {
        let folder = self.folder_of(includer);
        below(folder, end).is_some_and(|beside| beside != *path && self.has(&beside))
    }

    /// Whether what `"../end"` means from the folder of `includer`, how many steps up it may be, are other files than
    /// `path`.
    fn has_above(&self, includer: usize, end: &str, path: &TreePath) -> bool {
        let mut folder = Some(self.folder_of(includer));
        let mut has_other = false;
        while let Some(above) = folder {
            match below(above, end) {
                Some(meant) if meant == *path => return false,
                Some(meant) => has_other |= self.has(&meant),
                None => {}
            }
            folder = (!above.is_empty()).then(|| above.rsplit_once('/').map_or("", |(up, _)| up));
        }
        has_other
    }

    /// The folder of a file; `""` is the top.
    fn folder_of(&self, file: usize) -> &str {
        let file = self.files.get(file).map(|(path, _)| path.as_str());
        let split = file.and_then(|file| file.rsplit_once('/'));
        split.map_or("", |(folder, _)| folder)
    }

    fn has(&self, path: &TreePath) -> bool {
        self.places().contains_key(path)
    }

    fn places(&self) -> &FxHashMap<TreePath, usize> {
        self.places.get_or_init(|| {
            let paths = self.files.iter().map(|(path, _)| path.clone());
            paths.zip(0..).collect()
        })
    }
}

/// What an `#include` may mean.
struct Meant<'p> {
    path: &'p TreePath,
    /// What is between the delimiters: an end of the path.
    end: &'p str,
    delimiter: u8,
}

/// A path's ends, each from a name on.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    let cuts = path.match_indices('/').map(|(at, _)| at + 1);
    let starts = std::iter::once(0).chain(cuts);
    starts.filter_map(|at| path.get(at..))
}

fn below(folder: &str, end: &str) -> Option<TreePath> {
    match folder {
        "" => TreePath::new(end).ok(),
        _ => TreePath::new(&format!("{folder}/{end}")).ok(),
    }
}

#[cfg(test)]
mod tests {
    use dialect::TreePath;
    use trees::Includes;

    use super::Noted;

    fn noted(files: &[(&str, &str)]) -> Noted {
        let named = files.iter().map(|(path, text)| {
            let path = TreePath::new(path).unwrap_or_else(|error| panic!("{error}"));
            (path, Includes::of(text.as_bytes()))
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
            ("f/d/x.c", "#include \"../t.h\"\n"),
            ("f/t.h", ""),
        ]);
        let seen = seeing(&noted, "b/t.h").unwrap_or_default();
        assert_eq!(
            seen,
            ["b/e/z.c", "b/t.h", "b/v.c", "c/w.c", "d/x.c", "d/y.c"]
        );
    }

    #[test]
    fn a_macro_includes_what_it_may_be() {
        let noted = noted(&[
            ("a/t.h", ""),
            ("b/u.h", ""),
            (
                "c/gen.h",
                "#define TRACE_INCLUDE(f) __TRACE_INCLUDE(f)\n#define __TRACE_INCLUDE(f) <a/f.h>\n\
                 #include TRACE_INCLUDE(TRACE_INCLUDE_FILE)\n",
            ),
            ("c/any.h", "#include TRACE_INCLUDE(GIVEN)\n"),
            (
                "d/v.c",
                "#define TRACE_INCLUDE_FILE TRACE_SYSTEM\n#define TRACE_SYSTEM t\n#include <c/gen.h>\n",
            ),
            ("d/w.c", "#include <c/any.h>\n"),
        ]);
        let seen = |home| seeing(&noted, home).unwrap_or_default();
        assert_eq!(seen("a/t.h"), ["a/t.h", "c/any.h", "d/v.c", "d/w.c"]);
        assert_eq!(seen("b/u.h"), ["b/u.h", "c/any.h", "d/w.c"]);
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
