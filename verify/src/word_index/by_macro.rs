//! What `#include` lines by macros may mean, as far as the tree's own macros say it.
//!
//! `#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)` is in a header that a tenth of the kernel includes. It means the trace
//! headers alone: their names are the values of that macro. And what `TRACE_SYSTEM` has as its value is included where
//! `TRACE_SYSTEM` is defined, or by who includes that.

use std::collections::BTreeSet;

use dialect::words::INCLUDING_MACROS;
use rustc_hash::{FxHashMap, FxHashSet};
use trees::{ByMacro, Gives, Includes, stem_key};

/// The `#include` lines by macros of a tree. Files are the places that they have in it.
#[derive(Debug, Default)]
pub(super) struct ByMacros {
    /// Files that may include any file, or give any to a macro that another one includes by.
    any: BTreeSet<usize>,
    /// Files that give the name of a file to such a macro, by that name as [`trees::stem_key`] has it.
    givers: FxHashMap<u32, Vec<usize>>,
}

impl ByMacros {
    /// What the files of a tree, in their order, have of it.
    pub(super) fn of<'n>(files: impl Iterator<Item = &'n Includes>) -> Self {
        let mut macros = Macros::default();
        let mut includes: FxHashMap<ByMacro, Vec<usize>> = FxHashMap::default();
        for (place, file) in files.enumerate() {
            for define in file.defines() {
                let known = macros.known.entry(define.name).or_default();
                known.push((place, define.gives));
            }
            for include in file.by_macro() {
                includes.entry(*include).or_default().push(place);
            }
        }
        let mut all = Self::default();
        for (include, files) in includes {
            if !macros.values(include, &mut all) {
                all.any.extend(files);
            }
        }
        all
    }

    /// The files that may include one whose name is noted so, or give it to who does.
    pub(super) fn including(&self, stem: u32) -> impl Iterator<Item = usize> {
        let givers = self.givers.get(&stem).into_iter().flatten();
        self.any.iter().chain(givers).copied()
    }
}

/// The macros whose definitions are noted.
#[derive(Debug, Default)]
struct Macros {
    /// By the name; each with the file that defines it.
    known: FxHashMap<u32, Vec<(usize, Gives)>>,
}

impl Macros {
    fn defined(&self, name: u32) -> &[(usize, Gives)] {
        self.known.get(&name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Notes who gives which names to one `#include`. False: that is not known.
    fn values(&self, include: ByMacro, all: &mut ByMacros) -> bool {
        let name = match include {
            ByMacro::Name(name) => name,
            ByMacro::Call(function, name) if self.makes_argument(function) => name,
            ByMacro::Call(..) | ByMacro::Any => return false,
        };
        // Where nothing defines it, the compiler may be given it (`-D`); others are not noted.
        if self.defined(name).is_empty() {
            return false;
        }
        let mut seen = FxHashSet::from_iter([name]);
        let mut pending = vec![name];
        while let Some(name) = pending.pop() {
            for (place, gives) in self.defined(name) {
                match *gives {
                    Gives::Stem(stem) => all.givers.entry(stem).or_default().push(*place),
                    Gives::Name(other) if is_noted(other) => {
                        if seen.insert(other) {
                            pending.push(other);
                        }
                    }
                    // Another macro's value, for all that is known.
                    Gives::Name(_) | Gives::Any => {
                        all.any.insert(*place);
                    }
                    // As an object it is not called.
                    Gives::Argument | Gives::Through(_) => {}
                }
            }
        }
        true
    }

    /// Whether every macro of that name makes a file's name of its argument.
    fn makes_argument(&self, function: u32) -> bool {
        let mut seen = FxHashSet::from_iter([function]);
        let mut pending = vec![function];
        while let Some(function) = pending.pop() {
            let defined = self.defined(function);
            if defined.is_empty() {
                return false;
            }
            for (_, gives) in defined {
                match *gives {
                    Gives::Argument => {}
                    Gives::Through(through) if seen.insert(through) => pending.push(through),
                    Gives::Through(_) => {}
                    Gives::Stem(_) | Gives::Name(_) | Gives::Any => return false,
                }
            }
        }
        true
    }
}

/// Whether the definitions of that macro are noted, see [`trees::Includes::defines`].
fn is_noted(name: u32) -> bool {
    INCLUDING_MACROS.iter().any(|noted| stem_key(noted) == name)
}
