//! What every kernel tree can do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dialect::TreePath;
use dialect::words::Words;
use serde::{Deserialize, Serialize};

use crate::includes::Includes;

/// Why a file of a tree could not be had. A missing file is not an error: [`Tree::read`] gives `None`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// There is no such tree, or it is not a directory or a git repository.
    #[error("{}: {reason}", one_line(tree))]
    NoTree {
        /// What was named.
        tree: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file is there and cannot be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// The file in the tree.
        path: String,
        /// The operating system's or git's reason.
        reason: String,
    },
    /// A path leads out of the tree through a symbolic link.
    #[error("{path}: a symbolic link leads out of the tree")]
    Escapes {
        /// The path in the tree.
        path: String,
    },
}

/// A name with its line ends made visible: a message is one line.
fn one_line(name: &str) -> String {
    name.replace('\n', "\\n").replace('\r', "\\r")
}

/// A file's mode as git keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMode {
    /// 100644
    Regular,
    /// 100755
    Executable,
    /// 120000
    Symlink,
}

impl std::fmt::Display for FileMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Regular => "100644",
            Self::Executable => "100755",
            Self::Symlink => "120000",
        })
    }
}

/// Which files a scan visits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// A file is visited when it has one of these words as a whole identifier (anywhere: code,
    /// comment, string). Empty: every file.
    pub words: Vec<String>,
    /// Folders (or files) to stay under; empty: the whole tree.
    pub under: Vec<String>,
    /// Folders to leave out.
    pub except: Vec<String>,
    /// File name endings, without the dot; empty: `c` and `h`.
    pub extensions: Vec<String>,
    /// Only the files that stand directly in the folders of `under`, not those in folders below.
    pub shallow: bool,
    /// Note what each file includes, whether or not it is visited.
    pub includes: bool,
    /// A file is visited too when it may have one of these words in parts, which a macro pastes together.
    pub pasted: Vec<String>,
}

/// What a scan met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanReport {
    /// Files read and searched.
    pub files: usize,
    /// Bytes read and searched.
    pub bytes: u64,
    /// Files handed to the visitor.
    pub visited: usize,
    /// Files that could not be read, sorted by path: whoever makes a whole-tree claim must name them.
    pub unreadable: Vec<(TreePath, String)>,
    /// Entries of [`Scan::under`] that this tree does not have, sorted.
    pub missing: Vec<String>,
    /// Symbolic links that the scan came by, and the files or folders of the tree that they lead to, sorted. What a link
    /// leads to is visited under its own name alone.
    pub links: Vec<(TreePath, TreePath)>,
    /// What each file includes, where [`Scan::includes`] asks for it; none where nobody noted it.
    pub includes: Option<Vec<(TreePath, Includes)>>,
}

impl ScanReport {
    pub(crate) fn merge(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.visited += other.visited;
        self.unreadable.extend(other.unreadable);
        self.missing.extend(other.missing);
        self.links.extend(other.links);
        if let Some(includes) = other.includes {
            self.includes.get_or_insert_default().extend(includes);
        }
    }

    /// Notes what a file includes, where that was asked.
    pub(crate) fn note(&mut self, path: &TreePath, includes: Option<Includes>) {
        if let Some(includes) = includes {
            let all = self.includes.get_or_insert_default();
            all.push((path.clone(), includes));
        }
    }

    /// Notes where a symbolic link leads to.
    pub(crate) fn leads(&mut self, link: &str, target: &str) {
        let link = TreePath::new(link.trim_end_matches('/'));
        self.links.extend(link.ok().zip(TreePath::new(target).ok()));
    }

    /// Notes a file that cannot be read, under the nearest name that a path may have.
    pub(crate) fn cannot_read(&mut self, path: &str, reason: String) {
        let path = path.trim_end_matches('/');
        let named = TreePath::new(path)
            .or_else(|_| TreePath::new(&path.replace(|c: char| c.is_control() || c == '\\', "?")))
            .or_else(|_| TreePath::new("(top)"));
        self.unreadable
            .extend(named.into_iter().map(|path| (path, reason.clone())));
    }

