//! Patterns on Linux 6.12: the places where other tools find nothing, or edit the wrong thing.
//!
//! Needs `PATCHWRIGHT_KERNELS` (default `~/.cache/patchwright/kernels`), see `make kernels`; without it
//! the cases are reported as ignored.

#![expect(
    clippy::expect_used,
    reason = "a test or a tool for developers: it says what broke by stopping"
)]

use query::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dialect::{FileProvider, TreePath};
use libtest_mimic::{Arguments, Failed, Trial};
use query::pattern::{Fragment, Isomorphisms, Pattern};
use query::types::NoOtherFile;
use syntax::Reader;

/// What a pattern must find.
enum Wanted {
    /// `file:line` of each match.
    Places(&'static [&'static str]),
    /// As many as lines of the files contain this text.
    AsMany(&'static str),
    /// This many.
    Count(usize),
}

struct Case {
    name: &'static str,
    pattern: &'static str,
    /// Files, or folders with what is in them.
    files: &'static [&'static str],
    wanted: Wanted,
}

const CASES: &[Case] = &[
    Case {
        name: "ast-grep takes the loop macro for a part of the assignment",
        pattern: "$A->pgsize_bitmap &= $B",
        files: &["drivers/vfio/vfio_iommu_type1.c"],
        wanted: Wanted::Places(&[
            "drivers/vfio/vfio_iommu_type1.c:1133",
            "drivers/vfio/vfio_iommu_type1.c:1144",
        ]),
    },
    Case {
        name: "ast-grep misses a statement after a loop macro without braces",
        pattern: "$X += $C->open_count",
        files: &["drivers/vfio/vfio_main.c"],
        wanted: Wanted::Places(&["drivers/vfio/vfio_main.c:145"]),
    },
    Case {
        name: "ast-grep misses *p++ after a loop macro without braces",
        pattern: "*mtt++ = $E",
        files: &["drivers/vfio/pci/mlx5/cmd.c"],
        wanted: Wanted::Places(&[
            "drivers/vfio/pci/mlx5/cmd.c:343",
            "drivers/vfio/pci/mlx5/cmd.c:348",
        ]),
    },
    Case {
        name: "ast-grep finds no type among arguments",
        pattern: "container_of($A, struct $T, $F)",
        files: &["drivers/vfio", "drivers/pci"],
        wanted: Wanted::AsMany("container_of("),
    },
    Case {
        name: "a union is no struct",
        pattern: "container_of($A, union $T, $F)",
        files: &["drivers/vfio", "drivers/pci"],
        wanted: Wanted::Count(0),
    },
    Case {
        name: "an else that an #endif follows is kept",
        pattern: "if (fillable >= 4 && $$$S) { $$$B } else $$$C",
        files: &["drivers/vfio/pci/vfio_pci_rdwr.c"],
        wanted: Wanted::Places(&["drivers/vfio/pci/vfio_pci_rdwr.c:169"]),
    },
    Case {
        name: "stubs after a macro that makes stubs are read",
        pattern: "static inline struct pci_dev *pci_get_device($$$P) { return NULL; }",
        files: &["include/linux/pci.h"],
        wanted: Wanted::Places(&["include/linux/pci.h:1988"]),
    },
    Case {
        name: "the macro that makes stubs is found with its odd argument",
        pattern: "_PCI_NOP_ALL($$$A)",
        files: &["include/linux/pci.h"],
        wanted: Wanted::Places(&["include/linux/pci.h:1985", "include/linux/pci.h:1986"]),
    },
    Case {
        name: "Coccinelle drops functions with empty asm operand lists",
        pattern: "*status = $E",
        files: &["arch/s390/pci"],
        wanted: Wanted::Count(11),
    },
    Case {
        name: "every test of a member is found",
        pattern: "$D->is_virtfn",
        files: &["drivers/pci", "drivers/vfio", "arch/s390/pci"],
        wanted: Wanted::AsMany("->is_virtfn"),
    },
    Case {
        name: "a loop macro is found by its own word",
        pattern: "list_for_each_entry($P, &$S->device_list, $M) $B",
        files: &["drivers/vfio/vfio_main.c"],
        wanted: Wanted::Places(&[
            "drivers/vfio/vfio_main.c:144",
            "drivers/vfio/vfio_main.c:158",
        ]),
    },
    Case {
        name: "file-level macros are found with their storage class",
        pattern: "static DEFINE_MUTEX($N);",
        files: &["drivers/vfio", "drivers/pci"],
        wanted: Wanted::AsMany("static DEFINE_MUTEX("),
    },
];

/// A directory.
struct Folder(PathBuf);

impl FileProvider for Folder {
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        std::fs::read(self.0.join(path.as_str()))
            .ok()
            .map(Arc::from)
    }
}

fn c_files(root: &Path, files: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut pending: Vec<PathBuf> = files.iter().map(|file| root.join(file)).collect();
    let mut found = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a readable folder");
            pending.extend(entries.map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let name = path
            .strip_prefix(root)
            .expect("inside")
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".c") || name.ends_with(".h") {
            found.push((name, std::fs::read(&path).expect("a readable file")));
        }
    }
    found.sort();
    found
}

fn run(root: &Path, case: &Case) -> Result<(), Failed> {
    let pattern = Pattern::compile(case.pattern, Fragment::Any, &Isomorphisms::default())
        .map_err(|error| format!("{error} at {:?}", error.span))?;
    let reader = Reader::for_tree(Arc::new(Folder(root.to_owned())));
    let words = pattern.words();
    let mut places = Vec::new();
    let mut text_lines = 0;
    for (name, bytes) in c_files(root, case.files) {
        if let Wanted::AsMany(text) = case.wanted {
            let lines = bytes.split(|&b| b == b'\n');
            text_lines += lines
                .filter(|line| String::from_utf8_lossy(line).contains(text))
                .count();
        }
        let text = String::from_utf8_lossy(&bytes);
        if !words.iter().all(|word| text.contains(word.as_str())) {
            continue;
        }
        let length = bytes.len();
        let file = File::from(reader.read(&TreePath::new(&name)?, Arc::from(bytes)));
        let matches = pattern.find(&file, 0..length, &NoOtherFile);
        let found = matches.settled().map_err(|doubt| {
            let line = file.line_of(doubt.range().start);
            format!("{name}:{line} is unread: {}", doubt.reason())
        })?;
        places.extend(
            found
                .iter()
                .map(|m| format!("{name}:{}", file.line_of(m.range.start))),
        );
    }
    let fits = match case.wanted {
        Wanted::Places(wanted) => places == wanted,
        Wanted::Count(wanted) => places.len() == wanted,
        Wanted::AsMany(_) => places.len() == text_lines && text_lines > 0,
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "{text_lines} lines have the text; found {}: {places:#?}",
        places.len()
    )
    .into())
}

fn main() {
    let kernels = std::env::var_os("PATCHWRIGHT_KERNELS").map_or_else(
        || {
            let home = std::env::var_os("HOME").unwrap_or_default();
            Path::new(&home).join(".cache/patchwright/kernels")
        },
        PathBuf::from,
    );
    let root = kernels.join("linux-6.12");
    let there = root.is_dir();
    let note = if there { "" } else { " (see `make kernels`)" };
    let trials = CASES
        .iter()
        .map(|case| {
            let root = root.clone();
            Trial::test(format!("{}{note}", case.name), move || run(&root, case))
                .with_ignored_flag(!there)
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
