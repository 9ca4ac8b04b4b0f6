//! Where something is defined: found by scanning, remembered, only as far as a question needs.
//!
//! C sees a definition only through what a file includes, so the places are tried from the likely to
//! the unlikely, and the first that has one settles it: for a question that comes from a file
//! ([`ParsedTree::near`]) that file, its folder and those above it, the headers of its architecture,
//! then those in `include/`, then those in the folders below its own, then those of all
//! architectures, then all headers, or everything where a `.c` file may have it for others. What is answered depends on the question alone, never on what
//! other threads have asked.
//!
//! Records and typedefs are asked for so often that a place's are all listed at the first question.
//! Functions, names, and what is looked for in the whole tree, whose list would be large, are
//! scanned for by name.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use dialect::TreePath;
use query::File;
use query::types::{DefinitionKind, DefinitionSource, Files, View};

use super::ParsedTree;
use super::shapes;
use super::variant::Base;
use crate::selection::{Selection, folder_of};
use crate::tree::{Look, Scan};

type Question = (DefinitionKind, String, SearchFolder);

/// One of the places that are tried.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum SearchFolder {
    /// A folder alone, not what is below it.
    Folder(String),
    /// `arch/NAME/include`
    Architecture(String),
    /// `include/`
    Include,
    /// The folders below one: a driver has its headers in one of them, and an `-I` that says so.
    Below(String),
    /// `arch/`
    Architectures,
    /// The headers of the whole tree.
    Headers,
    /// The whole tree.
    Everywhere,
}

/// A file that looks from a distance as if it had a definition.
#[derive(Debug)]
struct Candidate {
    path: TreePath,
    /// Whether it has, once it was parsed: the syntax trees of those that have not are not needed again.
    defines: OnceLock<bool>,
}

/// Sorted by path.
type Candidates = Arc<[Candidate]>;

/// The files that may define each name.
type Named = HashMap<Box<[u8]>, Candidates>;

/// What a place may define.
#[derive(Debug, Default)]
struct Listing {
    records: Named,
    typedefs: Named,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    answers: Mutex<HashMap<Question, Arc<OnceLock<Candidates>>>>,
    listings: Mutex<HashMap<SearchFolder, Arc<OnceLock<Listing>>>>,
    /// Where scans run; `None` where the system has no threads to give.
    scanners: OnceLock<Option<rayon::ThreadPool>>,
}

impl SearchFolder {
    fn scan(&self) -> Scan {
        let (under, extensions): (&[&str], &[&str]) = match self {
            Self::Folder(folder) => (&[folder], &["h", "c"]),
            Self::Architecture(folder) | Self::Below(folder) => (&[folder], &["h"]),
            Self::Include => (&["include"], &["h"]),
            Self::Architectures => (&["arch"], &["h"]),
            Self::Headers => (&[], &["h"]),
            Self::Everywhere => (&[], &["h", "c"]),
        };
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Scan {
            under: owned(under),
            extensions: owned(extensions),
            shallow: matches!(self, Self::Folder(_)),
            ..Scan::default()
        }
    }
}

impl ParsedTree {
    /// The same definitions, looked for from a file's point of view: its own and its folder's first.
    #[must_use]
    pub fn near<'t>(&'t self, file: &'t File) -> Near<'t> {
        Near { parsed: self, file }
    }

