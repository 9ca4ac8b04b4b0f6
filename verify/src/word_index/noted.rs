//! What the files of the tree name, as the first walk has noted it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use dialect::TreePath;
use rustc_hash::FxHashMap;
use trees::{ByMacro, Named, UPWARDS, include_key, stem_key};

use super::by_macro::{Files, Macros, Stems};

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

/// Every file, and what it names.
#[derive(Debug)]
pub(super) struct Noted {
    files: Vec<(TreePath, Named)>,
    /// Which file is where; made when it is first asked for, as are the others.
    places: OnceLock<FxHashMap<TreePath, usize>>,
    /// The files that include what macros say, and what these may say.
    by_macro: OnceLock<Vec<(Vec<usize>, Stems)>>,
}

impl Noted {
    pub(super) fn new(files: Vec<(TreePath, Named)>) -> Self {
        Self {
            files,
            places: OnceLock::new(),
            by_macro: OnceLock::new(),
        }
    }

    /// The files that may name a record with that tag, sorted.
    pub(super) fn naming(&self, tag: &str) -> Vec<TreePath> {
        let files = self.files.iter();
        let named = files.filter(|(_, named)| named.may_have_tag(tag));
        let mut paths: Vec<TreePath> = named.map(|(path, _)| path.clone()).collect();
        paths.sort();
        paths
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
        let mut keys: FxHashMap<u32, Vec<Meant<'_>>> = FxHashMap::default();
        for path in paths {
            for end in ends(path.as_str()) {
                for delimiter in [b'"', b'<', UPWARDS] {
                    let key = include_key(delimiter, end.as_bytes());
                    let meant = Meant {
                        path,
                        end,
                        delimiter,
                    };
                    keys.entry(key).or_default().push(meant);
                }
            }
        }
        let files = self.files.iter().enumerate();
        files.filter_map(move |(at, (_, named))| {
            let mut includes = named.includes().iter();
            includes
                .any(|key| {
                    let meant = keys.get(key).map(Vec::as_slice).unwrap_or_default();
                    meant.iter().any(|meant| self.may_mean(at, meant))
                })
                .then_some(at)
        })
    }

    fn may_mean(&self, includer: usize, meant: &Meant<'_>) -> bool {
        match meant.delimiter {
            b'"' => !self.has_beside(includer, meant.end, meant.path),
            UPWARDS => !self.has_above(includer, meant.end, meant.path),
            _ => true,
        }
    }

    /// The files that include `path` by a macro, or give it to one.
    fn including_by_macro(&self, path: &TreePath) -> impl Iterator<Item = usize> {
        let stem = stem_key(path.file_name().as_bytes());
        self.by_macro().iter().flat_map(move |(includers, stems)| {
            let may = match stems {
                Some(stems) => stems.get(&stem).map(Vec::as_slice).unwrap_or_default(),
                None => includers,
            };
            may.iter().copied()
        })
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

    fn by_macro(&self) -> &[(Vec<usize>, Stems)] {
        self.by_macro.get_or_init(|| {
            let named = || -> Files<'_> { Box::new(self.files.iter().map(|(_, named)| named)) };
            let mut alike: FxHashMap<&[ByMacro], Vec<usize>> = FxHashMap::default();
            for (at, (_, file)) in self.files.iter().enumerate() {
                if !file.by_macro().is_empty() {
                    alike.entry(file.by_macro()).or_default().push(at);
                }
            }
            let macros = Macros::of(alike.keys().copied().flatten(), named);
            let alike = alike.into_iter();
            alike
                .map(|(includes, files)| (files, macros.stems(includes)))
                .collect()
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
                "#define P(f) Q(f)\n#define Q(f) <a/f.h>\n#include P(FILE)\n",
            ),
            ("c/any.h", "#include P(GIVEN)\n"),
            (
                "d/v.c",
                "#define FILE SYS\n#define SYS t\n#include <c/gen.h>\n",
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
