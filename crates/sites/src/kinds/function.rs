//! `function`: what the new one goes next to.

use std::ops::Range;

use query::File;
use schema::model::{ChangeBody, Function, Side};
use syntax::items;

use super::declaration;
use crate::names::listed;
use crate::resolve::{Sited, end_of};
use crate::resolver::{Chosen, Resolver, alternative, live_functions, side_key};
use crate::unresolved::Unresolved;

impl Sited for Function {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(match find(resolver, self)? {
            Some((_, found)) => found.found.iter().map(|found| found.at).collect(),
            None => end_of(resolver),
        })
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        Ok(present(resolver.file, self))
    }
}

/// What a new function goes next to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// All of it.
    pub range: Range<usize>,
    /// Where it has its name, or begins.
    pub at: usize,
    /// What it is called: `foo()` of a function.
    pub name: String,
    /// It is a function.
    pub is_function: bool,
}

impl Neighbour {
    fn function(function: &items::Function) -> Self {
        Self {
            range: function.range.clone(),
            at: function.name_range.start,
            name: format!("{}()", function.name),
            is_function: true,
        }
    }

    fn other(name: &str, range: Range<usize>) -> Self {
        Self {
            at: range.start,
            range,
            name: name.to_owned(),
            is_function: false,
        }
    }
}

/// The neighbours and the side; none: the end of the file.
///
/// # Errors
/// There are not as many as declared, or it cannot be told.
pub fn find(
    resolver: &Resolver<'_>,
    function: &Function,
) -> Result<Option<(Side, Chosen<Neighbour>)>, Unresolved> {
    let file = resolver.file;
    let Some(beside) = &function.beside else {
        // The end of a file is in every file; that of a Kconfig is no place for a function.
        return match file.path().is_c() || !file.functions().is_empty() {
            true => Ok(None),
            false => Err(Unresolved::absent("no function is in the file")),
        };
    };
    let mut chosen = match resolver.functions(&beside.anchors) {
        Ok(found) => Chosen {
            found: found.found.into_iter().map(Neighbour::function).collect(),
            index: found.index,
            alternatives: found.alternatives,
        },
        Err(unresolved) => others(resolver, &beside.anchors).ok_or(unresolved)?,
    };
    for alternative in &mut chosen.alternatives {
        side_key(beside.side).clone_into(&mut alternative.key);
    }
    let offsets: Vec<usize> = chosen.found.iter().map(|found| found.at).collect();
    let names = match chosen.found.first() {
        Some(first) if !first.is_function => first.name.clone(),
        _ => format!("{}()", listed(&beside.anchors)),
    };
    resolver.counted(&offsets, &names)?;
    Ok(Some((beside.side, chosen)))
}

/// The first that is no function: what is declared by one of the names, or a macro.
fn others(resolver: &Resolver<'_>, names: &[String]) -> Option<Chosen<Neighbour>> {
    let is_hidden = |name: &String| !resolver.file.functions_named(name).is_empty();
    if names.iter().any(is_hidden) {
        return None;
    }
    let mut found = names
        .iter()
        .enumerate()
        .map(|(index, name)| (index, name, declaration::items(resolver.file, name)));
    let (index, name, ranges) = found.find(|(_, _, ranges)| !ranges.is_empty())?;
    let found = ranges.into_iter();
    Some(Chosen {
        found: found.map(|range| Neighbour::other(name, range)).collect(),
        index,
        alternatives: alternative("function", index, names.len(), name),
    })
}

/// The neighbour in a file, whatever else is to be said of it.
#[must_use]
pub fn neighbour(file: &File, function: &Function) -> Option<Neighbour> {
    let names = &function.beside.as_ref()?.anchors;
    let mut functions = names
        .iter()
        .filter_map(|name| live_functions(file, name).into_iter().next());
    let function = functions.next().map(Neighbour::function);
    function.or_else(|| {
        names.iter().find_map(|name| {
            let first = declaration::items(file, name).into_iter().next();
            first.map(|range| Neighbour::other(name, range))
        })
    })
}

/// Says that the function is defined already.
#[must_use]
pub fn present(file: &File, function: &Function) -> Option<Unresolved> {
    let there = live_functions(file, &function.name);
    let at = there.first()?.name_range.start;
    Some(Unresolved::present(format!("{}() is defined already", function.name)).at(file, at))
}
