//! Uses of a second pattern that run only where the first is true.

use query::File;
use query::flow::{Guard, guard_text, implied_by};
use query::pattern::{Bindings, Fragment, Match, Pattern, PatternError, Template};
use query::types::{Resolution, type_of};

use crate::context::Context;
use crate::report::{AuditUse, FileReport, GuardedBy, Unread};
use crate::search::{Search, unread_places, used};

/// What is asked for: the second pattern, and the first as a condition whose metavariables can be
/// filled in.
#[derive(Debug)]
pub(crate) struct Then<'a> {
    pub(crate) second: &'a Pattern,
    pub(crate) condition: Template,
}

impl<'a> Then<'a> {
    /// # Errors
    /// The first pattern is no condition.
    pub(crate) fn new(first: &Pattern, second: &'a Pattern) -> Result<Self, PatternError> {
        let condition = Template::compile(first.text(), Fragment::Expression)?;
        Ok(Self { second, condition })
    }
}

/// The guarded uses in one file. Macro bodies have none: what guards them is where they are used.
pub(crate) fn file(search: &Search<'_>, context: &mut Context<'_>, then: &Then<'_>) -> FileReport {
    let file = context.file;
    let (matches, unread) = search.matches(then.second, file);
    let mut report = FileReport {
        uses: Vec::new(),
        unread: unread_places(file, unread),
    };
    for found in matches {
        let start = found.range.start;
        if file.function_at(start).is_some() && context.flow(start).is_none() {
            report.unread.push(Unread {
                file: file.path().to_string(),
                line: file.line_of(start),
                cause: "in a function that was not read cleanly: what guards it is not known"
                    .to_owned(),
            });
        } else if is_of_record(search, context, &found) {
            report.uses.extend(guarded(search, then, context, &found));
        }
    }
    report
}

/// The condition about the very things that a match of the second pattern is about.
fn about(search: &Search<'_>, then: &Then<'_>, bindings: &Bindings) -> Option<Pattern> {
    let bound = |name: &String| bindings.contains_key(name);
    if !then.condition.metavariables().iter().all(bound) {
        return Some(search.pattern.clone());
    }
    let isomorphisms = &search.options.isomorphisms;
    then.condition
        .to_pattern(bindings, Fragment::Expression, isomorphisms)
        .ok()
}

/// Whether the thing that both patterns are about may be of the record that the first one asks for.
fn is_of_record(search: &Search<'_>, context: &Context<'_>, found: &Match) -> bool {
    let receiver = search.member.as_ref().map(|member| &member.receiver);
    let Some(binding) = receiver.and_then(|name| found.bindings.get(name)) else {
        return true;
    };
    let near = search.tree.near(context.file);
    match type_of(context.file, &binding.range, &near) {
        Resolution::Known(name) => search.may_be_of_record(Some(&name.to_string())),
        Resolution::Unresolved(_) => true,
    }
}

fn guarded(
    search: &Search<'_>,
    then: &Then<'_>,
    context: &mut Context<'_>,
    found: &Match,
) -> Option<AuditUse> {
    let file = context.file;
    let guards = context.flow(found.range.start)?.guards(&found.range);
    let about = about(search, then, &found.bindings)?;
    let isomorphisms = &search.options.isomorphisms;
    if !implied_by(file, &guards, &about, isomorphisms) {
        return None;
    }
    let decisive = guards
        .iter()
        .filter(|guard| implied_by(file, std::slice::from_ref(*guard), &about, isomorphisms))
        .min_by_key(|guard| guard.condition.len());
    let used = used(file, then.second, found);
    if !search.wants(used.access) {
        return None;
    }
    let mut described = search.describe(context, &used);
    described.guarded_by = decisive.map(|guard| said(file, guard));
    Some(described)
}

fn said(file: &File, guard: &Guard) -> GuardedBy {
    GuardedBy {
        line: file.line_of(guard.condition.start),
        condition: guard_text(file, guard),
    }
}
