//! `calls`: one function is reached from another through the call graph, within some steps.

use schema::model::Calls;

use super::Ctx;
use super::reach::{Callee, Doers, callers};
use crate::finding::Finding;

/// The words that the whole tree is asked for.
pub(super) fn words(calls: &Calls) -> Vec<String> {
    vec![calls.from.clone(), calls.to.clone()]
}

pub(super) fn check(ctx: &Ctx<'_>, calls: &Calls) -> Vec<Finding> {
    let Calls { from, to, steps } = calls;
    let mut level = Doers::from([(
        Callee {
            name: to.clone(),
            only_in: None,
        },
        format!("{to}()"),
    )]);
    let mut known = level.clone();
    for _ in 0..*steps {
        let next = match callers(ctx.comparison, &level) {
            Ok(next) => next,
            Err(error) => return vec![ctx.unknown(error.to_string())],
        };
        if let Some((_, way)) = next.iter().find(|(callee, _)| callee.name == *from) {
            return vec![ctx.holds(format!("reached: {way}")).in_function(from)];
        }
        level = next
            .into_iter()
            .filter(|(callee, _)| !known.contains_key(callee))
            .collect();
        known.extend(level.clone());
    }
    let message = format!("{from}() does not reach {to}() within {steps} calls");
    let mut findings = ctx.unreadable();
    if findings.is_empty() {
        findings.push(ctx.violated(message).in_function(from));
    }
    findings
}
