//! The parsed files of a tree that are kept, each parsed once while it is kept.
//!
//! A syntax tree is ten to twenty times as large as its source, and a question about a common word asks for the types
//! of half the tree. So what was not asked for lately is let go: two generations, of which the older one goes when the
//! younger one is full. Whoever still holds a file keeps it alive; parsing it again gives the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use dialect::TreePath;
use query::File;

use crate::tree::TreeError;

/// How much source one generation may hold, in bytes.
const GENERATION: usize = 4 << 20;

/// What reading and parsing gave; `None` where the tree has no such file.
pub(super) type Parsed = Result<Option<Arc<File>>, TreeError>;

type Slot = Arc<OnceLock<Parsed>>;

/// How much a generation may hold where the same files are asked for hundreds of times.
const LARGE_GENERATION: usize = 12 << 20;

/// See the module's page.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<Generations>);

#[derive(Debug)]
struct Generations {
    /// How much one may hold.
    most: usize,
    young: HashMap<TreePath, Slot>,
    /// Bytes of source in `young`.
    young_bytes: usize,
    old: HashMap<TreePath, Slot>,
}

impl Default for Generations {
    fn default() -> Self {
        Self {
            most: GENERATION,
            young: HashMap::new(),
            young_bytes: 0,
            old: HashMap::new(),
        }
    }
}

impl Cache {
    /// Keeps more from now on.
    pub(super) fn enlarge(&self) {
        self.with(|generations| generations.most = LARGE_GENERATION);
    }

    /// The file, parsed by `parse` if it is not kept. Several threads that ask at once wait for one.
    pub(super) fn get_or_parse(&self, path: &TreePath, parse: impl FnOnce() -> Parsed) -> Parsed {
        let slot = self.with(|generations| generations.slot(path));
        if let Some(parsed) = slot.get() {
            return parsed.clone();
        }
        let mut is_new = 0;
        let parsed = slot
            .get_or_init(|| {
                let parsed = parse();
                is_new = weight(&parsed);
                parsed
            })
            .clone();
        if is_new > 0 {
            self.with(|generations| generations.grow(is_new));
        }
        parsed
    }

    /// The file if it is kept.
    pub(super) fn get(&self, path: &TreePath) -> Option<Arc<File>> {
        let slot = self.with(|generations| generations.kept(path))?;
        slot.get()?.as_ref().ok()?.clone()
    }

    fn with<T>(&self, work: impl FnOnce(&mut Generations) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Generations {
    fn kept(&mut self, path: &TreePath) -> Option<Slot> {
        if let Some(slot) = self.young.get(path) {
            return Some(Arc::clone(slot));
        }
        let slot = self.old.remove(path)?;
        let bytes = slot.get().map_or(0, weight);
        self.young.insert(path.clone(), Arc::clone(&slot));
        self.grow(bytes);
        Some(slot)
    }

    fn slot(&mut self, path: &TreePath) -> Slot {
        if let Some(slot) = self.kept(path) {
            return slot;
        }
        Arc::clone(self.young.entry(path.clone()).or_default())
    }

    fn grow(&mut self, bytes: usize) {
        self.young_bytes += bytes;
        if self.young_bytes > self.most {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
    }
}

fn weight(parsed: &Parsed) -> usize {
    match parsed {
        Ok(Some(file)) => file.bytes().len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_lately_is_parsed_again() {
        let cache = Cache::default();
        let large: Arc<[u8]> = vec![b'\n'; GENERATION / 4 + 1].into();
        let ask = |name: &str| {
            let path = TreePath::new(name).map_err(|error| error.to_string());
            let mut parsed = false;
            if let Ok(path) = path {
                let _ = cache.get_or_parse(&path, || {
                    parsed = true;
                    let file =
                        File::from(syntax::Reader::standalone().read(&path, Arc::clone(&large)));
                    Ok(Some(Arc::new(file)))
                });
            }
            parsed
        };
        assert!(ask("a.c"));
        assert!(!ask("a.c"));
        for other in ["b.c", "c.c", "d.c"] {
            assert!(ask(other), "{other}");
        }
        assert!(!ask("a.c"), "the older generation is still there");
        for other in ["e.c", "f.c", "g.c", "h.c"] {
            assert!(ask(other), "{other}");
        }
        assert!(!ask("a.c"), "it was asked for in the generation before");
        assert!(ask("b.c"), "two generations ago");
    }
}
