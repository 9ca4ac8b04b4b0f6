//! `guarded`: every match of a pattern runs only where a condition is true.
//!
//! A guard counts as long as what it rests on is as it was (see [`query::flow::Validity`]), and where the condition is
//! compiled whenever the match is.

use std::collections::BTreeMap;
use std::ops::Range;

use dialect::TreePath;
use query::config::{Implied, implied};
use query::flow::{Flow, Guard, Guarding, Validity, implied_by};
use query::pattern::Pattern;
use schema::model::Scope;

use super::Ctx;
use super::scope::{Expand, Hit, find_in, prefix};
use crate::comparison::placed;
use crate::finding::{Finding, Verdict};
use crate::implied::conditions::literals;
use crate::nodes::brief;

pub(super) fn check(ctx: &Ctx<'_>, pattern: &Pattern, by: &Pattern, scope: &Scope) -> Vec<Finding> {
    let found = find_in(ctx, std::slice::from_ref(pattern), scope, Expand::Local);
    let mut findings = found.unknown;
    // A function's graph is made once, however many matches are in it.
    let mut flows: BTreeMap<(TreePath, usize), Vec<&Hit>> = BTreeMap::new();
    for hit in &found.hits {
        match hit.file.function_at(hit.found.range.start) {
            Some(function) => {
                let key = (hit.file.path().clone(), function.range.start);
                flows.entry(key).or_default().push(hit);
            }
            None => findings.extend(outside(ctx, hit)),
        }
    }
    for hits in flows.values() {
        findings.extend(in_function(ctx, hits, by));
    }
    if findings
        .iter()
        .all(|finding| finding.verdict == Verdict::Holds)
    {
        let message = format!(
            "{} matches of `{}` run only if `{}`",
            found.hits.len(),
            pattern.text(),
            by.text()
        );
        findings.push(ctx.holds(message));
    }
    findings
}

fn outside(ctx: &Ctx<'_>, hit: &Hit) -> Option<Finding> {
    let at = hit.found.range.start;
    let text = brief(&hit.file.text(hit.found.range.clone()), 60);
    let message = format!("`{text}` is outside every function");
    Some(placed(ctx.violated(message), &hit.file, at))
}

/// The matches of one function.
fn in_function(ctx: &Ctx<'_>, hits: &[&Hit], by: &Pattern) -> Vec<Finding> {
    let Some(first) = hits.first() else {
        return Vec::new();
    };
    let Some(function) = first.file.function_at(first.found.range.start) else {
        return Vec::new();
    };
    let flow = match Flow::of(&first.file, function) {
        Ok(flow) => flow,
        Err(unread) => {
            let message = format!("the flow of {}() could not be read", function.name);
            let finding = placed(ctx.unknown(message), &first.file, unread.range.start);
            return vec![finding];
        }
    };
    let mut conditions: BTreeMap<String, Condition<'_>> = BTreeMap::new();
    let mut findings = Vec::new();
    for hit in hits {
        // What is never evaluated never runs.
        if flow.is_unevaluated(&hit.found.range) {
            continue;
        }
        let condition = conditions
            .entry(by.text().to_owned())
            .or_insert_with(|| Condition::new(ctx, &flow, hit, by.clone()));
        let worth = condition.worth(hit);
        findings.extend(said(ctx, hit, by, worth));
    }
    findings
}

/// What the guards of a match are worth.
enum Worth {
    Guarded,
    Unguarded,
    /// It was guarded: until this place.
    Until(usize),
    /// It may be no more, since this place.
    Perhaps(usize),
    /// Only where a condition is compiled.
    SomeConfigurations,
    /// Which configurations have the condition could not be decided.
    Undecided,
}

fn said(ctx: &Ctx<'_>, hit: &Hit, by: &Pattern, worth: Worth) -> Option<Finding> {
    let at = hit.found.range.start;
    let text = brief(&hit.file.text(hit.found.range.clone()), 60);
    let what = format!("{}`{text}`", prefix(&hit.file, at));
    let by = by.text();
    let line = |offset: usize| hit.file.line_of(offset);
    let finding = match worth {
        Worth::Guarded => return None,
        Worth::Unguarded => ctx.violated(format!("{what} runs whether or not `{by}`")),
        Worth::Until(offset) => ctx.violated(format!(
            "{what} runs after `{by}` was tested, but line {} changes what that says",
            line(offset)
        )),
        Worth::Perhaps(offset) => ctx.unknown(format!(
            "{what} runs after `{by}` was tested, but line {} may change what that says",
            line(offset)
        )),
        Worth::SomeConfigurations => ctx.violated(format!(
            "{what} runs only if `{by}` where an `#if` in the middle of the condition has it, and without it elsewhere"
        )),
        Worth::Undecided => ctx.unknown(format!(
            "{what}: which configurations have `{by}` in the condition could not be decided"
        )),
    };
    Some(placed(finding, &hit.file, at))
}

