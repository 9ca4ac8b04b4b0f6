//! `present`, `absent`, `count`: how often a pattern matches in a scope.

use query::pattern::Pattern;
use schema::model::Scope;

use super::Ctx;
use super::scope::find;
use crate::comparison::placed;
use crate::finding::Finding;
use crate::implied::effect::called_otherwise;

pub(super) fn check(
    ctx: &Ctx<'_>,
    patterns: &[Pattern],
    scope: &Scope,
    least: usize,
    most: Option<usize>,
) -> Vec<Finding> {
    let found = find(ctx, patterns, scope);
    let count = found.hits.len();
    let texts: Vec<&str> = patterns.iter().map(Pattern::text).collect();
    let what = format!("`{}`", texts.join("` or `"));
    if most.is_some_and(|most| count > most) {
        let message = match most {
            Some(0) => format!("forbidden match of {what}"),
            Some(most) if most == least => {
                format!("expected {}, found {count}", matches(most, &what))
            }
            most => {
                let most = most.unwrap_or_default();
                format!("expected at most {}, found {count}", matches(most, &what))
            }
        };
        let hits = found.hits.iter().map(|hit| {
            placed(
                ctx.violated(message.clone()),
                &hit.file,
                hit.found.range.start,
            )
        });
        // What was found may be old, and what could not be read new: it is told as well.
        return hits.chain(found.unknown.iter().cloned()).collect();
    }
    // More of them may hide in what could not be read.
    if !found.unknown.is_empty() && (count < least || most.is_some()) {
        return found.unknown;
    }
    if count < least {
        let message = match count {
            0 => format!("no match for {what} in {}", named(scope)),
            n if most == Some(least) => format!("expected {}, found {n}", matches(least, &what)),
            n => format!("expected at least {}, found {n}", matches(least, &what)),
        };
        let finding = ctx.violated(message);
        // No place is to blame for what is missing elsewhere.
        return vec![match scope.under.first() {
            Some(path) => finding.in_file(path),
            None => finding,
        }];
    }
    // What a macro of the file calls by that name is something else.
    let otherwise = found.hits.iter().filter_map(|hit| {
        let (at, message) = called_otherwise(&hit.file, &hit.found.range)?;
        Some(placed(ctx.unknown(message), &hit.file, at))
    });
    let otherwise: Vec<Finding> = otherwise.collect();
    if count - otherwise.len() < least {
        return otherwise;
    }
    let message = format!("{} in {}", matches(count, &what), named(scope));
    vec![ctx.holds(message)]
}

/// `1 match of PATTERN`, `2 matches of PATTERN`
fn matches(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 match of {what}"),
        count => format!("{count} matches of {what}"),
    }
}

/// The scope as the user gave it.
fn named(scope: &Scope) -> String {
    let functions = scope.functions.iter().map(|name| format!("{name}()"));
    let places: Vec<String> = scope.under.iter().map(ToString::to_string).collect();
    let functions: Vec<String> = functions.collect();
    match (functions.is_empty(), places.is_empty()) {
        (true, true) => "the tree".to_owned(),
        (true, false) => crate::nodes::listed(&places, "and"),
        (false, true) => crate::nodes::listed(&functions, "and"),
        (false, false) => format!(
            "{} of {}",
            crate::nodes::listed(&functions, "and"),
            crate::nodes::listed(&places, "and")
        ),
    }
}
