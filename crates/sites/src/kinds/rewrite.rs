//! `rewrite`: the old form, but for what of it is a part of the new one.

mod forms;

use std::ops::Range;

use query::pattern::{Fragment, Match, Pattern};
use schema::model::{ChangeBody, Rewrite, Sites};

use crate::names::one_line;
use crate::resolve::{Sited, starts};
use crate::resolver::{Chosen, Resolver};
use crate::unresolved::{Reason, Unresolved};

pub use forms::{Old, what_is};

impl Sited for Rewrite {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(starts(&find(resolver, self)?.found))
    }

    fn made(&self, _: &Resolver<'_>, _: &ChangeBody) -> Result<Option<Unresolved>, Unresolved> {
        Ok(None)
    }
}

/// Every old form, those inside others too: each is a site.
///
/// # Errors
/// There are not as many as declared, some are rewritten already, or it cannot be told.
pub fn find(resolver: &Resolver<'_>, rewrite: &Rewrite) -> Result<Chosen<Match>, Unresolved> {
    let scope = resolver.scope(&rewrite.functions)?;
    let (new, doubt) = new_forms(resolver, rewrite, &scope.found);
    let every = |_: &Match| Ok(true);
    let found = resolver.first_match(&scope.found, "pattern", &rewrite.patterns, &every);
    let mut chosen = match found {
        Ok(chosen) => chosen,
        Err(unresolved) if unresolved.reason == Reason::Absent => {
            return Err(already(resolver, &new).or(doubt).unwrap_or(unresolved));
        }
        Err(unresolved) => return Err(unresolved),
    };
    let count = chosen.found.len();
    if let Some(pattern) = rewrite.patterns.get(chosen.index) {
        let form = free_new_form(resolver, rewrite);
        let is_old = |m: &Match| what_is(rewrite, pattern, form.as_ref(), m, &new) == Old::Left;
        chosen.found.retain(is_old);
    }
    let left = chosen.found.len();
    if left == 0 || (left < count && resolver.sites != Sites::All) {
        return Err(partly(resolver, &new, left, count));
    }
    let offsets: Vec<usize> = chosen.found.iter().map(|m| m.range.start).collect();
    let what = rewrite.patterns.first().map_or("", Pattern::text);
    resolver.counted(&offsets, &format!("`{what}`"))?;
    let alternatives = scope.alternatives.into_iter();
    chosen.alternatives = alternatives.chain(chosen.alternatives).collect();
    Ok(chosen)
}

/// The new form with its metavariables free: without the old one there is nothing to bind from.
#[must_use]
pub fn free_new_form(resolver: &Resolver<'_>, rewrite: &Rewrite) -> Option<Pattern> {
    let text = rewrite.replacement.text();
    Pattern::compile(text, Fragment::Any, resolver.isomorphisms).ok()
}

fn new_forms(
    resolver: &Resolver<'_>,
    rewrite: &Rewrite,
    ranges: &[Range<usize>],
) -> (Vec<Match>, Option<Unresolved>) {
    match free_new_form(resolver, rewrite) {
        Some(form) => resolver.new_forms(&form, ranges),
        None => (Vec::new(), None),
    }
}

fn already(resolver: &Resolver<'_>, new: &[Match]) -> Option<Unresolved> {
    let file = resolver.file;
    let first = new.first()?;
    let text = one_line(&file.text(first.range.clone()));
    Some(Unresolved::present(format!("`{text}` is there already")).at(file, first.range.start))
}

fn partly(resolver: &Resolver<'_>, new: &[Match], left: usize, count: usize) -> Unresolved {
    let present = already(resolver, new)
        .unwrap_or_else(|| Unresolved::present("the new form is there already"));
    if left == 0 {
        return present;
    }
    Unresolved {
        reason: Reason::Unfit,
        message: format!("{} of {count} places are rewritten already", count - left),
        ..present
    }
}
