//! Which files a file includes, through any number of others.
//!
//! Without a configuration every `#include` counts, whatever `#if` is around it, and `<asm/x.h>` means that
//! of every architecture: more may be seen than the compiler sees, never less. Where a header is not
//! in the tree and not one that the build makes, what it includes in turn is not known.

use std::collections::{BTreeSet, VecDeque};

use dialect::TreePath;
use trees::Tree;

/// What a file sees.
#[derive(Debug, Default)]
pub(super) struct Closure {
    pub(super) files: BTreeSet<TreePath>,
    /// Every header was found.
    pub(super) is_whole: bool,
    /// One that is there and could not be read, with the reason: it may declare anything.
    pub(super) unread: Option<(TreePath, String)>,
}

/// Headers that the build includes before the first line.
const ALWAYS: &[&str] = &[
    "include/linux/compiler-version.h",
    "include/linux/kconfig.h",
    "include/linux/compiler_types.h",
];

const ARCHITECTURES: &[&str] = &[
    "alpha",
    "arc",
    "arm",
    "arm64",
    "csky",
    "h8300",
    "hexagon",
    "ia64",
    "loongarch",
    "m68k",
    "microblaze",
    "mips",
    "nds32",
    "nios2",
    "openrisc",
    "parisc",
    "powerpc",
    "riscv",
    "s390",
    "sh",
    "sparc",
    "um",
    "x86",
    "xtensa",
];

impl Closure {
    pub(super) fn of(tree: &dyn Tree, path: &TreePath) -> Self {
        let mut found = Self {
            is_whole: true,
            ..Self::default()
        };
        let architectures = architectures(path);
        let mut pending = VecDeque::from([path.clone()]);
        pending.extend(ALWAYS.iter().filter_map(|path| TreePath::new(path).ok()));
        while let Some(path) = pending.pop_front() {
            if found.files.contains(&path) {
                continue;
            }
            let bytes = match tree.read(&path) {
                Ok(Some(bytes)) => bytes,
                Ok(None) => continue,
                Err(error) => {
                    found.is_whole = false;
                    found.unread.get_or_insert((path, error.to_string()));
                    continue;
                }
            };
            for (header, is_quoted) in includes(&bytes) {
                let places = places(tree, &path, &header, is_quoted, &architectures);
                found.is_whole &= !places.is_empty() || is_made(&header);
                pending.extend(places);
            }
            found.files.insert(path);
        }
        found
    }
}

/// The architectures whose headers code of the file may mean.
fn architectures(path: &TreePath) -> Vec<&str> {
    let below = path.as_str().strip_prefix("arch/");
    match below.and_then(|rest| rest.split_once('/')) {
        Some((own, _)) => vec![own],
        None => ARCHITECTURES.to_vec(),
    }
}

/// Whether the build makes such headers.
pub(super) fn is_made(header: &str) -> bool {
    let made = ["generated/", "asm/", "uapi/asm/"];
    made.iter().any(|prefix| header.starts_with(prefix))
}

/// Whether a header is where the compiler looks for it from code of the file `from`.
pub(super) fn is_there(tree: &dyn Tree, from: &TreePath, header: &str, is_quoted: bool) -> bool {
    !places(tree, from, header, is_quoted, &architectures(from)).is_empty()
}

/// What a directive includes.
pub(super) enum Included {
    None,
    One(TreePath),
    /// By configuration.
    Several(Vec<TreePath>),
}

/// What the directive, behind its `#`, includes into the file `from`.
pub(super) fn included(tree: &dyn Tree, from: &TreePath, directive: &[u8]) -> Included {
    let Some((header, is_quoted)) = header_of(directive) else {
        return Included::None;
    };
    let mut found = places(tree, from, &header, is_quoted, &architectures(from));
    match found.len() {
        0 => Included::None,
        1 => found.pop().map_or(Included::None, Included::One),
        _ => Included::Several(found),
    }
}

/// The headers that the text includes, and whether each is in quotes.
fn includes(bytes: &[u8]) -> Vec<(String, bool)> {
    let lines = bytes.split(|&byte| byte == b'\n');
    lines
        .filter_map(|line| header_of(line.trim_ascii_start().strip_prefix(b"#")?))
        .collect()
}

/// The header of an `include` directive, and whether it is in quotes.
fn header_of(directive: &[u8]) -> Option<(String, bool)> {
    let rest = directive.trim_ascii_start().strip_prefix(b"include")?;
    let rest = rest.trim_ascii_start();
    let (close, is_quoted) = match rest.first()? {
        b'"' => (b'"', true),
        b'<' => (b'>', false),
        _ => return None,
    };
    let name = rest.get(1..)?;
    let end = name.iter().position(|&byte| byte == close)?;
    let name = String::from_utf8_lossy(name.get(..end)?).into_owned();
    Some((name, is_quoted))
}

fn places(
    tree: &dyn Tree,
    from: &TreePath,
    header: &str,
    is_quoted: bool,
    architectures: &[&str],
) -> Vec<TreePath> {
    let is_there = |path: String| {
        let path = TreePath::new(&path).ok()?;
        // Who opens it says what is wrong with it.
        (!matches!(tree.mode(&path), Ok(None))).then_some(path)
    };
    // In the folder of the file, or of one above it: `-I $(src)`, `-I $(src)/..`.
    let mut folder = from.as_str();
    let mut near = Vec::new();
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        near.extend(joined(folder, header).and_then(&is_there));
        near.extend(joined(folder, &format!("include/{header}")).and_then(&is_there));
        if !near.is_empty() {
            break;
        }
    }
    if near.is_empty() {
        near.extend(joined("", header).and_then(&is_there));
    }
    if is_quoted && !near.is_empty() {
        return near;
    }
    let mut found: Vec<TreePath> = [
        format!("include/{header}"),
        format!("include/uapi/{header}"),
    ]
    .into_iter()
    .filter_map(&is_there)
    .collect();
    if header.starts_with("asm/") || found.is_empty() {
        for name in architectures {
            let base = format!("arch/{name}/include");
            found.extend(is_there(format!("{base}/{header}")));
            found.extend(is_there(format!("{base}/uapi/{header}")));
        }
    }
    if let Some(name) = header.strip_prefix("asm/") {
        found.extend(is_there(format!("include/asm-generic/{name}")));
        found.extend(is_there(format!("include/uapi/asm-generic/{name}")));
    }
    if found.is_empty() { near } else { found }
}

/// `folder/header` with `..` taken off.
fn joined(folder: &str, header: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in header.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
