//! Where something is defined: found by scanning, remembered, only as far as a question needs.
//!
//! C sees a definition only through what a file includes, so the places are tried from the likely to
//! the unlikely, and the first that has one settles it: for a question that comes from a file
//! ([`ParsedTree::near`]) that file and its folder, then the headers in `include/`, then those of the
//! architectures, then everything. What is answered depends on the question alone, never on what
//! other threads have asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kernel_c::types::DefinitionSource;
use kernel_c::{SourceFile, TreePath};

use super::ParsedTree;
use super::shapes::Shape;
use crate::tree::Scan;

type Question = (Shape, String, Place);

/// One of the places that are tried.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// A folder alone, not what is below it.
    Folder(String),
    /// `include/`
    Include,
    /// `arch/`
    Architectures,
    /// The whole tree.
    Everywhere,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    answers: Mutex<HashMap<Question, Arc<OnceLock<Vec<TreePath>>>>>,
}

impl Place {
    fn scan(&self, word: &str) -> Scan {
        let (under, extensions): (&[&str], &[&str]) = match self {
            Self::Folder(folder) => (&[folder], &["h", "c"]),
            Self::Include => (&["include"], &["h"]),
            Self::Architectures => (&["arch"], &["h"]),
            Self::Everywhere => (&[], &["h", "c"]),
        };
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Scan {
            words: vec![word.to_owned()],
            under: owned(under),
            extensions: owned(extensions),
            ..Scan::default()
        }
    }

    fn has(&self, path: &TreePath) -> bool {
        match self {
            Self::Folder(folder) => folder_of(path) == folder,
            _ => true,
        }
    }
}

fn folder_of(path: &TreePath) -> &str {
    path.as_str()
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder)
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
                .collect();
            if !files.is_empty() {
                return files;
            }
        }
        Vec::new()
    }

    fn answer(&self, shape: Shape, name: &str, place: &Place) -> Vec<TreePath> {
        let question = (shape, name.to_owned(), place.clone());
        let slot = {
            let answers = self.definitions.answers.lock();
            let mut answers = answers.unwrap_or_else(PoisonError::into_inner);
            Arc::clone(answers.entry(question).or_default())
        };
        slot.get_or_init(|| self.look(shape, name, place)).clone()
    }

    /// Scans in threads of its own. A thread of the pool that waits for others there takes up other
    /// work of the pool meanwhile, and that could ask this same question and wait for itself.
    fn look(&self, shape: Shape, name: &str, place: &Place) -> Vec<TreePath> {
        let found = Mutex::new(Vec::new());
        let scan = place.scan(name);
        let search = || {
            self.tree.scan(&scan, &|path, bytes| {
                if place.has(&path) && shape.is_in(name, &bytes) {
                    let found = found.lock();
                    found.unwrap_or_else(PoisonError::into_inner).push(path);
                }
            })
        };
        std::thread::scope(|threads| {
            let searcher = threads.spawn(|| match rayon::ThreadPoolBuilder::new().build() {
                Ok(pool) => pool.install(search),
                Err(_) => search(),
            });
            // A tree that cannot be walked defines nothing; whoever scans it is told why.
            drop(searcher.join());
        });
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort();
        found
    }
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
        if let Some(own) = own.filter(|own| shape.is_in(name, own.bytes())) {
            return vec![own];
        }
        let mut places = vec![Place::Folder(folder_of(&self.path).to_owned())];
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

    fn file(&self, path: &TreePath) -> Option<Arc<SourceFile>> {
        self.parsed.file(path).ok().flatten()
    }
}
