//! `config`: code stands under a CONFIG condition, or under none.

use dialect::token::texts;
use query::File;
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
        let conditions = hit.file.conditions_at(at);
        let fault = match (fault(&conditions, under), under) {
            (Some((Verdict::Unknown, wrong)), _) => Some((Verdict::Unknown, wrong)),
            (fault @ Some(_), None) | (fault @ None, Some(_)) => fault,
            // What a macro of the file says instead of a symbol may be the answer.
            (fault, _) => by_macro(&hit.file, at, &conditions).or(fault),
        };
        let Some((verdict, wrong)) = fault else {
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

/// That a condition is about a macro of the file, which may be defined in some configurations alone, or be a condition itself.
fn by_macro(file: &File, at: usize, conditions: &[Condition]) -> Option<(Verdict, String)> {
    let mut words = conditions
        .iter()
        .flat_map(|condition| texts(condition.expression.as_bytes()));
    words.find_map(|word| {
        let mut macros = file.macros().iter();
        let known = macros.find(|known| {
            let speaks = || {
                let body = file.slice(known.body.clone());
                texts(body).any(|word| word.starts_with("CONFIG_"))
            };
            known.name == word
                && known.range.end <= at
                && (config_condition(&known.conditions).is_some() || speaks())
        })?;
        let line = file.line_of(known.range.start);
        let wrong = format!(
            "is under `#if {word}`, a macro of line {line}: which configurations that means could not be decided"
        );
        Some((Verdict::Unknown, wrong))
    })
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
