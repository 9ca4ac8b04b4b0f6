//! Where something is defined: found by scanning, remembered, only as far as a question needs.
//!
//! C sees a definition only through what a file includes, so the places are tried from the likely to
//! the unlikely, and the first that has one settles it: for a question that comes from a file
//! ([`ParsedTree::near`]) that file, its folder and those above it, the headers of its architecture,
//! then those in `include/`, then those of all architectures, then everything. What is answered
//! depends on the question alone, never on what other threads have asked.
//!
//! Records are asked for so often that a place's are all listed at the first question. Functions,
//! typedefs, and records in the whole tree, whose list would be large, are scanned for by name.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kernel_c::types::DefinitionSource;
use kernel_c::{SourceFile, TreePath};

use super::ParsedTree;
use super::shapes::{self, Shape};
use crate::selection::folder_of;
use crate::tree::{Scan, Visit};

type Question = (Shape, String, Place);

/// One of the places that are tried.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// A folder alone, not what is below it.
    Folder(String),
    /// `arch/NAME/include`
    Architecture(String),
    /// `include/`
    Include,
    /// `arch/`
    Architectures,
    /// The whole tree.
    Everywhere,
}

/// The files that may define each record of a place.
type Records = HashMap<Box<[u8]>, Vec<TreePath>>;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    answers: Mutex<HashMap<Question, Arc<OnceLock<Vec<TreePath>>>>>,
    records: Mutex<HashMap<Place, Arc<OnceLock<Records>>>>,
}

