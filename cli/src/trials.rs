//! Where `import` tries what it proposes: a change is rendered on one file in memory.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use dialect::TreePath;
use import::Bench;
use query::File;
use trees::{ParsedTree, Tree};

/// Where proposals are tried. What was tried is remembered: a series is told again where a change does not hold.
pub(crate) struct Trials {
    tree: ParsedTree,
    /// Files as the series so far leaves them: the last ones, for each has a syntax tree.
    read: RefCell<HashMap<Known, Arc<File>>>,
    /// What changes make of a file, by the digests of its bytes and of what comes of them; none: they do not land.
    made: RefCell<HashMap<(u64, String), Option<u64>>>,
    /// Some of what came of them, by their digests.
    files: RefCell<HashMap<u64, Arc<File>>>,
    /// What trying cost of each file, in bytes that were read: counted, and not timed, so that the same patch is always
    /// told the same way.
    spent: RefCell<HashMap<TreePath, usize>>,
    /// Up to where a file may go in this telling of it, and a part of it.
    limits: RefCell<HashMap<TreePath, (usize, usize)>>,
    /// What was read once costs nothing again.
    known: RefCell<HashSet<u64>>,
}

/// What may be tried of a file, in bytes, and each time that it is told again.
const MOST_SPENT: usize = 16 << 20;
const MOST_AGAIN: usize = 6 << 20;

/// What may be tried of one part of it, as a share of what is left: one that cannot be told is not to take all from the
/// others.
const PART: usize = 6;

/// What each trial costs, whatever the size of the file, in bytes.
const LEAST_SPENT: usize = 8 << 10;

/// A file as it was at one time.
type Known = (TreePath, Arc<[u8]>);

/// Files are remembered up to this many bytes.
const MOST_BYTES: usize = 4 << 20;

/// Files that changes make are kept up to this many bytes: a series that is told again asks for them again.
const MOST_MADE: usize = 6 << 20;

/// Two texts of the same digest are not told apart here: whether the whole spec makes the right bytes is compared by bytes.
fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

impl Trials {
    pub(crate) fn new(tree: &Arc<dyn Tree>) -> Self {
        Self {
            tree: ParsedTree::new(Arc::clone(tree)),
            read: RefCell::default(),
            made: RefCell::default(),
            files: RefCell::default(),
            spent: RefCell::default(),
            limits: RefCell::default(),
            known: RefCell::default(),
        }
    }

    fn spend(&self, path: &TreePath, bytes: usize) {
        *self.spent.borrow_mut().entry(path.clone()).or_default() += bytes + LEAST_SPENT;
    }

    /// The digest of what changes make of a file.
    fn digest(&self, file: &Arc<File>, changes: &str) -> Option<u64> {
        let key = (digest(file.written()), changes.to_owned());
        if let Some(known) = self.made.borrow().get(&key) {
            return *known;
        }
        Bench::made(self, file, changes).map(|made| digest(made.written()))
    }
}

impl Bench for Trials {
    fn read(&self, path: &TreePath, bytes: Arc<[u8]>) -> Arc<File> {
        let key = (path.clone(), Arc::clone(&bytes));
        let mut known = self.read.borrow_mut();
        if let Some(file) = known.get(&key) {
            return Arc::clone(file);
        }
        if known.keys().map(|(_, bytes)| bytes.len()).sum::<usize>() > MOST_BYTES {
            known.clear();
        }
        if self.known.borrow_mut().insert(digest(&bytes)) {
            self.spend(path, bytes.len());
        }
        let file = Arc::new(File::from(self.tree.reader().read(path, bytes)));
        known.insert(key, Arc::clone(&file));
        file
    }

    fn made(&self, file: &Arc<File>, changes: &str) -> Option<Arc<File>> {
        let key = (digest(file.written()), changes.to_owned());
        let known = self.made.borrow().get(&key).copied();
        match known {
            Some(None) => return None,
            Some(Some(known)) => {
                if let Some(file) = self.files.borrow().get(&known) {
                    return Some(Arc::clone(file));
                }
            }
            None if self.is_spent(file.path()) => return None,
            None => {}
        }
        self.spend(file.path(), file.written().len());
        let text = import::trial_spec(changes);
        let spec = schema::load("a proposal", text.as_bytes());
        let made = spec
            .ok()
            .and_then(|spec| generator::trial(&spec, &self.tree, file));
        let own = made.as_ref().map(|made| digest(made.written()));
        self.made.borrow_mut().insert(key, own);
        if let (Some(made), Some(own)) = (&made, own) {
            let mut files = self.files.borrow_mut();
            if files
                .values()
                .map(|file| file.written().len())
                .sum::<usize>()
                > MOST_MADE
            {
                files.clear();
            }
            files.insert(own, Arc::clone(made));
        }
        made
    }

    fn makes(&self, file: &Arc<File>, changes: &str, wanted: &[u8]) -> bool {
        self.digest(file, changes) == Some(digest(wanted))
    }

    fn start(&self, path: &TreePath) {
        let spent = self.spent.borrow().get(path).copied().unwrap_or(0);
        let most = if spent == 0 { MOST_SPENT } else { MOST_AGAIN };
        let mut limits = self.limits.borrow_mut();
        limits.insert(path.clone(), (spent + most, spent + most));
    }

    fn begin(&self, path: &TreePath) {
        let spent = self.spent.borrow().get(path).copied().unwrap_or(0);
        if let Some((all, part)) = self.limits.borrow_mut().get_mut(path) {
            *part = spent + all.saturating_sub(spent) / PART;
        }
    }

    fn is_spent(&self, path: &TreePath) -> bool {
        let spent = self.spent.borrow().get(path).copied().unwrap_or(0);
        let limits = self.limits.borrow();
        limits.get(path).is_some_and(|(_, part)| spent >= *part)
    }

    fn lands(&self, file: &Arc<File>, changes: &str) -> bool {
        self.digest(file, changes).is_some()
    }
}
