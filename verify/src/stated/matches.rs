//! `present`, `absent`, `count`: how often a pattern stands in a scope.

use query::pattern::Pattern;
use schema::model::Scope;

use super::Ctx;
use super::scope::find;
use crate::comparison::placed;
use crate::finding::Finding;

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
        let allowed = match most {
            Some(0) => "is not to stand here".to_owned(),
            Some(most) if most == least => format!("is there {count} times; {most} are wanted"),
            Some(most) => format!("is there {count} times; at most {most} are allowed"),
            None => String::new(),
        };
        let message = format!("{what} {allowed}");
        return found
            .hits
            .iter()
            .map(|hit| {
                placed(
                    ctx.violated(message.clone()),
                    &hit.file,
                    hit.found.range.start,
                )
            })
            .collect();
    }
    // More of them may hide in what could not be read.
    if !found.unknown.is_empty() && (count < least || most.is_some()) {
        return found.unknown;
    }
    if count < least {
        let message = match count {
            0 => format!("{what} stands nowhere in the scope"),
            n if most == Some(least) => {
                format!("{what} is there {n} times; {least} are wanted")
            }
            n => format!("{what} is there {n} times; at least {least} are wanted"),
        };
        let finding = ctx.violated(message);
        // No place is to blame for what is missing elsewhere.
        return vec![match scope.under.first() {
            Some(path) => finding.in_file(path),
            None => finding,
        }];
    }
    vec![ctx.holds(format!("{what} stands {count} times in the scope"))]
}
