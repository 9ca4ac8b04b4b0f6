//! A tree whose files are parsed when they are asked for, each once.

mod cache;
mod definitions;
mod shapes;
mod variant;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use dialect::{FileProvider, TreePath};
use query::File;
use query::types::DefinitionKind;
use rayon::prelude::*;
use syntax::Reader;

use crate::prints::Prints;
use crate::tree::{Scan, ScanReport, Tree, TreeError};
use cache::{Cache, Parsed};
use definitions::Definitions;
pub use definitions::Near;
use variant::Base;

/// How much source a scan may leave in the cache, in bytes: what it meets is seldom asked for again.
const KEPT_BY_SCANS: usize = 4 << 20;

/// How many files are parsed ahead: of more, the first would be gone before they are asked for.
const MOST_AHEAD: usize = 64;

/// Names, and the files that are left out of the search for them.
type NamesBeside = (BTreeSet<String>, BTreeSet<TreePath>);

/// Whether the bytes of a file may define `name` as that kind, told without parsing them: of code that is laid out as the
/// kernel's is, it is never denied wrongly.
#[must_use]
pub fn may_define(kind: DefinitionKind, name: &str, bytes: &[u8]) -> bool {
    shapes::is_in(kind, name, bytes)
}

/// A tree with a reader of its own and the files that were parsed.
///
/// It is also where the type resolver finds definitions, see [`query::types::DefinitionSource`].
pub struct ParsedTree {
    tree: Arc<dyn Tree>,
    reader: Reader,
    files: Cache,
    kept_by_scans: AtomicUsize,
    definitions: Definitions,
    /// What words each C file may have, once a walk has noted it.
    prints: OnceLock<Arc<Prints>>,
    /// The tree that this one is a variant of.
    base: Option<Base>,
    /// Of `.c` files, whether no other file includes them, as far as variants asked for it.
    included_nowhere: Mutex<BTreeMap<TreePath, bool>>,
    /// Of names, whether no file but those has one of them, as far as variants asked for it.
    named_nowhere: Mutex<BTreeMap<NamesBeside, bool>>,
}

impl std::fmt::Debug for ParsedTree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParsedTree")
            .field("tree", &self.tree.label())
            .finish_non_exhaustive()
    }
}

/// Macros are learnt from the tree's own files.
struct Provider(Arc<dyn Tree>);

impl FileProvider for Provider {
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        self.0.read(path).ok().flatten()
    }
}

impl ParsedTree {
    /// Parses nothing yet.
    #[must_use]
    pub fn new(tree: Arc<dyn Tree>) -> Self {
        Self {
            reader: Reader::for_tree(Arc::new(Provider(Arc::clone(&tree))))
                .with_words(tree.words()),
            tree,
            files: Cache::default(),
            kept_by_scans: AtomicUsize::new(0),
            definitions: Definitions::default(),
            prints: OnceLock::new(),
            base: None,
            included_nowhere: Mutex::default(),
            named_nowhere: Mutex::default(),
        }
    }

    /// The same, to be a base of many variants ([`ParsedTree::variant`]): it keeps more of what was parsed.
    #[must_use]
    pub fn for_variants(self) -> Self {
        self.files.enlarge();
        self
    }

    /// The tree itself.
    #[must_use]
    pub fn tree(&self) -> &Arc<dyn Tree> {
        &self.tree
    }

    /// The reader that has learnt from this tree.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// A file, parsed; `None` where the tree has none.
    ///
    /// # Errors
    /// As [`Tree::read`]; the same answer every time.
    pub fn file(&self, path: &TreePath) -> Result<Option<Arc<File>>, TreeError> {
        if let Some(base) = self.parsed_in_base(path) {
            return base.file(path);
        }
        self.files.get_or_parse(path, || {
            let bytes = self.tree.read(path)?;
            Ok(bytes.map(|bytes| Arc::new(File::from(self.reader.read(path, bytes)))))
        })
    }

    /// Takes what words each file may have from who has walked over all `.c` and `.h` files of the tree: a definition that is
    /// looked for from now on is looked for in those that may have its name.
    pub fn remember_prints(&self, prints: &Arc<Prints>) {
        // Those of an earlier walk say the same.
        let _ = self.prints.set(Arc::clone(prints));
    }

    /// Parses files, in parallel, that will be asked for one by one: an answer of [`ParsedTree::file`] that comes sooner,
    /// and no other one.
    pub fn read_ahead<'p>(&self, paths: impl IntoIterator<Item = &'p TreePath>) {
        let paths: Vec<&TreePath> = paths.into_iter().take(MOST_AHEAD).collect();
        // What cannot be read is told to who asks for it.
        paths.par_iter().for_each(|path| drop(self.file(path)));
    }

    /// Parses the files of a scan that pass its word search, and only those. From several threads at
    /// once, in no order.
    ///
    /// # Errors
    /// As [`Tree::scan`].
    pub fn scan_parsed(
        &self,
        scan: &Scan,
        visit: &(dyn Fn(Arc<File>) + Sync),
    ) -> Result<ScanReport, TreeError> {
        self.tree
            .scan(scan, &|path, bytes| visit(self.parsed(&path, bytes)))
    }

    /// The parsed file, from the cache or from `bytes`; kept while there is room.
    fn parsed(&self, path: &TreePath, bytes: Arc<[u8]>) -> Arc<File> {
        if let Some(base) = self.parsed_in_base(path) {
            return base.parsed(path, bytes);
        }
        if let Some(file) = self.files.get(path) {
            return file;
        }
        let length = bytes.len();
        let parse = || Arc::new(File::from(self.reader.read(path, Arc::clone(&bytes))));
        if self.kept_by_scans.fetch_add(length, Ordering::Relaxed) + length > KEPT_BY_SCANS {
            self.kept_by_scans.fetch_sub(length, Ordering::Relaxed);
            return parse();
        }
        let parsed: Parsed = self.files.get_or_parse(path, || Ok(Some(parse())));
        // Where the file could not be read before, the scan could: it has the bytes.
        parsed.ok().flatten().unwrap_or_else(parse)
    }
}
