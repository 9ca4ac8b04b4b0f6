//! Where a header of an `#include` may stand in a kernel tree.
//!
//! The build decides that with flags in Makefiles; this is the part of it that always holds, and the
//! habit of private headers near the file. Generated headers are in no tree and stay unfound.

use crate::macros::harvest::Include;
use crate::path::TreePath;

/// The architecture whose `asm/` headers serve files that belong to none.
const USUAL_ARCHITECTURE: &str = "x86";

/// The header that the build includes into every file.
pub(crate) fn implied() -> Include {
    Include {
        header: "linux/compiler_types.h".into(),
        quoted: false,
    }
}

/// The paths to try for `include` of the file `from`, best first; `reader` is the file being read,
/// whose architecture decides what `asm/` means.
pub(crate) fn candidates(from: &TreePath, include: &Include, reader: &TreePath) -> Vec<TreePath> {
    let header = &include.header[..];
    let mut texts = Vec::new();
    if include.quoted {
        near(from, header, &mut texts);
    }
    let architecture = architecture_of(reader)
        .or_else(|| architecture_of(from))
        .unwrap_or(USUAL_ARCHITECTURE);
    if header.starts_with("asm/") {
        texts.push(format!("arch/{architecture}/include/{header}"));
        texts.push(format!("arch/{architecture}/include/uapi/{header}"));
        let name = header.strip_prefix("asm/").unwrap_or(header);
        texts.push(format!("include/asm-generic/{name}"));
    } else {
        texts.push(format!("include/{header}"));
        texts.push(format!("include/uapi/{header}"));
        texts.push(format!("arch/{architecture}/include/{header}"));
    }
    texts.iter().filter_map(|text| normal(text)).collect()
}

/// Its own folder, then the folders around it, each also with `include/`.
fn near(from: &TreePath, header: &str, texts: &mut Vec<String>) {
    const LEVELS: usize = 3;
    let mut folder = from.as_str();
    for level in 0..LEVELS {
        // Around a file at the top of the tree is the tree itself.
        let around = folder.rsplit_once('/').map_or("", |(around, _)| around);
        if folder.is_empty() {
            return;
        }
        folder = around;
        texts.push(format!("{folder}/{header}"));
        if level > 0 {
            texts.push(format!("{folder}/include/{header}"));
        }
    }
}

/// `s390` of `arch/s390/…`
fn architecture_of(path: &TreePath) -> Option<&str> {
    path.as_str().strip_prefix("arch/")?.split('/').next()
}

/// A path with its `.` and `..` resolved; `None` where it leaves the tree or is no path.
fn normal(text: &str) -> Option<TreePath> {
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    TreePath::new(&parts.join("/")).ok()
}

#[cfg(test)]
mod tests {
    use super::candidates;
    use crate::macros::harvest::Include;
    use crate::path::TreePath;

    fn paths(from: &str, header: &str, quoted: bool) -> Vec<String> {
        let from = TreePath::new(from).expect("path");
        let include = Include {
            header: header.into(),
            quoted,
        };
        candidates(&from, &include, &from)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn asm_headers_come_from_the_reading_files_architecture() {
        assert_eq!(
            paths("arch/s390/pci/pci.c", "asm/io.h", false)[0],
            "arch/s390/include/asm/io.h"
        );
        assert!(
            paths("kernel/fork.c", "asm/io.h", false).contains(&"include/asm-generic/io.h".into())
        );
    }

    #[test]
    fn quoted_headers_are_first_looked_for_beside_the_file() {
        let found = paths("drivers/net/a/b.c", "../core.h", true);
        assert_eq!(found[0], "drivers/net/core.h");
        assert_eq!(paths("a.c", "dev.h", true)[0], "dev.h");
    }

    #[test]
    fn no_include_leaves_the_tree() {
        assert!(
            paths("a/b.c", "../../../../etc/passwd", true)
                .iter()
                .all(|path| !path.contains(".."))
        );
    }
}
