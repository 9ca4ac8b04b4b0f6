//! What is left out of what was found: what another pattern takes at the same place, what is under a condition or is not,
//! what a function makes up for elsewhere.

use query::File;
use query::flow::{Validity, implied_by};
use query::pattern::{BoundError, Doubt, Pattern};
use syntax::Unread;

use crate::Options;
use crate::context::{Context, FLOW_NOT_KNOWN};
use crate::search::{Found, Search};

/// Whether anything is left out, or asked for beside the pattern.
pub(crate) fn are_in(options: &Options) -> bool {
    !options.not.is_empty() || !options.without.is_empty() || options.when.is_some()
}

/// Whether the use is to be told.
///
/// # Errors
/// It depends on what was not read, or on a type that is not known.
pub(crate) fn is_kept(
    search: &Search<'_>,
    context: &mut Context<'_>,
    found: &Found,
) -> Result<bool, Doubt> {
    let options = search.options;
    if !are_in(options) {
        return Ok(true);
    }
    let file = context.file;
    let near = search.tree.near(file);
    for pattern in &options.not {
        if let Some(about) = about(search, file, pattern, found)?
            && about.matches(file, found.range.clone(), &near)?.is_some()
        {
            return Ok(false);
        }
    }
    if let Some(function) = file.function_at(found.range.start) {
        for pattern in &options.without {
            if let Some(about) = about(search, file, pattern, found)?
                && about.find(file, function.range.clone(), &near).any()?
            {
                return Ok(false);
            }
        }
    }
    match &options.when {
        Some(condition) => is_under(search, context, found, condition),
        None => Ok(true),
    }
}

/// Whether the use runs only where the condition is true.
fn is_under(
    search: &Search<'_>,
    context: &mut Context<'_>,
    found: &Found,
    condition: &Pattern,
) -> Result<bool, Doubt> {
    let file = context.file;
    let Some(about) = about(search, file, condition, found)? else {
        return Ok(false);
    };
    let Some(flow) = context.flow(found.range.start) else {
        // Outside of functions nothing is under a condition.
        return match file.function_at(found.range.start) {
            None => Ok(false),
            Some(_) => Err(Doubt::Unread(Unread {
                range: found.range.clone(),
                cause: FLOW_NOT_KNOWN.to_owned(),
            })),
        };
    };
    // What was changed since it was tested says nothing any more.
    let mut guards = flow.guards(&found.range);
    guards.retain(|guard| {
        let validity = flow.validity(file, guard, &found.range);
        !matches!(validity, Validity::Stale(_))
    });
    let near = search.tree.near(file);
    implied_by(file, &guards, &about, &search.options.isomorphisms, &near)
}

/// The pattern about the very things that were found.
fn about(
    search: &Search<'_>,
    file: &File,
    pattern: &Pattern,
    found: &Found,
) -> Result<Option<Pattern>, Doubt> {
    let Some(bindings) = &found.bindings else {
        return Ok(None);
    };
    let near = search.tree.near(file);
    match pattern.bound(file, bindings, &search.options.isomorphisms, &near) {
        Ok(about) => Ok(about),
        Err(BoundError::Doubt(doubt)) => Err(doubt),
        Err(BoundError::Pattern(_)) => Ok(None),
    }
}
