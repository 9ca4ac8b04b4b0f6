//! `function`: the function that the new one goes next to.

use query::File;
use schema::model::{ChangeBody, Function, Side};
use syntax::items;

use crate::names::listed;
use crate::resolve::{Sited, end_of};
use crate::resolver::{Chosen, Resolver, live_functions, side_key};
use crate::unresolved::Unresolved;

impl Sited for Function {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(match find(resolver, self)? {
            Some((_, found)) => found.found.iter().map(|f| f.name_range.start).collect(),
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

/// The neighbours and the side; none: the end of the file.
///
/// # Errors
/// There are not as many as declared, or it cannot be told.
pub fn find<'f>(
    resolver: &Resolver<'f>,
    function: &Function,
) -> Result<Option<(Side, Chosen<&'f items::Function>)>, Unresolved> {
    let Some(beside) = &function.beside else {
        return Ok(None);
    };
    let mut found = resolver.functions(&beside.anchors)?;
    for alternative in &mut found.alternatives {
        side_key(beside.side).clone_into(&mut alternative.key);
    }
    let offsets: Vec<usize> = found.found.iter().map(|f| f.name_range.start).collect();
    resolver.counted(&offsets, &format!("{}()", listed(&beside.anchors)))?;
    Ok(Some((beside.side, found)))
}

/// Says that the function is defined already.
#[must_use]
pub fn present(file: &File, function: &Function) -> Option<Unresolved> {
    let there = live_functions(file, &function.name);
    let at = there.first()?.name_range.start;
    Some(Unresolved::present(format!("{}() is defined already", function.name)).at(file, at))
}