    /// The files of the first of `places` that has any.
    fn defining(
        &self,
        kind: DefinitionKind,
        name: &str,
        places: &[SearchFolder],
        view: &View<'_>,
    ) -> Files<'_> {
        for place in places {
            let candidates = self.candidates(kind, name, place);
            let ranked = candidates
                .iter()
                .map(|candidate| view.rank(&candidate.path));
            let mut order: Vec<(usize, usize)> = ranked.zip(0..).collect();
            order.sort_unstable();
            let (name, sees) = (name.to_owned(), view.sees());
            let mut files = order
                .into_iter()
                .filter_map(move |(rank, index)| {
                    let file = self.open(kind, &name, candidates.get(index)?)?;
                    sees.sees(kind, &name, rank, &file).then_some(file)
                })
                .peekable();
            if files.peek().is_some() {
                return Box::new(files);
            }
        }
        Box::new(std::iter::empty())
    }

    /// The candidate's file, if it defines `name`.
    fn open(&self, kind: DefinitionKind, name: &str, candidate: &Candidate) -> Option<Arc<File>> {
        if candidate.defines.get() == Some(&false) {
            return None;
        }
        let file = self.file(&candidate.path).ok().flatten();
        let file = file.filter(|file| shapes::is_defined_in(kind, name, file));
        // Another thread can only have found the same.
        let _ = candidate.defines.set(file.is_some());
        file
    }

    fn candidates(&self, kind: DefinitionKind, name: &str, place: &SearchFolder) -> Candidates {
        if let Some(base) = &self.base {
            let question = (kind, name.to_owned(), place.clone());
            let slot = slot(&self.definitions.answers, question);
            return Arc::clone(
                slot.get_or_init(|| self.candidates_beside(base, kind, name, place)),
            );
        }
        let is_listed = matches!(kind, DefinitionKind::Record | DefinitionKind::Typedef);
        let is_whole = matches!(place, SearchFolder::Headers | SearchFolder::Everywhere);
        if is_listed && !is_whole {
            let slot = slot(&self.definitions.listings, place.clone());
            let listing = slot.get_or_init(|| self.list(place));
            let named = match kind {
                DefinitionKind::Typedef => &listing.typedefs,
                _ => &listing.records,
            };
            return named.get(name.as_bytes()).cloned().unwrap_or_default();
        }
        let question = (kind, name.to_owned(), place.clone());
        let slot = slot(&self.definitions.answers, question);
        Arc::clone(slot.get_or_init(|| self.look(kind, name, place)))
    }

    /// The candidates of the tree that this one is a variant of, with its own for the files that differ.
    fn candidates_beside(
        &self,
        base: &Base,
        kind: DefinitionKind,
        name: &str,
        place: &SearchFolder,
    ) -> Candidates {
        let known = base.tree.candidates(kind, name, place);
        let kept = known.iter().map(|candidate| &candidate.path);
        let kept = kept.filter(|path| !base.changed.contains(path)).cloned();
        let selection = Selection::new(&place.scan());
        let own = base.changed.iter().filter(|path| {
            let bytes = self.tree.read(path).ok().flatten();
            selection.takes(path.as_str())
                && bytes.is_some_and(|bytes| shapes::is_in(kind, name, &bytes))
        });
        sorted(kept.chain(own.cloned()).collect())
    }

    fn look(&self, kind: DefinitionKind, name: &str, place: &SearchFolder) -> Candidates {
        let scan = Scan {
            words: vec![name.to_owned()],
            ..place.scan()
        };
        if let Some(prints) = self.prints.get() {
            let selection = Selection::new(&scan);
            let may_define = |path: &&TreePath| {
                let bytes = || self.tree.read(path).ok().flatten();
                selection.takes(path.as_str())
                    && bytes().is_some_and(|bytes| shapes::is_in(kind, name, &bytes))
            };
            let candidates = prints.with_any(&scan.words).into_iter();
            return sorted(candidates.filter(may_define).cloned().collect());
        }
        let found = Mutex::new(Vec::new());
        self.look_apart(&scan, &|path, bytes| {
            if shapes::is_in(kind, name, bytes) {
                found
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(path.clone());
            }
        });
        sorted(found.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn list(&self, place: &SearchFolder) -> Listing {
        let records = Mutex::new(Paths::default());
        let typedefs = Mutex::new(Paths::default());
        self.look_apart(&place.scan(), &|path, bytes| {
            note(&records, shapes::records(bytes).collect(), path);
            note(&typedefs, shapes::typedefs(bytes).collect(), path);
        });
        Listing {
            records: named(records),
            typedefs: named(typedefs),
        }
    }

    /// Scans in a pool of its own, asked by a thread of no pool. A thread of a pool that waits for another
    /// pool takes up other work of its own meanwhile, and that could ask this same question and wait for itself.
    fn look_apart(&self, scan: &Scan, look: &Look<'_>) {
        let scanners = &self.definitions.scanners;
        let scanners = scanners.get_or_init(|| rayon::ThreadPoolBuilder::new().build().ok());
        let search = || self.tree.look(scan, look);
        std::thread::scope(|threads| {
            let searcher = threads.spawn(|| match scanners {
                Some(pool) => pool.install(search),
                None => search(),
            });
            // A tree that cannot be walked defines nothing; whoever scans it is told why.
            drop(searcher.join());
        });
    }
}

/// The files that may define each name, while they are searched.
type Paths = HashMap<Box<[u8]>, Vec<TreePath>>;

/// Notes that the file may define the names.
fn note(found: &Mutex<Paths>, mut names: Vec<&[u8]>, path: &TreePath) {
    if names.is_empty() {
        return;
    }
    names.sort_unstable();
    names.dedup();
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    for name in names {
        // Most names are known already: only a new one is copied.
        match found.get_mut(name) {
            Some(paths) => paths.push(path.clone()),
            None => drop(found.insert(name.into(), vec![path.clone()])),
        }
    }
}

fn named(found: Mutex<Paths>) -> Named {
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let each = found.into_iter();
    each.map(|(name, paths)| (name, sorted(paths))).collect()
}

fn sorted(mut paths: Vec<TreePath>) -> Candidates {
    paths.sort();
    let unparsed = |path| Candidate {
        path,
        defines: OnceLock::new(),
    };
    paths.into_iter().map(unparsed).collect()
}

/// The place of an answer, made where nobody has asked before.
fn slot<K: Eq + Hash, V>(
    answers: &Mutex<HashMap<K, Arc<OnceLock<V>>>>,
    key: K,
) -> Arc<OnceLock<V>> {
    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(answers.entry(key).or_default())
}

/// The folders that a file sees by `"x.h"`, `"../x.h"` and the like: its own and those above, down to the second level.
fn folders_around(path: &TreePath) -> Vec<SearchFolder> {
    let mut folder = folder_of(path.as_str());
    let mut places = vec![SearchFolder::Folder(folder.to_owned())];
    while folder.matches('/').count() > 1 {
        folder = folder_of(folder);
        places.push(SearchFolder::Folder(folder.to_owned()));
    }
    places.retain(|place| *place != SearchFolder::Folder(String::new()));
    places
}

/// An architecture's code sees its own headers, and no other architecture's.
fn own_architecture(path: &TreePath) -> Option<SearchFolder> {
    let (name, _) = path.as_str().strip_prefix("arch/")?.split_once('/')?;
    Some(SearchFolder::Architecture(format!("arch/{name}/include")))
}

/// The folders below a file's own; none, where that is one of those that are searched anyway.
fn below(path: &TreePath) -> Option<SearchFolder> {
    let folder = folder_of(path.as_str());
    let is_known = folder.is_empty() || folder == "include" || folder.starts_with("include/");
    (!is_known).then(|| SearchFolder::Below(folder.to_owned()))
}

const GLOBAL: [SearchFolder; 3] = [
    SearchFolder::Include,
    SearchFolder::Architectures,
    SearchFolder::Everywhere,
];

impl DefinitionSource for ParsedTree {
    fn files_defining(&self, kind: DefinitionKind, name: &str, view: &View<'_>) -> Files<'_> {
        self.defining(kind, name, &GLOBAL, view)
    }

    fn header_defining(&self, file: &File, name: &str) -> Option<Arc<File>> {
        let path = self.reader().header_defining(file, name)?;
        self.file(&path).ok().flatten()
    }

    fn reread(&self, path: &TreePath, bytes: Arc<[u8]>) -> File {
        File::from(self.reader().read(path, bytes))
    }
}

/// A [`ParsedTree`] as one of its files sees it.
#[derive(Clone, Copy, Debug)]
pub struct Near<'t> {
    parsed: &'t ParsedTree,
    file: &'t File,
}

impl DefinitionSource for Near<'_> {
    fn files_defining(&self, kind: DefinitionKind, name: &str, view: &View<'_>) -> Files<'_> {
        let (own, path) = (self.file, self.file.path());
        if shapes::is_in(kind, name, own.bytes()) && shapes::is_defined_in(kind, name, own) {
            return Box::new(self.parsed.file(path).ok().flatten().into_iter());
        }
        let mut places = folders_around(path);
        places.extend(own_architecture(path));
        // Most of what is asked for is in `include/`: nothing else is listed before it.
        places.push(SearchFolder::Include);
        places.extend(below(path));
        places.push(SearchFolder::Architectures);
        places.push(match kind {
            // What a `.c` file elsewhere calls so is its own.
            DefinitionKind::Typedef | DefinitionKind::Name => SearchFolder::Headers,
            DefinitionKind::Record | DefinitionKind::Function => SearchFolder::Everywhere,
        });
        self.parsed.defining(kind, name, &places, view)
    }
    fn header_defining(&self, file: &File, name: &str) -> Option<Arc<File>> {
        self.parsed.header_defining(file, name)
    }

    fn reread(&self, path: &TreePath, bytes: Arc<[u8]>) -> File {
        self.parsed.reread(path, bytes)
    }
}
