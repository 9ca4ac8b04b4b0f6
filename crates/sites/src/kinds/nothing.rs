//! `nothing`: the end of the file.

use schema::model::{ChangeBody, Nothing};

use super::end_of;
use crate::resolver::Resolver;
use crate::unresolved::Unresolved;

/// Where the sites are.
pub(crate) fn offsets(resolver: &Resolver<'_>, _: &Nothing) -> Result<Vec<usize>, Unresolved> {
    Ok(end_of(resolver))
}

/// Whether the change is made already.
pub(crate) fn made(
    resolver: &Resolver<'_>,
    _: &ChangeBody,
    nothing: &Nothing,
) -> Result<Option<Unresolved>, Unresolved> {
    let text = resolver.file.text(0..resolver.file.bytes().len());
    let there = text.find(&format!("struct {};", nothing.name));
    Ok(there.map(|at| {
        Unresolved::present(format!("struct {} is declared already", nothing.name))
            .at(resolver.file, at)
    }))
}
