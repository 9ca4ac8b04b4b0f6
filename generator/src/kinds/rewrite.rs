//! `rewrite`: pattern to replacement; the metavariables keep their own bytes.

use std::ops::Range;

use query::pattern::precedence::level_of;
use query::pattern::{Bindings, Fragment, Match, Pattern};
use schema::model::{Rewrite, Sites};

use super::Context;
use super::condition::filled;
use crate::edit::Edit;
use crate::inline::{laid_out, statement_lines, wants_parentheses};
use crate::site::{self, Plan, Site};
use crate::unresolved::{Reason, Unresolved};

pub(crate) fn plan(context: &Context<'_>, rewrite: &Rewrite) -> Result<Plan, Unresolved> {
    let file = context.file;
    let (ranges, mut used) = site::scope(file, &rewrite.functions)?;
    let (new, doubt) = new_forms(context, rewrite, &ranges);
    let found = site::matches(context, &ranges, "pattern", &rewrite.patterns, &|_| {
        Ok(true)
    });
    let (found, alternatives) = match found {
        Ok(found) => found,
        Err(unresolved) if unresolved.reason == Reason::Absent => {
            return Err(already(context, &new).or(doubt).unwrap_or(unresolved));
        }
        Err(unresolved) => return Err(unresolved),
    };
    used.extend(alternatives);
    let count = found.len();
    let found: Vec<Match> = found
        .into_iter()
        .filter(|m| !new.iter().any(|n| is_part(n, m)))
        .collect();
    if found.is_empty() || (found.len() < count && context.sites != Sites::All) {
        return Err(partly(context, &new, found.len(), count));
    }
    let offsets: Vec<usize> = found.iter().map(|m| m.range.start).collect();
    let what = rewrite.patterns.first().map_or("", Pattern::text);
    site::counted(file, context.sites, &offsets, &format!("`{what}`"))?;
    let mut groups = Vec::new();
    for m in site::outermost(found.clone()) {
        let edit = Edit::replace(m.range.clone(), rewritten(context, rewrite, &m, &found)?);
        groups.push((statement_lines(file, &m.range), vec![edit]));
    }
    Ok(Plan {
        edits: laid_out(file, groups),
        sites: offsets
            .into_iter()
            .map(|offset| Site {
                offset,
                alternatives: used.clone(),
            })
            .collect(),
    })
}

/// What a match becomes; the matches inside what its metavariables stand for are rewritten with it.
fn rewritten(
    context: &Context<'_>,
    rewrite: &Rewrite,
    m: &Match,
    all: &[Match],
) -> Result<String, Unresolved> {
    let file = context.file;
    let mut bindings: Bindings = m.bindings.clone();
    for binding in bindings.values_mut() {
        let inside = |other: &&Match| {
            other.range != m.range
                && binding.range.start <= other.range.start
                && other.range.end <= binding.range.end
        };
        let inner: Vec<Match> = all.iter().filter(inside).cloned().collect();
        for inner in site::outermost(inner).iter().rev() {
            let text = rewritten(context, rewrite, inner, all)?;
            let at = inner.range.start - binding.range.start..inner.range.end - binding.range.start;
            if binding.text.get(at.clone()).is_some() {
                binding.text.replace_range(at, &text);
            }
        }
    }
    let mut text = filled(&rewrite.replacement, &bindings)?;
    if level_of(&text).is_some_and(|level| wants_parentheses(file, &m.range, level)) {
        text = format!("({text})");
    }
    // A pattern without its `;` keeps the one that stands there.
    let ended = file.slice(m.range.clone()).ends_with(b";");
    if ended && !text.trim_end().ends_with([';', '}']) {
        text.push(';');
    }
    Ok(text)
}

/// Where the new form stands: without the old one there is nothing to bind from, so that it is looked
/// for as a pattern.
fn new_forms(
    context: &Context<'_>,
    rewrite: &Rewrite,
    ranges: &[Range<usize>],
) -> (Vec<Match>, Option<Unresolved>) {
    let Ok(pattern) = Pattern::compile(
        rewrite.replacement.text(),
        Fragment::Any,
        context.isomorphisms,
    ) else {
        return (Vec::new(), None);
    };
    site::new_forms(context, ranges, &pattern)
}

/// Whether an old form is what the new form itself has of it: not in what a metavariable stands for.
fn is_part(new: &Match, old: &Match) -> bool {
    let within =
        |outer: &Range<usize>| outer.start <= old.range.start && old.range.end <= outer.end;
    within(&new.range) && !new.bindings.values().any(|binding| within(&binding.range))
}

fn already(context: &Context<'_>, new: &[Match]) -> Option<Unresolved> {
    let file = context.file;
    let first = new.first()?;
    let text = site::one_line(&file.text(first.range.clone()));
    Some(Unresolved::present(format!("`{text}` stands there already")).at(file, first.range.start))
}

fn partly(context: &Context<'_>, new: &[Match], left: usize, count: usize) -> Unresolved {
    let present =
        already(context, new).unwrap_or_else(|| Unresolved::present("it stands there already"));
    if left == 0 {
        return present;
    }
    Unresolved {
        reason: Reason::Unfit,
        message: format!("{} of {count} places are rewritten already", count - left),
        ..present
    }
}
