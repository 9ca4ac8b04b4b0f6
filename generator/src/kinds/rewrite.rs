//! `rewrite`: pattern to replacement; the metavariables keep their own bytes.

use kernel_c::pattern::{Fragment, Match, Pattern};
use schema::model::Rewrite;

use super::Context;
use super::condition::filled;
use crate::edit::Edit;
use crate::inline::{laid_out, statement_lines};
use crate::miss::{Miss, Reason};
use crate::site::{self, Plan, Site};

pub(crate) fn plan(context: &Context<'_>, rewrite: &Rewrite) -> Result<Plan, Miss> {
    let file = context.file;
    let (ranges, mut used) = site::scope(file, &rewrite.functions)?;
    let any = |_: &Match| true;
    let found = site::matches(file, &ranges, "pattern", &rewrite.patterns, &any);
    let (found, alternatives) = match found {
        Ok(found) => found,
        Err(miss) if miss.reason == Reason::Absent => {
            return Err(already(context, rewrite, &ranges).unwrap_or(miss));
        }
        Err(miss) => return Err(miss),
    };
    let found = site::outermost(found);
    used.extend(alternatives);
    let offsets: Vec<usize> = found.iter().map(|m| m.range.start).collect();
    let what = rewrite.patterns.first().map_or("", Pattern::text);
    site::counted(file, context.sites, &offsets, &format!("`{what}`"))?;
    let mut groups = Vec::new();
    for m in &found {
        let mut text = filled(&rewrite.replacement, &m.bindings)?;
        // A pattern without its `;` keeps the one that stands there.
        let ended = file.slice(m.range.clone()).ends_with(b";");
        if ended && !text.trim_end().ends_with([';', '}']) {
            text.push(';');
        }
        groups.push((
            statement_lines(file, &m.range),
            vec![Edit::replace(m.range.clone(), text)],
        ));
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

/// Says that the new form stands there, and the old one nowhere.
fn already(
    context: &Context<'_>,
    rewrite: &Rewrite,
    ranges: &[std::ops::Range<usize>],
) -> Option<Miss> {
    let pattern = Pattern::compile(
        rewrite.replacement.text(),
        Fragment::Any,
        context.isomorphisms,
    )
    .ok()?;
    let file = context.file;
    let found = ranges
        .iter()
        .flat_map(|range| pattern.find(file, range.clone()).found)
        .next()?;
    Some(
        Miss::present(format!(
            "`{}` stands there already",
            site::one_line(&file.text(found.range.clone()))
        ))
        .at(file, found.range.start),
    )
}
