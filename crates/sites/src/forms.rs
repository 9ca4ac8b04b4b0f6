//! Files and forms: which of the files, and which form of a change, a tree has.

use dialect::TreePath;
use schema::model::{Change, ChangeBody};

use crate::names::listed;
use crate::unresolved::{Reason, Unresolved};

/// The first of a form's files that the tree has, with its index, as `open` gives it.
///
/// # Errors
/// It has none of them, or one cannot be read.
pub fn first_file<T>(
    body: &ChangeBody,
    mut open: impl FnMut(&TreePath) -> Result<Option<T>, Unresolved>,
) -> Result<(usize, T), Unresolved> {
    for (index, path) in body.files.iter().enumerate() {
        if let Some(file) = open(path)? {
            return Ok((index, file));
        }
    }
    let names: Vec<String> = body.files.iter().map(ToString::to_string).collect();
    Err(Unresolved::absent(format!(
        "the tree has no {}",
        listed(&names)
    )))
}

/// The first form that resolves; the next is tried only where the one before has no site at all. That another form is
/// there already says more than that the first is not.
///
/// # Errors
/// No form has a site: what the first lacks, with what came near to any of them; or why a form that has one cannot be made.
pub fn first_form<'c, T, P>(
    change: &'c Change,
    mut resolve: impl FnMut(usize, &'c ChangeBody) -> Result<T, (Unresolved, P)>,
) -> Result<T, (Unresolved, Option<P>)> {
    let mut first: Option<(Unresolved, P)> = None;
    for (index, body) in change.forms().enumerate() {
        match resolve(index, body) {
            Ok(resolved) => return Ok(resolved),
            Err((unresolved, place)) if unresolved.reason == Reason::Absent => match &mut first {
                None => first = Some((unresolved, place)),
                Some((kept, _)) => kept.near.extend(unresolved.near),
            },
            Err((unresolved, place)) => return Err((unresolved, Some(place))),
        }
    }
    Err(match first {
        Some((unresolved, place)) => (unresolved, Some(place)),
        None => (Unresolved::spec("the change has no form"), None),
    })
}
