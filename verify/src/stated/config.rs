//! `config`: code stands under a CONFIG condition, or under none.

use query::config::{Implied, config_condition, is_under};
use schema::model::Config;
use syntax::items::Condition;

use super::Ctx;
use super::scope::{find, prefix, word_to_scan};
use crate::comparison::placed;
use crate::finding::{Finding, Verdict};
use sites::brief;

/// The words that the whole tree is asked for.
pub(super) fn words(config: &Config) -> Vec<String> {
    word_to_scan(std::slice::from_ref(&config.pattern), &config.scope)
}

pub(super) fn check(ctx: &Ctx<'_>, config: &Config) -> Vec<Finding> {
    let under = config.under.as_deref();
    let found = find(ctx, std::slice::from_ref(&config.pattern), &config.scope);
    let mut findings = found.unknown;
    for hit in &found.hits {
        let at = hit.found.range.start;
        let Some((verdict, wrong)) = fault(&hit.file.conditions_at(at), under) else {
            continue;
        };
        let message = format!(
            "{}`{}` {wrong}",
            prefix(&hit.file, at),
            brief(&hit.file.text(hit.found.range.clone()), 60)
        );
        let mut finding = ctx.violated(message);
        finding.verdict = verdict;
        findings.push(placed(finding, &hit.file, at));
    }
    if findings
        .iter()
        .all(|finding| finding.verdict == Verdict::Holds)
    {
        let place = match under {
            Some(config) => format!("under {config}"),
            None => "under no CONFIG condition".to_owned(),
        };
        let message = match found.hits.len() {
            1 => format!("1 match is {place}"),
            count => format!("{count} matches are {place}"),
        };
        findings.push(ctx.holds(message));
    }
    findings
}

fn fault(conditions: &[Condition], under: Option<&str>) -> Option<(Verdict, String)> {
    let Some(config) = under else {
        let condition = config_condition(conditions)?;
        let not = if condition.negated { "!" } else { "" };
        let wrong = format!("is under `#if` {not}{}", condition.expression);
        return Some((Verdict::Violated, wrong));
    };
    match is_under(conditions, config) {
        Implied::Yes => None,
        Implied::No => Some((Verdict::Violated, format!("is not under {config}"))),
        Implied::Unknown => Some((
            Verdict::Unknown,
            format!("may be under {config}: its `#if` conditions could not be decided"),
        )),
    }
}
