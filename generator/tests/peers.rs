//! Rewrites of Linux 6.12 at the places where other tools edit the wrong code, or none, and report success.
//!
//! A kernel that is not unpacked (`make kernels`) makes its tests ignored, which the run says.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use libtest_mimic::{Arguments, Failed, Trial};

/// A rewrite and what it has to come to.
struct Case {
    /// What another tool does there.
    name: &'static str,
    /// Files, or folders of which every file is meant that has `mark`.
    files: &'static [&'static str],
    mark: &'static str,
    function: Option<&'static str>,
    pattern: &'static str,
    to: &'static str,
    wanted: Wanted,
}

enum Wanted {
    /// Just these lines change: `file:line`, as the tree has them.
    Lines(&'static [&'static str]),
    /// Every line that has `mark` changes, and there are this many; files that have it in the body of a macro
    /// are refused, each with its line.
    EveryMark { count: usize, refused: usize },
}

const CASES: &[Case] = &[
    Case {
        name: "ast-grep takes the loop macro into the assignment",
        files: &["drivers/vfio/vfio_iommu_type1.c"],
        mark: "pgsize_bitmap",
        function: None,
        pattern: "$A->pgsize_bitmap &= $B",
        to: "restrict_pgsize($A, $B)",
        wanted: Wanted::Lines(&[
            "drivers/vfio/vfio_iommu_type1.c:1133",
            "drivers/vfio/vfio_iommu_type1.c:1144",
        ]),
    },
    Case {
        name: "ast-grep misses a sum after a loop macro",
        files: &["drivers/vfio/vfio_main.c"],
        mark: "open_count",
        function: None,
        pattern: "$X += $C->open_count",
        to: "$X += users_of($C)",
        wanted: Wanted::Lines(&["drivers/vfio/vfio_main.c:145"]),
    },
    Case {
        name: "ast-grep misses a store after a loop macro",
        files: &["drivers/vfio/pci/mlx5/cmd.c"],
        mark: "mtt",
        function: None,
        pattern: "*mtt++ = $E",
        to: "put_mtt(&mtt, $E)",
        wanted: Wanted::Lines(&[
            "drivers/vfio/pci/mlx5/cmd.c:343",
            "drivers/vfio/pci/mlx5/cmd.c:348",
        ]),
    },
    Case {
        name: "ast-grep finds no type among arguments",
        files: &["drivers/vfio", "drivers/pci"],
        mark: "container_of(",
        function: None,
        pattern: "container_of($A, struct $T, $F)",
        to: "outer_of($A, $T, $F)",
        wanted: Wanted::EveryMark {
            count: 192,
            refused: 10,
        },
    },
    Case {
        name: "ast-grep loses the else before an #endif",
        files: &["drivers/vfio/pci/vfio_pci_rdwr.c"],
        mark: "fillable",
        function: None,
        pattern: "fillable >= 4 && !($O % 4) && $W",
        to: "fits(fillable, $O, 4) && $W",
        wanted: Wanted::Lines(&["drivers/vfio/pci/vfio_pci_rdwr.c:169"]),
    },
    Case {
        name: "ast-grep sees no stub after a macro that makes stubs",
        files: &["include/linux/pci.h"],
        mark: "_PCI_NOP_ALL(read",
        function: Some("pci_get_device"),
        pattern: "NULL",
        to: "ERR_PTR(-ENODEV)",
        wanted: Wanted::Lines(&["include/linux/pci.h:1991"]),
    },
    Case {
        name: "Coccinelle drops functions with empty asm operands",
        files: &["arch/s390/pci"],
        mark: "*status = ",
        function: None,
        pattern: "*status = $E",
        to: "report(status, $E)",
        wanted: Wanted::EveryMark {
            count: 11,
            refused: 0,
        },
    },
];

const HEAD: &str = r#"spec = 1

[series]
name = "peers"
version = 1
author = "A Developer <dev@example.org>"
subject = "treewide: Rename something"
cover = "A case."
to = ["List <list@example.org>"]

[[patch]]
subject = "treewide: Rename something"
message = "Something is renamed."
"#;

