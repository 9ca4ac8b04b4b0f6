//! Who calls whom, backwards: from functions that do something to those that reach them.
//!
//! Calls go by name: a call may reach every definition of that name in the tree (a weak one, one an
//! architecture), a `static` one only from its own file, or where that is a header, from the files that include it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use dialect::TreePath;
use dialect::token::texts;
use query::File;
use query::access::{Access, Call, access_of, calls};
use query::expansion::macros_bringing;
use query::types::declared_at;
use trees::TreeError;

use super::macros::MOST_ROUNDS;
use crate::comparison::Comparison;
use crate::implied::effect::undefined;
use crate::includes::Closure;
use crate::nodes::node_of;

/// A function: by its name, and by its file where it is `static`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Callee {
    pub(super) name: String,
    pub(super) only_in: Option<TreePath>,
}

impl Callee {
    /// Whether it is a static function of the file.
    fn is_own(&self, path: &TreePath) -> bool {
        self.only_in.as_ref() == Some(path)
    }

    /// Whether code of the file can call it, by the names of the files alone.
    fn is_reached_from(&self, path: &TreePath) -> bool {
        let only = self.only_in.as_ref();
        only.is_none_or(|only| only == path || only.as_str().ends_with(".h"))
    }

    /// Whether code of the file can call it: it is static in no header that the file does not include.
    pub(super) fn is_seen_by(&self, comparison: &Comparison<'_>, path: &TreePath) -> bool {
        let Some(only) = self.only_in.as_ref().filter(|only| *only != path) else {
            return true;
        };
        if !only.as_str().ends_with(".h") {
            return false;
        }
        let tree = comparison.after.tree();
        let known = Some(&comparison.known_includes);
        let closure = Closure::of(&**tree, path, &BTreeSet::new(), known);
        closure.files.contains(only)
    }
}

/// A function that does something, and where that is.
pub(super) type Doers = BTreeMap<Callee, String>;

/// How many names a level may have before following them back says nothing any more.
const MOST: usize = 400;

/// Why callers were not followed: whoever claims that there are none must say unknown.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    #[error(transparent)]
    Tree(#[from] TreeError),
    #[error(
        "{0} functions may bring it about, too many to follow to their callers (at most {MOST}); fewer `steps` would tell"
    )]
    TooMany(usize),
    #[error("macros may bring it about more than {MOST_ROUNDS} deep; not all were followed")]
    TooDeep,
}

/// With the macros that are another name of one of the functions, or call one.
fn with_macros(comparison: &Comparison<'_>, of: &Doers) -> Result<Doers, Lost> {
    let mut all = of.clone();
    let mut new: BTreeSet<String> = of.keys().map(|callee| callee.name.clone()).collect();
    for _ in 0..MOST_ROUNDS {
        comparison.word_index.expect(new.iter().cloned());
        let mut next = BTreeSet::new();
        for name in &new {
            for path in comparison.word_index.files_with(&comparison.after, name)? {
                let Ok(Some(file)) = comparison.after.file(&path) else {
                    continue;
                };
                let words = BTreeSet::from([name.clone()]);
                for found in macros_bringing(&file, &words) {
                    let callee = Callee {
                        name: found.name.clone(),
                        only_in: (!path.as_str().ends_with(".h")).then(|| path.clone()),
                    };
                    let way = all.iter().find(|(known, _)| known.name == *name);
                    let way = way.map(|(_, way)| format!("{} → {way}", found.name));
                    if let Entry::Vacant(place) = all.entry(callee) {
                        place.insert(way.unwrap_or_default());
                        next.insert(found.name);
                    }
                }
            }
        }
        if next.is_empty() || all.len() > MOST {
            return Ok(all);
        }
        new = next;
    }
    Err(Lost::TooDeep)
}

/// The direct calls in a body that a compiler sees: not under `#if 0`, in no operand that is not evaluated, and not through
/// a variable that has the function's name.
pub(super) fn calls_in(file: &File, body: &Range<usize>) -> Vec<Call> {
    let mut found = calls(file, body.clone());
    found.retain(|call| {
        let at = call.range.start;
        !file.is_dead(at)
            && access_of(file, &call.range) != Access::Unevaluated
            && !is_variable(file, call)
    });
    found
}

/// Whether the name is a parameter's or a local variable's where it is called. A prototype in a block is the function.
fn is_variable(file: &File, call: &Call) -> bool {
    let Some(at) = declared_at(file, call.range.start, &call.name) else {
        return false;
    };
    let name = at..at + call.name.len();
    let declarator = node_of(file, &name).and_then(|node| node.parent());
    declarator.is_none_or(|declarator| declarator.kind() != "function_declarator")
}

/// Whether a macro of the file has the name there, which does not call the function of its name itself.
pub(super) fn is_replaced(file: &File, call: &Call) -> bool {
    let macros = file.macros().iter();
    let mut own = macros.filter(|known| {
        known.name == call.name
            && known.range.end <= call.range.start
            && !file.is_dead(known.range.start)
    });
    let Some(last) = own.next_back() else {
        return false;
    };
    let body = file.slice(last.body.clone());
    !texts(body).any(|word| word == call.name)
        && undefined(file, &call.name, last.range.end..call.range.start).is_none()
        && file.conditions_at(last.range.start).is_empty()
}

/// Whether a static function of the file has the name, in every configuration: calls in the file reach no other one.
fn has_static(file: &File, name: &str) -> bool {
    let named = file.functions_named(name);
    let mut statics = named.iter().filter(|function| function.is_static);
    statics.any(|function| function.conditions.is_empty() && !file.is_dead(function.range.start))
}

/// The direct callers of any of the functions: each with how it gets there, in words.
///
/// # Errors
/// The tree cannot be walked, or there are too many functions.
pub(super) fn callers(comparison: &Comparison<'_>, of: &Doers) -> Result<Doers, Lost> {
    let mut found = Doers::new();
    if of.len() > MOST {
        return Err(Lost::TooMany(of.len()));
    }
    let functions = of;
    let of = &with_macros(comparison, of)?;
    comparison
        .word_index
        .expect(of.keys().map(|callee| callee.name.clone()));
    let mut files: BTreeMap<TreePath, BTreeSet<&Callee>> = BTreeMap::new();
    for callee in of.keys() {
        for path in comparison
            .word_index
            .files_with(&comparison.after, &callee.name)?
        {
            if callee.is_reached_from(&path) {
                files.entry(path).or_default().insert(callee);
            }
        }
    }
    comparison.after.read_ahead(files.keys());
    for (path, callees) in files {
        let Ok(Some(file)) = comparison.after.file(&path) else {
            continue;
        };
        for function in file.functions() {
            if file.is_dead(function.range.start) {
                continue;
            }
            let called = calls_in(&file, &function.body);
            let mut callees = callees
                .iter()
                .filter(|callee| callee.is_own(&path) || !has_static(&file, &callee.name));
            let hit = callees.find(|callee| {
                let is_function = functions.contains_key(callee);
                let mut own = called.iter().filter(|call| call.name == callee.name);
                own.any(|call| !is_function || !is_replaced(&file, call))
                    && callee.is_seen_by(comparison, &path)
            });
            if let Some(callee) = hit {
                let only_in = function.is_static.then(|| path.clone());
                let way = of.get(*callee).cloned().unwrap_or_default();
                found
                    .entry(Callee {
                        name: function.name.clone(),
                        only_in,
                    })
                    .or_insert_with(|| format!("{}() → {way}", function.name));
            }
        }
    }
    Ok(found)
}
