//! Which files an `#include` by a macro may mean, as far as the tree's own macros say it.
//!
//! `#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)` is in a header that a tenth of the kernel includes. It means the trace
//! headers alone: their names are the values of that macro. And what `FILE` has as its value is included where `FILE`
//! is defined, or by who includes that.

use rustc_hash::{FxHashMap, FxHashSet};
use trees::{ByMacro, Gives, Named};

/// The names of files that a macro may give, as [`trees::stem_key`] has them, each with the places of the files that
/// give it; none: it may be any.
pub(super) type Stems = Option<FxHashMap<u32, Vec<usize>>>;

/// Macros that may give a file's name, and what those have that they stand for.
#[derive(Debug, Default)]
pub(super) struct Macros {
    /// By the name; each with the place of the file that defines it.
    known: FxHashMap<u32, Vec<(usize, Gives)>>,
}

impl Macros {
    /// The macros of the tree that those `includes` use, and who is behind them. Files are passed a few times: most
    /// macros give nobody a file's name, and a table of them all would be large.
    pub(super) fn of<'n, F>(includes: impl IntoIterator<Item = &'n ByMacro>, files: F) -> Self
    where
        F: Fn() -> Files<'n>,
    {
        let names = includes.into_iter().flat_map(|include| match *include {
            ByMacro::Name(name) => vec![name],
            ByMacro::Call(function, name) => vec![function, name],
            ByMacro::Any => Vec::new(),
        });
        let mut macros = Self::default();
        let mut asked: FxHashSet<u32> = names.collect();
        while !asked.is_empty() {
            let mut next = FxHashSet::default();
            for (place, file) in files().enumerate() {
                let defines = file.defines().iter();
                for define in defines.filter(|define| asked.contains(&define.name)) {
                    let known = macros.known.entry(define.name).or_default();
                    known.push((place, define.gives));
                    if let Gives::Name(other) | Gives::Through(other) = define.gives {
                        next.insert(other);
                    }
                }
            }
            next.retain(|name| !macros.known.contains_key(name));
            asked = next;
        }
        macros
    }

    /// What the `#include` lines by macros of one file may mean.
    pub(super) fn stems(&self, includes: &[ByMacro]) -> Stems {
        let mut all: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        for include in includes {
            let name = match *include {
                ByMacro::Name(name) => name,
                ByMacro::Call(function, name) if self.makes_argument(function) => name,
                ByMacro::Call(..) | ByMacro::Any => return None,
            };
            for (stem, givers) in self.values(name)? {
                all.entry(stem).or_default().extend(givers);
            }
        }
        Some(all)
    }

    fn defined(&self, name: u32) -> &[(usize, Gives)] {
        self.known.get(&name).map(Vec::as_slice).unwrap_or_default()
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

    /// The values of a macro, those that other macros give it among them. None: it may have any, or is given to the
    /// compiler (`-D`).
    fn values(&self, name: u32) -> Stems {
        let mut values: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        let mut pending = vec![name];
        while let Some(name) = pending.pop() {
            for (place, gives) in self.defined(name) {
                match *gives {
                    Gives::Stem(stem) => values.entry(stem).or_default().push(*place),
                    Gives::Name(other) => {
                        let givers = values.entry(other).or_default();
                        if givers.is_empty() {
                            pending.push(other);
                        }
                        givers.push(*place);
                    }
                    // As an object it is not called.
                    Gives::Argument | Gives::Through(_) => {}
                    Gives::Any => return None,
                }
            }
        }
        (!values.is_empty()).then_some(values)
    }
}

/// What the files of the tree name, in their order.
pub(super) type Files<'n> = Box<dyn Iterator<Item = &'n Named> + 'n>;
