//! Which files a file includes, through any number of others.
//!
//! Without a configuration every `#include` counts, whatever `#if` but `#if 0` is around it, and `<asm/x.h>` means that
//! of every architecture: more may be seen than the compiler sees, never less. Where a header is not
//! in the tree and not one that the build makes, what it includes in turn is not known.

mod ordered;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use dialect::TreePath;
use trees::{Tree, TreeError};

pub(crate) use self::ordered::{Ordered, directives};

/// What a file sees.
#[derive(Debug, Default)]
pub(crate) struct Closure {
    pub(crate) files: BTreeSet<TreePath>,
    /// Every header was found.
    pub(crate) is_whole: bool,
    /// Every header was found but for those that only the headers of all (`include/`) and of architectures name: of these a
    /// kernel always lacks some, of other systems and of other machines, and code has nothing from them.
    pub(crate) sees_all: bool,
    /// One that is there and could not be read, with the reason: it may declare anything.
    pub(crate) unread: Option<(TreePath, String)>,
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

/// What files include that no patch touches: the same in every state of a series that has all the touched ones.
#[derive(Debug, Default)]
pub(crate) struct KnownIncludes {
    headers: Mutex<HashMap<Asked, Option<Arc<Headers>>>>,
    places: Mutex<HashMap<Meant, Vec<TreePath>>>,
    ordered: Mutex<HashMap<TreePath, Option<Arc<Ordered>>>>,
}

/// A file, and the one architecture whose headers it may mean; empty: any.
type Asked = (TreePath, String);

/// What files of a folder mean by a header: the folder, the header, whether it is in quotes, and the architecture as in
/// [`Asked`]. The files of `include/linux` name the same few headers.
type Meant = (String, String, bool, String);

/// What a file includes.
#[derive(Debug)]
struct Headers {
    files: Vec<TreePath>,
    /// Every header was found, or is made by the build.
    is_whole: bool,
}

impl Headers {
    /// None: there is no such file.
    fn of(
        tree: &dyn Tree,
        path: &TreePath,
        architectures: &[&str],
        known: Option<&KnownIncludes>,
    ) -> Result<Option<Self>, TreeError> {
        let Some(bytes) = tree.read(path)? else {
            return Ok(None);
        };
        let mut headers = Self {
            files: Vec::new(),
            is_whole: true,
        };
        for (header, is_quoted) in includes(&bytes) {
            let places = match known {
                Some(known) => known.places(tree, path, &header, is_quoted, architectures),
                None => places(tree, path, &header, is_quoted, architectures),
            };
            headers.is_whole &= !places.is_empty() || is_made(&header);
            headers.files.extend(places);
        }
        // What a macro names is whatever the configuration says: `#include CONFIG_UNCOMPRESS_INCLUDE`.
        headers.is_whole &=
            is_common(path) || !directives(&bytes).any(|(_, text)| is_by_macro(text));
        Ok(Some(headers))
    }
}

impl KnownIncludes {
    fn headers(
        &self,
        tree: &dyn Tree,
        path: &TreePath,
        architectures: &[&str],
    ) -> Result<Option<Arc<Headers>>, TreeError> {
        let key = (path.clone(), own(architectures));
        let known = || self.headers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(headers) = known().get(&key) {
            return Ok(headers.clone());
        }
        let headers = Headers::of(tree, path, architectures, Some(self))?.map(Arc::new);
        known().insert(key, headers.clone());
        Ok(headers)
    }

    /// As [`Ordered::of`], remembered; none where the file cannot be read.
    pub(crate) fn ordered(&self, tree: &dyn Tree, path: &TreePath) -> Option<Arc<Ordered>> {
        let known = || self.ordered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ordered) = known().get(path) {
            return ordered.clone();
        }
        let ordered = Ordered::of(tree, path, Some(self)).map(Arc::new);
        known().insert(path.clone(), ordered.clone());
        ordered
    }

    /// As [`places`], remembered.
    fn places(
        &self,
        tree: &dyn Tree,
        from: &TreePath,
        header: &str,
        is_quoted: bool,
        architectures: &[&str],
    ) -> Vec<TreePath> {
        let folder = from
            .as_str()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let own = own(architectures);
        let key = (folder.to_owned(), header.to_owned(), is_quoted, own);
        let known = || self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = known().get(&key) {
            return places.clone();
        }
        let places = places(tree, from, header, is_quoted, architectures);
        known().insert(key, places.clone());
        places
    }
}

/// The architecture, where it is one alone; empty: it may be any.
fn own(architectures: &[&str]) -> String {
    match architectures {
        [own] => (*own).to_owned(),
        _ => String::new(),
    }
}

