//! Uses of a second pattern that run only where the first is true.

use kernel_c::SourceFile;
use kernel_c::access::access_of;
use kernel_c::flow::{Guard, guard_text, implied_by};
use kernel_c::pattern::{Bindings, Fragment, Match, Pattern, Template};

use crate::context::Context;
use crate::report::{AuditUse, FileReport, GuardedBy};
use crate::search::{Found, Search, unread_places};

pub(crate) fn file(search: &Search<'_>, context: &mut Context<'_>, second: &Pattern) -> FileReport {
    let file = context.file;
    let mut report = FileReport::default();
    let matches = second.find(file, 0..file.bytes().len());
    let Some(condition) = Condition::new(search) else {
        return report;
    };
    for found in matches.found {
        report
            .uses
            .extend(guarded(search, &condition, context, second, &found));
    }
    report.unread = unread_places(file, matches.unread);
    report
}

/// The audited pattern as a condition whose metavariables can be filled in.
struct Condition<'s, 'a> {
    search: &'s Search<'a>,
    template: Template,
}

impl<'s, 'a> Condition<'s, 'a> {
    fn new(search: &'s Search<'a>) -> Option<Self> {
        let template = Template::compile(search.pattern.text(), Fragment::Expression).ok()?;
        Some(Self { search, template })
    }

    /// The condition about the very things that a match of the second pattern is about.
    fn about(&self, bindings: &Bindings) -> Option<Pattern> {
        let isomorphisms = &self.search.options.isomorphisms;
        let bound = |name: &String| bindings.contains_key(name);
        if self.template.metavariables().iter().all(bound) {
            self.template
                .to_pattern(bindings, Fragment::Expression, isomorphisms)
                .ok()
        } else {
            Some(self.search.pattern.clone())
        }
    }
}

fn guarded(
    search: &Search<'_>,
    condition: &Condition<'_, '_>,
    context: &mut Context<'_>,
    second: &Pattern,
    found: &Match,
) -> Option<AuditUse> {
    let file = context.file;
    let guards = context.flow(found.range.start)?.guards(&found.range);
    let about = condition.about(&found.bindings)?;
    let isomorphisms = &search.options.isomorphisms;
    if !implied_by(file, &guards, &about, isomorphisms) {
        return None;
    }
    let decisive = guards
        .iter()
        .filter(|guard| implied_by(file, std::slice::from_ref(*guard), &about, isomorphisms))
        .min_by_key(|guard| guard.condition.len());
    let first = second.metavariables().into_iter().next();
    let used = Found {
        range: found.range.clone(),
        receiver: first
            .and_then(|name| found.bindings.get(&name))
            .map(|binding| binding.range.clone()),
        access: access_of(file, &found.range),
        in_macro: found.in_macro,
    };
    let mut described = search.describe(context, &used)?;
    described.guarded_by = decisive.map(|guard| said(file, guard));
    Some(described)
}

fn said(file: &SourceFile, guard: &Guard) -> GuardedBy {
    GuardedBy {
        line: file.line_of(guard.condition.start),
        condition: guard_text(file, guard),
    }
}