/// One condition in one function.
struct Condition<'f> {
    ctx: &'f Ctx<'f>,
    flow: &'f Flow,
    by: Pattern,
    /// Where the condition, or its opposite, decides. None: it has operands that different guards may give.
    guarding: Option<Guarding<'f>>,
}

impl<'f> Condition<'f> {
    fn new(ctx: &'f Ctx<'f>, flow: &'f Flow, hit: &Hit, by: Pattern) -> Self {
        let is_joined = by.text().contains("&&") || by.text().contains("||");
        let mut found = Self {
            ctx,
            flow,
            by,
            guarding: None,
        };
        if !is_joined {
            let compares = found.by.text().contains("==");
            let guarding = flow.guarding(&mut |guard| {
                let is_case = !guard.cases.is_empty();
                if is_case {
                    compares
                } else {
                    found.is_by(hit, guard)
                }
            });
            found.guarding = Some(guarding);
        }
        found
    }

    fn isomorphisms(&self) -> &query::pattern::Isomorphisms {
        &self.ctx.comparison.spec.isomorphisms
    }

    /// Whether the guard alone says so.
    fn is_by(&self, hit: &Hit, guard: &Guard) -> bool {
        let whole = guard.holds && guard.cases.is_empty() && !self.flow.is_parted(&guard.condition);
        whole
            && self
                .by
                .matches(&hit.file, guard.condition.clone())
                .is_some()
            || implied_by(
                &hit.file,
                std::slice::from_ref(guard),
                &self.by,
                self.isomorphisms(),
            )
    }

    fn worth(&self, hit: &Hit) -> Worth {
        let range = &hit.found.range;
        let mut worst = Worth::Unguarded;
        let mut valid = Vec::new();
        let guards: Vec<Guard> = match &self.guarding {
            Some(guarding) => guarding
                .at(range)
                .filter(|guard| self.is_by(hit, guard))
                .collect(),
            None => self.flow.guards(range),
        };
        for guard in guards {
            match self.flow.validity(&hit.file, &guard, range) {
                Validity::Valid if self.guarding.is_some() => return Worth::Guarded,
                Validity::Valid => valid.push(guard),
                Validity::Doubtful(at) if self.is_of_by(hit, &guard) => worst = Worth::Perhaps(at),
                Validity::Stale(at)
                    if matches!(worst, Worth::Unguarded) && self.is_of_by(hit, &guard) =>
                {
                    worst = Worth::Until(at);
                }
                Validity::Doubtful(_) | Validity::Stale(_) => {}
            }
        }
        let whole = valid.iter().any(|guard| self.is_by(hit, guard));
        if whole || implied_by(&hit.file, &valid, &self.by, self.isomorphisms()) {
            return Worth::Guarded;
        }
        self.in_some(hit).unwrap_or(worst)
    }

    /// Whether the guard would have said something of the condition.
    fn is_of_by(&self, hit: &Hit, guard: &Guard) -> bool {
        self.guarding.is_some()
            || self
                .by
                .text()
                .contains(&*hit.file.text(guard.condition.clone()))
    }

    /// An operand that a condition has only under an `#if` guards what is under that `#if` as well.
    fn in_some(&self, hit: &Hit) -> Option<Worth> {
        let file = &hit.file;
        let parted = self
            .flow
            .guards(&hit.found.range)
            .into_iter()
            .filter(|guard| {
                self.flow.is_parted(&guard.condition)
                    && self.flow.validity(file, guard, &hit.found.range) == Validity::Valid
            });
        let parted: Vec<Guard> = parted.collect();
        let given = file.conditions_at(hit.found.range.start);
        let is_it = |range: &Range<usize>| self.by.matches(file, range.clone()).is_some();
        let mut worst = None;
        for operand in literals(file, &parted) {
            if !operand.is_true || !is_it(&operand.range) {
                continue;
            }
            match implied(&given, &file.conditions_at(operand.range.start)) {
                Implied::Yes => return Some(Worth::Guarded),
                Implied::No => worst = worst.or(Some(Worth::SomeConfigurations)),
                Implied::Unknown => worst = Some(Worth::Undecided),
            }
        }
        worst
    }
}