impl Place {
    fn scan(&self) -> Scan {
        let (under, extensions): (&[&str], &[&str]) = match self {
            Self::Folder(folder) => (&[folder], &["h", "c"]),
            Self::Architecture(folder) => (&[folder], &["h"]),
            Self::Include => (&["include"], &["h"]),
            Self::Architectures => (&["arch"], &["h"]),
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
    pub fn near(&self, path: &TreePath) -> Near<'_> {
        Near {
            parsed: self,
            path: path.clone(),
        }
    }

    fn defining(&self, shape: Shape, name: &str, places: &[Place]) -> Vec<Arc<SourceFile>> {
        for place in places {
            let paths = self.answer(shape, name, place);
            let files: Vec<_> = paths
                .iter()
                .filter_map(|path| self.file(path).ok().flatten())
                .filter(|file| shape.is_defined_in(name, file))
                .collect();
            if !files.is_empty() {
                return files;
            }
        }
        Vec::new()
    }

    fn answer(&self, shape: Shape, name: &str, place: &Place) -> Vec<TreePath> {
        if shape == Shape::Record && *place != Place::Everywhere {
            let slot = slot(&self.definitions.records, place.clone());
            let records = slot.get_or_init(|| self.list_records(place));
            return records.get(name.as_bytes()).cloned().unwrap_or_default();
        }
        let question = (shape, name.to_owned(), place.clone());
        let slot = slot(&self.definitions.answers, question);
        slot.get_or_init(|| self.look(shape, name, place)).clone()
    }

    fn look(&self, shape: Shape, name: &str, place: &Place) -> Vec<TreePath> {
        let scan = Scan {
            words: vec![name.to_owned()],
            ..place.scan()
        };
        let found = Mutex::new(Vec::new());
        self.scan_apart(&scan, &|path, bytes| {
            if shape.is_in(name, &bytes) {
                found
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(path);
            }
        });
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort();
        found
    }

    fn list_records(&self, place: &Place) -> Records {
        let found = Mutex::new(Records::new());
        self.scan_apart(&place.scan(), &|path, bytes| {
            let mut tags: Vec<&[u8]> = shapes::records(&bytes).collect();
            if tags.is_empty() {
                return;
            }
            tags.sort_unstable();
            tags.dedup();
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            for tag in tags {
                found.entry(tag.into()).or_default().push(path.clone());
            }
        });
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.values_mut().for_each(|files| files.sort());
        found
    }

    /// Scans in threads of its own. A thread of the pool that waits for others there takes up other
    /// work of the pool meanwhile, and that could ask this same question and wait for itself.
    fn scan_apart(&self, scan: &Scan, visit: &Visit<'_>) {
        let search = || self.tree.scan(scan, visit);
        std::thread::scope(|threads| {
            let searcher = threads.spawn(|| match rayon::ThreadPoolBuilder::new().build() {
                Ok(pool) => pool.install(search),
                Err(_) => search(),
            });
            // A tree that cannot be walked defines nothing; whoever scans it is told why.
            drop(searcher.join());
        });
    }
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
fn folders_around(path: &TreePath) -> Vec<Place> {
    let mut folder = folder_of(path.as_str());
    let mut places = vec![Place::Folder(folder.to_owned())];
    while folder.matches('/').count() > 1 {
        folder = folder_of(folder);
        places.push(Place::Folder(folder.to_owned()));
    }
    places.retain(|place| *place != Place::Folder(String::new()));
    places
}

/// An architecture's code sees its own headers, and no other architecture's.
fn own_architecture(path: &TreePath) -> Option<Place> {
    let (name, _) = path.as_str().strip_prefix("arch/")?.split_once('/')?;
    Some(Place::Architecture(format!("arch/{name}/include")))
}

const GLOBAL: [Place; 3] = [Place::Include, Place::Architectures, Place::Everywhere];

impl DefinitionSource for ParsedTree {
    fn files_defining_record(&self, tag: &str) -> Vec<Arc<SourceFile>> {
        self.defining(Shape::Record, tag, &GLOBAL)
    }

    fn files_declaring_function(&self, name: &str) -> Vec<Arc<SourceFile>> {
        self.defining(Shape::Function, name, &GLOBAL)
    }

    fn files_defining_typedef(&self, name: &str) -> Vec<Arc<SourceFile>> {
        self.defining(Shape::Typedef, name, &GLOBAL)
    }

    fn files_declaring_name(&self, name: &str) -> Vec<Arc<SourceFile>> {
        self.defining(Shape::Name, name, &GLOBAL)
    }

    fn file(&self, path: &TreePath) -> Option<Arc<SourceFile>> {
        Self::file(self, path).ok().flatten()
    }
}

/// A [`ParsedTree`] as one of its files sees it.
#[derive(Clone, Debug)]
pub struct Near<'t> {
    parsed: &'t ParsedTree,
    path: TreePath,
}

impl Near<'_> {
    fn defining(&self, shape: Shape, name: &str) -> Vec<Arc<SourceFile>> {
        let own = self.parsed.file(&self.path).ok().flatten();
        let defines = |own: &Arc<SourceFile>| {
            shape.is_in(name, own.bytes()) && shape.is_defined_in(name, own)
        };
        if let Some(own) = own.filter(defines) {
            return vec![own];
        }
        let mut places = folders_around(&self.path);
        places.extend(own_architecture(&self.path));
        places.extend(GLOBAL);
        self.parsed.defining(shape, name, &places)
    }
}

impl DefinitionSource for Near<'_> {
    fn files_defining_record(&self, tag: &str) -> Vec<Arc<SourceFile>> {
        self.defining(Shape::Record, tag)
    }

    fn files_declaring_function(&self, name: &str) -> Vec<Arc<SourceFile>> {
        self.defining(Shape::Function, name)
    }

    fn files_defining_typedef(&self, name: &str) -> Vec<Arc<SourceFile>> {
        self.defining(Shape::Typedef, name)
    }

    fn files_declaring_name(&self, name: &str) -> Vec<Arc<SourceFile>> {
        self.defining(Shape::Name, name)
    }

    fn file(&self, path: &TreePath) -> Option<Arc<SourceFile>> {
        self.parsed.file(path).ok().flatten()
    }
}
