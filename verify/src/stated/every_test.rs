//! `every-test`: in the scope every test of A also tests B, but for exceptions that carry a reason.

use std::collections::BTreeMap;

use query::access::{Access, access_of};
use schema::model::{EveryTest, Exception, Widening};

use super::Ctx;
use super::scope::{Hit, find, prefix};
use crate::comparison::placed;
use crate::finding::{Finding, Verdict};
use crate::implied::widening::{companion, wanted};
use crate::nodes::brief;

pub(super) fn check(ctx: &Ctx<'_>, every: &EveryTest) -> Vec<Finding> {
    let hits = find(ctx, &every.tests, &every.scope);
    let mut findings = hits.unknown;
    let mut excepted: BTreeMap<usize, Vec<Hit>> = BTreeMap::new();
    let mut right = 0;
    for hit in hits.hits {
        if access_of(&hit.file, &hit.found.range) != Access::Test && !is_returned(&hit) {
            continue;
        }
        match accompanied(ctx, every, &hit) {
            Ok(None) => right += 1,
            Ok(Some(finding)) => match exception(every, &hit) {
                Some(index) => excepted.entry(index).or_default().push(hit),
                None => findings.push(finding),
            },
            Err(finding) => findings.push(*finding),
        }
    }
    for (index, exception) in every.except.iter().enumerate() {
        let found = excepted.remove(&index).unwrap_or_default();
        findings.extend(of_exception(ctx, exception, &found));
    }
    if findings
        .iter()
        .all(|finding| finding.verdict == Verdict::Holds)
    {
        let message = format!("{right} tests also test `{}`", every.also.text());
        findings.push(ctx.holds(message));
    }
    findings
}

/// `return pdev->is_virtfn;` hands a test to the caller.
fn is_returned(hit: &Hit) -> bool {
    let mut node = crate::nodes::node_of(&hit.file, &hit.found.range);
    while let Some(parent) = node.and_then(|node| node.parent()) {
        match parent.kind() {
            "parenthesized_expression" => node = Some(parent),
            kind => return kind == "return_statement",
        }
    }
    false
}

/// What is wrong with a test, if anything.
fn accompanied(
    ctx: &Ctx<'_>,
    every: &EveryTest,
    hit: &Hit,
) -> Result<Option<Finding>, Box<Finding>> {
    let at = hit.found.range.start;
    let becomes = Widening::Or(every.also.clone());
    let wanted = wanted(ctx.comparison, &becomes, &hit.found.bindings)
        .map_err(|message| Box::new(placed(ctx.unknown(message), &hit.file, at)))?;
    let companion = companion(&hit.file, &hit.found.range, &wanted, "||").map_err(|doubt| {
        let message = doubt.says(&hit.file, wanted.pattern.text());
        Box::new(placed(ctx.unknown(message), &hit.file, at))
    })?;
    if companion.is_some() {
        return Ok(None);
    }
    let message = format!(
        "{}`{}` is tested without `{}`",
        prefix(&hit.file, at),
        brief(&hit.file.text(hit.found.range.clone()), 60),
        wanted.text
    );
    Ok(Some(placed(ctx.violated(message), &hit.file, at)))
}

fn exception(every: &EveryTest, hit: &Hit) -> Option<usize> {
    let function = hit.file.function_at(hit.found.range.start)?;
    every
        .except
        .iter()
        .position(|exception| exception.function == function.name)
}

fn of_exception(ctx: &Ctx<'_>, exception: &Exception, found: &[Hit]) -> Option<Finding> {
    let count = exception.count?;
    if count == found.len() {
        return None;
    }
    let message = format!(
        "{}(): {} tests stand alone; the exception allows {count}",
        exception.function,
        found.len()
    );
    Some(match found.last() {
        Some(hit) => placed(ctx.violated(message), &hit.file, hit.found.range.start),
        None => ctx.violated(message).in_function(&exception.function),
    })
}
