//! `config`: code stands under a CONFIG condition, or under none.

use query::pattern::Pattern;
use schema::model::Scope;
use syntax::items::Condition;

use super::Ctx;
use super::scope::{find, prefix};
use crate::comparison::placed;
use crate::finding::{Finding, Verdict};
use crate::nodes::brief;

pub(super) fn check(
    ctx: &Ctx<'_>,
    pattern: &Pattern,
    scope: &Scope,
    under: Option<&str>,
) -> Vec<Finding> {
    let found = find(ctx, std::slice::from_ref(pattern), scope);
    let mut findings = found.unknown;
    for hit in &found.hits {
        let at = hit.found.range.start;
        let conditions = hit.file.conditions_at(at);
        if let Some(wrong) = fault(&conditions, under) {
            let message = format!(
                "{}`{}` {wrong}",
                prefix(&hit.file, at),
                brief(&hit.file.text(hit.found.range.clone()), 60)
            );
            findings.push(placed(ctx.violated(message), &hit.file, at));
        }
    }
    if findings
        .iter()
        .all(|finding| finding.verdict == Verdict::Holds)
    {
        let place = match under {
            Some(config) => format!("under {config}"),
            None => "under no CONFIG condition".to_owned(),
        };
        let message = format!("{} matches stand {place}", found.hits.len());
        findings.push(ctx.holds(message));
    }
    findings
}

fn fault(conditions: &[Condition], under: Option<&str>) -> Option<String> {
    match under {
        Some(config) => {
            let (name, negated) = match config.strip_prefix('!') {
                Some(name) => (name.trim(), true),
                None => (config.trim(), false),
            };
            let stands = conditions.iter().any(|condition| {
                let operands = condition.expression.split("&&").map(str::trim);
                if negated == condition.negated {
                    condition.expression == name
                        || (!negated && operands.clone().any(|o| o == name))
                } else {
                    false
                }
            });
            (!stands).then(|| format!("does not stand under {config}"))
        }
        None => conditions
            .iter()
            .find(|condition| condition.expression.contains("CONFIG_"))
            .map(|condition| format!("stands under `#if` {}", condition.expression)),
    }
}
