//! `guarded`: every match of a pattern runs only where a condition is true.

use query::File;
use query::flow::{Flow, Guard};
use query::pattern::Pattern;
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
    if is_guarded(&hit.file, &guards, by) {
        return None;
    }
    let message = format!(
        "{}`{text}` does not stand under `{}`",
        prefix(&hit.file, at),
        by.text()
    );
    Some(placed(ctx.violated(message), &hit.file, at))
}

/// Whether the condition, or one of its operands, is what the pattern says.
fn is_guarded(file: &File, guards: &[Guard], by: &Pattern) -> bool {
    guards
        .iter()
        .any(|guard| guard.holds && by.matches(file, guard.condition.clone()).is_some())
        || literals(file, guards)
            .iter()
            .any(|literal| literal.is_true && by.matches(file, literal.range.clone()).is_some())
}
