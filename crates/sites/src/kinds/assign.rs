//! `assign`: the statement or declaration that the assignment goes next to.

use std::ops::Range;

use query::File;
use query::pattern::{Fragment, Match, Pattern};
use schema::model::{Assign, ChangeBody};

use crate::resolve::{Sited, starts};
use crate::resolver::{Chosen, Resolver, side_key};
use crate::statement;
use crate::unresolved::Unresolved;

impl Sited for Assign {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(starts(&find(resolver, self)?.found))
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        let anchors = find(resolver, self)?;
        present(resolver, self, &anchors.found)
    }
}

/// The anchors: matches that are whole statements of the functions.
///
/// # Errors
/// There are not as many as declared, or it cannot be told.
pub fn find(resolver: &Resolver<'_>, assign: &Assign) -> Result<Chosen<Match>, Unresolved> {
    let functions = resolver.functions(&assign.functions)?;
    let bodies = functions.found.iter().map(|function| function.body.clone());
    let bodies: Vec<Range<usize>> = bodies.collect();
    let mut chosen = anchors(resolver, assign, &bodies)?;
    let offsets: Vec<usize> = chosen.found.iter().map(|m| m.range.start).collect();
    let what = assign.beside.anchors.first().map_or("", Pattern::text);
    resolver.counted(&offsets, &format!("`{what}`"))?;
    let alternatives = functions.alternatives.into_iter();
    chosen.alternatives = alternatives.chain(chosen.alternatives).collect();
    Ok(chosen)
}

/// The anchors in some bodies, however many.
///
/// # Errors
/// There is none, or it cannot be told.
pub fn anchors(
    resolver: &Resolver<'_>,
    assign: &Assign,
    bodies: &[Range<usize>],
) -> Result<Chosen<Match>, Unresolved> {
    let file = resolver.file;
    let whole = |found: &Match| Ok(statement::of(file, &found.range).is_some());
    let key = side_key(assign.beside.side);
    resolver.first_match(bodies, key, &assign.beside.anchors, &whole)
}

/// Says that one of the anchors has its assignment already.
///
/// # Errors
/// It cannot be told.
pub fn present(
    resolver: &Resolver<'_>,
    assign: &Assign,
    found: &[Match],
) -> Result<Option<Unresolved>, Unresolved> {
    for anchor in found {
        let Ok(set) = assign.set.fill(&anchor.bindings) else {
            continue;
        };
        let Ok(pattern) = Pattern::compile(&set, Fragment::Expression, resolver.isomorphisms)
        else {
            continue;
        };
        // What another definition of the function sets, in the other arm of an `#if`, is not set here.
        let Some(body) = body_around(resolver.file, anchor.range.start) else {
            continue;
        };
        if let Some(found) = resolver.matches_in(&pattern, &body)?.first() {
            let present = Unresolved::present(format!("`{set}` is there already"));
            return Ok(Some(present.at(resolver.file, found.range.start)));
        }
    }
    Ok(None)
}

fn body_around(file: &File, offset: usize) -> Option<Range<usize>> {
    Some(file.function_at(offset)?.body.clone())
}
