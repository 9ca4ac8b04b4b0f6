//! Uses of a second pattern that run only where the first is true.

use query::File;
use query::flow::{Guard, guard_text, implied_by};
use query::pattern::{
    Bindings, BoundError, Doubt, Fragment, Isomorphisms, Match, Pattern, PatternError,
};
use query::types::{Resolution, type_of};

use crate::context::{Context, FLOW_NOT_KNOWN};
use crate::report::{AuditUse, FileReport, GuardedBy, Unread};
use crate::search::{Search, unread_places, used};

/// What is asked for: the second pattern, and the first as a condition whose metavariables can be
/// filled in.
#[derive(Debug)]
pub(crate) struct Then<'a> {
    pub(crate) second: &'a Pattern,
    pub(crate) condition: Pattern,
}

impl<'a> Then<'a> {
    /// # Errors
    /// The first pattern is no condition.
    pub(crate) fn new(
        first: &Pattern,
        second: &'a Pattern,
        isomorphisms: &Isomorphisms,
    ) -> Result<Self, PatternError> {
        let condition = Pattern::compile(first.text(), Fragment::Expression, isomorphisms)?;
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
                cause: FLOW_NOT_KNOWN.to_owned(),
            });
        } else if is_of_record(search, context, &found) {
            match guarded(search, then, context, &found) {
                Ok(used) => report.uses.extend(used),
                Err(doubt) => report
                    .unread
                    .extend(unread_places(file, vec![doubt.into_unread()])),
            }
        }
    }
    report
}

/// The condition about the very things that a match of the second pattern is about; none where it cannot be: they are of
/// other types, or what stands there makes no pattern.
fn about(
    search: &Search<'_>,
    then: &Then<'_>,
    file: &File,
    bindings: &Bindings,
) -> Result<Option<Pattern>, Doubt> {
    let isomorphisms = &search.options.isomorphisms;
    let near = search.tree.near(file);
    match then.condition.bound(file, bindings, isomorphisms, &near) {
        Ok(about) => Ok(about),
        Err(BoundError::Doubt(doubt)) => Err(doubt),
        Err(BoundError::Pattern(_)) => Ok(None),
    }
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
) -> Result<Option<AuditUse>, Doubt> {
    let file = context.file;
    let Some(flow) = context.flow(found.range.start) else {
        return Ok(None);
    };
    let guards = flow.guards(&found.range);
    let Some(about) = about(search, then, file, &found.bindings)? else {
        return Ok(None);
    };
    let isomorphisms = &search.options.isomorphisms;
    let near = search.tree.near(file);
    let imply = |guards: &[Guard]| implied_by(file, guards, &about, isomorphisms, &near);
    if !imply(&guards)? {
        return Ok(None);
    }
    // One guard alone may be in doubt where all together are not: it is not the one that decides.
    let decisive = guards
        .iter()
        .filter(|guard| imply(std::slice::from_ref(*guard)) == Ok(true))
        .min_by_key(|guard| guard.condition.len());
    let used = used(file, then.second, found);
    if !search.wants(used.access) {
        return Ok(None);
    }
    let mut described = search.describe(context, &used);
    described.guarded_by = decisive.map(|guard| said(file, guard));
    Ok(Some(described))
}

fn said(file: &File, guard: &Guard) -> GuardedBy {
    GuardedBy {
        line: file.line_of(guard.condition.start),
        condition: guard_text(file, guard),
    }
}
