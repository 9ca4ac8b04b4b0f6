//! Where one form of a change resolves in a file, whatever its kind.

use schema::model::ChangeBody;

use crate::kinds;
use crate::resolver::Resolver;
use crate::unresolved::Unresolved;

/// Where the sites of a form are, in a file that the change is still to be made in.
///
/// # Errors
/// There are none, or not as declared; the change is there already; or it cannot be told.
pub fn resolve(resolver: &Resolver<'_>, body: &ChangeBody) -> Result<Vec<usize>, Unresolved> {
    match present(resolver, body)? {
        Some(present) => Err(present),
        None => find(resolver, body),
    }
}

/// The sites, whether or not the change is made already: what goes next to something finds it all the same, what takes
/// the place of something does not.
///
/// # Errors
/// As [`resolve`].
pub fn find(resolver: &Resolver<'_>, body: &ChangeBody) -> Result<Vec<usize>, Unresolved> {
    kinds::offsets(resolver, body)
}

/// Says that the change is there already.
///
/// # Errors
/// It cannot be told, or what it takes to ask is not there.
pub fn present(
    resolver: &Resolver<'_>,
    body: &ChangeBody,
) -> Result<Option<Unresolved>, Unresolved> {
    kinds::made(resolver, body)
}