impl Closure {
    /// `known` may be asked for files that are not among `touched`.
    pub(crate) fn of(
        tree: &dyn Tree,
        path: &TreePath,
        touched: &BTreeSet<TreePath>,
        known: Option<&KnownIncludes>,
    ) -> Self {
        let mut found = Self {
            is_whole: true,
            sees_all: true,
            ..Self::default()
        };
        let architectures = architectures(path);
        let is_of_all = |header: &TreePath| header != path && is_of_all(header, path);
        let mut pending = VecDeque::from([path.clone()]);
        pending.extend(ALWAYS.iter().filter_map(|path| TreePath::new(path).ok()));
        while let Some(path) = pending.pop_front() {
            if found.files.contains(&path) {
                continue;
            }
            let known = known.filter(|_| !touched.contains(&path));
            let headers = match known {
                Some(known) => known.headers(tree, &path, &architectures),
                None => Headers::of(tree, &path, &architectures, None)
                    .map(|headers| headers.map(Arc::new)),
            };
            let headers = match headers {
                Ok(Some(headers)) => headers,
                Ok(None) => continue,
                Err(error) => {
                    found.is_whole = false;
                    found.sees_all = false;
                    found.unread.get_or_insert((path, error.to_string()));
                    continue;
                }
            };
            found.is_whole &= headers.is_whole;
            found.sees_all &= headers.is_whole || is_of_all(&path);
            pending.extend(headers.files.iter().cloned());
            found.files.insert(path);
        }
        found
    }
}

/// Whether it is a header of all code: of these some always include by a macro what the trace events say.
fn is_common(path: &TreePath) -> bool {
    path.as_str().starts_with("include/")
}

/// Whether the directive includes what a macro names (C11 6.10.2p4).
fn is_by_macro(directive: &[u8]) -> bool {
    let rest = directive.strip_prefix(b"include");
    let next = rest.and_then(|rest| rest.trim_ascii_start().first());
    next.is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_')
        && !directive.starts_with(b"include_next")
}

/// Whether the header is one of all code, seen from the file `from`: of an architecture, where that is not the file's own.
fn is_of_all(header: &TreePath, from: &TreePath) -> bool {
    let tops = ["include/", "scripts/"];
    let is_in = |path: &TreePath, top: &str| path.as_str().starts_with(top);
    tops.iter().any(|top| is_in(header, top)) || is_in(header, "arch/") && !is_in(from, "arch/")
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
pub(crate) fn is_made(header: &str) -> bool {
    let made = ["generated/", "asm/", "uapi/asm/"];
    made.iter().any(|prefix| header.starts_with(prefix))
}

/// Whether a header is where the compiler looks for it from code of the file `from`.
pub(crate) fn is_there(tree: &dyn Tree, from: &TreePath, header: &str, is_quoted: bool) -> bool {
    !places(tree, from, header, is_quoted, &architectures(from)).is_empty()
}

/// What a directive includes.
#[derive(Debug)]
pub(crate) enum Included {
    None,
    One(TreePath),
    /// By configuration.
    Several(Vec<TreePath>),
}

impl Included {
    fn of(mut places: Vec<TreePath>) -> Self {
        match places.len() {
            0 => Self::None,
            1 => places.pop().map_or(Self::None, Self::One),
            _ => Self::Several(places),
        }
    }
}

/// What the directive, behind its `#`, includes into the file `from`.
pub(crate) fn included(tree: &dyn Tree, from: &TreePath, directive: &[u8]) -> Included {
    let Some((header, is_quoted)) = header_of(directive) else {
        return Included::None;
    };
    Included::of(places(tree, from, &header, is_quoted, &architectures(from)))
}

/// What the text includes, as it is written there; what is under `#if 0` apart.
pub(crate) fn includes_of(bytes: &[u8]) -> Vec<String> {
    let all = includes(bytes).into_iter();
    all.map(|(header, _)| header).collect()
}

/// The headers that the text includes, and whether each is in quotes; what is under `#if 0` apart.
fn includes(bytes: &[u8]) -> Vec<(String, bool)> {
    // A byte order mark is no part of the first line (gcc, "Character sets").
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let lines = bytes.split(|&byte| byte == b'\n');
    let mut found = Vec::new();
    // How many were found where each conditional began that is still open; none: it is live.
    let mut open: Vec<Option<usize>> = Vec::new();
    for line in lines {
        let Some(directive) = line.trim_ascii_start().strip_prefix(b"#") else {
            continue;
        };
        let directive = directive.trim_ascii_start();
        if let Some(header) = header_of(directive) {
            found.push(header);
        } else if let Some(condition) = directive.strip_prefix(b"if") {
            let mut words = dialect::token::texts(condition);
            let is_dead = (words.next(), words.next()) == (Some("0"), None);
            open.push(is_dead.then_some(found.len()));
        } else if directive.starts_with(b"el") {
            if let Some(dead) = open.last_mut().and_then(Option::take) {
                found.truncate(dead);
            }
        } else if directive.starts_with(b"endif")
            // What nothing ends may be in a comment.
            && let Some(Some(dead)) = open.pop()
        {
            found.truncate(dead);
        }
    }
    found
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
        tree.has(&path).then_some(path)
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
pub(crate) fn joined(folder: &str, header: &str) -> Option<String> {
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
