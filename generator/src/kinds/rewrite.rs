//! `rewrite`: pattern to replacement; the metavariables keep their own bytes.

use query::pattern::precedence::level_of;
use query::pattern::{Bindings, Match};
use schema::model::Rewrite;
use sites::Unresolved;
use sites::kinds::rewrite;
use sites::widening::filled;

use crate::braces::{self, OWN_LINE_END};
use crate::edit::Edit;
use crate::fragment::Writes;
use crate::inline::{laid_out, statement_lines, wants_parentheses};
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes =
    Writes::NoFragment("the spec has the new form, and what it takes over keeps its bytes");

pub(crate) fn plan(context: &Context<'_>, change: &Rewrite) -> Result<Plan, Unresolved> {
    let file = context.file;
    let old = rewrite::find(&context.resolver, change)?;
    let (mut groups, mut known) = (Vec::new(), Vec::new());
    for m in sites::outermost(old.found.clone()) {
        let text = rewritten(context, change, &m, &old.found)?;
        let (text, around) = braces::body(file, &m.range, &text)?;
        let edit = Edit::replace(m.range.clone(), text.replace(OWN_LINE_END, "\n"));
        groups.push((statement_lines(file, &m.range), vec![edit]));
        // Two branches of one `if` get the braces of both only once.
        groups.extend(around.into_iter().filter(|(_, edits)| {
            let is_new = !known.contains(edits);
            known.push(edits.clone());
            is_new
        }));
    }
    let offsets = old.found.iter().map(|m| m.range.start);
    Ok(Plan {
        edits: laid_out(file, groups),
        sites: Site::each(offsets, &old.alternatives),
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
        for inner in sites::outermost(inner).iter().rev() {
            let text = rewritten(context, rewrite, inner, all)?;
            let at = inner.range.start - binding.range.start..inner.range.end - binding.range.start;
            if binding.text.get(at.clone()).is_some() {
                binding.text.replace_range(at, &text);
            }
        }
    }
    if rewrite.replacement.text().contains('\n') {
        for binding in bindings.values_mut() {
            binding.text = binding.text.replace('\n', &OWN_LINE_END.to_string());
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