fn main() {
    let kernel = support::kernel("6.12");
    let trials = CASES
        .iter()
        .map(|case| match kernel.clone() {
            Some(kernel) => Trial::test(case.name, move || run(case, &kernel)),
            None => Trial::test(
                format!("{} (no linux-6.12: `make kernels`)", case.name),
                || Ok(()),
            )
            .with_ignored_flag(true),
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Every file of the case, with its text.
fn files(case: &Case, kernel: &Path) -> Vec<(String, String)> {
    let mut pending: Vec<String> = case.files.iter().map(ToString::to_string).collect();
    let mut found = Vec::new();
    while let Some(path) = pending.pop() {
        let full = kernel.join(&path);
        if full.is_dir() {
            let entries = fs::read_dir(&full).into_iter().flatten().flatten();
            pending.extend(
                entries.map(|entry| format!("{path}/{}", entry.file_name().to_string_lossy())),
            );
        } else if path.ends_with(".c") || path.ends_with(".h") {
            let text = String::from_utf8_lossy(&fs::read(&full).unwrap_or_default()).into_owned();
            if text.contains(case.mark) {
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

fn run(case: &Case, kernel: &Path) -> Result<(), Failed> {
    let (in_macros, files): (Vec<_>, Vec<_>) = files(case, kernel)
        .into_iter()
        .partition(|(_, text)| in_macro(text, case.mark));
    let rendered =
        support::render(&spec(case, &files), kernel).map_err(|failure| failure.to_string())?;
    let diff = support::diffs(&rendered);
    let removed = removed(&diff);
    match case.wanted {
        Wanted::Lines(wanted) if removed == wanted && in_macros.is_empty() => Ok(()),
        Wanted::Lines(_) => Err(format!("these change: {removed:?}\n{diff}").into()),
        Wanted::EveryMark { count, refused } => {
            let marked = marked(case, &files);
            let unchanged: Vec<_> = marked
                .iter()
                .filter(|line| !removed.contains(line))
                .collect();
            if !unchanged.is_empty() || marked.len() != count || in_macros.len() != refused {
                let (lines, macros) = (marked.len(), in_macros.len());
                return Err(format!(
                    "{lines} lines have it, {macros} files in macros; as before: {unchanged:?}"
                )
                .into());
            }
            in_macros
                .iter()
                .try_for_each(|file| is_refused(case, kernel, file))
        }
    }
}

/// A file with a match in a macro's body is refused, and the place is said.
fn is_refused(case: &Case, kernel: &Path, file: &(String, String)) -> Result<(), Failed> {
    match support::render(&spec(case, std::slice::from_ref(file)), kernel) {
        Err(failure) if failure.to_string().contains(&format!("{}:", file.0)) => Ok(()),
        Err(failure) => Err(format!("{}: {failure}", file.0).into()),
        Ok(_) => Err(format!("{} is rendered", file.0).into()),
    }
}

/// Whether a `#define`, its continuation lines included, has the mark.
fn in_macro(text: &str, mark: &str) -> bool {
    let mut define = false;
    text.lines().any(|line| {
        let starts = line.trim_start().strip_prefix('#').map(str::trim_start);
        define |= starts.is_some_and(|rest| rest.starts_with("define"));
        let found = define && line.contains(mark);
        define &= line.ends_with('\\');
        found
    })
}

fn spec(case: &Case, files: &[(String, String)]) -> schema::model::Spec {
    let mut text = HEAD.to_owned();
    for (path, _) in files {
        let _ = write!(
            text,
            "\n[[patch.change]]\nkind = \"rewrite\"\nfile = \"{path}\"\npattern = '{}'\nto = '{}'\nall = true\n",
            case.pattern, case.to
        );
        if let Some(function) = case.function {
            let _ = writeln!(text, "function = \"{function}\"");
        }
    }
    support::spec(case.name, &text)
}

/// `file:line` of the lines that have the mark.
fn marked(case: &Case, files: &[(String, String)]) -> Vec<String> {
    files
        .iter()
        .flat_map(|(path, text)| {
            let lines = text.lines().enumerate();
            lines
                .filter(|(_, line)| line.contains(case.mark))
                .map(move |(number, _)| format!("{path}:{}", number + 1))
        })
        .collect()
}

/// `file:line` of the lines that a diff takes out.
fn removed(diff: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut path, mut line) = ("", 0_usize);
    for text in diff.lines() {
        if let Some(name) = text.strip_prefix("--- a/") {
            path = name;
        } else if let Some(hunk) = text.strip_prefix("@@ -") {
            let digits = hunk.split([',', ' ']).next().unwrap_or_default();
            line = digits.parse().unwrap_or_default();
        } else if text.starts_with('-') {
            found.push(format!("{path}:{line}"));
            line += 1;
        } else if text.starts_with(' ') || text.is_empty() {
            line += 1;
        }
    }
    found
}