    /// Puts what several threads reported into an order of its own.
    pub(crate) fn sorted(mut self) -> Self {
        self.unreadable.sort();
        self.unreadable.dedup();
        self.missing.sort();
        self.links.sort();
        self.links.dedup();
        self
    }
}

/// Files that could not be read, for who tells people of each: where many have the same reason, the first is told for all.
#[must_use]
pub fn told_together<P>(unreadable: Vec<(P, String)>) -> Vec<(P, String)> {
    /// So many lines are read one by one.
    const FEW: usize = 3;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, reason) in &unreadable {
        *counts.entry(reason.clone()).or_default() += 1;
    }
    let mut told = BTreeSet::new();
    let first = |(path, reason): (P, String)| match counts.get(&reason) {
        Some(&count) if count > FEW => {
            let others = format!("{reason}; {} more files: the same", count - 1);
            told.insert(reason).then_some((path, others))
        }
        _ => Some((path, reason)),
    };
    unreadable.into_iter().filter_map(first).collect()
}

/// What a scan calls for each file that passes; from several threads at once, in no order.
pub type Visit<'a> = dyn Fn(TreePath, Arc<[u8]>) + Sync + 'a;

/// What a scan shows each file that passes, while it is in the buffer that it was read into.
pub type Look<'a> = dyn Fn(&TreePath, &[u8]) + Sync + 'a;

/// A kernel source at one state.
pub trait Tree: Send + Sync {
    /// What to call the tree in messages: a directory, `REPO@REV`, `built-in sample`.
    fn label(&self) -> String;

    /// The bytes of a file; `None` where there is none (or it is a directory).
    ///
    /// # Errors
    /// [`TreeError::Unreadable`] where it is there and cannot be read, [`TreeError::Escapes`] where a
    /// symbolic link leads out of the tree.
    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, TreeError>;

    /// A file's mode; `None` where there is none.
    ///
    /// # Errors
    /// As [`Tree::read`].
    fn mode(&self, path: &TreePath) -> Result<Option<FileMode>, TreeError>;

    /// Whether there is a file of that path, or something that cannot be told from one: sooner than [`Tree::mode`], for who
    /// asks about many that are not there.
    fn has(&self, path: &TreePath) -> bool {
        !matches!(self.mode(path), Ok(None))
    }

    /// Words that the user has added to the dialect for this tree.
    fn words(&self) -> Arc<Words> {
        Arc::default()
    }

    /// Whether each question is to be put to the tree, rather than answered from what was remembered of earlier ones: somebody
    /// notes what is asked of it, or it remembers better itself.
    fn wants_every_scan(&self) -> bool {
        false
    }

    /// Reads every file of the scan once, in parallel, and hands those that pass to `visit`.
    ///
    /// # Errors
    /// [`TreeError::NoTree`] where the tree itself cannot be walked.
    fn scan(&self, scan: &Scan, visit: &Visit<'_>) -> Result<ScanReport, TreeError>;

    /// As [`Tree::scan`], for a look that is over soon: where a tree can show the files without a copy of each, it does.
    ///
    /// # Errors
    /// As [`Tree::scan`].
    fn look(&self, scan: &Scan, look: &Look<'_>) -> Result<ScanReport, TreeError> {
        self.scan(scan, &|path, bytes| look(&path, &bytes))
    }
}

/// The folders on the way to a file, the outermost first.
pub(crate) fn folders(path: &TreePath) -> impl Iterator<Item = TreePath> {
    let text = path.as_str();
    let ends = text.match_indices('/').map(|(at, _)| at);
    ends.filter_map(|at| TreePath::new(text.get(..at)?).ok())
}

/// The symbolic link that a path is, or leads through. git changes no file beyond one.
///
/// # Errors
/// As [`Tree::mode`].
pub fn link_on_the_way(tree: &dyn Tree, path: &TreePath) -> Result<Option<TreePath>, TreeError> {
    for step in folders(path).chain([path.clone()]) {
        if tree.mode(&step)? == Some(FileMode::Symlink) {
            return Ok(Some(step));
        }
    }
    Ok(None)
}
