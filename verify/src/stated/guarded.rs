//! `guarded`: every match of a pattern runs only where a condition is true.

use query::flow::{Flow, Guard};
use query::pattern::{BoundError, Pattern};
use schema::model::Scope;

use super::Ctx;
use super::scope::{Hit, find, prefix};
use crate::comparison::placed;
use crate::finding::{Finding, Verdict};
use crate::implied::conditions::literals;
use crate::nodes::brief;

pub(super) fn check(ctx: &Ctx<'_>, pattern: &Pattern, by: &Pattern, scope: &Scope) -> Vec<Finding> {
    let found = find(ctx, std::slice::from_ref(pattern), scope);
    let mut findings = found.unknown;
    for hit in &found.hits {
        findings.extend(one(ctx, hit, by));
    }
    if findings
        .iter()
        .all(|finding| finding.verdict == Verdict::Holds)
    {
        let message = format!(
            "{} matches of `{}` stand under `{}`",
            found.hits.len(),
            pattern.text(),
            by.text()
        );
        findings.push(ctx.holds(message));
    }
    findings
}

fn one(ctx: &Ctx<'_>, hit: &Hit, by: &Pattern) -> Option<Finding> {
    let at = hit.found.range.start;
    let text = brief(&hit.file.text(hit.found.range.clone()), 60);
    let Some(function) = hit.file.function_at(at) else {
        let message = format!("`{text}` stands outside every function");
        return Some(placed(ctx.violated(message), &hit.file, at));
    };
    let flow = match Flow::of(&hit.file, function) {
        Ok(flow) => flow,
        Err(unread) => {
            let message = format!("the flow of {}() could not be read", function.name);
            return Some(placed(ctx.unknown(message), &hit.file, unread.range.start));
        }
    };
    let guards = flow.guards(&hit.found.range);
    match is_guarded(ctx, hit, &guards, by) {
        Ok(true) => return None,
        Ok(false) => {}
        Err(message) => return Some(placed(ctx.unknown(message), &hit.file, at)),
    }
    let message = format!(
        "{}`{text}` does not stand under `{}`",
        prefix(&hit.file, at),
        by.text()
    );
    Some(placed(ctx.violated(message), &hit.file, at))
}

/// Whether the condition, or one of its operands, is what the pattern says of the very things that the guarded code is
/// about: a metavariable that both patterns have is one variable.
///
/// # Errors
/// Why that is not known.
fn is_guarded(ctx: &Ctx<'_>, hit: &Hit, guards: &[Guard], by: &Pattern) -> Result<bool, String> {
    let (file, isomorphisms) = (&hit.file, &ctx.comparison.spec.isomorphisms);
    let near = ctx.comparison.after.near(file);
    let by = match by.bound(file, &hit.found.bindings, isomorphisms, &near) {
        Ok(Some(bound)) => bound,
        Ok(None) => return Ok(false),
        Err(BoundError::Doubt(doubt)) => return Err(doubt.says(file, by.text())),
        Err(BoundError::Pattern(error)) => {
            return Err(format!(
                "`{}`, filled in with what `pattern` matched, is no condition: {error}",
                by.text()
            ));
        }
    };
    let whole = guards
        .iter()
        .filter(|guard| guard.holds)
        .map(|guard| guard.condition.clone());
    let literals = literals(file, guards).into_iter();
    let operands = literals
        .filter(|literal| literal.is_true)
        .map(|literal| literal.range);
    let mut in_doubt = None;
    for condition in whole.chain(operands) {
        match by.matches(file, condition, &near) {
            Ok(Some(_)) => return Ok(true),
            Ok(None) => {}
            Err(doubt) => in_doubt = in_doubt.or(Some(doubt.says(file, by.text()))),
        }
    }
    in_doubt.map_or(Ok(false), Err)
}
